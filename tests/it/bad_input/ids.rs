//! Ids that nothing has, that are another thing's, or that the person may not see.

use serde_json::{Value, json};

use super::stage::Stage;
use crate::harness::{Group, Server, on_each_engine, unknown_id, upheld, violated};

/// Each mutation with the field of what it acts on.
const ACTS_ON: &[(&str, &str)] = &[
    ("withdrawIncident", "incidentId"),
    ("askAboutIncident", "incidentId"),
    ("replyToIncident", "incidentId"),
    ("passIncident", "incidentId"),
    ("takeOverIncident", "incidentId"),
    ("handOverIncident", "incidentId"),
    ("recordDecision", "incidentId"),
    ("confirmDecision", "decisionId"),
    ("markDelivered", "decisionId"),
    ("retractDecision", "decisionId"),
    ("react", "recognitionId"),
    ("comment", "recognitionId"),
    ("saveValue", "id"),
    ("endSession", "sessionId"),
    ("revokeApiToken", "tokenId"),
    ("mergeIncidents", "incidentId"),
    ("updatePerson", "personId"),
    ("movePerson", "personId"),
    ("deactivatePerson", "personId"),
    ("reactivatePerson", "personId"),
    ("saveTeam", "id"),
    ("saveVenue", "id"),
    ("saveTopic", "id"),
    ("checkIn", "topicId"),
    ("mentionTopic", "topicId"),
    ("planMeeting", "venueId"),
    ("addMeetingPoint", "venueId"),
    ("takeBackMeetingPoint", "pointId"),
    ("finishMeeting", "venueId"),
];

/// Each other id in an input.
const NAMES: &[(&str, &str)] = &[
    ("logIncident", "venueId"),
    ("askAboutIncident", "personId"),
    ("passIncident", "toPersonId"),
    ("recordDecision", "venueId"),
    ("markDelivered", "venueId"),
    ("mergeIncidents", "intoId"),
    ("addPerson", "managerId"),
    ("addPerson", "teamId"),
    ("movePerson", "managerId"),
    ("movePerson", "teamId"),
    ("deactivatePerson", "reportsTo"),
    ("saveTeam", "leadId"),
];

const MALFORMED: [&str; 5] = ["", "x", "1", "00000000-0000-0000-0000-00000000000g", "' OR 1=1 --"];

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    on_each_engine(Group::Work, async |server: &Server| {
        let stage = Stage::set(server).await;
        let before = stage.everything().await;
        for (mutation, field) in ACTS_ON {
            let who = stage.who(mutation).await;
            let another = if *field == "personId" {
                server.venue_id("lunch").await
            } else {
                server.person_id("larch").await
            };
            for id in [unknown_id(), another] {
                let input = stage.spoilt(mutation, field, id.into()).await;
                who.may_not(mutation, input).await.is("NOT_FOUND");
            }
            for id in MALFORMED {
                let refusal = who.may_not(mutation, stage.spoilt(mutation, field, id.into()).await).await;
                assert!(
                    ["NOT_FOUND", "BAD_USER_INPUT"].contains(&refusal.code.as_str()),
                    "{mutation}: {refusal:?}"
                );
            }
        }
        assert_eq!(stage.everything().await, before);
    })
    .await;
}

#[tokio::test]
async fn what_is_hidden_is_not_found_in_the_same_words() {
    on_each_engine(Group::Work, async |server: &Server| {
        let stage = Stage::set(server).await;
        let briar = server.person("briar").await;
        let before = stage.everything().await;
        let hidden_token =
            stage.tansy.does("createApiToken", json!({"name": "hidden", "expiresInDays": 1})).await;
        assert_ne!(hidden_token["token"], Value::Null);
        let own = async |document: &str, list: &str| {
            stage.tansy.ok(document, json!({})).await[list][0]["id"].take().as_str().unwrap().to_owned()
        };
        let (session, token) =
            (own("{ sessions { id } }", "sessions").await, own("{ apiTokens { id } }", "apiTokens").await);
        for (mutation, field) in ACTS_ON {
            let hidden = match *field {
                "incidentId" => &stage.open,
                "decisionId" => &stage.decision,
                "sessionId" => &session,
                "tokenId" => &token,
                _ => continue,
            };
            let refusal =
                briar.may_not(mutation, stage.spoilt(mutation, field, hidden.as_str().into()).await).await;
            refusal.is("NOT_FOUND");
            let absent =
                briar.may_not(mutation, stage.spoilt(mutation, field, unknown_id().into()).await).await;
            assert_eq!((&refusal.message, &refusal.fields), (&absent.message, &absent.fields), "{mutation}");
        }
        assert_eq!(stage.everything().await, before);
        stage.tansy.does("revokeApiToken", json!({"tokenId": token})).await;
    })
    .await;
}

#[tokio::test]
async fn any_other_id_is_named_as_the_field_to_mend() {
    on_each_engine(Group::Work, async |server: &Server| {
        let stage = Stage::set(server).await;
        let before = stage.everything().await;
        let another_thing = server.value_id("kindness").await;
        let ids: Vec<String> =
            MALFORMED.iter().map(|m| (*m).to_owned()).chain([unknown_id(), another_thing]).collect();
        for (mutation, field) in NAMES {
            for id in &ids {
                let mut input = stage.spoilt(mutation, field, id.as_str().into()).await;
                if *mutation == "recordDecision" {
                    input["handling"] = "PUBLIC".into();
                    input["wording"] = "We let each other finish.".into();
                    input["heard"] = "IN_THE_MOMENT".into();
                    input["heardReason"] = "It was happening.".into();
                }
                stage.who(mutation).await.may_not(mutation, input).await.names(field);
            }
        }
        for id in &ids {
            let list = Value::from(vec![id.as_str()]);
            violated(&stage.tansy).set("subjectIds", list.clone()).refused().await.names("subjectIds");
            upheld(&stage.tansy).set("subjectTeamId", id.as_str()).refused().await.names("subjectTeamId");
            if *id != server.value_id("kindness").await {
                violated(&stage.tansy).about("larch").set("valueIds", list).refused().await.names("valueIds");
            }
        }
        assert_eq!(stage.everything().await, before);
    })
    .await;
}

#[tokio::test]
async fn a_query_for_what_is_not_there_gives_null() {
    on_each_engine(Group::Work, async |server: &Server| {
        let stage = Stage::set(server).await;
        let briar = server.person("briar").await;
        for field in ["incident", "recognition", "person", "value"] {
            let document = format!("query($id: ID!) {{ {field}(id: $id) {{ id }} }}");
            let absent = briar.answer(&document, json!({"id": unknown_id()})).await;
            assert_eq!(absent.json(), json!({"data": {field: null}}));
            if field == "incident" {
                let hidden = briar.answer(&document, json!({"id": stage.open})).await;
                assert_eq!(hidden.text, absent.text, "hidden and absent are the same answer");
            }
            for id in MALFORMED {
                let answer = briar.answer(&document, json!({"id": id})).await;
                match answer.result() {
                    Ok(data) => assert_eq!(data[field], Value::Null),
                    Err(refusal) => refusal.is("BAD_USER_INPUT"),
                }
            }
        }
        let history = "query($id: ID!) { reinforcementHistory(leaderId: $id) { recognitions } }";
        let hidden = briar.answer(history, json!({"id": server.person_id("cedar").await})).await;
        let absent = briar.answer(history, json!({"id": unknown_id()})).await;
        assert_eq!(hidden.text, absent.text);
        let notices = "query($id: ID!) { notices(venueId: $id) { nodes { id } } }";
        let answer = briar.answer(notices, json!({"id": server.venue_id("lunch").await})).await;
        assert_eq!(
            answer.json(),
            json!({"data": {"notices": {"nodes": []}}}),
            "not one of the venue's people"
        );
    })
    .await;
}
