//! A leader's reinforcement history.

use cynic::queries::OperationType;

use super::client::{Later, operation, root};
use super::json::read;
use super::{
    Date, DateTime, DecisionPage, Handling, Id, IncidentKind, Outcome, Page, PersonRef, Reach, ValueRef,
    Venue, schema,
};

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct Spread {
        pub median: f64,
        pub p90: f64,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct HistoryByValue {
        pub value: ValueRef,
        pub recognitions: i32,
        pub corrections: i32,
        pub silent: i32,
        pub public: i32,
        pub one_to_one: i32,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct HistoryByMonth {
        pub month: Date,
        pub recognitions: i32,
        pub corrections: i32,
        pub no_actions: i32,
        pub silent: i32,
    }
}

read! {
    /// One decision in the list under a history.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Decision")]
    pub struct HistoryDecision {
        pub id: Id,
        pub outcome: Outcome,
        pub handling: Option<Handling>,
        pub venue: Option<Venue>,
        pub reach: Option<Reach>,
        pub decided_at: DateTime,
        pub delivered_at: Option<DateTime>,
        pub retracted_at: Option<DateTime>,
        pub incident: HistoryIncident,
    }
}

read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Incident")]
    pub struct HistoryIncident {
        pub id: Id,
        pub kind: IncidentKind,
        pub title: Option<String>,
        pub values: Vec<ValueRef>,
    }
}

#[derive(cynic::QueryVariables)]
struct HistoryVars {
    leader_id: Id,
    since: Option<Date>,
    until: Option<Date>,
}
read! {
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "ReinforcementHistory")]
    pub struct History {
        pub leader: PersonRef,
        pub since: Date,
        pub until: Date,
        pub recognitions: i32,
        pub corrections: i32,
        pub no_actions: i32,
        pub undecided: i32,
        pub silent: i32,
        pub public: i32,
        pub one_to_one: i32,
        pub considered_rate: Option<f64>,
        pub silence_rate: Option<f64>,
        pub narrower: i32,
        pub matched: i32,
        pub wider: i32,
        pub hours_to_decide: Option<Spread>,
        pub hours_to_deliver: Option<Spread>,
        pub by_value: Vec<HistoryByValue>,
        pub by_month: Vec<HistoryByMonth>,
        pub not_heard_from: Vec<PersonRef>,
    }
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "HistoryVars")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct HistoryQuery {
    #[arguments(leaderId: $leader_id, since: $since, until: $until)]
    reinforcement_history: Option<History>,
}
/// A leader's reinforcement history; not found unless the viewer is that leader or above.
pub fn history(leader_id: Id, since: Option<Date>, until: Option<Date>) -> Later<History> {
    let variables = HistoryVars { leader_id, since, until };
    root(&operation::<HistoryQuery, HistoryVars>(OperationType::Query, "HistoryQuery", &variables))
}

#[derive(cynic::QueryVariables)]
pub struct HistoryDecisionsVars {
    leader_id: Id,
    since: Option<Date>,
    until: Option<Date>,
    after: Option<String>,
}
read! {
    /// The decisions under a history.
    #[derive(cynic::QueryFragment)]
    #[cynic(graphql_type = "ReinforcementHistory", variables = "HistoryDecisionsVars")]
    pub struct WithDecisions {
        #[arguments(first: 20, after: $after)]
        decisions: DecisionPage,
    }
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "HistoryDecisionsVars")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct HistoryDecisionsQuery {
    #[arguments(leaderId: $leader_id, since: $since, until: $until)]
    reinforcement_history: Option<WithDecisions>,
}
/// A history with a page of its decisions.
pub fn decided(
    leader_id: Id,
    since: Option<Date>,
    until: Option<Date>,
    after: Option<String>,
) -> Later<WithDecisions> {
    let variables = HistoryDecisionsVars { leader_id, since, until, after };
    root(&operation::<HistoryDecisionsQuery, HistoryDecisionsVars>(
        OperationType::Query,
        "HistoryDecisionsQuery",
        &variables,
    ))
}

/// A page of the decisions under a history.
pub fn history_decisions(
    leader_id: Id,
    since: Option<Date>,
    until: Option<Date>,
    after: Option<String>,
) -> Later<Page<HistoryDecision>> {
    let history = decided(leader_id, since, until, after);
    Box::pin(async move { Ok(history.await?.decisions.into()) })
}
