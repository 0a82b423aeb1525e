//! The audit trail, openings and readings, as far as the store lets the viewer read them.

use async_graphql::connection::Connection;
use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use chrono::{DateTime, Datelike, Utc};
use upheld_domain::text::{self, Limit};
use upheld_store as store;

use super::error::{bad_field, fail};
use super::ids::{input_id_opt, object_id};
use super::incident::Incident;
use super::loaders::{IncidentKey, PersonKey, load, viewer};
use super::mutation::{IncidentPayload, incident};
use super::page::{PageArgs, connection};
use super::person::{Person, person, person_opt};

#[derive(InputObject)]
pub(crate) struct OpenEntryInput {
    pub incident_id: ID,
    /// At least 10 characters. The decider, the leaders above and the person it is about read it.
    pub reason: String,
}

/// Which events of the audit trail.
#[derive(InputObject, Default)]
pub(crate) struct AuditFilter {
    /// By or about this person.
    pub person_id: Option<ID>,
    /// An action like `value.save`, or the kind of an object like `value`.
    pub action: Option<String>,
    /// Not before.
    pub since: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
}

const ACTION: Limit = Limit { called: "the action", max: 60 };

impl AuditFilter {
    async fn read(self, ctx: &Context<'_>) -> Result<store::AuditFilter> {
        let person = input_id_opt("personId", self.person_id.as_ref())?;
        if let Some(id) = person {
            let found = load(ctx, PersonKey(id)).await?;
            found.ok_or_else(|| bad_field("personId", "Please choose somebody: this person is unknown."))?;
        }
        if let Some(action) = &self.action {
            text::bounded("action", action, ACTION)
                .map_err(|e| fail(ctx, store::StoreError::Invalid(vec![e])))?;
        }
        for (field, at) in [("since", self.since), ("until", self.until)] {
            if at.is_some_and(|t| !(1970..=9000).contains(&t.year())) {
                return Err(bad_field(field, "Please give a time within the years 1970 to 9000."));
            }
        }
        Ok(store::AuditFilter { person, action: self.action, since: self.since, until: self.until })
    }
}

/// What keeps the audit trail from being changed.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum AuditGuard {
    /// The database role of the server has no right to change it; triggers refuse the owner of the tables too.
    Rights,
    /// Triggers refuse it; the owner of the tables could drop them.
    Triggers,
    /// Nothing refuses it: somebody has removed the triggers.
    None,
}

/// How the audit trail is kept.
pub(crate) struct AuditState(store::AuditState);

/// How the audit trail is kept. Its length and its hashes are for whoever runs the server (`upheld audit head`): they
/// would tell how much there is that admins do not see.
#[Object]
impl AuditState {
    /// Since when there is something in it.
    async fn since(&self) -> DateTime<Utc> {
        self.0.since
    }
    async fn guard(&self) -> AuditGuard {
        match self.0.guard {
            store::AuditGuard::Rights => AuditGuard::Rights,
            store::AuditGuard::Triggers => AuditGuard::Triggers,
            store::AuditGuard::None => AuditGuard::None,
        }
    }
}

/// An event.
pub(crate) struct AuditEvent(store::AuditEvent);

/// Something that happened, with ids and never text.
#[Object]
impl AuditEvent {
    async fn id(&self) -> ID {
        self.0.id.into()
    }
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }
    /// Null for the server and for whoever runs it.
    async fn by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_opt(ctx, self.0.by).await
    }
    /// What was done, as `object.verb`: `value.save`, `session.start`, `incident.open`, …
    async fn action(&self) -> &str {
        &self.0.action
    }
    /// The kind of the object: `person`, `team`, `venue`, `value`, `organisation`, `session`, `token`, `export`, `audit`,
    /// `incident`.
    async fn object_kind(&self) -> &str {
        &self.0.kind
    }
    async fn object_id(&self) -> ID {
        self.0.object.into()
    }
    /// Whom it was done to, where the object is a person.
    async fn about(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        let about = Some(self.0.object).filter(|_| self.0.kind == "person");
        person_opt(ctx, about).await
    }
    /// The entry, while the viewer sees it.
    async fn incident(&self, ctx: &Context<'_>) -> Result<Option<Incident>> {
        if self.0.kind != "incident" {
            return Ok(None);
        }
        Ok(load(ctx, IncidentKey(self.0.object)).await?.map(Incident))
    }
    /// Why an entry was opened; gone once its text is erased.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }
    /// Until when an opening holds.
    async fn until(&self) -> Option<DateTime<Utc>> {
        self.0.until
    }
}

/// A reading.
pub(crate) struct Reading(pub store::Reading);

/// Somebody who is no party to an entry opened or read it.
#[Object]
impl Reading {
    async fn id(&self) -> ID {
        self.0.id.into()
    }
    async fn by(&self, ctx: &Context<'_>) -> Result<Person> {
        person(ctx, self.0.by).await
    }
    /// Why they may, in words.
    async fn why(&self) -> &str {
        self.0.why
    }
    /// The reason that an admin gave for opening it.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }
    /// When; of readings the first of a day.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }
    /// Until when an opening holds; null for a reading.
    async fn until(&self) -> Option<DateTime<Utc>> {
        self.0.until
    }
    /// The entry, as the viewer sees it.
    async fn incident(&self, ctx: &Context<'_>) -> Result<Option<Incident>> {
        Ok(load(ctx, IncidentKey(self.0.incident)).await?.map(Incident))
    }
}

pub(super) async fn events(
    ctx: &Context<'_>,
    filter: Option<AuditFilter>,
    page: PageArgs,
) -> Result<Connection<String, AuditEvent>> {
    let store = viewer(ctx)?;
    // Who may not read the trail learns nothing of what is wrong with the question.
    if !store.viewer().is_admin() {
        store.audit_state().await.map_err(|e| fail(ctx, e))?;
    }
    let page = page.request()?;
    let filter = filter.unwrap_or_default().read(ctx).await?;
    let slice = store.audit_events(&filter, &page).await.map_err(|e| fail(ctx, e))?;
    Ok(connection(slice, AuditEvent))
}

pub(super) async fn state(ctx: &Context<'_>) -> Result<AuditState> {
    viewer(ctx)?.audit_state().await.map(AuditState).map_err(|e| fail(ctx, e))
}

pub(super) async fn open_entry(ctx: &Context<'_>, input: OpenEntryInput) -> Result<IncidentPayload> {
    let opened = viewer(ctx)?.open_entry(object_id(&input.incident_id), &input.reason).await;
    incident(ctx, opened)
}
