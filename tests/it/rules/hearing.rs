//! Questions, replies, and how a person is heard before something is said in public.

use serde_json::{Value, json};

use super::{may, state};
use crate::harness::{Client, Group, Server, canary, correct, on_each_engine, upheld, violated};

async fn ask(by: &Client<'_>, incident: &str, whom: &str, question: &str) -> Value {
    let person = by.server.person_id(whom).await;
    by.does("askAboutIncident", json!({"incidentId": incident, "personId": person, "question": question}))
        .await
}

fn reply(incident: &str, text: &str) -> Value {
    json!({"incidentId": incident, "text": text})
}

const WORDS: &str =
    "state questions { text askedBy { name } askedOf { name } } replies { text author { name } }";

#[tokio::test]
async fn asking_the_person_pauses_the_clock_and_shows_it_to_them_at_once() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, larch) =
            (server.person("tansy").await, server.person("cedar").await, server.person("larch").await);
        let (rowan, sage) = (server.person("rowan").await, server.person("sage").await);
        let question = canary("question");
        let incident = violated(&tansy).about("larch").send().await;
        assert_eq!(larch.incident(&incident, "id").await, Value::Null);
        ask(&cedar, &incident, "larch", &question).await;

        for person in [&tansy, &cedar, &rowan, &larch] {
            assert_eq!(state(person, &incident).await, "WAITING");
        }
        let fields = "title situation behaviour impact decision { id } reporter { id } age viewerMay questions { text }";
        let seen = larch.incident(&incident, fields).await;
        assert_eq!(seen["situation"], "We were going through the open questions.");
        assert_eq!(seen["impact"], "The others went quiet.");
        assert_eq!((&seen["reporter"], &seen["decision"]), (&Value::Null, &Value::Null));
        assert_eq!(seen["questions"], json!([{"text": question}]));
        assert_eq!(seen["viewerMay"], json!(["reply"]));
        let seen = rowan.incident(&incident, WORDS).await;
        assert_eq!(seen["questions"][0]["askedBy"]["name"], "Cedar");
        assert_eq!(seen["questions"][0]["askedOf"]["name"], "Larch");
        assert_eq!(tansy.incident(&incident, WORDS).await["questions"], json!([]), "not the reporter's to read");
        assert_eq!(sage.incident(&incident, "id").await, Value::Null);
    })
    .await;
}

#[tokio::test]
async fn the_reply_goes_to_the_decider_and_the_clock_runs_on() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, larch, rowan) = (
            server.person("tansy").await,
            server.person("cedar").await,
            server.person("larch").await,
            server.person("rowan").await,
        );
        let incident = violated(&tansy).about("larch").send().await;
        ask(&cedar, &incident, "larch", "What happened before that?").await;
        let text = canary("reply");
        larch.does("replyToIncident", reply(&incident, &text)).await;
        assert_eq!(state(&cedar, &incident).await, "OPEN");
        for reader in [&cedar, &rowan, &larch] {
            let seen = reader.incident(&incident, WORDS).await;
            assert_eq!(seen["replies"], json!([{"text": text, "author": {"name": "Larch"}}]));
        }
        assert_eq!(
            tansy.incident(&incident, WORDS).await["replies"],
            json!([]),
            "not the reporter's to read"
        );
    })
    .await;
}

#[tokio::test]
async fn asking_the_reporter_tells_the_person_nothing() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, larch) =
            (server.person("tansy").await, server.person("cedar").await, server.person("larch").await);
        let incident = violated(&tansy).about("larch").set("hideReporterFromSubject", true).send().await;
        let (question, answer) = (canary("question"), canary("answer"));
        ask(&cedar, &incident, "tansy", &question).await;
        assert_eq!(state(&tansy, &incident).await, "WAITING");
        assert_eq!(larch.incident(&incident, "id").await, Value::Null);
        tansy.does("replyToIncident", reply(&incident, &answer)).await;
        assert_eq!(state(&tansy, &incident).await, "OPEN");

        ask(&cedar, &incident, "larch", "And your side?").await;
        let seen = larch
            .incident(&incident, &format!("{WORDS} reporter {{ id }} onlookers {{ who person {{ name }} }}"))
            .await;
        let all = seen.to_string();
        for hidden in [question.as_str(), answer.as_str(), "Tansy"] {
            assert!(!all.contains(hidden), "{hidden} in {all}");
        }
        let seen = cedar.incident(&incident, WORDS).await;
        assert_eq!(seen["replies"][0]["author"]["name"], "Tansy", "the decider knows the reporter");
    })
    .await;
}

#[tokio::test]
async fn only_the_reporter_and_the_person_are_asked_and_only_who_is_asked_replies() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, larch) =
            (server.person("tansy").await, server.person("cedar").await, server.person("larch").await);
        let (rowan, sage) = (server.person("rowan").await, server.person("sage").await);
        let incident = violated(&tansy).about("larch").send().await;
        let question = async |whom: &str| {
            json!({"incidentId": incident, "personId": server.person_id(whom).await, "question": "What was it?"})
        };
        cedar.may_not("askAboutIncident", question("sage").await).await.names("personId");
        tansy.may_not("askAboutIncident", question("larch").await).await.is("FORBIDDEN");
        rowan.may_not("askAboutIncident", question("larch").await).await.is("FORBIDDEN");
        sage.may_not("askAboutIncident", question("larch").await).await.is("NOT_FOUND");
        tansy.may_not("replyToIncident", reply(&incident, "Unasked.")).await.is("FORBIDDEN");
        larch.may_not("replyToIncident", reply(&incident, "I do not know of it yet.")).await.is("NOT_FOUND");
        rowan.may_not("replyToIncident", reply(&incident, "I was not asked.")).await.is("FORBIDDEN");
        let praise = upheld(&tansy).about("larch").send().await;
        let input = json!({"incidentId": praise, "personId": server.person_id("larch").await, "question": "Really?"});
        // Praise is a surprise: its people see nothing before the delivery, so a question to them would have no reader.
        cedar.may_not("askAboutIncident", input).await.names("personId");
    })
    .await;
}

#[tokio::test]
async fn a_public_correction_says_how_the_person_was_heard() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, larch) =
            (server.person("tansy").await, server.person("cedar").await, server.person("larch").await);
        let incident = violated(&tansy).about("larch").send().await;
        let heard = |how: &str| correct(&cedar, &incident).set("heard", how).without("heardReason");
        correct(&cedar, &incident).without("heard").without("heardReason").refused().await.names("heard");
        heard("REPLY_ATTACHED").refused().await.names("heard");
        heard("ASKED").refused().await.names("heard");
        heard("IN_THE_MOMENT").refused().await.names("heardReason");
        ask(&cedar, &incident, "tansy", "Who else was there?").await;
        heard("ASKED").refused().await.names("heard");
        tansy.does("replyToIncident", reply(&incident, "All of Mobile.")).await;
        heard("REPLY_ATTACHED").refused().await.names("heard");

        ask(&cedar, &incident, "larch", "What is your side?").await;
        heard("REPLY_ATTACHED").refused().await.names("heard");
        larch.does("replyToIncident", reply(&incident, "I was tired and I regret it.")).await;
        heard("REPLY_ATTACHED").send().await;
        assert_eq!(
            cedar.incident(&incident, "decision { heard }").await["decision"]["heard"],
            "REPLY_ATTACHED"
        );
    })
    .await;
}

#[tokio::test]
async fn asked_without_an_answer_yet_is_an_answer_too() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, larch) =
            (server.person("tansy").await, server.person("cedar").await, server.person("larch").await);
        let incident = violated(&tansy).about("larch").send().await;
        ask(&cedar, &incident, "larch", "What is your side?").await;
        correct(&cedar, &incident).set("heard", "ASKED").without("heardReason").send().await;
        let seen = larch.incident(&incident, "state decision { id }").await;
        assert_ne!(seen["state"], "DECIDED", "an undelivered decision does not show");
        assert_eq!(seen["decision"], Value::Null);
        assert!(may(&larch, &incident, "reply").await, "their side is welcome until it is said");
    })
    .await;
}

/// When the person was asked is between them and who decides: but for the status, which a reporter has, the answer stays
/// byte for byte.
#[tokio::test]
async fn a_reporter_does_not_learn_when_the_person_was_asked() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, alder) = (server.person("tansy").await, server.person("alder").await);
        let incident = violated(&tansy).about("linden").at("lunch").send().await;
        let everything = "id age title questions { id } replies { id } viewerMay handledIn { id }
            decision { id } onlookers { who person { id } people why from until sees }";
        let before = tansy.incident(&incident, everything).await;
        let sees_it = before["onlookers"].as_array().expect("onlookers").iter().any(|o| o["who"] == "Linden");
        assert!(sees_it, "the person is in the list before they are asked: {before}");
        let linden = server.person_id("linden").await;
        let ask = json!({"incidentId": incident, "personId": linden, "question": "How was it for you?"});
        alder.does("askAboutIncident", ask).await;
        assert_eq!(tansy.incident(&incident, everything).await, before);
        let from = alder.incident(&incident, "onlookers { who from }").await;
        let told = |answer: &Value| {
            let rows = answer["onlookers"].as_array().expect("onlookers");
            rows.iter().find(|o| o["who"] == "Linden").map(|o| o["from"].clone())
        };
        assert_ne!(told(&from), told(&before), "who decides reads when it really was");
    })
    .await;
}
