//! What every step of an incident's life has in common: who may take it, and the access rows it writes.

use chrono::TimeDelta;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    QueryFilter, Set,
};
use upheld_domain::access::{self as table, Facts, Level, Why};
use upheld_domain::actions::{self, Action, DecisionState, Situation};
use upheld_domain::people::{self, Assigned, TeamSubject};
use upheld_domain::words::{Handling, IncidentKind, IncidentState, StepKind};
use upheld_domain::{Id, Instant, incident};

use crate::access::{Seen, rules};
use crate::audit::{self, Event};
use crate::entities::{decisions, incident_access, incident_steps, incidents, questions, venues};
use crate::error::{StoreError, word, word_opt};
use crate::incident_view::Incident;
use crate::sessions::Viewer;
use crate::viewer::ViewerStore;

const MOVED_ON: &str = "This entry has moved on in the meantime. Please reload it.";
const NOT_YOURS: &str = "That is for somebody else to do.";

/// Everything about an incident that a step needs.
pub(crate) struct Case {
    pub row: incidents::Model,
    pub kind: IncidentKind,
    pub state: IncidentState,
    pub subjects: Vec<Id>,
    pub questions: Vec<questions::Model>,
    pub decision: Option<decisions::Model>,
    /// Whether who recorded the decision has left.
    pub leader_left: bool,
    /// The entry that this one was merged into.
    pub survivor: Option<incidents::Model>,
}

impl Case {
    pub(crate) async fn load<C: ConnectionTrait>(db: &C, row: incidents::Model) -> Result<Self, StoreError> {
        let decision = rules::decision(db, row.id).await?;
        let leader_left = match &decision {
            Some(d) => !rules::left_among(db, &[d.leader_id]).await?.is_empty(),
            None => false,
        };
        let survivor = match row.merged_into {
            Some(into) => rules::incident_row(db, into).await?,
            None => None,
        };
        Ok(Self {
            kind: word(IncidentKind::parse, &row.kind)?,
            state: word(IncidentState::parse, &row.state)?,
            subjects: rules::subjects(db, row.id).await?,
            questions: rules::questions(db, row.id).await?,
            decision,
            leader_left,
            survivor,
            row,
        })
    }

    pub(crate) fn decision_state(&self) -> Result<Option<DecisionState>, StoreError> {
        self.decision.as_ref().map(|d| decision_state(d, self.leader_left)).transpose()
    }

    /// Whether nobody has decided, of a merged copy: on the entry that it was merged into.
    pub(crate) fn undecided(&self) -> bool {
        let survivor = self.survivor.as_ref().filter(|_| self.state == IncidentState::Merged);
        self.state.undecided()
            || survivor.and_then(|s| IncidentState::parse(&s.state)).is_some_and(IncidentState::undecided)
    }

    /// Refuses a step that may not follow.
    pub(crate) fn may_become(&self, next: IncidentState) -> Result<(), StoreError> {
        if incident::may_follow(self.state, next) { Ok(()) } else { Err(StoreError::Conflict(MOVED_ON)) }
    }
}

pub(crate) fn decision_state(d: &decisions::Model, leader_left: bool) -> Result<DecisionState, StoreError> {
    Ok(DecisionState {
        leader: d.leader_id,
        handling: word_opt(Handling::parse, d.handling.as_deref())?,
        confirmed: d.confirmed_by.is_some(),
        retracted: d.retracted_at.is_some(),
        leader_left,
    })
}

/// The state of a merged copy as its reporter knows it: that of the entry that it was merged into, of which they do
/// not learn. A question to them that waits makes it wait, as before.
pub(crate) fn state_of_survivor(survivor: Option<&incidents::Model>, asked: bool) -> Option<IncidentState> {
    let state = survivor.and_then(|s| IncidentState::parse(&s.state))?;
    Some(match state {
        IncidentState::Open | IncidentState::Waiting if asked => IncidentState::Waiting,
        IncidentState::Waiting if !leak!(SurvivorWaits) => IncidentState::Open,
        other => other,
    })
}

/// Lets a step through when the viewer may take it; says whether it never was theirs or no longer is.
pub(crate) fn require(
    viewer: &Viewer,
    seen: &Seen,
    case: &Case,
    is_leader: bool,
    action: Action,
    now: Instant,
) -> Result<(), StoreError> {
    let decision = case.decision_state()?;
    // Of an erased entry everybody has a stub; what they were to it is still in their rows.
    let whole: Vec<_> = seen
        .rows()
        .iter()
        .map(|(why, level)| (*why, if *why == Why::FormerDecider { *level } else { Level::All }))
        .collect();
    let may_with = |rows: &[(Why, Level)], state: IncidentState, decision: Option<DecisionState>| {
        actions::allowed(&Situation {
            viewer: viewer.id(),
            rows,
            kind: case.kind,
            state,
            subjects: &case.subjects,
            is_leader,
            logged_at: case.row.logged_at,
            asked: asked(viewer.id(), &case.questions),
            decision,
            now,
        })
        .contains(&action)
    };
    let own_copy = case.state == IncidentState::Merged && !seen.sees().reporter;
    let survivor = case.survivor.as_ref().filter(|_| own_copy);
    let state = state_of_survivor(survivor, asked(viewer.id(), &case.questions)).unwrap_or(case.state);
    if may_with(seen.rows(), state, decision) {
        return Ok(());
    }
    // What the person may do in another state has passed or is not due; what they may do in none is not theirs.
    let variants = decision.into_iter().flat_map(|d| {
        let with = move |confirmed| DecisionState { confirmed, retracted: false, ..d };
        [Some(with(true)), Some(with(false))]
    });
    let variants: Vec<_> = variants.chain([decision, None]).collect();
    let at_other_times = IncidentState::ALL.iter().any(|s| variants.iter().any(|d| may_with(&whole, *s, *d)));
    Err(if at_other_times { StoreError::Conflict(MOVED_ON) } else { StoreError::Forbidden(NOT_YOURS) })
}

/// Whether the entry is the viewer's own lapse, as far as they may know: they would correct it if nobody had decided.
pub(crate) fn could_correct_own_lapse(viewer: &Viewer, seen: &Seen, case: &Case, is_leader: bool) -> bool {
    let own = seen
        .rows()
        .iter()
        .any(|(why, level)| matches!(why, Why::Subject | Why::Reporter) && !matches!(level, Level::Stub));
    let decides = seen.rows().iter().any(|(why, _)| *why == Why::Decider);
    case.kind == IncidentKind::Violated && is_leader && own && !decides && case.subjects == [viewer.id()]
}

/// Whether a question to the person waits for an answer.
pub(crate) fn asked(person: Id, questions: &[questions::Model]) -> bool {
    questions.iter().any(|q| q.asked_of == person && q.answered_at.is_none())
}

/// How a decision came to where it is, read from its steps.
pub(crate) struct Way {
    /// People who said that they are involved, or from whom it was taken over.
    pub involved: Vec<Id>,
    /// People who were to decide, no longer are, and had done something with it: a stub stays with them.
    pub acted: Vec<Id>,
    /// How it came to whoever decides.
    pub assigned: Assigned,
}

impl Way {
    pub(crate) fn read(steps: &[incident_steps::Model], case: &Case) -> Result<Self, StoreError> {
        let mut way = Self { involved: Vec::new(), acted: Vec::new(), assigned: Assigned::ByRule };
        let did_something = |p: Id| {
            case.questions.iter().any(|q| q.asked_by == p)
                || case.decision.as_ref().is_some_and(|d| d.leader_id == p || d.confirmed_by == Some(p))
                || steps
                    .iter()
                    .any(|s| s.by_id == p && matches!(s.kind.as_str(), "PASSED" | "TAKEN_OVER" | "MERGED"))
        };
        let put = |list: &mut Vec<Id>, p: Id| {
            if !list.contains(&p) {
                list.push(p);
            }
        };
        for s in steps {
            let kind = word(StepKind::parse, &s.kind)?;
            match (kind, s.from_id) {
                (StepKind::Passed | StepKind::TakenOver, Some(from)) => {
                    put(&mut way.involved, from);
                    put(&mut way.acted, from);
                }
                (StepKind::DeciderLeft | StepKind::LineChanged, Some(from)) if did_something(from) => {
                    put(&mut way.acted, from);
                }
                _ => {}
            }
            way.assigned = match kind {
                StepKind::Passed if s.by_name => Assigned::ByName,
                StepKind::TakenOver => Assigned::TakenOver,
                StepKind::Merged | StepKind::HandedOver => way.assigned,
                StepKind::Passed | StepKind::DeciderLeft | StepKind::LineChanged => Assigned::ByRule,
            };
        }
        way.acted.retain(|p| *p != case.row.decider_id);
        Ok(way)
    }
}

/// Writes who sees the incident in its present state, by the rules of the domain. Rows that hold already keep their
/// beginning; leaders above are read from the reporting line while nobody has decided and stay frozen afterwards.
pub(crate) async fn write_access<C: ConnectionTrait>(
    db: &C,
    case: &Case,
    at: Instant,
) -> Result<(), StoreError> {
    let row = &case.row;
    let existing = rules::access_rows(db, row.id).await?;
    let way = Way::read(&rules::steps(db, row.id).await?, case)?;
    let is =
        |why: Why| move |r: &&incident_access::Model| r.why == why.as_str() && r.person_id != row.decider_id;
    let leaders_above: Vec<Id> = if case.undecided() {
        let lines = rules::reporting_lines(db).await?;
        people::leaders_above(&lines, row.decider_id, &case.subjects, &way.involved)
    } else {
        existing.iter().filter(is(Why::LeaderAbove)).map(|r| r.person_id).collect()
    };
    // Erasing takes away what somebody did with it; their stub stays.
    let stubs = existing.iter().filter(is(Why::FormerDecider)).map(|r| r.person_id);
    let mut former = way.acted;
    for p in stubs.filter(|_| case.state.erased()) {
        if !former.contains(&p) {
            former.push(p);
        }
    }
    former.retain(|p| !leaders_above.contains(p));
    let facts = Facts {
        kind: case.kind,
        state: case.state,
        logged_at: row.logged_at,
        subject_sees_after: TimeDelta::hours(row.subject_sees_after_hours.into()),
        reporter: row.reporter_id,
        subjects: case.subjects.clone(),
        decider: row.decider_id,
        leaders_above,
        former_deciders: former,
        asked: case.questions.iter().map(|q| (q.asked_of, q.at)).collect(),
        decided_by: case.decision.as_ref().map(|d| d.leader_id),
        // Closing may come long after a first decision: what counts is what the person had seen by then.
        decided_at: if case.state == IncidentState::Closed { Some(at) } else { row.decided_at },
        handling: case.decision_state()?.and_then(|d| d.handling),
        delivered_at: row.delivered_at,
        admins: if case.state.erased() { rules::admins(db).await? } else { Vec::new() },
    };
    let rows = table::rows(&facts).into_iter().map(|r| {
        let held = existing.iter().find(|e| e.person_id == r.person && e.why == r.why.as_str());
        let since = match (held, r.why) {
            (_, Why::Subject) => r.since,
            (Some(held), _) => held.since,
            (None, Why::Reporter) => r.since,
            (None, _) => at.max(r.since),
        };
        incident_access::ActiveModel {
            incident_id: Set(row.id),
            person_id: Set(r.person),
            why: Set(r.why.as_str().into()),
            level: Set(r.level.as_str().into()),
            since: Set(since),
            until: Set(None),
        }
    });
    let rows: Vec<_> = rows.collect();
    let mut old =
        incident_access::Entity::delete_many().filter(incident_access::Column::IncidentId.eq(row.id));
    if !case.state.erased() {
        // What an admin has opened stays open until its time is over.
        old = old.filter(incident_access::Column::Until.is_null());
    }
    old.exec(db).await?;
    incident_access::Entity::insert_many(rows).exec(db).await?;
    Ok(())
}

/// Who decides: the rule of the domain over the reporting lines as they are.
pub(crate) async fn decider<C: ConnectionTrait>(
    db: &C,
    subjects: &[Id],
    team: Option<Id>,
    excluded: &[Id],
) -> Result<Option<Id>, StoreError> {
    let team = match team {
        Some(id) => Some(TeamSubject { lead: rules::team(db, id).await?.and_then(|(_, lead)| lead) }),
        None => None,
    };
    let lines = rules::reporting_lines(db).await?;
    Ok(people::decider(&lines, subjects, team, excluded, &rules::admins(db).await?))
}

/// The venue of an input, which must be there when it is given.
pub(crate) async fn known_venue<C: ConnectionTrait>(
    db: &C,
    id: Option<Id>,
) -> Result<Option<venues::Model>, StoreError> {
    let Some(id) = id else { return Ok(None) };
    let unknown = || StoreError::field("venueId", "Please choose a venue: this one is unknown.");
    rules::venue(db, id).await?.ok_or_else(unknown).map(Some)
}

/// A step on the decision's way from one leader to another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step<'a> {
    pub kind: StepKind,
    pub by: Id,
    pub from: Option<Id>,
    pub to: Option<Id>,
    /// Why, where somebody was asked for it.
    pub reason: Option<&'a str>,
    /// Whether the other leader was named instead of found by the rule.
    pub by_name: bool,
}

/// Notes a step.
pub(crate) async fn note_step<C: ConnectionTrait>(
    db: &C,
    incident: Id,
    step: Step<'_>,
    at: Instant,
) -> Result<(), StoreError> {
    incident_steps::ActiveModel {
        id: Set(Id::new_v4()),
        incident_id: Set(incident),
        kind: Set(step.kind.as_str().into()),
        by_id: Set(step.by),
        from_id: Set(step.from),
        to_id: Set(step.to),
        reason: Set(step.reason.map(|r| r.trim().to_owned())),
        at: Set(at),
        by_name: Set(step.by_name),
    }
    .insert(db)
    .await?;
    Ok(())
}

/// Notes a step of an undecided entry and gives it to whoever decides next, with the copies that were merged into it:
/// they are the same event.
pub(crate) async fn give_to<C: ConnectionTrait>(
    db: &C,
    case: Case,
    to: Id,
    step: Step<'_>,
    at: Instant,
) -> Result<Vec<Id>, StoreError> {
    let copies = rules::copies(db, case.row.id).await?;
    let mut changed = vec![case.row.id];
    give_one(db, case, to, step, at).await?;
    for copy in copies {
        changed.push(copy.id);
        give_one(db, Case::load(db, copy).await?, to, step, at).await?;
    }
    Ok(changed)
}

async fn give_one<C: ConnectionTrait>(
    db: &C,
    mut case: Case,
    to: Id,
    step: Step<'_>,
    at: Instant,
) -> Result<(), StoreError> {
    note_step(db, case.row.id, step, at).await?;
    let mut row = case.row.into_active_model();
    row.decider_id = Set(to);
    case.row = row.update(db).await?;
    write_access(db, &case, at).await
}

impl ViewerStore {
    /// Locks an incident for a step that the viewer may take.
    pub(crate) async fn begin_step(
        &self,
        id: Id,
        action: Action,
    ) -> Result<(DatabaseTransaction, Seen, Case, Instant), StoreError> {
        self.may_write()?;
        let at = crate::now();
        let tx = self.db().begin().await?;
        let seen = rules::lock_incident(&tx, self.viewer(), at, id).await?;
        let case = Case::load(&tx, seen.row().clone()).await?;
        let is_leader = rules::is_leader(&tx, self.viewer().id()).await?;
        require(self.viewer(), &seen, &case, is_leader, action, at)?;
        Ok((tx, seen, case, at))
    }

    /// Writes the audit row and commits.
    pub(crate) async fn done(
        &self,
        tx: DatabaseTransaction,
        at: Instant,
        action: &'static str,
        object: Id,
        content: &str,
    ) -> Result<(), StoreError> {
        let event = Event { actor: Some(self.viewer().id()), action, kind: "incident", object, content };
        audit::append(&tx, at, event).await?;
        tx.commit().await?;
        if leak!(EventsOfHiddenSteps) {
            crate::leaks::tell(self).await?;
        }
        Ok(())
    }

    /// Writes an audit row for each of some incidents that a change carried along.
    pub(crate) async fn note_all<C: ConnectionTrait>(
        &self,
        db: &C,
        at: Instant,
        action: &'static str,
        incidents: &[Id],
    ) -> Result<(), StoreError> {
        for object in incidents {
            let actor = Some(self.viewer().id());
            audit::append(db, at, Event { actor, action, kind: "incident", object: *object, content: "" })
                .await?;
        }
        Ok(())
    }

    /// The incident as the viewer sees it after their own step at `at`; it may be gone from their sight. What the step
    /// wrote holds from then on, also when the clock has been put back in between.
    pub(crate) async fn after(&self, id: Id, at: Instant) -> Result<Incident, StoreError> {
        self.incident_at(id, crate::now().max(at)).await?.ok_or(StoreError::NotFound)
    }
}
