//! Incidents as a viewer may see them: every field is masked here, so that nothing hidden leaves the store.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, QueryFilter, Select};
use upheld_domain::access::{Level, Sees, Why};
use upheld_domain::actions::{self, Situation};
use upheld_domain::clock::{self, Limits, Times};
use upheld_domain::decision::Consideration;
use upheld_domain::words::{
    Age, Audience, Handling, Heard, IncidentKind, IncidentState, Outcome, Reach, Severity, WitnessWord,
};
use upheld_domain::{Id, Instant};

use crate::access::{self, Seen, rules};
use crate::entities::{decisions, incident_access, incidents, questions};
use crate::error::{StoreError, word, word_opt};
use crate::incident_view::{Decision, Incident, Onlooker, Question, Reply, Thread};
use crate::page::{self, Cursor, PageRequest, Slice};
use crate::people::limits;
use crate::steps;
use crate::viewer::ViewerStore;

impl ViewerStore {
    /// An incident, if the viewer sees anything of it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn incident(&self, id: Id) -> Result<Option<Incident>, StoreError> {
        self.incident_at(id, crate::now()).await
    }

    pub(crate) async fn incident_at(&self, id: Id, now: Instant) -> Result<Option<Incident>, StoreError> {
        let select = access::incidents(self.viewer(), now).filter(incidents::Column::Id.eq(id));
        Ok(self.incidents(select, now).await?.pop())
    }

    /// Incidents by id, as far as the viewer sees them; in no order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn incidents_by_id(&self, ids: &[Id]) -> Result<Vec<Incident>, StoreError> {
        let now = crate::now();
        let select =
            access::incidents(self.viewer(), now).filter(incidents::Column::Id.is_in(ids.iter().copied()));
        self.incidents(select, now).await
    }

    /// What the viewer logged, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn my_incidents(
        &self,
        page: &PageRequest<Cursor>,
    ) -> Result<Slice<Incident, Cursor>, StoreError> {
        let now = crate::now();
        let line = self.fold_line(now).await?;
        let select = access::listed(self.viewer(), now, line)
            .filter(incidents::Column::ReporterId.eq(self.viewer().id()));
        self.incident_page(select, true, now, page).await
    }

    /// What waits for the viewer's decision, confirmation or delivery, oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn decision_queue(
        &self,
        page: &PageRequest<Cursor>,
    ) -> Result<Slice<Incident, Cursor>, StoreError> {
        let now = crate::now();
        let select = access::decision_queue(self.viewer(), now);
        self.incident_page(select, false, now, page).await
    }

    pub(crate) async fn incident_page(
        &self,
        select: Select<incidents::Entity>,
        newest_first: bool,
        now: Instant,
        page: &PageRequest<Cursor>,
    ) -> Result<Slice<Incident, Cursor>, StoreError> {
        let order = incidents::Column::LoggedAt;
        let order = if leak!(OrderByDelivery) { incidents::Column::DeliveredAt } else { order };
        let select = page::by_time(select, order, incidents::Column::Id, newest_first, page);
        let rows = self.incidents(select, now).await?;
        Ok(Slice::cut(rows.into_iter().map(|i| (Cursor { at: i.logged_at, id: i.id }, i)).collect(), page))
    }

    /// Reads and masks the incidents of a scoped select, in its order; the number of statements does not depend on
    /// theirs.
    pub(crate) async fn incidents(
        &self,
        select: Select<incidents::Entity>,
        now: Instant,
    ) -> Result<Vec<Incident>, StoreError> {
        let db = &self.db().read;
        let seen = access::see(db, self.viewer(), now, select).await?;
        if seen.is_empty() {
            return Ok(Vec::new());
        }
        let mut subjects: HashMap<Id, Vec<Id>> = HashMap::new();
        for row in access::subjects_of(&seen).all(db).await? {
            subjects.entry(row.incident_id).or_default().push(row.person_id);
        }
        let mut values: HashMap<Id, Vec<Id>> = HashMap::new();
        for row in access::values_of(&seen).all(db).await? {
            values.entry(row.incident_id).or_default().push(row.value_id);
        }
        let mut decisions: HashMap<Id, decisions::Model> =
            access::decisions_of(&seen).all(db).await?.into_iter().map(|d| (d.incident_id, d)).collect();
        let mut asked: HashMap<Id, Vec<questions::Model>> = HashMap::new();
        for q in access::questions_of(self.viewer(), &seen).all(db).await? {
            asked.entry(q.incident_id).or_default().push(q);
        }
        let survivors = access::survivors(db, &seen).await?;
        let leaders: Vec<Id> = decisions.values().map(|d| d.leader_id).collect();
        let left = rules::left_among(db, &leaders).await?;
        let is_leader = rules::is_leader(db, self.viewer().id()).await?;
        let limits = rules::organisation(db).await?.map(|o| limits(&o)).unwrap_or_default();
        self.note_readings(&seen)?;
        seen.iter()
            .map(|s| {
                let parts = Parts {
                    subjects: subjects.remove(&s.id()).unwrap_or_default(),
                    values: values.remove(&s.id()).unwrap_or_default(),
                    decision: decisions.remove(&s.id()),
                    questions: asked.remove(&s.id()).unwrap_or_default(),
                    survivor: s.row().merged_into.and_then(|id| survivors.get(&id)),
                    left: &left,
                    is_leader,
                    limits,
                };
                self.mask(s, parts, now)
            })
            .collect()
    }

    fn mask(&self, seen: &Seen, parts: Parts<'_>, now: Instant) -> Result<Incident, StoreError> {
        let (row, sees, me) = (seen.row(), seen.sees(), self.viewer().id());
        let kind = word(IncidentKind::parse, &row.kind)?;
        let stored = word(IncidentState::parse, &row.state)?;
        let state = clock::state_at(stored, row.waiting_since, now);
        let waits_for_me = steps::asked(me, &parts.questions);
        let reporter = row.reporter_id == me;
        let everything = sees.reporter;

        // To its reporter a merged copy is like any other entry, in the state of the one that it was merged into.
        let own_copy = stored == IncidentState::Merged && !everything;
        let survivor = parts.survivor.filter(|_| own_copy);
        let shown = if everything || stored.erased() || leak!(StateUnmasked) {
            state
        } else if own_copy {
            steps::state_of_survivor(survivor, waits_for_me).unwrap_or(state)
        } else if sees.status {
            state
        } else if waits_for_me {
            IncidentState::Waiting
        } else {
            IncidentState::Open
        };
        let times = Times {
            logged_at: row.logged_at,
            waiting_since: row.waiting_since,
            waited_seconds: row.waited_seconds,
            decided_at: survivor.map_or(row.decided_at, |s| s.decided_at),
        };
        let leader_left = |d: &decisions::Model| parts.left.contains(&d.leader_id);
        let decision_state = parts.decision.as_ref().map(|d| steps::decision_state(d, leader_left(d)));
        let decision_state = decision_state.transpose()?;
        let lived = if own_copy { shown } else { stored };
        let viewer_may = actions::allowed(&Situation {
            viewer: me,
            rows: seen.rows(),
            kind,
            // Somebody who may not know that a decision was made is told what they could do without one.
            state: if sees.status || leak!(ActionsKnowTheState) { lived } else { shown },
            subjects: &parts.subjects,
            is_leader: parts.is_leader,
            logged_at: row.logged_at,
            asked: waits_for_me,
            decision: if sees.status { decision_state } else { None },
            now,
        });
        let text = |t: &Option<String>| t.clone().filter(|_| sees.text || leak!(TextOfStubs));
        let handled_in =
            parts.decision.as_ref().filter(|_| sees.place || leak!(PlaceUnmasked)).and_then(|d| {
                (d.handling.as_deref() == Some(Handling::Public.as_str())).then_some(d.delivered_in).flatten()
            });
        Ok(Incident {
            id: row.id,
            kind,
            state: shown,
            title: text(&row.title),
            situation: text(&row.situation),
            behaviour: text(&row.behaviour),
            impact: text(&row.impact),
            values: if sees.text || leak!(ValuesOfStubs) { parts.values } else { Vec::new() },
            subjects: if sees.text || leak!(SubjectsOfStubs) { parts.subjects } else { Vec::new() },
            subject_team: row.subject_team_id.filter(|_| sees.text),
            venue: row.venue_id.filter(|_| sees.text),
            audience: word_opt(
                Audience::parse,
                Some(&row.audience).filter(|_| sees.text).map(String::as_str),
            )?,
            audience_size: row.audience_size.filter(|_| sees.text),
            affected: word_opt(Audience::parse, row.affected.as_deref().filter(|_| sees.text))?,
            severity: word_opt(Severity::parse, row.severity.as_deref().filter(|_| sees.text))?,
            occurred_on: sees.text.then_some(row.occurred_on),
            logged_at: row.logged_at,
            evidence_url: text(&row.evidence_url),
            reporter: Some(row.reporter_id).filter(|_| everything || reporter || leak!(ReporterUnmasked)),
            decider: Some(row.decider_id).filter(|_| sees.text || leak!(DeciderOfStubs)),
            age: if (sees.status || leak!(AgeKnowsTheDecision)) && sees.text && lived != IncidentState::Merged
            {
                clock::age(kind, if own_copy { shown } else { state }, &times, parts.limits, now)
            } else {
                Age::Fresh
            },
            handled_in,
            undo_until: (reporter && lived.undecided() && clock::may_undo(row.logged_at, now))
                .then(|| row.logged_at + clock::UNDO_FOR),
            hide_reporter: Some(row.hide_reporter).filter(|_| everything || reporter),
            viewer_may,
            erased_at: row.erased_at,
            merged_into: row.merged_into.filter(|_| everything),
            decision: parts.decision.map(|d| mask_decision(d, sees)).transpose()?.flatten(),
        })
    }

    /// What was asked and replied about incidents, as far as the viewer reads it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn threads(&self, ids: &[Id]) -> Result<HashMap<Id, Thread>, StoreError> {
        let db = &self.db().read;
        let now = crate::now();
        let select =
            access::incidents(self.viewer(), now).filter(incidents::Column::Id.is_in(ids.iter().copied()));
        let seen = access::see(db, self.viewer(), now, select).await?;
        // A hidden reporter is masked in what others read; whoever knows the reporter reads the name.
        let masked: HashMap<Id, Option<Id>> = seen
            .iter()
            .map(|s| {
                (
                    s.id(),
                    Some(s.row().reporter_id).filter(|r| {
                        s.row().hide_reporter
                            && !leak!(QuestionNamesTheReporter)
                            && !s.sees().reporter
                            && *r != self.viewer().id()
                    }),
                )
            })
            .collect();
        let show = |incident: Id, person: Id| {
            Some(person).filter(|p| masked.get(&incident).copied().flatten() != Some(*p))
        };
        let mut threads: HashMap<Id, Thread> = HashMap::new();
        for q in access::questions_of(self.viewer(), &seen).all(db).await? {
            threads.entry(q.incident_id).or_default().questions.push(Question {
                id: q.id,
                asked_by: q.asked_by,
                asked_of: show(q.incident_id, q.asked_of),
                text: q.text,
                at: q.at,
            });
        }
        for r in access::replies_of(self.viewer(), &seen).all(db).await? {
            threads.entry(r.incident_id).or_default().replies.push(Reply {
                id: r.id,
                author: show(r.incident_id, r.author_id),
                text: r.text,
                at: r.at,
                answers: r.question_id,
            });
        }
        Ok(threads)
    }

    /// Who sees some incidents, as far as the viewer may know.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn onlookers(&self, of: &[Id]) -> Result<HashMap<Id, Vec<Onlooker>>, StoreError> {
        let db = &self.db().read;
        let now = crate::now();
        let me = self.viewer().id();
        let select =
            access::incidents(self.viewer(), now).filter(incidents::Column::Id.is_in(of.iter().copied()));
        let seen = access::see(db, self.viewer(), now, select).await?;
        if seen.is_empty() {
            return Ok(HashMap::new());
        }
        let entries: HashMap<Id, &Seen> = seen.iter().map(|s| (s.id(), s)).collect();
        let mut rows = access::onlookers_of(self.viewer(), now, &seen).all(db).await?;
        rows.extend(self.subjects_of_own_copies(&seen).await?);
        let ids: Vec<Id> = rows.iter().map(|r| r.person_id).collect();
        let names: HashMap<Id, String> =
            self.people_by_id(&ids).await?.into_iter().map(|p| (p.id, p.name)).collect();
        let mut found: HashMap<Id, Vec<Onlooker>> = HashMap::new();
        for r in rows {
            let why = word(Why::parse, &r.why)?;
            let level = word(Level::parse, &r.level)?;
            let Some(entry) = entries.get(&r.incident_id) else { continue };
            // Others' levels and times change with steps that the viewer may not know of; what they see at least does
            // not, nor from when at the latest.
            let own = entry.sees().reporter || r.person_id == me || leak!(OnlookersTellLevels);
            let level = if own { level } else { at_least(why, level) };
            let from = if own { Some(r.since) } else { at_the_latest(entry, why, r.since) };
            found.entry(r.incident_id).or_default().push(Onlooker {
                who: names.get(&r.person_id).cloned().unwrap_or_default(),
                person: Some(r.person_id),
                people: 1,
                why: why.in_words().into(),
                from,
                until: r.until.filter(|_| why == Why::Admin),
                sees: level.in_words().into(),
            });
        }
        for list in found.values_mut() {
            list.sort_by(|a, b| {
                (a.from.is_none(), a.from, a.person, &a.why).cmp(&(
                    b.from.is_none(),
                    b.from,
                    b.person,
                    &b.why,
                ))
            });
        }
        Ok(found)
    }
}

impl ViewerStore {
    /// The rows that the people a merged copy is about would have if it had not been merged, for its reporter.
    async fn subjects_of_own_copies(&self, seen: &[Seen]) -> Result<Vec<incident_access::Model>, StoreError> {
        let db = &self.db().read;
        let copies: Vec<&Seen> =
            seen.iter().filter(|s| s.row().state == "MERGED" && !s.sees().reporter).collect();
        if copies.is_empty() {
            return Ok(Vec::new());
        }
        let asked = access::questions_of_own_copies(seen).all(db).await?;
        let mut rows = Vec::new();
        for shown in access::subjects_of_survivors(seen).all(db).await? {
            for s in copies.iter().filter(|s| s.row().merged_into == Some(shown.incident_id)) {
                let row = s.row();
                let latest = row.logged_at + chrono::TimeDelta::hours(row.subject_sees_after_hours.into());
                let own = asked
                    .iter()
                    .filter(|q| q.incident_id == row.id && q.asked_of == shown.person_id)
                    .fold(latest, |since, q| since.min(q.at));
                let since = if row.kind == IncidentKind::Upheld.as_str() { shown.since } else { own };
                rows.push(incident_access::Model { incident_id: row.id, since, ..shown.clone() });
            }
        }
        Ok(rows)
    }
}

fn at_least(why: Why, level: Level) -> Level {
    match why {
        Why::Reporter => Level::OwnText,
        Why::Subject => Level::Text,
        _ => level,
    }
}

/// From when a person sees what is about them, for somebody who may not know when they were asked or told.
fn at_the_latest(entry: &Seen, why: Why, since: Instant) -> Option<Instant> {
    if why != Why::Subject || entry.sees().decision || leak!(OnlookersTellWhen) {
        return Some(since);
    }
    let violated = entry.row().kind == IncidentKind::Violated.as_str();
    violated.then(|| {
        entry.row().logged_at + chrono::TimeDelta::hours(entry.row().subject_sees_after_hours.into())
    })
}

struct Parts<'a> {
    subjects: Vec<Id>,
    values: Vec<Id>,
    decision: Option<decisions::Model>,
    questions: Vec<questions::Model>,
    survivor: Option<&'a incidents::Model>,
    left: &'a [Id],
    is_leader: bool,
    limits: Limits,
}

/// The decision as `sees` opens it. Who may know only why it was closed gets the reason and nothing that was weighed.
fn mask_decision(d: decisions::Model, sees: Sees) -> Result<Option<Decision>, StoreError> {
    let outcome = word(Outcome::parse, &d.outcome)?;
    let all = sees.reporter || leak!(CareUnmasked);
    let closed = outcome == Outcome::NoAction && sees.reason;
    if !(sees.decision || closed || leak!(DecisionUnmasked)) {
        return Ok(None);
    }
    let consideration = match (d.only_one_who_knows, d.nobody_else_affected, d.known_at_first_hand) {
        (Some(only_one_who_knows), Some(nobody_else_affected), Some(known_at_first_hand)) if all => {
            Some(Consideration { only_one_who_knows, nobody_else_affected, known_at_first_hand })
        }
        _ => None,
    };
    let rationale = d.rationale.clone().filter(|_| sees.rationale || leak!(RationaleUnmasked));
    // The reason for closing is written for the reporter; without one of its own the rationale is that reason.
    let wording = if outcome == Outcome::NoAction && !all { d.wording.or(d.rationale) } else { d.wording };
    Ok(Some(Decision {
        id: d.id,
        incident: d.incident_id,
        leader: d.leader_id,
        outcome,
        handling: word_opt(Handling::parse, d.handling.as_deref())?,
        venue: d.venue_id,
        reach: word_opt(Reach::parse, d.reach.as_deref())?,
        consideration,
        heard: word_opt(Heard::parse, d.heard.as_deref().filter(|_| all))?,
        heard_reason: d.heard_reason.filter(|_| all),
        rationale,
        wording,
        names_subject: d.names_subject,
        also_one_to_one: d.also_one_to_one,
        witness_word: word(WitnessWord::parse, &d.witness_word)?,
        principle: d.principle.filter(|_| sees.decision),
        repair: d.repair.filter(|_| sees.decision || leak!(RepairUnmasked)),
        decided_at: d.decided_at,
        confirmed_by: d.confirmed_by,
        delivered_at: d.delivered_at,
        delivered_in: d.delivered_in,
        retracted_at: d.retracted_at,
        version: d.version,
    }))
}
