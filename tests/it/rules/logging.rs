//! What may be logged, and by whom.

use serde_json::{Value, json};

use super::{deciders, state};
use crate::harness::{Group, Server, canary, day, new_key, on_each_engine, upheld, violated};

#[tokio::test]
async fn nobody_logs_their_own_praise() {
    on_each_engine(Group::Work, async |server: &Server| {
        let larch = server.person("larch").await;
        upheld(&larch).about("larch").refused().await.names("subjectIds");
        upheld(&larch).about("sage").about("larch").refused().await.names("subjectIds");
        let mine = larch.all("myIncidents", "kind subjects { name }").await;
        assert!(!mine.iter().any(|i| i["kind"] == "UPHELD" && i["subjects"].to_string().contains("Larch")));
    })
    .await;
}

#[tokio::test]
async fn one_logs_the_own_violation() {
    on_each_engine(Group::Work, async |server: &Server| {
        let heath = server.person("heath").await;
        let incident = violated(&heath).about("heath").send().await;
        assert_eq!(state(&heath, &incident).await, "OPEN");
        assert_eq!(deciders(server, &incident).await, ["cedar"]);
    })
    .await;
}

#[tokio::test]
async fn a_violation_is_about_exactly_one_person() {
    on_each_engine(Group::Work, async |server: &Server| {
        let tansy = server.person("tansy").await;
        violated(&tansy).refused().await.names("subjectIds");
        violated(&tansy).about("larch").about("sage").refused().await.names("subjectIds");
        violated(&tansy).about_team("mobile").refused().await.names("subjectTeamId");
    })
    .await;
}

#[tokio::test]
async fn praise_is_about_people_or_a_team_and_not_both() {
    on_each_engine(Group::Work, async |server: &Server| {
        let tansy = server.person("tansy").await;
        upheld(&tansy).refused().await.names("subjectIds");
        upheld(&tansy).about("larch").about("larch").refused().await.names("subjectIds");
        upheld(&tansy).about("larch").about_team("mobile").refused().await.names("subjectTeamId");
        let incident = upheld(&tansy).about_team("mobile").send().await;
        let seen = tansy.incident(&incident, "subjectTeam { name } subjects { id }").await;
        assert_eq!(seen, json!({"subjectTeam": {"name": "Mobile"}, "subjects": []}));
    })
    .await;
}

#[tokio::test]
async fn one_to_three_values() {
    on_each_engine(Group::Work, async |server: &Server| {
        let tansy = server.person("tansy").await;
        let mut ids = Vec::new();
        for value in ["kindness", "team", "ownership", "customer"] {
            ids.push(Value::from(server.value_id(value).await));
        }
        let with = |ids: &[Value]| upheld(&tansy).about("larch").set("valueIds", ids.to_vec());
        with(&[]).refused().await.names("valueIds");
        with(&ids).refused().await.names("valueIds");
        with(&[ids[0].clone(), ids[0].clone()]).refused().await.names("valueIds");
        let incident = with(&ids[..3]).send().await;
        let seen = tansy.incident(&incident, "values { id }").await;
        assert_eq!(seen["values"].as_array().unwrap().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn the_venue_fills_the_audience_in() {
    on_each_engine(Group::Work, async |server: &Server| {
        let tansy = server.person("tansy").await;
        let fields = "audience audienceSize venue { name }";
        let incident = upheld(&tansy).about("larch").at("mobile-pr").send().await;
        let seen = tansy.incident(&incident, fields).await;
        assert_eq!(
            seen,
            json!({"audience": "TEAM", "audienceSize": 7, "venue": {"name": "Mobile pull request"}})
        );

        let fewer = upheld(&tansy)
            .about("larch")
            .at("mobile-pr")
            .set("audience", "SMALL_GROUP")
            .set("audienceSize", 3);
        let seen = tansy.incident(&fewer.send().await, fields).await;
        assert_eq!((&seen["audience"], &seen["audienceSize"]), (&json!("SMALL_GROUP"), &json!(3)));

        let nowhere = upheld(&tansy).about("larch").set("venueId", Value::Null);
        nowhere.refused().await.names("venueId");
        nowhere.set("audience", "TEAM").send().await;
    })
    .await;
}

#[tokio::test]
async fn the_day_is_not_in_the_future_and_not_long_ago() {
    on_each_engine(Group::Work, async |server: &Server| {
        let tansy = server.person("tansy").await;
        let on = |day: String| upheld(&tansy).about("larch").set("occurredOn", day);
        on(day(2)).refused().await.names("occurredOn");
        on(day(-400)).refused().await.names("occurredOn");
        on("2999-12-31".to_owned()).refused().await.names("occurredOn");
        on(day(-300)).send().await;
    })
    .await;
}

#[tokio::test]
async fn severity_is_for_what_fell_short() {
    on_each_engine(Group::Work, async |server: &Server| {
        let tansy = server.person("tansy").await;
        upheld(&tansy).about("larch").set("severity", "MINOR").refused().await.names("severity");
        let incident = violated(&tansy).about("larch").set("severity", "SERIOUS").send().await;
        assert_eq!(tansy.incident(&incident, "severity").await["severity"], "SERIOUS");
    })
    .await;
}

#[tokio::test]
async fn a_script_is_no_link() {
    on_each_engine(Group::Work, async |server: &Server| {
        let tansy = server.person("tansy").await;
        for link in
            ["javascript:alert(1)", "data:text/html,x", "ftp://example.com", "https://a b", "https://"]
        {
            upheld(&tansy).about("larch").set("evidenceUrl", link).refused().await.names("evidenceUrl");
        }
        let link = "https://example.com/thread/7";
        let incident = upheld(&tansy).about("larch").set("evidenceUrl", link).send().await;
        assert_eq!(tansy.incident(&incident, "evidenceUrl").await["evidenceUrl"], link);
    })
    .await;
}

#[tokio::test]
async fn who_will_see_it_is_shown_before_it_is_sent() {
    on_each_engine(Group::Work, async |server: &Server| {
        let tansy = server.person("tansy").await;
        let preview = async |input: Value| {
            let document = "query($input: LogIncidentInput!) { previewAudience(input: $input) {
                who person { name } people why from sees } }";
            let shown = tansy.ok(document, json!({"input": input})).await["previewAudience"].take();
            let names: Vec<String> = shown
                .as_array()
                .expect("a list")
                .iter()
                .filter_map(|o| o["person"]["name"].as_str().map(str::to_owned))
                .collect();
            (shown, names)
        };
        let mut blank = violated(&tansy).about("larch").input().await;
        for text in ["title", "situation", "behaviour", "impact"] {
            blank[text] = "".into();
        }
        let (shown, names) = preview(blank).await;
        for expected in ["Cedar", "Rowan", "Larch", "Tansy"] {
            assert!(names.iter().any(|n| n == expected), "{expected} will see it: {shown}");
        }
        for other in ["Briar", "Hazel", "Maple", "Moss"] {
            assert!(!names.iter().any(|n| n == other), "{other} will not: {shown}");
        }
        let subject = shown.as_array().unwrap().iter().find(|o| o["person"]["name"] == "Larch").unwrap();
        let from: chrono::DateTime<chrono::Utc> =
            subject["from"].as_str().expect("from when").parse().unwrap();
        let hours = (from - chrono::Utc::now()).num_minutes() as f64 / 60.0;
        assert!((47.0..=48.1).contains(&hours), "at the latest after 48 hours, not {hours}");

        let (shown, names) = preview(upheld(&tansy).about("rowan").input().await).await;
        assert!(names.iter().any(|n| n == "Hazel" || n == "Maple"), "an admin decides: {shown}");
    })
    .await;
}

#[tokio::test]
async fn the_preview_writes_nothing() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar) = (server.person("tansy").await, server.person("cedar").await);
        let title = canary("title");
        let input =
            violated(&tansy).about("larch").set("title", title.as_str()).set("key", new_key()).input().await;
        let document = "query($input: LogIncidentInput!) { previewAudience(input: $input) { who } }";
        tansy.ok(document, json!({"input": input})).await;
        for (by, list) in [(&tansy, "myIncidents"), (&cedar, "decisionQueue")] {
            assert!(!by.all(list, "title").await.iter().any(|i| i["title"] == title));
        }
    })
    .await;
}
