//! The states that a decision brings about.

use serde_json::{Value, json};

use super::checks::ANY;
use super::states::{Stage, called};
use crate::harness::{canary, close, correct, correct_alone, recognise, text, upheld};

impl Stage<'_> {
    /// What is true of any decision that waits for its delivery.
    fn waits(&mut self, decision: &str, outcome: &str, handling: &str, reach: &str) {
        self.case.decision = Some(decision.to_owned());
        self.set("/incident/state", "DECIDED");
        self.set("/incident/undoUntil", Value::Null);
        for (field, value) in [
            ("id", json!(decision)),
            ("incident", json!({"id": self.case.incident})),
            ("leader", json!({"name": self.case.names.decider})),
            ("outcome", json!(outcome)),
            ("handling", json!(handling)),
            ("reach", json!(reach)),
            ("decidedAt", json!(ANY)),
            ("version", json!(1)),
        ] {
            self.set(&format!("/incident/decision/{field}"), value);
        }
        self.set("/inHistory", true);
        let said = self.case.truth["incident"]["decision"].clone();
        let mut version = json!({"version": 1, "recordedBy": {"name": self.case.names.decider}, "recordedAt": ANY,
            "outcome": outcome, "namesSubject": outcome == "RECOGNITION"});
        for field in ["wording", "rationale", "repair", "principle", "heard", "heardReason", "consideration"]
        {
            version[field] = said[field].clone();
        }
        version["witnessWord"] = said.get("witnessWord").cloned().unwrap_or_else(|| json!("NOTHING"));
        if !handling.is_empty() {
            version["handling"] = handling.into();
        }
        self.set("/version", version);
    }

    pub(super) async fn recognise(&mut self, handling: &str, venue: &str, credit: bool) {
        self.log_credited(credit).await;
        let wording = canary("wording");
        let fields = [
            self.decided("wording", wording.as_str()),
            self.decided("rationale", canary("rationale")),
            self.decided("alsoOneToOne", true),
        ];
        let mut decision = recognise(&self.decider, &self.case.incident).set("handling", handling);
        for (field, value) in fields {
            decision = decision.set(&field, value);
        }
        let public = handling == "PUBLIC";
        if public {
            decision = decision.in_venue(venue);
        }
        let id = decision.send().await;
        let reach = match (public, venue) {
            (false, _) => "NARROWER",
            (true, "lunch") => "MATCHED",
            (true, _) => "WIDER",
        };
        self.waits(&id, "RECOGNITION", handling, reach);
        self.set("/incident/decision/namesSubject", true);
        if public {
            let name = if venue == "lunch" { "Lunch table" } else { "#payments" };
            self.set("/incident/decision/venue/name", name);
            self.set("/version/venue/name", name);
        }
        // There must be none in the feed with these words until it is delivered.
        self.set("/recognition", json!({"id": ANY, "wording": wording}));
    }

    async fn log_credited(&mut self, credit: bool) {
        if !credit {
            return self.log("UPHELD", false).await;
        }
        let (title, subject) = (canary("title"), self.case.person("subject").to_owned());
        let log = upheld(&self.reporter).about(&subject).at("lunch").set("creditReporter", true);
        let incident = log.set("title", title.as_str()).send().await;
        self.logged(&incident, "UPHELD");
        self.set("/incident/title", title);
        self.set("/incident/hideReporterFromSubject", false);
        self.set("/incident/subjects", json!([{"name": called(&subject)}]));
        self.set("/incident/values", json!([{"name": "Kindness"}]));
    }

    pub(super) async fn deliver(&mut self, venue: Option<&str>) {
        self.decider.does("markDelivered", json!({"decisionId": self.case.decision})).await;
        self.set("/incident/state", "DELIVERED");
        self.set("/incident/decision/deliveredAt", ANY);
        if let Some(venue) = venue {
            self.set("/incident/decision/deliveredIn/name", venue);
        }
    }

    /// A published recognition with a reaction and a comment on it.
    pub(super) async fn recognised(&mut self, credit: bool) {
        self.recognise("PUBLIC", "lunch", credit).await;
        self.deliver(Some("Lunch table")).await;
        let wording = self.case.truth["recognition"]["wording"].clone();
        let feed = self.decider.all("recognitions", "id wording").await;
        let id = text(&feed.iter().find(|r| r["wording"] == wording).expect("in the feed")["id"]);
        let comment = canary("comment");
        self.decider.does("react", json!({"recognitionId": id, "emoji": "👏", "on": true})).await;
        self.decider.does("comment", json!({"recognitionId": id, "text": comment})).await;
        let (leader, subject) = (self.case.names.decider.clone(), called(self.case.person("subject")));
        let truth = json!({
            "id": id, "publishedAt": ANY, "subjects": [{"name": subject}], "values": [{"name": "Kindness"}],
            "leader": {"name": leader}, "venue": {"name": "Lunch table"}, "wording": wording,
            "spottedBy": {"name": self.case.names.reporter}, "reactions": [{"emoji": "👏", "count": 1}],
            "comments": {"nodes": [{"id": ANY, "author": {"name": leader}, "text": comment, "at": ANY}]},
        });
        self.set("/recognition", truth);
        self.set("/recognitionById/id", id.as_str());
        self.case.recognition = Some(id);
    }

    /// What a decision says beside its words, for a violation that others saw.
    fn cared(&mut self) -> Value {
        let answers =
            json!({"onlyOneWhoKnows": false, "nobodyElseAffected": false, "knownAtFirstHand": true});
        let mut truth = answers.clone();
        truth["hint"] = "CONSIDER_THE_TEAM".into();
        self.set("/incident/decision/consideration", truth);
        answers
    }

    pub(super) async fn correct_publicly(&mut self) {
        self.reply().await;
        let wording = canary("wording");
        let answers = self.cared();
        let fields = [
            self.decided("wording", wording.as_str()),
            self.decided("rationale", canary("rationale")),
            self.decided("repair", canary("repair")),
            self.decided("heard", "REPLY_ATTACHED"),
            self.decided("alsoOneToOne", true),
        ];
        let mut decision =
            correct(&self.decider, &self.case.incident).without("heardReason").in_venue("lunch");
        decision = decision.set("consideration", answers);
        for (field, value) in fields {
            decision = decision.set(&field, value);
        }
        let id = decision.send().await;
        self.waits(&id, "CORRECTION", "PUBLIC", "MATCHED");
        self.set("/incident/decision/namesSubject", false);
        self.set("/incident/decision/venue/name", "Lunch table");
        self.set("/version/venue/name", "Lunch table");
        self.set("/incident/handledIn/name", "Lunch table");
        self.noticed("CORRECTION", "Lunch table", wording.as_str());
    }

    fn noticed(&mut self, kind: &str, venue: &str, wording: &str) {
        let about = called(self.case.person("subject"));
        let truth = json!({"id": ANY, "kind": kind, "venue": {"name": venue}, "values": [{"name": "Kindness"}],
            "wording": wording, "at": ANY, "about": {"name": about}});
        self.set("/notice", truth);
    }

    pub(super) async fn corrected_alone(&mut self) {
        self.log("VIOLATED", false).await;
        let (principle, wording) = (canary("principle"), canary("wording"));
        let answers = self.cared();
        let fields = [
            self.decided("wording", wording.as_str()),
            self.decided("rationale", canary("rationale")),
            self.decided("repair", canary("repair")),
            self.decided("witnessWord", "PRINCIPLE"),
            self.decided("principle", principle.as_str()),
        ];
        let mut decision = correct_alone(&self.decider, &self.case.incident).set("consideration", answers);
        for (field, value) in fields {
            decision = decision.set(&field, value);
        }
        let id = decision.send().await;
        self.waits(&id, "CORRECTION", "ONE_TO_ONE", "NARROWER");
        self.deliver(None).await;
        self.noticed("WITNESS_WORD", "Lunch table", &principle);
        self.set("/recognition", json!({"id": ANY, "wording": wording}));
        self.set("/incident/handledIn/name", ANY);
    }

    pub(super) async fn close(&mut self, kind: &str, seen: bool) {
        self.log(kind, false).await;
        if seen {
            self.ask("subject", "/questionToSubject").await;
        }
        let reason = canary("reason");
        let answers = (kind == "VIOLATED").then(|| self.cared());
        let (field, value) = self.decided("rationale", canary("rationale"));
        let decision =
            close(&self.decider, &self.case.incident).set("wording", reason.as_str()).set(&field, value);
        let id = decision.set("consideration", answers).send().await;
        self.waits(&id, "NO_ACTION", "", "");
        self.set("/incident/state", "CLOSED");
        self.set("/incident/decision/handling", Value::Null);
        self.set("/incident/decision/reach", Value::Null);
        self.set("/reason", reason);
    }

    async fn retract(&mut self) {
        let input = json!({"decisionId": self.case.decision, "reason": "It was not so."});
        self.decider.does("retractDecision", input).await;
        self.set("/incident/decision/retractedAt", ANY);
    }

    pub(super) async fn recognition_retracted(&mut self) {
        self.recognise("PUBLIC", "pay-channel", false).await;
        self.deliver(Some("#payments")).await;
        self.retract().await;
        self.noticed("RETRACTION", "#payments", ANY);
        self.set("/notice/about", Value::Null);
    }

    pub(super) async fn correction_retracted(&mut self) {
        self.log("VIOLATED", false).await;
        let wording = canary("wording");
        let answers = self.cared();
        let fields = [
            self.decided("wording", wording.as_str()),
            self.decided("rationale", canary("rationale")),
            self.decided("heard", "IN_THE_MOMENT"),
            self.decided("heardReason", canary("moment")),
        ];
        let mut decision =
            correct(&self.decider, &self.case.incident).in_venue("lunch").set("consideration", answers);
        for (field, value) in fields {
            decision = decision.set(&field, value);
        }
        let id = decision.send().await;
        self.waits(&id, "CORRECTION", "PUBLIC", "MATCHED");
        self.set("/incident/decision/venue/name", "Lunch table");
        self.set("/version/venue/name", "Lunch table");
        self.set("/incident/handledIn/name", "Lunch table");
        self.deliver(Some("Lunch table")).await;
        self.retract().await;
        self.noticed("RETRACTION", "Lunch table", ANY);
    }
}
