//! What a decision must hold, its hint, its reach and its versions.

use serde_json::{Value, json};

use super::state;
use crate::harness::{
    Client, Group, Server, close, correct, correct_alone, new_key, on_each_engine, recognise, upheld,
    violated,
};

async fn three(server: &Server) -> (Client<'_>, Client<'_>, Client<'_>) {
    (server.person("tansy").await, server.person("cedar").await, server.person("larch").await)
}

#[tokio::test]
async fn the_outcome_fits_the_kind() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, _) = three(server).await;
        let praise = upheld(&tansy).about("larch").send().await;
        let lapse = violated(&tansy).about("larch").send().await;
        correct_alone(&cedar, &praise).refused().await.names("outcome");
        recognise(&cedar, &lapse).considered([true; 3]).refused().await.names("outcome");
        assert_eq!(
            (state(&cedar, &praise).await, state(&cedar, &lapse).await),
            (json!("OPEN"), json!("OPEN"))
        );
        close(&cedar, &praise).send().await;
        close(&cedar, &lapse).considered([true; 3]).send().await;
        assert_eq!(
            (state(&cedar, &praise).await, state(&cedar, &lapse).await),
            (json!("CLOSED"), json!("CLOSED"))
        );
    })
    .await;
}

#[tokio::test]
async fn the_handling_is_never_preselected() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, _) = three(server).await;
        let praise = upheld(&tansy).about("larch").send().await;
        let lapse = violated(&tansy).about("larch").send().await;
        recognise(&cedar, &praise).without("handling").refused().await.names("handling");
        correct(&cedar, &lapse).without("handling").refused().await.names("handling");
        close(&cedar, &praise).set("handling", "ONE_TO_ONE").refused().await.names("handling");
    })
    .await;
}

#[tokio::test]
async fn every_decision_says_why() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, _) = three(server).await;
        let praise = upheld(&tansy).about("larch").send().await;
        recognise(&cedar, &praise).set("rationale", " \n").refused().await.names("rationale");
        close(&cedar, &praise).set("rationale", "").refused().await.names("rationale");
    })
    .await;
}

#[tokio::test]
async fn the_three_questions_come_before_a_violation_that_others_saw() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, _) = three(server).await;
        for venue in ["lunch", "mobile-pr", "incident", "eng", "customer-call"] {
            let incident = violated(&tansy).about("larch").at(venue).send().await;
            for unanswered in
                [correct_alone(&cedar, &incident), correct(&cedar, &incident), close(&cedar, &incident)]
            {
                unanswered.without("consideration").refused().await.names("consideration");
            }
            correct_alone(&cedar, &incident).send().await;
        }
        let alone = violated(&tansy).about("larch").at("dm").send().await;
        correct_alone(&cedar, &alone).without("consideration").send().await;
    })
    .await;
}

#[tokio::test]
async fn the_hint_is_a_word_and_any_choice_with_a_reason_is_fine() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, _) = three(server).await;
        for answers in 0..8u8 {
            let given = [answers & 1 != 0, answers & 2 != 0, answers & 4 != 0];
            let expected = if answers == 7 { "ONE_TO_ONE_FITS" } else { "CONSIDER_THE_TEAM" };
            let incident = violated(&tansy).about("larch").send().await;
            let decision =
                if answers % 2 == 0 { correct_alone(&cedar, &incident) } else { correct(&cedar, &incident) };
            let recorded = decision.considered(given).record().await;
            assert_eq!(recorded["consideration"]["hint"], expected, "{given:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_unnamed_public_wording_holds_no_name() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, _) = three(server).await;
        let incident = violated(&tansy).about("larch").send().await;
        for wording in
            ["Larch, let others finish.", "LARCH's comment", "what larch said", "(Larch)", "to\nLarch: no"]
        {
            correct(&cedar, &incident).set("wording", wording).refused().await.names("wording");
            correct(&cedar, &incident)
                .set("wording", wording)
                .set("namesSubject", false)
                .refused()
                .await
                .names("wording");
            let principle =
                correct_alone(&cedar, &incident).set("witnessWord", "PRINCIPLE").set("principle", wording);
            principle.refused().await.names("principle");
        }
        let seen = cedar.incident(&incident, "state decision { id }").await;
        assert_eq!(seen, json!({"state": "OPEN", "decision": null}));
        correct(&cedar, &incident).set("wording", "Larchwood tables are for everybody.").send().await;
        let seen = cedar.incident(&incident, "decision { namesSubject }").await;
        assert_eq!(seen["decision"]["namesSubject"], false, "off by default");
    })
    .await;
}

#[tokio::test]
async fn a_recognition_always_names_its_people() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, _) = three(server).await;
        let incident = upheld(&tansy).about("larch").send().await;
        recognise(&cedar, &incident).set("wording", "Larch said it first.").send().await;
        let seen = cedar.incident(&incident, "decision { namesSubject }").await;
        assert_eq!(seen["decision"]["namesSubject"], true);
    })
    .await;
}

#[tokio::test]
async fn what_is_public_has_words_and_a_venue_with_others_in_it() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, _) = three(server).await;
        let praise = upheld(&tansy).about("larch").send().await;
        recognise(&cedar, &praise).without("wording").refused().await.names("wording");
        recognise(&cedar, &praise).set("wording", "  ").refused().await.names("wording");
        recognise(&cedar, &praise).in_venue("one2one").refused().await.names("venueId");
        let alone = violated(&tansy).about("larch").at("dm").send().await;
        correct(&cedar, &alone).refused().await.names("venueId");
        correct(&cedar, &alone).in_venue("mobile-retro").send().await;
    })
    .await;
}

#[tokio::test]
async fn a_word_to_the_witnesses_goes_with_a_correction() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, _) = three(server).await;
        let praise = upheld(&tansy).about("larch").send().await;
        let lapse = violated(&tansy).about("larch").send().await;
        recognise(&cedar, &praise).set("witnessWord", "ADDRESSED").refused().await.names("witnessWord");
        correct_alone(&cedar, &lapse).set("witnessWord", "PRINCIPLE").refused().await.names("principle");
        correct_alone(&cedar, &lapse).set("witnessWord", "ADDRESSED").send().await;
    })
    .await;
}

#[tokio::test]
async fn reach_compares_who_heard_with_who_saw() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, _) = three(server).await;
        for (seen_at, said_at, reach) in [
            ("mobile-pr", "mobile-pr", "MATCHED"),
            ("mobile-pr", "mobile-retro", "MATCHED"),
            ("mobile-pr", "eng", "WIDER"),
            ("mobile-pr", "incident", "WIDER"),
            ("eng", "mobile-pr", "NARROWER"),
            ("customer-call", "eng", "MATCHED"),
            ("customer-call", "incident", "NARROWER"),
            ("lunch", "mobile-pr", "WIDER"),
        ] {
            let incident = violated(&tansy).about("larch").at(seen_at).send().await;
            let decision = correct(&cedar, &incident).in_venue(said_at).record().await;
            assert_eq!(decision["reach"], reach, "seen at {seen_at}, said at {said_at}");
        }
        for (seen_at, reach) in [("dm", "MATCHED"), ("mobile-pr", "NARROWER")] {
            let incident = violated(&tansy).about("larch").at(seen_at).send().await;
            assert_eq!(
                correct_alone(&cedar, &incident).record().await["reach"],
                reach,
                "{seen_at}, then 1:1"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_decision_is_revised_until_it_is_delivered() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, larch) = three(server).await;
        let rowan = server.person("rowan").await;
        let incident = upheld(&tansy).about("larch").send().await;
        let first = recognise(&cedar, &incident).record().await;
        assert_eq!(first["version"], 1);
        recognise(&cedar, &incident).refused().await.is("CONFLICT");
        recognise(&cedar, &incident).set("expectedVersion", 2).refused().await.is("CONFLICT");
        recognise(&rowan, &incident).set("expectedVersion", 1).refused().await.is("FORBIDDEN");
        let revised = recognise(&cedar, &incident).set("wording", "Better words.").set("expectedVersion", 1);
        let second = revised.record().await;
        assert_eq!(second["version"], 2);
        recognise(&cedar, &incident).set("expectedVersion", 1).refused().await.is("CONFLICT");
        let seen = cedar.incident(&incident, "state decision { id wording version }").await;
        assert_eq!(
            (&seen["state"], &seen["decision"]["wording"]),
            (&json!("DECIDED"), &json!("Better words."))
        );
        cedar.does("markDelivered", json!({"decisionId": seen["decision"]["id"]})).await;
        recognise(&cedar, &incident).set("expectedVersion", 2).refused().await.is("CONFLICT");
        let seen = larch.incident(&incident, "decision { wording }").await;
        assert_eq!(seen["decision"]["wording"], "Better words.");
    })
    .await;
}

#[tokio::test]
async fn a_revision_obeys_the_same_rules() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, _) = three(server).await;
        let incident = violated(&tansy).about("larch").send().await;
        correct_alone(&cedar, &incident).send().await;
        let again =
            |wording: &str| correct(&cedar, &incident).set("expectedVersion", 1).set("wording", wording);
        again("Larch was loud.").refused().await.names("wording");
        again("We were loud.").without("heard").refused().await.names("heard");
        again("We were loud.").send().await;
        let seen = cedar.incident(&incident, "decision { handling version }").await;
        assert_eq!(seen["decision"], json!({"handling": "PUBLIC", "version": 2}));
    })
    .await;
}

#[tokio::test]
async fn an_open_entry_has_no_version_to_expect() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, _) = three(server).await;
        let incident = upheld(&tansy).about("larch").send().await;
        recognise(&cedar, &incident).set("expectedVersion", 3).refused().await.names("expectedVersion");
        assert_eq!(state(&cedar, &incident).await, "OPEN");
        recognise(&cedar, &incident).set("key", new_key()).send().await;
    })
    .await;
}

#[tokio::test]
async fn who_prefers_it_alone_can_be_known_before_deciding() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        let briar = server.person("briar").await;
        let id = server.person_id("thistle").await;
        let document = "query($id: ID!) { person(id: $id) { recognitionPreference } }";
        let shown = briar.ok(document, json!({"id": id})).await;
        assert_eq!(shown["person"]["recognitionPreference"], Value::from("ONE_TO_ONE"));
    })
    .await;
}
