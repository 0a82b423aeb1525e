//! Step-up: before something grave the person shows again who they are. It holds for ten minutes and for that session
//! alone; a personal access token can never do it.

use chrono::TimeDelta;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use upheld_domain::{Id, Instant, text};

use crate::access::{accounts, rules};
use crate::audit::{self, Event};
use crate::entities::{people, sessions};
use crate::error::StoreError;
use crate::passwords::Turn;
use crate::second_factor;
use crate::viewer::ViewerStore;

/// How long a confirmation holds.
const CONFIRMED_FOR: TimeDelta = TimeDelta::minutes(10);
/// Another instance's clock may be a little ahead.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::seconds(5);
const NO_TOKENS: &str = "Please sign in with a browser for this: a personal access token cannot do it.";

impl ViewerStore {
    /// Whether the person has shown within ten minutes, in this very session, that it is them. Grave changes ask this
    /// after the viewer's right to them and before they look at anything else.
    ///
    /// # Errors
    /// `ConfirmIdentity` when not; `Forbidden` for a personal access token.
    pub async fn require_confirmed_identity(&self) -> Result<(), StoreError> {
        let (id, now) = (self.browser_session()?, crate::now());
        let own = accounts::own_sessions(self.viewer(), now).filter(sessions::Column::Id.eq(id));
        let session = own.one(&self.db().read).await?;
        let fresh = |at: Instant| now - at < CONFIRMED_FOR && at - now < CLOCKS_DIFFER;
        if session.and_then(|s| s.confirmed_at).is_some_and(fresh) {
            Ok(())
        } else {
            Err(StoreError::ConfirmIdentity)
        }
    }

    /// Confirms with the password, and a code where the second factor is on, that it is the person; says until when it
    /// holds.
    ///
    /// # Errors
    /// The field that is wrong, `SecondFactorRequired`, `RateLimited`, or `Forbidden` for a personal access token.
    pub async fn confirm_identity(&self, password: &str, code: Option<&str>) -> Result<Instant, StoreError> {
        let session = self.browser_session()?;
        let person = self.prove_password("password", password).await?;
        let at = crate::now();
        let tx = self.db().begin().await?;
        rules::lock_person(&tx, person.id).await?;
        second_factor::check(&tx, person.id, code, at).await?;
        let confirmed = sessions::Entity::update_many()
            .col_expr(sessions::Column::ConfirmedAt, Expr::value(at))
            .filter(sessions::Column::Id.eq(session))
            .filter(sessions::Column::EndedAt.is_null())
            .exec(&tx)
            .await?;
        if confirmed.rows_affected != 1 {
            return Err(StoreError::Unauthenticated("Please sign in."));
        }
        let event = Event {
            actor: Some(person.id),
            action: "identity.confirm",
            kind: "session",
            object: session,
            content: "",
        };
        audit::append(&tx, at, event).await?;
        tx.commit().await?;
        Ok(at + CONFIRMED_FOR)
    }

    /// The session that asks.
    pub(crate) fn browser_session(&self) -> Result<Id, StoreError> {
        self.viewer().session().ok_or(StoreError::Forbidden(NO_TOKENS))
    }

    /// The viewer, once their own password is right. Each session has tries of its own: whoever took one over cannot
    /// guess on, and the owner's other sessions are not held up.
    pub(crate) async fn prove_password(
        &self,
        field: &str,
        password: &str,
    ) -> Result<people::Model, StoreError> {
        self.store().throttle().try_own(self.browser_session()?)?;
        let person = rules::person(&self.db().read, self.viewer().id()).await?.filter(|p| p.active);
        let person = person.ok_or(StoreError::Unauthenticated("Please sign in."))?;
        let fits = password.chars().count() <= text::PASSWORD_MAX;
        let hash = person.password_hash.clone().filter(|_| fits);
        let password = if fits { password } else { "" };
        if self.store().verify_password(password, hash, Turn::Known).await? {
            Ok(person)
        } else {
            Err(StoreError::field(field, "Please type your password again: this is another one."))
        }
    }
}
