//! What people write is in the database and nowhere else: not in the log, however talkative, and in no file beside it.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use super::confirmed;
use crate::harness::{
    Client, Engine, Place, Server, correct_alone, new_key, recognise, unknown_id, upheld, violated,
};

/// In every text of this test.
const CANARY: &str = "Zeisig7Canary";

fn said(what: &str) -> String {
    format!("{CANARY} {what} 'quoted' \"twice\" 100% \u{1F600}")
}

#[tokio::test]
async fn no_text_is_in_the_log_or_in_another_file() {
    for engine in Engine::all() {
        println!("— on {engine:?}");
        let place = Arc::new(Place::new(engine));
        let server = Server::start(&place, &["--demo", "--demo-fresh", "--development", "--log", "trace"]);
        let mut sent = 0;
        write_and_decide(&server, &mut sent).await;
        spoil(&server, &mut sent).await;
        assert!(sent > 100, "{sent} requests with the word in them");
        let log = server.log();
        assert!(log.lines().count() > 5, "there is a log: {log}");
        let found: Vec<&str> = log.lines().filter(|l| l.contains("Zeisig7")).collect();
        assert!(found.is_empty(), "{found:?}");
        assert!(!log.contains("upheld-demo\"") && !log.contains("__Host-"), "no password and no cookie");
        server.assert_well();
        let files = beside_the_database(&place.folder());
        println!(
            "{sent} requests with the word in them; 0 in {} lines of log and {files} other files",
            log.lines().count()
        );
    }
}

/// Every text of every mutation, once in its good place.
async fn write_and_decide(server: &Server, sent: &mut usize) {
    let (tansy, cedar, larch) =
        (server.person("tansy").await, server.person("cedar").await, server.person("larch").await);
    let hazel = confirmed(server, "hazel").await;
    let log = |by| {
        violated(by)
            .about("larch")
            .set("title", said("title"))
            .set("situation", said("situation"))
            .set("behaviour", said("behaviour"))
            .set("impact", said("impact"))
            .set("evidenceUrl", format!("https://example.com/{CANARY}"))
    };
    let id = log(&tansy).send().await;
    let person = server.person_id("larch").await;
    cedar
        .does("askAboutIncident", json!({"incidentId": id, "personId": person, "question": said("question")}))
        .await;
    larch.does("replyToIncident", json!({"incidentId": id, "text": said("reply")})).await;
    hazel.does("openEntry", json!({"incidentId": id, "reason": said("reason")})).await;
    let rowan = server.person("rowan").await;
    rowan.does("takeOverIncident", json!({"incidentId": id, "reason": said("reason")})).await;
    let decision =
        correct_alone(&rowan, &id).set("rationale", said("rationale")).set("wording", said("wording"));
    rowan.does("recordDecision", decision.input().await).await;
    let passed = log(&tansy).send().await;
    cedar.does("passIncident", json!({"incidentId": passed, "reason": said("reason")})).await;
    let second = log(&tansy).send().await;
    let decided = correct_alone(&cedar, &second)
        .set("rationale", said("rationale"))
        .set("wording", said("wording"))
        .set("repair", said("repair"));
    let decided = decided.deliver().await;
    cedar.does("retractDecision", json!({"decisionId": decided, "reason": said("reason")})).await;
    let praise = upheld(&tansy).about("larch").set("title", said("title")).send().await;
    recognise(&cedar, &praise).set("wording", said("wording")).deliver().await;
    let feed = tansy.ok("{ recognitions(first: 1) { nodes { id } } }", json!({})).await;
    let recognition = feed["recognitions"]["nodes"][0]["id"].clone();
    tansy.does("comment", json!({"recognitionId": recognition, "text": said("comment")})).await;
    let third = log(&tansy).send().await;
    cedar.does("handOverIncident", json!({"incidentId": third, "reason": said("reason")})).await;
    tansy.does("withdrawIncident", json!({"incidentId": log(&tansy).send().await})).await;
    hazel
        .does(
            "saveValue",
            json!({"name": said("value"), "statement": said("statement"),
        "looksLikeUpheld": [said("upheld")], "looksLikeViolated": [said("violated")]}),
        )
        .await;
    hazel.does("createApiToken", json!({"name": said("token")})).await;
    for search in [CANARY, &format!("{CANARY}%_\\"), &format!("\"{CANARY}")] {
        let found = tansy
            .query(
                "query($s: String) { recognitions(filter: {search: $s}) { nodes { id } }
            people(search: $s) { nodes { id } } }",
                json!({"s": search}),
            )
            .await;
        drop(found);
    }
    *sent += 30;
}

/// The same texts where they are refused: too long, with characters that no text has, of the wrong type, in documents
/// that do not parse, for what is not there, and for what has moved on.
async fn spoil(server: &Server, sent: &mut usize) {
    let tansy = server.person("tansy").await;
    let hazel = confirmed(server, "hazel").await;
    let id = violated(&tansy).about("larch").send().await;
    let cedar = server.person("cedar").await;
    let bad: [Value; 9] = [
        json!(format!("{CANARY}{}", "x".repeat(5_000))),
        json!(format!("{CANARY}\u{0}")),
        json!(format!("{CANARY}\u{202E}")),
        json!({"deep": CANARY}),
        json!([CANARY, 1]),
        json!({CANARY: true}),
        json!(format!(" {CANARY}\u{FEFF}")),
        json!([[CANARY]]),
        json!(CANARY),
    ];
    let inputs: [(&Client<'_>, &str, Value, &[&str]); 8] = [
        (
            &tansy,
            "logIncident",
            violated(&tansy).about("larch").input().await,
            &[
                "key",
                "kind",
                "title",
                "situation",
                "behaviour",
                "impact",
                "occurredOn",
                "evidenceUrl",
                "venueId",
                "subjectIds",
            ],
        ),
        (
            &tansy,
            "replyToIncident",
            json!({"incidentId": unknown_id(), "text": "x"}),
            &["incidentId", "text"],
        ),
        (
            &cedar,
            "askAboutIncident",
            json!({"incidentId": id, "personId": unknown_id(), "question": "x"}),
            &["question", "personId"],
        ),
        (
            &cedar,
            "recordDecision",
            correct_alone(&cedar, &id).input().await,
            &["rationale", "wording", "principle", "repair", "heardReason", "outcome", "venueId"],
        ),
        (&hazel, "openEntry", json!({"incidentId": unknown_id(), "reason": "x"}), &["reason"]),
        (
            &hazel,
            "saveValue",
            json!({"name": "x", "statement": "x", "looksLikeUpheld": ["x"], "looksLikeViolated": ["x"]}),
            &["name", "statement", "looksLikeUpheld", "id"],
        ),
        (&cedar, "passIncident", json!({"incidentId": id, "reason": ""}), &["incidentId", "toPersonId"]),
        (
            &server.anonymous(),
            "signIn",
            json!({"email": "x@y.example", "password": "x"}),
            &["email", "password"],
        ),
    ];
    for (by, mutation, good, fields) in inputs {
        for field in fields {
            for value in &bad {
                let mut input = good.clone();
                if input.get("key").is_some() {
                    input["key"] = new_key().into();
                }
                input[*field] = value.clone();
                let answer = by.answer_of(mutation, input).await;
                assert!(answer.status < 500, "{mutation} {field}: {}", answer.text);
                *sent += 1;
            }
        }
    }
    for document in [
        format!("{{ incident(id: \"{CANARY}\") {{ title }} }}"),
        format!("{{ {CANARY} }}"),
        format!("mutation {{ replyToIncident(input: {{incidentId: \"{id}\", text: \"{CANARY}"),
        format!("query {CANARY} {{ viewer {{ {CANARY}: name }} }}"),
        format!("{{ viewer {{ name @{CANARY} }} }}"),
        format!(
            "mutation {{ replyToIncident(input: {{incidentId: {CANARY}, text: 5}}) {{ incident {{ id }} }} }}"
        ),
        format!(
            "{{ auditEvents(filter: {{action: \"{CANARY}\"}}, after: \"{CANARY}\") {{ nodes {{ id }} }} }}"
        ),
    ] {
        for by in [&tansy, &hazel, &server.anonymous()] {
            let answer = by.answer(&document, json!({CANARY: CANARY})).await;
            assert!(answer.status < 500, "{}", answer.text);
            *sent += 1;
        }
    }
    for (method, path) in [
        ("GET", format!("/{CANARY}?{CANARY}={CANARY}")),
        ("PUT", format!("/graphql?{CANARY}")),
        ("POST", format!("/graphql/{CANARY}")),
    ] {
        let request = tansy
            .request(method, &path)
            .header("user-agent", CANARY)
            .header("content-type", "application/json");
        let _ = request.body(format!("{{\"query\": \"{CANARY}\"")).send().await;
        *sent += 1;
    }
}

/// Looks into every file of the data folder that is not the database; gives their number.
fn beside_the_database(folder: &Path) -> usize {
    let mut files = 0;
    for entry in std::fs::read_dir(folder).expect("the data folder") {
        let path = entry.expect("a file").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() {
            files += beside_the_database(&path);
        } else if ![".db", ".db-wal", ".db-shm"].iter().any(|end| name.ends_with(end)) {
            let bytes = std::fs::read(&path).expect("its bytes");
            let found = bytes.windows(CANARY.len()).any(|w| w == CANARY.as_bytes());
            assert!(!found, "{}", path.display());
            files += 1;
        }
    }
    files
}
