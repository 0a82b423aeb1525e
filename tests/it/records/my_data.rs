//! Everything about oneself, and nothing of it for anybody else.

use serde_json::json;

use super::{LISTS, confirmed, fields_of, list};
use crate::harness::{
    Group, Server, canary, correct, correct_alone, has_id, new_key, on_each_engine, recognise, text, upheld,
    violated,
};

#[tokio::test]
async fn what_is_about_me_is_there_from_when_i_may_see_it() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, larch, sage) = (
            server.person("tansy").await,
            server.person("cedar").await,
            server.person("larch").await,
            server.person("sage").await,
        );
        let (title, wording) = (canary("title"), canary("wording"));
        let incident =
            violated(&tansy).about("larch").at("mobile-retro").set("title", title.as_str()).send().await;
        assert!(!has_id(&fields_of(&larch, "aboutMe").await, &incident), "48 hours are not over");
        assert!(has_id(&fields_of(&tansy, "loggedByMe").await, &incident));
        let about = json!({"incidentId": incident, "personId": server.person_id("larch").await,
            "question": "How was it for you?"});
        cedar.does("askAboutIncident", about).await;
        let entries = fields_of(&larch, "aboutMe").await;
        let mine = entries.iter().find(|e| e["id"] == incident).expect("asked, they see it");
        assert_eq!((&mine["title"], &mine["decision"]), (&json!(title), &json!(null)));
        let reply = canary("reply");
        larch.does("replyToIncident", json!({"incidentId": incident, "text": reply})).await;

        let named = correct(&cedar, &incident).set("namesSubject", true).set("wording", wording.as_str());
        let decision = named.without("heardReason").set("heard", "REPLY_ATTACHED").deliver().await;
        let decided = fields_of(&cedar, "decisions").await;
        let decided = decided.iter().find(|d| d["id"] == decision).expect("the decider's own");
        assert_eq!((&decided["incidentId"], &decided["outcome"]), (&json!(incident), &json!("CORRECTION")));
        let notices = fields_of(&larch, "notices").await;
        assert!(notices.iter().any(|n| n["wording"] == wording), "a notice that names them");
        assert!(fields_of(&larch, "replies").await.iter().any(|r| r["text"] == reply));
        assert!(fields_of(&larch, "questionsToMe").await.iter().any(|q| q["incident"]["id"] == incident));
        let entries = fields_of(&larch, "aboutMe").await;
        let mine = entries.iter().find(|e| e["id"] == incident).expect("about them");
        assert_eq!(mine["reporter"], json!(null), "without who logged it");
        assert!(mine["decision"]["rationale"].is_string());

        for (name, fields) in LISTS {
            for (other, may) in
                [(&sage, &[][..]), (&tansy, &["loggedByMe"][..]), (&cedar, &["decisions"][..])]
            {
                let found = json!(list(other, name, fields, 100).await).to_string();
                let hit = found.contains(&incident) || found.contains(&reply) || found.contains(&wording);
                assert!(!hit || may.contains(name) || (*name == "questions"), "{name}: {found}");
            }
        }
        assert!(fields_of(&cedar, "questions").await.iter().any(|q| q["incident"]["id"] == incident));
    })
    .await;
}

#[tokio::test]
async fn an_admins_stub_does_not_say_that_it_was_about_them() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, maple) = (server.person("tansy").await, server.person("maple").await);
        let incident = violated(&tansy).about("maple").send().await;
        let decider = text(&tansy.incident(&incident, "decider { name }").await["decider"]["name"]);
        let decider = server.person(&decider.to_lowercase()).await;
        decider.does("handOverIncident", json!({"incidentId": incident, "reason": "For others."})).await;
        let stub = maple.incident(&incident, "state subjects { id }").await;
        assert_eq!(stub, json!({"state": "HANDED_OVER", "subjects": []}), "every admin has the stub");
        assert!(!has_id(&fields_of(&maple, "aboutMe").await, &incident), "it does not say about whom");
        let export = confirmed(server, "maple").await.does("exportMyData", json!({"format": "JSON"})).await;
        assert!(!text(&export["content"]).contains(&incident));
    })
    .await;
}

#[tokio::test]
async fn what_i_said_in_public_is_there() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, larch) =
            (server.person("tansy").await, server.person("cedar").await, server.person("larch").await);
        let (words, comment) = (canary("wording"), canary("comment"));
        let incident = upheld(&tansy).about("larch").set("creditReporter", true).send().await;
        recognise(&cedar, &incident).set("wording", words.as_str()).deliver().await;
        for person in [&tansy, &larch] {
            let list = fields_of(person, "recognitions").await;
            assert!(list.iter().any(|r| r["wording"] == words), "recognised, or who noticed");
        }
        assert!(!fields_of(&cedar, "recognitions").await.iter().any(|r| r["wording"] == words));
        let feed = larch.all("recognitions", "id wording").await;
        let id = text(&feed.iter().find(|r| r["wording"] == words).expect("in the feed")["id"]);
        larch.does("comment", json!({"recognitionId": id, "text": comment})).await;
        larch.does("react", json!({"recognitionId": id, "emoji": "👏", "on": true})).await;
        let point = json!({"key": new_key(), "venueId": server.venue_id("mobile-retro").await, "kind": "GAP", "text": comment});
        larch.does("addMeetingPoint", point).await;
        assert!(fields_of(&larch, "meetingPoints").await.iter().any(|p| p["text"] == comment));
        assert!(!fields_of(&cedar, "meetingPoints").await.iter().any(|p| p["text"] == comment));
        assert!(fields_of(&larch, "comments").await.iter().any(|c| c["text"] == comment));
        assert!(fields_of(&larch, "reactions").await.iter().any(|r| r["recognitionId"] == id));
        assert!(!fields_of(&tansy, "comments").await.iter().any(|c| c["text"] == comment));
        let own = larch
            .ok("{ myData { person { name email } sessions { id } apiTokens { id } } }", json!({}))
            .await;
        assert_eq!(own["myData"]["person"], json!({"name": "Larch", "email": "larch@upheld.example"}));
        assert!(!own["myData"]["sessions"].as_array().expect("sessions").is_empty());
    })
    .await;
}

#[tokio::test]
async fn who_opened_what_is_about_me_and_why() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, larch) =
            (server.person("tansy").await, server.person("cedar").await, server.person("larch").await);
        let incident = violated(&tansy).about("larch").send().await;
        let reason = canary("reason");
        let maple = confirmed(server, "maple").await;
        maple.does("openEntry", json!({"incidentId": incident, "reason": reason})).await;
        let opened = |list: &[serde_json::Value]| list.iter().any(|r| r["reason"] == reason);
        assert!(!opened(&fields_of(&larch, "readings").await), "not before they may know of the entry");
        correct_alone(&cedar, &incident).deliver().await;
        let readings = fields_of(&larch, "readings").await;
        assert!(opened(&readings), "{readings:?}");
        for other in [&tansy, &cedar, &server.person("sage").await] {
            assert!(!opened(&fields_of(other, "readings").await));
        }
        let export = confirmed(server, "larch").await.does("exportMyData", json!({"format": "CSV"})).await;
        let content = text(&export["content"]);
        assert!(content.contains(&reason) && !content.contains("Maple"), "why, and who as a role");
    })
    .await;
}

#[tokio::test]
async fn pages_of_every_size_hold_the_same() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (cedar, larch) = (server.person("cedar").await, server.person("larch").await);
        let incident = violated(&server.person("tansy").await).about("larch").send().await;
        correct_alone(&cedar, &incident).deliver().await;
        for reader in [&cedar, &larch] {
            for (name, fields) in LISTS {
                // Other tests write meanwhile; what was there before is in all of them, in one order.
                let whole = list(reader, name, fields, 100).await;
                for page in [1, 2, 7] {
                    let parts = list(reader, name, fields, page).await;
                    let kept: Vec<_> = parts.iter().filter(|p| whole.contains(p)).collect();
                    assert_eq!(
                        kept,
                        whole.iter().filter(|w| parts.contains(w)).collect::<Vec<_>>(),
                        "{name}"
                    );
                    assert!(kept.len() + 3 >= whole.len(), "{name}: {} of {}", kept.len(), whole.len());
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn signed_out_there_is_none() {
    on_each_engine(Group::Work, async |server: &Server| {
        server.anonymous().err("{ myData { person { id } } }", json!({})).await.is("UNAUTHENTICATED");
        server.anonymous().may_not("exportMyData", json!({"format": "JSON"})).await.is("UNAUTHENTICATED");
        server
            .anonymous()
            .err("{ legalHolds { nodes { incidentId } } }", json!({}))
            .await
            .is("UNAUTHENTICATED");
    })
    .await;
}
