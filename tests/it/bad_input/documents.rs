//! Documents and values that are not what the schema says.

use serde_json::{Value, json};

use super::stage::Stage;
use crate::harness::{Group, Server, on_each_engine};

const CODES: [&str; 2] = ["BAD_USER_INPUT", "TOO_COMPLEX"];

#[tokio::test]
async fn what_is_not_in_the_schema_is_refused_with_a_code() {
    on_each_engine(Group::Work, async |server: &Server| {
        let tansy = server.person("tansy").await;
        for document in [
            "",
            "{",
            "}{",
            "{ }",
            "{ nothing }",
            "{ viewer }",
            "{ viewer { secret } }",
            "{ incident { id } }",
            "{ recognitions(first: \"many\") { nodes { id } } }",
            "query A { viewer { id } } query B { viewer { id } }",
            "fragment F on Person { ...F } { viewer { ...F } }",
            "mutation { logIncident { incident { id } } }",
            "subscription { recognitionPublished { id } }",
            "{ viewer { id } } \0",
        ] {
            let answer = tansy.answer(document, json!({})).await;
            assert!(answer.status < 500, "{document}: {}", answer.text);
            let refusal = answer.result().expect_err(document);
            assert!(CODES.contains(&refusal.code.as_str()), "{document}: {refusal:?}");
            assert!(!refusal.message.contains("Did you mean"), "{document}: {refusal:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn values_of_another_type_are_refused() {
    on_each_engine(Group::Work, async |server: &Server| {
        let stage = Stage::set(server).await;
        let before = stage.everything().await;
        let cases: [(&str, &str, Value); 13] = [
            ("logIncident", "kind", json!("PRAISED")),
            ("logIncident", "kind", Value::Null),
            ("logIncident", "audience", json!("everybody")),
            ("logIncident", "audienceSize", json!(2_147_483_648_i64)),
            ("logIncident", "audienceSize", json!("7")),
            ("logIncident", "occurredOn", json!("2026-02-30")),
            ("logIncident", "occurredOn", json!("tomorrow")),
            ("logIncident", "occurredOn", json!("")),
            ("logIncident", "title", json!(7)),
            ("logIncident", "title", Value::Null),
            ("recordDecision", "outcome", json!("PRAISE")),
            ("markDelivered", "deliveredAt", json!("yesterday")),
            ("react", "on", json!("yes")),
        ];
        for (mutation, field, value) in cases {
            let input = stage.spoilt(mutation, field, value).await;
            stage.who(mutation).await.may_not(mutation, input).await.is("BAD_USER_INPUT");
        }
        let unknown = stage.spoilt("logIncident", "reporterId", json!("me")).await;
        stage.tansy.may_not("logIncident", unknown).await.is("BAD_USER_INPUT");
        assert_eq!(stage.everything().await, before);
    })
    .await;
}

#[tokio::test]
async fn inputs_hold_no_fields_that_only_the_server_writes() {
    on_each_engine(Group::Work, async |server: &Server| {
        let stage = Stage::set(server).await;
        for (mutation, fields) in [
            ("logIncident", ["reporterId", "deciderId", "state", "loggedAt"]),
            ("recordDecision", ["leaderId", "decidedAt", "confirmedById", "version"]),
            ("markDelivered", ["publishedAt", "wording", "leaderId", "state"]),
            ("saveValue", ["version", "role", "organisationId", "createdAt"]),
        ] {
            for field in fields {
                let input = stage.spoilt(mutation, field, json!("x")).await;
                stage.who(mutation).await.may_not(mutation, input).await.is("BAD_USER_INPUT");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_unsent_field_and_null_are_the_same() {
    on_each_engine(Group::Work, async |server: &Server| {
        let stage = Stage::set(server).await;
        let mut input = stage.good("logIncident").await;
        for field in ["subjectTeamId", "audience", "audienceSize", "affected", "severity", "evidenceUrl"] {
            input[field] = Value::Null;
        }
        let made = stage.tansy.does("logIncident", input).await;
        assert_eq!(made["incident"]["state"], "OPEN");
    })
    .await;
}

#[tokio::test]
async fn searches_are_bounded_and_taken_literally() {
    on_each_engine(Group::Work, async |server: &Server| {
        let tansy = server.person("tansy").await;
        let feed =
            "query($search: String) { recognitions(filter: {search: $search}, first: 100) { nodes { id } } }";
        let people = "query($search: String) { people(search: $search, first: 100) { nodes { name } } }";
        for bad in ["x".repeat(101), "a\0b".to_owned()] {
            for document in [feed, people] {
                let refusal = tansy.err(document, json!({"search": bad})).await;
                refusal.names("search");
            }
        }
        for odd in ["%", "_", "\\", "'", "\"", "*", "NEAR(", "a AND", "-", "!:*", "&", "|", "(", "😀", "كلمة"]
        {
            for document in [feed, people] {
                let answer = tansy.answer(document, json!({"search": odd})).await;
                assert!(answer.result().is_ok(), "{odd}");
            }
        }
        let found = tansy.ok(people, json!({"search": "lar"})).await;
        assert_eq!(found["people"]["nodes"], json!([{"name": "Larch"}]));
    })
    .await;
}
