//! What the screens read of each type. A field that no screen shows is not asked for.

use super::json::read;
use super::{
    Age, Audience, Date, DateTime, Handling, Heard, Hint, Id, IncidentKind, IncidentState, NoticeKind,
    Outcome, Reach, RecognitionPreference, Role, Severity, WitnessWord, schema,
};

read! {
    /// The signed-in person.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Person")]
    pub struct Viewer {
        pub id: Id,
        pub name: String,
        pub title: Option<String>,
        pub role: Role,
        pub is_leader: bool,
        pub manager: Option<SomebodyAbove>,
        pub email: Option<String>,
        pub recognition_preference: RecognitionPreference,
    }
}

read! {
    /// Somebody, by id alone.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Person")]
    pub struct SomebodyAbove {
        pub id: Id,
    }
}

impl Viewer {
    /// Whether the decision queue is for this person.
    #[must_use]
    pub fn decides(&self) -> bool {
        self.is_leader || self.role == Role::Admin
    }
}

read! {
    /// A person where they are mentioned.
    #[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
    #[cynic(graphql_type = "Person")]
    pub struct PersonRef {
        pub id: Id,
        pub name: String,
        pub title: Option<String>,
    }
}

read! {
    /// A person whom an entry is about.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Person")]
    pub struct Subject {
        pub id: Id,
        pub name: String,
        pub title: Option<String>,
        pub recognition_preference: RecognitionPreference,
    }
}

read! {
    /// A person's own page.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Person")]
    pub struct PersonPage {
        pub id: Id,
        pub name: String,
        pub title: Option<String>,
        pub role: Role,
        pub is_leader: bool,
        pub team: Option<TeamRef>,
        pub manager: Option<PersonRef>,
        pub recognition_preference: RecognitionPreference,
    }
}

read! {
    /// A direct report, as far as a leader of leaders needs it.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Person")]
    pub struct Report {
        pub id: Id,
        pub name: String,
        pub is_leader: bool,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Team")]
    pub struct TeamRef {
        pub id: Id,
        pub name: String,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug, PartialEq)]
    #[cynic(graphql_type = "Value")]
    pub struct ValueRef {
        pub id: Id,
        pub name: String,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct Value {
        pub id: Id,
        pub name: String,
        pub statement: String,
        pub version: i32,
        pub retired: bool,
        pub looks_like_upheld: Vec<String>,
        pub looks_like_violated: Vec<String>,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct Venue {
        pub id: Id,
        pub name: String,
        pub audience: Audience,
        pub audience_size: i32,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Recognition")]
    pub struct Recognition {
        pub id: Id,
        pub published_at: DateTime,
        pub subjects: Vec<PersonRef>,
        pub values: Vec<ValueRef>,
        pub leader: PersonRef,
        pub spotted_by: Option<PersonRef>,
        pub venue: Option<Venue>,
        pub wording: String,
        pub reactions: Vec<ReactionCount>,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct ReactionCount {
        pub emoji: String,
        pub count: i32,
        pub viewer_reacted: bool,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct Comment {
        pub id: Id,
        pub author: PersonRef,
        pub text: String,
        pub at: DateTime,
    }
}

read! {
    /// An entry in a list.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Incident")]
    pub struct IncidentRow {
        pub id: Id,
        pub kind: IncidentKind,
        pub state: IncidentState,
        pub title: Option<String>,
        pub values: Vec<ValueRef>,
        pub subjects: Vec<PersonRef>,
        pub subject_team: Option<TeamRef>,
        pub venue: Option<Venue>,
        pub logged_at: DateTime,
        pub age: Age,
        pub decider: Option<PersonRef>,
        pub decision: Option<DecisionBrief>,
        pub handled_in: Option<Venue>,
        pub viewer_may: Vec<String>,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Decision")]
    pub struct DecisionBrief {
        pub outcome: Outcome,
        pub handling: Option<Handling>,
        pub retracted_at: Option<DateTime>,
        pub wording: Option<String>,
    }
}

read! {
    /// An entry on its own page.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct Incident {
        pub id: Id,
        pub kind: IncidentKind,
        pub state: IncidentState,
        pub title: Option<String>,
        pub situation: Option<String>,
        pub behaviour: Option<String>,
        pub impact: Option<String>,
        pub values: Vec<Value>,
        pub subjects: Vec<Subject>,
        pub subject_team: Option<TeamRef>,
        pub venue: Option<Venue>,
        pub audience: Option<Audience>,
        pub audience_size: Option<i32>,
        pub affected: Option<Audience>,
        pub severity: Option<Severity>,
        pub occurred_on: Option<Date>,
        pub logged_at: DateTime,
        pub evidence_url: Option<String>,
        pub reporter: Option<PersonRef>,
        pub decider: Option<PersonRef>,
        pub age: Age,
        pub questions: Vec<Question>,
        pub replies: Vec<Reply>,
        pub decision: Option<Decision>,
        pub onlookers: Vec<Onlooker>,
        pub viewer_may: Vec<String>,
        pub handled_in: Option<Venue>,
        pub undo_until: Option<DateTime>,
        pub hide_reporter_from_subject: Option<bool>,
    }
}

impl Incident {
    /// Whether the viewer may do this now.
    #[must_use]
    pub fn may(&self, action: &str) -> bool {
        self.viewer_may.iter().any(|a| a == action)
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct Question {
        pub asked_by: PersonRef,
        pub asked_of: Option<PersonRef>,
        pub text: String,
        pub at: DateTime,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct Reply {
        pub author: Option<PersonRef>,
        pub text: String,
        pub at: DateTime,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct Onlooker {
        pub who: String,
        pub person: Option<PersonRef>,
        pub people: i32,
        pub why: String,
        #[cynic(rename = "from", alias)]
        pub since: Option<DateTime>,
        pub until: Option<DateTime>,
        pub sees: String,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct Consideration {
        pub only_one_who_knows: bool,
        pub nobody_else_affected: bool,
        pub known_at_first_hand: bool,
        pub hint: Hint,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct Decision {
        pub id: Id,
        pub leader: PersonRef,
        pub outcome: Outcome,
        pub handling: Option<Handling>,
        pub venue: Option<Venue>,
        pub reach: Option<Reach>,
        pub consideration: Option<Consideration>,
        pub heard: Option<Heard>,
        pub heard_reason: Option<String>,
        pub rationale: Option<String>,
        pub wording: Option<String>,
        pub names_subject: bool,
        pub also_one_to_one: bool,
        pub witness_word: WitnessWord,
        pub principle: Option<String>,
        pub repair: Option<String>,
        pub decided_at: DateTime,
        pub confirmed_by: Option<PersonRef>,
        pub delivered_at: Option<DateTime>,
        pub delivered_in: Option<Venue>,
        pub retracted_at: Option<DateTime>,
        pub version: i32,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct Notice {
        pub id: Id,
        pub venue: Venue,
        pub kind: NoticeKind,
        pub values: Vec<ValueRef>,
        pub wording: String,
        pub about: Option<PersonRef>,
        pub at: DateTime,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct Organisation {
        pub name: String,
        pub hours_to_decide: i32,
        pub silent_after_days: i32,
        pub hand_over_text: Option<String>,
        pub hand_over_link: Option<String>,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct Welcome {
        pub organisation: Option<String>,
        pub needs_set_up: bool,
        pub demo: bool,
        pub demo_people: Vec<DemoPerson>,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct DemoPerson {
        pub name: String,
        pub title: Option<String>,
        pub email: String,
        pub role: Role,
        pub is_leader: bool,
        pub team: Option<String>,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct LibraryValue {
        pub name: String,
        pub statement: String,
        pub looks_like_upheld: Vec<String>,
        pub looks_like_violated: Vec<String>,
        pub source: String,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct Session {
        pub id: Id,
        pub started_at: DateTime,
        pub last_seen_at: DateTime,
        pub device: String,
        pub current: bool,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct ApiToken {
        pub id: Id,
        pub name: String,
        pub created_at: DateTime,
        pub expires_at: DateTime,
        pub last_used_at: Option<DateTime>,
    }
}
