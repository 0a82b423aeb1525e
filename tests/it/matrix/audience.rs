//! "Who will see this", before and after, against what each of the organisation's people really gets.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::situations::Situation;
use crate::harness::{DATA, Group, Server, on_each_engine, upheld, violated};

const FIELDS: &str = "id title reporter { id } handledIn { id } decision { outcome rationale wording }";

/// What somebody gets of an entry, in the words of the panel; none when it does not exist for them.
fn sight(incident: &Value, who: &str) -> Option<&'static str> {
    if incident.is_null() {
        return None;
    }
    let has = |pointer: &str| incident.pointer(pointer).is_some_and(|v| !v.is_null());
    let knows_reporter = has("/reporter") && incident["reporter"]["id"] != who;
    Some(match (has("/title"), knows_reporter, has("/decision"), has("/decision/rationale")) {
        (false, ..) => "that there was an entry and how it ended, no text",
        (_, true, ..) => "everything",
        (_, _, true, true) => "the text, the decision and the reasons",
        (_, _, true, false) => "the text and the decision",
        _ if has("/handledIn") => "their own text, the status and where it was said",
        _ => "the text",
    })
}

/// Whether the panel's words promise this sight.
fn promises(words: &str, sight: &str) -> bool {
    match sight {
        "the text" => {
            ["their own text and the status", "the text, without who logged it and without any decision"]
                .contains(&words)
        }
        "the text and the decision" => [sight, "their own text and the decision"].contains(&words),
        _ => words == sight,
    }
}

/// Person → the words of the panel, of the rows about one person that hold now.
fn listed(rows: &Value) -> BTreeMap<String, Vec<String>> {
    let now = crate::harness::time(0);
    let mut people: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows.as_array().expect("rows") {
        let from = row["from"].as_str();
        if let (Some(person), Some(from)) = (row["person"]["id"].as_str(), from)
            && chrono::DateTime::parse_from_rfc3339(from).expect("a time")
                <= chrono::DateTime::parse_from_rfc3339(&now).expect("a time")
        {
            people
                .entry(person.to_owned())
                .or_default()
                .push(row["sees"].as_str().expect("words").to_owned());
        }
    }
    people
}

/// Compares a panel with what every person of the organisation gets.
async fn compare(
    server: &Server,
    what: &str,
    incident: &str,
    panel: &BTreeMap<String, Vec<String>>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for person in DATA["people"].as_array().expect("people") {
        let name = person["id"].as_str().expect("an id");
        let id = server.person_id(name).await;
        let got = server.person(name).await.incident(incident, FIELDS).await;
        match (panel.get(&id), sight(&got, &id)) {
            (None, None) => {}
            (None, Some(sight)) => wrong.push(format!("{what}: {name} is not listed and gets {sight}")),
            (Some(words), None) => {
                wrong.push(format!("{what}: {name} is listed ({words:?}) and gets nothing"))
            }
            (Some(words), Some(sight)) => {
                if !words.iter().any(|w| promises(w, sight)) {
                    wrong.push(format!("{what}: {name} is listed with {words:?} and gets {sight}"));
                }
            }
        }
    }
    wrong
}

#[tokio::test]
async fn the_preview_is_what_each_person_then_gets() {
    on_each_engine(Group::Work, async |server: &Server| {
        let document = "query($input: LogIncidentInput!) { previewAudience(input: $input) { person { id } from sees why people } }";
        let mut wrong = Vec::new();
        for (reporter, subject) in [("tansy", "linden"), ("alder", "linden"), ("fern", "alder"), ("sage", "rowan"), ("hazel", "larch")] {
            let by = server.person(reporter).await;
            for log in [violated(&by).about(subject).at("lunch"), upheld(&by).about(subject).at("lunch")] {
                let input = log.input().await;
                let preview = by.ok(document, json!({"input": input})).await["previewAudience"].take();
                let incident = by.does("logIncident", input).await["incident"]["id"].as_str().expect("an id").to_owned();
                let what = format!("{reporter} about {subject}");
                wrong.extend(compare(server, &what, &incident, &listed(&preview)).await);
                // The group that may hear of it is as large as the venue's people, or the organisation.
                assert!(preview.as_array().expect("rows").iter().any(|r| r["person"].is_null() && r["people"].as_i64() > Some(1)));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    })
    .await;
}

#[tokio::test]
async fn the_onlookers_are_who_really_sees_it() {
    on_each_engine(Group::Work, async |server: &Server| {
        let mut wrong = Vec::new();
        let situations = [
            ("a violation that was just logged", "alder"),
            ("a violation that was passed on", "rowan"),
            ("a violation about which both were asked", "alder"),
            ("a correction that is decided and not said", "alder"),
            ("a correction that was said 1:1", "alder"),
            ("a correction that was said in public, at the lunch table", "alder"),
            ("a recognition in public", "alder"),
        ];
        for (title, decider) in situations {
            let situation = Situation::named(title, |viewer| match viewer {
                "reporter" => "tansy".into(),
                "subject" => "linden".into(),
                _ => decider.into(),
            });
            let scene = situation.play(server).await;
            // The decider knows everybody who sees it.
            let rows = server
                .person(decider)
                .await
                .incident(&scene.incident, "onlookers { person { id } from sees }")
                .await;
            wrong.extend(compare(server, title, &scene.incident, &listed(&rows["onlookers"])).await);
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    })
    .await;
}
