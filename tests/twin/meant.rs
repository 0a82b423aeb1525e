//! Changes that are meant well, so that they go through: the answer of a change is an output like any other.

use serde_json::{Value, json};

use crate::harness::{Answer, day, new_key};
use crate::life::PASSWORD;
use crate::pool::Pool;

/// One change with its input.
pub(crate) type Meant = (&'static str, Value);

/// What is asked first: the entries that the viewer sees, with what they may do.
pub(crate) fn entries(pool: &Pool) -> String {
    let seen = pool.of_table("incidents").map(|i| i.seen.clone()).unwrap_or_default();
    let parts: Vec<String> = seen
        .iter()
        .take(20)
        .enumerate()
        .map(|(n, id)| {
            format!(
                "a{n}: incident(id: \"{id}\") {{ id kind viewerMay reporter {{ id }} subjects {{ id }} \
                 possibleDuplicates {{ id }} decision {{ id version }} }}"
            )
        })
        .collect();
    format!("{{ viewer {{ id }} {} }}", parts.join(" "))
}

fn considered() -> Value {
    json!({"onlyOneWhoKnows": false, "nobodyElseAffected": true, "knownAtFirstHand": true})
}

/// What the viewer may do with the entries that they see. One thing is left out: a leader who is asked for their side and
/// corrects their own lapse meets a decision that they did not know of; that is decided so (ARCHITECTURE.md).
pub(crate) fn with_entries(answer: &Answer) -> Vec<Meant> {
    let json: Value = serde_json::from_str(&answer.text).unwrap_or_default();
    let mut list = Vec::new();
    for entry in json["data"].as_object().into_iter().flat_map(serde_json::Map::values) {
        let may = |action: &str| entry["viewerMay"].as_array().is_some_and(|l| l.iter().any(|a| a == action));
        let (id, decision) = (&entry["id"], &entry["decision"]["id"]);
        let upheld = entry["kind"] == "UPHELD";
        let mut decided = json!({"key": new_key(), "incidentId": id, "rationale": "It has to be said."});
        if upheld {
            decided["outcome"] = "RECOGNITION".into();
            decided["handling"] = "ONE_TO_ONE".into();
        } else {
            decided["outcome"] = "CORRECTION".into();
            decided["handling"] = "ONE_TO_ONE".into();
            decided["consideration"] = considered();
        }
        if may("ask") {
            let of = if entry["reporter"]["id"] == json["data"]["viewer"]["id"] {
                &entry["subjects"][0]["id"]
            } else {
                &entry["reporter"]["id"]
            };
            list.push((
                "askAboutIncident",
                json!({"incidentId": id, "personId": of, "question": "How was it?"}),
            ));
        }
        if may("reply") {
            list.push(("replyToIncident", json!({"incidentId": id, "text": "It was like this."})));
        }
        if may("merge") && !entry["possibleDuplicates"][0]["id"].is_null() {
            let into = &entry["possibleDuplicates"][0]["id"];
            list.push(("mergeIncidents", json!({"incidentId": id, "intoId": into})));
        }
        if may("decide") {
            list.push(("recordDecision", decided.clone()));
        }
        if may("revise") {
            decided["expectedVersion"] = entry["decision"]["version"].clone();
            list.push(("recordDecision", decided));
        }
        if may("confirm") {
            list.push(("confirmDecision", json!({"decisionId": decision})));
        }
        if may("markDelivered") {
            list.push(("markDelivered", json!({"decisionId": decision})));
        }
        if may("retract") {
            list.push(("retractDecision", json!({"decisionId": decision, "reason": "It was wrong."})));
        }
        if may("takeOver") {
            list.push(("takeOverIncident", json!({"incidentId": id, "reason": "I know more."})));
        }
        if may("pass") {
            list.push(("passIncident", json!({"incidentId": id, "reason": "I am involved."})));
        }
        if may("handOver") {
            list.push(("handOverIncident", json!({"incidentId": id, "reason": "It is for others."})));
        }
        if may("withdraw") {
            list.push(("withdrawIncident", json!({"incidentId": id})));
        }
    }
    list
}

/// Of each change the first `n`.
pub(crate) fn few(list: Vec<Meant>, n: usize) -> Vec<Meant> {
    let mut kept: Vec<Meant> = Vec::new();
    for meant in list {
        if kept.iter().filter(|(name, _)| *name == meant.0).count() < n {
            kept.push(meant);
        }
    }
    kept
}

/// What anybody does, and what admins do. What shuts the viewer out comes last.
pub(crate) fn without_entries(pool: &mut Pool, admin: bool, email: &str) -> Vec<Meant> {
    let (person, other) = (pool.one("people"), pool.one("people"));
    let (team, venue, value) = (pool.one("teams"), pool.one("venues"), pool.one("company_values"));
    let recognition = pool.one("recognitions");
    let mut list = vec![
        ("react", json!({"recognitionId": recognition, "emoji": "💡", "on": true})),
        ("comment", json!({"recognitionId": recognition, "text": "Well said."})),
        ("setPreference", json!({"recognitionPreference": "ASK_FIRST"})),
        ("confirmIdentity", json!({"password": PASSWORD})),
        ("exportMyData", json!({"format": "JSON"})),
        ("exportMyData", json!({"format": "CSV"})),
        ("startSecondFactor", json!({"password": PASSWORD})),
        ("createApiToken", json!({"name": "For a script"})),
        ("revokeApiToken", json!({"tokenId": pool.one("api_tokens")})),
        (
            "logIncident",
            json!({"key": new_key(), "kind": "VIOLATED", "subjectIds": [person], "valueIds": [value], "venueId": venue,
                "title": "Now", "situation": "Here.", "behaviour": "This.", "impact": "That.", "occurredOn": day(0)}),
        ),
    ];
    if admin {
        let held = pool.of_table("incidents").and_then(|i| i.seen.first().copied()).unwrap_or(pool.absent());
        list.extend([
            ("saveValue", json!({"name": "Calm", "statement": "No haste.", "looksLikeUpheld": ["Slowly."], "looksLikeViolated": ["At once."]})),
            ("addPerson", json!({"name": "Nova Neu", "email": "nova@twin.example"})),
            ("updatePerson", json!({"personId": person, "title": "Does other things"})),
            ("movePerson", json!({"personId": person, "managerId": other, "teamId": team})),
            ("saveTeam", json!({"name": "Night shift", "leadId": other})),
            ("saveVenue", json!({"name": "The roof", "audience": "TEAM", "audienceSize": 5, "teamIds": [team]})),
            ("savePolicy", json!({"hoursToDecide": 24})),
            ("saveRetention", json!({"recognitionMonths": 36, "foldAfterMonths": 6})),
            ("setLegalHold", json!({"incidentId": held, "on": true, "reason": "A court asks."})),
            ("createSignInLink", json!({"personId": other})),
            ("setRole", json!({"personId": other, "role": "ADMIN"})),
            ("deactivatePerson", json!({"personId": other})),
            ("reactivatePerson", json!({"personId": other, "managerId": Value::Null})),
            ("erasePerson", json!({"personId": other, "reason": "They asked for it."})),
        ]);
    }
    list.extend([
        ("endSession", json!({"sessionId": pool.one("sessions")})),
        ("changePassword", json!({"currentPassword": PASSWORD, "newPassword": "quite another one 7"})),
        ("signIn", json!({"email": email, "password": "quite another one 7"})),
    ]);
    list
}
