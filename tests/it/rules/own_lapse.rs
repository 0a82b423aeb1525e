//! Nobody decides about themself, except a leader's own lapse corrected in public and confirmed by somebody else.

use serde_json::{Value, json};

use super::{deciders, may, state};
use crate::harness::{
    Client, Group, Server, canary, close, correct, correct_alone, has_id, on_each_engine, upheld, violated,
};

async fn own_lapse(by: &Client<'_>, name: &str) -> String {
    violated(by).about(name).at("plat-standup").send().await
}

#[tokio::test]
async fn a_leader_corrects_an_own_lapse_in_public_and_the_next_one_up_confirms() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (briar, rowan, cedar) =
            (server.person("briar").await, server.person("rowan").await, server.person("cedar").await);
        let aspen = server.person("aspen").await;
        let wording = canary("wording");
        let incident = own_lapse(&briar, "briar").await;
        assert_eq!(deciders(server, &incident).await, ["rowan"]);
        assert!(may(&briar, &incident, "correctOwnLapse").await);
        let decision = correct(&briar, &incident).set("wording", wording.as_str()).send().await;
        assert_eq!(state(&rowan, &incident).await, "DECIDED");
        let decided = json!({"decisionId": decision});
        briar.may_not("markDelivered", decided.clone()).await.is("CONFLICT");
        briar.may_not("confirmDecision", decided.clone()).await.is("FORBIDDEN");
        cedar.may_not("confirmDecision", decided.clone()).await.is("NOT_FOUND");
        assert!(has_id(&rowan.all("decisionQueue", "id").await, &incident), "it waits for Rowan's word");
        rowan.does("confirmDecision", decided.clone()).await;
        rowan.may_not("confirmDecision", decided.clone()).await.is("CONFLICT");
        let seen = briar.incident(&incident, "decision { confirmedBy { name } }").await;
        assert_eq!(seen["decision"]["confirmedBy"]["name"], "Rowan");
        rowan.may_not("markDelivered", decided.clone()).await.is("FORBIDDEN");
        briar.does("markDelivered", decided).await;
        let notices = aspen.all("notices", "wording kind").await;
        assert!(notices.contains(&json!({"wording": wording, "kind": "CORRECTION"})));
    })
    .await;
}

#[tokio::test]
async fn at_the_top_an_admin_confirms() {
    on_each_engine(Group::Work, async |server: &Server| {
        let rowan = server.person("rowan").await;
        let incident = violated(&rowan).about("rowan").at("leads").send().await;
        let decision = correct(&rowan, &incident).send().await;
        let mut confirmed = 0;
        for admin in ["hazel", "maple"] {
            let admin = server.person(admin).await;
            if may(&admin, &incident, "confirm").await {
                admin.does("confirmDecision", json!({"decisionId": decision})).await;
                confirmed += 1;
            }
        }
        assert_eq!(confirmed, 1, "one admin is assigned");
        rowan.does("markDelivered", json!({"decisionId": decision})).await;
    })
    .await;
}

#[tokio::test]
async fn an_own_lapse_is_neither_said_alone_nor_closed_by_oneself() {
    on_each_engine(Group::Work, async |server: &Server| {
        let briar = server.person("briar").await;
        let incident = own_lapse(&briar, "briar").await;
        correct_alone(&briar, &incident).refused().await.names("handling");
        close(&briar, &incident).considered([true; 3]).refused().await.names("outcome");
        assert_eq!(state(&briar, &incident).await, "OPEN");
    })
    .await;
}

#[tokio::test]
async fn who_leads_nobody_does_not_decide_about_themself() {
    on_each_engine(Group::Work, async |server: &Server| {
        let sage = server.person("sage").await;
        let incident = violated(&sage).about("sage").send().await;
        assert!(!may(&sage, &incident, "correctOwnLapse").await);
        correct(&sage, &incident).refused().await.is("FORBIDDEN");
        assert_eq!(state(&sage, &incident).await, "OPEN");
    })
    .await;
}

#[tokio::test]
async fn nobody_decides_about_the_own_praise() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, briar, cedar) =
            (server.person("tansy").await, server.person("briar").await, server.person("cedar").await);
        let incident = upheld(&tansy).about("briar").send().await;
        for other in [&briar, &cedar] {
            close(other, &incident).refused().await.is("NOT_FOUND");
        }
        assert_eq!(deciders(server, &incident).await, ["rowan"]);
    })
    .await;
}

#[tokio::test]
async fn an_unconfirmed_lapse_does_not_count() {
    on_each_engine(Group::Work, async |server: &Server| {
        // Nothing else is decided by Hazel in this group, so that the count is this test's own.
        let (hazel, maple) = (server.person("hazel").await, server.person("maple").await);
        let id = server.person_id("hazel").await;
        let corrections = async || {
            let document = "query($id: ID!) { reinforcementHistory(leaderId: $id) { corrections } }";
            hazel.ok(document, json!({"id": id})).await["reinforcementHistory"]["corrections"].take()
        };
        let before = corrections().await;
        let incident = violated(&hazel).about("hazel").at("allhands").send().await;
        let decision = correct(&hazel, &incident).send().await;
        assert_eq!(corrections().await, before, "it counts once it is confirmed");
        maple.does("confirmDecision", json!({"decisionId": decision})).await;
        assert_eq!(corrections().await, Value::from(before.as_i64().unwrap() + 1));
    })
    .await;
}
