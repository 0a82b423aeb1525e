//! Somebody leaves: every way in ends at once, and what they had still to do goes to the next leader up.

use std::time::Duration;

use serde_json::{Value, json};

use super::{confirm, newcomer, steps};
use crate::harness::{
    Client, Server, correct, correct_alone, has_id, listen, on_each_fresh_engine, recognise, text, upheld,
    violated,
};

async fn may(by: &Client<'_>, incident: &str) -> Vec<String> {
    let seen = by.incident(incident, "viewerMay").await;
    seen["viewerMay"].as_array().into_iter().flatten().map(text).collect()
}

async fn leaves(server: &Server, person: &str, reports_to: Option<&str>) {
    let hazel = server.person("hazel").await;
    let reports_to = match reports_to {
        Some(p) => Value::from(server.person_id(p).await),
        None => Value::Null,
    };
    let input = json!({"personId": server.person_id(person).await, "reportsTo": reports_to});
    hazel.does("deactivatePerson", input).await;
}

#[tokio::test]
async fn every_way_in_ends_at_once() {
    on_each_fresh_engine(async |server: &Server| {
        let (here, there) = (server.own_session("sage").await, server.own_session("sage").await);
        let token = text(&here.does("createApiToken", json!({"name": "script"})).await["token"]);
        let script = Client::with_token(server, &token);
        let mut socket = listen(&here).await;
        assert!(script.ok("{ viewer { id } }", json!({})).await["viewer"].is_object());
        leaves(server, "sage", None).await;
        for client in [&here, &there] {
            assert_eq!(client.ok("{ viewer { id } }", json!({})).await["viewer"], Value::Null);
            client.err("{ organisation { name } }", json!({})).await.is("UNAUTHENTICATED");
        }
        let refused = script.answer("{ viewer { id } }", json!({})).await;
        assert!(refused.status == 401 || refused.json()["data"]["viewer"].is_null(), "{}", refused.text);
        // What is published now does not reach the socket, which closes.
        let (tansy, cedar) = (server.person("tansy").await, server.person("cedar").await);
        let log = upheld(&tansy).about("larch").send().await;
        recognise(&cedar, &log).deliver().await;
        while let Ok(Some(message)) = socket.next_within(Duration::from_secs(10)).await {
            assert_ne!(message["type"], "next", "{message}");
        }
        let credentials = json!({"email": "sage@upheld.example", "password": "upheld-demo"});
        server.anonymous().may_not("signIn", credentials).await.is("UNAUTHENTICATED");
        let people = cedar.all("people", "name").await;
        assert!(!people.iter().any(|p| p["name"] == "Sage"), "not among the people");
    })
    .await;
}

#[tokio::test]
async fn open_duties_go_to_the_next_leader_up() {
    on_each_fresh_engine(async |server: &Server| {
        let (tansy, cedar, rowan, hazel) = (
            server.person("tansy").await,
            server.person("cedar").await,
            server.person("rowan").await,
            server.person("hazel").await,
        );
        let open = violated(&tansy).about("larch").send().await;
        let praise = upheld(&tansy).about("sage").send().await;
        let recognition =
            recognise(&cedar, &praise).set("wording", "Sage stayed until it was found.").send().await;
        let said = violated(&tansy).about("heath").send().await;
        let correction = correct(&cedar, &said).deliver().await;
        let lapse = violated(&cedar).about("cedar").send().await;
        let own = correct(&cedar, &lapse).set("wording", "I interrupted, and should not have.").send().await;
        let told = upheld(&tansy).about_team("mobile").send().await;

        leaves(server, "cedar", None).await;

        let queue = rowan.all("decisionQueue", "id").await;
        for id in [&open, &praise, &lapse, &told] {
            assert!(has_id(&queue, id), "{id} waits for Rowan");
        }
        for id in [&open, &praise] {
            assert_eq!(steps(&rowan, id).await, ["DECIDER_LEFT Hazel: Cedar → Rowan"]);
            assert!(steps(&tansy, id).await.is_empty());
            assert_eq!(hazel.incident(id, "id").await, Value::Null);
        }
        assert!(may(&rowan, &open).await.contains(&"decide".to_owned()));
        assert_eq!(may(&rowan, &praise).await, ["revise", "markDelivered", "handOver"]);
        rowan.does("markDelivered", json!({"decisionId": recognition})).await;
        let feed = tansy.all("recognitions", "wording leader { name active }").await;
        let published =
            feed.iter().find(|r| r["wording"] == "Sage stayed until it was found.").expect("in the feed");
        assert_eq!(
            published["leader"],
            json!({"name": "Cedar", "active": false}),
            "who decided stays who decided"
        );
        // The own lapse of somebody who left is confirmed, then said by who confirmed it.
        rowan.may_not("markDelivered", json!({"decisionId": own})).await.is("CONFLICT");
        rowan.does("confirmDecision", json!({"decisionId": own})).await;
        rowan.does("markDelivered", json!({"decisionId": own})).await;
        assert_eq!(
            may(&rowan, &said).await,
            ["retract"],
            "a public word of somebody who left can be taken back"
        );
        rowan.does("retractDecision", json!({"decisionId": correction, "reason": "It was not so."})).await;
        correct_alone(&rowan, &open).deliver().await;

        let seen = rowan
            .ok(
                "{ people(search: \"Larch\") { nodes { manager { name } } } teams { name lead { name } } }",
                json!({}),
            )
            .await;
        assert_eq!(seen["people"]["nodes"][0]["manager"]["name"], "Rowan");
        let teams = seen["teams"].as_array().expect("teams");
        assert_eq!(teams.iter().find(|t| t["name"] == "Mobile").expect("Mobile")["lead"]["name"], "Rowan");
    })
    .await;
}

#[tokio::test]
async fn a_decision_left_unsaid_goes_to_who_reads_it_and_to_no_new_manager() {
    on_each_fresh_engine(async |server: &Server| {
        let (tansy, cedar, rowan, briar) = (
            server.person("tansy").await,
            server.person("cedar").await,
            server.person("rowan").await,
            server.person("briar").await,
        );
        let decided = violated(&tansy).about("larch").send().await;
        correct_alone(&cedar, &decided).send().await;
        let open = violated(&tansy).about("larch").send().await;
        leaves(server, "cedar", Some("briar")).await;
        assert_eq!(briar.incident(&open, "decider { name }").await["decider"]["name"], "Briar", "the reporting line");
        assert_eq!(briar.incident(&decided, "id").await, Value::Null, "a new manager gets no old one");
        // Rowan decides anew what Cedar had not said yet.
        let again = correct_alone(&rowan, &decided).set("expectedVersion", 1).record().await;
        assert_eq!(again["version"], 2);
        let seen = rowan.incident(&decided, "decision { leader { name } } decisionVersions { version recordedBy { name } }").await;
        assert_eq!(seen["decision"]["leader"]["name"], "Rowan");
        let expected = json!([{"version": 1, "recordedBy": {"name": "Cedar"}}, {"version": 2, "recordedBy": {"name": "Rowan"}}]);
        assert_eq!(seen["decisionVersions"], expected);
    })
    .await;
}

#[tokio::test]
async fn the_top_leaves_and_somebody_is_named() {
    on_each_fresh_engine(async |server: &Server| {
        let (tansy, rowan, hazel) =
            (server.person("tansy").await, server.person("rowan").await, server.person("hazel").await);
        let about_alder = violated(&tansy).about("alder").send().await;
        let about_sorrel = violated(&tansy).about("sorrel").send().await;
        let decided = violated(&tansy).about("sorrel").send().await;
        correct_alone(&rowan, &decided).send().await;
        let id = server.person_id("rowan").await;
        hazel.may_not("deactivatePerson", json!({"personId": id})).await.names("reportsTo");
        hazel.may_not("deactivatePerson", json!({"personId": id, "reportsTo": id})).await.names("reportsTo");
        // Larch is below Cedar, who reports to Rowan: that would be a loop.
        let below = json!({"personId": id, "reportsTo": server.person_id("larch").await});
        hazel.may_not("deactivatePerson", below).await.names("reportsTo");
        leaves(server, "rowan", Some("sorrel")).await;
        let sorrel = server.person("sorrel").await;
        assert_eq!(sorrel.incident(&about_alder, "decider { name }").await["decider"]["name"], "Sorrel");
        assert_eq!(steps(&sorrel, &about_alder).await, ["DECIDER_LEFT Hazel: Rowan → Sorrel"]);
        // Nobody is above Sorrel: an admin is assigned, also for what Rowan had not said.
        assert_eq!(hazel.incident(&about_sorrel, "decider { name }").await["decider"]["name"], "Hazel");
        assert_eq!(may(&hazel, &decided).await, ["revise", "markDelivered", "handOver"]);
        assert!(sorrel.incident(&about_sorrel, "title").await.is_null(), "48 hours are not over");
    })
    .await;
}

#[tokio::test]
async fn the_person_or_the_reporter_has_left() {
    on_each_fresh_engine(async |server: &Server| {
        let (cedar, fern) = (server.person("cedar").await, server.person("fern").await);
        let (elm_id, elm) = newcomer(server, "Elm", "clover").await;
        let by_elm = violated(&elm).about("larch").send().await;
        let ask = json!({"incidentId": by_elm, "personId": elm_id, "question": "Who else was there?"});
        cedar.does("askAboutIncident", ask).await;
        assert_eq!(cedar.incident(&by_elm, "state").await["state"], "WAITING");
        let about_heath = violated(&fern).about("heath").send().await;
        let hazel = server.person("hazel").await;
        hazel.does("deactivatePerson", json!({"personId": elm_id})).await;
        leaves(server, "heath", None).await;
        // Who left answers nothing: the clock runs on.
        let seen = cedar.incident(&by_elm, "state reporter { name active }").await;
        assert_eq!(seen, json!({"state": "OPEN", "reporter": {"name": "Elm", "active": false}}));
        let ask = json!({"incidentId": about_heath, "personId": server.person_id("heath").await, "question": "Was it so?"});
        cedar.may_not("askAboutIncident", ask).await.names("personId");
        assert_eq!(cedar.incident(&about_heath, "decider { name }").await["decider"]["name"], "Cedar");
        for id in [&by_elm, &about_heath] {
            correct_alone(&cedar, id).deliver().await;
        }
        // Cedar's line is the one of who left, too.
        let later = violated(&fern).about("heath").refused().await;
        later.names("subjectIds");
    })
    .await;
}

#[tokio::test]
async fn a_case_about_the_only_admin_waits_for_a_second_one() {
    on_each_fresh_engine(async |server: &Server| {
        let (tansy, hazel, maple) =
            (server.person("tansy").await, server.person("hazel").await, server.person("maple").await);
        let id = async |name: &str| server.person_id(name).await;
        let about_hazel = violated(&tansy).about("hazel").send().await;
        assert_eq!(maple.incident(&about_hazel, "decider { name }").await["decider"]["name"], "Maple");
        confirm(&hazel).await;
        // The answer tells Hazel nothing of it.
        let done = hazel.does("deactivatePerson", json!({"personId": id("maple").await})).await;
        assert_eq!(done["person"]["active"], false);
        assert!(hazel.incident(&about_hazel, "title").await.is_null());
        assert!(!has_id(&hazel.all("decisionQueue", "id").await, &about_hazel));
        violated(&tansy).about("hazel").refused().await.names("subjectIds");
        hazel.does("setRole", json!({"personId": id("briar").await, "role": "ADMIN"})).await;
        let briar = server.person("briar").await;
        assert_eq!(steps(&briar, &about_hazel).await, ["DECIDER_LEFT Hazel: Maple → Briar"]);
        correct_alone(&briar, &about_hazel).send().await;
        // An admin who is one no longer keeps what they decided and gets nothing new.
        let another = violated(&tansy).about("hazel").send().await;
        hazel.does("setRole", json!({"personId": id("rowan").await, "role": "ADMIN"})).await;
        hazel.does("setRole", json!({"personId": id("briar").await, "role": "MEMBER"})).await;
        assert!(briar.incident(&another, "id").await.is_null());
        assert_eq!(briar.incident(&about_hazel, "state").await["state"], "DECIDED");
        assert_eq!(
            server.person("rowan").await.incident(&another, "decider { name }").await["decider"]["name"],
            "Rowan"
        );
    })
    .await;
}
