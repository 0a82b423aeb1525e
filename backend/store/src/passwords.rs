//! Passwords and other secrets: hashed off the async threads, two at a time, with a bounded queue.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Params};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::StoreError;
use crate::hashing;
use crate::store::Store;

/// Sign-ins that may wait for their turn to hash.
const HASHES_WAITING: usize = 32;

impl Store {
    /// Compares a password with its hash off the async threads, two at a time. Without a hash it works as long and
    /// says no.
    pub(crate) async fn verify_password(
        &self,
        password: &str,
        stored: Option<String>,
    ) -> Result<bool, StoreError> {
        let password = password.to_owned();
        self.hashing(move || {
            let known = stored.is_some();
            let text = stored.as_deref().unwrap_or(NOBODYS_HASH);
            let right = PasswordHash::new(text).is_ok_and(|h| hashing::matches(password.as_bytes(), &h));
            known && right
        })
        .await
    }

    /// Hashes a password off the async threads, two at a time.
    pub(crate) async fn hash_password(&self, password: &str) -> Result<String, StoreError> {
        let password = password.to_owned();
        self.hashing(move || hashing::hash(Algorithm::Argon2id, &cost(), password.as_bytes()))
            .await?
            .ok_or_else(|| StoreError::Internal("a password could not be hashed".to_owned()))
    }

    async fn hashing<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let (queue, turns) = self.hash_queue();
        let _place = queue.try_acquire().map_err(|_| StoreError::RateLimited(2))?;
        let _turn = turns.acquire().await.map_err(|e| StoreError::Internal(e.to_string()))?;
        hashing::on_its_thread(work).await
    }
}

/// The places of the hashing queue and the hashes at a time.
pub(crate) fn hash_queue() -> (tokio::sync::Semaphore, tokio::sync::Semaphore) {
    (tokio::sync::Semaphore::new(HASHES_WAITING), tokio::sync::Semaphore::new(hashing::AT_ONCE))
}

/// 256 random bits as text.
pub(crate) fn secret() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// OWASP's figures for argon2id: 19 MiB, two passes, one lane.
fn cost() -> Params {
    Params::new(19 * 1024, 2, 1, None).unwrap_or_default()
}

/// A hash that no password has, with the same cost as everybody's.
const NOBODYS_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
