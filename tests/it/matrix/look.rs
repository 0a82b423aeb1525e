//! Everything that a viewer can find out about an entry.

use serde_json::{Value, json};

use super::checks::{ANY, is_canary};
use super::states::Case;
use crate::harness::{Client, Server, has_id, unknown_id};

const INCIDENT: &str = "query($id: ID!) { incident(id: $id) {
    id kind state title situation behaviour impact values { name } subjects { name } subjectTeam { name } venue { name }
    audience audienceSize affected severity occurredOn loggedAt evidenceUrl reporter { name } decider { name } age
    questions { id askedBy { name } askedOf { name } text at }
    replies { id author { name } text at answers { text } }
    onlookers { who person { name } people why from sees } viewerMay handledIn { name } undoUntil hideReporterFromSubject
    steps { id kind by { name } from { name } to { name } reason at } possibleDuplicates { id title }
    mergedInto { id title reporter { name } } mergedCopies { id title reporter { name } }
    decisionVersions { version recordedBy { name } recordedAt outcome handling venue { name } heard heardReason rationale
        wording namesSubject witnessWord principle repair
        consideration { onlyOneWhoKnows nobodyElseAffected knownAtFirstHand hint } }
    decision { id incident { id title reporter { name } } leader { name } outcome handling venue { name } reach
        consideration { onlyOneWhoKnows nobodyElseAffected knownAtFirstHand hint } heard heardReason rationale wording
        namesSubject alsoOneToOne witnessWord principle repair decidedAt confirmedBy { name } deliveredAt
        deliveredIn { name } retractedAt version } } }";
const RECOGNITION: &str =
    "id publishedAt subjects { name } values { name } leader { name } spottedBy { name } venue { name }
    wording reactions { emoji count } comments(first: 10) { nodes { id author { name } text at } }";
const NOTICE: &str = "id venue { name } kind values { name } wording about { name } at";

/// What one viewer got.
pub(super) struct Seen {
    /// By place, as the checks read them.
    pub(super) answers: Value,
    /// Every answer as text, to look for words in.
    pub(super) everything: String,
}

/// Asks everything as the viewer.
pub(super) async fn at(server: &Server, viewer: &str, case: &Case) -> Seen {
    let client =
        if viewer == "nobody" { server.anonymous() } else { server.person(case.person(viewer)).await };
    let mut asked = Asked { by: client, everything: String::new() };
    let truth = &case.truth;
    let mut answers = json!({});

    let incident = asked.one(INCIDENT, json!({"id": case.incident})).await["incident"].take();
    let find = |list: &str, text: &Value| -> Value {
        let mut rows = incident[list].as_array().into_iter().flatten();
        rows.rfind(|row| !text.is_null() && row["text"] == *text).cloned().unwrap_or_default()
    };
    answers["questionToSubject"] = find("questions", &truth["questionToSubject"]["text"]);
    answers["questionToReporter"] = find("questions", &truth["questionToReporter"]["text"]);
    answers["replyOfSubject"] = find("replies", &truth["replyOfSubject"]["text"]);
    answers["replyOfReporter"] = find("replies", &truth["replyOfReporter"]["text"]);
    let onlooker = |name: &Value| -> Value {
        let mut rows = incident["onlookers"].as_array().into_iter().flatten();
        rows.rfind(|row| row["person"]["name"] == *name).cloned().unwrap_or_default()
    };
    answers["onlooker"] = onlooker(&case.names.decider);
    answers["reporterOnlooker"] = onlooker(&case.names.reporter);
    let by_id = |list: &str, id: &Value| -> Value {
        let mut rows = incident[list].as_array().into_iter().flatten();
        rows.find(|row| !id.is_null() && row["id"] == *id).cloned().unwrap_or_default()
    };
    answers["duplicate"] = by_id("possibleDuplicates", &truth["duplicate"]["id"]);
    answers["mergedCopy"] = by_id("mergedCopies", &truth["mergedCopy"]["id"]);
    answers["mergedInto"] = incident["mergedInto"].clone();
    answers["version"] = incident["decisionVersions"][0].clone();
    answers["step"] = incident["steps"].as_array().and_then(|s| s.last()).cloned().unwrap_or_default();
    if incident["decision"]["outcome"] == "NO_ACTION" {
        answers["reason"] = incident["decision"]["wording"].clone();
    }
    answers["incident"] = incident;

    let feed = asked.all("recognitions", RECOGNITION).await;
    let recognition = feed.iter().find(|r| r["wording"] == truth["recognition"]["wording"]);
    answers["recognition"] = recognition.cloned().unwrap_or_default();
    let id = case.recognition.clone().unwrap_or_else(unknown_id);
    let document = format!("query($id: ID!) {{ recognition(id: $id) {{ {RECOGNITION} }} }}");
    answers["recognitionById"] = asked.one(&document, json!({"id": id})).await["recognition"].take();
    let notices = asked.all("notices", NOTICE).await;
    let wanted = &truth["notice"];
    let notice = notices.iter().find(|n| {
        n["kind"] == wanted["kind"]
            && n["venue"]["name"] == wanted["venue"]["name"]
            && (wanted["wording"] == ANY || n["wording"] == wanted["wording"])
    });
    answers["notice"] = notice.cloned().unwrap_or_default();
    for (list, place) in [("decisionQueue", "inQueue"), ("myIncidents", "inMine")] {
        if has_id(&asked.all(list, "id title behaviour").await, &case.incident) {
            answers[place] = true.into();
        }
    }
    let leader = server.person_id(case.person("decider")).await;
    let history = asked.one(
        "query($id: ID!) { reinforcementHistory(leaderId: $id) { decisions(first: 100) { nodes { id wording rationale } } } }",
        json!({"id": leader}),
    );
    let history = history.await;
    let decisions =
        history["reinforcementHistory"]["decisions"]["nodes"].as_array().cloned().unwrap_or_default();
    if case.decision.as_ref().is_some_and(|id| has_id(&decisions, id)) {
        answers["inHistory"] = true.into();
    }
    asked.search_for_words_of(truth).await;
    Seen { answers, everything: asked.everything }
}

struct Asked<'s> {
    by: Client<'s>,
    everything: String,
}

impl Asked<'_> {
    /// The data, null where it is refused.
    async fn one(&mut self, document: &str, variables: Value) -> Value {
        let answer = self.by.answer(document, variables).await;
        assert!(answer.status < 500, "{} {}", answer.status, answer.text);
        self.everything += &answer.text;
        if let Err(refusal) = answer.result() {
            let expected = if self.by.cookie().is_none() { "UNAUTHENTICATED" } else { "(no refusal)" };
            refusal.is(expected);
            return Value::Null;
        }
        answer.json()["data"].take()
    }

    async fn all(&mut self, connection: &str, fields: &str) -> Vec<Value> {
        let (mut nodes, mut after) = (Vec::new(), Value::Null);
        loop {
            let document = format!(
                "query($after: String) {{ {connection}(first: 100, after: $after) {{ nodes {{ {fields} }}
                   pageInfo {{ hasNextPage endCursor }} }} }}"
            );
            let mut page = self.one(&document, json!({"after": after})).await[connection].take();
            nodes.extend(page["nodes"].as_array().into_iter().flatten().cloned());
            if page["pageInfo"]["hasNextPage"] != true {
                return nodes;
            }
            after = page["pageInfo"]["endCursor"].take();
        }
    }

    /// Searches the feed and the people for each word of the truth; only hits count, not the question itself.
    async fn search_for_words_of(&mut self, truth: &Value) {
        let mut words = Vec::new();
        collect(truth, &mut words);
        for word in words {
            let document =
                "query($s: String) { recognitions(filter: {search: $s}, first: 10) { nodes { id wording } }
                people(search: $s, first: 10) { nodes { id name } } }";
            self.one(document, json!({"s": word})).await;
        }
    }
}

fn collect(value: &Value, words: &mut Vec<String>) {
    match value {
        Value::String(text) if is_canary(text) && !words.contains(text) => words.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|v| collect(v, words)),
        Value::Object(fields) => fields.values().for_each(|v| collect(v, words)),
        _ => {}
    }
}
