//! The audit trail: every change, append-only, with ids and salted digests and never text, so that text can be erased
//! and the chain still verifies. Each row's hash covers the row before it.
//!
//! The salt of a text is kept apart ([`crate::entities::audit_salts`]) and goes with the text ([`forget`]): what stays
//! is a digest under 128 bits that nobody knows any more, so that a short text cannot be guessed from it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use sha2::{Digest, Sha256};
use upheld_domain::{Id, Instant};

use crate::access::{self, rules};
use crate::entities::{audit_events, audit_salts, readings};
use crate::error::StoreError;

/// What happened, in the words of the audit trail.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Event<'a> {
    /// Who did it; none for the server itself.
    pub actor: Option<Id>,
    /// What, as `object.verb`.
    pub action: &'static str,
    /// The kind of the object. Whether admins read it on their page depends on it: `access_audit.rs` has the list.
    pub kind: &'static str,
    /// The object.
    pub object: Id,
    /// What the digest is over: the text that was written, or nothing.
    pub content: &'a str,
}

/// The actions that other code asks for by name.
pub(crate) struct Action;

impl Action {
    /// An admin opened an entry with a reason.
    pub(crate) const OPEN: &str = "incident.open";
    /// An admin read what they had opened.
    pub(crate) const READ_OPENED: &str = "incident.readOpened";
    /// A leader above the decider read it.
    pub(crate) const READ_ABOVE: &str = "incident.readAbove";
    /// A former decider read it.
    pub(crate) const READ_FORMER: &str = "incident.readFormer";
    /// An admin read the audit trail.
    pub(crate) const READ_TRAIL: &str = "audit.read";
}

/// Everything that a row's hash covers.
#[derive(Debug)]
pub(crate) struct Link<'a> {
    pub previous: &'a str,
    pub seq: i64,
    pub id: Id,
    pub at: Instant,
    pub actor: Option<Id>,
    pub action: &'a str,
    pub kind: &'a str,
    pub object: Id,
    pub salt: &'a str,
    pub digest: &'a str,
}

impl Link<'_> {
    /// The row's hash. A row with its salt in it is of the first form, which had no id: see [`Link::old_id`].
    pub(crate) fn hash(&self) -> String {
        let (seq, at) = (self.seq.to_string(), self.at.timestamp_micros().to_string());
        let actor = self.actor.map(|a| a.to_string()).unwrap_or_default();
        let (object, id) = (self.object.to_string(), self.id.to_string());
        if self.salt.is_empty() {
            hash(&["2", self.previous, &seq, &id, &at, &actor, self.action, self.kind, &object, self.digest])
        } else {
            hash(&[self.previous, &seq, &at, &actor, self.action, self.kind, &object, self.salt, self.digest])
        }
    }

    /// The id that the migration gave a row of the first form: the beginning of its hash.
    pub(crate) fn old_id(hash: &str) -> Option<Id> {
        Id::from_slice(hash.as_bytes().get(..16)?).ok()
    }
}

/// Appends an event inside the change's transaction. It takes the head's row lock, so that it is the last step before
/// the commit: chains of concurrent changes then wait for nothing but each other's commit. Gives the event's id.
pub(crate) async fn append<C: ConnectionTrait>(
    db: &C,
    at: Instant,
    event: Event<'_>,
) -> Result<Id, StoreError> {
    append_all(db, at, &[event]).await?.pop().ok_or_else(|| StoreError::Internal("no event".into()))
}

/// Appends several events, with one turn at the head.
pub(crate) async fn append_all<C: ConnectionTrait>(
    db: &C,
    at: Instant,
    events: &[Event<'_>],
) -> Result<Vec<Id>, StoreError> {
    if events.is_empty() {
        return Ok(Vec::new());
    }
    let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
    let take = "UPDATE audit_head SET seq = seq + $1 WHERE only_one = 1 RETURNING seq, hash";
    let head = access::rows(db, take, [count.into()]).await?;
    let head = head.first().ok_or_else(|| StoreError::Internal("the audit trail has no head".into()))?;
    let (last, mut previous): (i64, String) = (head.try_get("", "seq")?, head.try_get("", "hash")?);

    let (mut rows, mut salts, mut ids) = (Vec::new(), Vec::new(), Vec::new());
    for (seq, event) in (last - count + 1..).zip(events) {
        let id = Id::new_v4();
        let digest = if event.content.is_empty() {
            String::new()
        } else {
            let salt = STANDARD_NO_PAD.encode(rand::random::<[u8; 16]>());
            let digest = hash(&[&salt, event.content]);
            salts.push(audit_salts::ActiveModel {
                event_id: Set(id),
                object_id: Set(event.object),
                salt: Set(salt),
            });
            digest
        };
        let link = Link {
            previous: &previous,
            seq,
            id,
            at,
            actor: event.actor,
            action: event.action,
            kind: event.kind,
            object: event.object,
            salt: "",
            digest: &digest,
        };
        let hash = link.hash();
        rows.push(audit_events::ActiveModel {
            seq: Set(seq),
            id: Set(id),
            at: Set(at),
            actor_id: Set(event.actor),
            action: Set(event.action.into()),
            object_kind: Set(event.kind.into()),
            object_id: Set(event.object),
            salt: Set(String::new()),
            digest: Set(digest),
            hash: Set(hash.clone()),
        });
        previous = hash;
        ids.push(id);
    }
    // Both databases bound the parameters of a statement.
    for some in rows.chunks(500) {
        audit_events::Entity::insert_many(some.to_vec()).exec_without_returning(db).await?;
    }
    for some in salts.chunks(500) {
        audit_salts::Entity::insert_many(some.to_vec()).exec_without_returning(db).await?;
    }
    let put = "UPDATE audit_head SET hash = $1 WHERE only_one = 1 RETURNING seq";
    access::rows(db, put, [previous.into()]).await?;
    Ok(ids)
}

/// Forgets the salts of everything that was written about an object, and why somebody opened it: the texts are being
/// erased. Every step that erases the text of an entry, a person or a comment calls it in its transaction.
pub(crate) async fn forget<C: ConnectionTrait>(db: &C, objects: &[Id]) -> Result<(), StoreError> {
    for some in objects.chunks(500) {
        audit_salts::Entity::delete_many()
            .filter(audit_salts::Column::ObjectId.is_in(some.iter().copied()))
            .exec(db)
            .await?;
        readings::Entity::update_many()
            .col_expr(readings::Column::Reason, Expr::value(None::<String>))
            .filter(readings::Column::IncidentId.is_in(some.iter().copied()))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// Forgets the salts of an incident's decisions and of the comments on what they published: a retraction erases the
/// wording and leaves the rest.
pub(crate) async fn forget_decision<C: ConnectionTrait>(
    db: &C,
    incident: Id,
    recognition: Option<Id>,
) -> Result<(), StoreError> {
    let events = rules::events_of(db, incident, "decision.record").await?;
    audit_salts::Entity::delete_many().filter(audit_salts::Column::EventId.is_in(events)).exec(db).await?;
    if let Some(recognition) = recognition {
        forget(db, &rules::comments_on(db, recognition).await?).await?;
    }
    Ok(())
}

/// SHA-256 over the parts, each with its length before it, so that no two lists of parts look alike.
pub(crate) fn hash(parts: &[&str]) -> String {
    let mut sha = Sha256::new();
    for part in parts {
        sha.update((part.len() as u64).to_be_bytes());
        sha.update(part.as_bytes());
    }
    STANDARD_NO_PAD.encode(sha.finalize())
}
