//! What somebody may do with an incident now. The API tells it, so that no client re-derives the rules.

use crate::access::{Level, Why};
use crate::words::{Handling, IncidentKind, IncidentState};
use crate::{Id, Instant, clock};

/// Something that can be done with an incident, by the name that `viewerMay` uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Record the decision.
    Decide,
    /// Replace an undelivered decision.
    Revise,
    /// Correct one's own lapse in public.
    CorrectOwnLapse,
    /// Confirm a leader's own correction.
    Confirm,
    /// Say that it was carried out.
    MarkDelivered,
    /// Withdraw a delivered decision from the same audience.
    Retract,
    /// Ask the reporter or the subject.
    Ask,
    /// Answer a question or give one's side.
    Reply,
    /// Hand the decision to another leader.
    Pass,
    /// Take the decision over from below.
    TakeOver,
    /// Hand it to where it belongs and erase it here.
    HandOver,
    /// Take the log back; within ten minutes without a trace.
    Withdraw,
    /// Merge it into another log of the same event.
    Merge,
}

impl Action {
    /// The name that `viewerMay` uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Decide => "decide",
            Self::Revise => "revise",
            Self::CorrectOwnLapse => "correctOwnLapse",
            Self::Confirm => "confirm",
            Self::MarkDelivered => "markDelivered",
            Self::Retract => "retract",
            Self::Ask => "ask",
            Self::Reply => "reply",
            Self::Pass => "pass",
            Self::TakeOver => "takeOver",
            Self::HandOver => "handOver",
            Self::Withdraw => "withdraw",
            Self::Merge => "merge",
        }
    }
}

/// What actions depend on.
#[derive(Debug, Clone)]
pub struct Situation<'a> {
    /// The person.
    pub viewer: Id,
    /// The person's rows that hold now.
    pub rows: &'a [(Why, Level)],
    /// Upheld or violated.
    pub kind: IncidentKind,
    /// The true state.
    pub state: IncidentState,
    /// Whom it is about.
    pub subjects: &'a [Id],
    /// Whether the person leads somebody.
    pub is_leader: bool,
    /// When it was logged.
    pub logged_at: Instant,
    /// Whether a question to the person is open.
    pub asked: bool,
    /// The current decision, where there is one.
    pub decision: Option<DecisionState>,
    /// The time.
    pub now: Instant,
}

/// What actions depend on in a decision.
#[derive(Debug, Clone, Copy)]
pub struct DecisionState {
    /// Who recorded it.
    pub leader: Id,
    /// Public or 1:1.
    pub handling: Option<Handling>,
    /// Whether somebody else confirmed an own lapse.
    pub confirmed: bool,
    /// Whether it was taken back.
    pub retracted: bool,
    /// Whether who recorded it has left: the next leader up carries it out.
    pub leader_left: bool,
}

impl DecisionState {
    /// A leader's own lapse that nobody has confirmed.
    #[must_use]
    pub fn unconfirmed_lapse(&self, subjects: &[Id]) -> bool {
        subjects.contains(&self.leader) && !self.confirmed
    }
}

/// Everything that the person may do now, in the order of the enum.
#[must_use]
pub fn allowed(s: &Situation<'_>) -> Vec<Action> {
    if s.rows.iter().all(|(_, level)| *level == Level::Stub) {
        // Of an entry whose text was erased nothing is left to act on, the own decision included.
        return Vec::new();
    }
    let has = |why| s.rows.iter().any(|(w, level)| *w == why && *level != Level::Stub);
    let (decider, above) = (has(Why::Decider), has(Why::LeaderAbove));
    let (reporter, subject) = (has(Why::Reporter), has(Why::Subject));
    let undecided = s.state.undecided();
    let mut may = Vec::new();
    let mut grant = |action, when: bool| {
        if when {
            may.push(action);
        }
    };
    let lapse = s.decision.is_some_and(|d| d.unconfirmed_lapse(s.subjects));
    let mine = s.decision.is_some_and(|d| d.leader == s.viewer);
    let retracted = s.decision.is_some_and(|d| d.retracted);

    grant(Action::Decide, decider && undecided);
    // What a leader who left had decided and not yet said is for the next one up to say, or to decide anew.
    let inherited = decider && !mine && s.decision.is_some_and(|d| d.leader_left);

    grant(Action::Revise, s.state == IncidentState::Decided && (mine || inherited || (decider && lapse)));
    grant(
        Action::CorrectOwnLapse,
        undecided
            && s.kind == IncidentKind::Violated
            && s.is_leader
            && !decider
            && s.subjects == [s.viewer]
            && (subject || reporter),
    );
    grant(Action::Confirm, s.state == IncidentState::Decided && decider && lapse && !mine);
    grant(Action::MarkDelivered, s.state == IncidentState::Decided && (mine || inherited) && !lapse);
    let left = s.decision.is_some_and(|d| d.leader_left);
    let retracts = mine || (left && (decider || above));
    grant(Action::Retract, s.state == IncidentState::Delivered && retracts && !retracted);
    grant(Action::Ask, decider && undecided);
    let open_for_words = undecided || s.state == IncidentState::Decided;
    let own_side =
        subject && s.kind == IncidentKind::Violated && !s.state.erased() && s.state != IncidentState::Merged;
    grant(Action::Reply, own_side || (s.asked && open_for_words && (reporter || subject)));
    grant(Action::Pass, decider && undecided);
    grant(Action::TakeOver, above && undecided);
    grant(Action::HandOver, decider && (undecided || s.state == IncidentState::Decided));
    grant(Action::Withdraw, reporter && undecided);
    grant(Action::Merge, decider && undecided);
    may
}

/// Whether withdrawing now leaves no stub.
#[must_use]
pub fn withdrawal_leaves_no_trace(logged_at: Instant, now: Instant) -> bool {
    clock::may_undo(logged_at, now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeZone, Utc};
    use std::collections::HashSet;

    fn may(
        viewer: u128,
        rows: &[(Why, Level)],
        state: IncidentState,
        decision: Option<DecisionState>,
    ) -> Vec<Action> {
        let now = Utc.with_ymd_and_hms(2026, 3, 1, 0, 0, 0).unwrap();
        allowed(&Situation {
            viewer: Id::from_u128(viewer),
            rows,
            kind: IncidentKind::Violated,
            state,
            subjects: &[Id::from_u128(2)],
            is_leader: true,
            logged_at: now,
            asked: false,
            decision,
            now,
        })
    }
    fn decision(leader: u128) -> Option<DecisionState> {
        Some(DecisionState {
            leader: Id::from_u128(leader),
            handling: Some(Handling::Public),
            confirmed: false,
            retracted: false,
            leader_left: false,
        })
    }

    #[test]
    fn the_decider_decides_and_leaders_above_only_after_taking_over() {
        use Action as A;
        assert_eq!(
            may(3, &[(Why::Decider, Level::All)], IncidentState::Open, None),
            [A::Decide, A::Ask, A::Pass, A::HandOver, A::Merge]
        );
        assert_eq!(may(4, &[(Why::LeaderAbove, Level::All)], IncidentState::Open, None), [A::TakeOver]);
        assert_eq!(may(5, &[(Why::FormerDecider, Level::Stub)], IncidentState::Open, None), []);
    }

    #[test]
    fn only_the_deciding_leader_delivers_and_retracts() {
        use Action as A;
        let d = decision(3);
        assert_eq!(
            may(3, &[(Why::Decider, Level::All)], IncidentState::Decided, d),
            [A::Revise, A::MarkDelivered, A::HandOver]
        );
        assert_eq!(may(4, &[(Why::LeaderAbove, Level::All)], IncidentState::Decided, d), []);
        assert_eq!(may(3, &[(Why::Decider, Level::All)], IncidentState::Delivered, d), [A::Retract]);
    }

    #[test]
    fn what_a_leader_who_left_decided_is_for_the_next_one_up() {
        use Action as A;
        let left = decision(9).map(|d| DecisionState { leader_left: true, ..d });
        let decided = may(3, &[(Why::Decider, Level::All)], IncidentState::Decided, left);
        assert_eq!(decided, [A::Revise, A::MarkDelivered, A::HandOver]);
        assert_eq!(may(4, &[(Why::LeaderAbove, Level::All)], IncidentState::Decided, left), []);
        let above = may(4, &[(Why::LeaderAbove, Level::All)], IncidentState::Delivered, left);
        assert_eq!(above, [A::Retract], "a public word of somebody who left can be taken back");
        // An own lapse of somebody who left is confirmed first.
        let own = decision(2).map(|d| DecisionState { leader_left: true, ..d });
        let lapse = may(3, &[(Why::Decider, Level::All)], IncidentState::Decided, own);
        assert_eq!(lapse, [A::Revise, A::Confirm, A::HandOver]);
    }

    #[test]
    fn an_own_lapse_waits_for_somebody_elses_word() {
        use Action as A;
        assert_eq!(
            may(2, &[(Why::Subject, Level::Text)], IncidentState::Open, None),
            [A::CorrectOwnLapse, A::Reply]
        );
        let own = decision(2);
        assert_eq!(
            may(2, &[(Why::Subject, Level::TextRationale)], IncidentState::Decided, own),
            [A::Revise, A::Reply]
        );
        assert_eq!(
            may(3, &[(Why::Decider, Level::All)], IncidentState::Decided, own),
            [A::Revise, A::Confirm, A::HandOver]
        );
        let confirmed = own.map(|d| DecisionState { confirmed: true, ..d });
        assert!(
            may(2, &[(Why::Subject, Level::TextRationale)], IncidentState::Decided, confirmed)
                .contains(&A::MarkDelivered)
        );
    }

    #[test]
    fn the_reporter_withdraws_before_a_decision_only() {
        let rows = [(Why::Reporter, Level::OwnText)];
        assert_eq!(may(1, &rows, IncidentState::Open, None), [Action::Withdraw]);
        assert_eq!(may(1, &rows, IncidentState::Decided, decision(3)), []);
    }

    #[test]
    fn an_own_decision_is_not_taken_back_once_it_is_erased() {
        let rows = [(Why::Decider, Level::Stub)];
        assert_eq!(may(3, &rows, IncidentState::Delivered, decision(3)), []);
    }

    #[test]
    fn nothing_is_left_to_do_on_a_stub() {
        for why in Why::ALL {
            let got: HashSet<Action> =
                may(1, &[(*why, Level::Stub)], IncidentState::HandedOver, None).into_iter().collect();
            assert!(got.is_empty(), "{why:?} {got:?}");
        }
    }
}
