//! Two logs of the same event: offered to who decides, merged by them, and apart again when the one that was kept is
//! taken back. Reporters do not learn of each other.

use std::collections::HashMap;

use sea_orm::{ActiveModelTrait, ConnectionTrait, IntoActiveModel, Set};
use upheld_domain::access::{Level, Why};
use upheld_domain::actions::Action;
use upheld_domain::duplicates::{self, Event};
use upheld_domain::words::{IncidentKind, IncidentState, StepKind};
use upheld_domain::{Id, Instant, clock};

use crate::access::{self, Seen, rules};
use crate::entities::{incidents, replies};
use crate::error::{StoreError, word};
use crate::incident_view::Incident;
use crate::steps::{self, Case, Step};
use crate::viewer::ViewerStore;

/// How many possible duplicates are offered.
const OFFERED_AT_MOST: usize = 10;

fn decides(seen: &Seen) -> bool {
    seen.rows().contains(&(Why::Decider, Level::All))
}

fn event(row: &incidents::Model, subjects: Vec<Id>, values: Vec<Id>) -> Result<Event, StoreError> {
    Ok(Event {
        kind: word(IncidentKind::parse, &row.kind)?,
        subjects,
        team: row.subject_team_id,
        venue: row.venue_id,
        on: row.occurred_on,
        values,
    })
}

/// Merges a log into another one; `by` is none in an import.
pub(crate) async fn merge<C: ConnectionTrait>(
    db: &C,
    mut case: Case,
    survivor: &Case,
    by: Option<Id>,
    at: Instant,
) -> Result<(), StoreError> {
    case.may_become(IncidentState::Merged)?;
    let (copy, into) = (case.row.id, survivor.row.id);
    // What the person said to this log is their side of the event: it counts where the event is decided, and stays
    // readable to them there.
    for r in rules::replies(db, copy).await?.into_iter().filter(|r| case.subjects.contains(&r.author_id)) {
        replies::ActiveModel {
            id: Set(Id::new_v4()),
            incident_id: Set(into),
            author_id: Set(r.author_id),
            question_id: Set(None),
            text: Set(r.text),
            at: Set(r.at),
        }
        .insert(db)
        .await?;
    }
    for earlier in rules::copies(db, copy).await? {
        let mut row = earlier.into_active_model();
        row.merged_into = Set(Some(into));
        let moved = Case::load(db, row.update(db).await?).await?;
        steps::write_access(db, &moved, at).await?;
    }
    let waited = case.row.waiting_since.map_or(0, |since| clock::wait(since, at).num_seconds());
    let total = case.row.waited_seconds + waited;
    let mut row = case.row.into_active_model();
    row.state = Set(IncidentState::Merged.as_str().into());
    row.waiting_since = Set(None);
    row.waited_seconds = Set(total);
    row.merged_into = Set(Some(into));
    case.row = row.update(db).await?;
    case.state = IncidentState::Merged;
    case.survivor = Some(survivor.row.clone());
    if let Some(by) = by {
        // On the copy alone: when its reporter undoes it, nothing of it stays.
        let step = Step { kind: StepKind::Merged, by, from: None, to: None, reason: None, by_name: false };
        steps::note_step(db, copy, step, at).await?;
    }
    steps::write_access(db, &case, at).await
}

/// The copies of an entry that is being taken back stand alone again, open as their reporters knew them.
pub(crate) async fn release_copies<C: ConnectionTrait>(
    db: &C,
    survivor: Id,
    at: Instant,
) -> Result<Vec<Id>, StoreError> {
    let mut released = Vec::new();
    for copy in rules::copies(db, survivor).await? {
        let mut case = Case::load(db, copy).await?;
        case.may_become(IncidentState::Open)?;
        let mut row = case.row.into_active_model();
        row.state = Set(IncidentState::Open.as_str().into());
        row.merged_into = Set(None);
        case.row = row.update(db).await?;
        case.state = IncidentState::Open;
        case.survivor = None;
        steps::write_access(db, &case, at).await?;
        released.push(case.row.id);
    }
    Ok(released)
}

impl ViewerStore {
    /// Merges a log that the viewer decides into another one that they decide or have decided.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Conflict`, or what is wrong with the other one.
    pub async fn merge_incidents(&self, id: Id, into: Id) -> Result<Incident, StoreError> {
        self.may_write()?;
        let at = crate::now();
        let tx = self.db().begin().await?;
        // In the order of the ids, so that two merges at once wait for each other instead of both for ever.
        let mut found: HashMap<Id, Seen> = HashMap::new();
        let mut order = vec![id, into];
        order.sort_unstable();
        order.dedup();
        for one in order {
            match rules::lock_incident(&tx, self.viewer(), at, one).await {
                Ok(seen) => found.insert(one, seen),
                Err(StoreError::NotFound) => None,
                Err(e) => return Err(e),
            };
        }
        let seen = found.remove(&id).ok_or(StoreError::NotFound)?;
        let case = Case::load(&tx, seen.row().clone()).await?;
        let is_leader = rules::is_leader(&tx, self.viewer().id()).await?;
        steps::require(self.viewer(), &seen, &case, is_leader, Action::Merge, at)?;
        let wrong = |message: &str| StoreError::field("intoId", message);
        // Hidden, absent and decided by others are one answer.
        let other = found.remove(&into).filter(decides).ok_or_else(|| {
            wrong("Please choose another entry that you decide: this one is unknown or not yours to decide.")
        })?;
        let survivor = Case::load(&tx, other.row().clone()).await?;
        if survivor.state == IncidentState::Merged {
            return Err(wrong("Please choose the entry that this one was merged into."));
        }
        if survivor.state.erased() {
            return Err(wrong("Please choose an entry that still has its text."));
        }
        let about = |case: &Case| event(&case.row, case.subjects.clone(), Vec::new());
        if !duplicates::can_merge(&about(&case)?, &about(&survivor)?) {
            return Err(wrong("Please choose an entry of the same kind about the same people."));
        }
        merge(&tx, case, &survivor, Some(self.viewer().id()), at).await?;
        self.done(tx, at, "incident.merge", id, "").await?;
        self.after(id, at).await
    }

    /// Other logs that may be of the same event, for who decides: of entries that they decide, or have decided, alone.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn possible_duplicates(&self, of: &[Id]) -> Result<HashMap<Id, Vec<Id>>, StoreError> {
        let db = &self.db().read;
        let now = crate::now();
        let select = access::incidents_to_decide(self.viewer(), now);
        let seen = access::see(db, self.viewer(), now, access::of_ids(select, of)).await?;
        let open = |s: &Seen| IncidentState::parse(&s.row().state).is_some_and(IncidentState::undecided);
        let seen: Vec<Seen> = seen.into_iter().filter(|s| decides(s) && open(s)).collect();
        if seen.is_empty() {
            return Ok(HashMap::new());
        }
        let days = seen.iter().map(|s| s.row().occurred_on);
        let Some((from, until)) = days.clone().min().zip(days.max()) else { return Ok(HashMap::new()) };
        let select = access::incidents_to_decide(self.viewer(), now);
        let others = access::of_days(select, from - chrono::Days::new(1), until + chrono::Days::new(1));
        let others = access::see(db, self.viewer(), now, others).await?;
        let mut subjects: HashMap<Id, Vec<Id>> = HashMap::new();
        for row in access::subjects_of(&others).all(db).await? {
            subjects.entry(row.incident_id).or_default().push(row.person_id);
        }
        let mut values: HashMap<Id, Vec<Id>> = HashMap::new();
        for row in access::values_of(&others).all(db).await? {
            values.entry(row.incident_id).or_default().push(row.value_id);
        }
        let part = |map: &HashMap<Id, Vec<Id>>, id: Id| map.get(&id).cloned().unwrap_or_default();
        let mut events: Vec<(Id, Event)> = Vec::new();
        for s in others.iter().filter(|s| decides(s)) {
            let state = word(IncidentState::parse, &s.row().state)?;
            if !state.erased() && state != IncidentState::Merged {
                events.push((s.id(), event(s.row(), part(&subjects, s.id()), part(&values, s.id()))?));
            }
        }
        let mut found = HashMap::new();
        for s in &seen {
            let Some((_, own)) = events.iter().find(|(id, _)| *id == s.id()) else { continue };
            let alike = events.iter().filter(|(id, e)| *id != s.id() && duplicates::alike(own, e));
            found.insert(s.id(), alike.map(|(id, _)| *id).take(OFFERED_AT_MOST).collect());
        }
        Ok(found)
    }
}
