//! Teams, venues and the policy.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::harness::{Server, correct, has_id, on_each_fresh_engine, text, upheld, violated};

#[tokio::test]
async fn a_team_and_its_lead() {
    on_each_fresh_engine(async |server: &Server| {
        let (hazel, tansy) = (server.person("hazel").await, server.person("tansy").await);
        hazel.may_not("saveTeam", json!({"name": "Mobile"})).await.names("name");
        let made = hazel.does("saveTeam", json!({"name": "Garden"})).await;
        let garden = text(&made["team"]["id"]);
        assert_eq!(made["team"]["lead"], Value::Null);
        // Nobody leads it: what it is praised for is for an admin, and goes to the lead's manager once there is a lead.
        let move_in = json!({"personId": server.person_id("sage").await, "teamId": garden,
            "managerId": server.person_id("cedar").await});
        hazel.does("movePerson", move_in).await;
        let log = upheld(&tansy).set("subjectTeamId", garden.as_str()).send().await;
        assert!(has_id(&hazel.all("decisionQueue", "id").await, &log));
        let lead = json!({"id": garden, "name": "Garden", "leadId": server.person_id("larch").await});
        hazel.does("saveTeam", lead).await;
        assert_eq!(hazel.incident(&log, "id").await, Value::Null);
        assert!(has_id(&server.person("cedar").await.all("decisionQueue", "id").await, &log));
        let larch = server.person("larch").await;
        assert_eq!(larch.ok("{ viewer { isLeader } }", json!({})).await["viewer"]["isLeader"], true);
    })
    .await;
}

#[tokio::test]
async fn a_venue_and_its_people() {
    on_each_fresh_engine(async |server: &Server| {
        let (hazel, tansy, cedar) =
            (server.person("hazel").await, server.person("tansy").await, server.person("cedar").await);
        let (fern, basil) = (server.person("fern").await, server.person("basil").await);
        let mut input = json!({"name": "Garden table", "audience": "SMALL_GROUP", "audienceSize": 4,
            "personIds": [server.person_id("fern").await], "teamIds": [server.team_id("mobile").await]});
        for (field, value) in
            [("audienceSize", json!(0)), ("everybody", json!(true)), ("name", json!("Lunch table"))]
        {
            let mut bad = input.clone();
            bad[field] = value;
            hazel.may_not("saveVenue", bad).await.names(field);
        }
        let made = hazel.does("saveVenue", input.clone()).await["venue"].take();
        assert_eq!((&made["audience"], &made["audienceSize"]), (&json!("SMALL_GROUP"), &json!(4)));
        let log = violated(&tansy).about("larch").set("venueId", made["id"].clone()).send().await;
        correct(&cedar, &log).set("wording", "At this table we let each other finish.").deliver().await;
        let reads = async |who: &crate::harness::Client<'_>| {
            who.all("notices", "wording")
                .await
                .iter()
                .any(|n| n["wording"] == "At this table we let each other finish.")
        };
        assert!(reads(&fern).await && reads(&server.person("sage").await).await && !reads(&basil).await);
        // Its people change: what was read there stays as it was.
        input["id"] = made["id"].clone();
        input["personIds"] = json!([server.person_id("basil").await]);
        input["teamIds"] = json!([]);
        let changed = hazel.does("saveVenue", input).await["venue"].take();
        assert_eq!((&changed["id"], &changed["teams"]), (&made["id"], &json!([])));
        assert!(reads(&fern).await && !reads(&basil).await);
    })
    .await;
}

async fn seen_from(by: &crate::harness::Client<'_>, incident: &str, person: &str) -> DateTime<Utc> {
    let onlookers = by.incident(incident, "loggedAt onlookers { who from }").await;
    let row = onlookers["onlookers"].as_array().expect("a list").iter().find(|o| o["who"] == person).cloned();
    text(&row.expect("the person is listed")["from"]).parse().expect("a time")
}

#[tokio::test]
async fn the_policy_is_what_the_rules_go_by() {
    on_each_fresh_engine(async |server: &Server| {
        let (hazel, tansy, cedar) =
            (server.person("hazel").await, server.person("tansy").await, server.person("cedar").await);
        let hours = |from: DateTime<Utc>| (from - Utc::now()).num_minutes() as f64 / 60.0;
        let before = violated(&tansy).about("larch").send().await;
        assert!((hours(seen_from(&cedar, &before, "Larch").await) - 48.0).abs() < 0.2);

        for (field, value) in [
            ("hoursToDecide", json!(0)),
            ("hoursToDecide", json!(721)),
            ("silentAfterDays", json!(1)),
            ("silentAfterDays", json!(366)),
            ("subjectSeesAfterHours", json!(169)),
            ("subjectSeesAfterHours", json!(0)),
            ("handOverLink", json!("javascript:alert(1)")),
        ] {
            hazel.may_not("savePolicy", json!({field: value})).await.names(field);
        }
        let policy = json!({"hoursToDecide": 12, "silentAfterDays": 2, "subjectSeesAfterHours": 6,
            "handOverText": "Please write to the confidential channel.", "handOverLink": "https://example.com/report"});
        let saved = hazel.does("savePolicy", policy.clone()).await;
        assert_eq!(saved["organisation"], policy);
        let fields = "{ organisation { hoursToDecide silentAfterDays subjectSeesAfterHours handOverText handOverLink } }";
        assert_eq!(tansy.ok(fields, json!({})).await["organisation"], policy);

        // What was logged before keeps what its reporter was told.
        let after = violated(&tansy).about("larch").send().await;
        assert!((hours(seen_from(&cedar, &before, "Larch").await) - 48.0).abs() < 0.2);
        assert!((hours(seen_from(&cedar, &after, "Larch").await) - 6.0).abs() < 0.2);
        let ask = json!({"incidentId": before, "personId": server.person_id("tansy").await, "question": "Who else?"});
        cedar.does("askAboutIncident", ask).await;
        assert!((hours(seen_from(&cedar, &before, "Larch").await) - 48.0).abs() < 0.2, "also after a step");
        let draft = violated(&tansy).about("larch").input().await;
        let preview = "query($input: LogIncidentInput!) { previewAudience(input: $input) { who from } }";
        let list = tansy.ok(preview, json!({"input": draft})).await["previewAudience"].take();
        let row = list.as_array().expect("a list").iter().find(|o| o["who"] == "Larch" && !o["from"].is_null()).cloned();
        let from: DateTime<Utc> = text(&row.expect("Larch is listed")["from"]).parse().expect("a time");
        assert!((hours(from) - 6.0).abs() < 0.2, "the preview says the same");

        // Nine days are silence under a limit of two.
        let demo = server.demo_incident("inc-36").await;
        assert_eq!(server.person("cedar").await.incident(&demo, "age").await["age"], "SILENT");
        hazel.does("savePolicy", json!({"silentAfterDays": 21, "hoursToDecide": 400})).await;
        assert_eq!(server.person("cedar").await.incident(&demo, "age").await["age"], "FRESH");
        let cleared = hazel.does("savePolicy", json!({"handOverText": "", "handOverLink": ""})).await;
        assert_eq!(cleared["organisation"]["handOverText"], Value::Null);
        assert_eq!(cleared["organisation"]["silentAfterDays"], 21, "the rest stays");
    })
    .await;
}
