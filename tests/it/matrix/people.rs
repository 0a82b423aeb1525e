//! What is the person's own: addresses, histories, and what stays with people who were nearer.

use serde_json::{Value, json};

use crate::harness::{Group, Server, on_each_engine};

#[tokio::test]
async fn an_address_is_for_the_person_and_admins() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        for viewer in ["larch", "sage", "cedar", "rowan", "hazel", "maple"] {
            let client = server.person(viewer).await;
            for person in client.all("people", "name email").await {
                let name = person["name"].as_str().expect("a name").to_lowercase();
                let sees = name == viewer || ["hazel", "maple"].contains(&viewer);
                let expected = if sees { json!(format!("{name}@upheld.example")) } else { Value::Null };
                assert_eq!(person["email"], expected, "{viewer} looks at {name}");
            }
        }
        let rowan = server.person("rowan").await;
        let data = rowan.ok("{ teams { lead { name email } members(first: 100) { nodes { name email manager { email } } } } }", json!({})).await;
        let addresses = data.to_string().matches("@upheld.example").count();
        let own = data.to_string().matches("rowan@upheld.example").count();
        assert_eq!(addresses, own, "another path to a person is no other right");
    })
    .await;
}

#[tokio::test]
async fn a_history_is_for_the_leader_and_those_above() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        let document = "query($id: ID!) { reinforcementHistory(leaderId: $id) { recognitions decisions { nodes { id } } } }";
        let people = ["hazel", "maple", "rowan", "alder", "briar", "cedar", "clover", "sorrel", "fern", "larch"];
        for leader in ["rowan", "alder", "briar", "cedar", "clover", "sorrel", "hazel"] {
            let id = server.person_id(leader).await;
            for viewer in people {
                let data = server.person(viewer).await.ok(document, json!({"id": id})).await;
                let below_rowan = !["rowan", "hazel"].contains(&leader);
                let sees = viewer == leader || (viewer == "rowan" && below_rowan);
                assert_eq!(data["reinforcementHistory"].is_object(), sees, "{viewer} looks at {leader}");
            }
        }
    })
    .await;
}

/// Each way from something that a person may see to something else, for words that they may not.
#[tokio::test]
async fn no_path_leads_around() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        let document = "{ recognitions(first: 100) { nodes { leader { name email reports { nodes { email } } manager { email } }
            subjects { email team { lead { email } } } comments { nodes { author { email } } } } }
            myIncidents(first: 100) { nodes { title reporter { name email } decider { email }
                decision { wording rationale leader { email } incident { title reporter { name } replies { text } questions { text }
                    decision { rationale } } } } }
            notices(first: 100) { nodes { wording about { email } venue { people { email } } } } }";
        let hidden = [
            "I was nervous and said",
            "Considered doing it in the same all-hands",
            "I am involved",
            "Two of them told their manager",
            "Twelve people saw it and learnt",
            "I considered the stand-up",
        ];
        for viewer in ["moss", "fern", "briar", "hazel", "sage", "yarrow"] {
            let answer = server.person(viewer).await.answer(document, json!({})).await;
            assert!(answer.status < 500);
            for word in hidden {
                // Sage logged the entry that this impact is in.
                let own = viewer == "sage" && word == "Two of them told their manager";
                assert!(own || !answer.text.contains(word), "{viewer} reads: {word}");
            }
        }
    })
    .await;
}
