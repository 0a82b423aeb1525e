//! What the server has acknowledged, and what went otherwise than it should.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::api::Said;

/// Acknowledged changes, each of which must be in the database for ever after.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    pub(crate) logged: BTreeSet<Uuid>,
    pub(crate) undone: BTreeSet<Uuid>,
    pub(crate) handed_over: BTreeSet<Uuid>,
    pub(crate) passed: BTreeSet<Uuid>,
    /// Incident and decision.
    pub(crate) decided: BTreeMap<Uuid, Uuid>,
    pub(crate) delivered: BTreeSet<Uuid>,
    pub(crate) retracted: BTreeSet<Uuid>,
    /// Questions, replies and comments by their words, which stand nowhere else.
    pub(crate) words: BTreeSet<String>,
}

#[derive(Default)]
pub(crate) struct Ledger {
    facts: Mutex<Facts>,
    complaints: Mutex<BTreeMap<String, u64>>,
    acknowledged: AtomicU64,
    away: AtomicU64,
    silent: AtomicU64,
    /// Milliseconds since the beginning.
    last: AtomicU64,
    slowest: AtomicU64,
    over: AtomicBool,
    began: Mutex<Option<Instant>>,
}

impl Ledger {
    pub(crate) fn note(&self, write: impl FnOnce(&mut Facts)) {
        if let Ok(mut facts) = self.facts.lock() {
            write(&mut facts);
        }
    }

    pub(crate) fn facts(&self) -> Facts {
        self.facts.lock().map(|facts| facts.clone()).unwrap_or_default()
    }

    /// Something that must not be.
    pub(crate) fn complain(&self, what: String) {
        if let Ok(mut complaints) = self.complaints.lock() {
            *complaints.entry(what).or_default() += 1;
        }
    }

    pub(crate) fn complaints(&self) -> Vec<String> {
        let complaints = self.complaints.lock().map(|c| c.clone()).unwrap_or_default();
        complaints.into_iter().map(|(what, times)| format!("{times}× {what}")).collect()
    }

    fn clock(&self, at: Instant) -> u64 {
        let began = self.began.lock().map(|mut began| *began.get_or_insert(at)).unwrap_or(at);
        u64::try_from(at.saturating_duration_since(began).as_millis()).unwrap_or(u64::MAX)
    }

    pub(crate) fn acknowledged(&self) {
        self.acknowledged.fetch_add(1, Ordering::SeqCst);
        self.last.store(self.clock(Instant::now()).max(1), Ordering::SeqCst);
    }

    pub(crate) fn count(&self) -> u64 {
        self.acknowledged.load(Ordering::SeqCst)
    }

    pub(crate) fn away(&self) -> u64 {
        self.away.load(Ordering::SeqCst)
    }

    pub(crate) fn silent(&self) -> u64 {
        self.silent.load(Ordering::SeqCst)
    }

    pub(crate) fn took(&self, time: Duration, said: &Said) {
        match said {
            Said::Away => self.away.fetch_add(1, Ordering::SeqCst),
            Said::Silence => self.silent.fetch_add(1, Ordering::SeqCst),
            Said::Done(_) | Said::Refused(_) => 0,
        };
        self.slowest.fetch_max(u64::try_from(time.as_millis()).unwrap_or(u64::MAX), Ordering::SeqCst);
    }

    /// The slowest answer since the last call.
    pub(crate) fn slowest(&self) -> Duration {
        Duration::from_millis(self.slowest.swap(0, Ordering::SeqCst))
    }

    /// How long after `moment` a change was acknowledged; none within the time.
    pub(crate) async fn first_after(&self, moment: Instant, within: Duration) -> Option<Duration> {
        let from = self.clock(moment);
        loop {
            let last = self.last.load(Ordering::SeqCst);
            if last > from {
                return Some(Duration::from_millis(last.saturating_sub(from)));
            }
            if moment.elapsed() > within {
                return None;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Nobody asks any longer.
    pub(crate) fn finish(&self) {
        self.over.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }
}
