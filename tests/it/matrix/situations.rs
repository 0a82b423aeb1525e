//! The situations of `operations.txt`: an entry brought so far, and good inputs for every operation on it.

use serde_json::{Value, json};

use crate::harness::{
    Client, Server, canary, correct, correct_alone, has_id, new_key, recognise, session_cookie, text,
    unknown_id, upheld, violated,
};

/// A situation with the people who play in it.
pub(super) struct Situation {
    title: String,
    reporter: String,
    subject: String,
    decider: String,
}

/// A situation that was played: what the operations act on.
pub(super) struct Scene<'s> {
    server: &'s Server,
    pub(super) incident: String,
    decision: String,
    decided: bool,
    recognition: String,
    /// What marks the situation's own record in a list: its id, or words that stand nowhere else.
    marks: Vec<String>,
    subject: String,
    decider: String,
    session: String,
    token: String,
}

impl Situation {
    pub(super) fn named(title: &str, person: impl Fn(&str) -> String) -> Self {
        Self {
            title: title.to_owned(),
            reporter: person("reporter"),
            subject: person("subject"),
            decider: person("decider"),
        }
    }

    /// Plays it once more, with an entry of its own.
    pub(super) async fn play<'s>(&self, server: &'s Server) -> Scene<'s> {
        let reporter = server.person(&self.reporter).await;
        let decider = server.person(&self.decider).await;
        let mut scene = Scene {
            server,
            incident: unknown_id(),
            decision: unknown_id(),
            decided: false,
            recognition: unknown_id(),
            marks: Vec::new(),
            subject: server.person_id(&self.subject).await,
            decider: server.person_id(&self.decider).await,
            session: unknown_id(),
            token: unknown_id(),
        };
        let words = canary("words");
        let log = async || violated(&reporter).about(&self.subject).at("lunch").send().await;
        match self.title.as_str() {
            "about nothing in particular" => {
                for list in ["people", "recognitions"] {
                    let nodes = reporter.all(list, "id").await;
                    scene.marks.extend(nodes.iter().map(|n| text(&n["id"])));
                }
            }
            "somebody else's session and token" => {
                // Of a person who is none of the viewers.
                let other = server.person("moss").await;
                other.does("createApiToken", json!({"name": "hidden", "expiresInDays": 1})).await;
                let own = other.ok("{ sessions { id } apiTokens { id } }", json!({})).await;
                scene.session = text(&own["sessions"][0]["id"]);
                scene.token = text(&own["apiTokens"][0]["id"]);
            }
            "a violation that was just logged" => scene.incident = log().await,
            "a violation that was passed on" => {
                scene.incident = log().await;
                let former = server.person("alder").await;
                former
                    .does(
                        "passIncident",
                        json!({"incidentId": scene.incident, "reason": "I was part of it."}),
                    )
                    .await;
            }
            "a violation about which both were asked" => {
                scene.incident = log().await;
                for person in [&self.reporter, &self.subject] {
                    let id = server.person_id(person).await;
                    let ask =
                        json!({"incidentId": scene.incident, "personId": id, "question": "How was it?"});
                    decider.does("askAboutIncident", ask).await;
                }
            }
            "a correction that is decided and not said" => {
                scene.incident = log().await;
                scene.decision = correct(&decider, &scene.incident).in_venue("lunch").send().await;
                scene.decided = true;
            }
            "a correction that was said 1:1" => {
                scene.incident = log().await;
                scene.decision = correct_alone(&decider, &scene.incident).deliver().await;
            }
            "a correction that was said in public, at the lunch table" => {
                scene.incident = log().await;
                let decision =
                    correct(&decider, &scene.incident).in_venue("lunch").set("wording", words.as_str());
                scene.decision = decision.deliver().await;
            }
            "a recognition in public" => {
                scene.incident = upheld(&reporter).about(&self.subject).at("lunch").send().await;
                let decision =
                    recognise(&decider, &scene.incident).in_venue("lunch").set("wording", words.as_str());
                scene.decision = decision.deliver().await;
                let feed = reporter.all("recognitions", "id wording").await;
                scene.recognition =
                    text(&feed.iter().find(|r| r["wording"] == words).expect("in the feed")["id"]);
            }
            "a lapse of the decider that they corrected themself" => {
                scene.incident = log().await;
                // A leader learns of an entry about themself like everybody else: when they are asked.
                let ask = json!({"incidentId": scene.incident, "personId": scene.subject, "question": "How was it?"});
                decider.does("askAboutIncident", ask).await;
                let own = server.person(&self.subject).await;
                scene.decision = correct(&own, &scene.incident).in_venue("lunch").send().await;
            }
            other => panic!("nobody knows how to bring about: {other}"),
        }
        scene.marks.extend([scene.incident.clone(), scene.recognition.clone(), words]);
        scene
    }
}

impl Scene<'_> {
    /// Whether one of the nodes is the situation's own.
    pub(super) fn is_listed(&self, nodes: &[Value]) -> bool {
        self.marks
            .iter()
            .any(|mark| has_id(nodes, mark) || nodes.iter().any(|n| n["wording"] == mark.as_str()))
    }

    /// A query's document with its variables.
    pub(super) async fn question(&self, query: &str) -> (String, Value) {
        let by_id = |id: &str, fields: &str| {
            (format!("query($id: ID!) {{ {query}(id: $id) {{ {fields} }} }}"), json!({"id": id}))
        };
        match query {
            "incident" => by_id(&self.incident, "id"),
            "recognition" => by_id(&self.recognition, "id wording"),
            "person" => by_id(&self.subject, "id name"),
            "value" => by_id(&self.server.value_id("kindness").await, "id name"),
            "viewer" => ("{ viewer { id } }".into(), json!({})),
            "welcome" => ("{ welcome { demo } }".into(), json!({})),
            "organisation" => ("{ organisation { name } }".into(), json!({})),
            "meetingPlaces" => ("{ meetingPlaces { venue { id } } }".into(), json!({})),
            "meeting" | "pastMeetings" => {
                let document = format!("query($id: ID!) {{ {query}(venueId: $id) {{ venue {{ id }} }} }}");
                (document, json!({"id": self.server.venue_id("pay-standup").await}))
            }
            "topic" => by_id(&self.topic().await, "id text"),
            "sessions" | "apiTokens" | "venues" | "teams" | "values" | "topics" => {
                (format!("{{ {query} {{ id }} }}"), json!({}))
            }
            "people" | "myIncidents" | "decisionQueue" => {
                (format!("{{ {query}(first: 100) {{ nodes {{ id }} }} }}"), json!({}))
            }
            "recognitions" | "notices" => {
                (format!("{{ {query}(first: 100) {{ nodes {{ id wording }} }} }}"), json!({}))
            }
            "myData" => ("{ myData { person { id } } }".into(), json!({})),
            "legalHolds" => ("{ legalHolds(first: 100) { nodes { incidentId } } }".into(), json!({})),
            "reinforcementHistory" => {
                let document = "query($id: ID!) { reinforcementHistory(leaderId: $id) { corrections } }";
                (document.into(), json!({"id": self.decider}))
            }
            "auditEvents" => ("{ auditEvents(first: 100) { nodes { at action } } }".into(), json!({})),
            "auditState" => ("{ auditState { since } }".into(), json!({})),
            "previewAudience" => {
                let document = "query($input: LogIncidentInput!) { previewAudience(input: $input) { who } }";
                (document.into(), json!({"input": self.draft().await}))
            }
            other => panic!("no question for {other}"),
        }
    }

    /// A goal of everybody's.
    async fn topic(&self) -> String {
        let hazel = self.server.person("hazel").await;
        let topics = hazel.ok("{ topics { id kind team { id } } }", json!({})).await;
        let goal = |t: &&Value| t["kind"] == "GOAL" && t["team"].is_null();
        text(
            &topics["topics"].as_array().and_then(|t| t.iter().find(goal)).expect("a goal in the demo")["id"],
        )
    }

    /// An entry that anybody of the table may log: nobody of them is whom it is about.
    async fn draft(&self) -> Value {
        let by = self.server.person("tansy").await;
        upheld(&by).about("moss").input().await
    }

    /// An input of a mutation that is right in itself.
    pub(super) async fn input(&self, mutation: &str) -> Value {
        let by: Client<'_> = self.server.person("alder").await;
        match mutation {
            "logIncident" => self.draft().await,
            "recordDecision" => {
                let mut input = correct_alone(&by, &self.incident).input().await;
                if self.decided {
                    input["expectedVersion"] = 1.into();
                }
                input
            }
            "withdrawIncident" => json!({"incidentId": self.incident}),
            "askAboutIncident" => {
                json!({"incidentId": self.incident, "personId": self.subject, "question": "What is your side?"})
            }
            "replyToIncident" => json!({"incidentId": self.incident, "text": "All of the table was there."}),
            "passIncident" | "takeOverIncident" | "handOverIncident" => {
                json!({"incidentId": self.incident, "reason": "I was part of it."})
            }
            "confirmDecision" | "markDelivered" => json!({"decisionId": self.decision}),
            "retractDecision" => json!({"decisionId": self.decision, "reason": "It was not so."}),
            "react" => json!({"recognitionId": self.recognition, "emoji": "👏", "on": true}),
            "comment" => json!({"recognitionId": self.recognition, "text": "Well said."}),
            "saveValue" => json!({"name": canary("value"), "statement": "We say what we mean.",
                "looksLikeUpheld": ["Says so in the meeting"], "looksLikeViolated": ["Says so afterwards"]}),
            "saveTopic" => json!({"kind": "STRATEGY", "teamId": self.server.team_id("payments").await,
                "text": "One queue until the end of the year."}),
            "planMeeting" => json!({"venueId": self.server.venue_id("pay-standup").await}),
            "addMeetingPoint" => {
                json!({"key": new_key(), "venueId": self.server.venue_id("pay-standup").await,
                "kind": "QUESTION", "text": "What comes first?"})
            }
            "takeBackMeetingPoint" => {
                let moss = self.server.person("moss").await;
                let venue = self.server.venue_id("pay-standup").await;
                let point = json!({"key": new_key(), "venueId": venue, "kind": "GAP", "text": "We say one, we do two."});
                json!({"pointId": moss.does("addMeetingPoint", point).await["point"]["id"]})
            }
            "finishMeeting" => {
                json!({"key": new_key(), "venueId": self.server.venue_id("pay-standup").await})
            }
            "mentionTopic" => json!({"key": new_key(), "topicId": self.topic().await}),
            "checkIn" => json!({"topicId": self.topic().await, "value": 34.0}),
            "addPerson" => {
                let email = format!("{}@upheld.example", canary("oak"));
                json!({"name": "Oak", "email": email, "managerId": self.decider})
            }
            "updatePerson" => json!({"personId": self.server.person_id("heath").await, "title": "Engineer"}),
            "movePerson" => json!({"personId": self.server.person_id("heath").await,
                "managerId": self.server.person_id("cedar").await, "teamId": self.server.team_id("mobile").await}),
            "saveTeam" => json!({"name": canary("team")}),
            "saveVenue" => json!({"name": canary("venue"), "audience": "TEAM", "audienceSize": 3}),
            "savePolicy" => json!({"handOverText": "Please write to the confidential channel."}),
            "setPreference" => json!({"recognitionPreference": "PUBLIC"}),
            "mergeIncidents" => {
                let second = self.server.person("basil").await;
                let into = violated(&second).set("subjectIds", json!([self.subject])).send().await;
                json!({"incidentId": self.incident, "intoId": into})
            }
            "saveRetention" => {
                json!({"correctionMonths": 24, "noActionMonths": 12, "stubMonths": 12, "foldAfterMonths": 6})
            }
            "setLegalHold" => {
                json!({"incidentId": self.incident, "on": true, "reason": "A court asks for it."})
            }
            "createApiToken" => json!({"name": new_key(), "expiresInDays": 1}),
            "revokeApiToken" => json!({"tokenId": self.token}),
            "endSession" => json!({"sessionId": self.session}),
            other => panic!("no input for {other}"),
        }
    }
}

/// Somebody who was signed in when they were deactivated.
pub(super) async fn who_left(server: &Server) -> Client<'_> {
    let hazel = server.person("hazel").await;
    let email = format!("{}@upheld.example", canary("yew"));
    let made = hazel.does("addPerson", json!({"name": "Yew", "email": email})).await;
    let link = text(&made["inviteLink"]);
    let token = link.split_once('#').expect("a token in the link").1;
    let input = json!({"token": token, "password": "a password for tests"});
    let answer = Client::from_address(server, [127, 0, 0, 10]).answer_of("acceptInvite", input).await;
    let client = Client::with_cookie(server, session_cookie(&answer).expect("a session"));
    assert!(client.ok("{ viewer { id } }", json!({})).await["viewer"].is_object());
    hazel.does("deactivatePerson", json!({"personId": made["person"]["id"]})).await;
    client
}
