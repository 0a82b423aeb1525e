//! Corners of the rules that a review once found open.

use serde_json::{Value, json};

use super::state;
use crate::harness::{
    Group, Server, canary, close, correct, correct_alone, has_id, on_each_engine, recognise, upheld, violated,
};

#[tokio::test]
async fn nobody_praises_the_team_they_are_in_or_lead() {
    on_each_engine(Group::Work, async |server: &Server| {
        for person in ["fern", "alder"] {
            let own = server.person(person).await;
            upheld(&own).about_team("payments").refused().await.names("subjectTeamId");
        }
    })
    .await;
}

#[tokio::test]
async fn a_team_that_is_recognised_alone_reads_it() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, rowan) = (server.person("tansy").await, server.person("rowan").await);
        let (fern, heath) = (server.person("fern").await, server.person("heath").await);
        let incident = upheld(&tansy).about_team("payments").send().await;
        let hidden = fern.ok("query($id: ID!) { incident(id: $id) { id } }", json!({"id": incident})).await;
        assert!(hidden["incident"].is_null(), "praise stays a surprise until it is said");
        recognise(&rowan, &incident).set("handling", "ONE_TO_ONE").without("wording").deliver().await;
        let seen = fern.incident(&incident, "title decision { outcome rationale }").await;
        assert_eq!(seen["decision"], json!({"outcome": "RECOGNITION", "rationale": null}));
        let other = heath.ok("query($id: ID!) { incident(id: $id) { id } }", json!({"id": incident})).await;
        assert!(other["incident"].is_null());
    })
    .await;
}

#[tokio::test]
async fn a_recognition_does_not_name_who_gives_it() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, rowan, moss) =
            (server.person("tansy").await, server.person("rowan").await, server.person("moss").await);
        let word = canary("team");
        let incident = upheld(&tansy).about_team("exec").send().await;
        let deciders: Value = rowan.incident(&incident, "decider { name }").await;
        assert_eq!(deciders["decider"]["name"], "Rowan", "nobody is above the lead");
        recognise(&rowan, &incident).set("wording", word.as_str()).deliver().await;
        let feed = moss.all("recognitions", "wording leader { name } subjects { name }").await;
        let shown = feed.iter().find(|r| r["wording"] == word.as_str()).expect("it is in the feed");
        assert_eq!(shown["leader"]["name"], "Rowan");
        assert_eq!(shown["subjects"], json!([]), "Rowan is the whole team and is not praised by Rowan");
    })
    .await;
}

#[tokio::test]
async fn who_said_to_be_involved_does_not_get_it_back() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, alder, rowan) =
            (server.person("tansy").await, server.person("alder").await, server.person("rowan").await);
        let incident = violated(&tansy).about("moss").send().await;
        alder.does("passIncident", json!({"incidentId": incident, "reason": "I was part of it."})).await;
        let back =
            json!({"incidentId": incident, "reason": "Back.", "toPersonId": server.person_id("alder").await});
        rowan.may_not("passIncident", back).await.names("toPersonId");
    })
    .await;
}

#[tokio::test]
async fn a_leader_asked_for_their_side_cannot_probe_for_a_decision() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, rowan, cedar) =
            (server.person("tansy").await, server.person("rowan").await, server.person("cedar").await);
        let incident = violated(&tansy).about("cedar").at("mobile-retro").send().await;
        let question = json!({"incidentId": incident, "question": "What happened?",
            "personId": server.person_id("cedar").await});
        rowan.does("askAboutIncident", question).await;
        let probe = async || {
            let versioned = correct(&cedar, &incident).set("expectedVersion", 1).refused().await;
            let blank = correct(&cedar, &incident).set("rationale", " ").refused().await;
            let seen = cedar.incident(&incident, "state age viewerMay decision { id }").await;
            (versioned.code, blank.code, seen)
        };
        let before = probe().await;
        correct_alone(&rowan, &incident).send().await;
        assert_eq!(state(&rowan, &incident).await, "DECIDED");
        assert_eq!(probe().await, before);
        correct(&cedar, &incident).refused().await.is("CONFLICT");
    })
    .await;
}

#[tokio::test]
async fn a_reason_for_closing_brings_nothing_else_along() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar) = (server.person("tansy").await, server.person("cedar").await);
        let incident = violated(&tansy).about("heath").at("mobile-pr").send().await;
        close(&cedar, &incident)
            .considered([false; 3])
            .set("wording", "It was a misunderstanding.")
            .set("repair", canary("repair"))
            .set("rationale", canary("rationale"))
            .send()
            .await;
        let seen = tansy.incident(&incident, "state decision { wording rationale principle repair heard }").await;
        assert_eq!(seen["state"], "CLOSED");
        assert_eq!(
            seen["decision"],
            json!({"wording": "It was a misunderstanding.", "rationale": null, "principle": null, "repair": null, "heard": null})
        );
    })
    .await;
}

#[tokio::test]
async fn a_word_to_witnesses_needs_a_place_with_people() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar) = (server.person("tansy").await, server.person("cedar").await);
        let incident = violated(&tansy).about("heath").at("customer-call").send().await;
        correct_alone(&cedar, &incident).set("witnessWord", "ADDRESSED").refused().await.names("witnessWord");
        assert!(has_id(&cedar.all("decisionQueue", "id").await, &incident), "nothing was written");
    })
    .await;
}
