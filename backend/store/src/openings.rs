//! Break glass: an admin opens an entry with a reason, reads it for 24 hours, and everybody concerned learns of it.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use upheld_domain::access::{Level, Why};
use upheld_domain::opening::{self, Opening};
use upheld_domain::words::IncidentState;
use upheld_domain::{Id, Instant};

use crate::access::{self, audit::readings_about};
use crate::audit::{self, Action, Event};
use crate::entities::{incident_access, incidents, readings};
use crate::error::{StoreError, word};
use crate::incident_view::Incident;
use crate::page::{self, Cursor, PageRequest, Slice};
use crate::viewer::ViewerStore;

/// Somebody who is no party to an entry opened or read it.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Its id.
    pub id: Id,
    /// The entry.
    pub incident: Id,
    /// Who.
    pub by: Id,
    /// Why they may, in words.
    pub why: &'static str,
    /// The reason that an admin gave.
    pub reason: Option<String>,
    /// When; of readings the first of a day.
    pub at: Instant,
    /// Until when an opening holds; none for a reading.
    pub until: Option<Instant>,
}

impl Reading {
    fn of(row: readings::Model) -> Result<Self, StoreError> {
        let why = match (word(Why::parse, &row.why)?, row.until) {
            (Why::Admin, Some(_)) => "opened it as an admin",
            (Why::Admin, None) => "read it as an admin who had opened it",
            (why, _) => why.in_words(),
        };
        Ok(Self {
            id: row.id,
            incident: row.incident_id,
            by: row.person_id,
            why,
            reason: row.reason,
            at: row.at,
            until: row.until,
        })
    }
}

impl ViewerStore {
    /// Opens an entry to the viewer, an admin, for 24 hours; again, it holds for 24 hours from then on. It is for
    /// reading: an opened entry is not decided, answered or passed on.
    ///
    /// # Errors
    /// `Forbidden` for everybody but admins; `ConfirmIdentity`; `Forbidden` for those who have a part in an entry that they see; the reason when it
    /// needs mending; `NotFound` for what is not there and, in the same words, for what concerns an admin who may not
    /// know of it.
    pub async fn open_entry(&self, id: Option<Id>, reason: &str) -> Result<Incident, StoreError> {
        self.may_write()?;
        let me = self.viewer().id();
        if !self.viewer().is_admin() {
            return Err(StoreError::Forbidden("Only admins open an entry with a reason."));
        }
        self.require_confirmed_identity().await?;
        // The reason comes before the entry, so that a bad one does not probe for entries without a trace.
        opening::check_reason("reason", reason)?;
        let id = id.ok_or(StoreError::NotFound)?;
        let at = crate::now();
        let tx = self.db().begin().await?;
        let found = access::audit::to_open(&tx, self.viewer(), at, id).await?.ok_or(StoreError::NotFound)?;
        let erased = word(IncidentState::parse, &found.state)?.erased();
        match opening::opening(&found.rows, found.concerned, erased) {
            Opening::Opens => {}
            Opening::NotThere => return Err(StoreError::NotFound),
            Opening::Party => {
                return Err(StoreError::Forbidden(
                    "You have a part in this entry, so that another admin has to open it.",
                ));
            }
            Opening::ReadsAlready => {
                return Err(StoreError::Conflict("You read this entry already, without opening it."));
            }
            Opening::Erased => {
                return Err(StoreError::Conflict("There is nothing to open: the text was erased."));
            }
        }
        let until = at + opening::OPEN_FOR;
        let row = incident_access::ActiveModel {
            incident_id: Set(id),
            person_id: Set(me),
            why: Set(Why::Admin.as_str().into()),
            level: Set(Level::All.as_str().into()),
            since: Set(at),
            until: Set(Some(until)),
        };
        use incident_access::Column as A;
        let again = OnConflict::columns([A::IncidentId, A::PersonId, A::Why])
            .update_columns([A::Level, A::Until])
            .to_owned();
        incident_access::Entity::insert(row).on_conflict(again).exec_without_returning(&tx).await?;
        let event = Event {
            actor: Some(me),
            action: Action::OPEN,
            kind: access::audit::OF_AN_ENTRY,
            object: id,
            content: reason,
        };
        // The opening has the id of its event, so that the page of admins finds its reason.
        let event = audit::append(&tx, at, event).await?;
        let opened = readings::ActiveModel {
            id: Set(event),
            incident_id: Set(id),
            person_id: Set(me),
            why: Set(Why::Admin.as_str().into()),
            on_day: Set(at.date_naive()),
            reason: Set(Some(reason.trim().into())),
            at: Set(at),
            until: Set(Some(until)),
        };
        readings::Entity::insert(opened).exec_without_returning(&tx).await?;
        tx.commit().await?;
        self.after(id, at).await
    }

    /// Who opened and read some entries, for the viewer where they decide or lead the one who does.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn readings_of(&self, of: &[Id]) -> Result<Vec<Reading>, StoreError> {
        let (db, now) = (&self.db().read, crate::now());
        let select =
            access::incidents(self.viewer(), now).filter(incidents::Column::Id.is_in(of.iter().copied()));
        let seen = access::see(db, self.viewer(), now, select).await?;
        let rows = access::audit::readings_of(&seen).all(db).await?;
        rows.into_iter().map(Reading::of).collect()
    }

    /// Who opened and read what is about the viewer, as far as they may know of the entries; newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn readings_about_me(
        &self,
        page: &PageRequest<Cursor>,
    ) -> Result<Slice<Reading, Cursor>, StoreError> {
        let select = readings_about(self.viewer(), crate::now());
        let select = page::by_time(select, readings::Column::At, readings::Column::Id, true, page);
        let rows = select.all(&self.db().read).await?;
        let rows = rows.into_iter().map(|r| (Cursor { at: r.at, id: r.id }, r)).collect();
        Slice::cut(rows, page).try_map(Reading::of)
    }
}
