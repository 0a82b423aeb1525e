//! The words of the product as types. Each enum's text form is the one of the API and of the database.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// Every word, in the order of the enum.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as the API and the database write it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Reads the word back; `None` for any other text.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }
    };
}

words! {
    /// Whether values were lived up to. On screens a violation reads "fell short".
    IncidentKind { Upheld = "UPHELD", Violated = "VIOLATED" }
}
words! {
    /// How public a place or an event is, ordered from narrow to wide.
    Audience {
        OneToOne = "ONE_TO_ONE", SmallGroup = "SMALL_GROUP", Team = "TEAM", CrossTeam = "CROSS_TEAM",
        Organisation = "ORGANISATION", External = "EXTERNAL",
    }
}
words! {
    /// How much harm a violation did, as the reporter judges it.
    Severity { Minor = "MINOR", Moderate = "MODERATE", Serious = "SERIOUS" }
}
words! {
    /// Where an incident stands in its life.
    IncidentState {
        Open = "OPEN", Waiting = "WAITING", Decided = "DECIDED", Delivered = "DELIVERED", Closed = "CLOSED",
        HandedOver = "HANDED_OVER", Withdrawn = "WITHDRAWN", Merged = "MERGED",
    }
}
words! {
    /// How long something has waited, measured against the organisation's two limits.
    Age { Fresh = "FRESH", Overdue = "OVERDUE", Silent = "SILENT" }
}
words! {
    /// What a team must be aligned on beside values.
    TopicKind { BusinessContext = "BUSINESS_CONTEXT", Strategy = "STRATEGY", Goal = "GOAL" }
}
words! {
    /// Where a topic was talked about.
    TalkedAt { TeamMeeting = "TEAM_MEETING", OneToOne = "ONE_TO_ONE" }
}
words! {
    /// Whether a topic is alive: followed up and talked about, followed up but hardly talked about in teams, or left to
    /// be discounted.
    Attention { Alive = "ALIVE", RarelyDiscussed = "RARELY_DISCUSSED", Discounted = "DISCOUNTED" }
}
words! {
    /// What the leader decided.
    Outcome { Recognition = "RECOGNITION", Correction = "CORRECTION", NoAction = "NO_ACTION" }
}
words! {
    /// Where the leader handles it.
    Handling { Public = "PUBLIC", OneToOne = "ONE_TO_ONE" }
}
words! {
    /// The audience that a handling reached against the audience that saw the event.
    Reach { Narrower = "NARROWER", Matched = "MATCHED", Wider = "WIDER" }
}
words! {
    /// How the person was heard before a public correction.
    Heard { ReplyAttached = "REPLY_ATTACHED", Asked = "ASKED", InTheMoment = "IN_THE_MOMENT" }
}
words! {
    /// What the venue's people hear when the handling was not visible to them.
    WitnessWord { Nothing = "NOTHING", Addressed = "ADDRESSED", Principle = "PRINCIPLE" }
}
words! {
    /// What a notice to a venue's people is.
    NoticeKind { Correction = "CORRECTION", WitnessWord = "WITNESS_WORD", Retraction = "RETRACTION" }
}
words! {
    /// What happened on the decision's way.
    StepKind {
        /// "I am involved": handed to another leader.
        Passed = "PASSED",
        /// Taken over by a leader above.
        TakenOver = "TAKEN_OVER",
        /// Handed to where it belongs; the text is erased.
        HandedOver = "HANDED_OVER",
        /// Who was to decide, confirm or deliver has left; the next leader up does.
        DeciderLeft = "DECIDER_LEFT",
        /// The reporting line has changed, and it follows.
        LineChanged = "LINE_CHANGED",
        /// A second log of the same event was merged.
        Merged = "MERGED",
    }
}
words! {
    /// What the three answers suggest. A hint in words, never a choice.
    Hint { OneToOneFits = "ONE_TO_ONE_FITS", ConsiderTheTeam = "CONSIDER_THE_TEAM" }
}
words! {
    /// What a person may do beside being a person. Leading is a behaviour and no role.
    Role { Member = "MEMBER", Admin = "ADMIN" }
}
words! {
    /// How a person likes to be recognised.
    RecognitionPreference { Public = "PUBLIC", AskFirst = "ASK_FIRST", OneToOne = "ONE_TO_ONE" }
}

impl Audience {
    /// The audience as reach counts it: outside the organisation counts as the whole of it.
    #[must_use]
    pub fn for_reach(self) -> Self {
        if self == Self::External { Self::Organisation } else { self }
    }
}

impl IncidentState {
    /// Nobody has decided yet.
    #[must_use]
    pub fn undecided(self) -> bool {
        matches!(self, Self::Open | Self::Waiting)
    }

    /// Only a stub is left: the text is erased.
    #[must_use]
    pub fn erased(self) -> bool {
        matches!(self, Self::HandedOver | Self::Withdrawn)
    }
}

words! {
    /// What somebody adds to a meeting beforehand: a question, or where what is said and what is done drift apart.
    PointKind { Question = "QUESTION", Gap = "GAP" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back() {
        for a in Audience::ALL {
            assert_eq!(Audience::parse(a.as_str()), Some(*a));
        }
        for s in IncidentState::ALL {
            assert_eq!(IncidentState::parse(s.as_str()), Some(*s));
        }
        assert_eq!(Audience::parse("team"), None);
    }

    #[test]
    fn audiences_are_ordered_from_narrow_to_wide() {
        assert!(Audience::ALL.is_sorted());
        assert_eq!(Audience::External.for_reach(), Audience::Organisation);
    }
}
