//! What the demo's data promises (`demoScenarios`), as far as it is built.

use serde_json::{Value, json};

use crate::harness::{Client, Group, Server, has_id, incident_in_data, on_each_engine, text};

async fn queue(by: &Client<'_>) -> Vec<String> {
    by.all("decisionQueue", "title").await.iter().map(|i| text(&i["title"])).collect()
}

fn title(id: &str) -> String {
    text(&incident_in_data(id)["title"])
}

async fn notice(by: &Client<'_>, wording: &str) -> Option<Value> {
    let notices = by.all("notices", "kind wording about { name } venue { name }").await;
    notices.into_iter().find(|n| n["wording"] == wording)
}

#[tokio::test]
async fn the_organisation_and_its_people() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        let data = server
            .anonymous()
            .ok("{ welcome { organisation needsSetUp demo demoPeople { name title email role isLeader team }
                valueLibrary { name source looksLikeUpheld } } }", json!({}))
            .await;
        let welcome = &data["welcome"];
        assert_eq!((&welcome["needsSetUp"], &welcome["demo"]), (&json!(false), &json!(true)));
        let people = welcome["demoPeople"].as_array().unwrap();
        assert_eq!(people.len(), 22);
        let larch = people.iter().find(|p| p["name"] == "Larch").unwrap();
        let expected = json!({"name": "Larch", "title": "Senior iOS engineer", "email": "larch@upheld.example",
            "role": "MEMBER", "isLeader": false, "team": "Mobile"});
        assert_eq!(*larch, expected);
        assert_eq!(welcome["valueLibrary"].as_array().unwrap().len(), 12);

        let moss = server.person("moss").await;
        let document = "{ organisation { name timeZone hoursToDecide silentAfterDays } values { name retired looksLikeUpheld } }";
        let data = moss.ok(document, json!({})).await;
        let expected = json!({"name": "Northlight (demo)", "timeZone": "UTC", "hoursToDecide": 48, "silentAfterDays": 21});
        assert_eq!(data["organisation"], expected);
        assert_eq!(data["values"].as_array().unwrap().len(), 8, "the active ones");
    })
    .await;
}

#[tokio::test]
async fn the_queues_and_their_ages() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        let (cedar, sorrel, rowan) =
            (server.person("cedar").await, server.person("sorrel").await, server.person("rowan").await);
        assert_eq!(
            queue(&cedar).await,
            [title("inc-37"), title("inc-36")],
            "oldest first, the copy is merged"
        );
        assert_eq!(queue(&sorrel).await, [title("inc-42"), title("inc-35")]);
        assert_eq!(queue(&rowan).await, [title("inc-41"), title("inc-18")]);
        assert_eq!(queue(&server.person("briar").await).await, [title("inc-43")]);
        assert_eq!(queue(&server.person("clover").await).await, [title("inc-16")]);
        let mut alder = queue(&server.person("alder").await).await;
        assert_eq!(alder.last(), Some(&title("inc-19")));
        alder.sort();
        let mut expected = [title("inc-17"), title("inc-19"), title("inc-39")];
        expected.sort();
        assert_eq!(alder, expected);
        for name in ["hazel", "maple", "moss"] {
            assert!(queue(&server.person(name).await).await.is_empty(), "{name}");
        }
        for (id, decider, age) in
            [("inc-35", &sorrel, "FRESH"), ("inc-36", &cedar, "OVERDUE"), ("inc-37", &cedar, "SILENT")]
        {
            let incident = server.demo_incident(id).await;
            for viewer in [decider, &rowan] {
                assert_eq!(
                    viewer.incident(&incident, "age state").await,
                    json!({"age": age, "state": "OPEN"}),
                    "{id}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_subject_sees_it_after_48_hours_and_not_before() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        for (id, subject, sees) in [
            ("inc-35", "willow", false),
            ("inc-39", "fern", false),
            ("inc-36", "heath", true),
            ("inc-37", "larch", true),
        ] {
            let incident = server.demo_incident(id).await;
            let fields = "behaviour reporter { name } decision { id } age viewerMay";
            let seen = server.person(subject).await.incident(&incident, fields).await;
            if sees {
                assert_eq!(seen["behaviour"], incident_in_data(id)["behaviour"], "{id}");
                assert_eq!((&seen["reporter"], &seen["decision"]), (&Value::Null, &Value::Null), "{id}");
                assert_eq!(seen["viewerMay"], json!(["reply"]), "{id}");
            } else {
                assert_eq!(seen, Value::Null, "{id}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn cedars_history_shows_the_pattern() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        let (cedar, rowan) = (server.person("cedar").await, server.person("rowan").await);
        let id = server.person_id("cedar").await;
        let document = "query($id: ID!) { reinforcementHistory(leaderId: $id) { leader { name } recognitions corrections
            noActions undecided silent public oneToOne consideredRate silenceRate narrower matched wider
            hoursToDecide { median p90 } byValue { value { name } recognitions corrections silent public oneToOne }
            byMonth { month recognitions corrections silent } notHeardFrom { name }
            decisions(first: 100) { nodes { outcome handling witnessWord rationale incident { title } } } } }";
        for viewer in [&cedar, &rowan] {
            let data = viewer.ok(document, json!({"id": id})).await;
            let history = &data["reinforcementHistory"];
            for (field, expected) in [
                ("recognitions", 3),
                ("corrections", 3),
                ("noActions", 0),
                ("undecided", 2),
                ("silent", 1),
                ("public", 3),
                ("oneToOne", 3),
                ("narrower", 3),
                ("matched", 3),
                ("wider", 0),
            ] {
                assert_eq!(history[field], expected, "{field}: {history}");
            }
            let near = |field: &str, expected: f64| {
                let rate = history[field].as_f64().unwrap_or_else(|| panic!("no {field}: {history}"));
                assert!((rate - expected).abs() < 1e-9, "{field} {rate}");
            };
            // Six decided and two overdue; one decision (inc-27, from before the tool) lacks its three answers.
            near("consideredRate", 0.625);
            // One silence of five violations.
            near("silenceRate", 0.2);
            // Decided after 24, 24, 30, 50, 70 and 90 hours.
            assert_eq!(history["hoursToDecide"]["median"].as_f64(), Some(40.0));
            let values = history["byValue"].as_array().unwrap();
            let kindness = values.iter().find(|v| v["value"]["name"] == "Kindness").expect("kindness");
            assert_eq!((&kindness["corrections"], &kindness["silent"], &kindness["recognitions"]), (&json!(2), &json!(1), &json!(1)));
            let months = history["byMonth"].as_array().unwrap();
            assert!((12..=13).contains(&months.len()), "every month is listed: {}", months.len());
            for field in ["recognitions", "corrections", "silent"] {
                let sum: i64 = months.iter().map(|m| m[field].as_i64().unwrap()).sum();
                assert_eq!(history[field], sum, "{field}");
            }
            let alone: Vec<&Value> = history["decisions"]["nodes"].as_array().unwrap().iter()
                .filter(|d| d["outcome"] == "CORRECTION").collect();
            assert_eq!(alone.len(), 3);
            assert!(alone.iter().all(|d| d["handling"] == "ONE_TO_ONE" && d["witnessWord"] == "NOTHING"));
            // Larch was recognised this week, Sage 27 days ago, Heath 111.
            assert_eq!(history["notHeardFrom"], json!([{"name": "Heath"}]));
        }
        for name in ["briar", "hazel", "larch"] {
            let data = server.person(name).await.ok(document, json!({"id": id})).await;
            assert_eq!(data["reinforcementHistory"], Value::Null, "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_feed_holds_every_delivered_public_recognition() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        let public = [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 20, 21, 22];
        let mut expected: Vec<String> = public
            .iter()
            .map(|n| text(&incident_in_data(&format!("inc-{n:02}"))["decision"]["wording"]))
            .collect();
        expected.sort();
        for name in ["reed", "rowan", "hazel"] {
            let feed = server.person(name).await.all("recognitions", "wording spottedBy { name }").await;
            let mut wordings: Vec<String> = feed.iter().map(|r| text(&r["wording"])).collect();
            wordings.sort();
            assert_eq!(wordings, expected, "{name}");
            assert!(feed.iter().all(|r| r["spottedBy"].is_null()), "nobody asked to be named");
        }
    })
    .await;
}

#[tokio::test]
async fn leaders_are_recognised_by_who_leads_them_or_by_an_admin() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        let rowan = server.person("rowan").await;
        let wording = text(&incident_in_data("inc-11")["decision"]["wording"]);
        let feed = rowan.all("recognitions", "wording subjects { name } leader { name }").await;
        let own = feed.iter().find(|r| r["wording"] == wording).expect("in the feed");
        assert_eq!((&own["subjects"], &own["leader"]["name"]), (&json!([{"name": "Rowan"}]), &json!("Hazel")));
        let incident = server.demo_incident("inc-11").await;
        let seen = rowan.incident(&incident, "title decision { wording rationale } reporter { name }").await;
        assert_eq!(seen["decision"], json!({"wording": wording, "rationale": null}));
        assert_eq!((&seen["title"], &seen["reporter"]), (&incident_in_data("inc-11")["title"], &Value::Null));

        let lapse = server.demo_incident("inc-33").await;
        let hazel = server.person("hazel").await;
        for viewer in [&rowan, &hazel] {
            let seen = viewer.incident(&lapse, "state decision { leader { name } confirmedBy { name } }").await;
            let expected = json!({"state": "DELIVERED", "decision": {"leader": {"name": "Rowan"}, "confirmedBy": {"name": "Hazel"}}});
            assert_eq!(seen, expected);
        }
        let said = notice(&server.person("cedar").await, incident_in_data("inc-33")["decision"]["wording"].as_str().unwrap()).await;
        assert_eq!(said.expect("the leads read it")["about"]["name"], "Rowan");
        let upwards = server.demo_incident("inc-32").await;
        let seen = server.person("sorrel").await.incident(&upwards, "decision { leader { name } rationale }").await;
        assert_eq!(seen["decision"]["leader"]["name"], "Rowan");
        assert_eq!(seen["decision"]["rationale"], incident_in_data("inc-32")["decision"]["rationale"]);
    })
    .await;
}

#[tokio::test]
async fn the_handed_over_entry_is_a_stub() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        let incident = server.demo_incident("inc-40").await;
        for name in ["heath", "rowan", "hazel", "maple"] {
            let stub = server.person(name).await.incident(&incident, "state title behaviour venue { id } subjects { id }").await;
            let expected = json!({"state": "HANDED_OVER", "title": null, "behaviour": null, "venue": null, "subjects": []});
            assert_eq!(stub, expected, "{name}");
        }
        for name in ["cedar", "larch", "briar"] {
            assert_eq!(server.person(name).await.incident(&incident, "id").await, Value::Null, "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn three_teams_wait_for_the_all_hands() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        let incident = server.demo_incident("inc-41").await;
        let rowan = server.person("rowan").await;
        let seen = rowan
            .incident(&incident, "state viewerMay decision { venue { name } deliveredAt } subjects { name }")
            .await;
        assert_eq!(seen["state"], "DECIDED");
        assert!(seen["viewerMay"].as_array().unwrap().contains(&json!("markDelivered")), "{seen}");
        assert_eq!(seen["decision"], json!({"venue": {"name": "Company all-hands"}, "deliveredAt": null}));
        assert_eq!(seen["subjects"].as_array().unwrap().len(), 3);
        for name in ["fern", "juniper", "sage", "alder"] {
            assert_eq!(server.person(name).await.incident(&incident, "id").await, Value::Null, "{name}");
        }
        assert_eq!(
            server.person("basil").await.incident(&incident, "state").await,
            json!({"state": "DECIDED"})
        );
    })
    .await;
}

#[tokio::test]
async fn the_reporter_stays_hidden_from_the_person() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        let incident = server.demo_incident("inc-42").await;
        let fields = "state title reporter { name } hideReporterFromSubject onlookers { who person { name } } decision { id }
            replies { text author { name } }";
        let seen = server.person("willow").await.incident(&incident, fields).await;
        assert_eq!(seen["title"], incident_in_data("inc-42")["title"], "past 48 hours");
        assert_eq!((&seen["reporter"], &seen["decision"]), (&Value::Null, &Value::Null));
        assert_ne!(seen["state"], "DECIDED");
        assert!(!seen.to_string().contains("Yarrow"), "{seen}");
        for name in ["sorrel", "rowan"] {
            let seen = server.person(name).await.incident(&incident, fields).await;
            assert_eq!((&seen["state"], &seen["reporter"]["name"]), (&json!("DECIDED"), &json!("Yarrow")));
            assert_eq!(seen["hideReporterFromSubject"], true);
            let reply = incident_in_data("inc-42")["decision"]["subjectReply"].clone();
            assert_eq!(seen["replies"], json!([{"text": reply, "author": {"name": "Willow"}}]));
        }
        let wording = text(&incident_in_data("inc-42")["decision"]["wording"]);
        assert!(notice(&server.person("tansy").await, &wording).await.is_none(), "it waits for its venue");
    })
    .await;
}

#[tokio::test]
async fn waiting_for_the_persons_side_pauses_the_clock() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        let incident = server.demo_incident("inc-43").await;
        let question = incident_in_data("inc-43")["waiting"]["question"].clone();
        for name in ["briar", "aspen", "rowan"] {
            let seen = server.person(name).await.incident(&incident, "state questions { text }").await;
            assert_eq!(seen, json!({"state": "WAITING", "questions": [{"text": question}]}), "{name}");
        }
        let seen = server.person("thistle").await.incident(&incident, "state questions { text }").await;
        assert_eq!(seen, json!({"state": "WAITING", "questions": []}));
        let seen = server.person("briar").await.incident(&incident, "age").await;
        assert_eq!(seen["age"], "FRESH", "ten hours count, the days of waiting do not");
    })
    .await;
}

#[tokio::test]
async fn witnesses_hear_a_word_of_what_was_said_alone() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        let principle = text(&incident_in_data("inc-31")["decision"]["principle"]);
        for name in ["moss", "yarrow", "reed", "sage"] {
            let word = notice(&server.person(name).await, &principle).await.expect(name);
            assert_eq!(word["kind"], "WITNESS_WORD");
            assert_eq!((&word["venue"]["name"], &word["about"]), (&json!("Lunch table"), &Value::Null));
        }
        for name in ["fern", "alder", "rowan", "hazel"] {
            assert!(notice(&server.person(name).await, &principle).await.is_none(), "{name}");
        }
        let addressed = async |name: &str| {
            let notices = server.person(name).await.all("notices", "kind venue { name }").await;
            notices.contains(&json!({"kind": "WITNESS_WORD", "venue": {"name": "Payments stand-up"}}))
        };
        for name in ["fern", "reed", "linden", "alder"] {
            assert!(addressed(name).await, "{name}");
        }
        for name in ["aspen", "rowan", "maple"] {
            assert!(!addressed(name).await, "{name}");
        }
        // The lapses that Cedar handled alone left no word: that is the pattern.
        let sage = server.person("sage").await.all("notices", "kind venue { name }").await;
        assert!(!sage.iter().any(|n| n["kind"] == "WITNESS_WORD" && n["venue"]["name"] != "Lunch table"));
    })
    .await;
}

#[tokio::test]
async fn public_corrections_are_read_where_they_were_said() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        for (id, reads, does_not) in [
            ("inc-23", "fern", "basil"),
            ("inc-24", "fern", "basil"),
            ("inc-28", "larch", "basil"),
            ("inc-29", "tansy", "fern"),
            ("inc-30", "basil", "willow"),
        ] {
            let wording = text(&incident_in_data(id)["decision"]["wording"]);
            let said = notice(&server.person(reads).await, &wording)
                .await
                .unwrap_or_else(|| panic!("{reads} reads {id}"));
            assert_eq!(said["kind"], "CORRECTION");
            let named = incident_in_data(id)["decision"]["namesSubject"] == true;
            assert_eq!(said["about"].is_object(), named, "{id}");
            assert!(notice(&server.person(does_not).await, &wording).await.is_none(), "{does_not} {id}");
        }
    })
    .await;
}

#[tokio::test]
async fn duplicates_are_merged_and_each_reporter_keeps_their_text() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        let (kept, copy) = (server.demo_incident("inc-37").await, server.demo_incident("inc-38").await);
        let (basil, tansy, cedar, larch) = (
            server.person("basil").await,
            server.person("tansy").await,
            server.person("cedar").await,
            server.person("larch").await,
        );
        let seen = basil.incident(&copy, "title behaviour state").await;
        let data = incident_in_data("inc-38");
        let expected = json!({"title": data["title"], "behaviour": data["behaviour"], "state": "OPEN"});
        assert_eq!(seen, expected, "the own text and the survivor's status");
        assert_eq!(basil.incident(&kept, "id").await, Value::Null, "reporters do not learn of each other");
        assert_eq!(tansy.incident(&copy, "id").await, Value::Null);
        assert_eq!(cedar.incident(&copy, "state").await, json!({"state": "MERGED"}));
        assert_eq!(larch.incident(&copy, "id").await, Value::Null, "the person sees the surviving entry");
        assert!(!has_id(&cedar.all("decisionQueue", "id").await, &copy));
    })
    .await;
}

#[tokio::test]
async fn closed_without_action_and_explained() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        let incident = server.demo_incident("inc-34").await;
        let seen =
            server.person("aspen").await.incident(&incident, "state decision { outcome wording }").await;
        let reason = &incident_in_data("inc-34")["decision"]["rationale"];
        assert_eq!(seen, json!({"state": "CLOSED", "decision": {"outcome": "NO_ACTION", "wording": reason}}));
        assert_eq!(
            server.person("moss").await.incident(&incident, "id").await,
            Value::Null,
            "closed before they saw it"
        );
    })
    .await;
}
