//! A page costs the same number of statements however long it is.

use serde_json::{Value, json};

use crate::harness::{Answer, Client, Group, Server, on_each_engine};

fn statements(answer: &Answer) -> usize {
    let timing = answer
        .header("server-timing")
        .unwrap_or_else(|| panic!("no count of statements: {:?}", answer.headers));
    let count =
        timing.split('"').nth(1).and_then(|d| d.split_whitespace().next()).and_then(|n| n.parse().ok());
    count.unwrap_or_else(|| panic!("no count in {timing}"))
}

/// Fails unless the document costs the same for each page size, and few statements at that.
async fn constant(by: &Client<'_>, what: &str, document: &str, mut variables: Value) {
    let mut counts = Vec::new();
    // The first request of a session also notes that it is in use.
    by.ok("{ viewer { id } }", json!({})).await;
    for first in [1, 7, 100] {
        variables["first"] = first.into();
        // Keys that come a moment too late for a loader's batch make one of their own: the least of a few tries counts.
        let mut least = usize::MAX;
        for _ in 0..6 {
            let answer = by.answer(document, variables.clone()).await;
            least = least.min(statements(&answer));
            assert!(answer.result().is_ok(), "{what}: {}", answer.text);
        }
        counts.push(least);
    }
    // A longer page may hold somebody whom a shorter one has to load apart, or something that the shorter one lacks;
    // one statement for each entry would be ten and more.
    println!("{what}: {counts:?} statements");
    assert!(counts[1].abs_diff(counts[2]) <= 1, "{what}: {counts:?} statements for pages of 1, 7 and 100");
    assert!(counts[0] <= counts[1] + 2, "{what}: {counts:?}");
    assert!(counts[2] <= 40, "{what}: {counts:?}");
}

const PERSON: &str = "id name title role isLeader recognitionPreference team { id name } manager { id name }";

#[tokio::test]
async fn a_feed_page_with_everything_on_it() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        let document = format!(
            "query($first: Int) {{ recognitions(first: $first) {{ pageInfo {{ hasNextPage endCursor }} edges {{ cursor node {{
                id publishedAt wording subjects {{ {PERSON} }} values {{ id name statement }} leader {{ {PERSON} }}
                spottedBy {{ id name }} venue {{ id name audience }} reactions {{ emoji count viewerReacted }}
                comments(first: 3) {{ nodes {{ id text at author {{ {PERSON} }} }} }} }} }} }} }}"
        );
        for name in ["moss", "rowan", "hazel"] {
            constant(&server.person(name).await, "the feed", &document, json!({})).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_history_with_its_decisions() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        let document = "query($id: ID!, $first: Int) { reinforcementHistory(leaderId: $id) { recognitions corrections
            hoursToDecide { median } byValue { value { name } corrections } byMonth { month corrections } notHeardFrom { name }
            decisions(first: $first) { nodes { id outcome rationale venue { name } leader { name } incident {
            id title subjects { name } values { name } venue { name } reporter { name } } } } } }";
        let id = server.person_id("briar").await;
        constant(&server.person("briar").await, "a history", document, json!({"id": id})).await;
    })
    .await;
}

const INCIDENT: &str = "id kind state title situation values { name } subjects { name team { name } } venue { name }
    reporter { name } decider { name } age questions { text askedBy { name } } replies { text author { name } }
    decision { id outcome leader { name } venue { name } } onlookers { who person { name } sees } viewerMay";

#[tokio::test]
async fn the_queue_and_the_own_entries() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        for (name, list) in [("cedar", "decisionQueue"), ("basil", "myIncidents"), ("tansy", "myIncidents")] {
            let document =
                format!("query($first: Int) {{ {list}(first: $first) {{ nodes {{ {INCIDENT} }} }} }}");
            constant(&server.person(name).await, list, &document, json!({})).await;
        }
    })
    .await;
}

#[tokio::test]
async fn notices_and_people() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        let notices = "query($first: Int) { notices(first: $first) { nodes { id kind wording venue { name } values { name }
            about { name } } } }";
        constant(&server.person("fern").await, "notices", notices, json!({})).await;
        let people = format!("query($first: Int) {{ people(first: $first) {{ nodes {{ {PERSON} }} }} }}");
        constant(&server.person("fern").await, "people", &people, json!({})).await;
    })
    .await;
}

#[tokio::test]
async fn one_incident_is_a_handful_of_statements() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        let document = format!("query($id: ID!) {{ incident(id: $id) {{ {INCIDENT} }} }}");
        let (one, three) = (server.demo_incident("inc-16").await, server.demo_incident("inc-41").await);
        let mut counts = Vec::new();
        for id in [one, three] {
            let answer = server.person("rowan").await.answer(&document, json!({"id": id})).await;
            counts.push(statements(&answer));
            assert!(answer.result().expect("an incident")["incident"].is_object());
        }
        println!("one incident: {counts:?} statements");
        assert!(counts.iter().all(|n| *n <= 30), "{counts:?}");
        assert!(counts[1] <= counts[0] + 4, "three subjects cost no more than one: {counts:?}");
    })
    .await;
}
