//! Decisions: recorded once, revised until delivered, confirmed where a leader corrects an own lapse.

use sea_orm::{ActiveModelTrait, ConnectionTrait, IntoActiveModel, Set};
use upheld_domain::actions::Action;
use upheld_domain::decision::{self, Consideration, DecisionForm};
use upheld_domain::words::{Audience, Handling, Heard, IncidentState, Outcome, WitnessWord};
use upheld_domain::{Id, Instant, clock};

use crate::access::rules;
use crate::audit::hash;
use crate::entities::{decision_versions, decisions};
use crate::error::{StoreError, is_unique_violation, word, word_opt};
use crate::incident_view::{Decision, VersionBody};
use crate::keys::ClientKey;
use crate::steps::{self, Case};
use crate::viewer::ViewerStore;

/// A decision as it is recorded.
#[derive(Debug, Clone)]
pub struct DecisionInput {
    /// The client's key.
    pub key: Id,
    /// What is decided on.
    pub incident: Id,
    /// What it is.
    pub outcome: Outcome,
    /// Public or 1:1.
    pub handling: Option<Handling>,
    /// Where it will be said; the incident's venue where not given.
    pub venue: Option<Id>,
    /// The three answers.
    pub consideration: Option<Consideration>,
    /// How the person was heard.
    pub heard: Option<Heard>,
    /// Why only in the moment.
    pub heard_reason: Option<String>,
    /// The leader's reason.
    pub rationale: String,
    /// What is said.
    pub wording: Option<String>,
    /// Whether it is also said 1:1.
    pub also_one_to_one: bool,
    /// Whether a public correction names the person.
    pub names_subject: Option<bool>,
    /// What witnesses hear.
    pub witness_word: WitnessWord,
    /// The sentence for witnesses.
    pub principle: Option<String>,
    /// What mends the damage.
    pub repair: Option<String>,
    /// The version that is replaced.
    pub expected_version: Option<i32>,
}

const DECIDED_ALREADY: &str = "Somebody has decided on this already. Please reload it.";

/// What the check of a decision found out on the way.
pub(crate) struct Checked {
    venue_id: Option<Id>,
    venue_audience: Option<Audience>,
    audience: Audience,
    same_people: bool,
}

/// Checks a decision by `leader` against the rules.
pub(crate) async fn check<C: ConnectionTrait>(
    db: &C,
    case: &Case,
    leader: Id,
    input: &DecisionInput,
    before_the_tool: bool,
) -> Result<Checked, StoreError> {
    let own_lapse = decision::about_oneself(leader, &case.subjects);
    let venue_id = match (input.handling, input.venue) {
        (Some(Handling::Public), venue) => venue.or(case.row.venue_id),
        _ => None,
    };
    let venue = steps::known_venue(db, venue_id).await?;
    let venue_audience = venue.as_ref().map(|v| word(Audience::parse, &v.audience)).transpose()?;
    let audience = word(Audience::parse, &case.row.audience)?;
    let people = rules::people(db, &case.subjects).await?;
    let replied = rules::replies(db, case.row.id).await?;
    let form = DecisionForm {
        outcome: Some(input.outcome),
        handling: input.handling,
        venue_audience,
        consideration: input.consideration,
        heard: input.heard,
        heard_reason: input.heard_reason.clone(),
        rationale: input.rationale.clone(),
        wording: input.wording.clone(),
        names_subject: input.names_subject.unwrap_or(false),
        witness_word: input.witness_word,
        principle: input.principle.clone(),
        repair: input.repair.clone(),
    };
    let scene = match case.row.venue_id {
        Some(id) => rules::venue(db, id).await?,
        None => None,
    };
    let witnesses = match &scene {
        Some(scene) => rules::venue_audience(db, scene).await?,
        None => Vec::new(),
    };
    let has_witnesses = !witnesses.is_empty();
    let same_people = match &venue {
        Some(venue) => {
            venue_id == case.row.venue_id || same_people(&witnesses, &rules::venue_audience(db, venue).await?)
        }
        None => false,
    };
    let facts = decision::Case {
        kind: case.kind,
        audience,
        subject_names: people.into_iter().map(|p| p.name).collect(),
        has_reply: replied.iter().any(|r| case.subjects.contains(&r.author_id)),
        was_asked: case.questions.iter().any(|q| case.subjects.contains(&q.asked_of)),
        has_witnesses,
        own_lapse,
        before_the_tool,
    };
    decision::check(&form, &facts)?;
    Ok(Checked { venue_id, venue_audience, audience, same_people })
}

/// Whether two places have the same people, and any at all.
pub(crate) fn same_people(a: &[Id], b: &[Id]) -> bool {
    let set = |ids: &[Id]| ids.iter().copied().collect::<std::collections::BTreeSet<Id>>();
    !a.is_empty() && set(a) == set(b)
}

/// Records a decision by `leader`, who was found to be the one to decide: checks it against the rules, writes it with
/// its version, moves the incident on and writes who sees it.
pub(crate) async fn record<C: ConnectionTrait>(
    db: &C,
    mut case: Case,
    leader: Id,
    input: &DecisionInput,
    before_the_tool: bool,
    at: Instant,
) -> Result<Case, StoreError> {
    let Checked { venue_id, venue_audience, audience, same_people } =
        check(db, &case, leader, input, before_the_tool).await?;
    let next =
        if input.outcome == Outcome::NoAction { IncidentState::Closed } else { IncidentState::Decided };
    case.may_become(next)?;
    let reach = input.handling.map(|h| {
        let handled = if h == Handling::OneToOne {
            Audience::OneToOne
        } else {
            venue_audience.unwrap_or(Audience::OneToOne)
        };
        decision::reach(audience, same_people, handled)
    });
    let considered = decision::considered(
        case.kind,
        audience,
        input.outcome,
        input.handling,
        &input.rationale,
        input.consideration.is_some(),
    );
    // How the person was heard belongs to a correction in public; 1:1 is where they are heard.
    let in_public = input.outcome == Outcome::Correction && input.handling == Some(Handling::Public);
    let heard = input.heard.filter(|_| in_public);
    let text = |t: &Option<String>| t.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    let (id, version, decided_at) = match &case.decision {
        Some(d) => (d.id, d.version + 1, d.decided_at),
        None => (Id::new_v4(), 1, at),
    };
    let row = decisions::ActiveModel {
        id: Set(id),
        incident_id: Set(case.row.id),
        leader_id: Set(leader),
        outcome: Set(input.outcome.as_str().into()),
        handling: Set(input.handling.map(|h| h.as_str().into())),
        venue_id: Set(venue_id),
        reach: Set(reach.map(|r| r.as_str().into())),
        only_one_who_knows: Set(input.consideration.map(|c| c.only_one_who_knows)),
        nobody_else_affected: Set(input.consideration.map(|c| c.nobody_else_affected)),
        known_at_first_hand: Set(input.consideration.map(|c| c.known_at_first_hand)),
        heard: Set(heard.map(|h| h.as_str().into())),
        heard_reason: Set(text(&input.heard_reason).filter(|_| heard.is_some())),
        rationale: Set(Some(input.rationale.trim().into())),
        wording: Set(text(&input.wording)),
        // A recognition always names its people.
        names_subject: Set(input.outcome == Outcome::Recognition || input.names_subject.unwrap_or(false)),
        also_one_to_one: Set(input.also_one_to_one),
        witness_word: Set(input.witness_word.as_str().into()),
        principle: Set(text(&input.principle)),
        repair: Set(text(&input.repair)),
        considered: Set(considered),
        decided_at: Set(decided_at),
        confirmed_by: Set(None),
        delivered_at: Set(None),
        delivered_in: Set(None),
        retracted_at: Set(None),
        retraction_reason: Set(None),
        version: Set(version),
    };
    let saved = if case.decision.is_some() {
        row.update(db).await?
    } else {
        row.insert(db).await.map_err(|e| {
            // The last line of defence: the database itself holds one decision for each incident.
            if is_unique_violation(&e) { StoreError::Conflict(DECIDED_ALREADY) } else { e.into() }
        })?
    };
    decision_versions::ActiveModel {
        decision_id: Set(id),
        version: Set(version),
        recorded_by: Set(leader),
        recorded_at: Set(at),
        body: Set(Some(version_body(&saved)?)),
    }
    .insert(db)
    .await?;

    let waited = case.row.waiting_since.map_or(0, |since| clock::wait(since, at).num_seconds());
    let total = case.row.waited_seconds + waited;
    let mut incident = case.row.into_active_model();
    incident.state = Set(next.as_str().into());
    incident.waiting_since = Set(None);
    incident.waited_seconds = Set(total);
    incident.decided_at = Set(Some(decided_at));
    case.row = incident.update(db).await?;
    case.state = next;
    case.decision = Some(saved);
    steps::write_access(db, &case, at).await?;
    Ok(case)
}

fn version_body(d: &decisions::Model) -> Result<String, StoreError> {
    let body = VersionBody {
        outcome: word(Outcome::parse, &d.outcome)?,
        handling: word_opt(Handling::parse, d.handling.as_deref())?,
        venue: d.venue_id,
        rationale: d.rationale.clone(),
        wording: d.wording.clone(),
        names_subject: d.names_subject,
        witness_word: word(WitnessWord::parse, &d.witness_word)?,
        principle: d.principle.clone(),
        repair: d.repair.clone(),
        heard: word_opt(Heard::parse, d.heard.as_deref())?,
        heard_reason: d.heard_reason.clone(),
        answers: [d.only_one_who_knows, d.nobody_else_affected, d.known_at_first_hand],
    };
    serde_json::to_string(&body).map_err(|e| StoreError::Internal(e.to_string()))
}

impl ViewerStore {
    /// Records a decision, or revises one that is not delivered.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Conflict` when somebody was faster, or the fields that need mending.
    pub async fn record_decision(&self, input: DecisionInput) -> Result<Decision, StoreError> {
        let me = self.viewer().id();
        let key = ClientKey {
            person: me,
            key: input.key,
            operation: "recordDecision",
            digest: hash(&[&format!("{input:?}")]),
        };
        self.may_write()?;
        let at = crate::now();
        let tx = self.db().begin().await?;
        let seen = rules::lock_incident(&tx, self.viewer(), at, input.incident).await?;
        // A retry is answered before the state is looked at: the first try has moved it on.
        if key.made(&tx).await?.is_some() {
            tx.rollback().await?;
            return self.decision_of(input.incident, crate::now()).await;
        }
        let case = Case::load(&tx, seen.row().clone()).await?;
        let is_leader = rules::is_leader(&tx, me).await?;
        let allowed = |action| steps::require(self.viewer(), &seen, &case, is_leader, action, at);
        let too_early = || {
            let message = "Please leave it out: there is no decision to replace yet.";
            StoreError::field("expectedVersion", message)
        };
        let replaces = input.expected_version.filter(|v| *v != 0);
        match (&case.decision, replaces) {
            (Some(current), Some(expected)) if allowed(Action::Revise).is_ok() => {
                if current.version != expected {
                    return Err(StoreError::Conflict(
                        "This decision was changed in the meantime. Please reload it.",
                    ));
                }
            }
            _ if steps::could_correct_own_lapse(self.viewer(), &seen, &case, is_leader) => {
                // The person may not know whether somebody has decided: only a whole correction meets that decision.
                if replaces.is_some() {
                    return Err(too_early());
                }
                check(&tx, &case, me, &input, false).await?;
                if allowed(Action::CorrectOwnLapse).is_err() {
                    return Err(StoreError::Conflict(DECIDED_ALREADY));
                }
            }
            _ => {
                allowed(Action::Decide)?;
                if replaces.is_some() {
                    return Err(too_early());
                }
            }
        }
        if !key.note(&tx, input.incident, at).await? {
            tx.rollback().await?;
            let made = key.made(self.db().writer()).await?.ok_or(StoreError::Unavailable)?;
            return self.decision_of(made, crate::now()).await;
        }
        record(&tx, case, me, &input, false, at).await?;
        let content = format!("{}\n{}", input.rationale, input.wording.as_deref().unwrap_or_default());
        self.done(tx, at, "decision.record", input.incident, &content).await?;
        self.decision_of(input.incident, at).await
    }

    /// Confirms a leader's own lapse, which counts and can be delivered from then on.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` or `Conflict`.
    pub async fn confirm_decision(&self, decision: Id) -> Result<Decision, StoreError> {
        let (tx, _, case, at) = self.begin_decision_step(decision, Action::Confirm).await?;
        let id = case.row.id;
        let current = case.decision.ok_or(StoreError::NotFound)?;
        let mut row = current.into_active_model();
        row.confirmed_by = Set(Some(self.viewer().id()));
        row.update(&tx).await?;
        self.done(tx, at, "decision.confirm", id, "").await?;
        self.decision_of(id, at).await
    }

    /// The decision of an incident, as the viewer sees it.
    pub(crate) async fn decision_of(&self, incident: Id, at: Instant) -> Result<Decision, StoreError> {
        self.after(incident, at).await?.decision.ok_or(StoreError::NotFound)
    }
}
