//! The WebSocket: who may open it, how long it lives, how much it takes.

use std::time::Duration;

use serde_json::json;

use crate::harness::{Group, Server, Socket, listen, on_each_engine};

const SUBSCRIPTION: &str = "subscription { recognitionPublished { id } }";

#[tokio::test]
async fn another_origin_opens_no_socket() {
    on_each_engine(Group::Work, async |server: &Server| {
        let moss = server.person("moss").await;
        let longer = format!("{}.evil.example", server.base());
        for origin in ["https://evil.example", "null", "http://127.0.0.1", &longer] {
            assert!(Socket::open_from(&moss, Some(origin)).await.is_err(), "{origin}");
        }
        // A program has no origin; it is the cookie of a browser that needs the check.
        if let Ok(mut socket) = Socket::open_from(&server.anonymous(), None).await {
            socket.send(&json!({"type": "connection_init"})).await;
            assert!(socket.closes_within(Duration::from_secs(8)).await, "nobody is signed in");
        }
    })
    .await;
}

#[tokio::test]
async fn signed_out_there_is_nothing_to_hear() {
    on_each_engine(Group::Work, async |server: &Server| {
        let nobody = server.anonymous();
        let Ok(mut socket) = Socket::open_from(&nobody, Some(server.base())).await else { return };
        socket.send(&json!({"type": "connection_init"})).await;
        assert!(socket.closes_within(Duration::from_secs(8)).await);
    })
    .await;
}

#[tokio::test]
async fn who_says_no_hello_is_sent_away() {
    on_each_engine(Group::Work, async |server: &Server| {
        let moss = server.person("moss").await;
        let mut silent = Socket::open(&moss).await;
        let mut hasty = Socket::open(&moss).await;
        hasty.subscribe("1", SUBSCRIPTION).await;
        assert!(hasty.closes_within(Duration::from_secs(2)).await, "a subscription before the hello");
        assert!(silent.closes_within(Duration::from_secs(10)).await, "no hello in 5 seconds");
    })
    .await;
}

#[tokio::test]
async fn a_second_hello_and_nonsense_close_it() {
    on_each_engine(Group::Work, async |server: &Server| {
        let moss = server.person("moss").await;
        for message in [
            json!({"type": "connection_init"}).to_string(),
            "{".to_owned(),
            "[]".to_owned(),
            json!({"type": "start"}).to_string(),
            json!({"type": "subscribe"}).to_string(),
        ] {
            let mut socket = Socket::open(&moss).await;
            socket.init().await;
            let _ = socket.send_text(message.clone()).await;
            assert!(socket.closes_within(Duration::from_secs(5)).await, "{message}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_huge_message_closes_it() {
    on_each_engine(Group::Work, async |server: &Server| {
        let moss = server.person("moss").await;
        for size in [70_000, 1_000_000] {
            let mut socket = Socket::open(&moss).await;
            socket.init().await;
            let padding = "x".repeat(size);
            let message =
                json!({"id": "1", "type": "subscribe", "payload": {"query": SUBSCRIPTION, "x": padding}});
            let _ = socket.send_text(message.to_string()).await;
            assert!(socket.closes_within(Duration::from_secs(5)).await, "{size}");
        }
        server.assert_well();
    })
    .await;
}

#[tokio::test]
async fn documents_have_the_same_limits_here() {
    on_each_engine(Group::Work, async |server: &Server| {
        let moss = server.person("moss").await;
        let many: String = (0..400).map(|n| format!("a{n}:comments(first:100){{nodes{{id}}}} ")).collect();
        for document in [
            format!(
                "subscription {{ recognitionPublished {{ id(v: {}1{}) }} }}",
                "[".repeat(5_000),
                "]".repeat(5_000)
            ),
            format!("{}a{}", "{a".repeat(3_000), "}".repeat(3_000)),
            format!("subscription {{ recognitionPublished {{ {many} }} }}"),
        ] {
            let mut socket = Socket::open(&moss).await;
            socket.init().await;
            socket.subscribe("1", &document).await;
            let said = socket.next_within(Duration::from_secs(5)).await.expect("an answer or the end");
            assert!(said.is_none_or(|m| m["type"] == "error"), "refused");
            server.assert_well();
        }
    })
    .await;
}

#[tokio::test]
async fn ten_subscriptions_and_a_hundred_messages() {
    on_each_engine(Group::Work, async |server: &Server| {
        let moss = server.person("moss").await;
        let mut socket = Socket::open(&moss).await;
        socket.init().await;
        for n in 0..11 {
            socket.subscribe(&n.to_string(), SUBSCRIPTION).await;
        }
        let said = loop {
            match socket.next_within(Duration::from_secs(5)).await.expect("the eleventh is refused") {
                Some(message) if message["type"] == "next" => {}
                other => break other,
            }
        };
        assert!(said.is_none_or(|m| m["type"] == "error" && m["id"] == "10"), "only the eleventh");

        let mut socket = Socket::open(&moss).await;
        socket.init().await;
        for _ in 0..300 {
            if socket.send_text(json!({"type": "ping"}).to_string()).await.is_err() {
                break;
            }
        }
        assert!(socket.closes_within(Duration::from_secs(5)).await, "300 messages at once");
    })
    .await;
}

#[tokio::test]
async fn the_end_of_the_session_is_the_end_of_the_socket() {
    on_each_engine(Group::Work, async |server: &Server| {
        let own = server.own_session("moss").await;
        let mut socket = listen(&own).await;
        own.ok("mutation { signOut { done } }", json!({})).await;
        assert!(socket.closes_within(Duration::from_secs(6)).await, "signed out");

        let (here, there) = (server.own_session("moss").await, server.own_session("moss").await);
        let mut socket = listen(&there).await;
        let sessions = there.ok("{ sessions { id current } }", json!({})).await;
        let id =
            sessions["sessions"].as_array().unwrap().iter().find(|s| s["current"] == true).unwrap()["id"]
                .clone();
        here.does("endSession", json!({"sessionId": id})).await;
        assert!(socket.closes_within(Duration::from_secs(6)).await, "ended from elsewhere");
    })
    .await;
}
