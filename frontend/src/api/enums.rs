//! The API's enums. They are the domain's words: each converts to and fro, so that a new word breaks the build here.

use upheld_domain::words;

use super::json::FromJson;
use super::schema;

macro_rules! mirrored {
    ($($name:ident { $($variant:ident),+ })+) => { $(
        #[doc = concat!("The API's `", stringify!($name), "`; see the domain's word of that name.")]
        #[derive(cynic::Enum, Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($variant),+ }

        impl From<$name> for words::$name {
            fn from(word: $name) -> Self {
                match word { $($name::$variant => Self::$variant),+ }
            }
        }
        impl FromJson for $name {
            fn from_json(value: serde_json::Value) -> Option<Self> {
                words::$name::parse(value.as_str()?).map(Self::from)
            }
        }
        impl From<words::$name> for $name {
            fn from(word: words::$name) -> Self {
                match word { $(words::$name::$variant => Self::$variant),+ }
            }
        }
    )+ };
}

mirrored! {
    IncidentKind { Upheld, Violated }
    Audience { OneToOne, SmallGroup, Team, CrossTeam, Organisation, External }
    Severity { Minor, Moderate, Serious }
    IncidentState { Open, Waiting, Decided, Delivered, Closed, HandedOver, Withdrawn, Merged }
    Age { Fresh, Overdue, Silent }
    Outcome { Recognition, Correction, NoAction }
    Handling { Public, OneToOne }
    Reach { Narrower, Matched, Wider }
    Heard { ReplyAttached, Asked, InTheMoment }
    WitnessWord { Nothing, Addressed, Principle }
    NoticeKind { Correction, WitnessWord, Retraction }
    Hint { OneToOneFits, ConsiderTheTeam }
    Role { Member, Admin }
    RecognitionPreference { Public, AskFirst, OneToOne }
    TopicKind { BusinessContext, Strategy, Goal }
    Attention { Alive, RarelyDiscussed, Discounted }
    PointKind { Question, Gap }
    StepKind { Passed, TakenOver, HandedOver, DeciderLeft, LineChanged, Merged }
}

/// The audiences from narrow to wide.
pub const AUDIENCES: [Audience; 6] = [
    Audience::OneToOne,
    Audience::SmallGroup,
    Audience::Team,
    Audience::CrossTeam,
    Audience::Organisation,
    Audience::External,
];
