//! What every step of an incident's life has in common: who may take it, and the access rows it writes.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, Set,
};
use upheld_domain::access::{self as table, Facts, Level, Why};
use upheld_domain::actions::{self, Action, DecisionState, Situation};
use upheld_domain::people::{self, TeamSubject};
use upheld_domain::words::{Handling, IncidentKind, IncidentState};
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
}

impl Case {
    pub(crate) async fn load<C: ConnectionTrait>(db: &C, row: incidents::Model) -> Result<Self, StoreError> {
        Ok(Self {
            kind: word(IncidentKind::parse, &row.kind)?,
            state: word(IncidentState::parse, &row.state)?,
            subjects: rules::subjects(db, row.id).await?,
            questions: rules::questions(db, row.id).await?,
            decision: rules::decision(db, row.id).await?,
            row,
        })
    }

    pub(crate) fn decision_state(&self) -> Result<Option<DecisionState>, StoreError> {
        self.decision.as_ref().map(decision_state).transpose()
    }

    /// Refuses a step that may not follow.
    pub(crate) fn may_become(&self, next: IncidentState) -> Result<(), StoreError> {
        if incident::may_follow(self.state, next) { Ok(()) } else { Err(StoreError::Conflict(MOVED_ON)) }
    }
}

pub(crate) fn decision_state(d: &decisions::Model) -> Result<DecisionState, StoreError> {
    Ok(DecisionState {
        leader: d.leader_id,
        handling: word_opt(Handling::parse, d.handling.as_deref())?,
        confirmed: d.confirmed_by.is_some(),
        retracted: d.retracted_at.is_some(),
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
    if may_with(seen.rows(), case.state, decision) {
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

/// Writes who sees the incident in its present state, by the rules of the domain. Rows that hold already keep their
/// beginning; leaders above are read from the reporting line while nobody has decided and stay frozen afterwards.
pub(crate) async fn write_access<C: ConnectionTrait>(
    db: &C,
    case: &Case,
    at: Instant,
) -> Result<(), StoreError> {
    let row = &case.row;
    let existing = rules::access_rows(db, row.id).await?;
    let steps = rules::steps(db, row.id).await?;
    let former: Vec<Id> = steps
        .iter()
        .filter(|s| s.kind != "HANDED_OVER")
        .filter_map(|s| s.from_id)
        .filter(|p| *p != row.decider_id)
        .fold(Vec::new(), |mut list, p| {
            if !list.contains(&p) {
                list.push(p);
            }
            list
        });
    let leaders_above = if case.state.undecided() {
        people::leaders_above(&rules::reporting_lines(db).await?, row.decider_id, &case.subjects, &former)
    } else {
        let above =
            |r: &&incident_access::Model| r.why == Why::LeaderAbove.as_str() && r.person_id != row.decider_id;
        existing.iter().filter(above).map(|r| r.person_id).collect()
    };
    let facts = Facts {
        kind: case.kind,
        state: case.state,
        logged_at: row.logged_at,
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
    incident_access::Entity::delete_many()
        .filter(incident_access::Column::IncidentId.eq(row.id))
        .exec(db)
        .await?;
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

/// Notes a step of the decision's way from one leader to another.
pub(crate) async fn note_step<C: ConnectionTrait>(
    db: &C,
    incident: Id,
    kind: &str,
    by: Id,
    between: (Option<Id>, Option<Id>),
    reason: &str,
    at: Instant,
) -> Result<(), StoreError> {
    incident_steps::ActiveModel {
        id: Set(Id::new_v4()),
        incident_id: Set(incident),
        kind: Set(kind.into()),
        by_id: Set(by),
        from_id: Set(between.0),
        to_id: Set(between.1),
        reason: Set(Some(reason.trim().into())),
        at: Set(at),
    }
    .insert(db)
    .await?;
    Ok(())
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

    /// The incident as the viewer sees it after their own step; it may be gone from their sight.
    pub(crate) async fn after(&self, id: Id) -> Result<Incident, StoreError> {
        self.incident(id).await?.ok_or(StoreError::NotFound)
    }
}
