//! The main job, end to end: log an incident, decide on it, deliver it, browse it, review it.

use serde_json::{Value, json};

use crate::harness::{
    Client, Group, Server, canary, correct, correct_alone, has_id, listen, on_each_engine, recognise, upheld,
    violated,
};

const RECOGNITION: &str =
    "id publishedAt wording subjects { name } values { name } leader { name } spottedBy { name }
    venue { name } reactions { emoji count viewerReacted }";

async fn in_feed(by: &Client<'_>, wording: &str) -> Option<Value> {
    by.all("recognitions", RECOGNITION).await.into_iter().find(|r| r["wording"] == wording)
}

async fn notice(by: &Client<'_>, wording: &str) -> Option<Value> {
    let notices = by.all("notices", "id kind wording about { name } venue { name } values { name } at").await;
    notices.into_iter().find(|n| n["wording"] == wording)
}

async fn history(by: &Client<'_>, leader: &str) -> Value {
    let document = "query($id: ID!) { reinforcementHistory(leaderId: $id) {
        leader { name } recognitions corrections noActions undecided public oneToOne narrower matched wider
        byMonth { month recognitions corrections } byValue { value { name } recognitions corrections }
        decisions(first: 100) { nodes { id outcome handling reach deliveredAt } } } }";
    let id = by.server.person_id(leader).await;
    by.ok(document, json!({"id": id})).await["reinforcementHistory"].take()
}

async fn state(by: &Client<'_>, incident: &str) -> Value {
    by.incident(incident, "state").await["state"].take()
}

#[tokio::test]
async fn a_public_recognition_from_log_to_feed() {
    on_each_engine(Group::Work, async |server: &Server| {
        // Only this test has anything decided by Sorrel, so that the counts are its own.
        let (tansy, sorrel, willow) =
            (server.person("tansy").await, server.person("sorrel").await, server.person("willow").await);
        let (rowan, moss, hazel) =
            (server.person("rowan").await, server.person("moss").await, server.person("hazel").await);
        let wording = canary("wording");
        let before = history(&sorrel, "sorrel").await;

        let incident =
            upheld(&tansy).about("willow").at("product-review").set("creditReporter", true).send().await;
        assert_eq!(state(&tansy, &incident).await, "OPEN");
        assert!(has_id(&tansy.all("myIncidents", "id").await, &incident));
        assert!(has_id(&sorrel.all("decisionQueue", "id").await, &incident));
        assert_eq!(
            willow.incident(&incident, "id").await,
            Value::Null,
            "praise is a surprise until it is delivered"
        );
        assert_eq!(state(&rowan, &incident).await, "OPEN", "leaders above read along");

        let decision = recognise(&sorrel, &incident).set("wording", wording.as_str()).record().await;
        assert_eq!(decision["reach"], "MATCHED", "the venue where it happened");
        assert_eq!(state(&tansy, &incident).await, "DECIDED");
        assert!(in_feed(&moss, &wording).await.is_none(), "decided is not done");
        assert_eq!(willow.incident(&incident, "id").await, Value::Null);
        assert!(has_id(&sorrel.all("decisionQueue", "id").await, &incident), "it waits for its delivery");

        sorrel.does("markDelivered", json!({"decisionId": decision["id"]})).await;
        assert!(!has_id(&sorrel.all("decisionQueue", "id").await, &incident));
        for person in [&moss, &hazel, &tansy, &willow, &sorrel, &rowan] {
            let shown = in_feed(person, &wording).await.expect("everybody signed in sees it");
            assert_eq!(shown["subjects"], json!([{"name": "Willow"}]));
            assert_eq!(shown["values"], json!([{"name": "Kindness"}]));
            assert_eq!(shown["leader"]["name"], "Sorrel");
            assert_eq!(shown["venue"]["name"], "Product review");
            assert_eq!(shown["spottedBy"]["name"], "Tansy", "the reporter asked for it");
        }

        let fields = "state title decision { outcome wording rationale }";
        for person in [&tansy, &willow] {
            let seen = person.incident(&incident, fields).await;
            assert_eq!(seen["state"], "DELIVERED");
            assert_eq!(seen["title"], "A moment worth a look");
            assert_eq!(seen["decision"]["wording"], wording);
            assert_eq!(
                seen["decision"]["rationale"],
                Value::Null,
                "the rationale of praise stays with the leaders"
            );
        }
        assert_eq!(moss.incident(&incident, "id").await, Value::Null, "the entry behind it is not public");

        for viewer in [&sorrel, &rowan] {
            let after = history(viewer, "sorrel").await;
            assert_eq!(after["recognitions"], add(&before["recognitions"], 1));
            assert_eq!(after["public"], add(&before["public"], 1));
            assert_eq!(after["matched"], add(&before["matched"], 1));
            let row =
                after["decisions"]["nodes"].as_array().unwrap().iter().find(|d| d["id"] == decision["id"]);
            assert_eq!(row.expect("the decision is listed")["reach"], "MATCHED");
        }
        for other in [&moss, &willow, &hazel] {
            assert_eq!(
                history(other, "sorrel").await,
                Value::Null,
                "the history is the leader's and the leaders' above"
            );
        }
    })
    .await;
}

fn add(count: &Value, n: i64) -> Value {
    json!(count.as_i64().expect("a count") + n)
}

#[tokio::test]
async fn a_correction_said_alone_with_a_word_to_the_witnesses() {
    on_each_engine(Group::Work, async |server: &Server| {
        // Only this test has anything decided by Clover, so that the counts are its own.
        let (tansy, clover, basil) =
            (server.person("tansy").await, server.person("clover").await, server.person("basil").await);
        let (rowan, moss) = (server.person("rowan").await, server.person("moss").await);
        let (hazel, briar) = (server.person("hazel").await, server.person("briar").await);
        let (principle, rationale) = (canary("principle"), canary("rationale"));
        let before = history(&clover, "clover").await;

        let incident = violated(&tansy).about("basil").at("support-channel").send().await;
        assert_eq!(basil.incident(&incident, "id").await, Value::Null, "not before 48 hours unless asked");
        let decision = correct_alone(&clover, &incident)
            .set("rationale", rationale.as_str())
            .set("witnessWord", "PRINCIPLE")
            .set("principle", principle.as_str())
            .deliver()
            .await;

        let seen = basil
            .incident(&incident, "state behaviour reporter { name } decision { id outcome rationale }")
            .await;
        assert_eq!(seen["state"], "DELIVERED");
        assert_eq!(seen["behaviour"], "It was said in front of the others.");
        assert_eq!(seen["reporter"], Value::Null);
        assert_eq!(seen["decision"]["rationale"], rationale);

        let seen = tansy.incident(&incident, "state title decision { id } handledIn { name }").await;
        assert_eq!(seen["state"], "DELIVERED");
        assert_eq!(seen["decision"], Value::Null, "the reporter sees the status, not the decision");
        assert_eq!(seen["handledIn"], Value::Null);

        for witness in [&tansy, &clover] {
            let word = notice(witness, &principle).await.expect("the venue's people hear the principle");
            assert_eq!(word["kind"], "WITNESS_WORD");
            assert_eq!(word["about"], Value::Null);
            assert_eq!(word["venue"]["name"], "#support");
        }
        for other in [&moss, &hazel, &briar] {
            assert!(notice(other, &principle).await.is_none());
            assert_eq!(other.incident(&incident, "id").await, Value::Null);
        }
        assert!(in_feed(&basil, &principle).await.is_none(), "a correction is never in the feed");

        for viewer in [&clover, &rowan] {
            let after = history(viewer, "clover").await;
            assert_eq!(after["corrections"], add(&before["corrections"], 1));
            assert_eq!(after["oneToOne"], add(&before["oneToOne"], 1));
            assert_eq!(after["narrower"], add(&before["narrower"], 1));
            assert!(has_id(after["decisions"]["nodes"].as_array().unwrap(), &decision));
        }
    })
    .await;
}

#[tokio::test]
async fn a_public_correction_is_read_by_the_people_of_its_venue_only() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar) = (server.person("tansy").await, server.person("cedar").await);
        let (sage, moss, larch) =
            (server.person("sage").await, server.person("moss").await, server.person("larch").await);
        let wording = canary("wording");
        let incident = violated(&tansy).about("larch").at("mobile-pr").send().await;
        correct(&cedar, &incident).set("wording", wording.as_str()).deliver().await;

        for person in [&sage, &larch, &cedar] {
            let said = notice(person, &wording).await.expect("the venue's people read it");
            assert_eq!(said["kind"], "CORRECTION");
            assert_eq!(said["about"], Value::Null, "a name only if chosen");
        }
        assert!(notice(&moss, &wording).await.is_none());
        assert!(notice(&tansy, &wording).await.is_none(), "the reporter is not one of the venue's people");
        let seen = tansy.incident(&incident, "state decision { id } handledIn { name }").await;
        assert_eq!(seen["state"], "DELIVERED");
        assert_eq!(seen["handledIn"]["name"], "Mobile pull request", "status and where");
        assert_eq!(seen["decision"], Value::Null);
        let seen = larch.incident(&incident, "decision { wording rationale }").await;
        assert_eq!(seen["decision"]["wording"], wording);
        assert!(in_feed(&sage, &wording).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn naming_the_person_is_a_choice() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, sage) =
            (server.person("tansy").await, server.person("cedar").await, server.person("sage").await);
        let wording = format!("Larch, {}", canary("wording"));
        let incident = violated(&tansy).about("larch").at("mobile-pr").send().await;
        correct(&cedar, &incident).set("wording", wording.as_str()).set("namesSubject", true).deliver().await;
        let said = notice(&sage, &wording).await.expect("the venue's people read it");
        assert_eq!(said["about"]["name"], "Larch");
    })
    .await;
}

#[tokio::test]
async fn a_recognition_said_alone_is_in_no_feed() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, alder, moss) =
            (server.person("tansy").await, server.person("alder").await, server.person("moss").await);
        let wording = canary("wording");
        let incident = upheld(&tansy).about("moss").at("eng").send().await;
        recognise(&alder, &incident)
            .set("handling", "ONE_TO_ONE")
            .set("wording", wording.as_str())
            .deliver()
            .await;
        for person in [&tansy, &alder, &moss] {
            assert!(in_feed(person, &wording).await.is_none());
        }
        let seen = moss.incident(&incident, "state decision { wording }").await;
        assert_eq!(seen["decision"]["wording"], wording, "the person has the text and the decision");
        let seen = tansy.incident(&incident, "state decision { id }").await;
        assert_eq!((&seen["state"], &seen["decision"]), (&json!("DELIVERED"), &Value::Null));
    })
    .await;
}

#[tokio::test]
async fn a_recognition_arrives_live() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, moss) =
            (server.person("tansy").await, server.person("cedar").await, server.person("moss").await);
        let wording = canary("wording");
        let (hidden, public) = (
            violated(&tansy).about("larch").at("mobile-pr").send().await,
            upheld(&tansy).about("larch").at("mobile-pr").send().await,
        );
        let mut socket = listen(&moss).await;
        correct(&cedar, &hidden).deliver().await;
        recognise(&cedar, &public).set("wording", wording.as_str()).deliver().await;
        // Other tests publish too; what matters is that this one comes and that no correction does.
        loop {
            let event = socket.next().await;
            assert_eq!((&event["type"], &event["id"]), (&json!("next"), &json!("feed")), "{event}");
            let shown = &event["payload"]["data"]["recognitionPublished"];
            assert_ne!(shown["wording"], "In this room we let each other finish.");
            if shown["wording"] == wording {
                assert_eq!(shown["leader"]["name"], "Cedar");
                assert_eq!(shown["spottedBy"], Value::Null, "nobody asked to be named");
                break;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn people_react_and_comment_on_a_recognition() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, moss) =
            (server.person("tansy").await, server.person("cedar").await, server.person("moss").await);
        let wording = canary("wording");
        let incident = upheld(&tansy).about("larch").at("mobile-pr").send().await;
        recognise(&cedar, &incident).set("wording", wording.as_str()).deliver().await;
        let id = in_feed(&moss, &wording).await.expect("in the feed")["id"].take();
        let react = |on: bool| json!({"recognitionId": id, "emoji": "👏", "on": on});
        moss.does("react", react(true)).await;
        let shown = moss.does("react", react(true)).await;
        let one = json!([{"emoji": "👏", "count": 1, "viewerReacted": true}]);
        assert_eq!(shown["recognition"]["reactions"], one, "twice is once");
        let seen = in_feed(&tansy, &wording).await.expect("in the feed");
        assert_eq!(seen["reactions"], json!([{"emoji": "👏", "count": 1, "viewerReacted": false}]));
        let shown = moss.does("react", react(false)).await;
        let counted = shown["recognition"]["reactions"].as_array().unwrap().iter().any(|r| r["count"] != 0);
        assert!(!counted, "taken back: {shown}");
        let shown =
            moss.does("comment", json!({"recognitionId": id, "text": "I was there. It helped."})).await;
        assert_eq!(shown["recognition"]["comments"]["nodes"][0]["text"], "I was there. It helped.");
    })
    .await;
}

#[tokio::test]
async fn the_feed_is_filtered_and_searched() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, moss) =
            (server.person("tansy").await, server.person("cedar").await, server.person("moss").await);
        let (word, private) = (canary("zebra"), canary("private"));
        let incident = upheld(&tansy).about("larch").set("behaviour", private.as_str()).send().await;
        recognise(&cedar, &incident).set("wording", format!("Thanks, {word} it is.")).deliver().await;
        let found = async |filter: String| {
            let hits = moss.all_by("recognitions", &format!("filter: {{ {filter} }}, "), "wording").await;
            hits.iter().filter(|h| h["wording"].as_str().is_some_and(|w| w.contains(&word))).count()
        };
        let (larch, reed) = (server.person_id("larch").await, server.person_id("reed").await);
        let (lead, other_lead) = (server.person_id("cedar").await, server.person_id("briar").await);
        let (team, other_team) = (server.team_id("mobile").await, server.team_id("support").await);
        let (value, other_value) = (server.value_id("kindness").await, server.value_id("iteration").await);
        for (filter, expected) in [
            (format!("personId: \"{larch}\""), 1),
            (format!("personId: \"{reed}\""), 0),
            (format!("leaderId: \"{lead}\""), 1),
            (format!("leaderId: \"{other_lead}\""), 0),
            (format!("teamId: \"{team}\""), 1),
            (format!("teamId: \"{other_team}\""), 0),
            (format!("valueId: \"{value}\""), 1),
            (format!("valueId: \"{other_value}\""), 0),
            (format!("search: \"{word}\""), 1),
            (format!("search: \"{}\"", &word[..12]), 1),
            (format!("search: \"{word} larch kindness\""), 1),
            (format!("search: \"{word} nowhere\""), 0),
            ("since: \"2020-01-01T00:00:00Z\"".to_owned(), 1),
            ("since: \"2999-01-01T00:00:00Z\"".to_owned(), 0),
            ("until: \"2020-01-01T00:00:00Z\"".to_owned(), 0),
        ] {
            assert_eq!(found(filter.clone()).await, expected, "{filter}");
        }
        let hits =
            cedar.all_by("recognitions", &format!("filter: {{ search: \"{private}\" }}, "), "id").await;
        assert!(hits.is_empty(), "the entry's own text is not searched");
    })
    .await;
}

#[tokio::test]
async fn pages_are_whole_and_without_repeats() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        let reed = server.person("reed").await;
        let whole: Vec<Value> = reed.all("recognitions", "id publishedAt").await;
        assert!(whole.len() >= 15, "the demo has recognitions");
        assert!(whole.is_sorted_by(|a, b| a["publishedAt"].as_str() >= b["publishedAt"].as_str()), "newest first");
        for size in [1, 2, 7] {
            let (mut walked, mut after) = (Vec::new(), Value::Null);
            loop {
                let document = "query($first: Int!, $after: String) { recognitions(first: $first, after: $after) {
                    nodes { id publishedAt } edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor } } }";
                let data = reed.ok(document, json!({"first": size, "after": after})).await;
                let page = &data["recognitions"];
                let nodes = page["nodes"].as_array().unwrap();
                let more = page["pageInfo"]["hasNextPage"] == true;
                assert!(nodes.len() == size || !more, "a short page that is not the last");
                assert!(!nodes.is_empty(), "hasNextPage with nothing after");
                walked.extend(nodes.iter().cloned());
                assert_eq!(page["edges"].as_array().unwrap().last().unwrap()["cursor"], page["pageInfo"]["endCursor"]);
                if !more {
                    break;
                }
                after = page["pageInfo"]["endCursor"].clone();
            }
            assert_eq!(walked, whole, "in pages of {size}");
        }
    })
    .await;
}
