//! Changes that are meant well, so that they go through: the answer of a change is an output like any other.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Answer, day, new_key};
use crate::pool::Pool;
use crate::stage::Looker;

/// One change with its input.
pub(crate) type Meant = (&'static str, Value);

/// What is asked first of some entries: what the viewer may do with them.
pub(crate) fn entries(some: &[Uuid]) -> String {
    let parts: Vec<String> = some
        .iter()
        .enumerate()
        .map(|(n, id)| {
            format!(
                "a{n}: incident(id: \"{id}\") {{ id kind viewerMay reporter {{ id }} subjects {{ id }} \
                 possibleDuplicates {{ id }} handledIn {{ id }} decision {{ id version confirmedBy {{ name }} }} \
                 steps {{ by {{ name }} from {{ name }} to {{ name }} }} decisionVersions {{ principle }} }}"
            )
        })
        .collect();
    format!("{{ viewer {{ id }} {} }}", parts.join(" "))
}

/// Something that the viewer may do with an entry.
pub(crate) struct Deed {
    pub(crate) action: &'static str,
    pub(crate) entry: String,
    pub(crate) change: Meant,
}

/// The actions, those first that few may take.
pub(crate) const ACTIONS: [&str; 12] = [
    "confirm",
    "retract",
    "revise",
    "markDelivered",
    "merge",
    "takeOver",
    "handOver",
    "pass",
    "ask",
    "decide",
    "reply",
    "withdraw",
];

fn considered() -> Value {
    json!({"onlyOneWhoKnows": false, "nobodyElseAffected": true, "knownAtFirstHand": true})
}

/// What the viewer may do with the entries that they see. One thing is left out: a leader who is asked for their side and
/// corrects their own lapse meets a decision that they did not know of; that is decided so (ARCHITECTURE.md).
pub(crate) fn with_entries(answer: &Answer) -> Vec<Deed> {
    let json: Value = serde_json::from_str(&answer.text).unwrap_or_default();
    let entries = json["data"].as_object().into_iter().flat_map(serde_json::Map::values);
    let mut list = Vec::new();
    for entry in entries {
        let may = |action: &str| entry["viewerMay"].as_array().is_some_and(|l| l.iter().any(|a| a == action));
        for action in ACTIONS.into_iter().filter(|action| may(action)) {
            if let Some(change) = with_entry(action, entry, &json["data"]["viewer"]["id"]) {
                list.push(Deed { action, entry: entry["id"].to_string(), change });
            }
        }
    }
    list
}

fn with_entry(action: &str, entry: &Value, me: &Value) -> Option<Meant> {
    let (id, decision) = (&entry["id"], &entry["decision"]["id"]);
    let decided = || {
        let mut input = json!({"key": new_key(), "incidentId": id, "rationale": "It has to be said."});
        // An own lapse is corrected in public, like everything that is decided for the first time here.
        let own = entry["subjects"].as_array().is_some_and(|l| l.iter().any(|s| s["id"] == *me));
        let public = own || action == "decide";
        input["handling"] = if public { "PUBLIC" } else { "ONE_TO_ONE" }.into();
        if public {
            input["wording"] = "It was like this.".into();
        }
        if entry["kind"] == "UPHELD" {
            input["outcome"] = "RECOGNITION".into();
        } else {
            input["outcome"] = "CORRECTION".into();
            input["consideration"] = considered();
            input["principle"] = "We say it at once.".into();
        }
        input
    };
    Some(match action {
        "ask" => {
            let reporter = &entry["reporter"]["id"];
            let of = if reporter == me { &entry["subjects"][0]["id"] } else { reporter };
            ("askAboutIncident", json!({"incidentId": id, "personId": of, "question": "How was it?"}))
        }
        "reply" => ("replyToIncident", json!({"incidentId": id, "text": "It was like this."})),
        "merge" => {
            let into = entry["possibleDuplicates"][0]["id"].as_str()?;
            ("mergeIncidents", json!({"incidentId": id, "intoId": into}))
        }
        "decide" => ("recordDecision", decided()),
        "revise" => {
            let mut input = decided();
            input["expectedVersion"] = entry["decision"]["version"].clone();
            ("recordDecision", input)
        }
        "confirm" => ("confirmDecision", json!({"decisionId": decision})),
        "markDelivered" => ("markDelivered", json!({"decisionId": decision})),
        "retract" => ("retractDecision", json!({"decisionId": decision, "reason": "It was wrong."})),
        "takeOver" => ("takeOverIncident", json!({"incidentId": id, "reason": "I know more."})),
        "pass" => ("passIncident", json!({"incidentId": id, "reason": "I am involved."})),
        "handOver" => ("handOverIncident", json!({"incidentId": id, "reason": "It is for others."})),
        "withdraw" => ("withdrawIncident", json!({"incidentId": id})),
        _ => return None,
    })
}

/// What anybody does, and what admins do to the organisation.
pub(crate) fn without_entries(pool: &mut Pool, looker: &Looker) -> Vec<Meant> {
    let person = pool.one("people");
    let (team, venue, value) = (pool.one("teams"), pool.one("venues"), pool.one("company_values"));
    let (recognition, topic) = (pool.one("recognitions"), pool.one("topics"));
    let mut list = vec![
        ("saveTopic", json!({"kind": "STRATEGY", "teamId": team, "text": "What we do first."})),
        ("mentionTopic", json!({"key": new_key(), "topicId": topic})),
        (
            "addMeetingPoint",
            json!({"key": new_key(), "venueId": venue, "kind": "GAP", "text": "We say one, we do two."}),
        ),
        ("takeBackMeetingPoint", json!({"pointId": pool.one("meeting_points")})),
        ("checkIn", json!({"topicId": topic, "value": 5.0, "note": "Closer."})),
        ("react", json!({"recognitionId": recognition, "emoji": "💡", "on": true})),
        ("comment", json!({"recognitionId": recognition, "text": "Well said."})),
        ("setPreference", json!({"recognitionPreference": "ASK_FIRST"})),
        ("confirmIdentity", json!({"password": looker.password})),
        ("exportMyData", json!({"format": "JSON"})),
        ("exportMyData", json!({"format": "CSV"})),
        ("createApiToken", json!({"name": "For a script"})),
        ("revokeApiToken", json!({"tokenId": pool.one("api_tokens")})),
        (
            "logIncident",
            json!({"key": new_key(), "kind": "VIOLATED", "subjectIds": [person], "valueIds": [value], "venueId": venue,
                "title": "Now", "situation": "Here.", "behaviour": "This.", "impact": "That.", "occurredOn": day(0)}),
        ),
    ];
    if looker.viewer.admin {
        list.extend([
            ("saveValue", json!({"name": "Calm", "statement": "No haste.", "looksLikeUpheld": ["Slowly."], "looksLikeViolated": ["At once."]})),
            ("saveVenue", json!({"name": "The roof", "audience": "TEAM", "audienceSize": 5, "teamIds": [team]})),
            ("savePolicy", json!({"hoursToDecide": 24})),
            ("saveRetention", json!({"recognitionMonths": 36, "foldAfterMonths": 6})),
        ]);
    }
    list
}

/// What admins do to people, which comes last: it takes away whom the entries are about.
pub(crate) fn with_person(pool: &mut Pool, me: Option<Uuid>, one: &Value) -> Vec<Meant> {
    vec![
        ("addPerson", json!({"name": "Nova Neu", "email": "nova@twin.example"})),
        ("updatePerson", json!({"personId": one, "title": "Does other things"})),
        ("saveTeam", json!({"name": "Night shift", "leadId": me})),
        ("movePerson", json!({"personId": one, "managerId": Value::Null, "teamId": pool.one("teams")})),
        ("setRole", json!({"personId": one, "role": "ADMIN"})),
        ("deactivatePerson", json!({"personId": one})),
        ("reactivatePerson", json!({"personId": one, "managerId": Value::Null})),
    ]
}
