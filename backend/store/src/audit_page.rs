//! The audit trail as admins read it; what they may read of it is in `access_audit.rs`.

use std::collections::HashMap;

use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, QueryFilter};
use upheld_domain::{Id, Instant};

use crate::access::{self, rules};
use crate::entities::{audit_events, readings};
use crate::error::StoreError;
use crate::page::{self, Cursor, PageRequest, Slice};
use crate::viewer::ViewerStore;

/// Something that happened.
#[derive(Debug, Clone)]
pub struct AuditEvent {
    /// Its id.
    pub id: Id,
    /// When.
    pub at: Instant,
    /// Who did it; none for the server and whoever runs it.
    pub by: Option<Id>,
    /// What, as `object.verb`.
    pub action: String,
    /// The kind of the object.
    pub kind: String,
    /// The object.
    pub object: Id,
    /// The reason of an opening, while the viewer sees the entry and until it is erased.
    pub reason: Option<String>,
    /// Until when an opening holds.
    pub until: Option<Instant>,
}

/// Which events are asked for.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// By or about this person.
    pub person: Option<Id>,
    /// With this action, or with objects of this kind.
    pub action: Option<String>,
    /// Not before.
    pub since: Option<Instant>,
    /// Before.
    pub until: Option<Instant>,
}

/// How the trail is kept.
#[derive(Debug, Clone, Copy)]
pub struct AuditState {
    /// Since when there is something in it.
    pub since: Instant,
    /// What keeps it from being changed.
    pub guard: AuditGuard,
}

/// What keeps the trail from being changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditGuard {
    /// The role that the server signs in to the database with has no right to; triggers refuse the owner too.
    Rights,
    /// Triggers refuse it; the owner of the tables could drop them.
    Triggers,
    /// Nothing refuses it: somebody has removed the triggers.
    None,
}

impl ViewerStore {
    /// The events that the viewer may read, newest first. Reading them is an event of its own, once a day.
    ///
    /// # Errors
    /// `Forbidden` for everybody but admins.
    pub async fn audit_events(
        &self,
        filter: &AuditFilter,
        page: &PageRequest<Cursor>,
    ) -> Result<Slice<AuditEvent, Cursor>, StoreError> {
        use audit_events::Column as E;
        let db = &self.db().read;
        let now = crate::now();
        let mut select = access::audit::events(self.viewer(), now)?;
        if let Some(person) = filter.person {
            let about = Condition::all().add(E::ObjectKind.eq("person")).add(E::ObjectId.eq(person));
            select = select.filter(Condition::any().add(E::ActorId.eq(person)).add(about));
        }
        if let Some(action) = &filter.action {
            let either = Condition::any().add(E::Action.eq(action)).add(E::ObjectKind.eq(action));
            select = select.filter(either);
        }
        if let Some(since) = filter.since {
            select = select.filter(E::At.gte(crate::whole_micros(since)));
        }
        if let Some(until) = filter.until {
            select = select.filter(E::At.lt(crate::whole_micros(until)));
        }
        let rows = page::by_time(select, E::At, E::Id, true, page).all(db).await?;
        let openings: HashMap<Id, readings::Model> = access::audit::openings_of(self.viewer(), now, &rows)
            .all(db)
            .await?
            .into_iter()
            .map(|r| (r.id, r))
            .collect();
        self.note_trail()?;
        let rows = rows.into_iter().map(|e| {
            let opening = openings.get(&e.id);
            let event = AuditEvent {
                id: e.id,
                at: e.at,
                by: e.actor_id,
                action: e.action,
                kind: e.object_kind,
                object: e.object_id,
                reason: opening.and_then(|o| o.reason.clone()),
                until: opening.and_then(|o| o.until),
            };
            (Cursor { at: event.at, id: event.id }, event)
        });
        Ok(Slice::cut(rows.collect(), page))
    }

    /// How the trail is kept.
    ///
    /// # Errors
    /// `Forbidden` for everybody but admins.
    pub async fn audit_state(&self) -> Result<AuditState, StoreError> {
        access::audit::events(self.viewer(), crate::now())?;
        let db = &self.db().read;
        let organisation = rules::organisation(db).await?.ok_or(StoreError::Unavailable)?;
        let guard = match access::audit::guards(db, self.db().is_sqlite()).await? {
            (true, _) => AuditGuard::Rights,
            (false, true) => AuditGuard::Triggers,
            (false, false) => AuditGuard::None,
        };
        Ok(AuditState { since: organisation.created_at, guard })
    }
}
