//! Texts that are missing, too long, or hold characters that no text has.

use serde_json::{Value, json};

use super::stage::Stage;
use crate::harness::{Server, close, on_each_fresh_engine, recognise};

/// mutation, field, the most characters, whether it must be there.
const TEXTS: &[(&str, &str, usize, bool)] = &[
    ("logIncident", "title", 120, true),
    ("logIncident", "situation", 2_000, true),
    ("logIncident", "behaviour", 2_000, true),
    ("logIncident", "impact", 2_000, true),
    ("recordDecision", "rationale", 2_000, true),
    ("recordDecision", "wording", 1_000, false),
    ("recordDecision", "principle", 300, false),
    ("recordDecision", "repair", 500, false),
    ("askAboutIncident", "question", 2_000, true),
    ("replyToIncident", "text", 2_000, true),
    ("passIncident", "reason", 1_000, true),
    ("takeOverIncident", "reason", 1_000, true),
    ("handOverIncident", "reason", 1_000, true),
    ("retractDecision", "reason", 1_000, true),
    ("comment", "text", 1_000, true),
    ("saveValue", "name", 120, true),
    ("saveValue", "statement", 500, true),
    ("createApiToken", "name", 120, true),
    ("addPerson", "name", 120, true),
    ("addPerson", "title", 120, false),
    ("updatePerson", "title", 120, false),
    ("saveTeam", "name", 120, true),
    ("saveVenue", "name", 120, true),
    ("savePolicy", "handOverText", 1_000, false),
    ("saveTopic", "text", 500, true),
    ("saveTopic", "unit", 40, true),
    ("checkIn", "note", 500, false),
    ("addMeetingPoint", "text", 500, true),
    ("finishMeeting", "note", 1_000, false),
];

/// All that the people on the stage have: lists that show whether anything was written.
async fn lists(stage: &Stage<'_>) -> String {
    let mut all = stage.everything().await;
    for (by, list) in [(&stage.tansy, "myIncidents"), (&stage.cedar, "decisionQueue")] {
        all += &Value::from(by.all(list, "id state title").await).to_string();
    }
    all += &Value::from(stage.tansy.all("recognitions", "id wording").await).to_string();
    all += &Value::from(stage.tansy.all("notices", "id wording").await).to_string();
    all += &stage.tansy.ok("{ apiTokens { name } }", json!({})).await.to_string();
    all += &stage
        .tansy
        .ok("{ values(includeRetired: true) { name statement version } }", json!({}))
        .await
        .to_string();
    all
}

#[tokio::test]
async fn texts_are_there_fit_and_are_clean() {
    on_each_fresh_engine(async |server: &Server| {
        let stage = Stage::set(server).await;
        let before = lists(&stage).await;
        for &(mutation, field, max, required) in TEXTS {
            let who = stage.who(mutation).await;
            let mut bad = vec!["x".repeat(max + 1), "ä".repeat(max + 1), "a\0b".into(), "\0".into()];
            bad.extend(["a\u{202E}b".to_owned(), "a\u{2066}b".to_owned(), "a\u{7}b".to_owned()]);
            if required {
                bad.extend(["", " ", "\n\t \r\n", "\u{3000}"].map(str::to_owned));
            }
            for text in bad {
                let input = stage.spoilt(mutation, field, Value::from(text.as_str())).await;
                let refusal = who.may_not(mutation, input).await;
                refusal.names(field);
                assert!(!refusal.message.is_empty() && !refusal.message.contains("x".repeat(99).as_str()));
            }
        }
        assert_eq!(lists(&stage).await, before, "nothing was written");
    })
    .await;
}

#[tokio::test]
async fn lists_of_examples_and_other_fields_are_checked_too() {
    on_each_fresh_engine(async |server: &Server| {
        let stage = Stage::set(server).await;
        let before = lists(&stage).await;
        let cases: [(&str, &str, Value); 19] = [
            ("saveValue", "looksLikeUpheld", json!(["x".repeat(201)])),
            ("saveValue", "looksLikeViolated", json!(["a\0b"])),
            ("saveValue", "looksLikeUpheld", json!([" "])),
            ("logIncident", "evidenceUrl", json!("https://example.com/\0")),
            ("logIncident", "evidenceUrl", json!(format!("https://example.com/{}", "x".repeat(500)))),
            ("logIncident", "audienceSize", json!(0)),
            ("logIncident", "audienceSize", json!(-1)),
            ("logIncident", "occurredOn", json!("2999-01-01")),
            ("logIncident", "occurredOn", json!("1999-01-01")),
            ("logIncident", "key", json!("a\0b")),
            ("logIncident", "subjectIds", json!([])),
            ("logIncident", "valueIds", json!([])),
            ("recordDecision", "key", json!("")),
            ("markDelivered", "deliveredAt", json!("2999-01-01T00:00:00Z")),
            ("markDelivered", "deliveredAt", json!("1999-01-01T00:00:00Z")),
            ("react", "emoji", json!("x")),
            ("react", "emoji", json!("")),
            ("createApiToken", "expiresInDays", json!(0)),
            ("createApiToken", "expiresInDays", json!(-1)),
        ];
        for (mutation, field, value) in cases {
            let input = stage.spoilt(mutation, field, value).await;
            stage.who(mutation).await.may_not(mutation, input).await.names(field);
        }
        let long_life = stage.spoilt("createApiToken", "expiresInDays", json!(2_147_483_647)).await;
        stage.tansy.may_not("createApiToken", long_life).await.names("expiresInDays");
        assert_eq!(lists(&stage).await, before, "nothing was written");
    })
    .await;
}

#[tokio::test]
async fn all_that_is_wrong_is_said_at_once() {
    on_each_fresh_engine(async |server: &Server| {
        let stage = Stage::set(server).await;
        let mut input = stage.good("logIncident").await;
        for field in ["title", "situation", "behaviour", "impact"] {
            input[field] = "".into();
        }
        input["occurredOn"] = "2999-01-01".into();
        let refusal = stage.tansy.may_not("logIncident", input).await;
        let mut fields = refusal.fields;
        fields.sort();
        assert_eq!(fields, ["behaviour", "impact", "occurredOn", "situation", "title"]);
        let bare = recognise(&stage.cedar, &stage.praise)
            .without("wording")
            .without("handling")
            .set("rationale", "");
        let refusal = bare.refused().await;
        for field in ["handling", "rationale"] {
            refusal.names(field);
        }
        let refusal =
            close(&stage.cedar, &stage.open).set("handling", "PUBLIC").set("rationale", "").refused().await;
        for field in ["consideration", "handling", "rationale"] {
            refusal.names(field);
        }
    })
    .await;
}

#[tokio::test]
async fn texts_at_their_greatest_length_fit() {
    on_each_fresh_engine(async |server: &Server| {
        let stage = Stage::set(server).await;
        let mut input = stage.good("logIncident").await;
        for (field, max) in [("title", 120), ("situation", 2_000), ("behaviour", 2_000), ("impact", 2_000)] {
            input[field] = "ä".repeat(max).into();
        }
        let made = stage.tansy.does("logIncident", input).await;
        let seen = stage.cedar.incident(made["incident"]["id"].as_str().unwrap(), "title behaviour").await;
        assert_eq!(seen["title"], "ä".repeat(120));
        assert_eq!(seen["behaviour"], "ä".repeat(2_000));
    })
    .await;
}
