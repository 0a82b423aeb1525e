//! What leads to a decision and what becomes of it, for those who see everything of an entry: steps, versions of the
//! decision, copies, and what may be a second log of the same event.

use chrono::NaiveDate;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Select};
use upheld_domain::access::{Level, Why};
use upheld_domain::{Id, Instant};

use super::{Seen, Viewer, holds, incidents as visible};
use crate::entities::{
    decision_versions, decisions, incident_access, incident_steps, incident_subjects, incidents, questions,
};

/// Those of which the viewer sees everything.
fn whole(seen: &[Seen]) -> Vec<Id> {
    seen.iter().filter(|s| s.sees.reporter).map(Seen::id).collect()
}

/// The steps of the decision's way: they name who passed it on and why, and that a second log came in.
pub(crate) fn steps_of(seen: &[Seen]) -> Select<incident_steps::Entity> {
    incident_steps::Entity::find()
        .filter(incident_steps::Column::IncidentId.is_in(whole(seen)))
        .order_by_asc(incident_steps::Column::At)
        .order_by_asc(incident_steps::Column::Id)
}

/// The decisions whose versions the viewer may read, and those versions.
pub(crate) fn whole_decisions(seen: &[Seen]) -> Select<decisions::Entity> {
    decisions::Entity::find().filter(decisions::Column::IncidentId.is_in(whole(seen)))
}

pub(crate) fn versions_of(of: &[decisions::Model]) -> Select<decision_versions::Entity> {
    decision_versions::Entity::find()
        .filter(decision_versions::Column::DecisionId.is_in(of.iter().map(|d| d.id)))
        .order_by_asc(decision_versions::Column::Version)
}

/// The copies that were merged into entries of which the viewer sees everything.
pub(crate) fn copies_of(viewer: &Viewer, now: Instant, seen: &[Seen]) -> Select<incidents::Entity> {
    visible(viewer, now)
        .filter(incidents::Column::MergedInto.is_in(whole(seen)))
        .filter(incidents::Column::State.eq("MERGED"))
        .order_by_asc(incidents::Column::LoggedAt)
        .order_by_asc(incidents::Column::Id)
}

/// The entries that the viewer decides or has decided, newest first.
pub(crate) fn incidents_to_decide(viewer: &Viewer, now: Instant) -> Select<incidents::Entity> {
    let mine = Query::select()
        .column(incident_access::Column::IncidentId)
        .from(incident_access::Entity)
        .cond_where(holds(viewer, now))
        .and_where(incident_access::Column::Why.eq(Why::Decider.as_str()))
        .and_where(incident_access::Column::Level.eq(Level::All.as_str()))
        .take();
    visible(viewer, now)
        .filter(incidents::Column::Id.in_subquery(mine))
        .order_by_desc(incidents::Column::LoggedAt)
        .order_by_desc(incidents::Column::Id)
}

/// Of these ids alone.
pub(crate) fn of_ids(select: Select<incidents::Entity>, ids: &[Id]) -> Select<incidents::Entity> {
    select.filter(incidents::Column::Id.is_in(ids.iter().copied()))
}

/// Of events on these days alone.
pub(crate) fn of_days(
    select: Select<incidents::Entity>,
    from: NaiveDate,
    until: NaiveDate,
) -> Select<incidents::Entity> {
    select.filter(incidents::Column::OccurredOn.gte(from)).filter(incidents::Column::OccurredOn.lte(until))
}

/// Whom a merged copy's event is shown to where it is decided, for the copy's reporter alone: they knew that the person
/// would see it, and must not learn from a gap that somebody else logged it too.
pub(crate) fn subjects_of_survivors(seen: &[Seen]) -> Select<incident_access::Entity> {
    let own_copies = seen.iter().filter(|s| s.row.state == "MERGED" && s.sees.text && !s.sees.reporter);
    let about = Query::select()
        .column(incident_subjects::Column::PersonId)
        .from(incident_subjects::Entity)
        .and_where(incident_subjects::Column::IncidentId.is_in(own_copies.clone().map(Seen::id)))
        .take();
    incident_access::Entity::find()
        .filter(incident_access::Column::IncidentId.is_in(own_copies.filter_map(|s| s.row.merged_into)))
        .filter(incident_access::Column::Why.eq(Why::Subject.as_str()))
        .filter(incident_access::Column::PersonId.in_subquery(about))
}

/// When the people whom own merged copies are about were asked for their side of them; for the time alone.
pub(crate) fn questions_of_own_copies(seen: &[Seen]) -> Select<questions::Entity> {
    let own_copies = seen.iter().filter(|s| s.row.state == "MERGED" && s.sees.text && !s.sees.reporter);
    questions::Entity::find().filter(questions::Column::IncidentId.is_in(own_copies.map(Seen::id)))
}
