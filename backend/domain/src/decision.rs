//! What a decision must hold, its hint and its reach.

use chrono::{NaiveDate, TimeDelta};

use crate::text::{self, FieldError, Invalid};
use crate::words::{Audience, Handling, Heard, Hint, IncidentKind, Outcome, Reach, WitnessWord};
use crate::{Id, Instant};

/// The three answers that a leader gives before deciding on a violation that others saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consideration {
    /// Are you the only one who knows of it?
    pub only_one_who_knows: bool,
    /// Was nobody else affected?
    pub nobody_else_affected: bool,
    /// Do you know it at first hand?
    pub known_at_first_hand: bool,
}

/// The three questions in the words of the form, in the order of [`Consideration`].
pub const QUESTIONS: [&str; 3] =
    ["Are you the only one who knows of it?", "Was nobody else affected?", "Do you know it at first hand?"];

impl Consideration {
    /// What the answers suggest: 1:1 fits only when all three are yes.
    #[must_use]
    pub fn hint(self) -> Hint {
        if self.only_one_who_knows && self.nobody_else_affected && self.known_at_first_hand {
            Hint::OneToOneFits
        } else {
            Hint::ConsiderTheTeam
        }
    }
}

/// The form "decide" as a leader fills it in; the same on the server and in the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionForm {
    /// What it is.
    pub outcome: Option<Outcome>,
    /// Where it is handled; never preselected.
    pub handling: Option<Handling>,
    /// The audience of the venue where it will be said, where there is one.
    pub venue_audience: Option<Audience>,
    /// The three answers.
    pub consideration: Option<Consideration>,
    /// How the person was heard.
    pub heard: Option<Heard>,
    /// Why the person was heard only in the moment.
    pub heard_reason: Option<String>,
    /// Why the leader decides so.
    pub rationale: String,
    /// What is said.
    pub wording: Option<String>,
    /// Whether a public correction names the person.
    pub names_subject: bool,
    /// What the venue's people hear of a handling that they did not see.
    pub witness_word: WitnessWord,
    /// The sentence of `PRINCIPLE`.
    pub principle: Option<String>,
    /// What mends the damage.
    pub repair: Option<String>,
}

/// What the rules need to know of the incident that is decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Upheld or violated.
    pub kind: IncidentKind,
    /// Who saw it.
    pub audience: Audience,
    /// The names of the people it is about.
    pub subject_names: Vec<String>,
    /// Whether the person's reply is attached.
    pub has_reply: bool,
    /// Whether the person was asked.
    pub was_asked: bool,
    /// Whether the place of the event has people who can be told something.
    pub has_witnesses: bool,
    /// Whether the deciding leader is the person it is about.
    pub own_lapse: bool,
    /// A decision from before the tool: its consideration may be missing, and nothing else.
    pub before_the_tool: bool,
}

/// Whether the three questions must be answered: for a violation that others saw.
#[must_use]
pub fn needs_consideration(kind: IncidentKind, audience: Audience) -> bool {
    kind == IncidentKind::Violated && audience > Audience::OneToOne
}

/// Checks a decision against the rules.
///
/// # Errors
/// Every field that needs mending, in the order of the form.
pub fn check(form: &DecisionForm, case: &Case) -> Result<(), Invalid> {
    let mut bad = Invalid::default();
    match (form.outcome, case.kind) {
        (None, _) => bad.add("outcome", "Please choose what it is."),
        (Some(Outcome::Recognition), IncidentKind::Violated) => {
            bad.add(
                "outcome",
                "Please choose a correction or no action: this entry is about what fell short.",
            );
        }
        (Some(Outcome::Correction), IncidentKind::Upheld) => {
            bad.add(
                "outcome",
                "Please choose a recognition or no action: this entry is about a value upheld.",
            );
        }
        (Some(outcome), _) if case.own_lapse && outcome != Outcome::Correction => {
            bad.add(
                "outcome",
                "Please choose a correction: about yourself you can only correct your own lapse.",
            );
        }
        _ => {}
    }
    if needs_consideration(case.kind, case.audience) && form.consideration.is_none() && !case.before_the_tool
    {
        bad.add("consideration", "Please answer the three questions first: others saw this.");
    }
    check_handling(form, case, &mut bad);
    bad.check(text::required("rationale", &form.rationale, text::RATIONALE));
    check_words(form, case, &mut bad);
    bad.into_result()
}

fn check_handling(form: &DecisionForm, case: &Case, bad: &mut Invalid) {
    match (form.outcome, form.handling) {
        (Some(Outcome::NoAction), Some(_)) => {
            bad.add("handling", "Please leave the handling out: no action is not handled anywhere.");
        }
        (Some(Outcome::NoAction), None) => {}
        (_, None) => bad.add("handling", "Please choose public or 1:1. Neither is right for every case."),
        (_, Some(Handling::OneToOne)) if case.own_lapse => {
            bad.add("handling", "Please choose public: an own lapse counts when it is corrected in public.");
        }
        (_, Some(Handling::OneToOne)) => {}
        (_, Some(Handling::Public)) => match form.venue_audience {
            None => bad.add("venueId", "Please choose the venue where it will be said."),
            Some(Audience::OneToOne) => {
                bad.add("venueId", "Please choose a venue that others are in, or choose 1:1.");
            }
            Some(_) => {}
        },
    }
}

fn check_words(form: &DecisionForm, case: &Case, bad: &mut Invalid) {
    let public = form.handling == Some(Handling::Public);
    let correction = form.outcome == Some(Outcome::Correction);
    let wording = form.wording.as_deref().unwrap_or_default();
    if public && form.outcome != Some(Outcome::NoAction) {
        bad.check(text::required("wording", wording, text::WORDING));
    } else {
        bad.check(text::bounded("wording", wording, text::WORDING));
    }
    if public && correction {
        check_heard(form, case, bad);
        if !form.names_subject {
            refuse_names("wording", wording, case, bad);
        }
    }
    check_witness_word(form, case, bad);
    bad.check(text::bounded("repair", form.repair.as_deref().unwrap_or_default(), text::REPAIR));
}

fn check_heard(form: &DecisionForm, case: &Case, bad: &mut Invalid) {
    match form.heard {
        _ if case.own_lapse => {}
        None => bad.add("heard", "Please say how the person was heard before this is said in public."),
        Some(Heard::ReplyAttached) if !case.has_reply => {
            bad.add("heard", "Please ask the person first: no reply is attached yet.");
        }
        Some(Heard::Asked) if !case.was_asked => {
            bad.add("heard", "Please ask the person first: no question was sent.");
        }
        Some(Heard::InTheMoment) => {
            let reason = form.heard_reason.as_deref().unwrap_or_default();
            if reason.trim().is_empty() {
                bad.add("heardReason", "Please say why it could not wait for the person's side.");
            } else {
                bad.check(text::bounded("heardReason", reason, text::REASON));
            }
        }
        Some(_) => {}
    }
}

fn check_witness_word(form: &DecisionForm, case: &Case, bad: &mut Invalid) {
    if form.witness_word == WitnessWord::Nothing {
        bad.check(text::bounded("principle", form.principle.as_deref().unwrap_or_default(), text::PRINCIPLE));
        return;
    }
    if form.outcome != Some(Outcome::Correction) {
        bad.add("witnessWord", "Please choose nothing: a word to the witnesses goes with a correction.");
    } else if !case.has_witnesses {
        bad.add("witnessWord", "Please choose nothing: nobody is known to have been where it happened.");
    }
    let principle = form.principle.as_deref().unwrap_or_default();
    if form.witness_word == WitnessWord::Principle {
        bad.check(text::required("principle", principle, text::PRINCIPLE));
        refuse_names("principle", principle, case, bad);
    }
}

/// The names are only those of the people it is about; other names in a wording are the leader's judgement.
fn refuse_names(field: &str, wording: &str, case: &Case, bad: &mut Invalid) {
    if let Some(name) = case.subject_names.iter().find(|n| text::mentions(wording, n)) {
        let mend = if field == "wording" { ", or choose to name the person" } else { "" };
        bad.add(
            field,
            format!("Please take the name {name} out: speak of the behaviour and the value{mend}."),
        );
    }
}

/// The reach of a handling. `same_venue` also covers the same people; nobody compares names here.
#[must_use]
pub fn reach(event: Audience, same_venue: bool, handled: Audience) -> Reach {
    if same_venue {
        return Reach::Matched;
    }
    match handled.for_reach().cmp(&event.for_reach()) {
        std::cmp::Ordering::Less => Reach::Narrower,
        std::cmp::Ordering::Equal => Reach::Matched,
        std::cmp::Ordering::Greater => Reach::Wider,
    }
}

/// Whether a decision counts as considered: with its handling (unless nothing is done) and rationale and, for a
/// violation that others saw, the three answers.
#[must_use]
pub fn considered(
    kind: IncidentKind,
    audience: Audience,
    outcome: Outcome,
    handling: Option<Handling>,
    rationale: &str,
    answered: bool,
) -> bool {
    (handling.is_some() || outcome == Outcome::NoAction)
        && !rationale.trim().is_empty()
        && (answered || !needs_consideration(kind, audience))
}

/// What the rules need to know to let a delivery through.
#[derive(Debug, Clone, Copy)]
pub struct DeliveryCase {
    /// Public or 1:1.
    pub handling: Option<Handling>,
    /// How the person was heard.
    pub heard: Option<Heard>,
    /// When it was decided.
    pub decided_at: Instant,
    /// The day of the event.
    pub occurred_on: NaiveDate,
    /// The audience of the venue where it was said.
    pub venue_audience: Option<Audience>,
}

/// Checks when and where a decision was delivered: at or after the decision (in the moment: the event), not in the
/// future, and a public handling not in a 1:1.
///
/// # Errors
/// The field that needs mending.
pub fn check_delivery(case: &DeliveryCase, at: Instant, now: Instant) -> Result<(), FieldError> {
    if at > now {
        return Err(FieldError::new("deliveredAt", "Please give a time that is not in the future."));
    }
    // The event has a day and no hour, in an unknown zone up to 14 hours ahead of UTC.
    let event = case.occurred_on.and_time(chrono::NaiveTime::MIN).and_utc() - TimeDelta::hours(14);
    let earliest =
        if case.heard == Some(Heard::InTheMoment) { event.min(case.decided_at) } else { case.decided_at };
    if at < earliest {
        return Err(FieldError::new("deliveredAt", "Please give a time at or after the decision."));
    }
    match (case.handling, case.venue_audience) {
        (Some(Handling::Public), None) => {
            Err(FieldError::new("venueId", "Please choose the venue where it was said."))
        }
        (Some(Handling::Public), Some(Audience::OneToOne)) => Err(FieldError::new(
            "venueId",
            "Please choose a venue that others are in: this was to be public.",
        )),
        (Some(Handling::OneToOne), Some(a)) if a != Audience::OneToOne => {
            Err(FieldError::new("venueId", "Please leave the venue out: this was to be said 1:1."))
        }
        _ => Ok(()),
    }
}

/// Whether `person` decides about themself, which only an own lapse allows.
#[must_use]
pub fn about_oneself(person: Id, subjects: &[Id]) -> bool {
    subjects.contains(&person)
}

#[cfg(test)]
#[path = "decision_tests.rs"]
mod tests;
