//! Delivery, retraction, closing, undoing and handing over.

use serde_json::{Value, json};

use super::state;
use crate::harness::{
    Client, Group, Server, canary, close, correct, correct_alone, has_id, on_each_engine, recognise, time,
    upheld, violated,
};

async fn three(server: &Server) -> (Client<'_>, Client<'_>, Client<'_>) {
    (server.person("tansy").await, server.person("cedar").await, server.person("larch").await)
}

#[tokio::test]
async fn delivery_is_at_or_after_the_decision_and_not_in_the_future() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, _) = three(server).await;
        let incident = upheld(&tansy).about("larch").send().await;
        let decision = recognise(&cedar, &incident).send().await;
        let at = |seconds: i64| json!({"decisionId": decision, "deliveredAt": time(seconds)});
        cedar.may_not("markDelivered", at(3600)).await.names("deliveredAt");
        cedar.may_not("markDelivered", at(-3600)).await.names("deliveredAt");
        assert_eq!(state(&cedar, &incident).await, "DECIDED");
        cedar.does("markDelivered", json!({"decisionId": decision})).await;
        cedar.may_not("markDelivered", json!({"decisionId": decision})).await.is("CONFLICT");
    })
    .await;
}

#[tokio::test]
async fn in_the_moment_is_at_or_after_the_event() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, _) = three(server).await;
        let incident =
            violated(&tansy).about("larch").set("occurredOn", crate::harness::day(-3)).send().await;
        let decision = correct(&cedar, &incident).send().await;
        let at = |days: i64| json!({"decisionId": decision, "deliveredAt": time(days * 86_400)});
        cedar.may_not("markDelivered", at(-10)).await.names("deliveredAt");
        cedar.does("markDelivered", at(-2)).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_public_is_not_delivered_in_a_one_to_one() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, _) = three(server).await;
        let incident = upheld(&tansy).about("larch").send().await;
        let decision = recognise(&cedar, &incident).send().await;
        let alone = json!({"decisionId": decision, "venueId": server.venue_id("one2one").await});
        cedar.may_not("markDelivered", alone).await.names("venueId");
        let elsewhere = json!({"decisionId": decision, "venueId": server.venue_id("mobile-retro").await});
        let payload = cedar.does("markDelivered", elsewhere).await;
        assert_eq!(payload["decision"]["deliveredIn"]["id"], server.venue_id("mobile-retro").await);
    })
    .await;
}

#[tokio::test]
async fn only_who_decided_delivers_and_retracts() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, larch) = three(server).await;
        let (rowan, briar) = (server.person("rowan").await, server.person("briar").await);
        let incident = violated(&tansy).about("larch").send().await;
        let decision = correct_alone(&cedar, &incident).send().await;
        let deliver = json!({"decisionId": decision});
        let retract = json!({"decisionId": decision, "reason": "It was not so."});
        cedar.may_not("retractDecision", retract.clone()).await.is("CONFLICT");
        rowan.may_not("markDelivered", deliver.clone()).await.is("FORBIDDEN");
        for (who, mutation, input) in [
            (&tansy, "markDelivered", &deliver),
            (&larch, "markDelivered", &deliver),
            (&briar, "markDelivered", &deliver),
            (&briar, "retractDecision", &retract),
            (&tansy, "retractDecision", &retract),
        ] {
            who.may_not(mutation, input.clone()).await.is("NOT_FOUND");
        }
        cedar.does("markDelivered", deliver).await;
        rowan.may_not("retractDecision", retract.clone()).await.is("FORBIDDEN");
        larch.may_not("retractDecision", retract.clone()).await.is("FORBIDDEN");
        cedar.does("retractDecision", retract.clone()).await;
        cedar.may_not("retractDecision", retract).await.is("CONFLICT");
    })
    .await;
}

#[tokio::test]
async fn a_retracted_recognition_is_gone_and_everybody_reads_that_it_was_withdrawn() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, larch) = three(server).await;
        let (moss, rowan) = (server.person("moss").await, server.person("rowan").await);
        let wording = canary("wording");
        let incident = upheld(&tansy).about("larch").send().await;
        let decision = recognise(&cedar, &incident).set("wording", wording.as_str()).deliver().await;
        let feed = moss.all("recognitions", "id wording").await;
        let id = feed.iter().find(|r| r["wording"] == wording).expect("in the feed")["id"].clone();
        let before = moss.all("notices", "id kind").await;
        cedar.may_not("retractDecision", json!({"decisionId": decision, "reason": ""})).await.names("reason");
        cedar
            .does("retractDecision", json!({"decisionId": decision, "reason": "It was somebody else."}))
            .await;

        let document = "query($id: ID!) { recognition(id: $id) { id } }";
        for person in [&moss, &tansy, &larch, &cedar, &rowan] {
            assert_eq!(person.ok(document, json!({"id": id})).await["recognition"], Value::Null);
            assert!(!has_id(&person.all("recognitions", "id").await, id.as_str().unwrap()));
        }
        let search =
            moss.all_by("recognitions", &format!("filter: {{ search: \"{wording}\" }}, "), "id").await;
        assert!(search.is_empty(), "nor does the search find it");
        moss.may_not("react", json!({"recognitionId": id, "emoji": "👏", "on": true})).await.is("NOT_FOUND");
        let after = moss.all("notices", "id kind").await;
        let new: Vec<_> = after.iter().filter(|n| !has_id(&before, n["id"].as_str().unwrap())).collect();
        assert!(new.iter().any(|n| n["kind"] == "RETRACTION"), "everybody reads that it was withdrawn");
        for person in [&tansy, &larch, &cedar, &rowan] {
            let seen = person.incident(&incident, "title decision { wording retractedAt }").await;
            assert_eq!(seen["decision"]["wording"], Value::Null, "the wording is gone everywhere");
            assert_ne!(seen["decision"]["retractedAt"], Value::Null, "as before, marked");
            assert_eq!(seen["title"], "A moment worth a look");
        }
    })
    .await;
}

#[tokio::test]
async fn a_retracted_correction_is_withdrawn_before_the_same_people() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, larch) = three(server).await;
        let (sage, moss) = (server.person("sage").await, server.person("moss").await);
        let wording = canary("wording");
        let incident = violated(&tansy).about("larch").at("mobile-retro").send().await;
        let decision = correct(&cedar, &incident).set("wording", wording.as_str()).deliver().await;
        let (before, moss_before) = (sage.all("notices", "id").await, moss.all("notices", "id kind").await);
        cedar.does("retractDecision", json!({"decisionId": decision, "reason": "It was not so."})).await;
        let after = sage.all("notices", "id kind wording venue { name }").await;
        // Recognitions withdrawn by other tests reach Sage too.
        let retracted = after.iter().any(|n| {
            !has_id(&before, n["id"].as_str().unwrap())
                && n["kind"] == "RETRACTION"
                && n["venue"]["name"] == "Mobile retrospective"
        });
        assert!(retracted, "{after:?}");
        for person in [&sage, &larch, &cedar, &tansy] {
            assert!(!person.all("notices", "wording").await.iter().any(|n| n["wording"] == wording));
        }
        let seen = larch.incident(&incident, "title decision { wording retractedAt }").await;
        assert_eq!(
            (&seen["title"], &seen["decision"]["wording"]),
            (&json!("A moment worth a look"), &Value::Null)
        );
        // Recognitions withdrawn by other tests reach Moss too; a correction in Mobile's retrospective must not.
        let new: Vec<_> = moss.all("notices", "id venue { name }").await;
        let reached = new.iter().any(|n| {
            n["venue"]["name"] == "Mobile retrospective" && !has_id(&moss_before, n["id"].as_str().unwrap())
        });
        assert!(!reached, "who did not read it reads nothing of its withdrawal");
    })
    .await;
}

#[tokio::test]
async fn no_action_tells_the_reporter_why() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, larch) = three(server).await;
        let (reason, private) = (canary("reason"), canary("rationale"));
        let incident = violated(&tansy).about("larch").send().await;
        close(&cedar, &incident)
            .considered([true; 3])
            .set("wording", reason.as_str())
            .set("rationale", private.as_str())
            .send()
            .await;
        let seen = tansy.incident(&incident, "state title decision { outcome wording rationale }").await;
        assert_eq!(seen["state"], "CLOSED");
        assert_eq!(seen["decision"]["outcome"], "NO_ACTION");
        assert_eq!(seen["decision"]["wording"], reason, "the reason written for them");
        assert!(!seen.to_string().contains(&private));
        assert_eq!(larch.incident(&incident, "id").await, Value::Null, "they had not seen it");
        assert!(!has_id(&cedar.all("decisionQueue", "id").await, &incident));
    })
    .await;
}

#[tokio::test]
async fn closed_after_the_person_had_seen_it_they_read_the_reason_too() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, larch) = three(server).await;
        let reason = canary("reason");
        let incident = violated(&tansy).about("larch").send().await;
        let question =
            json!({"incidentId": incident, "personId": server.person_id("larch").await, "question": "Was it so?"});
        cedar.does("askAboutIncident", question).await;
        close(&cedar, &incident).considered([true; 3]).set("wording", reason.as_str()).send().await;
        let seen = larch.incident(&incident, "state title decision { outcome wording rationale } reporter { id }").await;
        assert_eq!(seen["state"], "CLOSED");
        assert_eq!(seen["decision"]["wording"], reason);
        assert_eq!((&seen["decision"]["rationale"], &seen["reporter"]), (&Value::Null, &Value::Null));
    })
    .await;
}

#[tokio::test]
async fn an_undo_within_ten_minutes_leaves_nothing() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, larch) = three(server).await;
        let (rowan, hazel) = (server.person("rowan").await, server.person("hazel").await);
        let incident = violated(&tansy).about("larch").send().await;
        let until = tansy.incident(&incident, "undoUntil").await["undoUntil"].take();
        let until: chrono::DateTime<chrono::Utc> = until.as_str().expect("until when").parse().unwrap();
        let minutes = (until - chrono::Utc::now()).num_seconds() as f64 / 60.0;
        assert!((8.0..=10.1).contains(&minutes), "ten minutes, not {minutes}");
        let input = json!({"incidentId": incident});
        cedar.may_not("withdrawIncident", input.clone()).await.is("FORBIDDEN");
        larch.may_not("withdrawIncident", input.clone()).await.is("NOT_FOUND");
        let payload = tansy.does("withdrawIncident", input.clone()).await;
        assert_eq!(payload["incident"]["state"], "WITHDRAWN");
        assert_eq!(
            (&payload["incident"]["title"], &payload["incident"]["behaviour"]),
            (&Value::Null, &Value::Null)
        );
        for person in [&tansy, &cedar, &rowan, &larch, &hazel] {
            assert_eq!(person.incident(&incident, "id").await, Value::Null);
        }
        assert!(!has_id(&tansy.all("myIncidents", "id").await, &incident));
        assert!(!has_id(&cedar.all("decisionQueue", "id").await, &incident));
        tansy.may_not("withdrawIncident", input).await.is("NOT_FOUND");
        correct_alone(&cedar, &incident).refused().await.is("NOT_FOUND");
    })
    .await;
}

#[tokio::test]
async fn a_later_withdrawal_leaves_a_stub() {
    on_each_engine(Group::Work, async |server: &Server| {
        let incident = server.demo_incident("inc-39").await;
        let (linden, alder, rowan, fern) = (
            server.person("linden").await,
            server.person("alder").await,
            server.person("rowan").await,
            server.person("fern").await,
        );
        linden.does("withdrawIncident", json!({"incidentId": incident})).await;
        let hazel = server.person("hazel").await;
        for person in [&linden, &alder, &rowan, &hazel] {
            let stub = person
                .incident(&incident, "state title situation behaviour impact venue { id } viewerMay")
                .await;
            let expected = json!({"state": "WITHDRAWN", "title": null, "situation": null, "behaviour": null,
                "impact": null, "venue": null, "viewerMay": []});
            assert_eq!(stub, expected);
        }
        assert_eq!(fern.incident(&incident, "id").await, Value::Null);
    })
    .await;
}

#[tokio::test]
async fn what_is_decided_is_not_withdrawn() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, _) = three(server).await;
        let incident = upheld(&tansy).about("larch").send().await;
        recognise(&cedar, &incident).send().await;
        tansy.may_not("withdrawIncident", json!({"incidentId": incident})).await.is("CONFLICT");
        assert_eq!(state(&tansy, &incident).await, "DECIDED");
    })
    .await;
}

#[tokio::test]
async fn handed_over_the_text_is_erased_and_a_stub_stays() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, larch) = three(server).await;
        let (rowan, hazel, briar) =
            (server.person("rowan").await, server.person("hazel").await, server.person("briar").await);
        for decided in [false, true] {
            let incident = violated(&tansy).about("larch").set("behaviour", canary("behaviour")).send().await;
            let input = json!({"incidentId": incident, "reason": "This is for the confidential channel."});
            if decided {
                correct_alone(&cedar, &incident).send().await;
            } else {
                rowan.may_not("handOverIncident", input.clone()).await.is("FORBIDDEN");
                tansy.may_not("handOverIncident", input.clone()).await.is("FORBIDDEN");
                briar.may_not("handOverIncident", input.clone()).await.is("NOT_FOUND");
                let blank = json!({"incidentId": incident, "reason": " "});
                cedar.may_not("handOverIncident", blank).await.names("reason");
            }
            let payload = cedar.does("handOverIncident", input.clone()).await;
            assert_eq!(payload["incident"]["state"], "HANDED_OVER");
            let fields = "state title situation behaviour impact venue { id } decision { id } subjects { id }";
            for person in [&tansy, &cedar, &rowan, &hazel] {
                let stub = person.incident(&incident, fields).await;
                let expected = json!({"state": "HANDED_OVER", "title": null, "situation": null, "behaviour": null,
                    "impact": null, "venue": null, "decision": null, "subjects": []});
                assert_eq!(stub, expected, "decided: {decided}");
            }
            assert_eq!(larch.incident(&incident, "id").await, Value::Null);
            assert_eq!(briar.incident(&incident, "id").await, Value::Null);
            cedar.may_not("handOverIncident", input).await.is("CONFLICT");
            correct_alone(&cedar, &incident).refused().await.is("CONFLICT");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_said_is_not_handed_over() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, _) = three(server).await;
        let incident = upheld(&tansy).about("larch").send().await;
        recognise(&cedar, &incident).deliver().await;
        let input = json!({"incidentId": incident, "reason": "Too late."});
        cedar.may_not("handOverIncident", input).await.is("CONFLICT");
    })
    .await;
}
