//! Personal access tokens: shown once, kept as a hash.

use chrono::TimeDelta;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, Set};
use upheld_domain::{Id, Instant, text};

use crate::access::{self, accounts, rules};
use crate::audit::{self, Event, hash};
use crate::entities::{api_tokens, sessions};
use crate::error::StoreError;
use crate::passwords::secret;
use crate::sessions::TOKEN_PREFIX;
use crate::viewer::ViewerStore;

/// One of the viewer's own personal access tokens; the token itself is not kept.
#[derive(Debug, Clone)]
pub struct ApiToken {
    /// Its id.
    pub id: Id,
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub created_at: Instant,
    /// When it ends.
    pub expires_at: Instant,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Instant>,
}

impl ViewerStore {
    /// Makes a personal access token; the token is returned once and kept as a hash.
    ///
    /// # Errors
    /// When the name is blank or too long, or the days are not 1 to 366; `Forbidden` for a token.
    pub async fn create_token(&self, name: &str, days: Option<i32>) -> Result<(String, Instant), StoreError> {
        text::required("name", name, text::NAME)?;
        let days = days.unwrap_or(90);
        if !(1..=366).contains(&days) {
            return Err(StoreError::field("expiresInDays", "Please give 1 to 366 days."));
        }
        // A token that was taken over must not make itself others.
        let session = self.browser_session()?;
        let at = crate::now();
        let token = format!("{TOKEN_PREFIX}{}", secret());
        let expires_at = at + TimeDelta::days(i64::from(days));
        let id = Id::new_v4();
        let tx = self.db().begin().await?;
        // A change of the password ends all tokens; none must come after it from a session that it ended.
        rules::lock_person(&tx, self.viewer().id()).await?;
        let held = accounts::own_sessions(self.viewer(), at)
            .filter(sessions::Column::Id.eq(session))
            .one(&tx)
            .await?;
        held.ok_or(StoreError::Unauthenticated("Please sign in."))?;
        api_tokens::ActiveModel {
            id: Set(id),
            person_id: Set(self.viewer().id()),
            name: Set(name.trim().into()),
            token_hash: Set(hash(&["token", &token])),
            created_at: Set(at),
            expires_at: Set(expires_at),
            last_used_at: Set(None),
            revoked_at: Set(None),
        }
        .insert(&tx)
        .await?;
        let event = Event {
            actor: Some(self.viewer().id()),
            action: "token.create",
            kind: "token",
            object: id,
            content: "",
        };
        audit::append(&tx, at, event).await?;
        tx.commit().await?;
        Ok((token, expires_at))
    }

    /// The viewer's own tokens that hold, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn tokens(&self) -> Result<Vec<ApiToken>, StoreError> {
        let rows = access::own_tokens(self.viewer()).all(&self.db().read).await?;
        let now = crate::now();
        Ok(rows
            .into_iter()
            .filter(|t| t.expires_at > now)
            .map(|t| ApiToken {
                id: t.id,
                name: t.name,
                created_at: t.created_at,
                expires_at: t.expires_at,
                last_used_at: t.last_used_at,
            })
            .collect())
    }

    /// Revokes one of the viewer's own tokens.
    ///
    /// # Errors
    /// `NotFound` for anybody else's.
    pub async fn revoke_token(&self, id: Id) -> Result<(), StoreError> {
        let own = access::own_tokens(self.viewer()).filter(api_tokens::Column::Id.eq(id));
        own.one(&self.db().read).await?.ok_or(StoreError::NotFound)?;
        let at = crate::now();
        let tx = self.db().begin().await?;
        api_tokens::Entity::update_many()
            .col_expr(api_tokens::Column::RevokedAt, Expr::value(at))
            .filter(api_tokens::Column::Id.eq(id))
            .exec(&tx)
            .await?;
        let event = Event {
            actor: Some(self.viewer().id()),
            action: "token.revoke",
            kind: "token",
            object: id,
            content: "",
        };
        audit::append(&tx, at, event).await?;
        Ok(tx.commit().await?)
    }
}
