//! Where each row of the table is read in the answers, and whether it shows the truth.

use serde_json::Value;

/// Stands in a truth for something that the server chooses, like an id or a time.
pub(super) const ANY: &str = "(any)";

/// One place to look at.
#[derive(Debug)]
pub(super) struct Check {
    pub(super) row: &'static str,
    /// The field of the schema that is read there.
    pub(super) field: &'static str,
    /// Where it stands in the answers and in the truth.
    pub(super) pointer: &'static str,
}

const fn check(row: &'static str, field: &'static str, pointer: &'static str) -> Check {
    Check { row, field, pointer }
}

pub(super) const CHECKS: &[Check] = &[
    check("entry", "Incident.id", "/incident/id"),
    check("entry", "Incident.kind", "/incident/kind"),
    check("entry", "Incident.loggedAt", "/incident/loggedAt"),
    check("status", "Incident.state", "/incident/state"),
    check("age", "Incident.age", "/incident/age"),
    check("text", "Incident.title", "/incident/title"),
    check("text", "Incident.situation", "/incident/situation"),
    check("text", "Incident.behaviour", "/incident/behaviour"),
    check("text", "Incident.impact", "/incident/impact"),
    check("text", "Incident.values", "/incident/values"),
    check("text", "Incident.subjects", "/incident/subjects"),
    check("text", "Incident.venue", "/incident/venue/name"),
    check("text", "Incident.audience", "/incident/audience"),
    check("text", "Incident.audienceSize", "/incident/audienceSize"),
    check("text", "Incident.affected", "/incident/affected"),
    check("text", "Incident.severity", "/incident/severity"),
    check("text", "Incident.occurredOn", "/incident/occurredOn"),
    check("text", "Incident.evidenceUrl", "/incident/evidenceUrl"),
    check("team", "Incident.subjectTeam", "/incident/subjectTeam/name"),
    check("reporter", "Incident.reporter", "/incident/reporter/name"),
    check("asks to be hidden", "Incident.hideReporterFromSubject", "/incident/hideReporterFromSubject"),
    check("decider", "Incident.decider", "/incident/decider/name"),
    check("undo", "Incident.undoUntil", "/incident/undoUntil"),
    check("onlookers", "Incident.onlookers", "/onlooker"),
    check("onlookers", "Onlooker.who", "/onlooker/who"),
    check("onlookers", "Onlooker.person", "/onlooker/person/name"),
    check("onlookers", "Onlooker.people", "/onlooker/people"),
    check("onlookers", "Onlooker.why", "/onlooker/why"),
    check("onlookers", "Onlooker.from", "/onlooker/person/name"),
    check("onlookers", "Onlooker.sees", "/onlooker/sees"),
    check("reporter among onlookers", "Incident.onlookers", "/reporterOnlooker/person/name"),
    check("question to the subject", "Incident.questions", "/questionToSubject"),
    check("question to the subject", "Question.id", "/questionToSubject/id"),
    check("question to the subject", "Question.askedBy", "/questionToSubject/askedBy/name"),
    check("question to the subject", "Question.askedOf", "/questionToSubject/askedOf/name"),
    check("question to the subject", "Question.text", "/questionToSubject/text"),
    check("question to the subject", "Question.at", "/questionToSubject/at"),
    check("question to the reporter", "Incident.questions", "/questionToReporter/text"),
    check("reply of the reporter", "Incident.replies", "/replyOfReporter/text"),
    check("reply of the subject", "Incident.replies", "/replyOfSubject"),
    check("reply of the subject", "Reply.id", "/replyOfSubject/id"),
    check("reply of the subject", "Reply.author", "/replyOfSubject/author/name"),
    check("reply of the subject", "Reply.text", "/replyOfSubject/text"),
    check("reply of the subject", "Reply.at", "/replyOfSubject/at"),
    check("reply of the subject", "Reply.answers", "/replyOfSubject/answers/text"),
    check("reason", "Decision.wording", "/reason"),
    check("decision", "Incident.decision", "/incident/decision"),
    check("decision", "Decision.id", "/incident/decision/id"),
    check("decision", "Decision.incident", "/incident/decision/incident/id"),
    check("decision", "Decision.leader", "/incident/decision/leader/name"),
    check("decision", "Decision.outcome", "/incident/decision/outcome"),
    check("decision", "Decision.handling", "/incident/decision/handling"),
    check("decision", "Decision.decidedAt", "/incident/decision/decidedAt"),
    check("decision", "Decision.version", "/incident/decision/version"),
    check("decision", "Decision.namesSubject", "/incident/decision/namesSubject"),
    check("decision", "Decision.alsoOneToOne", "/incident/decision/alsoOneToOne"),
    check("wording", "Decision.wording", "/incident/decision/wording"),
    check("rationale", "Decision.rationale", "/incident/decision/rationale"),
    check("where and when", "Decision.venue", "/incident/decision/venue/name"),
    check("where and when", "Decision.deliveredAt", "/incident/decision/deliveredAt"),
    check("where and when", "Decision.deliveredIn", "/incident/decision/deliveredIn/name"),
    check("care", "Decision.consideration", "/incident/decision/consideration"),
    check("care", "Consideration.onlyOneWhoKnows", "/incident/decision/consideration/onlyOneWhoKnows"),
    check("care", "Consideration.nobodyElseAffected", "/incident/decision/consideration/nobodyElseAffected"),
    check("care", "Consideration.knownAtFirstHand", "/incident/decision/consideration/knownAtFirstHand"),
    check("care", "Consideration.hint", "/incident/decision/consideration/hint"),
    check("care", "Decision.heard", "/incident/decision/heard"),
    check("care", "Decision.heardReason", "/incident/decision/heardReason"),
    check("reach", "Decision.reach", "/incident/decision/reach"),
    check("words beside it", "Decision.witnessWord", "/incident/decision/witnessWord"),
    check("words beside it", "Decision.principle", "/incident/decision/principle"),
    check("words beside it", "Decision.repair", "/incident/decision/repair"),
    check("retracted", "Decision.retractedAt", "/incident/decision/retractedAt"),
    check("place", "Incident.handledIn", "/incident/handledIn/name"),
    check("steps", "Incident.steps", "/step"),
    check("steps", "IncidentStep.id", "/step/id"),
    check("steps", "IncidentStep.kind", "/step/kind"),
    check("steps", "IncidentStep.by", "/step/by/name"),
    check("steps", "IncidentStep.from", "/step/from/name"),
    check("steps", "IncidentStep.to", "/step/to/name"),
    check("steps", "IncidentStep.reason", "/step/reason"),
    check("steps", "IncidentStep.at", "/step/at"),
    check("versions", "Incident.decisionVersions", "/version"),
    check("versions", "DecisionVersion.version", "/version/version"),
    check("versions", "DecisionVersion.recordedBy", "/version/recordedBy/name"),
    check("versions", "DecisionVersion.recordedAt", "/version/recordedAt"),
    check("words of the versions", "DecisionVersion.outcome", "/version/outcome"),
    check("words of the versions", "DecisionVersion.handling", "/version/handling"),
    check("words of the versions", "DecisionVersion.venue", "/version/venue/name"),
    check("words of the versions", "DecisionVersion.consideration", "/version/consideration"),
    check("words of the versions", "DecisionVersion.heard", "/version/heard"),
    check("words of the versions", "DecisionVersion.heardReason", "/version/heardReason"),
    check("words of the versions", "DecisionVersion.rationale", "/version/rationale"),
    check("words of the versions", "DecisionVersion.wording", "/version/wording"),
    check("words of the versions", "DecisionVersion.namesSubject", "/version/namesSubject"),
    check("words of the versions", "DecisionVersion.witnessWord", "/version/witnessWord"),
    check("words of the versions", "DecisionVersion.principle", "/version/principle"),
    check("words of the versions", "DecisionVersion.repair", "/version/repair"),
    check("possible duplicate", "Incident.possibleDuplicates", "/duplicate/id"),
    check("merged into", "Incident.mergedInto", "/mergedInto/id"),
    check("merged into", "Incident.mergedInto", "/mergedInto/title"),
    check("merged copy", "Incident.mergedCopies", "/mergedCopy/id"),
    check("merged copy", "Incident.mergedCopies", "/mergedCopy/title"),
    check("recognition", "Recognition.id", "/recognition/id"),
    check("recognition", "Recognition.id", "/recognitionById/id"),
    check("recognition", "Recognition.publishedAt", "/recognition/publishedAt"),
    check("recognition", "Recognition.subjects", "/recognition/subjects"),
    check("recognition", "Recognition.values", "/recognition/values"),
    check("recognition", "Recognition.leader", "/recognition/leader/name"),
    check("recognition", "Recognition.venue", "/recognition/venue/name"),
    check("recognition", "Recognition.wording", "/recognition/wording"),
    check("recognition", "Recognition.reactions", "/recognition/reactions"),
    check("recognition", "ReactionCount.emoji", "/recognition/reactions/0/emoji"),
    check("recognition", "ReactionCount.count", "/recognition/reactions/0/count"),
    check("recognition", "Recognition.comments", "/recognition/comments/nodes"),
    check("recognition", "Comment.id", "/recognition/comments/nodes/0/id"),
    check("recognition", "Comment.author", "/recognition/comments/nodes/0/author/name"),
    check("recognition", "Comment.text", "/recognition/comments/nodes/0/text"),
    check("recognition", "Comment.at", "/recognition/comments/nodes/0/at"),
    check("spotted by", "Recognition.spottedBy", "/recognition/spottedBy/name"),
    check("notice", "Notice.id", "/notice/id"),
    check("notice", "Notice.venue", "/notice/venue/name"),
    check("notice", "Notice.kind", "/notice/kind"),
    check("notice", "Notice.values", "/notice/values"),
    check("notice", "Notice.wording", "/notice/wording"),
    check("notice", "Notice.at", "/notice/at"),
    check("named in the notice", "Notice.about", "/notice/about/name"),
    check("in the history", "ReinforcementHistory.decisions", "/inHistory"),
    check("in the queue", "Query.decisionQueue", "/inQueue"),
    check("in my entries", "Query.myIncidents", "/inMine"),
];

/// What an undecided entry would show in a field that cannot be null.
const MASKS: &[(&str, &[&str])] = &[("/incident/state", &["OPEN"]), ("/incident/age", &["FRESH"])];

/// What an answer shows at a place.
#[derive(Debug, PartialEq)]
pub(super) enum Shown {
    Truth,
    Nothing,
    Other(Value),
}

fn empty(value: Option<&Value>) -> bool {
    value.is_none_or(|v| v.is_null() || v.as_array().is_some_and(Vec::is_empty))
}

/// The truth at the check's place, where the state has one.
pub(super) fn truth_of<'t>(truth: &'t Value, check: &Check) -> Option<&'t Value> {
    truth.pointer(check.pointer).filter(|v| !empty(Some(v)))
}

/// Whether the answer holds all that the truth says; it may hold more.
fn says(answer: &Value, truth: &Value) -> bool {
    match (answer, truth) {
        (_, Value::String(any)) if any == ANY => !empty(Some(answer)),
        (Value::Object(a), Value::Object(t)) => {
            t.iter().all(|(key, value)| value.is_null() || a.get(key).is_some_and(|shown| says(shown, value)))
        }
        (Value::Array(a), Value::Array(t)) => a.len() == t.len() && a.iter().zip(t).all(|(a, t)| says(a, t)),
        _ => answer == truth,
    }
}

/// Judges one place.
pub(super) fn judge(truth: &Value, answers: &Value, check: &Check) -> Shown {
    let (Some(truth), answer) = (truth_of(truth, check), answers.pointer(check.pointer)) else {
        return Shown::Nothing;
    };
    let Some(answer) = answer.filter(|a| !empty(Some(a))) else { return Shown::Nothing };
    // An object is there or not; what is in it has checks of its own.
    if truth.is_object() || says(answer, truth) {
        return Shown::Truth;
    }
    let masked = MASKS.iter().any(|(at, masks)| *at == check.pointer && masks.iter().any(|m| answer == *m));
    if masked { Shown::Nothing } else { Shown::Other(answer.clone()) }
}

/// The rows that have something to show in a state.
pub(super) fn rows_with_truth(truth: &Value) -> Vec<&'static str> {
    let mut rows: Vec<&str> = CHECKS.iter().filter(|c| truth_of(truth, c).is_some()).map(|c| c.row).collect();
    rows.dedup();
    rows
}

/// The words of a row that stand nowhere else: those made by `canary`.
pub(super) fn canaries(truth: &Value, row: &str) -> Vec<String> {
    let texts = CHECKS.iter().filter(|c| c.row == row).filter_map(|c| truth_of(truth, c)?.as_str());
    texts.filter(|t| is_canary(t)).map(str::to_owned).collect()
}

/// Whether a text ends like those of `canary`.
pub(super) fn is_canary(text: &str) -> bool {
    text.len() > 32
        && text.is_char_boundary(text.len() - 32)
        && text[text.len() - 32..].bytes().all(|b| b.is_ascii_hexdigit())
}
