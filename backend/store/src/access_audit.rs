//! Who may read what of the audit trail, of openings and of readings.
//!
//! The page of admins shows, and counts in no order, cursor or page anything else:
//! - what was done to the organisation: the kinds of [`OF_THE_ORGANISATION`], whoever did it, admins included;
//! - what people did to their own sign-in ([`OF_A_PERSON`]), of admins and of the viewer alone: when everybody else
//!   signs in is nobody's business;
//! - of an entry: what the viewer opened and read of it themself, always; everything else only while the viewer has an
//!   access row with everything of that very entry (because they decide it, lead the one who does, or opened it).
//!
//! A kind that is in no list is not shown. Neither numbers nor hashes of the chain are: they would count what is hidden.
//!
//! Openings and readings of one entry are read by its decider and the leaders above; of entries about a person by that
//! person, once they may know the entry at all.

use sea_orm::sea_query::{Condition, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect, Select,
};
use upheld_domain::access::{Level, Sees, Why};
use upheld_domain::words::Role;
use upheld_domain::{Id, Instant};

use super::{Seen, holds, incidents as visible, rows, see};
use crate::audit::Action;
use crate::entities::{
    audit_events, incident_access, incident_subjects, incidents, people, readings, team_leads,
};
use crate::error::StoreError;
use crate::sessions::Viewer;

/// Kinds of objects that are public inside, or that admins set up.
pub(crate) const OF_THE_ORGANISATION: &[&str] =
    &["organisation", "person", "team", "venue", "value", "topic", "export", "audit"];
/// Kinds of objects of one person's sign-in.
pub(crate) const OF_A_PERSON: &[&str] = &["session", "token"];
/// Kinds of objects that no page shows: who reacted is not public, and a comment's place is its recognition.
#[cfg(test)]
pub(crate) const NOT_SHOWN: &[&str] = &["comment", "reaction"];
/// The kind of everything about an entry: incident, decision, question, reply, reading.
pub(crate) const OF_AN_ENTRY: &str = "incident";

/// The audit events that an admin may read; nobody else reads any.
pub(crate) fn events(viewer: &Viewer, now: Instant) -> Result<Select<audit_events::Entity>, StoreError> {
    use audit_events::Column as E;
    if !viewer.is_admin() {
        return Err(StoreError::Forbidden("Only admins read the audit trail."));
    }
    let me = viewer.id();
    let admins = Query::select()
        .column(people::Column::Id)
        .from(people::Entity)
        .and_where(people::Column::Role.eq(Role::Admin.as_str()))
        .take();
    let own_or_admins = Condition::any().add(E::ActorId.eq(me)).add(E::ActorId.in_subquery(admins));
    let own_readings = Condition::all()
        .add(E::ActorId.eq(me))
        .add(E::Action.is_in([Action::OPEN, Action::READ_OPENED].iter().copied()));
    let entry = Condition::any().add(own_readings).add(E::ObjectId.in_subquery(whole_to(viewer, now)));
    Ok(audit_events::Entity::find().filter(
        Condition::any()
            .add(E::ObjectKind.is_in(OF_THE_ORGANISATION.iter().copied()))
            .add(Condition::all().add(E::ObjectKind.is_in(OF_A_PERSON.iter().copied())).add(own_or_admins))
            .add(Condition::all().add(E::ObjectKind.eq(OF_AN_ENTRY)).add(entry)),
    ))
}

/// The entries of which the viewer sees everything now.
fn whole_to(viewer: &Viewer, now: Instant) -> SelectStatement {
    Query::select()
        .column(incident_access::Column::IncidentId)
        .from(incident_access::Entity)
        .cond_where(holds(viewer, now))
        .and_where(incident_access::Column::Level.eq(Level::All.as_str()))
        .take()
}

/// The openings behind events that [`events`] gave, of entries of which the viewer sees everything now: their reasons go
/// with the entry's text, and whoever sees it no longer is not told when that was.
pub(crate) fn openings_of(
    viewer: &Viewer,
    now: Instant,
    events: &[audit_events::Model],
) -> Select<readings::Entity> {
    let ids = events.iter().filter(|e| e.action == Action::OPEN).map(|e| e.id);
    readings::Entity::find()
        .filter(readings::Column::Id.is_in(ids))
        .filter(readings::Column::IncidentId.in_subquery(whole_to(viewer, now)))
}

/// Who opened and read seen entries, for those who decide on them or lead the one who does; oldest first.
pub(crate) fn readings_of(seen: &[Seen]) -> Select<readings::Entity> {
    let may = |s: &&Seen| {
        s.rows()
            .iter()
            .any(|(why, level)| matches!(why, Why::Decider | Why::LeaderAbove) && *level == Level::All)
    };
    readings::Entity::find()
        .filter(readings::Column::IncidentId.is_in(seen.iter().filter(may).map(Seen::id)))
        .order_by_asc(readings::Column::At)
        .order_by_asc(readings::Column::Id)
}

/// Who opened and read entries about the viewer, as far as the viewer may know of the entry at all, with the reasons of
/// openings. Former deciders are not told to the subject, here as among the onlookers.
pub(crate) fn readings_about(viewer: &Viewer, now: Instant) -> Select<readings::Entity> {
    let texts = Level::ALL.iter().filter(|l| Sees::from(**l).text).map(|l| l.as_str());
    let about_me = Query::select()
        .column(incident_access::Column::IncidentId)
        .from(incident_access::Entity)
        .cond_where(holds(viewer, now))
        .and_where(incident_access::Column::Why.eq(Why::Subject.as_str()))
        .and_where(incident_access::Column::Level.is_in(texts))
        .take();
    readings::Entity::find()
        .filter(readings::Column::IncidentId.in_subquery(about_me))
        .filter(readings::Column::Why.ne(Why::FormerDecider.as_str()))
        .filter(readings::Column::PersonId.ne(viewer.id()))
}

/// What an opening by the viewer depends on.
#[derive(Debug)]
pub(crate) struct ToOpen {
    pub rows: Vec<(Why, Level)>,
    pub concerned: bool,
    pub state: String,
}

/// Locks an entry that an admin wishes to open, as it is for them: their rows that hold now, and whether it concerns
/// them. Only the rules read it; `None` when there is none.
pub(crate) async fn to_open<C: ConnectionTrait>(
    db: &C,
    viewer: &Viewer,
    now: Instant,
    id: Id,
) -> Result<Option<ToOpen>, StoreError> {
    use incidents::Column as I;
    let me = viewer.id();
    let row = incidents::Entity::find_by_id(id).lock_exclusive().one(db).await?;
    let seen = see(db, viewer, now, visible(viewer, now).filter(I::Id.eq(id))).await?.pop();
    let about = Query::select()
        .column(incident_subjects::Column::IncidentId)
        .from(incident_subjects::Entity)
        .and_where(incident_subjects::Column::PersonId.eq(me))
        .take();
    let merged_in = Query::select()
        .column(I::MergedInto)
        .from(incidents::Entity)
        .and_where(I::ReporterId.eq(me))
        .and_where(I::MergedInto.is_not_null())
        .take();
    let led = Query::select()
        .column(team_leads::Column::TeamId)
        .from(team_leads::Entity)
        .and_where(team_leads::Column::PersonId.eq(me))
        .take();
    let of = Query::select()
        .column(people::Column::TeamId)
        .from(people::Entity)
        .and_where(people::Column::Id.eq(me))
        .and_where(people::Column::TeamId.is_not_null())
        .take();
    let concerned = incidents::Entity::find()
        .filter(I::Id.eq(id))
        .filter(
            Condition::any()
                .add(I::ReporterId.eq(me))
                .add(I::Id.in_subquery(about))
                .add(I::Id.in_subquery(merged_in))
                .add(I::SubjectTeamId.in_subquery(led))
                .add(I::SubjectTeamId.in_subquery(of)),
        )
        .one(db)
        .await?;
    Ok(row.map(|row| ToOpen {
        rows: seen.map(|s| s.rows().to_vec()).unwrap_or_default(),
        concerned: concerned.is_some(),
        state: row.state,
    }))
}

/// Of some entries those that are still there, for the note of who read them.
pub(crate) async fn still_there<C: ConnectionTrait>(db: &C, of: &[Id]) -> Result<Vec<Id>, StoreError> {
    Ok(incidents::Entity::find()
        .filter(incidents::Column::Id.is_in(of.iter().copied()))
        .select_only()
        .column(incidents::Column::Id)
        .into_tuple()
        .all(db)
        .await?)
}

/// Who is noted as a reader of these entries on this day.
pub(crate) async fn noted_on<C: ConnectionTrait>(
    db: &C,
    of: &[Id],
    day: chrono::NaiveDate,
) -> Result<Vec<(Id, Id)>, StoreError> {
    Ok(readings::Entity::find()
        .filter(readings::Column::IncidentId.is_in(of.iter().copied()))
        .filter(readings::Column::OnDay.eq(day))
        .filter(readings::Column::Until.is_null())
        .select_only()
        .column(readings::Column::PersonId)
        .column(readings::Column::IncidentId)
        .into_tuple()
        .all(db)
        .await?)
}

/// Whether the trail says since `since` that the person has read it.
pub(crate) async fn page_noted_since<C: ConnectionTrait>(
    db: &C,
    person: Id,
    since: Instant,
) -> Result<bool, StoreError> {
    let one = audit_events::Entity::find()
        .filter(audit_events::Column::ObjectId.eq(person))
        .filter(audit_events::Column::Action.eq(Action::READ_TRAIL))
        .filter(audit_events::Column::At.gte(since))
        .limit(1)
        .one(db)
        .await?;
    Ok(one.is_some())
}

/// What refuses changes of the trail: whether the server's database role lacks the right, and whether triggers do.
pub(crate) async fn guards<C: ConnectionTrait>(db: &C, sqlite: bool) -> Result<(bool, bool), StoreError> {
    let text = if sqlite {
        "SELECT FALSE AS without_right, count(*) = 3 AS refused FROM sqlite_master WHERE type = 'trigger' \
         AND name IN ('audit_events_keep', 'audit_events_stay', 'audit_events_grow')"
    } else {
        "SELECT NOT (has_table_privilege('audit_events', 'UPDATE') OR has_table_privilege('audit_events', 'DELETE') \
         OR has_table_privilege('audit_events', 'TRUNCATE')) AS without_right, \
         EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = 'audit_events'::regclass \
         AND tgname = 'audit_events_keep' AND tgenabled IN ('O', 'A')) AS refused"
    };
    let found = rows(db, text, []).await?;
    let row = found.first().ok_or(StoreError::Unavailable)?;
    Ok((row.try_get("", "without_right")?, row.try_get("", "refused")?))
}

// ---- For `upheld audit`, which runs on the server's own machine and has no viewer. ----

/// The columns of the trail, in the order in which damage is told.
const COLUMNS: [&str; 9] =
    ["at", "actor_id", "action", "object_kind", "object_id", "id", "salt", "digest", "hash"];

/// So many rows of the trail from a number on, as they stand in the database. SQLite keeps any bytes under any type, so
/// that they are read as bytes with their type beside them.
pub(crate) async fn trail<C: ConnectionTrait>(
    db: &C,
    sqlite: bool,
    from: i64,
    rows_at_once: i64,
) -> Result<Vec<QueryResult>, StoreError> {
    let columns = if sqlite {
        COLUMNS.map(|c| format!("typeof({c}) AS {c}_type, CAST({c} AS BLOB) AS {c}")).join(", ")
    } else {
        // An infinite time has no microseconds; it reads as none.
        let at = "CASE WHEN isfinite(at) THEN (extract(epoch FROM at) * 1000000)::bigint END AS at";
        format!("{at}, {}", COLUMNS[1..].join(", "))
    };
    let only = if sqlite { "typeof(seq) = 'integer' AND " } else { "" };
    let text = format!("SELECT seq, {columns} FROM audit_events WHERE {only}seq >= $1 ORDER BY seq LIMIT $2");
    Ok(rows(db, &text, [from.into(), rows_at_once.into()]).await?)
}

/// How many rows of the trail have no number.
pub(crate) async fn without_number<C: ConnectionTrait>(db: &C, sqlite: bool) -> Result<i64, StoreError> {
    if !sqlite {
        return Ok(0);
    }
    let found = rows(db, "SELECT count(*) AS n FROM audit_events WHERE typeof(seq) <> 'integer'", []).await?;
    found.first().map_or(Ok(0), |r| r.try_get("", "n").map_err(Into::into))
}

/// The head as it stands, and the time of the last row.
pub(crate) async fn head<C: ConnectionTrait>(db: &C, sqlite: bool) -> Result<Vec<QueryResult>, StoreError> {
    let text = if sqlite {
        "SELECT CASE typeof(seq) WHEN 'integer' THEN seq END AS seq, CAST(hash AS BLOB) AS hash, \
         typeof(hash) AS hash_type, CAST(only_one AS TEXT) AS only_one FROM audit_head"
    } else {
        "SELECT seq, hash, CAST(only_one AS TEXT) AS only_one FROM audit_head"
    };
    Ok(rows(db, text, []).await?)
}

/// When the row with this number was written.
pub(crate) async fn time_of<C: ConnectionTrait>(db: &C, seq: i64) -> Result<Option<Instant>, StoreError> {
    Ok(audit_events::Entity::find()
        .filter(audit_events::Column::Seq.eq(seq))
        .select_only()
        .column(audit_events::Column::At)
        .into_tuple()
        .one(db)
        .await?)
}
