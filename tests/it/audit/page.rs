//! What admins read of the trail, and that it tells nothing of what is hidden from them.

use serde_json::{Value, json};

use super::{confirmed, readings_once};
use crate::harness::{Client, Server, canary, on_each_fresh_engine, recognise, upheld, violated};

const EVENT: &str =
    "id at action objectKind objectId by { name } about { name } incident { id } reason until";

async fn events(by: &Client<'_>, arguments: &str) -> Vec<Value> {
    by.all_by("auditEvents", arguments, EVENT).await
}

fn actions(events: &[Value]) -> Vec<String> {
    events.iter().map(|e| e["action"].as_str().unwrap().to_owned()).collect()
}

/// Reads the page until the note of that is on it.
async fn settled(by: &Client<'_>, name: &str) -> Vec<Value> {
    for _ in 0..100 {
        let all = events(by, "").await;
        if all.iter().any(|e| e["action"] == "audit.read" && e["by"]["name"] == name) {
            return all;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("reading the page is not on the page");
}

#[tokio::test]
async fn admins_see_each_other_and_nothing_of_entries() {
    on_each_fresh_engine(async |server: &Server| {
        let (hazel, maple) = (confirmed(server, "hazel").await, confirmed(server, "maple").await);
        let (tansy, cedar) = (server.person("tansy").await, server.person("cedar").await);
        let value = json!({"name": canary("value"), "statement": "We say what we mean.",
            "looksLikeUpheld": ["Says so"], "looksLikeViolated": ["Does not"]});
        maple.does("saveValue", value).await;
        settled(&maple, "Maple").await;
        let before = settled(&hazel, "Hazel").await;
        for expected in ["value.save", "session.start", "identity.confirm", "audit.read"] {
            assert!(actions(&before).iter().any(|a| a == expected), "{expected}: {:?}", actions(&before));
        }
        let kinds: std::collections::BTreeSet<&str> =
            before.iter().map(|e| e["objectKind"].as_str().unwrap()).collect();
        assert!(
            !kinds.contains("incident") && !kinds.contains("comment") && !kinds.contains("reaction"),
            "{kinds:?}"
        );
        let people: std::collections::BTreeSet<&str> = before
            .iter()
            .filter(|e| e["objectKind"] == "session")
            .filter_map(|e| e["by"]["name"].as_str())
            .collect();
        assert_eq!(people.into_iter().collect::<Vec<_>>(), ["Hazel", "Maple"], "sign-ins of admins alone");

        // Hidden things happen: the page stays byte for byte, and so does every page of it.
        let pages = async || {
            let mut all = String::new();
            for size in [1, 7, 100] {
                let document = format!(
                    "{{ auditEvents(first: {size}) {{ edges {{ cursor node {{ {EVENT} }} }}
                    pageInfo {{ hasNextPage hasPreviousPage endCursor }} }} auditState {{ since guard }} }}"
                );
                all += &hazel.ok(&document, json!({})).await.to_string();
            }
            all
        };
        let page = pages().await;
        let id = violated(&tansy).about("larch").send().await;
        let about_hazel = violated(&tansy).about("hazel").send().await;
        let praised = upheld(&tansy).about("larch").send().await;
        recognise(&cedar, &praised).deliver().await;
        let feed = tansy.ok("{ recognitions(first: 1) { nodes { id } } }", json!({})).await;
        let recognition = feed["recognitions"]["nodes"][0]["id"].clone();
        tansy.does("react", json!({"recognitionId": recognition, "emoji": "👏", "on": true})).await;
        tansy.does("comment", json!({"recognitionId": recognition, "text": "Yes."})).await;
        server.own_session("fern").await;
        server.person("rowan").await.incident(&id, "title").await;
        readings_once(&cedar, &id, 1).await;
        let opened = json!({"incidentId": id, "reason": "To check the wording of it."});
        maple.does("openEntry", opened).await;
        readings_once(&cedar, &id, 3).await;
        assert_eq!(pages().await, page, "not even that another admin opened something");
        assert_eq!(events(&hazel, "").await, before);

        // The one who opened it reads of it, and of the entry while it is open.
        let seen = events(&maple, "").await;
        let opening = seen.iter().find(|e| e["action"] == "incident.open").expect("one's own opening");
        assert_eq!(opening["reason"], "To check the wording of it.");
        assert_eq!(opening["incident"]["id"], id.as_str());
        for expected in ["incident.log", "incident.readAbove", "incident.readOpened"] {
            assert!(
                seen.iter().any(|e| e["action"] == expected && e["objectId"] == id.as_str()),
                "{expected}"
            );
        }
        for hidden in [&about_hazel, &praised] {
            assert!(!seen.iter().any(|e| e["objectId"] == hidden.as_str()));
        }
        // Once its text is erased, the opening stays and its reason goes with the text.
        cedar.does("handOverIncident", json!({"incidentId": id, "reason": "For another place."})).await;
        let seen = events(&maple, "").await;
        let left: Vec<&Value> = seen.iter().filter(|e| e["objectId"] == id.as_str()).collect();
        assert_eq!(left.len(), 2, "{left:?}");
        assert!(left.iter().all(|e| e["reason"].is_null() && e["by"]["name"] == "Maple"), "{left:?}");
        assert_eq!(pages().await, page);
    })
    .await;
}

#[tokio::test]
async fn pages_filters_and_who_may_ask() {
    on_each_fresh_engine(async |server: &Server| {
        let hazel = confirmed(server, "hazel").await;
        let maple = confirmed(server, "maple").await;
        for _ in 0..3 {
            let value = json!({"name": canary("value"), "statement": "We say what we mean.",
                "looksLikeUpheld": ["Says so"], "looksLikeViolated": ["Does not"]});
            maple.does("saveValue", value).await;
        }
        let all = settled(&hazel, "Hazel").await;
        let order: Vec<(&str, &str)> =
            all.iter().map(|e| (e["at"].as_str().unwrap(), e["id"].as_str().unwrap())).collect();
        assert!(order.windows(2).all(|w| w[0] > w[1]), "newest first, ties by id: {order:?}");
        for size in [1, 2, 7] {
            let document = format!(
                "query($after: String) {{ auditEvents(first: {size}, after: $after) {{
                nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }}"
            );
            let (mut ids, mut after) = (Vec::new(), Value::Null);
            loop {
                let mut data = hazel.ok(&document, json!({"after": after})).await;
                let page = &mut data["auditEvents"];
                let nodes = page["nodes"].as_array().unwrap();
                assert!(nodes.len() == size || page["pageInfo"]["hasNextPage"] == false, "no short page");
                ids.extend(nodes.iter().map(|n| n["id"].as_str().unwrap().to_owned()));
                if page["pageInfo"]["hasNextPage"] == false {
                    break;
                }
                after = page["pageInfo"]["endCursor"].take();
            }
            assert_eq!(ids, all.iter().map(|e| e["id"].as_str().unwrap()).collect::<Vec<_>>());
        }
        let maple_id = server.person_id("maple").await;
        let of_maple = events(&hazel, &format!("filter: {{personId: \"{maple_id}\"}}, ")).await;
        assert!(!of_maple.is_empty());
        assert!(of_maple.iter().all(|e| e["by"]["name"] == "Maple" || e["about"]["name"] == "Maple"));
        assert_eq!(
            events(&hazel, "filter: {action: \"value.save\"}, ").await.len(),
            all.iter().filter(|e| e["action"] == "value.save").count()
        );
        let by_kind = events(&hazel, "filter: {action: \"value\"}, ").await;
        assert!(by_kind.len() >= 3 && by_kind.iter().all(|e| e["objectKind"] == "value"));
        let middle = all[all.len() / 2]["at"].as_str().unwrap();
        let since = events(&hazel, &format!("filter: {{since: \"{middle}\"}}, ")).await;
        let until = events(&hazel, &format!("filter: {{until: \"{middle}\"}}, ")).await;
        assert_eq!(since.len() + until.len(), all.len());
        for bad in ["personId: \"x\"", "since: \"0001-01-01T00:00:00Z\"", "action: \"\\u0000\""] {
            let document = format!("{{ auditEvents(filter: {{{bad}}}) {{ nodes {{ id }} }} }}");
            hazel.err(&document, json!({})).await.is("BAD_USER_INPUT");
        }
        for cursor in ["x", "AAAA", "////"] {
            let document = format!("{{ auditEvents(after: \"{cursor}\") {{ nodes {{ id }} }} }}");
            hazel.err(&document, json!({})).await.is("BAD_USER_INPUT");
        }
        let guard = hazel.ok("{ auditState { since guard } }", json!({})).await;
        assert_eq!(guard["auditState"]["guard"], "TRIGGERS");
        for who in ["tansy", "cedar", "rowan"] {
            let person = server.person(who).await;
            person.err("{ auditEvents { nodes { id } } }", json!({})).await.is("FORBIDDEN");
            person
                .err("{ auditEvents(filter: {personId: \"x\"}, first: -1) { nodes { id } } }", json!({}))
                .await
                .is("FORBIDDEN");
            person.err("{ auditState { guard } }", json!({})).await.is("FORBIDDEN");
        }
        let nobody = server.anonymous();
        nobody.err("{ auditEvents { nodes { id } } }", json!({})).await.is("UNAUTHENTICATED");
        nobody.err("{ auditState { guard } }", json!({})).await.is("UNAUTHENTICATED");
    })
    .await;
}
