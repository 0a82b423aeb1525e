//! Who reads an entry without being a party to it is noted, once a day; parties are not.

use serde_json::json;

use super::{READINGS, readings_once};
use crate::harness::{Group, Server, close, correct_alone, on_each_engine, violated};

#[tokio::test]
async fn a_leader_above_is_noted_once_a_day_and_parties_are_not() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, larch) =
            (server.person("tansy").await, server.person("cedar").await, server.person("larch").await);
        let id = violated(&tansy).about("larch").send().await;
        let ask =
            json!({"incidentId": id, "personId": server.person_id("larch").await, "question": "Your side?"});
        cedar.does("askAboutIncident", ask).await;
        for party in [&tansy, &cedar, &larch] {
            assert!(party.incident(&id, "title").await["title"].is_string());
        }
        for _ in 0..5 {
            server.person("rowan").await.incident(&id, "title decision { rationale }").await;
        }
        for other in ["briar", "fern", "hazel"] {
            assert!(server.person(other).await.incident(&id, "title").await.is_null());
        }
        let readings = readings_once(&cedar, &id, 1).await;
        assert_eq!(readings[0]["by"]["name"], "Rowan");
        assert_eq!(readings[0]["why"], "leads the person who decides");
        assert!(readings[0]["until"].is_null() && readings[0]["reason"].is_null());
        for who in [&tansy, &larch] {
            assert_eq!(who.incident(&id, READINGS).await["readings"], json!([]));
        }
    })
    .await;
}

#[tokio::test]
async fn a_list_of_decisions_is_a_reading_of_each() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, rowan) =
            (server.person("tansy").await, server.person("cedar").await, server.person("rowan").await);
        let (one, other) =
            (violated(&tansy).about("larch").send().await, violated(&tansy).about("sage").send().await);
        correct_alone(&cedar, &one).deliver().await;
        close(&cedar, &other).considered([true, true, true]).send().await;
        let untouched = violated(&tansy).about("larch").send().await;
        let document = "query($id: ID!) { reinforcementHistory(leaderId: $id) {
            decisions(first: 100) { nodes { id outcome } } } }";
        rowan.ok(document, json!({"id": server.person_id("cedar").await})).await;
        for id in [&one, &other] {
            let readings = readings_once(&cedar, id, 1).await;
            assert_eq!(readings[0]["by"]["name"], "Rowan");
        }
        assert_eq!(cedar.incident(&untouched, READINGS).await["readings"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn what_waits_is_written_when_the_server_stops() {
    use std::sync::Arc;
    use std::time::Duration;
    for engine in crate::harness::Engine::all() {
        let place = Arc::new(crate::harness::Place::new(engine));
        let server = Server::start(&place, &["--demo", "--demo-fresh"]);
        let id = violated(&server.person("tansy").await).about("larch").send().await;
        let rowan = server.person("rowan").await;
        server.person("cedar").await;
        let before = super::rows(&place);
        rowan.incident(&id, "title").await;
        assert!(server.terminate(Duration::from_secs(15)).is_some_and(|s| s.success()));
        assert_eq!(super::rows(&place), before + 1);
        let server = Server::start(&place, &["--demo"]);
        let readings = readings_once(&server.person("cedar").await, &id, 1).await;
        assert_eq!(readings[0]["by"]["name"], "Rowan");
        // The day's note is there already, also for a server that has just started.
        server.person("rowan").await.incident(&id, "title").await;
        assert!(server.terminate(Duration::from_secs(15)).is_some());
        let server = Server::start(&place, &["--demo"]);
        readings_once(&server.person("cedar").await, &id, 1).await;
    }
}
