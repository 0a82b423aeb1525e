//! Two people over the same connections: nobody is answered with what was read for the other.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::figure;
use crate::fuzz::random::Random;
use crate::harness::{Client, Server, canary, correct_alone, on_each_fresh_engine, violated};

const CONNECTIONS: usize = 64;

const DOCUMENT: &str = "{ viewer { id name email } sessions { id }
    myIncidents(first: 5) { nodes { title behaviour } }
    decisionQueue(first: 20) { nodes { title decision { rationale wording } } }
    people(first: 20) { nodes { name email team { name lead { name } } manager { name } } } }";

struct Viewer<'s> {
    client: Client<'s>,
    name: &'static str,
    /// What this one reads and the other may not.
    own: Vec<String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn interleaved_viewers_get_only_their_own() {
    on_each_fresh_engine(async |server: &Server| {
        let requests = figure(2_000, 10_000);
        let (heath, cedar) = (server.own_session("heath").await, server.own_session("cedar").await);
        let (entry, word) = (canary("entry"), canary("rationale"));
        // Heath's own entry is about their leader, so that it is decided above Cedar, who must not see it.
        violated(&heath).about("cedar").set("title", entry.as_str()).send().await;
        let other = violated(&server.person("moss").await).about("larch").send().await;
        correct_alone(&cedar, &other).set("rationale", word.as_str()).send().await;
        let email = |name: &str| format!("{name}@upheld.example");
        let viewers = [
            Viewer { client: heath, name: "Heath", own: vec![entry, email("heath")] },
            Viewer { client: cedar, name: "Cedar", own: vec![word, email("cedar")] },
        ];
        for (me, other) in [(0, 1), (1, 0)] {
            let text = viewers[me].client.answer(DOCUMENT, json!({})).await.text;
            assert!(viewers[me].own.iter().all(|c| text.contains(c)), "{}: {text}", viewers[me].name);
            assert!(viewers[other].own.iter().all(|c| !text.contains(c)), "{}: {text}", viewers[me].name);
        }
        let sent = AtomicUsize::new(0);
        let work =
            (0..CONNECTIONS).map(|n| interleave(server, &viewers, n as u64, requests / CONNECTIONS, &sent));
        join_all(work).await;
        println!("{} requests of two viewers over {CONNECTIONS} connections", sent.load(Ordering::SeqCst));
        assert!(sent.load(Ordering::SeqCst) >= requests - CONNECTIONS);
    })
    .await;
}

/// One connection that carries both viewers' requests in random order.
async fn interleave(
    server: &Server,
    viewers: &[Viewer<'_>; 2],
    seed: u64,
    requests: usize,
    sent: &AtomicUsize,
) {
    let http = reqwest::Client::builder().pool_max_idle_per_host(1).no_proxy().build().expect("a client");
    let mut random = Random::new(seed);
    for _ in 0..requests {
        let me = random.below(2);
        let (mine, theirs) = (&viewers[me], &viewers[1 - me]);
        let request = http
            .post(format!("{}/graphql", server.base()))
            .header("cookie", mine.client.cookie().expect("a session"))
            .json(&json!({"query": DOCUMENT}));
        let text = request.send().await.expect("an answer").text().await.expect("a body");
        let answer: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(answer["data"]["viewer"]["name"], mine.name, "{text}");
        for canary in &mine.own {
            assert!(text.contains(canary), "{}: {text}", mine.name);
        }
        for canary in &theirs.own {
            assert!(!text.contains(canary), "{} reads what is {}'s: {text}", mine.name, theirs.name);
        }
        sent.fetch_add(1, Ordering::SeqCst);
    }
}
