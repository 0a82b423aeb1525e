//! How the words of the product read on screens.

use crate::api::{
    Age, Audience, Handling, Heard, IncidentKind, IncidentState, NoticeKind, Outcome, Reach,
    RecognitionPreference, Severity, WitnessWord,
};

/// What a good password is; the domain's rule says how long.
pub const PASSWORD_HINT: &str = "At least 12 characters. A sentence is easy to remember.";
const _: () = assert!(upheld_domain::text::PASSWORD_MIN == 12, "the hint above says how long a password is");

/// "A", "A and B", "A, B and C".
#[must_use]
pub fn join<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// "1 person", "3 people".
#[must_use]
pub fn people(n: i32) -> String {
    if n == 1 { "1 person".to_owned() } else { format!("{n} people") }
}

/// The kind of an incident: a violation reads "fell short".
#[must_use]
pub fn kind(kind: IncidentKind) -> &'static str {
    match kind {
        IncidentKind::Upheld => "Upheld",
        IncidentKind::Violated => "Fell short",
    }
}

/// How public something was.
#[must_use]
pub fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::OneToOne => "1:1, nobody else",
        Audience::SmallGroup => "a small group",
        Audience::Team => "the team",
        Audience::CrossTeam => "several teams",
        Audience::Organisation => "the whole organisation",
        Audience::External => "people outside the organisation",
    }
}

/// How much harm it did.
#[must_use]
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Minor => "Minor",
        Severity::Moderate => "Moderate",
        Severity::Serious => "Serious",
    }
}

/// Where an entry stands.
#[must_use]
pub fn state(state: IncidentState) -> &'static str {
    match state {
        IncidentState::Open => "Received",
        IncidentState::Waiting => "Waiting for an answer",
        IncidentState::Decided => "Decided, not yet delivered",
        IncidentState::Delivered => "Delivered",
        IncidentState::Closed => "Closed without action",
        IncidentState::HandedOver => "Handed over",
        IncidentState::Withdrawn => "Withdrawn",
        IncidentState::Merged => "Merged with another entry",
    }
}

/// How long something has waited.
#[must_use]
pub fn age(age: Age) -> &'static str {
    match age {
        Age::Fresh => "Fresh",
        Age::Overdue => "Overdue",
        Age::Silent => "Silence",
    }
}

/// What was decided.
#[must_use]
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Recognition => "Recognition",
        Outcome::Correction => "Correction",
        Outcome::NoAction => "No action",
    }
}

/// Where it is handled.
#[must_use]
pub fn handling(handling: Handling) -> &'static str {
    match handling {
        Handling::Public => "in public",
        Handling::OneToOne => "1:1",
    }
}

/// The audience reached, against the one that saw it.
#[must_use]
pub fn reach(reach: Reach) -> &'static str {
    match reach {
        Reach::Narrower => "fewer people than saw it",
        Reach::Matched => "the same people who saw it",
        Reach::Wider => "more people than saw it",
    }
}

/// How the person was heard.
#[must_use]
pub fn heard(heard: Heard) -> &'static str {
    match heard {
        Heard::ReplyAttached => "Their reply is attached",
        Heard::Asked => "They were asked and have not answered yet",
        Heard::InTheMoment => "In the moment, it could not wait",
    }
}

/// What witnesses hear.
#[must_use]
pub fn witness_word(word: WitnessWord) -> &'static str {
    match word {
        WitnessWord::Nothing => "Nothing",
        WitnessWord::Addressed => "That it was addressed, without content",
        WitnessWord::Principle => "The principle, without a name",
    }
}

/// What a notice is.
#[must_use]
pub fn notice(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Correction => "A correction",
        NoticeKind::WitnessWord => "A word to those who were there",
        NoticeKind::Retraction => "Withdrawn",
    }
}

/// How a person likes to be recognised.
#[must_use]
pub fn preference(preference: RecognitionPreference) -> &'static str {
    match preference {
        RecognitionPreference::Public => "likes to be recognised in public",
        RecognitionPreference::AskFirst => "wants to be asked before being recognised in public",
        RecognitionPreference::OneToOne => "prefers to be recognised 1:1",
    }
}

/// "40 min", "5 h", "3.5 days". In whole numbers: formatting floats would add ten kilobytes to the bundle.
#[must_use]
pub fn hours(hours: f64) -> String {
    if hours < 1.0 {
        format!("{} min", (hours * 60.0).round() as i32)
    } else if hours < 48.0 {
        format!("{} h", hours.round() as i32)
    } else {
        let tenths = (hours / 2.4).round() as i32;
        format!("{}.{} days", tenths / 10, tenths % 10)
    }
}

/// A share as whole percent.
#[must_use]
pub fn percent(rate: f64) -> String {
    format!("{} %", (rate * 100.0).round() as i32)
}

/// A browser and its system, from what browsers say of themselves.
#[must_use]
pub fn device(agent: &str) -> String {
    let find = |names: &[(&str, &'static str)]| {
        names.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name)
    };
    // Most browsers claim to be the others, too: the order matters.
    let browser =
        find(&[("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrom", "Chromium"), ("Safari", "Safari")]);
    let system = find(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS", "macOS"),
        ("Windows", "Windows"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        _ => agent.to_owned(),
    }
}
