//! What has been filled in of a decision. Outcome and handling are never preselected.

use leptos::prelude::*;
use upheld_domain::decision::{Case, Consideration, DecisionForm};

use crate::api::{
    Audience, ConsiderationInput, Decision, Handling, Heard, Id, Incident, IncidentKind, Outcome,
    RecordDecisionInput, WitnessWord, domain_id, new_key,
};
use crate::components::Choice;
use crate::forms::given;

/// The fields of the decision form, each a signal.
#[derive(Clone, Copy)]
pub struct Ruling {
    key: StoredValue<Id>,
    pub answers: [RwSignal<Option<bool>>; 3],
    pub outcome: RwSignal<Option<Outcome>>,
    pub handling: RwSignal<Option<Handling>>,
    pub venue: RwSignal<Vec<Choice>>,
    pub heard: RwSignal<Option<Heard>>,
    pub heard_reason: RwSignal<String>,
    pub wording: RwSignal<String>,
    pub names_subject: RwSignal<bool>,
    pub rationale: RwSignal<String>,
    pub witness_word: RwSignal<WitnessWord>,
    pub principle: RwSignal<String>,
    pub also_one_to_one: RwSignal<bool>,
    pub repair: RwSignal<String>,
}

impl Ruling {
    /// Empty, or as the decision that is revised; the venue is that of the event until another is chosen.
    pub fn new(incident: &Incident) -> Self {
        let old = incident.decision.as_ref();
        let text =
            |read: fn(&Decision) -> Option<String>| RwSignal::new(old.and_then(read).unwrap_or_default());
        let considered = old.and_then(|d| d.consideration.as_ref());
        let answers =
            considered.map(|c| [c.only_one_who_knows, c.nobody_else_affected, c.known_at_first_hand]);
        let answer = |i: usize| RwSignal::new(answers.map(|a| a[i]));
        let venue = old.and_then(|d| d.venue.as_ref()).or(incident.venue.as_ref());
        let venue = venue.filter(|v| v.audience != Audience::OneToOne);
        Self {
            key: StoredValue::new(new_key()),
            answers: [answer(0), answer(1), answer(2)],
            outcome: RwSignal::new(old.map(|d| d.outcome)),
            handling: RwSignal::new(old.and_then(|d| d.handling)),
            venue: RwSignal::new(
                venue
                    .map(|v| Choice { id: v.id.clone(), name: v.name.clone(), note: String::new() })
                    .into_iter()
                    .collect(),
            ),
            heard: RwSignal::new(old.and_then(|d| d.heard)),
            heard_reason: text(|d| d.heard_reason.clone()),
            wording: text(|d| d.wording.clone()),
            names_subject: RwSignal::new(
                old.is_some_and(|d| d.outcome == Outcome::Correction && d.names_subject),
            ),
            rationale: text(|d| d.rationale.clone()),
            witness_word: RwSignal::new(old.map_or(WitnessWord::Nothing, |d| d.witness_word)),
            principle: text(|d| d.principle.clone()),
            also_one_to_one: RwSignal::new(old.is_some_and(|d| d.also_one_to_one)),
            repair: text(|d| d.repair.clone()),
        }
    }

    /// The three answers, once all are given.
    pub fn consideration(self) -> Option<Consideration> {
        let [a, b, c] = self.answers.map(|s| s.get());
        Some(Consideration { only_one_who_knows: a?, nobody_else_affected: b?, known_at_first_hand: c? })
    }

    pub fn public(self) -> bool {
        self.handling.get() == Some(Handling::Public) && self.acts()
    }

    /// Whether something is done, and the form asks where.
    pub fn acts(self) -> bool {
        self.outcome.get().is_some_and(|o| o != Outcome::NoAction)
    }

    pub fn correction(self) -> bool {
        self.outcome.get() == Some(Outcome::Correction)
    }

    fn handled(self) -> Option<Handling> {
        self.handling.get().filter(|_| self.acts())
    }

    /// Whether the people who saw it hear of the handling anyway.
    pub fn witnesses_hear(self, incident: &Incident) -> bool {
        let there = incident.venue.as_ref().map(|v| v.id.clone());
        self.public() && self.venue.with(|v| v.first().map(|v| v.id.clone())) == there
    }

    /// What the rules check. `venue_audience` is that of the chosen venue.
    pub fn form(self, venue_audience: Option<Audience>, incident: &Incident) -> DecisionForm {
        let word = self.word(incident);
        DecisionForm {
            outcome: self.outcome.get().map(Into::into),
            handling: self.handled().map(Into::into),
            venue_audience: venue_audience.map(Into::into),
            consideration: self.consideration(),
            heard: self.heard.get().map(Into::into),
            heard_reason: given(&self.heard_reason.get()),
            rationale: self.rationale.get(),
            wording: given(&self.wording.get()),
            names_subject: self.names_subject.get(),
            witness_word: word.into(),
            principle: given(&self.principle.get()).filter(|_| word == WitnessWord::Principle),
            repair: given(&self.repair.get()),
        }
    }

    /// A word to the witnesses goes with a correction that they do not hear themselves.
    fn word(self, incident: &Incident) -> WitnessWord {
        if self.correction() && !self.witnesses_hear(incident) {
            self.witness_word.get()
        } else {
            WitnessWord::Nothing
        }
    }

    /// What is sent; `None` while no outcome is chosen.
    pub fn input(self, incident: &Incident) -> Option<RecordDecisionInput> {
        let outcome = self.outcome.get()?;
        let (public, correction) = (self.public(), self.correction());
        let word = self.word(incident);
        let heard = self.heard.get().filter(|_| public && correction);
        Some(RecordDecisionInput {
            key: self.key.get_value(),
            incident_id: incident.id.clone(),
            outcome,
            handling: self.handled(),
            venue_id: self.venue.with(|v| v.first().map(|v| v.id.clone())).filter(|_| public),
            consideration: self.consideration().map(|c| ConsiderationInput {
                only_one_who_knows: c.only_one_who_knows,
                nobody_else_affected: c.nobody_else_affected,
                known_at_first_hand: c.known_at_first_hand,
            }),
            heard,
            heard_reason: given(&self.heard_reason.get()).filter(|_| heard == Some(Heard::InTheMoment)),
            rationale: self.rationale.get(),
            wording: given(&self.wording.get()).filter(|_| self.acts()),
            also_one_to_one: Some(public && self.also_one_to_one.get()),
            names_subject: correction.then(|| public && self.names_subject.get()),
            witness_word: Some(word),
            principle: given(&self.principle.get()).filter(|_| word == WitnessWord::Principle),
            repair: given(&self.repair.get()).filter(|_| correction),
            expected_version: incident.decision.as_ref().map(|d| d.version),
        })
    }

    /// A conflict or a change after a failed try makes it another request.
    pub fn renew_key(self) {
        self.key.set_value(new_key());
    }
}

/// What the rules need to know of the incident.
pub fn case(incident: &Incident, viewer: &Id) -> Case {
    let subject = |id: &Id| incident.subjects.iter().any(|s| s.id == *id);
    Case {
        kind: incident.kind.into(),
        audience: incident.audience.unwrap_or(Audience::Team).into(),
        subject_names: incident.subjects.iter().map(|s| s.name.clone()).collect(),
        has_reply: incident.replies.iter().any(|r| r.author.as_ref().is_some_and(|a| subject(&a.id))),
        was_asked: incident.questions.iter().any(|q| q.asked_of.as_ref().is_some_and(|p| subject(&p.id))),
        // Whether people are known to have been there, the server says; without a place nobody is.
        has_witnesses: incident.venue.as_ref().is_some_and(|v| v.audience != Audience::OneToOne),
        own_lapse: incident.kind == IncidentKind::Violated
            && upheld_domain::decision::about_oneself(
                domain_id(viewer),
                &incident.subjects.iter().map(|s| domain_id(&s.id)).collect::<Vec<_>>(),
            ),
        before_the_tool: false,
    }
}
