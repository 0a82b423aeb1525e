//! An admin opens an entry with a reason: for a day, to read it, and everybody concerned learns of it.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{READINGS, confirmed, readings_once};
use crate::harness::{Group, Server, canary, has_id, new_key, on_each_engine, unknown_id, upheld, violated};

const REASON: &str = "The works council asked to look at this one.";

fn opening(id: &str) -> Value {
    json!({"incidentId": id, "reason": REASON})
}

#[tokio::test]
async fn an_admin_opens_an_entry_and_everybody_concerned_learns_of_it() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, rowan) =
            (server.person("tansy").await, server.person("cedar").await, server.person("rowan").await);
        let title = canary("title");
        let id = violated(&tansy).about("larch").set("title", title.as_str()).send().await;
        let hazel = confirmed(server, "hazel").await;
        assert_eq!(hazel.incident(&id, "id").await, Value::Null, "an admin sees nothing for being one");

        let opened = hazel.does("openEntry", opening(&id)).await;
        assert_eq!(opened["incident"]["title"], title);
        assert_eq!(opened["incident"]["reporter"]["name"], "Tansy");
        assert_eq!(opened["incident"]["viewerMay"], json!([]), "it is for reading");
        assert_eq!(hazel.incident(&id, "title").await["title"], title);
        assert_eq!(server.person("maple").await.incident(&id, "id").await, Value::Null, "nobody else's");

        for who in [&cedar, &rowan] {
            let readings = readings_once(who, &id, if who.cookie() == rowan.cookie() { 3 } else { 2 }).await;
            let first = &readings[0];
            assert_eq!((&first["by"]["name"], &first["reason"]), (&json!("Hazel"), &json!(REASON)));
            assert_eq!(first["why"], "opened it as an admin");
            assert_eq!(first["incident"]["id"], id.as_str());
            let time = |field: &str| DateTime::parse_from_rfc3339(first[field].as_str().unwrap()).unwrap();
            assert_eq!(time("until") - time("at"), TimeDelta::hours(24));
            assert!(readings[1]["until"].is_null() && readings[1]["reason"].is_null(), "{readings:?}");
            let shown = who.incident(&id, "onlookers { who sees }").await;
            assert!(shown["onlookers"].to_string().contains("Hazel"), "{shown}");
        }
        for who in ["tansy", "larch", "fern", "maple"] {
            let seen = server.person(who).await.incident(&id, READINGS).await;
            assert!(seen.is_null() || seen["readings"] == json!([]), "{who}: {seen}");
        }
        assert_eq!(hazel.incident(&id, READINGS).await["readings"], json!([]), "not for whoever opened it");
    })
    .await;
}

#[tokio::test]
async fn it_is_for_reading_and_not_for_deciding() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar) = (server.person("tansy").await, server.person("cedar").await);
        let id = violated(&tansy).about("larch").send().await;
        let hazel = confirmed(server, "hazel").await;
        hazel.does("openEntry", opening(&id)).await;
        let larch = server.person_id("larch").await;
        let decision = json!({"key": new_key(), "incidentId": id, "outcome": "NO_ACTION", "rationale": "It is done.",
            "consideration": {"onlyOneWhoKnows": true, "nobodyElseAffected": true, "knownAtFirstHand": true}});
        for (mutation, input) in [
            ("recordDecision", decision),
            ("askAboutIncident", json!({"incidentId": id, "personId": larch, "question": "Well?"})),
            ("replyToIncident", json!({"incidentId": id, "text": "I know better."})),
            ("passIncident", json!({"incidentId": id, "reason": "Not mine."})),
            ("takeOverIncident", json!({"incidentId": id, "reason": "Mine now."})),
            ("handOverIncident", json!({"incidentId": id, "reason": "Elsewhere."})),
            ("withdrawIncident", json!({"incidentId": id})),
        ] {
            hazel.may_not(mutation, input).await.is("FORBIDDEN");
        }
        assert!(!has_id(&hazel.all("decisionQueue", "id").await, &id));
        assert!(!has_id(&hazel.all("myIncidents", "id").await, &id));

        // It stays open while the entry moves on, and goes with the text.
        let ask = json!({"incidentId": id, "personId": server.person_id("tansy").await, "question": "Who was there?"});
        cedar.does("askAboutIncident", ask).await;
        assert_eq!(hazel.incident(&id, "questions { text }").await["questions"][0]["text"], "Who was there?");
        hazel.does("openEntry", opening(&id)).await;
        let again = readings_once(&cedar, &id, 3).await;
        assert_eq!(again.iter().filter(|r| !r["until"].is_null()).count(), 2, "{again:?}");
        cedar.does("handOverIncident", json!({"incidentId": id, "reason": "For another place."})).await;
        let stub = hazel.incident(&id, "state title reporter { name }").await;
        assert_eq!(stub, json!({"state": "HANDED_OVER", "title": null, "reporter": null}));
        hazel.may_not("openEntry", opening(&id)).await.is("CONFLICT");
    })
    .await;
}

#[tokio::test]
async fn only_admins_with_a_reason_who_have_shown_that_it_is_them() {
    on_each_engine(Group::Work, async |server: &Server| {
        let id = violated(&server.person("tansy").await).about("larch").send().await;
        for who in ["tansy", "larch", "cedar", "rowan", "briar", "fern"] {
            let person = confirmed(server, who).await;
            let mut answers = Vec::new();
            for target in [id.clone(), unknown_id(), "nonsense".to_owned()] {
                for reason in [REASON, ""] {
                    let input = json!({"incidentId": target, "reason": reason});
                    let refusal = person.may_not("openEntry", input).await;
                    refusal.is("FORBIDDEN");
                    answers.push(refusal.message);
                }
            }
            answers.dedup();
            assert_eq!(answers.len(), 1, "{who}: {answers:?}");
        }
        let hazel = server.own_session("hazel").await;
        hazel.may_not("openEntry", opening(&id)).await.is("CONFIRM_IDENTITY");
        hazel.may_not("openEntry", opening(&unknown_id())).await.is("CONFIRM_IDENTITY");
        let hazel = confirmed(server, "hazel").await;
        let token = hazel.does("createApiToken", json!({"name": "script"})).await;
        let script = crate::harness::Client::with_token(server, token["token"].as_str().unwrap());
        script.may_not("openEntry", opening(&id)).await.is("FORBIDDEN");
        for target in [id.clone(), unknown_id()] {
            for reason in ["", "   ", "too short", "a\0b is not a reason", &"x".repeat(1_001)] {
                let refusal =
                    hazel.may_not("openEntry", json!({"incidentId": target, "reason": reason})).await;
                refusal.names("reason");
            }
        }
        for target in [unknown_id(), "nonsense".to_owned(), server.person_id("larch").await] {
            hazel.may_not("openEntry", opening(&target)).await.is("NOT_FOUND");
        }
        assert_eq!(hazel.incident(&id, "id").await, Value::Null);
    })
    .await;
}

#[tokio::test]
async fn an_admin_opens_nothing_that_concerns_them() {
    on_each_engine(Group::Work, async |server: &Server| {
        let tansy = server.person("tansy").await;
        let (maple, hazel) = (confirmed(server, "maple").await, confirmed(server, "hazel").await);
        let against = violated(&tansy).about("maple").send().await;
        let praise = upheld(&tansy).about("maple").send().await;
        let team_praise = upheld(&tansy).about_team("people").send().await;
        let nothing = maple.answer_of("openEntry", opening(&unknown_id())).await;
        for id in [&against, &praise, &team_praise] {
            let answer = maple.answer_of("openEntry", opening(id)).await;
            assert_eq!((answer.status, &answer.text), (nothing.status, &nothing.text), "as of nothing");
            assert_eq!(maple.incident(id, "id").await, Value::Null);
        }
        // Whoever decides it anyway needs no opening.
        hazel.may_not("openEntry", opening(&against)).await.is("CONFLICT");
        assert_eq!(hazel.incident(&against, READINGS).await["readings"], json!([]), "no trace of the tries");

        // Once one knows of it, one is told why not, and still reads no more of it.
        let ask = json!({"incidentId": against, "personId": server.person_id("maple").await, "question": "Your side?"});
        hazel.does("askAboutIncident", ask).await;
        maple.may_not("openEntry", opening(&against)).await.is("FORBIDDEN");
        assert_eq!(maple.incident(&against, "reporter { name }").await["reporter"], Value::Null);
        let own = violated(&maple).about("larch").send().await;
        maple.may_not("openEntry", opening(&own)).await.is("FORBIDDEN");

        // Somebody who passed a case on because they are involved does not come back this way.
        let passed = violated(&tansy).about("maple").send().await;
        let to = server.person_id("rowan").await;
        let pass = json!({"incidentId": passed, "reason": "I was part of it.", "toPersonId": to});
        hazel.does("passIncident", pass).await;
        hazel.may_not("openEntry", opening(&passed)).await.is("FORBIDDEN");
        assert_eq!(hazel.incident(&passed, "title").await["title"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn the_time_of_an_opening_is_the_servers() {
    on_each_engine(Group::Work, async |server: &Server| {
        let id = violated(&server.person("tansy").await).about("larch").send().await;
        let hazel = confirmed(server, "hazel").await;
        hazel.does("openEntry", opening(&id)).await;
        let readings = readings_once(&server.person("cedar").await, &id, 2).await;
        let at = DateTime::parse_from_rfc3339(readings[0]["at"].as_str().unwrap()).unwrap().to_utc();
        assert!((Utc::now() - at).abs() < TimeDelta::minutes(1), "{at}");
    })
    .await;
}
