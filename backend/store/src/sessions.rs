//! Signing in and out. The only place where a [`Viewer`] is made.

use std::net::IpAddr;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, Set};
use serde::{Deserialize, Serialize};
use upheld_domain::words::Role;
use upheld_domain::{Id, Instant, text};

use crate::access::{self, rules};
use crate::audit::{self, Event, hash};
use crate::entities::{api_tokens, people, server_secrets, sessions};
use crate::error::StoreError;
use crate::passwords::secret;
use crate::store::Store;
use crate::viewer::ViewerStore;

/// A session ends after this time, whatever happens.
const SESSION_LASTS: TimeDelta = TimeDelta::hours(12);
/// A session ends when nothing was asked for that long.
const SESSION_IDLES: TimeDelta = TimeDelta::minutes(30);
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

    fn session(&self) -> Option<Id> {
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
    /// answer.
    ///
    /// # Errors
    /// `Unauthenticated` for wrong credentials, `RateLimited` after too many tries.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        network: IpAddr,
        device: &str,
        device_token: Option<&str>,
    ) -> Result<SignedIn, StoreError> {
        let email = email.trim().to_lowercase();
        if email.chars().count() > text::EMAIL.max || password.chars().count() > text::PASSWORD_MAX {
            return Err(StoreError::Unauthenticated(WRONG));
        }
        let network = network_of(network);
        let person = rules::person_by_email(&self.db().read, &email).await?;
        if leak!(SignInTellsAddresses) && person.is_none() {
            return Err(StoreError::Unauthenticated("Nobody has this e-mail address."));
        }
        let device_hash = device_token.map(|t| hash(&["device", t]));
        let place = match &person {
            Some(p) => rules::known_place(&self.db().read, p.id, &network, device_hash.as_deref()).await?,
            None => None,
        };
        self.throttle().try_password(&email, &network, place.as_deref())?;

        let stored = person.as_ref().filter(|p| p.active).and_then(|p| p.password_hash.clone());
        let right = self.verify_password(password, stored).await?;
        match person {
            Some(person) if right => self.start_session(&person, &network, device, device_token).await,
            _ => Err(StoreError::Unauthenticated(WRONG)),
        }
    }

    pub(crate) async fn start_session(
        &self,
        person: &people::Model,
        network: &str,
        device: &str,
        device_token: Option<&str>,
    ) -> Result<SignedIn, StoreError> {
        let at = crate::now();
        let id = Id::new_v4();
        let device_token = device_token.map_or_else(secret, str::to_owned);
        let tx = self.db().begin().await?;
        sessions::ActiveModel {
            id: Set(id),
            person_id: Set(person.id),
            network: Set(network.to_owned()),
            device: Set(device.chars().filter(|c| !c.is_control()).take(200).collect()),
            device_hash: Set(hash(&["device", &device_token])),
            started_at: Set(at),
            last_seen_at: Set(at),
            expires_at: Set(at + SESSION_LASTS),
            ended_at: Set(None),
        }
        .insert(&tx)
        .await?;
        let event = Event {
            actor: Some(person.id),
            action: "session.start",
            kind: "session",
            object: id,
            content: "",
        };
        audit::append(&tx, at, event).await?;
        tx.commit().await?;

        let claims = Claims {
            sub: person.id,
            sid: id,
            iat: at.timestamp(),
            exp: (at + SESSION_LASTS).timestamp(),
            aud: AUDIENCE.into(),
        };
        let key = self.session_key().await?;
        let session = jsonwebtoken::encode(&Header::default(), &claims, &EncodingKey::from_secret(&key))
            .map_err(|e| StoreError::Internal(e.to_string()))?;
        Ok(SignedIn {
            viewer: viewer(person, Credential::Session(id)),
            session,
            device: device_token,
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
            sessions::Entity::update_many()
                .col_expr(sessions::Column::LastSeenAt, Expr::value(now))
                .filter(sessions::Column::Id.eq(id))
                .exec(self.db().writer())
                .await?;
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
            api_tokens::Entity::update_many()
                .col_expr(api_tokens::Column::LastUsedAt, Expr::value(now))
                .filter(api_tokens::Column::Id.eq(row.id))
                .exec(self.db().writer())
                .await?;
        }
        Ok(Some(viewer(&person, Credential::Token(row.id))))
    }

    /// Whether the viewer's session or token still holds; for connections that stay open.
    ///
    /// # Errors
    /// Only when the database does not answer.
    pub async fn still_valid(&self, viewer: &Viewer) -> Result<bool, StoreError> {
        match viewer.credential {
            Credential::Session(id) => Ok(self.viewer_of_session(id, viewer.id, false).await?.is_some()),
            Credential::Token(id) => {
                let row = access::rows(
                    &self.db().read,
                    "SELECT t.id FROM api_tokens t JOIN people p ON p.id = t.person_id \
                     WHERE t.id = $1 AND t.revoked_at IS NULL AND t.expires_at > $2 AND p.active",
                    [id.into(), crate::now().into()],
                )
                .await?;
                Ok(!row.is_empty())
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
        let rows = access::own_sessions(self.viewer(), now).all(&self.db().read).await?;
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
        let own = access::own_sessions(self.viewer(), crate::now()).filter(sessions::Column::Id.eq(id));
        own.one(&self.db().read).await?.ok_or(StoreError::NotFound)?;
        self.end(id).await
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
            actor: Some(self.viewer().id),
            action: "session.end",
            kind: "session",
            object: id,
            content: "",
        };
        audit::append(&tx, at, event).await?;
        Ok(tx.commit().await?)
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
