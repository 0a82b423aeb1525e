//! Client keys: a retry with the same key gives the first answer and never a second record.

use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use upheld_domain::{Id, Instant};

use crate::access::rules;
use crate::entities::idempotency_keys;
use crate::error::{StoreError, is_unique_violation};

/// A key as the client sent it, with a digest of the input it came with.
#[derive(Debug, Clone)]
pub(crate) struct ClientKey {
    pub person: Id,
    pub key: Id,
    pub operation: &'static str,
    pub digest: String,
}

impl ClientKey {
    /// The object that this key made before.
    pub(crate) async fn made<C: ConnectionTrait>(&self, db: &C) -> Result<Option<Id>, StoreError> {
        let Some(used) = rules::client_key(db, self.person, self.key).await? else { return Ok(None) };
        // Of an input whose text was erased nothing is left to compare; a retry still makes no second record.
        let same = used.input_digest == self.digest || used.input_digest.is_empty();
        if used.operation == self.operation && same {
            Ok(Some(used.object_id))
        } else {
            Err(StoreError::field("key", "Please use a new key: this one was used for another input."))
        }
    }

    /// Notes what the key makes, inside the transaction that makes it. `false`: another request with the same key was
    /// faster; roll back and ask [`ClientKey::made`].
    pub(crate) async fn note<C: ConnectionTrait>(
        &self,
        db: &C,
        object: Id,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let row = idempotency_keys::ActiveModel {
            person_id: Set(self.person),
            client_key: Set(self.key),
            operation: Set(self.operation.into()),
            input_digest: Set(self.digest.clone()),
            object_id: Set(object),
            at: Set(at),
        };
        match row.insert(db).await {
            Ok(_) => Ok(true),
            Err(e) if is_unique_violation(&e) => Ok(false),
            Err(e) => Err(e.into()),
        }
    }
}

/// Forgets what the inputs about an object were, since a digest could confirm a guess of their text. The keys stay: a
/// late retry must not make the object anew.
pub(crate) async fn forget_inputs<C: ConnectionTrait>(db: &C, object: Id) -> Result<(), StoreError> {
    idempotency_keys::Entity::update_many()
        .col_expr(idempotency_keys::Column::InputDigest, Expr::value(""))
        .filter(idempotency_keys::Column::ObjectId.eq(object))
        .exec(db)
        .await?;
    Ok(())
}
