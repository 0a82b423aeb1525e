//! Passwords and other secrets: hashed off the async threads, two at a time, with a bounded queue.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Params};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use upheld_domain::{self as domain, FieldError};

use crate::access::rules;
use crate::entities::people;
use crate::error::StoreError;
use crate::hashing;
use crate::store::Store;

/// Sign-ins that may wait for their turn to hash.
const HASHES_WAITING: usize = 32;
/// Of these, places that only people at a place of theirs take, so that strangers cannot fill the queue.
const KEPT_FOR_KNOWN: usize = 8;

/// Who waits for a turn to hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Somebody at a network or device of theirs, or with a link.
    Known,
    /// Anybody else.
    Strange,
}

/// The most common passwords, in lower case, in the order of their characters.
static COMMON: LazyLock<Vec<&str>> = LazyLock::new(|| {
    include_str!("common_passwords.txt").lines().filter(|line| !line.starts_with("# ")).collect()
});

/// Checks a new password; `context` is what an attacker knows of the account.
pub(crate) fn check_new_password(field: &str, password: &str, context: &[&str]) -> Result<(), FieldError> {
    domain::password::check(field, password, context, |text| COMMON.binary_search(&text).is_ok())
}

impl Store {
    /// Compares a password with its hash off the async threads, two at a time. Without a hash it works as long and
    /// says no.
    pub(crate) async fn verify_password(
        &self,
        password: &str,
        stored: Option<String>,
        turn: Turn,
    ) -> Result<bool, StoreError> {
        let password = password.to_owned();
        self.hashing(turn, move || {
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
        self.hashing(Turn::Known, move || hashing::hash(Algorithm::Argon2id, &cost(), password.as_bytes()))
            .await?
            .ok_or_else(|| StoreError::Internal("a password could not be hashed".to_owned()))
    }

    /// Checks a new password of a person.
    pub(crate) async fn check_new_password(
        &self,
        field: &str,
        password: &str,
        person: &people::Model,
    ) -> Result<(), StoreError> {
        let organisation = rules::organisation(&self.db().read).await?.map(|o| o.name).unwrap_or_default();
        check_new_password(field, password, &[&person.name, &person.email, &organisation])?;
        Ok(())
    }

    async fn hashing<T: Send + 'static>(
        &self,
        turn: Turn,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let (queue, turns) = self.hash_queue();
        if turn == Turn::Strange && queue.available_permits() <= KEPT_FOR_KNOWN {
            return Err(StoreError::RateLimited(2));
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_hash_costs_what_everybodys_does() {
        let fresh = hashing::hash(Algorithm::Argon2id, &cost(), b"a long enough password").unwrap();
        let fresh = PasswordHash::new(&fresh).unwrap();
        let nobodys = PasswordHash::new(NOBODYS_HASH).unwrap();
        assert_eq!(nobodys.algorithm, fresh.algorithm);
        assert_eq!(nobodys.version, fresh.version);
        assert_eq!(nobodys.params.to_string(), fresh.params.to_string());
        assert_eq!(nobodys.hash.map(|h| h.len()), fresh.hash.map(|h| h.len()));
    }

    #[test]
    fn the_list_is_in_order_and_refuses() {
        assert!(COMMON.len() > 2_900 && COMMON.is_sorted(), "{}", COMMON.len());
        let refused = |password: &str| check_new_password("password", password, &[]).is_err();
        for bad in
            ["password1234", "P@ssw0rd2024", "qwertyuiop12", "1qaz2wsx3edc", "iloveyou1234", "baseball2026"]
        {
            assert!(refused(bad), "{bad}");
        }
        assert!(!refused("wandering slow rivers"));
    }
}
