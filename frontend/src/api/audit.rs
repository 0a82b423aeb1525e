//! The audit trail, opening an entry with a reason, and who has read what.

use cynic::queries::OperationType;

use super::client::{Later, operation, root};
use super::json::{FromJson, read};
use super::operation::mutation;
use super::queries::{Page, PageInfo, page};
use super::{AuditFilter, DateTime, Id, IncidentAnswer, OpenEntryInput, PersonRef, schema};

/// What keeps the audit trail from being changed.
#[derive(cynic::Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditGuard {
    Rights,
    Triggers,
    None,
}

impl FromJson for AuditGuard {
    fn from_json(value: serde_json::Value) -> Option<Self> {
        match value.as_str()? {
            "RIGHTS" => Some(Self::Rights),
            "TRIGGERS" => Some(Self::Triggers),
            "NONE" => Some(Self::None),
            _ => None,
        }
    }
}

read! {
    /// How the audit trail is kept.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct AuditState {
        pub since: DateTime,
        pub guard: AuditGuard,
    }
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct AuditStateQuery {
    audit_state: AuditState,
}
/// How the audit trail is kept.
pub fn audit_state() -> Later<AuditState> {
    root(&operation::<AuditStateQuery, ()>(OperationType::Query, "AuditState", &()))
}

read! {
    /// An entry as far as a line about it needs.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    #[cynic(graphql_type = "Incident")]
    pub struct IncidentName {
        pub id: Id,
        pub title: Option<String>,
    }
}

read! {
    /// Something that happened.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct AuditEvent {
        pub id: Id,
        pub at: DateTime,
        pub by: Option<PersonRef>,
        pub action: String,
        pub about: Option<PersonRef>,
        pub incident: Option<IncidentName>,
        pub reason: Option<String>,
        pub until: Option<DateTime>,
    }
}
page!(AuditPage, "AuditEventConnection", AuditEvent);

#[derive(cynic::QueryVariables)]
struct AuditVars {
    filter: Option<AuditFilter>,
    after: Option<String>,
}
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "AuditVars")]
#[expect(dead_code, reason = "it types the query; the answer is read as its one field")]
struct AuditQuery {
    #[arguments(filter: $filter, first: 50, after: $after)]
    audit_events: AuditPage,
}
/// A page of the audit trail, newest first.
pub fn audit_events(filter: AuditFilter, after: Option<String>) -> Later<Page<AuditEvent>> {
    let variables = AuditVars { filter: Some(filter), after };
    root(&operation::<AuditQuery, AuditVars>(OperationType::Query, "Audit", &variables))
}

read! {
    /// Somebody who is no party to an entry opened or read it.
    #[derive(cynic::QueryFragment, Clone, Debug)]
    pub struct Reading {
        pub by: PersonRef,
        pub why: String,
        pub reason: Option<String>,
        pub at: DateTime,
        pub until: Option<DateTime>,
    }
}

mutation!(
    /// Opens an entry with a reason, for 24 hours.
    open_entry(OpenEntryInput) -> IncidentAnswer, OpenEntry, OpenEntryVars, "OpenEntryVars"
);
