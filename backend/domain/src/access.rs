//! Who sees what of an incident, from when and why: the table "Who sees what" as one pure function.
//!
//! [`rows`] is called at every step of an incident's life; the store writes its answer to `incident_access` in the
//! same transaction, and every read joins that table. The "who will see this" panel calls the same function.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::words::{Handling, IncidentKind, IncidentState, NoticeKind, Outcome, WitnessWord};
use crate::{Id, Instant};

macro_rules! stored_words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }
        impl $name {
            /// Every word.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The word as the database writes it.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $text),+ } }
            /// Reads the word back.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> { match text { $($text => Some(Self::$variant),)+ _ => None } }
        }
    };
}

stored_words! {
    /// How much of an incident somebody sees: one cell of the table.
    Level {
        /// That it exists and how it ended; no text.
        Stub = "STUB",
        /// One's own text and the status.
        OwnText = "OWN_TEXT",
        /// One's own text, the status and where it was said.
        OwnTextPlace = "OWN_TEXT_PLACE",
        /// One's own text, the status and the reason for closing.
        OwnTextReason = "OWN_TEXT_REASON",
        /// One's own text and the decision.
        OwnTextDecision = "OWN_TEXT_DECISION",
        /// The text without reporter, replies and status.
        Text = "TEXT",
        /// The text and the reason for closing.
        TextReason = "TEXT_REASON",
        /// The text and the decision.
        TextDecision = "TEXT_DECISION",
        /// The text, the decision and the rationale.
        TextRationale = "TEXT_RATIONALE",
        /// Everything, the reporter and all replies included.
        All = "ALL",
    }
}

stored_words! {
    /// Why somebody sees an incident.
    Why {
        /// Logged it.
        Reporter = "REPORTER",
        /// Is whom it is about.
        Subject = "SUBJECT",
        /// Decides it.
        Decider = "DECIDER",
        /// Leads the decider, directly or further up.
        LeaderAbove = "LEADER_ABOVE",
        /// Was to decide it and passed it on, or it was taken over.
        FormerDecider = "FORMER_DECIDER",
        /// Is an admin: sees that an erased entry existed.
        Admin = "ADMIN",
    }
}

/// What a level opens, taken apart. A person with several rows sees the union.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sees {
    /// Where the incident stands.
    pub status: bool,
    /// Title, situation, behaviour, impact, venue, values, subjects.
    pub text: bool,
    /// Who logged it.
    pub reporter: bool,
    /// All questions and replies (one's own are always readable).
    pub replies: bool,
    /// Outcome, handling, venue, wording and dates of the decision.
    pub decision: bool,
    /// The leader's reason.
    pub rationale: bool,
    /// Where a public correction was said.
    pub place: bool,
    /// Why it was closed without action.
    pub reason: bool,
}

impl Sees {
    /// Both together.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            status: self.status || other.status,
            text: self.text || other.text,
            reporter: self.reporter || other.reporter,
            replies: self.replies || other.replies,
            decision: self.decision || other.decision,
            rationale: self.rationale || other.rationale,
            place: self.place || other.place,
            reason: self.reason || other.reason,
        }
    }
}

impl From<Level> for Sees {
    fn from(level: Level) -> Self {
        let none = Self::default();
        let status = Self { status: true, ..none };
        let own = Self { text: true, ..status };
        match level {
            Level::Stub => status,
            Level::OwnText => own,
            Level::OwnTextPlace => Self { place: true, ..own },
            Level::OwnTextReason | Level::TextReason => Self { reason: true, ..own },
            Level::OwnTextDecision | Level::TextDecision => Self { decision: true, place: true, ..own },
            Level::Text => Self { text: true, ..none },
            Level::TextRationale => Self { decision: true, place: true, rationale: true, ..own },
            Level::All => Self {
                status: true,
                text: true,
                reporter: true,
                replies: true,
                decision: true,
                rationale: true,
                place: true,
                reason: true,
            },
        }
    }
}

/// Everything about an incident that visibility depends on.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Upheld or violated.
    pub kind: IncidentKind,
    /// The state after the step that is being written.
    pub state: IncidentState,
    /// When it was logged.
    pub logged_at: Instant,
    /// How long after the log a subject of a violation sees it at the latest: the policy when it was logged.
    pub subject_sees_after: TimeDelta,
    /// Who logged it.
    pub reporter: Id,
    /// Whom it is about.
    pub subjects: Vec<Id>,
    /// Who decides now.
    pub decider: Id,
    /// The people above the decider who read along.
    pub leaders_above: Vec<Id>,
    /// People who were to decide before.
    pub former_deciders: Vec<Id>,
    /// Subjects who were asked for their side, and when.
    pub asked: Vec<(Id, Instant)>,
    /// The leader who recorded the decision.
    pub decided_by: Option<Id>,
    /// When it was decided or closed.
    pub decided_at: Option<Instant>,
    /// The decision's handling.
    pub handling: Option<Handling>,
    /// When the delivery was marked (the server's time).
    pub delivered_at: Option<Instant>,
    /// All admins, for the stub of an erased entry.
    pub admins: Vec<Id>,
}

/// One row: this person sees that much from then on, because.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Who.
    pub person: Id,
    /// How much.
    pub level: Level,
    /// From when.
    pub since: Instant,
    /// Why.
    pub why: Why,
}

/// When a subject of a violation sees it while nothing is delivered: when asked, at the latest after the
/// time that the policy gave when it was logged.
#[must_use]
pub fn subject_sees_from(facts: &Facts, subject: Id) -> Instant {
    let latest = facts.logged_at + facts.subject_sees_after;
    facts.asked.iter().filter(|(p, _)| *p == subject).map(|(_, at)| *at).fold(latest, Instant::min)
}

/// Who sees the incident in the state that `facts` gives: the table of the product's description, row by row.
#[must_use]
pub fn rows(facts: &Facts) -> Vec<Row> {
    use IncidentKind::{Upheld, Violated};
    let mut rows = Vec::new();
    let since = facts.logged_at;
    let mut add = |person, level, since, why| rows.push(Row { person, level, since, why });

    let full = if facts.state.erased() { Level::Stub } else { Level::All };
    add(facts.decider, full, since, Why::Decider);
    for &leader in &facts.leaders_above {
        add(leader, full, since, Why::LeaderAbove);
    }
    for &former in &facts.former_deciders {
        add(former, Level::Stub, since, Why::FormerDecider);
    }
    if facts.state.erased() {
        add(facts.reporter, Level::Stub, since, Why::Reporter);
        for &admin in &facts.admins {
            add(admin, Level::Stub, since, Why::Admin);
        }
        return rows;
    }

    let delivered = facts.state == IncidentState::Delivered;
    let public = facts.handling == Some(Handling::Public);
    let reporter_level = match (facts.state, facts.kind) {
        (IncidentState::Closed, _) => Level::OwnTextReason,
        (IncidentState::Delivered, Upheld) if public => Level::OwnTextDecision,
        (IncidentState::Delivered, Violated) if public => Level::OwnTextPlace,
        _ => Level::OwnText,
    };
    add(facts.reporter, reporter_level, since, Why::Reporter);

    if facts.state == IncidentState::Merged {
        // The people it is about see the surviving entry; the copy is the reporter's and the deciders'.
        return rows;
    }
    for &subject in &facts.subjects {
        let sees_from = subject_sees_from(facts, subject);
        let (level, from) = match facts.kind {
            Upheld if delivered => (Level::TextDecision, facts.delivered_at.unwrap_or(since)),
            Upheld => continue,
            Violated if delivered => {
                (Level::TextRationale, sees_from.min(facts.delivered_at.unwrap_or(sees_from)))
            }
            // A leader's own lapse: what one decided oneself is no secret to oneself.
            Violated if facts.decided_by == Some(subject) => {
                (Level::TextRationale, sees_from.min(facts.decided_at.unwrap_or(sees_from)))
            }
            Violated if facts.state == IncidentState::Closed => {
                if facts.decided_at.is_some_and(|closed| sees_from > closed) {
                    continue;
                }
                (Level::TextReason, sees_from)
            }
            Violated => (Level::Text, sees_from),
        };
        add(subject, level, from, Why::Subject);
    }
    rows
}

/// Whether a delivered decision becomes a recognition that everybody reads in the feed.
#[must_use]
pub fn publishes(outcome: Outcome, handling: Option<Handling>) -> bool {
    outcome == Outcome::Recognition && handling == Some(Handling::Public)
}

/// What the people of a venue will read once a correction is delivered; with its own access rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeDraft {
    /// What it is.
    pub kind: NoticeKind,
    /// Whether it belongs to the venue of the event (a witness word) or to the one where it was said.
    pub at_venue_of_event: bool,
    /// The words.
    pub wording: String,
    /// Whether the person is named.
    pub names_subject: bool,
}

/// The sentence of the witness word `ADDRESSED`.
pub const ADDRESSED_WORDING: &str = "Something that happened here was noticed and has been taken up.";
/// The sentence of a retraction.
pub const RETRACTED_WORDING: &str = "Something that was said here has been withdrawn.";

/// What a delivery makes of a decision's words.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'a> {
    /// The outcome.
    pub outcome: Outcome,
    /// Public or 1:1.
    pub handling: Option<Handling>,
    /// The wording.
    pub wording: Option<&'a str>,
    /// Whether the person is named in public.
    pub names_subject: bool,
    /// What witnesses hear.
    pub witness_word: WitnessWord,
    /// The sentence for `PRINCIPLE`.
    pub principle: Option<&'a str>,
    /// Whether it was said in the venue of the event, so that its people heard it themselves.
    pub in_venue_of_event: bool,
}

/// The notices that a delivered decision makes. Recognitions make none: the feed shows them.
#[must_use]
pub fn notices(delivery: &Delivery<'_>) -> Vec<NoticeDraft> {
    let mut drafts = Vec::new();
    if delivery.outcome != Outcome::Correction {
        return drafts;
    }
    let public = delivery.handling == Some(Handling::Public);
    if public {
        drafts.push(NoticeDraft {
            kind: NoticeKind::Correction,
            at_venue_of_event: false,
            wording: delivery.wording.unwrap_or_default().to_owned(),
            names_subject: delivery.names_subject,
        });
    }
    let witnesses_heard = public && delivery.in_venue_of_event;
    let word = match delivery.witness_word {
        WitnessWord::Nothing => None,
        WitnessWord::Addressed => Some(ADDRESSED_WORDING.to_owned()),
        WitnessWord::Principle => delivery.principle.map(str::to_owned),
    };
    if let Some(wording) = word.filter(|_| !witnesses_heard) {
        drafts.push(NoticeDraft {
            kind: NoticeKind::WitnessWord,
            at_venue_of_event: true,
            wording,
            names_subject: false,
        });
    }
    drafts
}

impl Level {
    /// What the level opens, in words for the panel "who will see this".
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Stub => "that there was an entry and how it ended, no text",
            Self::OwnText => "their own text and the status",
            Self::OwnTextPlace => "their own text, the status and where it was said",
            Self::OwnTextReason => "their own text and the reason for closing it",
            Self::OwnTextDecision => "their own text and the decision",
            Self::Text => "the text, without who logged it and without any decision",
            Self::TextReason => "the text and the reason for closing it",
            Self::TextDecision => "the text and the decision",
            Self::TextRationale => "the text, the decision and the reasons",
            Self::All => "everything",
        }
    }
}

impl Why {
    /// The reason, in words for the panel "who will see this".
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Reporter => "logged it",
            Self::Subject => "it is about them",
            Self::Decider => "decides",
            Self::LeaderAbove => "leads the person who decides",
            Self::FormerDecider => "was to decide and no longer does",
            Self::Admin => "is an admin",
        }
    }
}

#[cfg(test)]
#[path = "access_tests.rs"]
mod tests;
