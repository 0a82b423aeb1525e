//! How many passwords may be tried: few from a strange place, some for an account, more from a network; and a queue
//! for hashing. An owner who signed in before from the same network or device has a bucket of their own, so that no
//! stranger can lock them out.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use upheld_domain::Id;

use crate::error::StoreError;

type Keyed<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock>;

pub(crate) struct Throttle {
    /// One account from one network or known device.
    place: Keyed<(String, String)>,
    /// One account from everywhere strange.
    account: Keyed<String>,
    /// One network, for all accounts.
    network: Keyed<String>,
    /// Codes for one account from everywhere strange: a code is short, and whoever tries one has the password already.
    code: Keyed<String>,
    /// One session that asks for its own person's secrets.
    session: Keyed<Id>,
    clock: DefaultClock,
}

const fn n(value: u32) -> NonZeroU32 {
    match NonZeroU32::new(value) {
        Some(v) => v,
        None => NonZeroU32::MIN,
    }
}

/// `burst` tries at once, then one more every `seconds`.
fn quota(burst: u32, seconds: u64) -> Quota {
    Quota::with_period(Duration::from_secs(seconds))
        .unwrap_or(Quota::per_second(NonZeroU32::MIN))
        .allow_burst(n(burst))
}

impl Default for Throttle {
    fn default() -> Self {
        Self {
            place: RateLimiter::keyed(quota(10, 90)),
            account: RateLimiter::keyed(quota(10, 90)),
            network: RateLimiter::keyed(quota(100, 2)),
            code: RateLimiter::keyed(quota(5, 600)),
            session: RateLimiter::keyed(quota(10, 90)),
            clock: DefaultClock::default(),
        }
    }
}

impl Throttle {
    /// Counts a try. `known` is the network or device of an earlier sign-in to this account.
    pub(crate) fn try_password(
        &self,
        account: &str,
        network: &str,
        known: Option<&str>,
    ) -> Result<(), StoreError> {
        // A network beyond its own limit spends nobody's account. A device of the owner's cannot be made up, so that a
        // stranger beside them, in the same network, does not hold it up either.
        let own_device = known.is_some_and(|place| place != network);
        if !own_device {
            self.check(&self.network, &network.to_owned())?;
        }
        match known {
            Some(place) => self.check(&self.place, &(account.to_owned(), place.to_owned())),
            None => self.check(&self.account, &account.to_owned()),
        }
    }

    /// Counts a try with a token that cannot be guessed; the bound is on the work.
    pub(crate) fn try_network(&self, network: &str) -> Result<(), StoreError> {
        self.check(&self.network, &network.to_owned())
    }

    /// Counts a try at the second factor of an account whose password was right.
    pub(crate) fn try_code(&self, account: &str, known: Option<&str>) -> Result<(), StoreError> {
        match known {
            Some(place) => self.check(&self.place, &(format!("code {account}"), place.to_owned())),
            None => self.check(&self.code, &account.to_owned()),
        }
    }

    /// Counts a try of somebody who has signed in at a secret of their own.
    pub(crate) fn try_own(&self, session: Id) -> Result<(), StoreError> {
        self.check(&self.session, &session)
    }

    fn check<K: Clone + Eq + std::hash::Hash>(&self, limiter: &Keyed<K>, key: &K) -> Result<(), StoreError> {
        limiter
            .check_key(key)
            .map_err(|until| StoreError::RateLimited(until.wait_time_from(self.clock.now()).as_secs() + 1))
    }

    /// Forgets what is long past.
    pub(crate) fn tidy(&self) {
        self.place.retain_recent();
        self.account.retain_recent();
        self.network.retain_recent();
        self.code.retain_recent();
        self.session.retain_recent();
    }
}

/// Who writes: a bound on what one person can put into the database.
pub(crate) struct WriteThrottle(Keyed<Id>, DefaultClock);

impl Default for WriteThrottle {
    fn default() -> Self {
        Self(RateLimiter::keyed(Quota::per_second(n(50)).allow_burst(n(1000))), DefaultClock::default())
    }
}

impl WriteThrottle {
    pub(crate) fn check(&self, person: Id) -> Result<(), StoreError> {
        self.0
            .check_key(&person)
            .map_err(|until| StoreError::RateLimited(until.wait_time_from(self.1.now()).as_secs() + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_run_dry_and_the_owner_does_not() {
        let t = Throttle::default();
        let tries = (0..50).filter(|i| t.try_password("a@b.c", &format!("10.0.0.{i}"), None).is_ok()).count();
        assert_eq!(tries, 10, "one account, however many networks");
        assert!(t.try_password("a@b.c", "192.168.0.1", Some("192.168.0.1")).is_ok());
        assert!(
            matches!(t.try_password("a@b.c", "10.0.0.1", None), Err(StoreError::RateLimited(s)) if s > 0)
        );
    }

    #[test]
    fn a_stranger_beside_the_owner_does_not_hold_up_the_owners_device() {
        let t = Throttle::default();
        let beside =
            (0..500).filter(|_| t.try_password("a@b.c", "10.0.0.1", Some("10.0.0.1")).is_ok()).count();
        assert_eq!(beside, 10);
        while t.try_password("x@b.c", "10.0.0.1", None).is_ok() || t.try_network("10.0.0.1").is_ok() {}
        assert!(t.try_password("a@b.c", "10.0.0.1", Some("the hash of the owner's device")).is_ok());
    }

    #[test]
    fn codes_are_tried_less_often_than_passwords() {
        let t = Throttle::default();
        assert_eq!((0..50).filter(|_| t.try_code("a@b.c", None).is_ok()).count(), 5);
        assert!(t.try_code("a@b.c", Some("the owner's device")).is_ok());
        let session = Id::new_v4();
        assert_eq!((0..50).filter(|_| t.try_own(session).is_ok()).count(), 10);
        assert!(t.try_own(Id::new_v4()).is_ok(), "another session has tries of its own");
    }

    #[test]
    fn one_network_cannot_try_all_accounts() {
        let t = Throttle::default();
        let tries =
            (0..500).filter(|i| t.try_password(&format!("{i}@b.c"), "10.0.0.1", None).is_ok()).count();
        assert_eq!(tries, 100);
    }
}
