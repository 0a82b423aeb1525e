//! Two logs of one event: offered to the decider, merged by them, and no reporter learns of the other.

use serde_json::{Value, json};

use super::move_to;
use crate::harness::{
    Client, Server, canary, close, correct_alone, day, has_id, on_each_fresh_engine, upheld, violated,
};

async fn offered(by: &Client<'_>, incident: &str) -> Vec<Value> {
    by.incident(incident, "possibleDuplicates { id }").await["possibleDuplicates"]
        .as_array()
        .cloned()
        .unwrap_or_default()
}

#[tokio::test]
async fn duplicates_are_offered_to_who_decides_both() {
    on_each_fresh_engine(async |server: &Server| {
        let (tansy, basil, cedar, rowan, larch) = (
            server.person("tansy").await,
            server.person("basil").await,
            server.person("cedar").await,
            server.person("rowan").await,
            server.person("larch").await,
        );
        let log = |by| violated(by).about("larch").at("mobile-retro").set("occurredOn", day(-3));
        let first = log(&tansy).send().await;
        let same = log(&basil).set("valueIds", json!([server.value_id("ownership").await])).send().await;
        let next_day = log(&basil).at("eng").set("occurredOn", day(-2)).send().await;
        let elsewhere =
            log(&basil).at("eng").set("valueIds", json!([server.value_id("ownership").await])).send().await;
        let later = log(&basil).set("occurredOn", day(-1)).send().await;
        let praise = upheld(&basil).about("larch").at("mobile-retro").set("occurredOn", day(-3)).send().await;
        let other =
            violated(&basil).about("heath").at("mobile-retro").set("occurredOn", day(-3)).send().await;
        let list = offered(&cedar, &first).await;
        for id in [&same, &next_day] {
            assert!(has_id(&list, id), "{list:?}");
        }
        for id in [&first, &elsewhere, &later, &praise, &other] {
            assert!(!has_id(&list, id), "{list:?}");
        }
        for (who, id) in [(&rowan, &first), (&tansy, &first), (&basil, &same), (&larch, &first)] {
            assert!(offered(who, id).await.is_empty(), "for the decider alone");
        }
        // What somebody else decides is not offered, nor is what was handed over.
        cedar.does("passIncident", json!({"incidentId": same, "reason": "I was part of it."})).await;
        assert!(!has_id(&offered(&cedar, &first).await, &same));
        assert!(!has_id(&offered(&rowan, &same).await, &first));
        cedar
            .does("handOverIncident", json!({"incidentId": next_day, "reason": "For another channel."}))
            .await;
        assert!(offered(&cedar, &first).await.is_empty());
    })
    .await;
}

/// Everything that a reporter reads of their own entry.
const OWN: &str =
    "state title behaviour age undoUntil viewerMay handledIn { id } decider { name } reporter { name }
    questions { text } replies { text } decision { id } onlookers { who why from sees } steps { id }
    possibleDuplicates { id } mergedInto { id } mergedCopies { id } decisionVersions { version }";

#[tokio::test]
async fn reporters_do_not_learn_of_each_other() {
    on_each_fresh_engine(async |server: &Server| {
        let (tansy, basil, cedar, rowan, larch) = (
            server.person("tansy").await,
            server.person("basil").await,
            server.person("cedar").await,
            server.person("rowan").await,
            server.person("larch").await,
        );
        let kept = violated(&tansy).about("larch").send().await;
        let copy = violated(&basil).about("larch").set("title", "As I saw it").send().await;
        let (before_kept, before_copy) = (tansy.incident(&kept, OWN).await, basil.incident(&copy, OWN).await);
        let merge = json!({"incidentId": copy, "intoId": kept});
        rowan.may_not("mergeIncidents", merge.clone()).await.is("FORBIDDEN");
        tansy.may_not("mergeIncidents", merge.clone()).await.is("NOT_FOUND");
        basil.may_not("mergeIncidents", merge.clone()).await.is("FORBIDDEN");
        let done = cedar.does("mergeIncidents", merge.clone()).await;
        assert_eq!(done["incident"], json!({"id": copy, "state": "MERGED", "mergedInto": {"id": kept}}));
        cedar.may_not("mergeIncidents", merge).await.is("CONFLICT");

        // Byte by byte what they read before.
        assert_eq!(tansy.incident(&kept, OWN).await, before_kept);
        assert_eq!(basil.incident(&copy, OWN).await, before_copy);
        assert_eq!(basil.incident(&kept, "id").await, Value::Null);
        assert_eq!(tansy.incident(&copy, "id").await, Value::Null);
        assert_eq!(larch.incident(&copy, "id").await, Value::Null);
        for reader in [&cedar, &rowan] {
            let seen = reader.incident(&kept, "mergedCopies { id title reporter { name } steps { kind } }").await;
            let expected = json!([{"id": copy, "title": "As I saw it", "reporter": {"name": "Basil"}, "steps": [{"kind": "MERGED"}]}]);
            assert_eq!(seen["mergedCopies"], expected);
        }
        assert!(!has_id(&cedar.all("decisionQueue", "id").await, &copy));
        correct_alone(&cedar, &copy).refused().await.is("CONFLICT");
        // It goes where the one that stays goes.
        cedar.does("passIncident", json!({"incidentId": kept, "reason": "I was part of it."})).await;
        for id in [&kept, &copy] {
            assert_eq!(rowan.incident(id, "decider { name }").await["decider"]["name"], "Rowan");
            assert_eq!(cedar.incident(id, "title").await, json!({"title": null}));
        }
        assert_eq!(basil.incident(&copy, "decider { name }").await, tansy.incident(&kept, "decider { name }").await);
        correct_alone(&rowan, &kept).send().await;
        assert_eq!(basil.incident(&copy, OWN).await["state"], "DECIDED");
        basil.may_not("withdrawIncident", json!({"incidentId": copy})).await.is("CONFLICT");
    })
    .await;
}

#[tokio::test]
async fn what_may_be_merged_into_what() {
    on_each_fresh_engine(async |server: &Server| {
        let (tansy, basil, cedar) =
            (server.person("tansy").await, server.person("basil").await, server.person("cedar").await);
        let log = async |by: &Client<'_>, about: &str| violated(by).about(about).send().await;
        let (a, b, c) = (log(&tansy, "larch").await, log(&basil, "larch").await, log(&basil, "larch").await);
        let about_other = log(&basil, "heath").await;
        let not_mine = log(&basil, "fern").await;
        let praise = upheld(&basil).about("larch").send().await;
        let unknown = crate::harness::unknown_id();
        let mut hidden_and_absent = Vec::new();
        for into in [&about_other, &praise, &a, &not_mine, &unknown] {
            let refusal = cedar.may_not("mergeIncidents", json!({"incidentId": a, "intoId": into})).await;
            refusal.names("intoId");
            hidden_and_absent.push(refusal.message);
        }
        assert_eq!(hidden_and_absent[3], hidden_and_absent[4], "hidden and absent are one answer");
        cedar.does("mergeIncidents", json!({"incidentId": b, "intoId": a})).await;
        cedar.may_not("mergeIncidents", json!({"incidentId": c, "intoId": b})).await.names("intoId");
        // A copy goes along when what it was merged into is merged itself.
        cedar.does("mergeIncidents", json!({"incidentId": a, "intoId": c})).await;
        let copies = cedar.incident(&c, "mergedCopies { id }").await;
        assert_eq!(copies["mergedCopies"], json!([{"id": a}, {"id": b}]));
        // What is decided can take a late log in; it is not merged itself.
        close(&cedar, &c).considered([true; 3]).send().await;
        let late = log(&tansy, "larch").await;
        cedar.may_not("mergeIncidents", json!({"incidentId": c, "intoId": late})).await.is("CONFLICT");
        cedar.does("mergeIncidents", json!({"incidentId": late, "intoId": c})).await;
        assert_eq!(
            tansy.incident(&late, "state decision { id }").await,
            json!({"state": "CLOSED", "decision": null})
        );
        let gone = log(&tansy, "larch").await;
        let handed = log(&tansy, "larch").await;
        cedar.does("handOverIncident", json!({"incidentId": handed, "reason": "For another channel."})).await;
        cedar.may_not("mergeIncidents", json!({"incidentId": gone, "intoId": handed})).await.names("intoId");
        // Two at once into each other: exactly one.
        for _ in 0..10 {
            let (x, y) = (log(&tansy, "larch").await, log(&basil, "larch").await);
            let (one, two) = tokio::join!(
                cedar.act("mergeIncidents", json!({"incidentId": x, "intoId": y})),
                cedar.act("mergeIncidents", json!({"incidentId": y, "intoId": x}))
            );
            assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn taken_back_handed_over_and_the_persons_side() {
    on_each_fresh_engine(async |server: &Server| {
        let (tansy, basil, cedar, larch) = (
            server.person("tansy").await,
            server.person("basil").await,
            server.person("cedar").await,
            server.person("larch").await,
        );
        let larch_id = server.person_id("larch").await;
        let two = async || {
            let kept = violated(&tansy).about("larch").send().await;
            let copy = violated(&basil).about("larch").set("behaviour", canary("behaviour")).send().await;
            (kept, copy)
        };
        let merge = async |copy: &str, kept: &str| {
            cedar.does("mergeIncidents", json!({"incidentId": copy, "intoId": kept})).await;
        };
        // The one that stays is undone: the copy stands alone, and its reporter notices nothing.
        let (kept, copy) = two().await;
        let before = basil.incident(&copy, OWN).await;
        merge(&copy, &kept).await;
        tansy.does("withdrawIncident", json!({"incidentId": kept})).await;
        assert_eq!(basil.incident(&copy, OWN).await, before);
        assert!(has_id(&cedar.all("decisionQueue", "id").await, &copy));
        // The copy is undone: nothing of it stays anywhere.
        let (kept, copy) = two().await;
        merge(&copy, &kept).await;
        basil.does("withdrawIncident", json!({"incidentId": copy})).await;
        assert_eq!(cedar.incident(&copy, "id").await, Value::Null);
        assert_eq!(
            cedar.incident(&kept, "mergedCopies { id } steps { id }").await,
            json!({"mergedCopies": [], "steps": []})
        );
        // What the person said to the copy counts where it is decided, and a question to the reporter can be answered.
        let (kept, copy) = two().await;
        for (person, question) in
            [(&larch_id, "What is your side?"), (&server.person_id("basil").await, "Who was there?")]
        {
            let ask = json!({"incidentId": copy, "personId": person, "question": question});
            cedar.does("askAboutIncident", ask).await;
        }
        larch.does("replyToIncident", json!({"incidentId": copy, "text": "I was asked to be quick."})).await;
        let before = basil.incident(&copy, OWN).await;
        merge(&copy, &kept).await;
        assert_eq!(basil.incident(&copy, OWN).await, before, "still waits for Basil");
        basil.does("replyToIncident", json!({"incidentId": copy, "text": "All of Mobile."})).await;
        assert_eq!(basil.incident(&copy, "state").await["state"], "OPEN");
        let side = cedar.incident(&kept, "replies { author { name } text }").await;
        assert_eq!(
            side["replies"],
            json!([{"author": {"name": "Larch"}, "text": "I was asked to be quick."}])
        );
        assert_eq!(tansy.incident(&kept, "replies { text }").await["replies"], json!([]));
        let heard =
            crate::harness::correct(&cedar, &kept).without("heardReason").set("heard", "REPLY_ATTACHED");
        heard.send().await;
        // Handed over, the copy goes along.
        let (kept, copy) = two().await;
        merge(&copy, &kept).await;
        move_to(server, &larch_id, Some(&server.person_id("briar").await)).await;
        let briar = server.person("briar").await;
        for id in [&kept, &copy] {
            assert_eq!(
                briar.incident(id, "decider { name }").await["decider"]["name"],
                "Briar",
                "both follow the line"
            );
        }
        assert_eq!(cedar.incident(&kept, "id").await, Value::Null);
        briar.does("handOverIncident", json!({"incidentId": kept, "reason": "For another channel."})).await;
        let stub = json!({"state": "HANDED_OVER", "title": null, "behaviour": null});
        assert_eq!(basil.incident(&copy, "state title behaviour").await, stub);
        assert_eq!(tansy.incident(&kept, "state title behaviour").await, stub);
    })
    .await;
}
