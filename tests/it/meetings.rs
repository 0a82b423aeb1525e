//! Team meetings: who is there, what the page proposes, what waits to be said, and what is written down.

use serde_json::{Value, json};

use crate::harness::{
    Client, Group, Server, canary, correct, correct_alone, new_key, on_each_engine, on_each_fresh_engine,
    recognise, text, unknown_id, upheld, violated,
};

const MEETING: &str =
    "query($id: ID!) { meeting(venueId: $id) { venue { id name } holds preparedBy { name } plannedOn
    value { id name } examples { id wording subjects { team { name } } values { id } } previousAt
    topics { id text team { name } discussed }
    points { id kind text author { name } note } waiting { id decision { wording } } } }";
const PAST: &str = "query($id: ID!) { pastMeetings(venueId: $id) { id heldBy { name } finishedAt value { name }
    examples { id } topics { topic { id discussed } note decides { name } } points { text note decides { name } } note } }";

async fn meeting(server: &Server, person: &str, venue: &str) -> Value {
    let id = server.venue_id(venue).await;
    server.person(person).await.ok(MEETING, json!({"id": id})).await["meeting"].take()
}

async fn past(server: &Server, person: &str, venue: &str) -> Vec<Value> {
    let id = server.venue_id(venue).await;
    let answer = server.person(person).await.ok(PAST, json!({"id": id})).await;
    answer["pastMeetings"].as_array().expect("a list").clone()
}

async fn add(by: &Client<'_>, venue: &str, words: &str) -> String {
    let input = json!({"key": new_key(), "venueId": venue, "kind": "QUESTION", "text": words});
    text(&by.does("addMeetingPoint", input).await["point"]["id"])
}

#[tokio::test]
async fn only_who_is_there_reads_and_only_who_leads_holds() {
    on_each_engine(Group::Work, async |server: &Server| {
        let venue = server.venue_id("pay-standup").await;
        let words = canary("point");
        add(&server.person("moss").await, &venue, &words).await;
        for (person, holds) in [("linden", false), ("alder", true), ("rowan", true)] {
            let page = meeting(server, person, "pay-standup").await;
            assert_eq!(page["holds"], holds, "{person}");
            let points = page["points"].as_array().expect("points");
            assert!(
                points.iter().any(|p| p["text"] == words.as_str() && p["author"]["name"] == "Moss"),
                "{person}"
            );
        }
        // A leader of another team, a member of one, and an admin are not there, and it is as if there were none.
        let input = || json!({"key": new_key(), "venueId": venue, "kind": "GAP", "text": "Not mine."});
        for person in ["briar", "tansy", "hazel"] {
            assert_eq!(meeting(server, person, "pay-standup").await, Value::Null, "{person}");
            assert!(past(server, person, "pay-standup").await.is_empty(), "{person}");
            let by = server.person(person).await;
            let hidden = by.may_not("addMeetingPoint", input()).await;
            hidden.is("NOT_FOUND");
            let mut absent = input();
            absent["venueId"] = json!(unknown_id());
            assert_eq!(hidden, by.may_not("addMeetingPoint", absent).await);
            for mutation in ["planMeeting", "finishMeeting"] {
                let mut input = json!({"venueId": venue});
                if mutation == "finishMeeting" {
                    input["key"] = json!(new_key());
                }
                by.may_not(mutation, input).await.is("NOT_FOUND");
            }
            let places = by.ok("{ meetingPlaces { venue { id } holds } }", json!({})).await;
            let places = places["meetingPlaces"].as_array().expect("a list");
            assert!(places.iter().all(|p| p["venue"]["id"] != venue.as_str()), "{person}");
        }
        // Who is there without leading prepares and finishes nothing.
        let linden = server.person("linden").await;
        linden.may_not("planMeeting", json!({"venueId": venue})).await.is("FORBIDDEN");
        linden.may_not("finishMeeting", json!({"key": new_key(), "venueId": venue})).await.is("FORBIDDEN");
        // A 1:1 and a call with customers are no team meetings.
        for venue in ["one2one", "customer-call"] {
            assert_eq!(meeting(server, "rowan", venue).await, Value::Null, "{venue}");
        }
        // The leadership group is a venue like others.
        assert_eq!(meeting(server, "cedar", "leads").await["holds"], true);
        assert_eq!(meeting(server, "linden", "leads").await, Value::Null);
        // Everybody is at the all-hands; who is at the top holds it.
        assert_eq!(meeting(server, "rowan", "allhands").await["holds"], true);
        assert_eq!(meeting(server, "alder", "allhands").await["holds"], false);
    })
    .await;
}

#[tokio::test]
async fn a_point_is_its_authors_until_it_was_talked_about() {
    on_each_engine(Group::Work, async |server: &Server| {
        let venue = server.venue_id("pay-standup").await;
        let moss = server.person("moss").await;
        let input =
            json!({"key": new_key(), "venueId": venue, "kind": "QUESTION", "text": canary("question")});
        let first = moss.does("addMeetingPoint", input.clone()).await;
        let again = moss.does("addMeetingPoint", input.clone()).await;
        assert_eq!(first["point"]["id"], again["point"]["id"], "a retry adds none");
        let listed = meeting(server, "linden", "pay-standup").await;
        let same = |p: &&Value| p["text"] == input["text"];
        assert_eq!(listed["points"].as_array().expect("points").iter().filter(same).count(), 1);

        let point = json!({"pointId": first["point"]["id"]});
        // Nobody else takes it back, whoever leads here either.
        for person in ["linden", "alder", "tansy"] {
            server.person(person).await.may_not("takeBackMeetingPoint", point.clone()).await.is("NOT_FOUND");
        }
        moss.does("takeBackMeetingPoint", point.clone()).await;
        moss.may_not("takeBackMeetingPoint", point).await.is("NOT_FOUND");
        let left = meeting(server, "linden", "pay-standup").await;
        assert!(left["points"].as_array().expect("points").iter().find(same).is_none());

        for (field, value) in [("text", json!(" ")), ("text", json!("x".repeat(501)))] {
            let mut wrong = input.clone();
            wrong["key"] = json!(new_key());
            wrong[field] = value;
            moss.may_not("addMeetingPoint", wrong).await.names(field);
        }
    })
    .await;
}

#[tokio::test]
async fn the_page_proposes_a_value_with_fresh_examples() {
    on_each_fresh_engine(async |server: &Server| {
        let page = meeting(server, "alder", "pay-standup").await;
        let value = text(&page["value"]["id"]);
        let examples = page["examples"].as_array().expect("examples");
        assert!((1..=2).contains(&examples.len()));
        for example in examples {
            assert!(example["values"].as_array().expect("values").iter().any(|v| v["id"] == value.as_str()));
        }
        assert_eq!(page["preparedBy"], Value::Null);
        let of_team = |t: &Value| t["team"].is_null() || t["team"]["name"] == "Payments";
        assert!(page["topics"].as_array().expect("topics").iter().all(of_team));

        // Who leads here chooses another one; the examples follow.
        let alder = server.person("alder").await;
        let venue = server.venue_id("pay-standup").await;
        let feed = alder.all("recognitions", "id values { id name }").await;
        let other = feed
            .iter()
            .find(|r| r["values"].as_array().expect("values").iter().all(|v| v["id"] != value.as_str()))
            .expect("a recognition of another value");
        let other_value = other["values"][0]["id"].clone();
        let plan = json!({"venueId": venue, "plannedOn": crate::harness::day(3), "valueId": other_value,
            "exampleIds": [other["id"]]});
        alder.does("planMeeting", plan.clone()).await;
        let planned = meeting(server, "linden", "pay-standup").await;
        assert_eq!(planned["value"]["id"], other_value);
        assert_eq!(planned["examples"][0]["id"], other["id"]);
        assert_eq!(planned["preparedBy"]["name"], "Alder");
        assert_eq!(planned["plannedOn"], plan["plannedOn"]);

        let wrong = |field: &str, to: Value| {
            let mut input = plan.clone();
            input[field] = to;
            input
        };
        alder.may_not("planMeeting", wrong("valueId", json!(value))).await.names("exampleIds");
        alder.may_not("planMeeting", wrong("exampleIds", json!([unknown_id()]))).await.names("exampleIds");
        alder
            .may_not("planMeeting", wrong("exampleIds", json!([other["id"], other["id"]])))
            .await
            .names("exampleIds");
        alder.may_not("planMeeting", wrong("valueId", json!(unknown_id()))).await.names("valueId");

        // A meeting that talked about it hands on to another value.
        let finish =
            json!({"key": new_key(), "venueId": venue, "valueId": other_value, "exampleIds": [other["id"]]});
        alder.does("finishMeeting", finish).await;
        let next = meeting(server, "linden", "pay-standup").await;
        assert_ne!(next["value"]["id"], other_value);
        assert_eq!(next["plannedOn"], Value::Null);
        assert!(next["previousAt"].is_string());
    })
    .await;
}

#[tokio::test]
async fn what_waits_to_be_said_there_is_for_who_says_it() {
    on_each_fresh_engine(async |server: &Server| {
        let (alder, tansy) = (server.person("alder").await, server.person("tansy").await);
        let wording = canary("wording");
        let praised = upheld(&tansy).about("linden").at("pay-standup").send().await;
        recognise(&alder, &praised).in_venue("pay-standup").set("wording", wording.as_str()).send().await;
        let fell_short = violated(&tansy).about("moss").at("pay-standup").send().await;
        correct(&alder, &fell_short).in_venue("pay-standup").send().await;
        // What is for another place or for a 1:1 does not wait here.
        let elsewhere = upheld(&tansy).about("linden").at("pay-standup").send().await;
        recognise(&alder, &elsewhere).in_venue("eng").send().await;
        let alone = violated(&tansy).about("moss").at("pay-standup").send().await;
        correct_alone(&alder, &alone).send().await;

        let page = meeting(server, "alder", "pay-standup").await;
        let waiting: Vec<&str> =
            page["waiting"].as_array().expect("waiting").iter().filter_map(|i| i["id"].as_str()).collect();
        assert!(waiting.contains(&praised.as_str()) && waiting.contains(&fell_short.as_str()));
        assert!(!waiting.contains(&elsewhere.as_str()) && !waiting.contains(&alone.as_str()));
        assert!(
            page["waiting"]
                .as_array()
                .expect("waiting")
                .iter()
                .any(|i| i["decision"]["wording"] == wording.as_str())
        );
        // Not even who holds it too, and reads the entries as a leader above.
        for person in ["rowan", "linden", "moss", "fern"] {
            assert_eq!(meeting(server, person, "pay-standup").await["waiting"], json!([]), "{person}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_talked_about_is_kept_once() {
    on_each_fresh_engine(async |server: &Server| {
        let (alder, rowan) = (server.person("alder").await, server.person("rowan").await);
        let venue = server.venue_id("pay-standup").await;
        let point = add(&server.person("moss").await, &venue, "Who answers on Fridays?").await;
        let later = add(&server.person("moss").await, &venue, "And on Mondays?").await;
        let page = meeting(server, "alder", "pay-standup").await;
        let topic = page["topics"][0].clone();
        let finish = json!({"key": new_key(), "venueId": venue,
            "topics": [{"topicId": topic["id"], "note": "We stay with it.", "decidesId": server.person_id("rowan").await}],
            "points": [{"pointId": point, "note": "Whoever is on call.", "decidesId": server.person_id("fern").await}],
            "note": "Short one."});
        let wrong = |field: &str, to: Value| {
            let mut input = finish.clone();
            input["key"] = json!(new_key());
            input[field] = to;
            input
        };
        let unknown = json!([{"topicId": unknown_id()}]);
        alder.may_not("finishMeeting", wrong("topics", unknown)).await.names("topics.0.topicId");
        let unknown = json!([{"pointId": unknown_id()}]);
        alder.may_not("finishMeeting", wrong("points", unknown)).await.names("points.0.pointId");
        let unknown = json!([{"topicId": topic["id"], "decidesId": unknown_id()}]);
        alder.may_not("finishMeeting", wrong("topics", unknown)).await.names("topics.0.decidesId");
        let long = json!([{"pointId": point, "note": "x".repeat(1001)}]);
        alder.may_not("finishMeeting", wrong("points", long)).await.names("points.0.note");
        assert!(past(server, "alder", "pay-standup").await.is_empty(), "nothing of it was kept");

        // Both who hold it write it down at once: one is told that it was done; a retry makes no second one.
        let theirs = wrong("note", json!("Mine."));
        let (mine, other) = tokio::join!(alder.act("finishMeeting", finish.clone()), rowan.act("finishMeeting", theirs));
        assert_eq!([&mine, &other].iter().filter(|r| r.is_ok()).count(), 1, "{mine:?} {other:?}");
        if let Ok(mine) = mine {
            assert_eq!(alder.does("finishMeeting", finish.clone()).await, mine);
        }
        let list = past(server, "linden", "pay-standup").await;
        assert_eq!(list.len(), 1);
        assert_eq!(list[0]["topics"][0]["note"], "We stay with it.");
        assert_eq!(list[0]["topics"][0]["decides"]["name"], "Rowan");
        assert_eq!(list[0]["topics"][0]["topic"]["discussed"], topic["discussed"].as_i64().expect("a number") + 1);
        let kept = json!({"text": "Who answers on Fridays?", "note": "Whoever is on call.", "decides": {"name": "Fern"}});
        assert_eq!(list[0]["points"], json!([kept]));
        // What was not ticked waits for the next one, and what was cannot be taken back.
        let next = meeting(server, "linden", "pay-standup").await;
        assert_eq!(next["points"].as_array().expect("points").len(), 1);
        assert_eq!(next["points"][0]["id"], later.as_str());
        server.person("moss").await.may_not("takeBackMeetingPoint", json!({"pointId": point})).await.is("CONFLICT");

        // Who moves to another team reads the meetings of that one, and no longer these.
        let hazel = server.person("hazel").await;
        let moved = json!({"personId": server.person_id("linden").await, "managerId": server.person_id("cedar").await,
            "teamId": server.team_id("mobile").await});
        hazel.does("movePerson", moved).await;
        assert!(past(server, "linden", "pay-standup").await.is_empty());
        assert_eq!(meeting(server, "linden", "pay-standup").await, Value::Null);
    })
    .await;
}

#[tokio::test]
async fn a_gap_is_raised_without_the_person() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (alder, tansy) = (server.person("alder").await, server.person("tansy").await);
        let venue = server.venue_id("pay-standup").await;
        let entry = violated(&tansy).about("linden").at("pay-standup").send().await;
        let raise = |words: &str| {
            json!({"key": new_key(), "venueId": venue, "kind": "GAP", "text": words, "incidentId": entry})
        };
        for words in ["Linden shipped early.", "tansy says that we ship too early."] {
            alder.may_not("addMeetingPoint", raise(words)).await.names("text");
        }
        let words = canary("Fast or careful: which comes first");
        alder.does("addMeetingPoint", raise(&words)).await;
        let page = meeting(server, "linden", "pay-standup").await;
        assert!(page["points"].as_array().expect("points").iter().any(|p| p["text"] == words.as_str()));
        // An entry that somebody does not decide is none, in the same words as one that is not there.
        for person in ["linden", "fern", "rowan"] {
            let by = server.person(person).await;
            let hidden = by.may_not("addMeetingPoint", raise("Linden shipped early.")).await;
            hidden.is("NOT_FOUND");
            let mut absent = raise("Linden shipped early.");
            absent["incidentId"] = json!(unknown_id());
            assert_eq!(hidden, by.may_not("addMeetingPoint", absent).await, "{person}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_mentioned_is_counted_without_whom() {
    on_each_engine(Group::Work, async |server: &Server| {
        let alder = server.person("alder").await;
        let topic = json!({"kind": "STRATEGY", "teamId": server.team_id("payments").await, "text": canary("strategy")});
        let topic = text(&alder.does("saveTopic", topic).await["topic"]["id"]);
        let input = json!({"key": new_key(), "topicId": topic});
        assert_eq!(alder.does("mentionTopic", input.clone()).await["topic"]["mentioned"], 1);
        assert_eq!(alder.does("mentionTopic", input).await["topic"]["mentioned"], 1, "a retry counts once");
        let again = json!({"key": new_key(), "topicId": topic});
        assert_eq!(alder.does("mentionTopic", again.clone()).await["topic"]["mentioned"], 2);
        server.person("linden").await.may_not("mentionTopic", again).await.is("FORBIDDEN");
        let unknown = json!({"key": new_key(), "topicId": unknown_id()});
        alder.may_not("mentionTopic", unknown).await.is("NOT_FOUND");
    })
    .await;
}

#[tokio::test]
async fn the_board_shows_what_was_said_there_and_only_to_whom_it_was_said() {
    on_each_fresh_engine(async |server: &Server| {
        let (alder, tansy) = (server.person("alder").await, server.person("tansy").await);
        let venue = server.venue_id("pay-standup").await;
        let (praise, elsewhere, short) = (canary("praise"), canary("elsewhere"), canary("short"));
        let entry = upheld(&tansy).about("linden").at("pay-standup").send().await;
        recognise(&alder, &entry).in_venue("pay-standup").set("wording", praise.as_str()).deliver().await;
        let entry = upheld(&tansy).about("linden").at("pay-standup").send().await;
        recognise(&alder, &entry).in_venue("eng").set("wording", elsewhere.as_str()).deliver().await;
        let entry = violated(&tansy).about("moss").at("pay-standup").send().await;
        correct(&alder, &entry).in_venue("pay-standup").set("wording", short.as_str()).deliver().await;

        let board = "query($id: ID!) { recognitions(filter: {venueId: $id}, first: 100) { nodes { wording } }
            notices(venueId: $id, first: 100) { nodes { wording about { name } } } }";
        for (person, there) in [("fern", true), ("linden", true), ("basil", false)] {
            let read = server.person(person).await.ok(board, json!({"id": venue})).await;
            let said: Vec<&str> = read["recognitions"]["nodes"]
                .as_array()
                .expect("a list")
                .iter()
                .filter_map(|r| r["wording"].as_str())
                .collect();
            assert!(said.contains(&praise.as_str()) && !said.contains(&elsewhere.as_str()), "{person}");
            let notices = read["notices"]["nodes"].as_array().expect("a list");
            let notice = notices.iter().find(|n| n["wording"] == short.as_str());
            assert_eq!(notice.is_some(), there, "{person}");
            assert!(notice.is_none_or(|n| n["about"].is_null()), "nobody chose to name them");
        }
        let unknown = alder.err(board, json!({"id": unknown_id()})).await;
        unknown.names("venueId");
    })
    .await;
}
