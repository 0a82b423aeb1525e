//! A retry with the same client key gives the same answer, never a second record.

use serde_json::json;

use crate::harness::{
    Group, Server, canary, close, new_key, on_each_engine, recognise, text, upheld, violated,
};

#[tokio::test]
async fn a_log_with_the_same_key_is_one_entry() {
    on_each_engine(Group::Work, async |server: &Server| {
        let tansy = server.person("tansy").await;
        let title = canary("title");
        let input = violated(&tansy).about("larch").set("title", title.as_str()).input().await;
        let first = tansy.does("logIncident", input.clone()).await;
        for _ in 0..3 {
            assert_eq!(tansy.does("logIncident", input.clone()).await, first);
        }
        let mine = tansy.all("myIncidents", "title").await;
        assert_eq!(mine.iter().filter(|i| i["title"] == title).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_same_key_with_another_input_is_refused() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar) = (server.person("tansy").await, server.person("cedar").await);
        let title = canary("title");
        let input = violated(&tansy).about("larch").input().await;
        let id = text(&tansy.does("logIncident", input.clone()).await["incident"]["id"]);
        let mut other = input.clone();
        other["title"] = title.as_str().into();
        tansy.may_not("logIncident", other).await.names("key");
        assert!(!tansy.all("myIncidents", "title").await.iter().any(|i| i["title"] == title));

        let decision = close(&cedar, &id).considered([true; 3]);
        decision.send().await;
        let other = upheld(&tansy).about("larch").send().await;
        let reused = recognise(&cedar, &other).set("key", decision.input().await["key"].clone());
        reused.refused().await.names("key");
    })
    .await;
}

#[tokio::test]
async fn keys_are_each_persons_own() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, moss) = (server.person("tansy").await, server.person("moss").await);
        let key = new_key();
        let first = upheld(&tansy).about("larch").set("key", key.as_str()).send().await;
        let second = upheld(&moss).about("larch").set("key", key.as_str()).send().await;
        assert_ne!(first, second);
    })
    .await;
}

#[tokio::test]
async fn a_decision_with_the_same_key_is_one_decision() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar) = (server.person("tansy").await, server.person("cedar").await);
        let incident = upheld(&tansy).about("larch").send().await;
        let decision = recognise(&cedar, &incident);
        let first = decision.record().await;
        assert_eq!(decision.record().await, first, "a retry is no revision");
        cedar.does("markDelivered", json!({"decisionId": first["id"]})).await;
        assert_eq!(decision.record().await["id"], first["id"], "also after what came next");
        let seen = cedar.incident(&incident, "state decision { version }").await;
        assert_eq!(seen, json!({"state": "DELIVERED", "decision": {"version": 1}}));
    })
    .await;
}

#[tokio::test]
async fn a_key_is_a_uuid() {
    on_each_engine(Group::Work, async |server: &Server| {
        let tansy = server.person("tansy").await;
        for key in ["", "1", "not a key", "00000000-0000-0000-0000"] {
            upheld(&tansy).about("larch").set("key", key).refused().await.names("key");
        }
    })
    .await;
}
