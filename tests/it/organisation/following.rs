//! Undecided entries follow the reporting line; decided and delivered ones stay as they were.

use serde_json::{Value, json};

use super::{move_to, newcomer, steps};
use crate::harness::{
    Server, canary, correct_alone, has_id, on_each_fresh_engine, recognise, upheld, violated,
};

#[tokio::test]
async fn undecided_entries_follow_and_others_stay() {
    on_each_fresh_engine(async |server: &Server| {
        let (tansy, cedar, briar) =
            (server.person("tansy").await, server.person("cedar").await, server.person("briar").await);
        let (rowan, hazel, larch) =
            (server.person("rowan").await, server.person("hazel").await, server.person("larch").await);
        let untouched = violated(&tansy).about("larch").set("title", canary("title")).send().await;
        let asked = violated(&tansy).about("larch").send().await;
        let question = json!({"incidentId": asked, "personId": server.person_id("larch").await, "question": "Was it so?"});
        cedar.does("askAboutIncident", question).await;
        let decided = upheld(&tansy).about("larch").send().await;
        recognise(&cedar, &decided).send().await;
        let delivered = violated(&tansy).about("larch").send().await;
        correct_alone(&cedar, &delivered).deliver().await;
        let about_two = upheld(&tansy).about("larch").about("sage").send().await;

        move_to(server, &server.person_id("larch").await, Some(&server.person_id("briar").await)).await;

        for id in [&untouched, &asked] {
            assert_eq!(briar.incident(id, "title decider { name }").await["decider"]["name"], "Briar");
            assert!(has_id(&briar.all("decisionQueue", "id").await, id));
            assert!(!has_id(&cedar.all("decisionQueue", "id").await, id));
            assert_eq!(steps(&briar, id).await, ["LINE_CHANGED Hazel: Cedar → Briar"]);
            assert_eq!(steps(&rowan, id).await.len(), 1, "leaders above see it too");
            for other in [&tansy, &larch] {
                assert!(steps(other, id).await.is_empty(), "nobody else does");
            }
            assert_eq!(hazel.incident(id, "id").await, Value::Null, "the admin who moved them reads nothing");
        }
        assert_eq!(cedar.incident(&untouched, "id").await, Value::Null, "Cedar had done nothing with it");
        let stub = cedar.incident(&asked, "title subjects { id } viewerMay questions { text } steps { id }").await;
        let expected = json!({"title": null, "subjects": [], "viewerMay": [], "questions": [{"text": "Was it so?"}], "steps": []});
        assert_eq!(stub, expected, "a stub and what they wrote");
        assert_eq!(rowan.incident(&about_two, "decider { name }").await["decider"]["name"], "Rowan", "above both");
        for id in [&decided, &delivered] {
            assert_eq!(briar.incident(id, "id").await, Value::Null, "a new manager gets none of the old ones");
            assert_eq!(cedar.incident(id, "decider { name }").await["decider"]["name"], "Cedar");
        }
        correct_alone(&briar, &untouched).send().await;

        // Back again: nobody was involved, so that nobody is passed over.
        move_to(server, &server.person_id("larch").await, Some(&server.person_id("cedar").await)).await;
        assert_eq!(cedar.incident(&asked, "decider { name }").await["decider"]["name"], "Cedar");
        assert_eq!(briar.incident(&asked, "id").await, Value::Null);
        assert_eq!(briar.incident(&untouched, "decider { name }").await["decider"]["name"], "Briar", "decided");
    })
    .await;
}

#[tokio::test]
async fn leaders_above_follow_too() {
    on_each_fresh_engine(async |server: &Server| {
        let (tansy, cedar, briar, rowan) = (
            server.person("tansy").await,
            server.person("cedar").await,
            server.person("briar").await,
            server.person("rowan").await,
        );
        let open = violated(&tansy).about("larch").send().await;
        let delivered = violated(&tansy).about("larch").send().await;
        correct_alone(&cedar, &delivered).deliver().await;
        move_to(server, &server.person_id("cedar").await, Some(&server.person_id("briar").await)).await;
        assert!(briar.incident(&open, "viewerMay").await["viewerMay"].to_string().contains("takeOver"));
        assert_eq!(briar.incident(&delivered, "id").await, Value::Null);
        assert_ne!(rowan.incident(&open, "id").await, Value::Null);
        assert!(steps(&cedar, &open).await.is_empty(), "it changed no hands");
        move_to(server, &server.person_id("cedar").await, Some(&server.person_id("clover").await)).await;
        assert_eq!(briar.incident(&open, "id").await, Value::Null);
        move_to(server, &server.person_id("cedar").await, None).await;
        assert_eq!(rowan.incident(&open, "id").await, Value::Null, "no longer above");
        assert_ne!(rowan.incident(&delivered, "id").await, Value::Null, "as it was then");
    })
    .await;
}

#[tokio::test]
async fn who_was_named_or_took_over_keeps_it_while_that_holds() {
    on_each_fresh_engine(async |server: &Server| {
        let (tansy, cedar, clover, rowan) = (
            server.person("tansy").await,
            server.person("cedar").await,
            server.person("clover").await,
            server.person("rowan").await,
        );
        let named = violated(&tansy).about("larch").send().await;
        let to = server.person_id("clover").await;
        cedar
            .does(
                "passIncident",
                json!({"incidentId": named, "reason": "I was part of it.", "toPersonId": to}),
            )
            .await;
        let taken = violated(&tansy).about("larch").send().await;
        rowan.does("takeOverIncident", json!({"incidentId": taken, "reason": "Cedar is away."})).await;
        let briar = server.person_id("briar").await;
        move_to(server, &server.person_id("heath").await, Some(&briar)).await;
        move_to(server, &server.person_id("larch").await, Some(&briar)).await;
        assert_eq!(clover.incident(&named, "decider { name }").await["decider"]["name"], "Clover");
        assert_eq!(rowan.incident(&taken, "decider { name }").await["decider"]["name"], "Rowan");
        // Rowan is above no more: it goes to who is, and never back to whom it was taken from.
        move_to(server, &server.person_id("larch").await, Some(&server.person_id("hazel").await)).await;
        let hazel = server.person("hazel").await;
        assert_eq!(hazel.incident(&taken, "decider { name }").await["decider"]["name"], "Hazel");
        assert_eq!(rowan.incident(&taken, "title").await, json!({"title": null}), "a stub: they had acted");
        move_to(server, &server.person_id("larch").await, Some(&server.person_id("cedar").await)).await;
        assert_eq!(rowan.incident(&taken, "decider { name }").await["decider"]["name"], "Rowan", "not Cedar");
        assert_eq!(cedar.incident(&named, "title").await, json!({"title": null}), "involved stays involved");
    })
    .await;
}

#[tokio::test]
async fn who_leads_nobody_any_more_keeps_what_they_wrote_and_what_is_about_them() {
    on_each_fresh_engine(async |server: &Server| {
        let (tansy, cedar, rowan) =
            (server.person("tansy").await, server.person("cedar").await, server.person("rowan").await);
        let (quince_id, quince) = newcomer(server, "Quince", "rowan").await;
        move_to(server, &server.person_id("cedar").await, Some(&quince_id)).await;
        let open = violated(&tansy).about("larch").send().await;
        let delivered = violated(&tansy).about("larch").send().await;
        correct_alone(&cedar, &delivered).deliver().await;
        let closed_above = violated(&tansy).about("cedar").send().await;
        correct_alone(&quince, &closed_above).deliver().await;
        let own = upheld(&quince).about("tansy").send().await;
        let about = violated(&tansy).set("subjectIds", json!([quince_id])).send().await;
        let ask = json!({"incidentId": about, "personId": quince_id, "question": "What is your side?"});
        rowan.does("askAboutIncident", ask).await;
        for id in [&open, &delivered, &closed_above, &own, &about] {
            assert_ne!(quince.incident(id, "title").await, Value::Null);
        }
        move_to(server, &server.person_id("cedar").await, Some(&server.person_id("rowan").await)).await;
        assert_eq!(quince.ok("{ viewer { isLeader } }", json!({})).await["viewer"]["isLeader"], false);
        for id in [&open, &delivered] {
            assert_eq!(quince.incident(id, "id").await, Value::Null, "read as a leader above");
            assert_ne!(rowan.incident(id, "id").await, Value::Null);
        }
        for id in [&own, &about, &closed_above] {
            assert!(
                quince.incident(id, "title").await["title"].is_string(),
                "wrote, decided, or is whom it is about"
            );
        }
        let document = "query($id: ID!) { reinforcementHistory(leaderId: $id) { corrections } }";
        let id = server.person_id("cedar").await;
        assert_eq!(quince.ok(document, json!({"id": id})).await["reinforcementHistory"], Value::Null);
        // Leading again opens nothing that is over.
        move_to(server, &server.person_id("sage").await, Some(&quince_id)).await;
        assert_eq!(quince.incident(&delivered, "id").await, Value::Null);
    })
    .await;
}
