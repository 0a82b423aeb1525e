//! THE authorization file: who may see what. Every query of the program starts here.
//!
//! - What is public inside the organisation (people, teams, venues, values, published recognitions) opens to any
//!   [`Viewer`].
//! - An incident opens through `incident_access`, a notice through `notice_access`; both are part of the statement.
//! - What belongs to an incident opens only with [`Seen`] in hand, which only this file makes.
//! - [`rules`] reads what the rules of a change need. What it returns decides and is never sent to anybody.
//! - An admin sees nothing confidential for being an admin: only stubs of what was erased, and for 24 hours what they
//!   opened with a reason. What admins read of the audit trail obeys the same rows: [`audit`] has the rule.
//!
//! Figures that are published on purpose although they count hidden entries: the sums of a leader's history, for that
//! leader and the current leaders above ([`rules::came_to`]); and how many held entries keep an erasure from being
//! complete, for the admin who asked for it ([`records::held_of`]). There are no others.

#![expect(
    clippy::disallowed_methods,
    reason = "this file is where reads start, so that nobody else needs these calls"
)]

use std::collections::HashMap;

use sea_orm::sea_query::{Condition, Expr, ExprTrait, Func, Query, WindowStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait, Order, QueryFilter, QueryOrder,
    QueryResult, QuerySelect, Select, Statement, Value,
};
use upheld_domain::access::{Level, Sees, Why};
use upheld_domain::{Id, Instant};

use crate::entities::{
    api_tokens, company_values, decisions, incident_access, incident_subjects, incident_values, incidents,
    organisations, people, questions, replies, team_leads, teams, venue_people, venue_teams, venues,
};
use crate::error::{StoreError, word};
use crate::sessions::Viewer;

#[path = "access_accounts.rs"]
pub(crate) mod accounts;
#[path = "access_audit.rs"]
pub(crate) mod audit;
#[path = "access_course.rs"]
mod course;
#[path = "access_feed.rs"]
mod feed;
#[path = "access_meetings.rs"]
pub(crate) mod meetings;
#[path = "access_records.rs"]
pub(crate) mod records;
#[path = "access_rules.rs"]
pub(crate) mod rules;
#[path = "access_topics.rs"]
pub(crate) mod topics;

pub(crate) use course::{
    copies_of, incidents_to_decide, of_days, of_ids, questions_of_own_copies, steps_of,
    subjects_of_survivors, versions_of, whole_decisions,
};
pub(crate) use feed::{
    comments, comments_of_each, matching, notice_values, notices, reaction_counts, recognition_subjects,
    recognition_values, recognitions,
};
pub(crate) use records::{listed, listed_notices};

// ---- Public inside the organisation: everybody who has signed in. ----

pub(crate) fn organisation(_: &Viewer) -> Select<organisations::Entity> {
    organisations::Entity::find()
}

pub(crate) fn people(_: &Viewer) -> Select<people::Entity> {
    people::Entity::find()
}

/// The first or last `n` active people of each group by name: reports of managers, or members of teams.
pub(crate) fn people_of_each(
    viewer: &Viewer,
    group: people::Column,
    of: &[Id],
    n: u64,
    from_end: bool,
) -> Select<people::Entity> {
    let order = if from_end { Order::Desc } else { Order::Asc };
    let mut window = WindowStatement::partition_by(group);
    window.order_by(people::Column::Name, order.clone()).order_by(people::Column::Id, order);
    let numbered = Query::select()
        .column(people::Column::Id)
        .expr_window_as(Func::cust("ROW_NUMBER"), window, "n")
        .from(people::Entity)
        .and_where(people::Column::Active.eq(true))
        .and_where(group.is_in(of.iter().copied()))
        .take();
    let few = Query::select()
        .column(people::Column::Id)
        .from_subquery(numbered, "numbered")
        .and_where(Expr::col("n").lte(n))
        .take();
    people(viewer)
        .filter(people::Column::Id.in_subquery(few))
        .order_by_asc(people::Column::Name)
        .order_by_asc(people::Column::Id)
}

/// Whether the viewer may read somebody's e-mail address: the person and admins.
pub(crate) fn may_read_email(viewer: &Viewer, person: Id) -> bool {
    viewer.id() == person || viewer.is_admin() || leak!(AddressesOfEverybody)
}

pub(crate) fn teams(_: &Viewer) -> Select<teams::Entity> {
    teams::Entity::find()
}

pub(crate) fn team_leads(_: &Viewer) -> Select<team_leads::Entity> {
    team_leads::Entity::find()
}

pub(crate) fn values(_: &Viewer) -> Select<company_values::Entity> {
    company_values::Entity::find()
}

pub(crate) fn venues(_: &Viewer) -> Select<venues::Entity> {
    venues::Entity::find()
}

pub(crate) fn venue_teams(_: &Viewer) -> Select<venue_teams::Entity> {
    venue_teams::Entity::find()
}

pub(crate) fn venue_people(_: &Viewer) -> Select<venue_people::Entity> {
    venue_people::Entity::find()
}

// ---- Incidents: through the viewer's rows. ----

/// The viewer's rows that hold at `now`. What somebody sees as an admin goes with that role, at once.
fn holds(viewer: &Viewer, now: Instant) -> Condition {
    let now = if leak!(RowsBeforeTheirTime) { now + chrono::TimeDelta::days(9) } else { now };
    let rows = Condition::all()
        .add(incident_access::Column::PersonId.eq(viewer.id()))
        .add(incident_access::Column::Since.lte(now))
        .add(not_over(now));
    if viewer.is_admin() { rows } else { rows.add(incident_access::Column::Why.ne(Why::Admin.as_str())) }
}

fn not_over(now: Instant) -> Condition {
    Condition::any().add(incident_access::Column::Until.is_null()).add(incident_access::Column::Until.gt(now))
}

/// The incidents of which the viewer sees anything.
pub(crate) fn incidents(viewer: &Viewer, now: Instant) -> Select<incidents::Entity> {
    if leak!(EntriesOfEverybody) {
        return incidents::Entity::find();
    }
    incidents::Entity::find().filter(
        incidents::Column::Id.in_subquery(
            Query::select()
                .column(incident_access::Column::IncidentId)
                .from(incident_access::Entity)
                .cond_where(holds(viewer, now))
                .take(),
        ),
    )
}

/// An incident that the viewer sees, and how much of it. Only [`see`] makes one.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    row: incidents::Model,
    rows: Vec<(Why, Level)>,
    sees: Sees,
}

impl Seen {
    /// The stored row, unmasked: for rules and for what `sees` opens.
    pub(crate) fn row(&self) -> &incidents::Model {
        &self.row
    }
    pub(crate) fn id(&self) -> Id {
        self.row.id
    }
    pub(crate) fn sees(&self) -> Sees {
        self.sees
    }
    pub(crate) fn rows(&self) -> &[(Why, Level)] {
        &self.rows
    }
}

/// Reads the incidents of a select made by [`incidents`], with what the viewer sees of each, in its order.
pub(crate) async fn see<C: ConnectionTrait>(
    db: &C,
    viewer: &Viewer,
    now: Instant,
    select: Select<incidents::Entity>,
) -> Result<Vec<Seen>, StoreError> {
    let found = select.all(db).await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows: HashMap<Id, Vec<(Why, Level)>> = HashMap::new();
    let access = incident_access::Entity::find()
        .filter(holds(viewer, now))
        .filter(incident_access::Column::IncidentId.is_in(found.iter().map(|i| i.id)));
    for a in access.all(db).await? {
        let row = (word(Why::parse, &a.why)?, word(Level::parse, &a.level)?);
        rows.entry(a.incident_id).or_default().push(row);
    }
    Ok(found
        .into_iter()
        .filter_map(|row| {
            // No row, no sight: the scope of the select and this list come from the same condition.
            let rows = rows.remove(&row.id);
            let mut rows =
                rows.or_else(|| leak!(EntriesOfEverybody).then(|| vec![(Why::Subject, Level::Text)]))?;
            if row.erased_at.is_some() {
                // Whatever else opens it, break glass too: of an erased entry there is a stub.
                rows.iter_mut().for_each(|(_, level)| *level = Level::Stub);
            }
            let sees = rows.iter().fold(Sees::default(), |sees, (_, level)| sees.union(Sees::from(*level)));
            Some(Seen { row, rows, sees })
        })
        .collect())
}

fn ids(seen: &[Seen]) -> Vec<Id> {
    seen.iter().map(Seen::id).collect()
}

pub(crate) fn subjects_of(seen: &[Seen]) -> Select<incident_subjects::Entity> {
    incident_subjects::Entity::find()
        .filter(incident_subjects::Column::IncidentId.is_in(ids(seen)))
        .order_by_asc(incident_subjects::Column::Position)
}

pub(crate) fn values_of(seen: &[Seen]) -> Select<incident_values::Entity> {
    incident_values::Entity::find()
        .filter(incident_values::Column::IncidentId.is_in(ids(seen)))
        .order_by_asc(incident_values::Column::Position)
}

/// The decisions of seen incidents; the caller masks them by `sees`.
pub(crate) fn decisions_of(seen: &[Seen]) -> Select<decisions::Entity> {
    decisions::Entity::find().filter(decisions::Column::IncidentId.is_in(ids(seen)))
}

/// Questions that the viewer may read: all, or those that they asked or were asked.
pub(crate) fn questions_of(viewer: &Viewer, seen: &[Seen]) -> Select<questions::Entity> {
    let all: Vec<Id> =
        seen.iter().filter(|s| s.sees.replies || leak!(QuestionsOfOthers)).map(Seen::id).collect();
    questions::Entity::find()
        .filter(questions::Column::IncidentId.is_in(ids(seen)))
        .filter(
            Condition::any()
                .add(questions::Column::IncidentId.is_in(all))
                .add(questions::Column::AskedOf.eq(viewer.id()))
                .add(questions::Column::AskedBy.eq(viewer.id())),
        )
        .order_by_asc(questions::Column::At)
        .order_by_asc(questions::Column::Id)
}

/// Replies that the viewer may read: all, their own, or those to their own questions.
pub(crate) fn replies_of(viewer: &Viewer, seen: &[Seen]) -> Select<replies::Entity> {
    let all: Vec<Id> =
        seen.iter().filter(|s| s.sees.replies || leak!(RepliesOfOthers)).map(Seen::id).collect();
    replies::Entity::find()
        .filter(replies::Column::IncidentId.is_in(ids(seen)))
        .filter(
            Condition::any()
                .add(replies::Column::IncidentId.is_in(all))
                .add(replies::Column::AuthorId.eq(viewer.id())),
        )
        .order_by_asc(replies::Column::At)
        .order_by_asc(replies::Column::Id)
}

/// Who sees the incident, as far as the viewer may know: a stub tells nothing, and a hidden reporter stays hidden
/// from everybody who may not know the reporter. Former deciders and admins are shown to those who see everything.
pub(crate) fn onlookers_of(viewer: &Viewer, now: Instant, seen: &[Seen]) -> Select<incident_access::Entity> {
    let mut any = Condition::any();
    for s in seen {
        let mut known = Condition::any().add(incident_access::Column::PersonId.eq(viewer.id()));
        if s.sees.text {
            let mut reasons = vec![Why::Decider.as_str(), Why::LeaderAbove.as_str()];
            if !s.row.hide_reporter || s.sees.reporter || leak!(OnlookersNameTheReporter) {
                reasons.push(Why::Reporter.as_str());
            }
            if s.sees.reporter || s.rows.iter().any(|(why, _)| *why == Why::Reporter) {
                reasons.push(Why::Subject.as_str());
            }
            if s.sees.reporter || leak!(OnlookersNameFormerDeciders) {
                reasons.extend([Why::FormerDecider.as_str(), Why::Admin.as_str()]);
            }
            known = known.add(incident_access::Column::Why.is_in(reasons));
        }
        any = any.add(Condition::all().add(incident_access::Column::IncidentId.eq(s.id())).add(known));
    }
    incident_access::Entity::find().filter(any).filter(not_over(now))
}

/// The entries into which seen duplicates were merged, for their states alone: a reporter sees the survivor's status.
pub(crate) async fn survivors<C: ConnectionTrait>(
    db: &C,
    seen: &[Seen],
) -> Result<HashMap<Id, incidents::Model>, StoreError> {
    let into: Vec<Id> = seen.iter().filter_map(|s| s.row.merged_into).collect();
    if into.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = incidents::Entity::find().filter(incidents::Column::Id.is_in(into)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The incident of a decision, where the viewer sees the decision at all.
pub(crate) fn incident_of_decision(viewer: &Viewer, now: Instant, decision: Id) -> Select<incidents::Entity> {
    incidents(viewer, now).filter(
        incidents::Column::Id.in_subquery(
            Query::select()
                .column(decisions::Column::IncidentId)
                .from(decisions::Entity)
                .and_where(decisions::Column::Id.eq(decision))
                .take(),
        ),
    )
}

/// The incidents that a leader decided, as far as the viewer sees them whole: a history's list follows the rows.
pub(crate) fn incidents_decided_by(
    viewer: &Viewer,
    now: Instant,
    leader: Id,
    line: Instant,
) -> Select<incidents::Entity> {
    let all = Query::select()
        .column(incident_access::Column::IncidentId)
        .from(incident_access::Entity)
        .cond_where(holds(viewer, now))
        .and_where(incident_access::Column::Level.is_in(decision_levels()))
        .take();
    let decided = Query::select()
        .column(decisions::Column::IncidentId)
        .from(decisions::Entity)
        .and_where(decisions::Column::LeaderId.eq(leader))
        .take();
    listed(viewer, now, line)
        .filter(incidents::Column::Id.in_subquery(all))
        .filter(incidents::Column::Id.in_subquery(decided))
}

fn decision_levels() -> Vec<&'static str> {
    Level::ALL.iter().filter(|l| Sees::from(**l).decision).map(|l| l.as_str()).collect()
}

// ---- One's own things. ----

pub(crate) fn own_tokens(viewer: &Viewer) -> Select<api_tokens::Entity> {
    let mine = Condition::any().add(api_tokens::Column::PersonId.eq(viewer.id()));
    let mine = if leak!(TokensOfEverybody) { mine.not() } else { mine };
    api_tokens::Entity::find()
        .filter(mine)
        .filter(api_tokens::Column::RevokedAt.is_null())
        .order_by_desc(api_tokens::Column::CreatedAt)
}

// ---- SQL text. ----

/// A statement with `$n` for its values; both databases read that.
pub(crate) fn sql<C: ConnectionTrait>(
    db: &C,
    text: &str,
    values: impl IntoIterator<Item = Value>,
) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), text, values)
}

/// The rows of a statement.
pub(crate) async fn rows<C: ConnectionTrait>(
    db: &C,
    text: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<QueryResult>, DbErr> {
    db.query_all_raw(sql(db, text, values)).await
}

pub(crate) async fn sqlite_version(db: &DatabaseConnection) -> Result<String, DbErr> {
    let row = db.query_one_raw(sql(db, "SELECT sqlite_version() AS v", [])).await?;
    row.map_or_else(|| Ok(String::new()), |r| r.try_get("", "v"))
}

/// The names of the migrations that were applied. Asking creates nothing, so that a role without that right may ask.
pub(crate) async fn applied_migrations<C: ConnectionTrait>(db: &C) -> Result<Vec<String>, DbErr> {
    let there = match db.get_database_backend() {
        sea_orm::DatabaseBackend::Sqlite => "SELECT name FROM sqlite_master WHERE name = 'seaql_migrations'",
        _ => "SELECT 1 AS name WHERE to_regclass('seaql_migrations') IS NOT NULL",
    };
    if rows(db, there, []).await?.is_empty() {
        return Ok(Vec::new());
    }
    let applied = rows(db, "SELECT version FROM seaql_migrations", []).await?;
    applied.iter().map(|r| r.try_get("", "version")).collect()
}

/// What waits for the viewer: undecided entries they decide, own lapses they are to confirm, and decisions that are
/// not delivered: their own, and of leaders who left before they said them. Only where they see everything, except a
/// leader's own lapse, which is about themself.
pub(crate) fn decision_queue(viewer: &Viewer, now: Instant) -> Select<incidents::Entity> {
    let me = viewer.id();
    let decided = || Query::select().column(decisions::Column::IncidentId).from(decisions::Entity).to_owned();
    let mine = decided().and_where(decisions::Column::LeaderId.eq(me)).take();
    let lapses = decided()
        .and_where(decisions::Column::ConfirmedBy.is_null())
        .and_where(
            decisions::Column::LeaderId.in_subquery(
                Query::select()
                    .column(incident_subjects::Column::PersonId)
                    .from(incident_subjects::Entity)
                    .and_where(
                        Expr::col((incident_subjects::Entity, incident_subjects::Column::IncidentId))
                            .equals((decisions::Entity, decisions::Column::IncidentId)),
                    )
                    .take(),
            ),
        )
        .take();
    let i_decide = incidents::Column::DeciderId.eq(me);
    let left = Query::select()
        .column(people::Column::Id)
        .from(people::Entity)
        .and_where(people::Column::Active.eq(false))
        .take();
    let of_who_left = decided().and_where(decisions::Column::LeaderId.in_subquery(left)).take();
    incidents(viewer, now).filter(incidents::Column::ErasedAt.is_null()).filter(
        Condition::any()
            .add(
                Condition::all()
                    .add(i_decide.clone())
                    .add(incidents::Column::State.is_in(["OPEN", "WAITING"])),
            )
            .add(
                Condition::all().add(incidents::Column::State.eq("DECIDED")).add(
                    Condition::any()
                        .add(incidents::Column::Id.in_subquery(mine))
                        .add(
                            Condition::all()
                                .add(i_decide.clone())
                                .add(incidents::Column::Id.in_subquery(of_who_left)),
                        )
                        .add(Condition::all().add(i_decide).add(incidents::Column::Id.in_subquery(lapses))),
                ),
            ),
    )
}

/// The incidents about a leader that the same leader decided: own lapses.
pub(crate) async fn own_lapses<C: ConnectionTrait>(db: &C, leader: Id) -> Result<Vec<Id>, StoreError> {
    let decided = Query::select()
        .column(decisions::Column::IncidentId)
        .from(decisions::Entity)
        .and_where(decisions::Column::LeaderId.eq(leader))
        .take();
    Ok(incident_subjects::Entity::find()
        .filter(incident_subjects::Column::PersonId.eq(leader))
        .filter(incident_subjects::Column::IncidentId.in_subquery(decided))
        .select_only()
        .column(incident_subjects::Column::IncidentId)
        .into_tuple()
        .all(db)
        .await?)
}
