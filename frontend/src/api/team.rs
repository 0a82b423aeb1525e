//! What a team must be aligned on, and its meetings.

use cynic::queries::OperationType;

use super::client::{Later, operation, root};
use super::json::{FromJson, read};
use super::operation::mutation;
use super::queries::{Page, PageInfo, page};
use super::{
    Attention, Date, DateTime, Handling, Id, IncidentKind, Outcome, PersonRef, PointKind, Recognition,
    SomebodyAbove, TopicKind, Value, Venue, schema,
};

read! {
    /// Where a goal stood.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct CheckIn {
        pub value: f64,
        pub note: Option<String>,
        pub at: DateTime,
    }
}

read! {
    /// Who leads a team, and whom they report to: those two write its topics.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Person")]
    pub struct TeamLead {
        pub id: Id,
        pub manager: Option<SomebodyAbove>,
    }
}

read! {
    /// The team of a topic.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Team")]
    pub struct TopicTeam {
        pub name: String,
        pub lead: Option<TeamLead>,
    }
}

read! {
    /// Something that a team must be aligned on.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct Topic {
        pub id: Id,
        pub kind: TopicKind,
        pub team: Option<TopicTeam>,
        pub text: String,
        pub unit: Option<String>,
        pub baseline: Option<f64>,
        pub target: Option<f64>,
        pub cycle_days: i32,
        pub retired: bool,
        pub check_ins: Vec<CheckIn>,
        pub discussed: i32,
        pub last_discussed_at: Option<DateTime>,
        pub mentioned: i32,
        pub attention: Attention,
    }
}

read! {
    /// A venue whose meetings the viewer has a part in.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct MeetingPlace {
        pub venue: Option<Venue>,
        pub holds: bool,
    }
}

read! {
    /// Something that somebody wants to talk about.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct MeetingPoint {
        pub id: Id,
        pub kind: PointKind,
        pub text: String,
        pub author: PersonRef,
        pub note: Option<String>,
        pub decides: Option<PersonRef>,
    }
}

read! {
    /// What waits to be said: the words of a decision.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Decision")]
    pub struct WaitingWords {
        pub id: Id,
        pub wording: Option<String>,
    }
}

read! {
    /// An entry whose public words wait to be said.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Incident")]
    pub struct WaitingEntry {
        pub id: Id,
        pub subjects: Vec<PersonRef>,
        pub decision: Option<WaitingWords>,
    }
}

read! {
    /// The next meeting of a venue.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct Meeting {
        pub venue: Option<Venue>,
        pub holds: bool,
        pub prepared_by: Option<PersonRef>,
        pub planned_on: Option<Date>,
        pub value: Option<Value>,
        pub examples: Vec<Recognition>,
        pub previous_at: Option<DateTime>,
        pub topics: Vec<Topic>,
        pub points: Vec<MeetingPoint>,
        pub waiting: Vec<WaitingEntry>,
    }
}

read! {
    /// A topic as far as a line about it needs.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Topic")]
    pub struct TopicName {
        pub text: String,
    }
}

read! {
    /// A topic that a meeting talked about.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct MeetingTopic {
        pub topic: Option<TopicName>,
        pub note: Option<String>,
        pub decides: Option<PersonRef>,
    }
}

read! {
    /// A value as far as a line about it needs.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Value")]
    pub struct ValueName {
        pub id: Id,
        pub name: String,
    }
}

read! {
    /// A meeting that is over.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct PastMeeting {
        pub held_by: PersonRef,
        pub finished_at: DateTime,
        pub value: Option<ValueName>,
        pub topics: Vec<MeetingTopic>,
        pub points: Vec<MeetingPoint>,
        pub note: Option<String>,
    }
}

#[derive(cynic::QueryVariables)]
struct TopicsVars {
    retired: Option<bool>,
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "TopicsVars")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct TopicsQuery {
    #[arguments(includeRetired: $retired)]
    topics: Vec<Topic>,
}
/// The topics of everybody and of all teams.
pub fn topics(retired: bool) -> Later<Vec<Topic>> {
    let variables = TopicsVars { retired: Some(retired) };
    root(&operation::<TopicsQuery, TopicsVars>(OperationType::Query, "Topics", &variables))
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct PlacesQuery {
    meeting_places: Vec<MeetingPlace>,
}
/// The venues whose meetings the viewer has a part in.
pub fn meeting_places() -> Later<Vec<MeetingPlace>> {
    root(&operation::<PlacesQuery, ()>(OperationType::Query, "MeetingPlaces", &()))
}

#[derive(cynic::QueryVariables)]
struct VenueVars {
    venue: Id,
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "VenueVars")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct MeetingQuery {
    #[arguments(venueId: $venue)]
    meeting: Option<Meeting>,
}
/// The next meeting of a venue.
pub fn meeting(venue: Id) -> Later<Meeting> {
    root(&operation::<MeetingQuery, VenueVars>(OperationType::Query, "Meeting", &VenueVars { venue }))
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "VenueVars")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct PastQuery {
    #[arguments(venueId: $venue)]
    past_meetings: Vec<PastMeeting>,
}
/// The meetings of a venue that are over.
pub fn past_meetings(venue: Id) -> Later<Vec<PastMeeting>> {
    root(&operation::<PastQuery, VenueVars>(OperationType::Query, "PastMeetings", &VenueVars { venue }))
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct SaveTopicInput {
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    pub kind: TopicKind,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub team_id: Option<Id>,
    pub text: String,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<f64>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub target: Option<f64>,
    pub cycle_days: Option<i32>,
    pub retired: Option<bool>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct CheckInInput {
    pub topic_id: Id,
    pub value: f64,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct PlanMeetingInput {
    pub venue_id: Id,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub planned_on: Option<Date>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub value_id: Option<Id>,
    pub example_ids: Vec<Id>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct AddMeetingPointInput {
    pub key: Id,
    pub venue_id: Id,
    pub kind: PointKind,
    pub text: String,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub incident_id: Option<Id>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct TakeBackMeetingPointInput {
    pub point_id: Id,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct TalkedTopicInput {
    pub topic_id: Id,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub decides_id: Option<Id>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct TalkedPointInput {
    pub point_id: Id,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub decides_id: Option<Id>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct FinishMeetingInput {
    pub key: Id,
    pub venue_id: Id,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub value_id: Option<Id>,
    pub example_ids: Vec<Id>,
    pub topics: Vec<TalkedTopicInput>,
    pub points: Vec<TalkedPointInput>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Topic")]
    #[expect(dead_code, reason = "a payload must select something")]
    struct TopicStub {
        id: Id,
    }
}
read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Meeting")]
    #[expect(dead_code, reason = "a payload must select something")]
    struct MeetingStub {
        holds: bool,
    }
}
read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "MeetingPoint")]
    #[expect(dead_code, reason = "a payload must select something")]
    struct PointStub {
        id: Id,
    }
}
read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "PastMeeting")]
    #[expect(dead_code, reason = "a payload must select something")]
    struct PastStub {
        id: Id,
    }
}
read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "TopicPayload")]
    #[expect(dead_code, reason = "a payload must select something")]
    pub struct TopicAnswer {
        topic: TopicStub,
    }
}
read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "MeetingPayload")]
    #[expect(dead_code, reason = "a payload must select something")]
    pub struct MeetingAnswer {
        meeting: MeetingStub,
    }
}
read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "MeetingPointPayload")]
    #[expect(dead_code, reason = "a payload must select something")]
    pub struct PointAnswer {
        point: PointStub,
    }
}
read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "PastMeetingPayload")]
    #[expect(dead_code, reason = "a payload must select something")]
    pub struct PastMeetingAnswer {
        meeting: PastStub,
    }
}

mutation!(
    /// Writes a topic.
    save_topic(SaveTopicInput) -> TopicAnswer, SaveTopic, SaveTopicVars, "SaveTopicVars"
);
mutation!(
    /// Says where a goal stands.
    check_in(CheckInInput) -> TopicAnswer, CheckInNow, CheckInVars, "CheckInVars"
);
mutation!(
    /// Prepares the next meeting of a venue.
    plan_meeting(PlanMeetingInput) -> MeetingAnswer, PlanMeeting, PlanMeetingVars, "PlanMeetingVars"
);
mutation!(
    /// Adds something to talk about.
    add_meeting_point(AddMeetingPointInput) -> PointAnswer, AddMeetingPoint, AddPointVars, "AddPointVars"
);
mutation!(
    /// Takes a point back.
    take_back_meeting_point(TakeBackMeetingPointInput) -> PointAnswer, TakeBackPoint, TakeBackVars, "TakeBackVars"
);
mutation!(
    /// Writes down what a meeting talked about.
    finish_meeting(FinishMeetingInput) -> PastMeetingAnswer, FinishMeeting, FinishVars, "FinishVars"
);

read! {
    /// What somebody wrote to an entry.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Reply")]
    pub struct ReplyLine {
        pub author: Option<PersonRef>,
        pub text: String,
    }
}
read! {
    /// A decision as far as a 1:1 needs it.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Decision")]
    pub struct TalkDecision {
        pub id: Id,
        pub outcome: Outcome,
        pub handling: Option<Handling>,
        pub rationale: Option<String>,
    }
}
read! {
    /// An entry of the queue as far as a 1:1 needs it.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Incident")]
    pub struct TalkEntry {
        pub id: Id,
        pub title: Option<String>,
        pub kind: IncidentKind,
        pub subjects: Vec<PersonRef>,
        pub decision: Option<TalkDecision>,
        pub replies: Vec<ReplyLine>,
        pub viewer_may: Vec<String>,
    }
}
page!(TalkPage, "IncidentConnection", TalkEntry);
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct TalksQuery {
    #[arguments(first: 100)]
    decision_queue: TalkPage,
}
/// What waits for the viewer, with what a 1:1 needs of it.
pub fn talks() -> Later<Vec<TalkEntry>> {
    let page: Later<Page<TalkEntry>> = root(&operation::<TalksQuery, ()>(OperationType::Query, "Talks", &()));
    Box::pin(async move { Ok(page.await?.nodes) })
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct MentionTopicInput {
    pub key: Id,
    pub topic_id: Id,
}
mutation!(
    /// Counts that a topic was mentioned in a 1:1.
    mention_topic(MentionTopicInput) -> TopicAnswer, MentionTopic, MentionVars, "MentionVars"
);
