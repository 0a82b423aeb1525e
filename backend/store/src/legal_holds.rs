//! Legal holds: what a court asks for stays, whatever retention, erasure or a person would erase.
//!
//! An admin sets a hold on an entry that they see: they opened it by break glass, which is audited and shown, or they
//! have a row of their own. Any other id is `NOT_FOUND`, whether or not there is such an entry, so that nobody learns of
//! an entry by trying to hold it. Every admin may end a hold, without seeing the entry.

use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use upheld_domain::text;
use upheld_domain::{Id, Instant};

use crate::access::{records, rules};
use crate::audit::{self, Event};
use crate::entities::legal_holds;
use crate::error::StoreError;
use crate::page::{self, Cursor, PageRequest, Slice};
use crate::person_erasure::go_on;
use crate::retention::wait_for_retention;
use crate::viewer::ViewerStore;

const HELD: &str = "This entry is held for a legal reason: nothing of it can be erased or taken back now.";

/// A hold on an entry.
#[derive(Debug, Clone)]
pub struct LegalHold {
    /// The entry's id.
    pub incident: Id,
    /// The admin who set it.
    pub set_by: Id,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Instant,
}

impl From<legal_holds::Model> for LegalHold {
    fn from(row: legal_holds::Model) -> Self {
        Self { incident: row.incident_id, set_by: row.set_by, reason: row.reason, at: row.at }
    }
}

/// Refuses a step that would erase words of a held entry, or of a held copy of it.
pub(crate) async fn refuse_if_held<C: ConnectionTrait>(db: &C, incident: Id) -> Result<(), StoreError> {
    let mut whole = vec![incident];
    whole.extend(records::merged_into(db, incident).await?.into_iter().map(|c| c.id));
    if records::held_among(db, &whole).await?.is_empty() { Ok(()) } else { Err(StoreError::Conflict(HELD)) }
}

impl ViewerStore {
    /// The holds, newest first; admins only.
    ///
    /// # Errors
    /// `Forbidden`, or when the database does not answer.
    pub async fn legal_holds(
        &self,
        page: &PageRequest<Cursor>,
    ) -> Result<Slice<LegalHold, Cursor>, StoreError> {
        if !self.viewer().is_admin() {
            return Err(StoreError::Forbidden("Only an admin reads which entries are held."));
        }
        use legal_holds::Column as H;
        let select = records::legal_holds(self.viewer());
        let rows = page::by_time(select, H::At, H::IncidentId, true, page).all(&self.db().read).await?;
        let rows = rows.into_iter().map(|r| (Cursor { at: r.at, id: r.incident_id }, LegalHold::from(r)));
        Ok(Slice::cut(rows.collect(), page))
    }

    /// Sets a hold on an entry that the admin sees, or ends one. Gives the hold as it is now.
    ///
    /// # Errors
    /// `Forbidden` for others than admins, `NotFound`, `Conflict`, or the field that needs mending.
    pub async fn set_legal_hold(
        &self,
        incident: Id,
        on: bool,
        reason: &str,
    ) -> Result<Option<LegalHold>, StoreError> {
        if !self.viewer().is_admin() {
            return Err(StoreError::Forbidden("Only an admin holds entries."));
        }
        self.may_write()?;
        let at = crate::now();
        let tx = self.db().begin().await?;
        wait_for_retention(&tx).await?;
        let held = records::legal_holds(self.viewer())
            .filter(legal_holds::Column::IncidentId.eq(incident))
            .one(&tx)
            .await?;
        if held.is_none() {
            // Nobody holds or frees what is about themself, and of a stub nothing is left to hold.
            let seen = rules::lock_incident(&tx, self.viewer(), at, incident).await?;
            if !seen.sees().text {
                return Err(StoreError::NotFound);
            }
            if rules::subjects(&tx, incident).await?.contains(&self.viewer().id()) {
                return Err(StoreError::Forbidden("It is about you: please let another admin hold it."));
            }
            if !on {
                return Err(StoreError::Conflict("This entry is not held."));
            }
        }
        text::required("reason", reason, text::REASON)?;
        let hold = match (held, on) {
            (Some(held), true) => Some(held),
            (Some(_), false) => {
                legal_holds::Entity::delete_by_id(incident).exec(&tx).await?;
                None
            }
            (None, _) => {
                let row = legal_holds::ActiveModel {
                    incident_id: Set(incident),
                    set_by: Set(self.viewer().id()),
                    reason: Set(reason.trim().into()),
                    at: Set(at),
                };
                Some(row.insert(&tx).await?)
            }
        };
        if hold.is_none() {
            // Who was to be erased while this was held is erased now.
            go_on(&tx, at).await?;
        }
        let action = if on { "legalHold.set" } else { "legalHold.end" };
        let event = Event {
            actor: Some(self.viewer().id()),
            action,
            kind: "incident",
            object: incident,
            content: reason,
        };
        audit::append(&tx, at, event).await?;
        tx.commit().await?;
        if hold.is_none() {
            self.store().forget_old_pages().await?;
        }
        Ok(hold.map(LegalHold::from))
    }
}
