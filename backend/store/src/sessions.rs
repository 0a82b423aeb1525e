//! Signing in and out. The only place where a [`Viewer`] is made.

use std::net::IpAddr;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Set};
use serde::{Deserialize, Serialize};
use upheld_domain::words::Role;
use upheld_domain::{Id, Instant, text};

use crate::access::{self, rules};
use crate::audit::{self, Event, hash};
use crate::entities::{api_tokens, people, server_secrets, sessions};
use crate::error::StoreError;
use crate::passwords::{Turn, secret};
use crate::second_factor;
use crate::store::Store;

/// A session ends after this time, whatever happens.
const SESSION_LASTS: TimeDelta = TimeDelta::hours(12);
/// A session ends when nothing was asked for that long.
pub(crate) const SESSION_IDLES: TimeDelta = TimeDelta::minutes(30);
/// How often the last use of a session is written.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(1);
pub(crate) const TOKEN_PREFIX: &str = "upheld_";
const WRONG: &str = "The e-mail address or the password is wrong.";

/// Somebody who has signed in. Rights are read with every statement, so that a change of them works at once.
#[derive(Debug, Clone)]
pub struct Viewer {
    id: Id,
    admin: bool,
    credential: Credential,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Credential {
    Session(Id),
    Token(Id),
}

impl Viewer {
    /// The person.
    #[must_use]
    pub fn id(&self) -> Id {
        self.id
    }

    /// Whether the person sets the organisation up.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.admin
    }

    pub(crate) fn session(&self) -> Option<Id> {
        match self.credential {
            Credential::Session(id) => Some(id),
            Credential::Token(_) => None,
        }
    }
}

/// A fresh sign-in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub viewer: Viewer,
    /// The JWT for the session cookie.
    pub session: String,
    /// The token for the device cookie: what tells the owner's device from a stranger's.
    pub device: String,
    /// How long the session lasts.
    pub expires_in: Duration,
}

/// From where somebody signs in.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The address.
    pub network: IpAddr,
    /// The browser, as it calls itself.
    pub device: &'a str,
    /// The cookie of a device that signed in before.
    pub device_token: Option<&'a str>,
}

/// A session that was written and not yet told to anybody.
pub(crate) struct Opened {
    id: Id,
    device_token: String,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: Id,
    sid: Id,
    iat: i64,
    exp: i64,
    aud: String,
}

const AUDIENCE: &str = "upheld-session";

impl Store {
    /// Signs somebody in. Unknown accounts, wrong passwords and people who left take the same time and get the same
    /// answer; only a right password is told that a code is needed.
    ///
    /// # Errors
    /// `Unauthenticated` for wrong credentials, `SecondFactorRequired`, the code when it is wrong, `RateLimited` after too
    /// many tries.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        code: Option<&str>,
        place: Place<'_>,
    ) -> Result<SignedIn, StoreError> {
        let email = email.trim().to_lowercase();
        if email.chars().count() > text::EMAIL.max || password.chars().count() > text::PASSWORD_MAX {
            return Err(StoreError::Unauthenticated(WRONG));
        }
        let network = network_of(place.network);
        let person = rules::person_by_email(&self.db().read, &email).await?;
        if leak!(SignInTellsAddresses) && person.is_none() {
            return Err(StoreError::Unauthenticated("Nobody has this e-mail address."));
        }
        let device_hash = place.device_token.map(|t| hash(&["device", t]));
        // Nobody's places are looked up too, so that the time does not tell who has an account.
        let who = person.as_ref().map_or(Id::nil(), |p| p.id);
        let known = rules::known_place(&self.db().read, who, &network, device_hash.as_deref()).await?;
        self.throttle().try_password(&email, &network, known.as_deref())?;

        let stored = person.as_ref().filter(|p| p.active).and_then(|p| p.password_hash.clone());
        let turn = if known.is_some() { Turn::Known } else { Turn::Strange };
        let right = self.verify_password(password, stored, turn).await?;
        let Some(person) = person.filter(|_| right) else {
            tracing::info!(person = %who, "a sign-in was refused");
            return Err(StoreError::Unauthenticated(WRONG));
        };
        if code.is_some() {
            self.throttle().try_code(&email, known.as_deref())?;
        }
        self.start_session(&person, code, place).await
    }

    /// Starts a session of somebody whose credentials were right a moment ago, and still are.
    pub(crate) async fn start_session(
        &self,
        proved: &people::Model,
        code: Option<&str>,
        place: Place<'_>,
    ) -> Result<SignedIn, StoreError> {
        let at = crate::now();
        let tx = self.db().begin().await?;
        // A change of the password or a deactivation in the meantime ends all sessions; this one must not come after it.
        rules::lock_person(&tx, proved.id).await?;
        let person = rules::person(&tx, proved.id).await?;
        let person = person.filter(|p| p.active && p.password_hash == proved.password_hash);
        let person = person.ok_or(StoreError::Unauthenticated(WRONG))?;
        second_factor::check(&tx, person.id, code, at).await?;
        let opened = self.open_session(&tx, &person, place, at).await?;
        tx.commit().await?;
        self.signed_in(&person, opened, at).await
    }

    /// Writes a session inside a change, with its audit row last.
    pub(crate) async fn open_session<C: ConnectionTrait>(
        &self,
        db: &C,
        person: &people::Model,
        place: Place<'_>,
        at: Instant,
    ) -> Result<Opened, StoreError> {
        let id = Id::new_v4();
        let device_token = place.device_token.map_or_else(secret, str::to_owned);
        sessions::ActiveModel {
            id: Set(id),
            person_id: Set(person.id),
            network: Set(network_of(place.network)),
            device: Set(place.device.chars().filter(|c| !c.is_control()).take(200).collect()),
            device_hash: Set(hash(&["device", &device_token])),
            started_at: Set(at),
            last_seen_at: Set(at),
            expires_at: Set(at + SESSION_LASTS),
            ended_at: Set(None),
            confirmed_at: Set(None),
        }
        .insert(db)
        .await?;
        let event = Event {
            actor: Some(person.id),
            action: "session.start",
            kind: "session",
            object: id,
            content: "",
        };
        audit::append(db, at, event).await?;
        Ok(Opened { id, device_token })
    }

    /// The cookies of a session that is committed.
    pub(crate) async fn signed_in(
        &self,
        person: &people::Model,
        opened: Opened,
        at: Instant,
    ) -> Result<SignedIn, StoreError> {
        let claims = Claims {
            sub: person.id,
            sid: opened.id,
            iat: at.timestamp(),
            exp: (at + SESSION_LASTS).timestamp(),
            aud: AUDIENCE.into(),
        };
        let key = self.session_key().await?;
        let session = jsonwebtoken::encode(&Header::default(), &claims, &EncodingKey::from_secret(&key))
            .map_err(|e| StoreError::Internal(e.to_string()))?;
        Ok(SignedIn {
            viewer: viewer(person, Credential::Session(opened.id)),
            session,
            device: opened.device_token,
            expires_in: SESSION_LASTS.to_std().unwrap_or_default(),
        })
    }

    /// Who the session cookie is, if it still holds: signature, session row, person.
    ///
    /// # Errors
    /// Only when the database does not answer.
    pub async fn viewer_from_cookie(&self, jwt: &str) -> Result<Option<Viewer>, StoreError> {
        if jwt.len() > 2048 {
            return Ok(None);
        }
        let key = self.session_key().await?;
        let mut rules = Validation::new(jsonwebtoken::Algorithm::HS256);
        rules.set_audience(&[AUDIENCE]);
        rules.set_required_spec_claims(&["exp", "aud", "sub"]);
        rules.leeway = 0;
        let Ok(token) = jsonwebtoken::decode::<Claims>(jwt, &DecodingKey::from_secret(&key), &rules) else {
            return Ok(None);
        };
        self.viewer_of_session(token.claims.sid, token.claims.sub, true).await
    }

    /// Reads the session; `touch` notes its use, which keeps it from idling.
    async fn viewer_of_session(&self, id: Id, person: Id, touch: bool) -> Result<Option<Viewer>, StoreError> {
        let row = access::rows(
            &self.db().read,
            "SELECT p.id, p.role, s.last_seen_at FROM sessions s JOIN people p ON p.id = s.person_id \
             WHERE s.id = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND s.last_seen_at > $3 AND p.active",
            [id.into(), crate::now().into(), (crate::now() - SESSION_IDLES).into()],
        )
        .await?;
        let Some(row) = row.first() else { return Ok(None) };
        let owner: Id = row.try_get("", "id")?;
        if person != owner {
            return Ok(None);
        }
        let last_seen: Instant = row.try_get("", "last_seen_at")?;
        let now = crate::now();
        if touch && now - last_seen > SEEN_EVERY {
            let seen = sessions::Entity::update_many()
                .col_expr(sessions::Column::LastSeenAt, Expr::value(now))
                .filter(sessions::Column::Id.eq(id))
                .exec(self.db().writer())
                .await;
            not_vital(seen)?;
        }
        let role: String = row.try_get("", "role")?;
        Ok(Some(Viewer {
            id: owner,
            admin: role == Role::Admin.as_str(),
            credential: Credential::Session(id),
        }))
    }

    /// Who the personal access token is, if it still holds.
    ///
    /// # Errors
    /// Only when the database does not answer.
    pub async fn viewer_from_token(&self, token: &str) -> Result<Option<Viewer>, StoreError> {
        if token.len() > 200 || !token.starts_with(TOKEN_PREFIX) {
            return Ok(None);
        }
        let Some(row) = rules::token(&self.db().read, &hash(&["token", token])).await? else {
            return Ok(None);
        };
        self.viewer_of_token(&row).await
    }

    async fn viewer_of_token(&self, row: &api_tokens::Model) -> Result<Option<Viewer>, StoreError> {
        let now = crate::now();
        if row.revoked_at.is_some() || row.expires_at <= now {
            return Ok(None);
        }
        let Some(person) = rules::person(&self.db().read, row.person_id).await?.filter(|p| p.active) else {
            return Ok(None);
        };
        if row.last_used_at.is_none_or(|at| now - at > SEEN_EVERY) {
            let used = api_tokens::Entity::update_many()
                .col_expr(api_tokens::Column::LastUsedAt, Expr::value(now))
                .filter(api_tokens::Column::Id.eq(row.id))
                .exec(self.db().writer())
                .await;
            not_vital(used)?;
        }
        Ok(Some(viewer(&person, Credential::Token(row.id))))
    }

    /// Whether the viewer's session or token still holds, with the rights that it had; for connections that stay open.
    ///
    /// # Errors
    /// Only when the database does not answer.
    pub async fn still_valid(&self, viewer: &Viewer) -> Result<bool, StoreError> {
        match viewer.credential {
            Credential::Session(id) => {
                let now = self.viewer_of_session(id, viewer.id, false).await?;
                Ok(now.is_some_and(|now| now.admin == viewer.admin))
            }
            Credential::Token(id) => {
                let row = access::rows(
                    &self.db().read,
                    "SELECT p.role FROM api_tokens t JOIN people p ON p.id = t.person_id \
                     WHERE t.id = $1 AND t.revoked_at IS NULL AND t.expires_at > $2 AND p.active",
                    [id.into(), crate::now().into()],
                )
                .await?;
                let Some(row) = row.first() else { return Ok(false) };
                Ok((row.try_get::<String>("", "role")? == Role::Admin.as_str()) == viewer.admin)
            }
        }
    }

    async fn session_key(&self) -> Result<Vec<u8>, StoreError> {
        let text = self
            .key_cell()
            .get_or_try_init(|| async {
                if let Some(key) = rules::secret(&self.db().read, "session-key").await? {
                    return Ok::<_, StoreError>(key);
                }
                let fresh =
                    server_secrets::ActiveModel { name: Set("session-key".into()), secret: Set(secret()) };
                // Another instance may be faster; then its key is read below.
                let _ = fresh.insert(self.db().writer()).await;
                rules::secret(self.db().writer(), "session-key").await?.ok_or(StoreError::Unavailable)
            })
            .await?;
        URL_SAFE_NO_PAD.decode(text).map_err(|e| StoreError::Internal(e.to_string()))
    }
}

fn viewer(person: &people::Model, credential: Credential) -> Viewer {
    Viewer { id: person.id, admin: person.role == Role::Admin.as_str(), credential }
}

/// The network that an address belongs to: one IPv4 address, or the /64 that one IPv6 subscriber has.
pub(crate) fn network_of(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let s = v6.segments();
            format!("{:x}:{:x}:{:x}:{:x}::/64", s[0], s[1], s[2], s[3])
        }
    }
}

/// A database that cannot write now, because its disk is full, still reads: that somebody was here may go unnoted.
fn not_vital<T>(written: Result<T, DbErr>) -> Result<(), StoreError> {
    match written.map_err(StoreError::from) {
        Ok(_) | Err(StoreError::Unavailable) => Ok(()),
        Err(e) => Err(e),
    }
}
