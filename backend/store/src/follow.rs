//! Undecided entries follow the reporting line; what somebody who left had still to say or to confirm goes to the next
//! leader up. Runs inside every change of people, before its commit.

use std::collections::{HashMap, HashSet};

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, Set,
};
use upheld_domain::access::Why;
use upheld_domain::people::{self, ReportingLines, TeamSubject, Undecided};
use upheld_domain::words::{IncidentKind, IncidentState, StepKind};
use upheld_domain::{Id, Instant, clock};

use crate::access::rules;
use crate::entities::{incident_access, incidents};
use crate::error::{StoreError, word};
use crate::steps::{self, Case, Step, Way};

/// Who leads whom after a change of people.
struct Now {
    lines: ReportingLines,
    team_leads: HashMap<Id, Id>,
    admins: Vec<Id>,
    active: HashSet<Id>,
    leaders: HashSet<Id>,
}

impl Now {
    async fn read<C: ConnectionTrait>(db: &C) -> Result<Self, StoreError> {
        let people = rules::everybody().all(db).await?;
        let team_leads = rules::team_lead_of(db).await?;
        let active: HashSet<Id> = people.iter().map(|p| p.id).collect();
        let leads = people.iter().filter_map(|p| p.manager_id).chain(team_leads.values().copied());
        Ok(Self {
            leaders: leads.filter(|p| active.contains(p)).collect(),
            lines: rules::reporting_lines(db).await?,
            admins: rules::admins(db).await?,
            team_leads,
            active,
        })
    }

    fn decider(&self, case: &Case, way: &Way) -> Option<Id> {
        let team = case.row.subject_team_id;
        let team = team.map(|t| TeamSubject { lead: self.team_leads.get(&t).copied() });
        // Whoever leads nobody any more is no leader above anybody, also not above somebody who left.
        let lead = team.and_then(|t| t.lead);
        let above = case.subjects.iter().chain(&lead).flat_map(|s| self.lines.above(*s));
        let mut passed_over = way.involved.clone();
        passed_over.extend(above.filter(|p| !self.leaders.contains(p) && !self.admins.contains(p)));
        let entry = Undecided {
            subjects: &case.subjects,
            team,
            involved: &passed_over,
            decider: case.row.decider_id,
            assigned: way.assigned,
        };
        people::follow(&self.lines, &entry, |p| self.leaders.contains(&p), &self.admins)
    }
}

/// An entry that is not finished.
struct Entry {
    case: Case,
    way: Way,
    readers_above: Vec<Id>,
}

/// Lets every entry follow a change of people that `by` makes. Gives the entries that changed.
pub(crate) async fn follow<C: ConnectionTrait>(db: &C, by: Id, at: Instant) -> Result<Vec<Id>, StoreError> {
    let now = Now::read(db).await?;
    end_leading(db, &now).await?;
    let mut changed = Vec::new();
    let rows = rules::unfinished(db).await?;
    let mut about = rules::about_unfinished(db).await?;
    for row in rows {
        let id = row.id;
        let decision = about.decisions.remove(&id);
        let case = Case {
            kind: word(IncidentKind::parse, &row.kind)?,
            state: word(IncidentState::parse, &row.state)?,
            subjects: about.subjects.remove(&id).unwrap_or_default(),
            questions: about.questions.remove(&id).unwrap_or_default(),
            leader_left: decision.as_ref().is_some_and(|d| !now.active.contains(&d.leader_id)),
            decision,
            survivor: None,
            row,
        };
        let way = Way::read(&about.steps.remove(&id).unwrap_or_default(), &case)?;
        let access = about.access.remove(&id).unwrap_or_default();
        let above = access.into_iter().filter(|r| r.why == Why::LeaderAbove.as_str());
        let entry = Entry { way, readers_above: above.map(|r| r.person_id).collect(), case };
        if entry.case.state.undecided() {
            changed.extend(undecided(db, &now, entry, by, at).await?);
        } else {
            changed.extend(unsaid(db, &now, entry, by, at).await?);
        }
    }
    Ok(changed)
}

/// Whoever leads nobody any more keeps only what they wrote, decided, or was about them.
async fn end_leading<C: ConnectionTrait>(db: &C, now: &Now) -> Result<(), StoreError> {
    let readers = rules::readers_above(db).await?;
    let former: Vec<Id> = readers.into_iter().filter(|p| !now.leaders.contains(p)).collect();
    if !former.is_empty() {
        incident_access::Entity::delete_many()
            .filter(incident_access::Column::Why.eq(Why::LeaderAbove.as_str()))
            .filter(incident_access::Column::PersonId.is_in(former))
            .exec(db)
            .await?;
    }
    Ok(())
}

async fn undecided<C: ConnectionTrait>(
    db: &C,
    now: &Now,
    entry: Entry,
    by: Id,
    at: Instant,
) -> Result<Vec<Id>, StoreError> {
    let Entry { case, way, readers_above } = entry;
    let case = go_on_without(db, now, case, at).await?;
    let from = case.row.decider_id;
    // Where nobody may decide it waits, until there is an admin who may.
    let to = now.decider(&case, &way).unwrap_or(from);
    if to != from {
        let kind = if now.active.contains(&from) { StepKind::LineChanged } else { StepKind::DeciderLeft };
        let step = Step { kind, by, from: Some(from), to: Some(to), reason: None, by_name: false };
        return steps::give_to(db, case, to, step, at).await;
    }
    let above = people::leaders_above(&now.lines, to, &case.subjects, &way.involved);
    let set = |people: Vec<Id>| people.into_iter().collect::<HashSet<Id>>();
    if set(readers_above) == set(above) {
        return Ok(Vec::new());
    }
    let mut changed = vec![case.row.id];
    steps::write_access(db, &case, at).await?;
    for copy in rules::copies(db, case.row.id).await? {
        changed.push(copy.id);
        steps::write_access(db, &Case::load(db, copy).await?, at).await?;
    }
    Ok(changed)
}

/// Whoever left answers no question: when nobody else is asked, the clock runs on.
async fn go_on_without<C: ConnectionTrait>(
    db: &C,
    now: &Now,
    mut case: Case,
    at: Instant,
) -> Result<Case, StoreError> {
    let somebody_answers =
        case.questions.iter().any(|q| q.answered_at.is_none() && now.active.contains(&q.asked_of));
    let Some(since) = case.row.waiting_since.filter(|_| !somebody_answers) else { return Ok(case) };
    let total = case.row.waited_seconds + clock::wait(since, at).num_seconds();
    let mut row = case.row.into_active_model();
    row.state = Set(IncidentState::Open.as_str().into());
    row.waiting_since = Set(None);
    row.waited_seconds = Set(total);
    case.row = row.update(db).await?;
    case.state = IncidentState::Open;
    Ok(case)
}

/// A decision that is not said yet, or an own lapse that is not confirmed, where whoever is to do it has left.
async fn unsaid<C: ConnectionTrait>(
    db: &C,
    now: &Now,
    entry: Entry,
    by: Id,
    at: Instant,
) -> Result<Vec<Id>, StoreError> {
    let Entry { mut case, way, readers_above } = entry;
    let from = case.row.decider_id;
    let lapse = case.decision_state()?.is_some_and(|d| d.unconfirmed_lapse(&case.subjects));
    if now.active.contains(&from) || !(case.leader_left || lapse) {
        return Ok(Vec::new());
    }
    let excluded: Vec<Id> = case.subjects.iter().chain(&way.involved).copied().collect();
    let Some(to) = people::next_up(&now.lines, from, &readers_above, &excluded, &now.admins) else {
        return Ok(Vec::new());
    };
    let kind = StepKind::DeciderLeft;
    let step = Step { kind, by, from: Some(from), to: Some(to), reason: None, by_name: false };
    steps::note_step(db, case.row.id, step, at).await?;
    let mut row: incidents::ActiveModel = case.row.into_active_model();
    row.decider_id = Set(to);
    case.row = row.update(db).await?;
    steps::write_access(db, &case, at).await?;
    Ok(vec![case.row.id])
}
