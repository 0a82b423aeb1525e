//! An admin's one-time link for somebody who cannot sign in: with it the person chooses a password. It is never for the
//! admin themself, it does not get past the second factor, and the person is told of it.

use chrono::TimeDelta;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
use upheld_domain::{Id, Instant};

use crate::access::{self, accounts, rules};
use crate::audit::{self, Event, hash};
use crate::entities::{people, sign_in_links};
use crate::error::StoreError;
use crate::own_account::{end_credentials, end_invites};
use crate::passwords::secret;
use crate::second_factor;
use crate::sessions::{Place, SignedIn, network_of};
use crate::setup::BAD_LINK;
use crate::store::Store;
use crate::viewer::ViewerStore;

/// How long a link works.
const LINK_LASTS: TimeDelta = TimeDelta::minutes(30);
/// How long the person sees that there was one.
const SHOWN_FOR: TimeDelta = TimeDelta::days(90);

/// A one-time link that an admin has just made; its token is shown once and kept as a hash.
#[derive(Debug, Clone)]
pub struct NewSignInLink {
    /// The token of the link.
    pub token: String,
    /// When it stops working.
    pub expires_at: Instant,
}

/// A link that an admin made for the viewer.
#[derive(Debug, Clone)]
pub struct SignInLink {
    /// The admin.
    pub made_by: Id,
    /// When.
    pub made_at: Instant,
    /// When it was used to choose a password.
    pub used_at: Option<Instant>,
}

impl ViewerStore {
    /// Makes a one-time link for a person; earlier ones of theirs stop working.
    ///
    /// # Errors
    /// `Forbidden` unless the viewer is an admin and it is for somebody else, `ConfirmIdentity`, `NotFound`.
    pub async fn create_sign_in_link(&self, person: Id) -> Result<NewSignInLink, StoreError> {
        if !self.viewer().is_admin() {
            return Err(StoreError::Forbidden("Please ask an admin for a link."));
        }
        self.require_confirmed_identity().await?;
        self.may_write()?;
        let own = person == self.viewer().id();
        if own {
            return Err(StoreError::Forbidden("Please ask another admin: nobody makes a link for themself."));
        }
        let (token, at) = (secret(), crate::now());
        let expires_at = at + LINK_LASTS;
        let tx = self.db().begin().await?;
        rules::lock_person(&tx, person).await?;
        let found = access::people(self.viewer()).filter(people::Column::Id.eq(person)).one(&tx).await?;
        found.filter(|p| p.active).ok_or(StoreError::NotFound)?;
        sign_in_links::Entity::update_many()
            .col_expr(sign_in_links::Column::ExpiresAt, Expr::value(at))
            .filter(sign_in_links::Column::PersonId.eq(person))
            .filter(sign_in_links::Column::UsedAt.is_null())
            .filter(sign_in_links::Column::ExpiresAt.gt(at))
            .exec(&tx)
            .await?;
        let row = sign_in_links::ActiveModel {
            id: Set(Id::new_v4()),
            token_hash: Set(hash(&["sign-in-link", &token])),
            person_id: Set(person),
            made_by: Set(self.viewer().id()),
            made_at: Set(at),
            expires_at: Set(expires_at),
            used_at: Set(None),
        };
        row.insert(&tx).await?;
        let event = Event {
            actor: Some(self.viewer().id()),
            action: "signInLink.make",
            kind: "person",
            object: person,
            content: "",
        };
        audit::append(&tx, at, event).await?;
        tx.commit().await?;
        Ok(NewSignInLink { token, expires_at })
    }

    /// The links that admins made for the viewer in the last 90 days, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sign_in_links(&self) -> Result<Vec<SignInLink>, StoreError> {
        self.links_since(crate::now() - SHOWN_FOR).await
    }

    /// Of these the ones that were made after the viewer had last signed in: what a fresh sign-in tells.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sign_in_links_since_last_time(&self) -> Result<Vec<SignInLink>, StoreError> {
        let Some(current) = self.viewer().session() else { return Ok(Vec::new()) };
        let before = accounts::signed_in_before(&self.db().read, self.viewer(), current).await?;
        let oldest = crate::now() - SHOWN_FOR;
        self.links_since(before.map_or(oldest, |at| at.max(oldest))).await
    }

    async fn links_since(&self, since: Instant) -> Result<Vec<SignInLink>, StoreError> {
        let rows = accounts::own_sign_in_links(self.viewer(), since).all(&self.db().read).await?;
        let link = |l: sign_in_links::Model| SignInLink {
            made_by: l.made_by,
            made_at: l.made_at,
            used_at: l.used_at,
        };
        Ok(rows.into_iter().map(link).collect())
    }
}

impl Store {
    /// Chooses a password with a link's token and signs in; all other sessions and tokens of the person end. Unknown,
    /// used and expired links are one answer.
    ///
    /// # Errors
    /// The field that needs mending, `SecondFactorRequired` when that is on, `RateLimited`.
    pub async fn reset_password(
        &self,
        token: &str,
        password: &str,
        code: Option<&str>,
        place: Place<'_>,
    ) -> Result<SignedIn, StoreError> {
        self.throttle().try_network(&network_of(place.network))?;
        let bad_link = || StoreError::field("token", BAD_LINK);
        let token_hash = hash(&["sign-in-link", token]);
        let link =
            accounts::usable_link(&self.db().read, &token_hash, crate::now()).await?.ok_or_else(bad_link)?;
        let person = rules::person(&self.db().read, link.person_id)
            .await?
            .filter(|p| p.active)
            .ok_or_else(bad_link)?;
        self.check_new_password("password", password, &person).await?;
        if code.is_some() {
            // A link opens no more tries at the second factor than signing in does.
            self.throttle().try_code(&person.email, None)?;
        }
        let password_hash = self.hash_password(password).await?;

        let at = crate::now();
        let tx = self.db().begin().await?;
        rules::lock_person(&tx, person.id).await?;
        let person = rules::person(&tx, person.id).await?.filter(|p| p.active).ok_or_else(bad_link)?;
        second_factor::check(&tx, person.id, code, at).await?;
        let used = sign_in_links::Entity::update_many()
            .col_expr(sign_in_links::Column::UsedAt, Expr::value(at))
            .filter(sign_in_links::Column::TokenHash.eq(&token_hash))
            .filter(sign_in_links::Column::UsedAt.is_null())
            .filter(sign_in_links::Column::ExpiresAt.gt(at))
            .exec(&tx)
            .await?;
        if used.rows_affected != 1 {
            return Err(bad_link());
        }
        end_invites(&tx, person.id, at).await?;
        end_credentials(&tx, person.id, None, at).await?;
        let mut row = person.into_active_model();
        row.password_hash = Set(Some(password_hash));
        let person = row.update(&tx).await?;
        let opened = self.open_session(&tx, &person, place, at).await?;
        let event = Event {
            actor: Some(person.id),
            action: "password.reset",
            kind: "person",
            object: person.id,
            content: "",
        };
        audit::append(&tx, at, event).await?;
        tx.commit().await?;
        self.signed_in(&person, opened, at).await
    }
}
