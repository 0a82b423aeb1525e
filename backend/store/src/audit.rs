//! The audit trail: every change, append-only, with ids and salted digests and never text, so that text can be erased
//! and the chain still verifies. Each row's hash covers the row before it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use sea_orm::{ActiveModelTrait, ConnectionTrait, Set};
use sha2::{Digest, Sha256};
use upheld_domain::{Id, Instant};

use crate::access;
use crate::entities::audit_events;
use crate::error::StoreError;

/// What happened, in the words of the audit trail.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Event<'a> {
    /// Who did it; none for the server itself.
    pub actor: Option<Id>,
    /// What, as `object.verb`.
    pub action: &'static str,
    /// The kind of the object.
    pub kind: &'static str,
    /// The object.
    pub object: Id,
    /// What the digest is over: the text that was written, or nothing.
    pub content: &'a str,
}

/// Appends an event inside the change's transaction. It takes the head's row lock, so that it is the last step before
/// the commit: chains of concurrent changes then wait for nothing but each other's commit.
pub(crate) async fn append<C: ConnectionTrait>(
    db: &C,
    at: Instant,
    event: Event<'_>,
) -> Result<(), StoreError> {
    let head =
        access::rows(db, "UPDATE audit_head SET seq = seq + 1 WHERE only_one = 1 RETURNING seq, hash", [])
            .await?;
    let head = head.first().ok_or_else(|| StoreError::Internal("the audit trail has no head".into()))?;
    let (seq, previous): (i64, String) = (head.try_get("", "seq")?, head.try_get("", "hash")?);

    let salt = STANDARD_NO_PAD.encode(rand::random::<[u8; 16]>());
    let digest = hash(&[&salt, event.content]);
    let actor = event.actor.map(|a| a.to_string()).unwrap_or_default();
    let (number, time, object) =
        (seq.to_string(), at.timestamp_micros().to_string(), event.object.to_string());
    let hash = hash(&[&previous, &number, &time, &actor, event.action, event.kind, &object, &salt, &digest]);
    audit_events::ActiveModel {
        seq: Set(seq),
        at: Set(at),
        actor_id: Set(event.actor),
        action: Set(event.action.into()),
        object_kind: Set(event.kind.into()),
        object_id: Set(event.object),
        salt: Set(salt),
        digest: Set(digest),
        hash: Set(hash.clone()),
    }
    .insert(db)
    .await?;
    access::rows(db, "UPDATE audit_head SET hash = $1 WHERE only_one = 1 RETURNING seq", [hash.into()])
        .await?;
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
