//! Two at once, retries at once, and the power going in the middle.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::{
    Client, Engine, Group, Place, Server, close, correct_alone, has_id, on_each_engine, recognise, text,
    upheld, violated,
};

const TIMES: usize = 200;

#[tokio::test]
async fn two_deciders_at_once_and_exactly_one_wins() {
    on_each_engine(Group::Work, async |server: &Server| {
        let heath = server.person("heath").await;
        // The same leader on two devices, each with another outcome in mind.
        let (here, there) = (server.own_session("cedar").await, server.own_session("cedar").await);
        for round in 0..TIMES {
            let incident = violated(&heath).about("larch").send().await;
            let correction = correct_alone(&here, &incident);
            let closing = close(&there, &incident).considered([true; 3]);
            let (correction, closing) = (correction.input().await, closing.input().await);
            let (a, b) =
                tokio::join!(here.act("recordDecision", correction), there.act("recordDecision", closing));
            let (winner, loser) = match (a, b) {
                (Ok(won), Err(lost)) => (won, lost),
                (Err(lost), Ok(won)) => (won, lost),
                both => panic!("round {round}: not exactly one winner: {both:?}"),
            };
            loser.is("CONFLICT");
            let seen = here.incident(&incident, "state decision { id outcome version }").await;
            assert_eq!(seen["decision"]["id"], winner["decision"]["id"], "round {round}");
            assert_eq!(seen["decision"]["outcome"], winner["decision"]["outcome"]);
            assert_eq!(seen["decision"]["version"], 1);
            let expected = if winner["decision"]["outcome"] == "NO_ACTION" { "CLOSED" } else { "DECIDED" };
            assert_eq!(seen["state"], expected);
        }
    })
    .await;
}

#[tokio::test]
async fn retries_at_once_are_one_record() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (heath, cedar) = (server.person("heath").await, server.person("cedar").await);
        for _ in 0..20 {
            let input = upheld(&heath).about("larch").input().await;
            let answers = join_all((0..6).map(|_| heath.act("logIncident", input.clone()))).await;
            let ids: Vec<String> = answers
                .into_iter()
                .map(|a| text(&a.expect("a retry is answered")["incident"]["id"]))
                .collect();
            assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
            let mine = heath.all("myIncidents", "id").await;
            assert_eq!(mine.iter().filter(|i| i["id"] == ids[0]).count(), 1);

            let input = recognise(&cedar, &ids[0]).input().await;
            let answers = join_all((0..6).map(|_| cedar.act("recordDecision", input.clone()))).await;
            for answer in &answers {
                let decision = &answer.as_ref().expect("a retry is answered")["decision"];
                assert_eq!(decision, &answers[0].as_ref().unwrap()["decision"]);
                assert_eq!(decision["version"], 1);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn revisions_at_once_do_not_overwrite_each_other() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (heath, cedar) = (server.person("heath").await, server.person("cedar").await);
        for _ in 0..20 {
            let incident = upheld(&heath).about("larch").send().await;
            recognise(&cedar, &incident).send().await;
            let revision = |w: &str| recognise(&cedar, &incident).set("expectedVersion", 1).set("wording", w);
            let (a, b) =
                (revision("One way to say it.").input().await, revision("Another way.").input().await);
            let (a, b) = tokio::join!(cedar.act("recordDecision", a), cedar.act("recordDecision", b));
            assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
            a.err().or(b.err()).expect("one lost").is("CONFLICT");
        }
    })
    .await;
}

#[tokio::test]
async fn a_delivery_and_a_withdrawal_do_not_both_happen() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (heath, cedar) = (server.person("heath").await, server.person("cedar").await);
        for _ in 0..20 {
            let incident = upheld(&heath).about("larch").send().await;
            let decide = recognise(&cedar, &incident).input().await;
            let (decided, undone) = tokio::join!(
                cedar.act("recordDecision", decide),
                heath.act("withdrawIncident", json!({"incidentId": incident}))
            );
            assert!(decided.is_ok() != undone.is_ok(), "{decided:?} {undone:?}");
            let expected = if decided.is_ok() { json!({"state": "DECIDED"}) } else { Value::Null };
            assert_eq!(cedar.incident(&incident, "state").await, expected);
            if let Some(refusal) = undone.err() {
                refusal.is("CONFLICT");
            }
            if let Some(refusal) = decided.err() {
                refusal.is("NOT_FOUND");
            }
        }
    })
    .await;
}

/// Records the inputs that are left, eight at a time, until the server is gone; what it acknowledged goes to `known`.
async fn decide_all(
    cedar: &Client<'_>,
    inputs: &[Value],
    known: &mut HashMap<String, String>,
    kill_after: Option<usize>,
) {
    for chunk in inputs.chunks(8) {
        let kill = kill_after.is_some_and(|n| known.len() >= n);
        let sent = chunk.iter().map(|input| {
            cedar.request("POST", "/graphql").json(&json!({
                "query": "mutation($input: RecordDecisionInput!) { recordDecision(input: $input) { decision { id } } }",
                "variables": {"input": input},
            })).send()
        });
        let killer = async {
            if kill {
                tokio::time::sleep(std::time::Duration::from_millis(3)).await;
                cedar.server.kill();
            }
        };
        let (answers, ()) = tokio::join!(join_all(sent), killer);
        for (input, answer) in chunk.iter().zip(answers) {
            let Ok(answer) = answer else { continue };
            let Ok(body) = answer.json::<Value>().await else { continue };
            let id = text(&body["data"]["recordDecision"]["decision"]["id"]);
            let incident = text(&input["incidentId"]);
            let before = known.insert(incident, id.clone());
            assert!(before.is_none_or(|b| b == id), "a retry gives the same answer");
        }
        if kill {
            return;
        }
    }
}

#[tokio::test]
async fn killed_in_the_middle_of_200_decisions_and_none_is_lost() {
    for engine in Engine::all() {
        println!("— on {engine:?}");
        let place = Arc::new(Place::new(engine));
        let mut server = Server::start(&place, &["--demo", "--demo-fresh", "--development"]);
        let (mut inputs, mut known) = (Vec::new(), HashMap::new());
        {
            let (heath, cedar) = (server.person("heath").await, server.person("cedar").await);
            for _ in 0..TIMES {
                let incident = upheld(&heath).about("larch").send().await;
                inputs.push(recognise(&cedar, &incident).input().await);
            }
        }
        for kill_after in [40, 80, 120, 160] {
            let cedar = server.person("cedar").await;
            let left: Vec<Value> = inputs
                .iter()
                .filter(|i| !known.contains_key(i["incidentId"].as_str().unwrap()))
                .cloned()
                .collect();
            decide_all(&cedar, &left, &mut known, Some(kill_after)).await;
            server = Server::start(&place, &["--demo", "--development"]);
            let cedar = server.person("cedar").await;
            for (incident, decision) in &known {
                let seen = cedar.incident(incident, "state decision { id }").await;
                assert_eq!(
                    seen,
                    json!({"state": "DECIDED", "decision": {"id": decision}}),
                    "an acknowledged one is lost"
                );
            }
        }
        // What was not acknowledged is retried with the same key: it was recorded or it is recorded now, never twice.
        let cedar = server.person("cedar").await;
        decide_all(&cedar, &inputs, &mut known, None).await;
        assert_eq!(known.len(), TIMES);
        let queue = cedar.all("decisionQueue", "id state decision { id version }").await;
        for (incident, decision) in &known {
            assert!(has_id(&queue, incident));
            let row = queue.iter().find(|i| i["id"] == incident.as_str()).unwrap();
            assert_eq!(row["decision"], json!({"id": decision, "version": 1}));
        }
        server.assert_well();
        println!("0 lost of {TIMES}, killed 4 times");
    }
}
