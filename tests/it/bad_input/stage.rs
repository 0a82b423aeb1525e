//! Entries in each state, with a good input for every mutation that is then spoilt.

use serde_json::{Value, json};

use crate::harness::{
    Client, Server, canary, correct_alone, new_key, recognise, text, unknown_id, upheld, violated,
};

/// The entries. Tansy reports, Larch is whom they are about, Cedar decides, Rowan reads along.
pub(crate) struct Stage<'s> {
    pub(crate) server: &'s Server,
    pub(crate) tansy: Client<'s>,
    pub(crate) cedar: Client<'s>,
    /// A violation that Tansy was asked about.
    pub(crate) open: String,
    pub(crate) praise: String,
    /// An undelivered decision on praise.
    pub(crate) decision: String,
    /// A delivered decision and the recognition that it made.
    pub(crate) delivered: String,
    pub(crate) recognition: String,
}

impl<'s> Stage<'s> {
    pub(crate) async fn set(server: &'s Server) -> Self {
        let (tansy, cedar) = (server.person("tansy").await, server.person("cedar").await);
        let open = violated(&tansy).about("larch").send().await;
        let ask = json!({"incidentId": open, "personId": server.person_id("tansy").await, "question": "Who was there?"});
        cedar.does("askAboutIncident", ask).await;
        let praise = upheld(&tansy).about("larch").send().await;
        let decided = upheld(&tansy).about("larch").send().await;
        let decision = recognise(&cedar, &decided).send().await;
        let wording = canary("wording");
        let said = upheld(&tansy).about("larch").send().await;
        let delivered = recognise(&cedar, &said).set("wording", wording.as_str()).deliver().await;
        let feed = tansy.all("recognitions", "id wording").await;
        let recognition = text(&feed.iter().find(|r| r["wording"] == wording).expect("in the feed")["id"]);
        Self { server, tansy, cedar, open, praise, decision, delivered, recognition }
    }

    /// Who may do it.
    pub(crate) async fn who(&self, mutation: &str) -> Client<'s> {
        let name = match mutation {
            "logIncident" | "withdrawIncident" | "replyToIncident" | "react" | "comment"
            | "createApiToken" | "revokeApiToken" | "endSession" | "setPreference" => "tansy",
            "takeOverIncident" | "confirmDecision" => "rowan",
            "saveValue" | "addPerson" | "updatePerson" | "movePerson" | "setRole" | "deactivatePerson"
            | "reactivatePerson" | "saveTeam" | "saveVenue" | "savePolicy" | "createSignInLink"
            | "openEntry" | "saveRetention" | "setLegalHold" | "erasePerson" => "hazel",
            _ => "cedar",
        };
        self.server.person(name).await
    }

    /// An input that would work (or, for what acts on a session, token or own lapse, one that is well-formed).
    pub(crate) async fn good(&self, mutation: &str) -> Value {
        match mutation {
            "logIncident" => violated(&self.tansy).about("larch").input().await,
            "recordDecision" => correct_alone(&self.cedar, &self.open).input().await,
            "withdrawIncident" => json!({"incidentId": self.open}),
            "askAboutIncident" => {
                let person = self.server.person_id("larch").await;
                json!({"incidentId": self.open, "personId": person, "question": "What is your side?"})
            }
            "replyToIncident" => json!({"incidentId": self.open, "text": "All of Mobile was there."}),
            "passIncident" => json!({"incidentId": self.open, "reason": "I was part of it."}),
            "takeOverIncident" => json!({"incidentId": self.open, "reason": "Cedar is away."}),
            "handOverIncident" => json!({"incidentId": self.open, "reason": "It is for another channel."}),
            "confirmDecision" | "markDelivered" => json!({"decisionId": self.decision}),
            "retractDecision" => json!({"decisionId": self.delivered, "reason": "It was not so."}),
            "react" => json!({"recognitionId": self.recognition, "emoji": "👏", "on": true}),
            "comment" => json!({"recognitionId": self.recognition, "text": "Well said."}),
            "saveValue" => json!({"name": canary("value"), "statement": "We say what we mean.",
                "looksLikeUpheld": ["Says so in the meeting"], "looksLikeViolated": ["Says so afterwards"]}),
            "addPerson" => json!({"name": "Elm", "email": format!("{}@upheld.example", canary("elm"))}),
            "updatePerson" => json!({"personId": self.server.person_id("heath").await, "title": "Engineer"}),
            "setPreference" => json!({"recognitionPreference": "PUBLIC"}),
            "movePerson" | "reactivatePerson" => json!({"personId": self.server.person_id("heath").await,
                "managerId": self.server.person_id("cedar").await, "teamId": self.server.team_id("mobile").await}),
            "setRole" => json!({"personId": self.server.person_id("heath").await, "role": "MEMBER"}),
            "deactivatePerson" => json!({"personId": self.server.person_id("heath").await,
                "reportsTo": self.server.person_id("rowan").await}),
            "saveTeam" => json!({"name": canary("team"), "leadId": self.server.person_id("rowan").await}),
            "saveVenue" => json!({"name": canary("venue"), "audience": "TEAM", "audienceSize": 3,
                "teamIds": [self.server.team_id("mobile").await],
                "personIds": [self.server.person_id("fern").await]}),
            "savePolicy" => json!({"handOverText": "Please write to the confidential channel.",
                "handOverLink": "https://example.com/report"}),
            "mergeIncidents" => json!({"incidentId": self.open, "intoId": self.praise}),
            "createApiToken" => json!({"name": "My script", "expiresInDays": 30}),
            "revokeApiToken" => json!({"tokenId": unknown_id()}),
            "endSession" => json!({"sessionId": unknown_id()}),
            "changePassword" => {
                json!({"currentPassword": "upheld-demo", "newPassword": "wandering slow rivers"})
            }
            "createSignInLink" => json!({"personId": self.server.person_id("larch").await}),
            "startSecondFactor" => json!({"password": "upheld-demo"}),
            "confirmSecondFactor" | "newRecoveryCodes" => json!({"code": "000000"}),
            "endSecondFactor" | "confirmIdentity" => json!({"password": "upheld-demo", "code": "000000"}),
            "openEntry" => json!({"incidentId": self.open, "reason": "The works council asked."}),
            "exportMyData" => json!({"format": "JSON"}),
            "erasePerson" => {
                json!({"personId": self.server.person_id("larch").await, "reason": "They asked for it."})
            }
            "setLegalHold" => json!({"incidentId": self.open, "on": true, "reason": "A court asks for it."}),
            "saveTopic" => json!({"kind": "GOAL", "teamId": self.server.team_id("mobile").await,
                "text": canary("goal"), "unit": "days", "baseline": 9.0, "target": 2.0}),
            "checkIn" => json!({"topicId": self.topic().await, "value": 7.0, "note": "Closer."}),
            "mentionTopic" => json!({"key": new_key(), "topicId": self.topic().await}),
            "planMeeting" => json!({"venueId": self.server.venue_id("mobile-retro").await}),
            "addMeetingPoint" => json!({"key": new_key(), "kind": "QUESTION", "text": "What comes first?",
                "venueId": self.server.venue_id("mobile-retro").await}),
            "takeBackMeetingPoint" => {
                let point = Box::pin(self.good("addMeetingPoint")).await;
                json!({"pointId": self.cedar.does("addMeetingPoint", point).await["point"]["id"]})
            }
            "finishMeeting" => json!({"key": new_key(), "note": "Short.",
                "venueId": self.server.venue_id("mobile-retro").await}),
            "saveRetention" => json!({"foldAfterMonths": 6, "correctionMonths": 24, "noActionMonths": 12,
                "stubMonths": 12}),
            other => panic!("no good input for {other}"),
        }
    }

    /// A goal of Mobile's.
    async fn topic(&self) -> String {
        let goal = Box::pin(self.good("saveTopic")).await;
        text(&self.cedar.does("saveTopic", goal).await["topic"]["id"])
    }

    /// Like [`Self::good`] with a key of its own, so that no retry answers.
    pub(crate) async fn spoilt(&self, mutation: &str, field: &str, value: Value) -> Value {
        let mut input = self.good(mutation).await;
        if input.get("key").is_some() {
            input["key"] = new_key().into();
        }
        input[field] = value;
        input
    }

    /// What anybody could see of the entries on the stage: it stays the same when nothing is written.
    pub(crate) async fn everything(&self) -> String {
        let fields = "id state title viewerMay decider { name } questions { text } replies { text } decision { version wording }";
        let mut all = String::new();
        for id in [&self.open, &self.praise] {
            all += &self.cedar.incident(id, fields).await.to_string();
        }
        let document = "query($id: ID!) { recognition(id: $id) {
            wording reactions { emoji count } comments(first: 100) { nodes { text } } } }";
        all += &self.cedar.ok(document, json!({"id": self.recognition})).await.to_string();
        all
    }
}
