//! Business context, strategy and goals: who writes them, what is asked of them, and when one is being discounted.

use serde_json::{Value, json};

use crate::harness::{Group, Server, canary, on_each_engine, on_each_fresh_engine, text, unknown_id};

const TOPICS: &str = "{ topics { id kind text team { name } unit baseline target cycleDays retired discussed
    lastDiscussedAt mentioned attention checkIns { value note by { name } at } } }";

async fn topics(server: &Server, person: &str) -> Vec<Value> {
    let answer = server.person(person).await.ok(TOPICS, json!({})).await;
    answer["topics"].as_array().expect("a list").clone()
}

fn beginning<'v>(list: &'v [Value], start: &str) -> &'v Value {
    list.iter()
        .find(|t| t["text"].as_str().is_some_and(|t| t.starts_with(start)))
        .unwrap_or_else(|| panic!("no topic {start}"))
}

#[tokio::test]
async fn the_demo_has_what_is_alive_and_what_is_being_discounted() {
    on_each_fresh_engine(async |server: &Server| {
        let list = topics(server, "tansy").await;
        assert_eq!(list.len(), 7);
        let seen = |start: &str| {
            let topic = beginning(&list, start);
            (
                topic["kind"].clone(),
                topic["discussed"].clone(),
                topic["mentioned"].clone(),
                topic["attention"].clone(),
            )
        };
        let word = |kind: &str, discussed: i64, mentioned: i64, attention: &str| {
            (json!(kind), json!(discussed), json!(mentioned), json!(attention))
        };
        assert_eq!(seen("Avoidable tickets"), word("GOAL", 2, 2, "ALIVE"));
        assert_eq!(seen("Share of deploys"), word("GOAL", 1, 6, "RARELY_DISCUSSED"));
        assert_eq!(seen("Partner integrations"), word("GOAL", 0, 5, "DISCOUNTED"));
        assert_eq!(seen("Support cost"), word("BUSINESS_CONTEXT", 1, 0, "DISCOUNTED"));
        assert_eq!(seen("One queue"), word("STRATEGY", 1, 0, "ALIVE"));
        let goal = beginning(&list, "Avoidable tickets");
        assert_eq!(goal["checkIns"].as_array().map(Vec::len), Some(4));
        assert_eq!(goal["checkIns"][3]["value"], 33.0);
        assert_eq!(goal["checkIns"][3]["by"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn whoever_leads_writes_the_topics() {
    on_each_engine(Group::Work, async |server: &Server| {
        let team = server.team_id("payments").await;
        let input = || json!({"kind": "STRATEGY", "teamId": team, "text": canary("strategy")});
        // The lead, the lead's manager, and an admin.
        for person in ["alder", "rowan", "hazel"] {
            let by = server.person(person).await;
            let input = input();
            let saved = by.does("saveTopic", input.clone()).await;
            assert_eq!(saved["topic"]["text"], input["text"], "{person}");
            let list = topics(server, "sage").await;
            assert_eq!(
                beginning(&list, input["text"].as_str().unwrap_or_default())["team"]["name"],
                "Payments"
            );
        }
        // Nobody of the team, and no other leader; not by way of one that exists either.
        let list = server.person("tansy").await.ok("{ topics { id team { name } } }", json!({})).await;
        let list = list["topics"].as_array().expect("a list").clone();
        let of_team = text(&list.iter().find(|t| t["team"]["name"] == "Payments").expect("one")["id"]);
        let of_all = text(&list.iter().find(|t| t["team"].is_null()).expect("one")["id"]);
        for person in ["linden", "briar", "tansy", "clover"] {
            let by = server.person(person).await;
            by.may_not("saveTopic", input()).await.is("FORBIDDEN");
            for id in [&of_team, &of_all] {
                let change = json!({"id": id, "kind": "STRATEGY", "text": "Ours."});
                by.may_not("saveTopic", change).await.is("FORBIDDEN");
            }
        }
        // Of everybody the one at the top alone.
        let everybody = || json!({"kind": "BUSINESS_CONTEXT", "text": canary("context")});
        server.person("alder").await.may_not("saveTopic", everybody()).await.is("FORBIDDEN");
        server.person("rowan").await.does("saveTopic", everybody()).await;
        let unknown = json!({"id": unknown_id(), "kind": "STRATEGY", "text": "Ours."});
        server.person("rowan").await.may_not("saveTopic", unknown).await.is("NOT_FOUND");
    })
    .await;
}

#[tokio::test]
async fn a_goal_is_followed() {
    on_each_engine(Group::Work, async |server: &Server| {
        let alder = server.person("alder").await;
        let team = server.team_id("payments").await;
        let name = canary("goal");
        let goal = json!({"kind": "GOAL", "teamId": team, "text": name, "unit": "days", "baseline": 20.0,
            "target": 5.0, "cycleDays": 7});
        let saved = alder.does("saveTopic", goal.clone()).await;
        let id = text(&saved["topic"]["id"]);
        let in_ = |topic: &str, value: f64| json!({"topicId": topic, "value": value, "note": "A week of two people."});
        let checked = alder.does("checkIn", in_(&id, 12.5)).await;
        assert_eq!(text(&checked["topic"]["id"]), id);
        let read = topics(server, "tansy").await;
        let read = beginning(&read, &name);
        assert_eq!(read["checkIns"][0]["value"], 12.5);
        assert_eq!(read["checkIns"][0]["note"], "A week of two people.");
        assert_eq!(read["checkIns"][0]["by"]["name"], "Alder");
        assert_eq!(read["attention"], "ALIVE");

        // A leader of another team may say where it stands; who leads nobody may not.
        server.person("briar").await.does("checkIn", in_(&id, 11.0)).await;
        server.person("linden").await.may_not("checkIn", in_(&id, 1.0)).await.is("FORBIDDEN");
        alder.may_not("checkIn", in_(&unknown_id(), 1.0)).await.is("NOT_FOUND");
        alder.may_not("checkIn", in_(&id, 1e13)).await.names("value");

        // What is no goal has nothing to check in, and a kind stays what it is.
        let strategy = json!({"kind": "STRATEGY", "teamId": team, "text": canary("strategy")});
        let strategy = text(&alder.does("saveTopic", strategy).await["topic"]["id"]);
        alder.may_not("checkIn", in_(&strategy, 1.0)).await.is("CONFLICT");
        let change = json!({"id": id, "kind": "STRATEGY", "text": "Another kind."});
        alder.may_not("saveTopic", change).await.names("kind");

        // What is wrong is named.
        let wrong = |field: &str, value: Value| {
            let mut input = goal.clone();
            input[field] = value;
            input
        };
        for (field, value) in [
            ("text", json!(" ")),
            ("unit", json!("")),
            ("target", json!(20.0)),
            ("cycleDays", json!(0)),
            ("baseline", json!(1e300)),
        ] {
            alder.may_not("saveTopic", wrong(field, value)).await.names(field);
        }
        alder.may_not("saveTopic", json!({"kind": "GOAL", "teamId": team, "text": "No unit."})).await.names("unit");
        let measured = json!({"kind": "STRATEGY", "teamId": team, "text": "x", "unit": "days", "baseline": 1.0, "target": 2.0});
        alder.may_not("saveTopic", measured).await.names("unit");
        server.person("hazel").await.may_not(
            "saveTopic",
            json!({"kind": "STRATEGY", "teamId": unknown_id(), "text": "x"}),
        ).await.names("teamId");

        // Retired, it leaves the list and can be had back.
        let mut retired = goal.clone();
        retired["id"] = json!(id);
        retired["retired"] = json!(true);
        alder.does("saveTopic", retired.clone()).await;
        let left = topics(server, "tansy").await;
        assert!(left.iter().all(|t| t["text"] != name.as_str()));
        let all = alder.ok("{ topics(includeRetired: true) { text retired } }", json!({})).await;
        let all = all["topics"].as_array().expect("a list");
        assert!(all.iter().any(|t| t["text"] == name.as_str() && t["retired"] == true));
        retired["retired"] = json!(false);
        alder.does("saveTopic", retired).await;
        assert!(topics(server, "tansy").await.iter().any(|t| t["text"] == name.as_str()));
    })
    .await;
}
