//! The inputs of mutations. Each lists exactly the fields that a client may write.

use async_graphql::{ID, InputObject, Result};
use chrono::{DateTime, Utc};
use upheld_domain::decision::Consideration;
use upheld_store as store;

use super::dates::Date;
use super::ids::{input_id, input_id_opt, input_ids, target_id};
use super::words::{Audience, Handling, Heard, IncidentKind, Outcome, Severity, WitnessWord};

#[derive(InputObject)]
pub(crate) struct SignInInput {
    pub email: String,
    pub password: String,
    /// A code of the second factor: of the app, or a recovery code.
    pub code: Option<String>,
}

#[derive(InputObject)]
pub(crate) struct CreateApiTokenInput {
    pub name: String,
    /// 1 to 366; 90 when absent.
    pub expires_in_days: Option<i32>,
}

#[derive(InputObject)]
pub(crate) struct LogIncidentInput {
    /// Client-made UUID: a retry with the same key returns the first answer.
    pub key: ID,
    /// Persons, or for UPHELD a team instead (then subjectIds is empty).
    pub kind: IncidentKind,
    pub subject_ids: Vec<ID>,
    pub subject_team_id: Option<ID>,
    pub value_ids: Vec<ID>,
    pub venue_id: Option<ID>,
    pub audience: Option<Audience>,
    pub audience_size: Option<i32>,
    pub affected: Option<Audience>,
    pub severity: Option<Severity>,
    pub title: String,
    pub situation: String,
    pub behaviour: String,
    pub impact: String,
    pub occurred_on: Date,
    pub evidence_url: Option<String>,
    #[graphql(default_with = "Some(false)")]
    pub hide_reporter_from_subject: Option<bool>,
    /// Name me as `spottedBy` when it is recognised in public.
    #[graphql(default_with = "Some(false)")]
    pub credit_reporter: Option<bool>,
}

impl LogIncidentInput {
    pub(crate) fn read(self) -> Result<store::LogInput> {
        Ok(store::LogInput {
            key: input_id("key", &self.key)?,
            kind: self.kind.into(),
            subjects: input_ids("subjectIds", &self.subject_ids)?,
            team: input_id_opt("subjectTeamId", self.subject_team_id.as_ref())?,
            values: input_ids("valueIds", &self.value_ids)?,
            venue: input_id_opt("venueId", self.venue_id.as_ref())?,
            audience: self.audience.map(Into::into),
            audience_size: self.audience_size,
            affected: self.affected.map(Into::into),
            severity: self.severity.map(Into::into),
            title: self.title,
            situation: self.situation,
            behaviour: self.behaviour,
            impact: self.impact,
            occurred_on: self.occurred_on.0,
            evidence_url: self.evidence_url,
            hide_reporter: self.hide_reporter_from_subject.unwrap_or(false),
            credit_reporter: self.credit_reporter.unwrap_or(false),
        })
    }
}

#[derive(InputObject)]
pub(crate) struct IncidentIdInput {
    pub incident_id: ID,
}

#[derive(InputObject)]
pub(crate) struct DecisionIdInput {
    pub decision_id: ID,
}

#[derive(InputObject)]
pub(crate) struct PassInput {
    pub incident_id: ID,
    pub reason: String,
    pub to_person_id: Option<ID>,
}

#[derive(InputObject)]
pub(crate) struct IncidentReasonInput {
    pub incident_id: ID,
    pub reason: String,
}

#[derive(InputObject)]
pub(crate) struct AskInput {
    pub incident_id: ID,
    pub person_id: ID,
    pub question: String,
}

#[derive(InputObject)]
pub(crate) struct ReplyInput {
    pub incident_id: ID,
    pub text: String,
}

#[derive(InputObject)]
pub(crate) struct ConsiderationInput {
    /// Are you the only one who knows of it?
    pub only_one_who_knows: bool,
    /// Was nobody else affected?
    pub nobody_else_affected: bool,
    /// Do you know it at first hand?
    pub known_at_first_hand: bool,
}

#[derive(InputObject)]
pub(crate) struct RecordDecisionInput {
    /// Client-made UUID: a retry with the same key returns the first answer.
    pub key: ID,
    pub incident_id: ID,
    pub outcome: Outcome,
    /// Absent for NO_ACTION, required otherwise; neither is right for every case.
    pub handling: Option<Handling>,
    /// For PUBLIC: the venue where it will be said; absent means the venue of the incident.
    pub venue_id: Option<ID>,
    /// Required for a violation whose audience is wider than ONE_TO_ONE.
    pub consideration: Option<ConsiderationInput>,
    pub heard: Option<Heard>,
    pub heard_reason: Option<String>,
    /// For NO_ACTION the reason, which the reporter reads unless a wording for them is given.
    pub rationale: String,
    pub wording: Option<String>,
    #[graphql(default_with = "Some(false)")]
    pub also_one_to_one: Option<bool>,
    /// Corrections only, false when absent; a recognition always names its people.
    pub names_subject: Option<bool>,
    /// `principle` is the sentence for PRINCIPLE.
    #[graphql(default_with = "Some(WitnessWord::Nothing)")]
    pub witness_word: Option<WitnessWord>,
    pub principle: Option<String>,
    pub repair: Option<String>,
    /// The version being replaced, when an undelivered decision is revised.
    pub expected_version: Option<i32>,
}

impl RecordDecisionInput {
    /// Reads the input; `Err(None)` when the incident's id is none.
    pub(crate) fn read(self) -> Result<Result<store::DecisionInput, store::StoreError>> {
        let incident = match target_id(&self.incident_id) {
            Ok(id) => id,
            Err(e) => return Ok(Err(e)),
        };
        Ok(Ok(store::DecisionInput {
            key: input_id("key", &self.key)?,
            incident,
            outcome: self.outcome.into(),
            handling: self.handling.map(Into::into),
            venue: input_id_opt("venueId", self.venue_id.as_ref())?,
            consideration: self.consideration.map(|c| Consideration {
                only_one_who_knows: c.only_one_who_knows,
                nobody_else_affected: c.nobody_else_affected,
                known_at_first_hand: c.known_at_first_hand,
            }),
            heard: self.heard.map(Into::into),
            heard_reason: self.heard_reason,
            rationale: self.rationale,
            wording: self.wording,
            also_one_to_one: self.also_one_to_one.unwrap_or(false),
            names_subject: self.names_subject,
            witness_word: self.witness_word.unwrap_or(WitnessWord::Nothing).into(),
            principle: self.principle,
            repair: self.repair,
            expected_version: self.expected_version,
        }))
    }
}

#[derive(InputObject)]
pub(crate) struct MarkDeliveredInput {
    pub decision_id: ID,
    /// Now when absent.
    pub delivered_at: Option<DateTime<Utc>>,
    /// The decision's venue when absent.
    pub venue_id: Option<ID>,
}

#[derive(InputObject)]
pub(crate) struct RetractDecisionInput {
    pub decision_id: ID,
    pub reason: String,
}

#[derive(InputObject)]
pub(crate) struct ReactInput {
    pub recognition_id: ID,
    pub emoji: String,
    pub on: bool,
}

#[derive(InputObject)]
pub(crate) struct CommentInput {
    pub recognition_id: ID,
    pub text: String,
}

#[derive(InputObject)]
pub(crate) struct SaveValueInput {
    pub id: Option<ID>,
    pub name: String,
    pub statement: String,
    pub looks_like_upheld: Vec<String>,
    pub looks_like_violated: Vec<String>,
    pub retired: Option<bool>,
}

#[derive(InputObject)]
pub(crate) struct SetUpInput {
    pub token: String,
    pub organisation: String,
    /// An IANA time zone.
    pub time_zone: String,
    /// Two.
    pub admins: Vec<SetUpAdminInput>,
    pub values: Vec<SetUpValueInput>,
}

#[derive(InputObject)]
pub(crate) struct SetUpAdminInput {
    pub name: String,
    pub email: String,
    /// For the first admin; the second gets an invite link.
    pub password: Option<String>,
}

#[derive(InputObject)]
pub(crate) struct SetUpValueInput {
    pub name: String,
    pub statement: String,
    pub looks_like_upheld: Vec<String>,
    pub looks_like_violated: Vec<String>,
}

impl SetUpInput {
    pub(crate) fn read(self) -> store::SetUpInput {
        store::SetUpInput {
            token: self.token,
            organisation: self.organisation,
            time_zone: self.time_zone,
            admins: self
                .admins
                .into_iter()
                .map(|a| store::SetUpAdmin { name: a.name, email: a.email, password: a.password })
                .collect(),
            values: self
                .values
                .into_iter()
                .map(|v| store::SetUpValue {
                    name: v.name,
                    statement: v.statement,
                    upheld: v.looks_like_upheld,
                    violated: v.looks_like_violated,
                })
                .collect(),
        }
    }
}

#[derive(InputObject)]
pub(crate) struct AcceptInviteInput {
    pub token: String,
    pub password: String,
}

#[derive(InputObject)]
pub(crate) struct EndSessionInput {
    pub session_id: ID,
}

#[derive(InputObject)]
pub(crate) struct RevokeApiTokenInput {
    pub token_id: ID,
}
