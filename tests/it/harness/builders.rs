//! Entries and decisions as people make them, with everything filled in that a test does not care about.

use chrono::Utc;
use serde_json::{Value, json};
use uuid::Uuid;

use super::client::{Client, Refusal, text};

/// An id that nothing has.
pub(crate) fn unknown_id() -> String {
    Uuid::new_v4().to_string()
}

pub(crate) fn new_key() -> String {
    Uuid::new_v4().to_string()
}

/// A word that stands nowhere else, to look for in answers.
pub(crate) fn canary(what: &str) -> String {
    format!("{what}{}", Uuid::new_v4().simple())
}

/// Today as an ISO date, in UTC.
pub(crate) fn day(days_from_now: i64) -> String {
    (Utc::now() + chrono::TimeDelta::days(days_from_now)).date_naive().to_string()
}

/// A time as the API writes it.
pub(crate) fn time(seconds_from_now: i64) -> String {
    (Utc::now() + chrono::TimeDelta::seconds(seconds_from_now)).to_rfc3339()
}

/// An entry about to be logged.
#[derive(Debug, Clone)]
pub(crate) struct Log<'c> {
    by: &'c Client<'c>,
    about: Vec<String>,
    team: Option<String>,
    values: Vec<String>,
    venue: Option<String>,
    extra: Vec<(String, Value)>,
    kind: &'static str,
}

pub(crate) fn upheld<'c>(by: &'c Client<'c>) -> Log<'c> {
    Log::new(by, "UPHELD")
}

pub(crate) fn violated<'c>(by: &'c Client<'c>) -> Log<'c> {
    Log::new(by, "VIOLATED")
}

impl<'c> Log<'c> {
    fn new(by: &'c Client<'c>, kind: &'static str) -> Self {
        Self {
            by,
            about: Vec::new(),
            team: None,
            values: vec!["kindness".to_owned()],
            venue: Some("mobile-pr".to_owned()),
            extra: Vec::new(),
            kind,
        }
    }

    /// One more person whom it is about.
    pub(crate) fn about(mut self, person: &str) -> Self {
        self.about.push(person.to_owned());
        self
    }

    pub(crate) fn about_team(mut self, team: &str) -> Self {
        self.team = Some(team.to_owned());
        self
    }

    pub(crate) fn at(mut self, venue: &str) -> Self {
        self.venue = Some(venue.to_owned());
        self
    }

    /// Any field of the input, as it is.
    pub(crate) fn set(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.extra.push((field.to_owned(), value.into()));
        self
    }

    pub(crate) async fn input(&self) -> Value {
        let server = self.by.server;
        let (mut subjects, mut values) = (Vec::new(), Vec::new());
        for person in &self.about {
            subjects.push(server.person_id(person).await);
        }
        for value in &self.values {
            values.push(server.value_id(value).await);
        }
        let mut input = json!({
            "key": new_key(), "kind": self.kind, "subjectIds": subjects, "valueIds": values,
            "title": "A moment worth a look", "situation": "We were going through the open questions.",
            "behaviour": "It was said in front of the others.", "impact": "The others went quiet.",
            "occurredOn": day(0),
        });
        if let Some(team) = &self.team {
            input["subjectTeamId"] = server.team_id(team).await.into();
        }
        if let Some(venue) = &self.venue {
            input["venueId"] = server.venue_id(venue).await.into();
        }
        for (field, value) in &self.extra {
            input[field] = value.clone();
        }
        input
    }

    /// Logs it; the entry's id.
    pub(crate) async fn send(&self) -> String {
        text(&self.by.does("logIncident", self.input().await).await["incident"]["id"])
    }

    pub(crate) async fn refused(&self) -> Refusal {
        self.by.may_not("logIncident", self.input().await).await
    }
}

/// A decision about to be recorded.
#[derive(Debug, Clone)]
pub(crate) struct Decide<'c> {
    by: &'c Client<'c>,
    input: Value,
    venue: Option<String>,
}

fn decide<'c>(by: &'c Client<'c>, incident: &str, outcome: &str) -> Decide<'c> {
    let input = json!({
        "key": new_key(), "incidentId": incident, "outcome": outcome,
        "rationale": "Others should see that this matters to us.",
    });
    Decide { by, input, venue: None }
}

/// A recognition in the public where it happened.
pub(crate) fn recognise<'c>(by: &'c Client<'c>, incident: &str) -> Decide<'c> {
    decide(by, incident, "RECOGNITION")
        .set("handling", "PUBLIC")
        .set("wording", "This is what we mean by it.")
}

/// A correction in the public where it happened, where the person was heard in the moment.
pub(crate) fn correct<'c>(by: &'c Client<'c>, incident: &str) -> Decide<'c> {
    decide(by, incident, "CORRECTION")
        .set("handling", "PUBLIC")
        .set("wording", "In this room we let each other finish.")
        .set("heard", "IN_THE_MOMENT")
        .set("heardReason", "It was happening in front of everybody.")
        .considered([false, false, true])
}

/// A correction that is said 1:1.
pub(crate) fn correct_alone<'c>(by: &'c Client<'c>, incident: &str) -> Decide<'c> {
    decide(by, incident, "CORRECTION").set("handling", "ONE_TO_ONE").considered([false, true, true])
}

/// No action. For a violation the three questions are answered all the same.
pub(crate) fn close<'c>(by: &'c Client<'c>, incident: &str) -> Decide<'c> {
    decide(by, incident, "NO_ACTION")
}

impl Decide<'_> {
    /// The answers to the three questions.
    pub(crate) fn considered(self, [only, nobody, first]: [bool; 3]) -> Self {
        self.set(
            "consideration",
            json!({"onlyOneWhoKnows": only, "nobodyElseAffected": nobody, "knownAtFirstHand": first}),
        )
    }

    /// Any field of the input, as it is.
    pub(crate) fn set(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.input[field] = value.into();
        self
    }

    pub(crate) fn without(mut self, field: &str) -> Self {
        if let Some(fields) = self.input.as_object_mut() {
            fields.remove(field);
        }
        self
    }

    pub(crate) fn in_venue(mut self, venue: &str) -> Self {
        self.venue = Some(venue.to_owned());
        self
    }

    pub(crate) async fn input(&self) -> Value {
        let mut input = self.input.clone();
        if let Some(venue) = &self.venue {
            input["venueId"] = self.by.server.venue_id(venue).await.into();
        }
        input
    }

    /// Records it; the decision.
    pub(crate) async fn record(&self) -> Value {
        self.by.does("recordDecision", self.input().await).await["decision"].take()
    }

    /// Records it; its id.
    pub(crate) async fn send(&self) -> String {
        text(&self.record().await["id"])
    }

    /// Records and delivers it; its id.
    pub(crate) async fn deliver(&self) -> String {
        let id = self.send().await;
        self.by.does("markDelivered", json!({"decisionId": id})).await;
        id
    }

    pub(crate) async fn refused(&self) -> Refusal {
        self.by.may_not("recordDecision", self.input().await).await
    }
}
