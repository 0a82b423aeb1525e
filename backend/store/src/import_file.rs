//! The format of an import file. Unknown keys are refused; keys of things that this version does not keep are known
//! by name, so that the report can say so.

use serde::Deserialize;
use serde_json::Value;

fn yes() -> bool {
    true
}
fn nothing() -> String {
    "NOTHING".into()
}
fn public() -> String {
    "PUBLIC".into()
}
fn member() -> String {
    "MEMBER".into()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct File {
    #[serde(default, rename = "meta")]
    _meta: Value,
    pub organisation: OrganisationRow,
    #[serde(default)]
    pub values: Vec<ValueRow>,
    #[serde(default)]
    pub teams: Vec<TeamRow>,
    pub people: Vec<PersonRow>,
    #[serde(default)]
    pub venues: Vec<VenueRow>,
    #[serde(default)]
    pub incidents: Vec<IncidentRow>,
    #[serde(default)]
    pub alignment: Option<AlignmentRow>,
    #[serde(default, rename = "demoScenarios")]
    _scenarios: Value,
}

impl File {
    /// Refuses an id that stands twice in one list.
    pub(super) fn check_ids(&self) -> Result<(), super::ImportError> {
        fn once<'a>(list: &str, ids: impl Iterator<Item = &'a String>) -> Result<(), super::ImportError> {
            let mut seen = std::collections::HashSet::new();
            for (n, id) in ids.enumerate() {
                if !seen.insert(id) {
                    return Err(super::ImportError::at(
                        format!("{list}[{n}] ({id})"),
                        "id: it is used twice",
                    ));
                }
            }
            Ok(())
        }
        once("values", self.values.iter().map(|r| &r.id))?;
        once("teams", self.teams.iter().map(|r| &r.id))?;
        once("people", self.people.iter().map(|r| &r.id))?;
        once("venues", self.venues.iter().map(|r| &r.id))?;
        once("incidents", self.incidents.iter().map(|r| &r.id))
    }

    /// What the file holds and this version does not keep.
    pub(super) fn left_out(&self) -> Vec<&'static str> {
        let mut list = Vec::new();
        let decisions = || self.incidents.iter().filter_map(|i| i.decision.as_ref());
        if decisions().any(|d| {
            d.system_fix.is_some() || d.outcome_follow_up.is_some() || d.alignment_follow_up.is_some()
        }) {
            list.push("follow-ups of decisions");
        }
        if self.incidents.iter().any(|i| i.note.is_some() || i.leader_exemplar || i.alignment_gap) {
            list.push("notes and marks of incidents");
        }
        list
    }
}

/// What teams are aligned on beside values.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct AlignmentRow {
    #[serde(default)]
    pub business_context: Vec<TopicRow>,
    #[serde(default)]
    pub strategy: Vec<TopicRow>,
    #[serde(default)]
    pub goals: Vec<GoalRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct TopicRow {
    pub id: String,
    pub text: String,
    #[serde(default)]
    pub last_discussed_in_team_meeting_days_ago: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct GoalRow {
    pub id: String,
    pub title: String,
    pub unit: String,
    pub baseline: f64,
    pub target: f64,
    #[serde(default)]
    pub current: Option<f64>,
    #[serde(default)]
    pub check_ins_days_ago: Vec<i64>,
    #[serde(default)]
    pub discussed_in_team_meetings_days_ago: Vec<i64>,
    #[serde(default)]
    pub mentioned_in_one_to_ones: u32,
    #[serde(default, rename = "state")]
    _state: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OrganisationRow {
    #[serde(default, rename = "id")]
    _id: Option<String>,
    pub name: String,
    #[serde(rename = "timezone")]
    pub time_zone: String,
    #[serde(rename = "decisionTargetHours")]
    pub hours_to_decide: i32,
    #[serde(rename = "silentAfterDays")]
    pub silent_after_days: i32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ValueRow {
    pub id: String,
    pub title: String,
    pub statement: String,
    #[serde(default, rename = "company")]
    _company: Option<String>,
    #[serde(default, rename = "sourceNote")]
    _source_note: Option<String>,
    #[serde(default = "yes", rename = "demoActive")]
    pub active: bool,
    #[serde(rename = "looksLikeUpheld")]
    pub upheld: Vec<String>,
    #[serde(rename = "looksLikeViolated")]
    pub violated: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct TeamRow {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub lead_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct PersonRow {
    pub id: String,
    #[serde(rename = "displayName")]
    pub name: String,
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default = "member")]
    pub role: String,
    #[serde(default)]
    pub team_id: Option<String>,
    #[serde(default)]
    pub manager_id: Option<String>,
    #[serde(default = "public", rename = "recognitionPreference")]
    pub preference: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct VenueRow {
    pub id: String,
    pub name: String,
    pub kind: String,
    pub audience: String,
    pub audience_size: i32,
    #[serde(default)]
    pub team_ids: Vec<String>,
    #[serde(default)]
    pub person_ids: Vec<String>,
    #[serde(default)]
    pub everybody: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct IncidentRow {
    pub id: String,
    pub kind: String,
    pub value_ids: Vec<String>,
    #[serde(default)]
    pub venue_id: Option<String>,
    #[serde(default)]
    pub audience: Option<String>,
    #[serde(default)]
    pub audience_size: Option<i32>,
    #[serde(default)]
    pub affected: Option<String>,
    #[serde(default)]
    pub severity: Option<String>,
    pub days_ago: i64,
    pub reporter_id: String,
    #[serde(default)]
    pub subject_ids: Vec<String>,
    #[serde(default)]
    pub subject_team_id: Option<String>,
    pub title: Option<String>,
    pub situation: Option<String>,
    pub behaviour: Option<String>,
    pub impact: Option<String>,
    #[serde(default)]
    pub evidence_url: Option<String>,
    #[serde(default, rename = "hideReporterFromSubject")]
    pub hide_reporter: bool,
    #[serde(default)]
    pub credit_reporter: bool,
    #[serde(default)]
    pub decision: Option<DecisionRow>,
    #[serde(default)]
    pub waiting: Option<WaitingRow>,
    #[serde(default)]
    pub handed_over: Option<HandedOverRow>,
    #[serde(default)]
    pub duplicate_of: Option<String>,
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    leader_exemplar: bool,
    #[serde(default)]
    alignment_gap: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct WaitingRow {
    pub asked_by_id: String,
    pub of_id: String,
    pub question: String,
    pub after_hours: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct HandedOverRow {
    pub by_id: String,
    pub after_hours: f64,
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ConsiderationRow {
    pub only_one_who_knows: bool,
    pub nobody_else_affected: bool,
    pub known_at_first_hand: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct DecisionRow {
    pub leader_id: String,
    pub outcome: String,
    #[serde(default)]
    pub handling: Option<String>,
    #[serde(default)]
    pub venue_id: Option<String>,
    pub rationale: String,
    #[serde(default)]
    pub wording: Option<String>,
    pub decided_after_hours: f64,
    #[serde(default)]
    pub delivered_after_hours: Option<f64>,
    #[serde(default)]
    pub also_one_to_one: bool,
    #[serde(default)]
    pub names_subject: bool,
    #[serde(default = "nothing")]
    pub witness_word: String,
    #[serde(default)]
    pub principle: Option<String>,
    #[serde(default)]
    pub consideration: Option<ConsiderationRow>,
    #[serde(default)]
    pub heard: Option<String>,
    #[serde(default)]
    pub heard_reason: Option<String>,
    #[serde(default)]
    pub subject_reply: Option<String>,
    #[serde(default)]
    pub repair: Option<String>,
    #[serde(default)]
    pub confirmed_by_id: Option<String>,
    #[serde(default)]
    system_fix: Option<String>,
    #[serde(default)]
    outcome_follow_up: Option<Value>,
    #[serde(default)]
    alignment_follow_up: Option<String>,
}
