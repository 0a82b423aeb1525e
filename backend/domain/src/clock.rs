//! How long something has waited.

use chrono::TimeDelta;

use crate::Instant;
use crate::words::{Age, IncidentKind, IncidentState};

/// How long a question may pause the clock.
pub const WAITING_AT_MOST: TimeDelta = TimeDelta::days(7);
/// How long the reporter can undo a log without a trace.
pub const UNDO_FOR: TimeDelta = TimeDelta::minutes(10);
/// When the subject of a violation sees it at the latest, unless the policy says otherwise.
pub const SUBJECT_SEES_AFTER: TimeDelta = TimeDelta::hours(48);

/// The organisation's two limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Hours after which an undecided entry is overdue.
    pub hours_to_decide: u32,
    /// Days after which an undecided violation is silence.
    pub silent_after_days: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { hours_to_decide: 48, silent_after_days: 21 }
    }
}

/// The times of an incident that its age depends on.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// When it was logged.
    pub logged_at: Instant,
    /// Since when a question has been open.
    pub waiting_since: Option<Instant>,
    /// The waits that are over, in seconds, each capped.
    pub waited_seconds: i64,
    /// When it was decided.
    pub decided_at: Option<Instant>,
}

/// The length of one wait, capped at [`WAITING_AT_MOST`] and never negative.
#[must_use]
pub fn wait(since: Instant, until: Instant) -> TimeDelta {
    (until - since).clamp(TimeDelta::zero(), WAITING_AT_MOST)
}

/// How long the decision has taken, or takes so far, without the waits.
#[must_use]
pub fn time_to_decide(times: &Times, now: Instant) -> TimeDelta {
    let until = times.decided_at.unwrap_or(now);
    let open_wait = times.waiting_since.map_or(TimeDelta::zero(), |since| wait(since, until));
    // All waits together pause the clock for seven days, so that asking again and again does not stop it.
    let waited = (TimeDelta::seconds(times.waited_seconds) + open_wait).min(WAITING_AT_MOST);
    (until - times.logged_at - waited).max(TimeDelta::zero())
}

/// Whether the clock can still be paused after waits of so many seconds.
#[must_use]
pub fn may_wait(waited_seconds: i64) -> bool {
    TimeDelta::seconds(waited_seconds) < WAITING_AT_MOST
}

/// The state as time has left it: a wait of more than seven days is over.
#[must_use]
pub fn state_at(state: IncidentState, waiting_since: Option<Instant>, now: Instant) -> IncidentState {
    match (state, waiting_since) {
        (IncidentState::Waiting, Some(since)) if now - since > WAITING_AT_MOST => IncidentState::Open,
        _ => state,
    }
}

/// The age of an incident: undecided ones age from the log without the waits, decided ones from the decision until
/// they are delivered. Only an undecided violation becomes silence.
#[must_use]
pub fn age(kind: IncidentKind, state: IncidentState, times: &Times, limits: Limits, now: Instant) -> Age {
    let overdue = TimeDelta::hours(i64::from(limits.hours_to_decide));
    match state {
        IncidentState::Open | IncidentState::Waiting => {
            let waited = time_to_decide(&Times { decided_at: None, ..*times }, now);
            if kind == IncidentKind::Violated && past_silent_limit(waited, limits) {
                Age::Silent
            } else if waited > overdue {
                Age::Overdue
            } else {
                Age::Fresh
            }
        }
        IncidentState::Decided if times.decided_at.is_some_and(|at| now - at > overdue) => Age::Overdue,
        _ => Age::Fresh,
    }
}

/// Whether a violation that took `time` to decide went past the silent limit.
#[must_use]
pub fn past_silent_limit(time: TimeDelta, limits: Limits) -> bool {
    time > TimeDelta::days(i64::from(limits.silent_after_days))
}

/// Whether the reporter can still undo without a trace.
#[must_use]
pub fn may_undo(logged_at: Instant, now: Instant) -> bool {
    now - logged_at <= UNDO_FOR
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeZone, Utc};
    use proptest::prelude::*;

    fn t(hours: i64) -> Instant {
        Utc.with_ymd_and_hms(2026, 3, 1, 0, 0, 0).unwrap() + TimeDelta::hours(hours)
    }
    fn times() -> Times {
        Times { logged_at: t(0), waiting_since: None, waited_seconds: 0, decided_at: None }
    }
    fn age_at(kind: IncidentKind, state: IncidentState, times: &Times, hours: i64) -> Age {
        age(kind, state, times, Limits::default(), t(hours))
    }

    #[test]
    fn a_violation_goes_from_fresh_to_overdue_to_silent() {
        let at = |h| age_at(IncidentKind::Violated, IncidentState::Open, &times(), h);
        assert_eq!(
            [at(48), at(49), at(21 * 24), at(21 * 24 + 1)],
            [Age::Fresh, Age::Overdue, Age::Overdue, Age::Silent]
        );
    }

    #[test]
    fn praise_that_waits_is_overdue_but_never_silence() {
        assert_eq!(age_at(IncidentKind::Upheld, IncidentState::Open, &times(), 2000), Age::Overdue);
    }

    #[test]
    fn waiting_pauses_the_clock_for_seven_days_at_most() {
        let waiting = Times { waiting_since: Some(t(10)), ..times() };
        assert_eq!(age_at(IncidentKind::Violated, IncidentState::Waiting, &waiting, 100), Age::Fresh);
        assert_eq!(
            age_at(IncidentKind::Violated, IncidentState::Waiting, &waiting, 10 + 168 + 39),
            Age::Overdue
        );
        assert_eq!(state_at(IncidentState::Waiting, Some(t(10)), t(10 + 168)), IncidentState::Waiting);
        assert_eq!(state_at(IncidentState::Waiting, Some(t(10)), t(10 + 169)), IncidentState::Open);
    }

    #[test]
    fn asking_again_and_again_does_not_stop_the_clock() {
        let waited = Times { waited_seconds: 30 * 24 * 3600, waiting_since: Some(t(800)), ..times() };
        assert_eq!(time_to_decide(&waited, t(1000)), TimeDelta::hours(1000 - 168));
        assert!(may_wait(6 * 24 * 3600) && !may_wait(7 * 24 * 3600));
    }

    #[test]
    fn what_is_decided_but_not_delivered_ages_too() {
        let decided = Times { decided_at: Some(t(100)), ..times() };
        assert_eq!(age_at(IncidentKind::Upheld, IncidentState::Decided, &decided, 148), Age::Fresh);
        assert_eq!(age_at(IncidentKind::Upheld, IncidentState::Decided, &decided, 149), Age::Overdue);
        assert_eq!(age_at(IncidentKind::Upheld, IncidentState::Delivered, &decided, 999), Age::Fresh);
    }

    proptest! {
        #[test]
        fn time_never_runs_backwards(a in 0i64..2000, b in 0i64..2000, wait_at in 0i64..500) {
            let times = Times { waiting_since: Some(t(wait_at)), ..times() };
            let (a, b) = (a.min(b), a.max(b));
            prop_assert!(time_to_decide(&times, t(a)) <= time_to_decide(&times, t(b)));
            prop_assert!(time_to_decide(&times, t(a)) >= TimeDelta::zero());
        }
    }
}
