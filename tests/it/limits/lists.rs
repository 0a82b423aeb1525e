//! The bounds of pages, and cursors that somebody has changed.

use serde_json::{Value, json};

use crate::harness::{Group, Server, on_each_engine};

const LISTS: [&str; 5] = ["people", "recognitions", "myIncidents", "decisionQueue", "notices"];

#[tokio::test]
async fn a_page_has_one_to_a_hundred() {
    on_each_engine(Group::Work, async |server: &Server| {
        let cedar = server.person("cedar").await;
        for list in LISTS {
            for first in [0, -1, -2_147_483_648, 101, 2_147_483_647] {
                let document = format!("query($first: Int) {{ {list}(first: $first) {{ nodes {{ id }} }} }}");
                match cedar.query(&document, json!({"first": first})).await {
                    Ok(data) => {
                        assert!(
                            data[list]["nodes"].as_array().unwrap().len() <= 100,
                            "{list} first: {first}"
                        );
                    }
                    Err(refusal) => assert!(
                        ["BAD_USER_INPUT", "TOO_COMPLEX"].contains(&refusal.code.as_str()),
                        "{refusal:?}"
                    ),
                }
            }
            let document = format!("query($first: Int) {{ {list}(first: $first) {{ nodes {{ id }} }} }}");
            cedar.ok(&document, json!({"first": 100})).await;
            let page = cedar.ok(&format!("{{ {list} {{ nodes {{ id }} }} }}"), json!({})).await;
            assert!(page[list]["nodes"].as_array().unwrap().len() <= 20, "20 unless asked for");
            for wrong in [json!(2_147_483_648_i64), json!("7"), json!(1.5), json!([1])] {
                cedar.err(&document, json!({"first": wrong})).await.is("BAD_USER_INPUT");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_changed_cursor_does_no_harm() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        let cedar = server.person("cedar").await;
        for list in ["people", "recognitions"] {
            let document = format!(
                "query($after: String) {{ {list}(first: 3, after: $after) {{ nodes {{ id }}
                pageInfo {{ endCursor }} }} }}"
            );
            let page = cedar.ok(&document, json!({})).await;
            let cursor = page[list]["pageInfo"]["endCursor"].as_str().expect("a cursor").to_owned();
            for changed in mutations(&cursor) {
                let answer = cedar.answer(&document, json!({"after": changed})).await;
                assert!(answer.status < 500, "{changed}");
                match answer.result() {
                    Ok(data) => assert!(data[list]["nodes"].as_array().unwrap().len() <= 3),
                    Err(refusal) => refusal.names("after"),
                }
            }
        }
    })
    .await;
}

/// A few hundred texts near a true cursor.
fn mutations(cursor: &str) -> Vec<String> {
    let chars: Vec<char> = cursor.chars().collect();
    let mut all: Vec<String> =
        ["", " ", "x", "null", "0", "-1", "a\0b", "\u{202e}", "é", "%00", "' OR 1=1 --", "[]", "{}"]
            .map(str::to_owned)
            .to_vec();
    all.push("A".repeat(10_000));
    all.push(format!("{cursor}{cursor}"));
    for place in 0..chars.len() {
        for with in ['A', '0', '=', '_', '~'] {
            let mut changed = chars.clone();
            changed[place] = with;
            all.push(changed.into_iter().collect());
        }
        all.push(chars[..place].iter().collect());
        all.push(chars[place..].iter().collect());
    }
    all
}

#[tokio::test]
async fn a_cursor_of_one_list_shows_nothing_in_another() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        let (cedar, reed) = (server.person("cedar").await, server.person("reed").await);
        let queue = "{ decisionQueue(first: 1) { edges { cursor } } }";
        let cursor = cedar.ok(queue, json!({})).await["decisionQueue"]["edges"][0]["cursor"].take();
        assert_ne!(cursor, Value::Null);
        for list in LISTS {
            let document =
                format!("query($after: String) {{ {list}(first: 3, after: $after) {{ nodes {{ id }} }} }}");
            if let Err(refusal) = reed.query(&document, json!({"after": cursor})).await {
                refusal.names("after");
            }
        }
        let own = reed
            .ok(
                "query($after: String) { decisionQueue(after: $after) { nodes { id } } }",
                json!({"after": cursor}),
            )
            .await;
        assert_eq!(own["decisionQueue"]["nodes"], json!([]), "somebody else's cursor opens nothing");
    })
    .await;
}
