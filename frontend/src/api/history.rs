//! A leader's reinforcement history.

use cynic::QueryBuilder;

use super::{
    ApiError, Date, DateTime, DecisionPage, Handling, Id, IncidentKind, Outcome, Page, PersonRef, Reach,
    ValueRef, Venue, run, schema,
};

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct Spread {
    pub median: f64,
    pub p90: f64,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct HistoryByValue {
    pub value: ValueRef,
    pub recognitions: i32,
    pub corrections: i32,
    pub silent: i32,
    pub public: i32,
    pub one_to_one: i32,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct HistoryByMonth {
    pub month: Date,
    pub recognitions: i32,
    pub corrections: i32,
    pub no_actions: i32,
    pub silent: i32,
}

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

#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Incident")]
pub struct HistoryIncident {
    pub id: Id,
    pub kind: IncidentKind,
    pub title: Option<String>,
    pub values: Vec<ValueRef>,
}

#[derive(cynic::QueryVariables)]
struct HistoryVars {
    leader_id: Id,
    since: Option<Date>,
    until: Option<Date>,
}
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
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "HistoryVars")]
struct HistoryQuery {
    #[arguments(leaderId: $leader_id, since: $since, until: $until)]
    reinforcement_history: Option<History>,
}

/// A leader's reinforcement history from a day until today.
///
/// # Errors
/// Not found unless the viewer is that leader or above.
pub async fn history(leader_id: Id, since: Option<Date>, until: Option<Date>) -> Result<History, ApiError> {
    let answer = run(HistoryQuery::build(HistoryVars { leader_id, since, until })).await?;
    answer.reinforcement_history.ok_or_else(ApiError::not_found)
}

#[derive(cynic::QueryVariables)]
struct HistoryDecisionsVars {
    leader_id: Id,
    since: Option<Date>,
    until: Option<Date>,
    after: Option<String>,
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "ReinforcementHistory", variables = "HistoryDecisionsVars")]
struct WithDecisions {
    #[arguments(first: 20, after: $after)]
    decisions: DecisionPage,
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "HistoryDecisionsVars")]
struct HistoryDecisionsQuery {
    #[arguments(leaderId: $leader_id, since: $since, until: $until)]
    reinforcement_history: Option<WithDecisions>,
}

/// A page of the decisions under a history.
///
/// # Errors
/// Not found unless the viewer is that leader or above.
pub async fn history_decisions(
    leader_id: Id,
    since: Option<Date>,
    until: Option<Date>,
    after: Option<String>,
) -> Result<Page<HistoryDecision>, ApiError> {
    let vars = HistoryDecisionsVars { leader_id, since, until, after };
    let answer = run(HistoryDecisionsQuery::build(vars)).await?;
    answer.reinforcement_history.map(|h| h.decisions.into()).ok_or_else(ApiError::not_found)
}
