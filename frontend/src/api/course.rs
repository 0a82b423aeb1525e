//! How an entry came from leader to leader: steps, versions of the decision, other logs of the same event.

use cynic::queries::OperationType;

use super::client::{Later, operation, root};
use super::json::read;
use super::operation::mutation;
use super::{
    Date, DateTime, Handling, Id, IncidentAnswer, IncidentName, IncidentState, MergeIncidentsInput, Outcome,
    PersonRef, Reading, StepKind, ValueRef, Venue, schema,
};

read! {
    /// A step on the decision's way.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct IncidentStep {
        pub kind: StepKind,
        pub by: PersonRef,
        pub from: Option<PersonRef>,
        pub to: Option<PersonRef>,
        pub reason: Option<String>,
        pub at: DateTime,
    }
}

read! {
    /// The decision as it was recorded at some time.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct DecisionVersion {
        pub version: i32,
        pub recorded_by: PersonRef,
        pub recorded_at: DateTime,
        pub outcome: Option<Outcome>,
        pub handling: Option<Handling>,
        pub venue: Option<Venue>,
        pub rationale: Option<String>,
        pub wording: Option<String>,
    }
}

read! {
    /// Another log that may be of the same event.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Incident")]
    pub struct Lookalike {
        pub id: Id,
        pub state: IncidentState,
        pub title: Option<String>,
        pub situation: Option<String>,
        pub behaviour: Option<String>,
        pub impact: Option<String>,
        pub values: Vec<ValueRef>,
        pub venue: Option<Venue>,
        pub occurred_on: Option<Date>,
        pub logged_at: DateTime,
        pub reporter: Option<PersonRef>,
        pub viewer_may: Vec<String>,
    }
}

read! {
    /// What stands beside the text of an entry, for those who see everything.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Incident")]
    pub struct Course {
        pub steps: Vec<IncidentStep>,
        pub decision_versions: Vec<DecisionVersion>,
        pub readings: Vec<Reading>,
        pub possible_duplicates: Vec<Lookalike>,
        pub merged_into: Option<IncidentName>,
        pub merged_copies: Vec<IncidentName>,
    }
}

#[derive(cynic::QueryVariables)]
struct CourseVars {
    id: Id,
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "CourseVars")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct CourseQuery {
    #[arguments(id: $id)]
    incident: Option<Course>,
}
/// The course of an entry.
pub fn course(id: Id) -> Later<Course> {
    let variables = CourseVars { id };
    root(&operation::<CourseQuery, CourseVars>(OperationType::Query, "Course", &variables))
}

mutation!(
    /// Merges a log into another of the same event.
    merge_incidents(MergeIncidentsInput) -> IncidentAnswer, Merge, MergeVars, "MergeVars"
);
