//! The inputs of the mutations. What is not given is left out, because null can mean "clear it".

use super::{
    Audience, Date, DateTime, ExportFormat, Handling, Heard, Id, IncidentKind, Outcome,
    RecognitionPreference, Role, Severity, WitnessWord, schema,
};

#[derive(cynic::InputObject, Clone, Debug, Default, PartialEq)]
pub struct RecognitionFilter {
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub value_id: Option<Id>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub team_id: Option<Id>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub person_id: Option<Id>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub leader_id: Option<Id>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub venue_id: Option<Id>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub since: Option<DateTime>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct SignInInput {
    pub email: String,
    pub password: String,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct CreateApiTokenInput {
    pub name: String,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub expires_in_days: Option<i32>,
}

#[derive(cynic::InputObject, Clone, Debug, PartialEq)]
pub struct LogIncidentInput {
    pub key: Id,
    pub kind: IncidentKind,
    pub subject_ids: Vec<Id>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub subject_team_id: Option<Id>,
    pub value_ids: Vec<Id>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub venue_id: Option<Id>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub audience: Option<Audience>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub audience_size: Option<i32>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub affected: Option<Audience>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    pub title: String,
    pub situation: String,
    pub behaviour: String,
    pub impact: String,
    pub occurred_on: Date,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub evidence_url: Option<String>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub hide_reporter_from_subject: Option<bool>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub credit_reporter: Option<bool>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct IncidentIdInput {
    pub incident_id: Id,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct DecisionIdInput {
    pub decision_id: Id,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct PassInput {
    pub incident_id: Id,
    pub reason: String,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub to_person_id: Option<Id>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct IncidentReasonInput {
    pub incident_id: Id,
    pub reason: String,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct AskInput {
    pub incident_id: Id,
    pub person_id: Id,
    pub question: String,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct ReplyInput {
    pub incident_id: Id,
    pub text: String,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct ConsiderationInput {
    pub only_one_who_knows: bool,
    pub nobody_else_affected: bool,
    pub known_at_first_hand: bool,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct RecordDecisionInput {
    pub key: Id,
    pub incident_id: Id,
    pub outcome: Outcome,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub handling: Option<Handling>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub venue_id: Option<Id>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub consideration: Option<ConsiderationInput>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub heard: Option<Heard>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub heard_reason: Option<String>,
    pub rationale: String,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub wording: Option<String>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub also_one_to_one: Option<bool>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub names_subject: Option<bool>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub witness_word: Option<WitnessWord>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub principle: Option<String>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub repair: Option<String>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub expected_version: Option<i32>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct MarkDeliveredInput {
    pub decision_id: Id,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<DateTime>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub venue_id: Option<Id>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct RetractDecisionInput {
    pub decision_id: Id,
    pub reason: String,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct ReactInput {
    pub recognition_id: Id,
    pub emoji: String,
    pub on: bool,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct CommentInput {
    pub recognition_id: Id,
    pub text: String,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct SaveValueInput {
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    pub name: String,
    pub statement: String,
    pub looks_like_upheld: Vec<String>,
    pub looks_like_violated: Vec<String>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub retired: Option<bool>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct SetUpInput {
    pub token: String,
    pub organisation: String,
    pub time_zone: String,
    pub admins: Vec<SetUpAdminInput>,
    pub values: Vec<SetUpValueInput>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct SetUpAdminInput {
    pub name: String,
    pub email: String,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct SetUpValueInput {
    pub name: String,
    pub statement: String,
    pub looks_like_upheld: Vec<String>,
    pub looks_like_violated: Vec<String>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct AcceptInviteInput {
    pub token: String,
    pub password: String,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct EndSessionInput {
    pub session_id: Id,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct RevokeApiTokenInput {
    pub token_id: Id,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct ChangePasswordInput {
    pub current_password: String,
    pub new_password: String,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct ResetPasswordInput {
    pub token: String,
    pub password: String,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct StartSecondFactorInput {
    pub password: String,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct ConfirmSecondFactorInput {
    pub code: String,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct NewRecoveryCodesInput {
    pub code: String,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct EndSecondFactorInput {
    pub password: String,
    pub code: String,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct ConfirmIdentityInput {
    pub password: String,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct SetPreferenceInput {
    pub recognition_preference: RecognitionPreference,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct AddPersonInput {
    pub name: String,
    pub email: String,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub team_id: Option<Id>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub manager_id: Option<Id>,
    pub role: Option<Role>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct UpdatePersonInput {
    pub person_id: Id,
    pub name: Option<String>,
    pub title: Option<String>,
    pub email: Option<String>,
    pub recognition_preference: Option<RecognitionPreference>,
}

/// Null is a choice here: no manager, no team.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct MovePersonInput {
    pub person_id: Id,
    pub manager_id: Option<Id>,
    pub team_id: Option<Id>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct SetRoleInput {
    pub person_id: Id,
    pub role: Role,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct DeactivatePersonInput {
    pub person_id: Id,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub reports_to: Option<Id>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct CreateSignInLinkInput {
    pub person_id: Id,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct ErasePersonInput {
    pub person_id: Id,
    pub reason: String,
}

/// Null is a choice here: nobody leads it.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct SaveTeamInput {
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    pub name: String,
    pub lead_id: Option<Id>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct SaveVenueInput {
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    pub name: String,
    pub audience: Audience,
    pub audience_size: i32,
    pub everybody: Option<bool>,
    pub team_ids: Option<Vec<Id>>,
    pub person_ids: Option<Vec<Id>>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct SavePolicyInput {
    pub hours_to_decide: Option<i32>,
    pub silent_after_days: Option<i32>,
    pub subject_sees_after_hours: Option<i32>,
    pub hand_over_text: Option<String>,
    pub hand_over_link: Option<String>,
}

/// Null is a choice here: the texts stay.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct SaveRetentionInput {
    pub recognition_months: Option<i32>,
    pub correction_months: Option<i32>,
    pub no_action_months: Option<i32>,
    pub stub_months: Option<i32>,
    pub fold_after_months: i32,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct MergeIncidentsInput {
    pub incident_id: Id,
    pub into_id: Id,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct OpenEntryInput {
    pub incident_id: Id,
    pub reason: String,
}

#[derive(cynic::InputObject, Clone, Debug, Default, PartialEq)]
pub struct AuditFilter {
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub person_id: Option<Id>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub since: Option<DateTime>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct SetLegalHoldInput {
    pub incident_id: Id,
    pub on: bool,
    pub reason: String,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct ExportMyDataInput {
    pub format: ExportFormat,
}
