//! The page "Who can see what": the table that [`access`](crate::access) enforces, asked for case by case and put into
//! words.
//!
//! Nothing here knows a rule. Each cell is what [`access::rows`], [`access::notices`] and [`access::publishes`] answer for
//! a sample entry, so that the page cannot promise anything else than the program does.

use chrono::{DateTime, TimeDelta};

use crate::access::{self, Delivery, Facts, Level, Why};
use crate::words::{Handling, IncidentKind, IncidentState, NoticeKind, Outcome, WitnessWord};
use crate::{Id, Instant, clock};

/// What somebody is to an entry: a column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// Who logged it.
    Reporter,
    /// Whom it is about.
    Subject,
    /// The leader who decides.
    Decider,
    /// The leaders above the decider.
    LeaderAbove,
    /// A leader who was to decide and does no longer.
    FormerDecider,
    /// The people of the venue where it is said or where it happened.
    VenuePeople,
    /// Everybody else who is signed in.
    Everybody,
    /// An admin who has nothing to do with it.
    Admin,
}

impl Party {
    /// Every column, in the order of the page.
    pub const ALL: [Self; 8] = [
        Self::Reporter,
        Self::Subject,
        Self::Decider,
        Self::LeaderAbove,
        Self::FormerDecider,
        Self::VenuePeople,
        Self::Everybody,
        Self::Admin,
    ];

    /// The head of the column.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Reporter => "Who logged it",
            Self::Subject => "Whom it is about",
            Self::Decider => "The leader who decides",
            Self::LeaderAbove => "Leaders above",
            Self::FormerDecider => "A leader who was to decide before",
            Self::VenuePeople => "The people of the venue",
            Self::Everybody => "Everybody signed in",
            Self::Admin => "Admins",
        }
    }

    fn in_short(self) -> &'static str {
        match self {
            Self::Reporter => "reporter",
            Self::Subject => "subject",
            Self::Decider => "decider",
            Self::LeaderAbove => "leaders above",
            Self::FormerDecider => "former decider",
            Self::VenuePeople => "venue's people",
            Self::Everybody => "everybody",
            Self::Admin => "admin",
        }
    }

    fn why(self) -> Option<Why> {
        match self {
            Self::Reporter => Some(Why::Reporter),
            Self::Subject => Some(Why::Subject),
            Self::Decider => Some(Why::Decider),
            Self::LeaderAbove => Some(Why::LeaderAbove),
            Self::FormerDecider => Some(Why::FormerDecider),
            Self::Admin => Some(Why::Admin),
            Self::VenuePeople | Self::Everybody => None,
        }
    }
}

/// A moment in the life of an entry: a row of the table.
#[derive(Debug, Clone)]
pub struct Moment {
    /// Upheld, or fell short.
    pub kind: IncidentKind,
    /// What has happened so far, in words.
    pub title: &'static str,
    state: IncidentState,
    outcome: Option<Outcome>,
    handling: Option<Handling>,
    witness_word: WitnessWord,
    retracted: bool,
    /// Hours from the log to the decision.
    decided_after: i64,
}

impl Moment {
    const fn new(kind: IncidentKind, title: &'static str, state: IncidentState) -> Self {
        Self {
            kind,
            title,
            state,
            outcome: None,
            handling: None,
            witness_word: WitnessWord::Nothing,
            retracted: false,
            decided_after: LATE,
        }
    }

    /// Whether what had to be waited for has come.
    fn over(&self) -> bool {
        matches!(self.state, IncidentState::Delivered | IncidentState::Closed)
    }

    const fn decided(self, outcome: Outcome, handling: Handling) -> Self {
        Self { outcome: Some(outcome), handling: Some(handling), ..self }
    }
}

/// Hours after which everybody who is to see a sample entry before a decision has seen it.
const LATE: i64 = 10_000;
/// Hours before which nobody has.
const EARLY: i64 = 0;

/// The rows of the page, in the order of an entry's life.
#[must_use]
pub fn moments() -> Vec<Moment> {
    use Handling::{OneToOne, Public};
    use IncidentKind::{Upheld, Violated};
    use IncidentState as S;
    use Outcome::{Correction, Recognition};
    vec![
        Moment::new(Upheld, "Logged, not yet decided", S::Open),
        Moment::new(Upheld, "Decided, not yet said", S::Decided).decided(Recognition, Public),
        Moment::new(Upheld, "Recognised in public", S::Delivered).decided(Recognition, Public),
        Moment::new(Upheld, "Recognised 1:1", S::Delivered).decided(Recognition, OneToOne),
        Moment {
            retracted: true,
            ..Moment::new(Upheld, "Recognised in public, then retracted", S::Delivered)
                .decided(Recognition, Public)
        },
        Moment::new(Upheld, "Closed without action", S::Closed),
        Moment::new(Violated, "Logged, not yet decided", S::Open),
        Moment::new(Violated, "Decided, not yet said", S::Decided).decided(Correction, Public),
        Moment::new(Violated, "Corrected in public", S::Delivered).decided(Correction, Public),
        Moment::new(Violated, "Corrected 1:1, nothing said to those who saw it", S::Delivered)
            .decided(Correction, OneToOne),
        Moment {
            witness_word: WitnessWord::Addressed,
            ..Moment::new(Violated, "Corrected 1:1, with a word for those who saw it", S::Delivered)
                .decided(Correction, OneToOne)
        },
        Moment {
            retracted: true,
            ..Moment::new(Violated, "Corrected in public, then retracted", S::Delivered)
                .decided(Correction, Public)
        },
        Moment::new(Violated, "Closed without action after the person had seen it", S::Closed),
        Moment {
            decided_after: EARLY,
            ..Moment::new(Violated, "Closed without action before the person saw it", S::Closed)
        },
        Moment::new(Violated, "Handed over: it does not belong into this tool", S::HandedOver),
        Moment::new(Violated, "Withdrawn by who logged it", S::Withdrawn),
        Moment::new(Violated, "Merged into another entry about the same event", S::Merged),
    ]
}

/// One cell: what a party sees at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// How much of the entry; none when they do not learn that it exists.
    pub level: Option<Level>,
    /// When it begins, if not with the step itself.
    pub from: Option<&'static str>,
    /// What they read beside the entry: the recognition, or a notice.
    pub reads: Option<&'static str>,
}

impl Cell {
    /// Whether they see nothing at all.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.level.is_none() && self.reads.is_none()
    }

    /// The cell as a sentence without its full stop; "nothing" where nothing is seen.
    #[must_use]
    pub fn in_words(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        if let Some(level) = self.level {
            let from = self.from.map(|f| format!(", {f}")).unwrap_or_default();
            parts.push(format!("{}{from}", level.in_words()));
        }
        parts.extend(self.reads.map(str::to_owned));
        if parts.is_empty() { "nothing".into() } else { parts.join("; ") }
    }
}

const REPORTER: Id = Id::from_u128(1);
const SUBJECT: Id = Id::from_u128(2);
const DECIDER: Id = Id::from_u128(3);
const ABOVE: Id = Id::from_u128(4);
const FORMER: Id = Id::from_u128(5);
const ADMIN: Id = Id::from_u128(6);

fn sample(moment: &Moment) -> Facts {
    let logged_at: Instant = DateTime::UNIX_EPOCH;
    let decided =
        matches!(moment.state, IncidentState::Decided | IncidentState::Delivered | IncidentState::Closed)
            .then(|| logged_at + TimeDelta::hours(moment.decided_after));
    Facts {
        kind: moment.kind,
        state: moment.state,
        logged_at,
        subject_sees_after: clock::SUBJECT_SEES_AFTER,
        reporter: REPORTER,
        subjects: vec![SUBJECT],
        decider: DECIDER,
        leaders_above: vec![ABOVE],
        former_deciders: vec![FORMER],
        asked: Vec::new(),
        decided_by: decided.map(|_| DECIDER),
        decided_at: decided,
        handling: moment.handling,
        delivered_at: decided.filter(|_| moment.state == IncidentState::Delivered),
        admins: vec![ADMIN],
    }
}

/// What a party sees at a moment: the answer of the rules to a sample entry.
#[must_use]
pub fn cell(moment: &Moment, party: Party) -> Cell {
    let facts = sample(moment);
    let row = party.why().and_then(|why| access::rows(&facts).into_iter().find(|r| r.why == why));
    let waits = row.is_some_and(|r| r.since > facts.logged_at) && !moment.over();
    Cell {
        level: row.map(|r| r.level),
        from: waits.then_some(
            "from when they are asked for their side, at the latest after the hours set in the policy",
        ),
        reads: reads(moment, party),
    }
}

/// Who sees what at a moment, with the parties that see the same together and those who see nothing last.
#[must_use]
pub fn groups(moment: &Moment) -> Vec<(Vec<Party>, String)> {
    let mut groups: Vec<(Vec<Party>, String)> = Vec::new();
    for party in Party::ALL {
        let sight = cell(moment, party).in_words();
        match groups.iter_mut().find(|(_, other)| *other == sight) {
            Some((parties, _)) => parties.push(party),
            None => groups.push((vec![party], sight)),
        }
    }
    groups.sort_by_key(|(parties, _)| parties.iter().all(|p| cell(moment, *p).is_nothing()));
    groups
}

/// The parties as the beginning of a sentence.
#[must_use]
pub fn together(parties: &[Party]) -> String {
    let mut words = parties.iter().map(|p| p.in_words().to_lowercase()).collect::<Vec<_>>().join(", ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// What a party reads beside the entry.
fn reads(moment: &Moment, party: Party) -> Option<&'static str> {
    let outcome = moment.outcome.filter(|_| moment.state == IncidentState::Delivered)?;
    if access::publishes(outcome, moment.handling) {
        return match (party, moment.retracted) {
            (Party::Everybody, false) => Some(
                "the recognition: the leader's wording, the people, values, leader, venue and date; \
                 who noticed only if they asked to be named; not the text of the entry",
            ),
            (Party::Everybody, true) => {
                Some("that a recognition was withdrawn; its wording is gone everywhere")
            }
            _ => None,
        };
    }
    if party != Party::VenuePeople {
        return None;
    }
    let notices = access::notices(&Delivery {
        outcome,
        handling: moment.handling,
        wording: Some(""),
        names_subject: false,
        witness_word: moment.witness_word,
        principle: None,
        in_venue_of_event: true,
    });
    let kind = notices.first()?.kind;
    Some(match (kind, moment.retracted) {
        (_, true) | (NoticeKind::Retraction, _) => {
            "a notice that something said here was withdrawn; its wording is gone everywhere"
        }
        (NoticeKind::Correction, false) => {
            "a notice with the leader's wording about behaviour and value; a name only if the leader chose to"
        }
        (NoticeKind::WitnessWord, false) => {
            "a notice that something was noticed and taken up, without any name"
        }
    })
}

/// What the table cannot say, one sentence each.
pub const BESIDE_THE_TABLE: &[&str] = &[
    "\"Everything\" is the text, who logged it, all questions and replies, the decision and its reasons.",
    "Who logged an entry is known to the leader who decides and to the leaders above. The person it is about is never \
     told by the entry; unless \"do not name me\" was chosen, the list of those who see the entry names them.",
    "Questions and replies are read by who wrote them, who was asked, the leader who decides and the leaders above.",
    "Until a decision is said, whoever may not know of it reads that the entry is still open.",
    "An admin who must read an entry opens it with a reason. It stays open to them for 24 hours, is written to the audit \
     trail, and is shown to the leader who decides, the leaders above and the person it is about. Admins see nothing \
     confidential otherwise.",
    "What was written for an entry stays as it was: a new manager gets no old entries. Only undecided entries follow \
     the reporting line.",
    "Lists, counts, searches, orders and live updates obey the same table: they are what they would be if everything \
     hidden from you did not exist.",
    "An admin can hold an entry for a court, with a reason. All admins but the person it is about read that it is held \
     and why, and nothing of its text. Nothing of a held entry is erased: whoever would withdraw it, hand it over or take \
     its decision back is refused, and so learns that it is held.",
    "Topics, their check-ins and how often they were talked about are for everybody; with whom a leader talked about one is \
     not kept. A team meeting, its points and what came of it are for the people of its venue and for those who lead \
     them, as they are now; what waits to be said there is for the leader who decided it alone.",
    "The sums of a leader's reinforcement history are for that leader and the leaders above, and count entries that \
     they may not open. An admin who erases a person's data is told how many entries about them a hold keeps. There is \
     no other figure that counts what its reader may not see.",
    "Nothing in this software scores a person.",
];

/// The table in short, as Markdown: a moment a line, a party a column.
#[must_use]
pub fn in_short() -> String {
    let mut table = String::from("| |");
    for party in Party::ALL {
        table.push_str(&format!(" {} |", party.in_short()));
    }
    table.push_str(&format!("\n|---|{}\n", "---|".repeat(Party::ALL.len())));
    for moment in moments() {
        let kind = if moment.kind == IncidentKind::Upheld { "upheld" } else { "fell short" };
        table.push_str(&format!("| {kind}: {} |", moment.title.to_lowercase()));
        for party in Party::ALL {
            let cell = cell(&moment, party);
            let level = cell
                .level
                .map(|l| if cell.from.is_some() { format!("{}, later", short(l)) } else { short(l).into() });
            let beside =
                cell.reads.map(|_| if moment.retracted { "withdrawn" } else { "public wording" }.to_owned());
            let words: Vec<String> = level.into_iter().chain(beside).collect();
            table.push_str(&format!(" {} |", if words.is_empty() { "–".into() } else { words.join("; ") }));
        }
        table.push('\n');
    }
    table
}

fn short(level: Level) -> &'static str {
    match level {
        Level::Stub => "stub",
        Level::OwnText => "own text, status",
        Level::OwnTextPlace => "own text, status, where",
        Level::OwnTextReason => "own text, reason",
        Level::OwnTextDecision => "own text, decision",
        Level::Text => "text",
        Level::TextReason => "text, reason",
        Level::TextDecision => "text, decision",
        Level::TextRationale => "text, decision, rationale",
        Level::All => "all",
    }
}

/// The whole page as Markdown: what `docs/who-sees-what.md` holds, and what "copy" gives.
#[must_use]
pub fn markdown() -> String {
    let mut page = String::from(
        "# Who can see what\n\nGenerated from the code that enforces it: first in short, then each moment in the life \
         of an entry with what everybody sees then.\n\n",
    );
    page.push_str(&in_short());
    for (kind, title) in [
        (IncidentKind::Upheld, "A value was upheld"),
        (IncidentKind::Violated, "Somebody fell short of a value"),
    ] {
        page.push_str(&format!("\n## {title}\n"));
        for moment in moments().iter().filter(|m| m.kind == kind) {
            page.push_str(&format!("\n### {}\n\n", moment.title));
            for (parties, sight) in groups(moment) {
                page.push_str(&format!("- {}: {sight}\n", together(&parties)));
            }
        }
    }
    page.push_str("\n## Beside the table\n\n");
    for sentence in BESIDE_THE_TABLE {
        page.push_str(&format!("- {sentence}\n"));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(title: &str, kind: IncidentKind, party: Party) -> String {
        let moment = moments().into_iter().find(|m| m.title == title && m.kind == kind).expect("a moment");
        cell(&moment, party).in_words()
    }

    #[test]
    fn the_document_is_what_the_code_says() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/who-sees-what.md");
        let document = std::fs::read_to_string(file).expect("docs/who-sees-what.md");
        assert!(
            document.trim_end() == markdown().trim_end(),
            "docs/who-sees-what.md is stale: run `cargo xtask schema`"
        );
        let architecture =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../ARCHITECTURE.md"));
        let architecture = architecture.expect("ARCHITECTURE.md");
        assert!(
            architecture.contains(&in_short()),
            "the table in ARCHITECTURE.md is stale: copy it from docs/who-sees-what.md"
        );
    }

    #[test]
    fn cells_of_the_description() {
        use IncidentKind::{Upheld, Violated};
        let nothing = "nothing";
        for party in [Party::Subject, Party::VenuePeople, Party::Everybody, Party::Admin] {
            assert_eq!(words("Logged, not yet decided", Upheld, party), nothing, "{party:?}");
        }
        assert_eq!(words("Logged, not yet decided", Violated, Party::Decider), "everything");
        assert!(words("Logged, not yet decided", Violated, Party::Subject).contains("at the latest after"));
        assert!(words("Decided, not yet said", Violated, Party::Subject).contains("without any decision"));
        assert!(words("Recognised in public", Upheld, Party::Everybody).starts_with("the recognition"));
        assert_eq!(words("Recognised 1:1", Upheld, Party::Everybody), nothing);
        assert!(words("Corrected in public", Violated, Party::VenuePeople).starts_with("a notice with"));
        assert_eq!(words("Corrected in public", Violated, Party::Everybody), nothing);
        let silent = "Corrected 1:1, nothing said to those who saw it";
        assert_eq!(words(silent, Violated, Party::VenuePeople), nothing);
        assert_eq!(words(silent, Violated, Party::Reporter), "their own text and the status");
        assert_eq!(
            words("Closed without action before the person saw it", Violated, Party::Subject),
            nothing
        );
        assert!(
            words("Closed without action after the person had seen it", Violated, Party::Subject)
                .contains("reason")
        );
        for party in [Party::Reporter, Party::Decider, Party::LeaderAbove, Party::Admin] {
            assert!(words("Withdrawn by who logged it", Violated, party).contains("no text"), "{party:?}");
        }
    }
}
