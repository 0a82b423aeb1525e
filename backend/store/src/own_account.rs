//! A person's own password and sessions.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, Set,
};
use upheld_domain::{Id, Instant};

use crate::access::{accounts, rules};
use crate::audit::{self, Event};
use crate::entities::{api_tokens, invites, sessions, sign_in_links};
use crate::error::StoreError;
use crate::sessions::SESSION_IDLES;
use crate::viewer::ViewerStore;

/// One of the viewer's own sessions.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its id.
    pub id: Id,
    /// When it began.
    pub started_at: Instant,
    /// When it was last used, to the minute.
    pub last_seen_at: Instant,
    /// When it ends at the latest.
    pub expires_at: Instant,
    /// The browser, as it calls itself.
    pub device: String,
    /// Whether it is the one that asks.
    pub current: bool,
}

impl ViewerStore {
    /// Ends the session that asks; a token is not a session and stays.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sign_out(&self) -> Result<(), StoreError> {
        match self.viewer().session() {
            Some(id) => self.end(id).await,
            None => Ok(()),
        }
    }

    /// The viewer's own sessions that hold, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sessions(&self) -> Result<Vec<Session>, StoreError> {
        let now = crate::now();
        let rows = accounts::own_sessions(self.viewer(), now).all(&self.db().read).await?;
        Ok(rows
            .into_iter()
            .filter(|s| now - s.last_seen_at < SESSION_IDLES)
            .map(|s| Session {
                id: s.id,
                started_at: s.started_at,
                last_seen_at: s.last_seen_at,
                expires_at: s.expires_at,
                device: s.device,
                current: self.viewer().session() == Some(s.id),
            })
            .collect())
    }

    /// Ends one of the viewer's own sessions.
    ///
    /// # Errors
    /// `NotFound` for anybody else's.
    pub async fn end_session(&self, id: Id) -> Result<(), StoreError> {
        let own = accounts::own_sessions(self.viewer(), crate::now()).filter(sessions::Column::Id.eq(id));
        own.one(&self.db().read).await?.ok_or(StoreError::NotFound)?;
        self.end(id).await
    }

    /// Ends all of the viewer's sessions but the one that asks.
    ///
    /// # Errors
    /// `Forbidden` for a personal access token.
    pub async fn end_other_sessions(&self) -> Result<(), StoreError> {
        let (current, person, at) = (self.browser_session()?, self.viewer().id(), crate::now());
        let tx = self.db().begin().await?;
        rules::lock_person(&tx, person).await?;
        end_sessions(&tx, person, Some(current), at).await?;
        audit::append(&tx, at, of_person(person, "session.endOthers")).await?;
        Ok(tx.commit().await?)
    }

    /// Changes the viewer's own password; all other sessions and all tokens end.
    ///
    /// # Errors
    /// The field that needs mending, `ConfirmIdentity` where the second factor is on, `Forbidden` for a token.
    pub async fn change_password(&self, current: &str, new: &str) -> Result<(), StoreError> {
        let session = self.browser_session()?;
        let factor = accounts::second_factor(&self.db().read, self.viewer().id()).await?;
        if factor.is_some_and(|f| f.since.is_some()) {
            // The password alone must not be enough to change it.
            self.require_confirmed_identity().await?;
        }
        let person = rules::person(&self.db().read, self.viewer().id()).await?.ok_or(StoreError::NotFound)?;
        self.store().check_new_password("newPassword", new, &person).await?;
        let person = self.prove_password("currentPassword", current).await?;
        if current == new {
            return Err(StoreError::field(
                "newPassword",
                "Please choose another password than the one you have.",
            ));
        }
        let password_hash = self.store().hash_password(new).await?;
        let (proved, at) = (person.password_hash, crate::now());
        let tx = self.db().begin().await?;
        rules::lock_person(&tx, person.id).await?;
        let person = rules::person(&tx, person.id).await?.filter(|p| p.active && p.password_hash == proved);
        let person = person.ok_or(StoreError::Conflict("The password was changed in the meantime."))?;
        let held = accounts::own_sessions(self.viewer(), at)
            .filter(sessions::Column::Id.eq(session))
            .one(&tx)
            .await?;
        held.ok_or(StoreError::Unauthenticated("Please sign in."))?;
        let id = person.id;
        let mut row = person.into_active_model();
        row.password_hash = Set(Some(password_hash));
        row.update(&tx).await?;
        end_credentials(&tx, id, Some(session), at).await?;
        audit::append(&tx, at, of_person(id, "password.change")).await?;
        Ok(tx.commit().await?)
    }

    async fn end(&self, id: Id) -> Result<(), StoreError> {
        let at = crate::now();
        let tx = self.db().begin().await?;
        sessions::Entity::update_many()
            .col_expr(sessions::Column::EndedAt, Expr::value(at))
            .filter(sessions::Column::Id.eq(id))
            .filter(sessions::Column::EndedAt.is_null())
            .exec(&tx)
            .await?;
        let event = Event {
            actor: Some(self.viewer().id()),
            action: "session.end",
            kind: "session",
            object: id,
            content: "",
        };
        audit::append(&tx, at, event).await?;
        Ok(tx.commit().await?)
    }
}

fn of_person(person: Id, action: &'static str) -> Event<'static> {
    Event { actor: Some(person), action, kind: "person", object: person, content: "" }
}

/// Ends a person's sessions, all but one where one is to stay.
pub(crate) async fn end_sessions<C: ConnectionTrait>(
    db: &C,
    person: Id,
    but: Option<Id>,
    at: Instant,
) -> Result<(), StoreError> {
    let mut update = sessions::Entity::update_many()
        .col_expr(sessions::Column::EndedAt, Expr::value(at))
        .filter(sessions::Column::PersonId.eq(person))
        .filter(sessions::Column::EndedAt.is_null());
    if let Some(but) = but {
        update = update.filter(sessions::Column::Id.ne(but));
    }
    update.exec(db).await?;
    Ok(())
}

/// Ends all that signs a person in: sessions, all but one where one is to stay, and personal access tokens. It belongs
/// into the transaction of a change of the password, with the person's row locked.
pub(crate) async fn end_credentials<C: ConnectionTrait>(
    db: &C,
    person: Id,
    but: Option<Id>,
    at: Instant,
) -> Result<(), StoreError> {
    end_sessions(db, person, but, at).await?;
    api_tokens::Entity::update_many()
        .col_expr(api_tokens::Column::RevokedAt, Expr::value(at))
        .filter(api_tokens::Column::PersonId.eq(person))
        .filter(api_tokens::Column::RevokedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Ends every way in of somebody who leaves: sessions, tokens, invites and links, also those that are on their way; none
/// of them works again should the person come back.
pub(crate) async fn end_every_way_in<C: ConnectionTrait>(
    db: &C,
    person: Id,
    at: Instant,
) -> Result<(), StoreError> {
    // A sign-in holds this lock while it writes its session.
    rules::lock_person(db, person).await?;
    end_credentials(db, person, None, at).await?;
    end_invites(db, person, at).await?;
    sign_in_links::Entity::update_many()
        .col_expr(sign_in_links::Column::ExpiresAt, Expr::value(at))
        .filter(sign_in_links::Column::PersonId.eq(person))
        .filter(sign_in_links::Column::UsedAt.is_null())
        .filter(sign_in_links::Column::ExpiresAt.gt(at))
        .exec(db)
        .await?;
    Ok(())
}

/// Ends the invites of a person.
pub(crate) async fn end_invites<C: ConnectionTrait>(
    db: &C,
    person: Id,
    at: Instant,
) -> Result<(), StoreError> {
    invites::Entity::update_many()
        .col_expr(invites::Column::UsedAt, Expr::value(at))
        .filter(invites::Column::PersonId.eq(person))
        .filter(invites::Column::UsedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}
