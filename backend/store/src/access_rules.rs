//! Reads for the rules of a change: they decide and are never sent to anybody. Every function runs inside the change's
//! transaction, after the viewer's right to the change was read.

use std::collections::HashMap;

use sea_orm::sea_query::{Condition, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use upheld_domain::people::ReportingLines;
use upheld_domain::words::Role;
use upheld_domain::{Id, Instant};

use super::{Seen, Viewer, incidents as visible, see};
use crate::entities::{
    api_tokens, audit_events, comments, company_values, decisions, idempotency_keys, incident_access,
    incident_steps, incident_subjects, incident_values, incidents, invites, notice_access, notices,
    organisations, people, questions, recognitions, replies, server_secrets, sessions, team_leads, teams,
    venue_people, venue_teams, venues,
};
use crate::error::StoreError;

/// How a change depends on the reporting lines, the leads of teams and who is an admin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lines {
    /// It reads them: who decides and who reads along.
    Read,
    /// It changes them, and every undecided entry follows.
    Change,
}

/// Makes changes of the reporting lines wait for what reads them and the other way round, until the commit. It is taken
/// before any row is locked. On SQLite there is one writer anyway.
pub(crate) async fn lock_lines<C: ConnectionTrait>(db: &C, lines: Lines) -> Result<(), StoreError> {
    if db.get_database_backend() == DatabaseBackend::Sqlite {
        return Ok(());
    }
    let text = match lines {
        Lines::Read => "SELECT pg_advisory_xact_lock_shared($1)",
        Lines::Change => "SELECT pg_advisory_xact_lock($1)",
    };
    db.query_one_raw(super::sql(db, text, [LINES_LOCK.into()])).await?;
    Ok(())
}

/// "lines" in ASCII.
const LINES_LOCK: i64 = 0x6c_696e_6573;

/// Locks an incident that the viewer sees, for a change; steps of one incident then follow each other.
pub(crate) async fn lock_incident<C: ConnectionTrait>(
    db: &C,
    viewer: &Viewer,
    now: Instant,
    id: Id,
) -> Result<Seen, StoreError> {
    lock_lines(db, Lines::Read).await?;
    let select = visible(viewer, now).filter(incidents::Column::Id.eq(id)).lock_exclusive();
    let seen = see(db, viewer, now, select).await?.pop();
    if seen.is_none() && leak!(HiddenIsForbidden) && incident_row(db, id).await?.is_some() {
        return Err(StoreError::Forbidden("That is for somebody else to do."));
    }
    seen.ok_or(StoreError::NotFound)
}

/// All reporting lines of active people. One organisation's are few enough to read whole; a line is a pair of ids.
pub(crate) async fn reporting_lines<C: ConnectionTrait>(db: &C) -> Result<ReportingLines, StoreError> {
    let pairs: Vec<(Id, Option<Id>)> = people::Entity::find()
        .filter(people::Column::ManagerId.is_not_null())
        .select_only()
        .column(people::Column::Id)
        .column(people::Column::ManagerId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(pairs.into_iter().filter_map(|(person, manager)| Some((person, manager?))).collect())
}

/// The active admins, in the order of their names.
pub(crate) async fn admins<C: ConnectionTrait>(db: &C) -> Result<Vec<Id>, StoreError> {
    Ok(people::Entity::find()
        .filter(people::Column::Role.eq(Role::Admin.as_str()))
        .filter(people::Column::Active.eq(true))
        .order_by_asc(people::Column::Name)
        .order_by_asc(people::Column::Id)
        .select_only()
        .column(people::Column::Id)
        .into_tuple()
        .all(db)
        .await?)
}

/// Whether the person leads somebody: an active report, or a team.
pub(crate) async fn is_leader<C: ConnectionTrait>(db: &C, person: Id) -> Result<bool, StoreError> {
    let report = people::Entity::find()
        .filter(people::Column::ManagerId.eq(person))
        .filter(people::Column::Active.eq(true))
        .limit(1)
        .one(db)
        .await?;
    if report.is_some() {
        return Ok(true);
    }
    let lead =
        team_leads::Entity::find().filter(team_leads::Column::PersonId.eq(person)).limit(1).one(db).await?;
    Ok(lead.is_some())
}

/// The manager of a person who is there.
pub(crate) async fn manager_of<C: ConnectionTrait>(db: &C, person: Id) -> Result<Option<Id>, StoreError> {
    Ok(people::Entity::find_by_id(person).one(db).await?.and_then(|p| p.manager_id))
}

pub(crate) async fn active_people<C: ConnectionTrait>(
    db: &C,
    of: &[Id],
) -> Result<Vec<people::Model>, StoreError> {
    Ok(people::Entity::find()
        .filter(people::Column::Id.is_in(of.iter().copied()))
        .filter(people::Column::Active.eq(true))
        .all(db)
        .await?)
}

/// People by id, those who have left too.
pub(crate) async fn people<C: ConnectionTrait>(db: &C, of: &[Id]) -> Result<Vec<people::Model>, StoreError> {
    Ok(people::Entity::find().filter(people::Column::Id.is_in(of.iter().copied())).all(db).await?)
}

pub(crate) async fn person<C: ConnectionTrait>(db: &C, id: Id) -> Result<Option<people::Model>, StoreError> {
    Ok(people::Entity::find_by_id(id).one(db).await?)
}

pub(crate) async fn person_by_email<C: ConnectionTrait>(
    db: &C,
    email: &str,
) -> Result<Option<people::Model>, StoreError> {
    Ok(people::Entity::find().filter(people::Column::Email.eq(email)).one(db).await?)
}

pub(crate) fn everybody() -> Select<people::Entity> {
    people::Entity::find().filter(people::Column::Active.eq(true)).order_by_asc(people::Column::Name)
}

pub(crate) async fn team<C: ConnectionTrait>(
    db: &C,
    id: Id,
) -> Result<Option<(teams::Model, Option<Id>)>, StoreError> {
    let Some(team) = teams::Entity::find_by_id(id).one(db).await? else { return Ok(None) };
    let lead = team_leads::Entity::find_by_id(id).one(db).await?;
    Ok(Some((team, lead.map(|l| l.person_id))))
}

pub(crate) fn all_teams() -> Select<teams::Entity> {
    teams::Entity::find()
}

pub(crate) async fn team_lead_of<C: ConnectionTrait>(db: &C) -> Result<HashMap<Id, Id>, StoreError> {
    Ok(team_leads::Entity::find().all(db).await?.into_iter().map(|l| (l.team_id, l.person_id)).collect())
}

pub(crate) async fn members<C: ConnectionTrait>(db: &C, team: Id) -> Result<Vec<people::Model>, StoreError> {
    Ok(everybody().filter(people::Column::TeamId.eq(team)).all(db).await?)
}

pub(crate) async fn venue<C: ConnectionTrait>(db: &C, id: Id) -> Result<Option<venues::Model>, StoreError> {
    Ok(venues::Entity::find_by_id(id).one(db).await?)
}

/// The active people of a venue, now: named ones, whole teams, or everybody.
pub(crate) async fn venue_audience<C: ConnectionTrait>(
    db: &C,
    venue: &venues::Model,
) -> Result<Vec<Id>, StoreError> {
    let mut select = everybody().select_only().column(people::Column::Id);
    if !venue.everybody {
        let named = Query::select()
            .column(venue_people::Column::PersonId)
            .from(venue_people::Entity)
            .and_where(venue_people::Column::VenueId.eq(venue.id))
            .take();
        let teams = Query::select()
            .column(venue_teams::Column::TeamId)
            .from(venue_teams::Entity)
            .and_where(venue_teams::Column::VenueId.eq(venue.id))
            .take();
        select = select.filter(
            Condition::any()
                .add(people::Column::Id.in_subquery(named))
                .add(people::Column::TeamId.in_subquery(teams)),
        );
    }
    Ok(select.into_tuple().all(db).await?)
}

pub(crate) async fn active_values<C: ConnectionTrait>(
    db: &C,
    of: &[Id],
) -> Result<Vec<company_values::Model>, StoreError> {
    Ok(company_values::Entity::find()
        .filter(company_values::Column::Id.is_in(of.iter().copied()))
        .filter(company_values::Column::Retired.eq(false))
        .all(db)
        .await?)
}

pub(crate) fn all_values() -> Select<company_values::Entity> {
    company_values::Entity::find().order_by_asc(company_values::Column::Position)
}

pub(crate) async fn subjects<C: ConnectionTrait>(db: &C, incident: Id) -> Result<Vec<Id>, StoreError> {
    Ok(incident_subjects::Entity::find()
        .filter(incident_subjects::Column::IncidentId.eq(incident))
        .order_by_asc(incident_subjects::Column::Position)
        .select_only()
        .column(incident_subjects::Column::PersonId)
        .into_tuple()
        .all(db)
        .await?)
}

pub(crate) async fn values<C: ConnectionTrait>(db: &C, incident: Id) -> Result<Vec<Id>, StoreError> {
    Ok(incident_values::Entity::find()
        .filter(incident_values::Column::IncidentId.eq(incident))
        .order_by_asc(incident_values::Column::Position)
        .select_only()
        .column(incident_values::Column::ValueId)
        .into_tuple()
        .all(db)
        .await?)
}

pub(crate) async fn access_rows<C: ConnectionTrait>(
    db: &C,
    incident: Id,
) -> Result<Vec<incident_access::Model>, StoreError> {
    Ok(incident_access::Entity::find()
        .filter(incident_access::Column::IncidentId.eq(incident))
        .all(db)
        .await?)
}

pub(crate) async fn steps<C: ConnectionTrait>(
    db: &C,
    incident: Id,
) -> Result<Vec<incident_steps::Model>, StoreError> {
    Ok(incident_steps::Entity::find()
        .filter(incident_steps::Column::IncidentId.eq(incident))
        .order_by_asc(incident_steps::Column::At)
        .all(db)
        .await?)
}

pub(crate) async fn questions<C: ConnectionTrait>(
    db: &C,
    incident: Id,
) -> Result<Vec<questions::Model>, StoreError> {
    Ok(questions::Entity::find()
        .filter(questions::Column::IncidentId.eq(incident))
        .order_by_asc(questions::Column::At)
        .all(db)
        .await?)
}

pub(crate) async fn replies<C: ConnectionTrait>(
    db: &C,
    incident: Id,
) -> Result<Vec<replies::Model>, StoreError> {
    Ok(replies::Entity::find().filter(replies::Column::IncidentId.eq(incident)).all(db).await?)
}

pub(crate) async fn decision<C: ConnectionTrait>(
    db: &C,
    incident: Id,
) -> Result<Option<decisions::Model>, StoreError> {
    Ok(decisions::Entity::find().filter(decisions::Column::IncidentId.eq(incident)).one(db).await?)
}

pub(crate) async fn recognition_of<C: ConnectionTrait>(
    db: &C,
    decision: Id,
) -> Result<Option<recognitions::Model>, StoreError> {
    Ok(recognitions::Entity::find().filter(recognitions::Column::DecisionId.eq(decision)).one(db).await?)
}

pub(crate) async fn notices_of<C: ConnectionTrait>(
    db: &C,
    decision: Id,
) -> Result<Vec<notices::Model>, StoreError> {
    Ok(notices::Entity::find().filter(notices::Column::DecisionId.eq(decision)).all(db).await?)
}

pub(crate) async fn notice_people<C: ConnectionTrait>(db: &C, notice: Id) -> Result<Vec<Id>, StoreError> {
    Ok(notice_access::Entity::find()
        .filter(notice_access::Column::NoticeId.eq(notice))
        .select_only()
        .column(notice_access::Column::PersonId)
        .into_tuple()
        .all(db)
        .await?)
}

pub(crate) async fn organisation<C: ConnectionTrait>(
    db: &C,
) -> Result<Option<organisations::Model>, StoreError> {
    Ok(organisations::Entity::find().one(db).await?)
}

pub(crate) async fn secret<C: ConnectionTrait>(db: &C, name: &str) -> Result<Option<String>, StoreError> {
    Ok(server_secrets::Entity::find_by_id(name.to_owned()).one(db).await?.map(|s| s.secret))
}

pub(crate) async fn invite<C: ConnectionTrait>(
    db: &C,
    hash: &str,
) -> Result<Option<invites::Model>, StoreError> {
    Ok(invites::Entity::find_by_id(hash.to_owned()).one(db).await?)
}

pub(crate) async fn lock_invite<C: ConnectionTrait>(
    db: &C,
    hash: &str,
) -> Result<Option<invites::Model>, StoreError> {
    Ok(invites::Entity::find_by_id(hash.to_owned()).lock_exclusive().one(db).await?)
}

pub(crate) async fn lock_person<C: ConnectionTrait>(db: &C, id: Id) -> Result<(), StoreError> {
    people::Entity::find_by_id(id).lock_exclusive().one(db).await?;
    Ok(())
}

/// The place that this account was signed in from before: this device, or else this network. The device counts only
/// when it was this account's, so that a made-up one opens no bucket of its own.
pub(crate) async fn known_place<C: ConnectionTrait>(
    db: &C,
    person: Id,
    network: &str,
    device_hash: Option<&str>,
) -> Result<Option<String>, StoreError> {
    let own = || sessions::Entity::find().filter(sessions::Column::PersonId.eq(person)).limit(1);
    if let Some(hash) = device_hash
        && own().filter(sessions::Column::DeviceHash.eq(hash)).one(db).await?.is_some()
    {
        return Ok(Some(hash.to_owned()));
    }
    let from_here = own().filter(sessions::Column::Network.eq(network)).one(db).await?;
    Ok(from_here.map(|_| network.to_owned()))
}

pub(crate) async fn token<C: ConnectionTrait>(
    db: &C,
    hash: &str,
) -> Result<Option<api_tokens::Model>, StoreError> {
    Ok(api_tokens::Entity::find().filter(api_tokens::Column::TokenHash.eq(hash)).one(db).await?)
}

pub(crate) async fn client_key<C: ConnectionTrait>(
    db: &C,
    person: Id,
    key: Id,
) -> Result<Option<idempotency_keys::Model>, StoreError> {
    if leak!(KeysOfEverybody) {
        let any = idempotency_keys::Entity::find().filter(idempotency_keys::Column::ClientKey.eq(key));
        return Ok(any.one(db).await?);
    }
    Ok(idempotency_keys::Entity::find_by_id((person, key)).one(db).await?)
}

/// The audit events about an object with this action.
pub(crate) async fn events_of<C: ConnectionTrait>(
    db: &C,
    object: Id,
    action: &str,
) -> Result<Vec<Id>, StoreError> {
    Ok(audit_events::Entity::find()
        .filter(audit_events::Column::ObjectId.eq(object))
        .filter(audit_events::Column::Action.eq(action))
        .select_only()
        .column(audit_events::Column::Id)
        .into_tuple()
        .all(db)
        .await?)
}

/// The comments on a recognition.
pub(crate) async fn comments_on<C: ConnectionTrait>(db: &C, recognition: Id) -> Result<Vec<Id>, StoreError> {
    Ok(comments::Entity::find()
        .filter(comments::Column::RecognitionId.eq(recognition))
        .select_only()
        .column(comments::Column::Id)
        .into_tuple()
        .all(db)
        .await?)
}

/// Everything that came to a leader, for the sums of the history: what they decided and what waits for them.
pub(crate) async fn came_to<C: ConnectionTrait>(
    db: &C,
    leader: Id,
) -> Result<(Vec<incidents::Model>, Vec<decisions::Model>, HashMap<Id, Vec<Id>>), StoreError> {
    let made = decisions::Entity::find().filter(decisions::Column::LeaderId.eq(leader)).all(db).await?;
    let mine = Query::select()
        .column(decisions::Column::IncidentId)
        .from(decisions::Entity)
        .and_where(decisions::Column::LeaderId.eq(leader))
        .take();
    // What waits: undecided entries, and own lapses of others that this leader is to confirm.
    let others_lapses = Query::select()
        .column(decisions::Column::IncidentId)
        .from(decisions::Entity)
        .and_where(decisions::Column::LeaderId.ne(leader))
        .and_where(decisions::Column::ConfirmedBy.is_null())
        .take();
    let waits = || {
        Condition::all().add(incidents::Column::DeciderId.eq(leader)).add(
            Condition::any().add(incidents::Column::State.is_in(["OPEN", "WAITING"])).add(
                Condition::all()
                    .add(incidents::Column::State.eq("DECIDED"))
                    .add(incidents::Column::Id.in_subquery(others_lapses.clone())),
            ),
        )
    };
    let cases = incidents::Entity::find()
        .filter(Condition::any().add(incidents::Column::Id.in_subquery(mine.clone())).add(waits()))
        .all(db)
        .await?;
    let waiting =
        Query::select().column(incidents::Column::Id).from(incidents::Entity).cond_where(waits()).take();
    let pairs = incident_values::Entity::find()
        .filter(
            Condition::any()
                .add(incident_values::Column::IncidentId.in_subquery(mine))
                .add(incident_values::Column::IncidentId.in_subquery(waiting)),
        )
        .all(db)
        .await?;
    let mut values: HashMap<Id, Vec<Id>> = HashMap::new();
    for pair in pairs {
        values.entry(pair.incident_id).or_default().push(pair.value_id);
    }
    Ok((cases, made, values))
}

/// Whether the person has decided anything.
pub(crate) async fn has_decided<C: ConnectionTrait>(db: &C, leader: Id) -> Result<bool, StoreError> {
    let one =
        decisions::Entity::find().filter(decisions::Column::LeaderId.eq(leader)).limit(1).one(db).await?;
    Ok(one.is_some())
}

/// The direct reports whom the leader recognised since `since`, in public or 1:1.
pub(crate) async fn recognised_since<C: ConnectionTrait>(
    db: &C,
    leader: Id,
    since: Instant,
    until: Instant,
) -> Result<Vec<Id>, StoreError> {
    let delivered = Query::select()
        .column(decisions::Column::IncidentId)
        .from(decisions::Entity)
        .and_where(decisions::Column::LeaderId.eq(leader))
        .and_where(decisions::Column::Outcome.eq("RECOGNITION"))
        .and_where(decisions::Column::DeliveredAt.gte(since))
        .and_where(decisions::Column::DeliveredAt.lte(until))
        .and_where(decisions::Column::RetractedAt.is_null())
        .take();
    Ok(incident_subjects::Entity::find()
        .filter(incident_subjects::Column::IncidentId.in_subquery(delivered))
        .select_only()
        .column(incident_subjects::Column::PersonId)
        .into_tuple()
        .all(db)
        .await?)
}

/// An incident by id: for the import, where there is no viewer yet, and for what a merged copy was merged into.
pub(crate) async fn incident_row<C: ConnectionTrait>(
    db: &C,
    id: Id,
) -> Result<Option<incidents::Model>, StoreError> {
    Ok(incidents::Entity::find_by_id(id).one(db).await?)
}

/// The copies that were merged into an entry, locked for a step that carries them along.
pub(crate) async fn copies<C: ConnectionTrait>(
    db: &C,
    survivor: Id,
) -> Result<Vec<incidents::Model>, StoreError> {
    Ok(incidents::Entity::find()
        .filter(incidents::Column::MergedInto.eq(survivor))
        .filter(incidents::Column::State.eq("MERGED"))
        .order_by_asc(incidents::Column::Id)
        .lock_exclusive()
        .all(db)
        .await?)
}

/// Which of these people have left.
pub(crate) async fn left_among<C: ConnectionTrait>(db: &C, of: &[Id]) -> Result<Vec<Id>, StoreError> {
    if of.is_empty() {
        return Ok(Vec::new());
    }
    Ok(people::Entity::find()
        .filter(people::Column::Id.is_in(of.iter().copied()))
        .filter(people::Column::Active.eq(false))
        .select_only()
        .column(people::Column::Id)
        .into_tuple()
        .all(db)
        .await?)
}

/// What somebody has still to decide, confirm or say: of entries that are not finished.
pub(crate) async fn unfinished<C: ConnectionTrait>(db: &C) -> Result<Vec<incidents::Model>, StoreError> {
    Ok(incidents::Entity::find()
        .filter(incidents::Column::State.is_in(["OPEN", "WAITING", "DECIDED"]))
        .order_by_asc(incidents::Column::Id)
        .lock_exclusive()
        .all(db)
        .await?)
}

/// Everything about the entries that are not finished that following the reporting line needs: subjects, questions,
/// decisions, steps and access rows.
pub(crate) struct AboutUnfinished {
    pub subjects: HashMap<Id, Vec<Id>>,
    pub questions: HashMap<Id, Vec<questions::Model>>,
    pub decisions: HashMap<Id, decisions::Model>,
    pub steps: HashMap<Id, Vec<incident_steps::Model>>,
    pub access: HashMap<Id, Vec<incident_access::Model>>,
}

fn by_incident<T>(rows: Vec<T>, incident: impl Fn(&T) -> Id) -> HashMap<Id, Vec<T>> {
    let mut map: HashMap<Id, Vec<T>> = HashMap::new();
    for row in rows {
        map.entry(incident(&row)).or_default().push(row);
    }
    map
}

/// Reads it whole: the number of statements does not depend on how many entries there are.
pub(crate) async fn about_unfinished<C: ConnectionTrait>(db: &C) -> Result<AboutUnfinished, StoreError> {
    let open = Query::select()
        .column(incidents::Column::Id)
        .from(incidents::Entity)
        .and_where(incidents::Column::State.is_in(["OPEN", "WAITING", "DECIDED"]))
        .take();
    let subjects = incident_subjects::Entity::find()
        .filter(incident_subjects::Column::IncidentId.in_subquery(open.clone()))
        .order_by_asc(incident_subjects::Column::Position)
        .all(db)
        .await?;
    let questions = questions::Entity::find()
        .filter(questions::Column::IncidentId.in_subquery(open.clone()))
        .order_by_asc(questions::Column::At)
        .all(db)
        .await?;
    let decisions = decisions::Entity::find()
        .filter(decisions::Column::IncidentId.in_subquery(open.clone()))
        .all(db)
        .await?;
    let steps = incident_steps::Entity::find()
        .filter(incident_steps::Column::IncidentId.in_subquery(open.clone()))
        .order_by_asc(incident_steps::Column::At)
        .all(db)
        .await?;
    let access = incident_access::Entity::find()
        .filter(incident_access::Column::IncidentId.in_subquery(open))
        .all(db)
        .await?;
    let subjects = by_incident(subjects, |s| s.incident_id);
    Ok(AboutUnfinished {
        subjects: subjects.into_iter().map(|(i, s)| (i, s.iter().map(|s| s.person_id).collect())).collect(),
        questions: by_incident(questions, |q| q.incident_id),
        decisions: decisions.into_iter().map(|d| (d.incident_id, d)).collect(),
        steps: by_incident(steps, |s| s.incident_id),
        access: by_incident(access, |a| a.incident_id),
    })
}

/// Everybody who reads an entry as a leader above.
pub(crate) async fn readers_above<C: ConnectionTrait>(db: &C) -> Result<Vec<Id>, StoreError> {
    Ok(incident_access::Entity::find()
        .filter(incident_access::Column::Why.eq("LEADER_ABOVE"))
        .select_only()
        .column(incident_access::Column::PersonId)
        .distinct()
        .into_tuple()
        .all(db)
        .await?)
}

/// The people who report to a manager, those who have left too: their line goes on through the next manager.
pub(crate) async fn reports<C: ConnectionTrait>(db: &C, of: Id) -> Result<Vec<people::Model>, StoreError> {
    Ok(people::Entity::find().filter(people::Column::ManagerId.eq(of)).all(db).await?)
}

pub(crate) async fn venue_exists_named<C: ConnectionTrait>(
    db: &C,
    name: &str,
    but: Option<Id>,
) -> Result<bool, StoreError> {
    let found = venues::Entity::find().filter(venues::Column::Name.eq(name)).one(db).await?;
    Ok(found.is_some_and(|v| Some(v.id) != but))
}

pub(crate) async fn team_exists_named<C: ConnectionTrait>(
    db: &C,
    name: &str,
    but: Option<Id>,
) -> Result<bool, StoreError> {
    let found = teams::Entity::find().filter(teams::Column::Name.eq(name)).one(db).await?;
    Ok(found.is_some_and(|t| Some(t.id) != but))
}

/// How many of these teams there are.
pub(crate) async fn teams_there<C: ConnectionTrait>(db: &C, of: &[Id]) -> Result<usize, StoreError> {
    Ok(teams::Entity::find().filter(teams::Column::Id.is_in(of.iter().copied())).all(db).await?.len())
}
