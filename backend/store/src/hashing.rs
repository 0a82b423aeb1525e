//! The threads that hash passwords, two for as long as the server runs, each in memory of its own.
//!
//! A hash takes 19 MiB. The allocator does not give that back, and between two hashes it puts other things into it, so
//! that it takes new memory for the next: twenty sign-ins left the server with 180 MiB more.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::oneshot;

use crate::error::StoreError;

type Job = Box<dyn FnOnce() + Send>;

/// Hashes at a time.
pub(crate) const AT_ONCE: usize = 2;

static THREADS: LazyLock<Sender<Job>> = LazyLock::new(|| {
    let (jobs, queue) = channel::<Job>();
    let queue = Arc::new(Mutex::new(queue));
    for _ in 0..AT_ONCE {
        let queue = queue.clone();
        std::thread::spawn(move || work_off(&queue));
    }
    jobs
});

fn work_off(queue: &Mutex<Receiver<Job>>) {
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // The job's sender is dropped, which the caller reads as a failure; the thread goes on.
        let _ = catch_unwind(AssertUnwindSafe(job));
    }
}

/// Does the work on one of the two threads.
pub(crate) async fn on_its_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StoreError> {
    let (tell, told) = oneshot::channel();
    let gone = |_| StoreError::Internal("a thread that hashes has ended".to_owned());
    THREADS.send(Box::new(move || drop(tell.send(work())))).map_err(|e| gone(e.to_string()))?;
    told.await.map_err(|e| gone(e.to_string()))
}

thread_local! {
    static MEMORY: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// Derives a key in the thread's memory, which is wiped afterwards.
fn derive(argon2: &Argon2<'_>, password: &[u8], salt: &[u8], key: &mut [u8]) -> Option<()> {
    MEMORY.with_borrow_mut(|memory| {
        let blocks = argon2.params().block_count();
        memory.resize(memory.len().max(blocks), Block::new());
        let derived = argon2.hash_password_into_with_memory(password, salt, key, &mut memory[..blocks]);
        memory.fill(Block::new());
        derived.ok()
    })
}

/// Whether a password is the one of the stored hash; compared in constant time.
pub(crate) fn matches(password: &[u8], stored: &PasswordHash) -> bool {
    let matches = || {
        let algorithm = Algorithm::try_from(stored.algorithm.as_str()).ok()?;
        let version = stored.version.map_or(Ok(Version::default()), Version::try_from).ok()?;
        let argon2 = Argon2::new(algorithm, version, Params::try_from(stored).ok()?);
        let known = stored.hash.as_ref()?;
        let mut key = vec![0; known.len()];
        derive(&argon2, password, stored.salt.as_ref()?.as_ref(), &mut key)?;
        Some(Output::new(&key).ok()? == *known)
    };
    matches().unwrap_or_default()
}

/// The hash of a password with a new salt, in the PHC form.
pub(crate) fn hash(algorithm: Algorithm, params: &Params, password: &[u8]) -> Option<String> {
    let (salt, mut key) = (rand::random::<[u8; 16]>(), [0_u8; 32]);
    derive(&Argon2::new(algorithm, Version::V0x13, params.clone()), password, &salt, &mut key)?;
    let hash = PasswordHash {
        algorithm: algorithm.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params.clone()).ok()?,
        salt: Some(Salt::new(&salt).ok()?),
        hash: Some(Output::new(&key).ok()?),
    };
    Some(hash.to_string())
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::PasswordVerifier;
    use argon2::password_hash::phc::PasswordHash;
    use argon2::{Algorithm, Argon2, Params};

    use super::{hash, matches};

    use std::collections::HashSet;

    use super::{AT_ONCE, on_its_thread};

    #[test]
    fn hashes_are_those_of_the_library() {
        let params = Params::new(64, 2, 1, None).unwrap();
        let text = hash(Algorithm::Argon2id, &params, "a pass phrase".as_bytes()).unwrap();
        assert!(text.starts_with("$argon2id$v=19$m=64,t=2,p=1$"), "{text}");
        assert_ne!(Some(&text), hash(Algorithm::Argon2id, &params, "a pass phrase".as_bytes()).as_ref());
        let parsed = PasswordHash::new(&text).unwrap();
        assert!(Argon2::default().verify_password("a pass phrase".as_bytes(), &parsed).is_ok());
        assert!(matches("a pass phrase".as_bytes(), &parsed));
        assert!(!matches("another phrase".as_bytes(), &parsed));
        assert!(!matches(b"", &parsed));
        // One of the library's own, with other costs.
        let other = "$argon2i$v=16$m=64,t=1,p=2$c29tZXNhbHQ$oDW8vv7x1vWCcQJJcHzwSMPCVZ9ZZ5UvHZyMZfcJYJs";
        let parsed = PasswordHash::new(other).unwrap();
        assert_eq!(
            Argon2::default().verify_password(b"password", &parsed).is_ok(),
            matches(b"password", &parsed)
        );
    }

    #[tokio::test]
    async fn the_same_two_threads_work_and_survive_a_panic() {
        assert!(on_its_thread(|| panic!("on purpose")).await.map(|()| ()).is_err());
        let mut seen = HashSet::new();
        for n in 0..20 {
            let (thread, answer) = on_its_thread(move || (std::thread::current().id(), n * 2)).await.unwrap();
            assert_eq!(answer, n * 2);
            seen.insert(thread);
        }
        assert!(seen.len() <= AT_ONCE);
    }
}
