//! Brings an entry into each state of the table, and says what is true in it from what was typed in.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::checks::ANY;
use super::table::State;
use crate::harness::{Client, Server, canary, incident_in_data, upheld, violated};

/// An entry in a state.
pub(super) struct Case {
    pub(super) incident: String,
    pub(super) decision: Option<String>,
    pub(super) recognition: Option<String>,
    /// What is true, in the places where the answers show it.
    pub(super) truth: Value,
    pub(super) names: Names,
    cast: HashMap<String, String>,
}

/// The names of two of the cast, as the answers write them.
pub(super) struct Names {
    pub(super) decider: Value,
    pub(super) reporter: Value,
}

pub(super) fn called(person: &str) -> Value {
    let mut name = person.to_owned();
    name[..1].make_ascii_uppercase();
    name.into()
}

impl Case {
    /// The demo person who plays a viewer.
    pub(super) fn person(&self, viewer: &str) -> &str {
        &self.cast[viewer]
    }

    pub(super) async fn make(server: &Server, state: &State) -> Self {
        let kinds =
            ["reporter", "subject", "decider"].into_iter().chain(state.viewers.iter().map(String::as_str));
        let cast: HashMap<String, String> =
            kinds.filter(|v| *v != "nobody").map(|v| (v.to_owned(), state.person(v).to_owned())).collect();
        let names = Names { decider: called(&cast["decider"]), reporter: called(&cast["reporter"]) };
        let case = Self {
            incident: String::new(),
            decision: None,
            recognition: None,
            truth: json!({}),
            names,
            cast,
        };
        let mut stage = Stage {
            reporter: server.person(case.person("reporter")).await,
            decider: server.person(case.person("decider")).await,
            subject: server.person(case.person("subject")).await,
            server,
            case,
        };
        stage.play(&state.title).await;
        stage.case
    }
}

pub(super) struct Stage<'s> {
    server: &'s Server,
    pub(super) reporter: Client<'s>,
    pub(super) decider: Client<'s>,
    subject: Client<'s>,
    pub(super) case: Case,
}

impl Stage<'_> {
    async fn play(&mut self, title: &str) {
        match title {
            "upheld, open" => self.log("UPHELD", false).await,
            "upheld, about a team, open" => self.log_about_team().await,
            "upheld, decided" => self.recognise("PUBLIC", "lunch", false).await,
            "upheld, delivered in public" => self.recognised(false).await,
            "upheld, delivered in public, the reporter asked to be named" => self.recognised(true).await,
            "upheld, delivered 1:1" => {
                self.recognise("ONE_TO_ONE", "lunch", false).await;
                self.deliver(None).await;
            }
            "upheld, closed without action" => self.close("UPHELD", false).await,
            "upheld, delivered in public, retracted" => self.recognition_retracted().await,
            "violated, open, logged just now" => self.log("VIOLATED", false).await,
            "violated, open, past 48 hours" => self.take_from_demo("inc-36").await,
            "violated, open, passed on to the next leader up" => self.pass().await,
            "violated, both were asked, the reporter hidden" => self.ask_both().await,
            "violated, the subject has replied, the reporter hidden" => self.reply().await,
            "violated, decided to say it in public, the reporter hidden" => self.correct_publicly().await,
            "violated, delivered in public, the reporter hidden" => {
                self.correct_publicly().await;
                self.deliver(Some("Lunch table")).await;
            }
            "violated, delivered 1:1, a word to the witnesses" => self.corrected_alone().await,
            "violated, closed after the subject had seen it" => self.close("VIOLATED", true).await,
            "violated, closed before the subject saw it" => self.close("VIOLATED", false).await,
            "violated, delivered in public, retracted" => self.correction_retracted().await,
            "violated, handed over after the subject was asked" => self.hand_over().await,
            "violated, withdrawn after a day" => {
                self.take_from_demo("inc-35").await;
                self.withdraw().await;
            }
            "violated, withdrawn within ten minutes" => {
                self.log("VIOLATED", false).await;
                self.withdraw().await;
            }
            "violated, a second log of the same event" => {
                let second = self.logged_twice().await;
                self.set("/duplicate", json!({"id": second}));
            }
            "violated, a second log was merged into it" => {
                let second = self.logged_twice().await;
                self.merge(&second, &self.case.incident.clone()).await;
                let copy = self.decider.incident(&second, "id title").await;
                self.set("/mergedCopy", copy);
            }
            "violated, merged into another log" => {
                let second = self.logged_twice().await;
                self.merge(&self.case.incident.clone(), &second).await;
                let survivor = self.decider.incident(&second, "id title").await;
                self.set("/mergedInto", survivor);
                self.set("/incident/state", "MERGED");
                let by = self.case.names.decider.clone();
                self.set("/step", json!({"id": ANY, "kind": "MERGED", "by": {"name": by}, "at": ANY}));
            }
            other => panic!("nobody knows how to bring about: {other}"),
        }
    }

    pub(super) fn set(&mut self, pointer: &str, value: impl Into<Value>) {
        let mut at = &mut self.case.truth;
        for part in pointer.trim_start_matches('/').split('/') {
            at = &mut at[part];
        }
        *at = value.into();
    }

    /// A decision: sets a field of the input and of the truth.
    pub(super) fn decided(&mut self, field: &str, value: impl Into<Value>) -> (String, Value) {
        let value = value.into();
        self.set(&format!("/incident/decision/{field}"), value.clone());
        (field.to_owned(), value)
    }

    pub(super) async fn log(&mut self, kind: &str, hidden: bool) {
        let texts: Vec<(&str, Value)> = ["title", "situation", "behaviour", "impact"]
            .into_iter()
            .map(|field| (field, Value::from(canary(field))))
            .chain([
                ("affected", json!("SMALL_GROUP")),
                ("evidenceUrl", json!(format!("https://example.com/{}", canary("link")))),
                ("occurredOn", json!(crate::harness::day(-1))),
                ("hideReporterFromSubject", json!(hidden)),
            ])
            .chain((kind == "VIOLATED").then(|| ("severity", json!("MODERATE"))))
            .collect();
        let subject = self.case.person("subject").to_owned();
        let start = if kind == "UPHELD" { upheld(&self.reporter) } else { violated(&self.reporter) };
        let mut log = start.about(&subject).at("lunch");
        for (field, value) in &texts {
            log = log.set(field, value.clone());
        }
        let incident = log.send().await;
        for (field, value) in texts {
            self.set(&format!("/incident/{field}"), value);
        }
        self.logged(&incident, kind);
        self.set("/incident/venue/name", "Lunch table");
        self.set("/incident/audience", "SMALL_GROUP");
        self.set("/incident/audienceSize", 5);
        self.set("/incident/values", json!([{"name": "Kindness"}]));
        self.set("/incident/subjects", json!([{"name": called(&subject)}]));
    }

    /// What is true of any open entry that was just logged.
    pub(super) fn logged(&mut self, incident: &str, kind: &str) {
        self.case.incident = incident.to_owned();
        self.set("/incident/id", incident);
        self.set("/incident/kind", kind);
        self.set("/incident/loggedAt", ANY);
        self.set("/incident/state", "OPEN");
        self.set("/incident/undoUntil", ANY);
        self.set("/incident/reporter/name", self.case.names.reporter.clone());
        self.set("/incident/decider/name", self.case.names.decider.clone());
        let name = self.case.names.decider.clone();
        self.set(
            "/onlooker",
            json!({"who": ANY, "person": {"name": name}, "people": 1, "why": ANY, "sees": ANY}),
        );
        self.set("/inQueue", true);
        self.set("/inMine", true);
    }

    async fn log_about_team(&mut self) {
        let (title, behaviour) = (canary("title"), canary("behaviour"));
        let log = upheld(&self.reporter).about_team("payments").at("lunch");
        let log = log.set("title", title.as_str()).set("behaviour", behaviour.as_str());
        let incident = log.send().await;
        self.logged(&incident, "UPHELD");
        self.set("/incident/title", title);
        self.set("/incident/behaviour", behaviour);
        self.set("/incident/hideReporterFromSubject", false);
        self.set("/incident/subjectTeam/name", "Payments");
    }

    /// An entry that the demo has had for days.
    async fn take_from_demo(&mut self, id: &str) {
        let data = incident_in_data(id);
        let incident = self.server.demo_incident(id).await;
        self.logged(&incident, "VIOLATED");
        for field in
            ["title", "situation", "behaviour", "impact", "audience", "audienceSize", "affected", "severity"]
        {
            self.set(&format!("/incident/{field}"), data[field].clone());
        }
        self.set("/incident/hideReporterFromSubject", false);
        self.set("/incident/undoUntil", Value::Null);
        if id == "inc-36" {
            self.set("/incident/age", "OVERDUE");
            self.set("/incident/venue/name", "#engineering");
            self.set("/incident/values", json!([{"name": "Ownership"}]));
        }
    }

    async fn pass(&mut self) {
        self.log("VIOLATED", false).await;
        let former = self.server.person(self.case.person("former")).await;
        let reason = canary("reason");
        former.does("passIncident", json!({"incidentId": self.case.incident, "reason": reason})).await;
        let (by, to) = (called(self.case.person("former")), self.case.names.decider.clone());
        let step = json!({"id": ANY, "kind": "PASSED", "by": {"name": by}, "from": {"name": by}, "to": {"name": to},
            "reason": reason, "at": ANY});
        self.set("/step", step);
    }

    /// The case's entry, and another one of the same event by somebody else.
    async fn logged_twice(&mut self) -> String {
        self.log("VIOLATED", false).await;
        let second = self.server.person(self.case.person("second")).await;
        let subject = self.case.person("subject").to_owned();
        let log = violated(&second).about(&subject).at("lunch").set("occurredOn", crate::harness::day(-1));
        log.set("title", canary("secondtitle")).send().await
    }

    async fn merge(&self, copy: &str, into: &str) {
        self.decider.does("mergeIncidents", json!({"incidentId": copy, "intoId": into})).await;
    }

    pub(super) async fn ask(&mut self, whom: &str, place: &str) {
        let question = canary("question");
        let person = self.case.person(whom).to_owned();
        let id = self.server.person_id(&person).await;
        let input = json!({"incidentId": self.case.incident, "personId": id, "question": question});
        self.decider.does("askAboutIncident", input).await;
        let (by, of) = (self.case.names.decider.clone(), called(&person));
        let truth =
            json!({"id": ANY, "askedBy": {"name": by}, "askedOf": {"name": of}, "text": question, "at": ANY});
        self.set(place, truth);
        self.set("/incident/state", "WAITING");
    }

    /// The reporter is asked and replies, then the subject is asked.
    async fn ask_both(&mut self) {
        self.log("VIOLATED", true).await;
        self.set("/reporterOnlooker/person/name", self.case.names.reporter.clone());
        self.ask("reporter", "/questionToReporter").await;
        let reply = canary("reply");
        self.reporter.does("replyToIncident", json!({"incidentId": self.case.incident, "text": reply})).await;
        self.set("/replyOfReporter/text", reply);
        self.ask("subject", "/questionToSubject").await;
    }

    pub(super) async fn reply(&mut self) {
        self.ask_both().await;
        let reply = canary("reply");
        self.subject.does("replyToIncident", json!({"incidentId": self.case.incident, "text": reply})).await;
        let author = called(self.case.person("subject"));
        let answers = json!({"text": self.case.truth["questionToSubject"]["text"]});
        self.set(
            "/replyOfSubject",
            json!({"id": ANY, "author": {"name": author}, "text": reply, "at": ANY, "answers": answers}),
        );
        self.set("/incident/state", "OPEN");
    }

    async fn hand_over(&mut self) {
        self.log("VIOLATED", false).await;
        self.ask("subject", "/questionToSubject").await;
        let input =
            json!({"incidentId": self.case.incident, "reason": "It is for the confidential channel."});
        self.decider.does("handOverIncident", input).await;
        self.set("/step", json!({"kind": "HANDED_OVER"}));
        self.erased("HANDED_OVER");
    }

    async fn withdraw(&mut self) {
        self.reporter.does("withdrawIncident", json!({"incidentId": self.case.incident})).await;
        self.erased("WITHDRAWN");
    }

    fn erased(&mut self, state: &str) {
        self.set("/incident/state", state);
        self.set("/incident/undoUntil", Value::Null);
        self.set("/onlooker", Value::Null);
    }
}
