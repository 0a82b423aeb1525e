//! The table "Who sees what", cell by cell.

use chrono::{TimeDelta, TimeZone, Utc};
use proptest::prelude::*;

use super::*;

const REPORTER: u128 = 1;
const SUBJECT: u128 = 2;
const DECIDER: u128 = 3;
const ABOVE: u128 = 4;
const ADMIN: u128 = 5;

fn t(hours: i64) -> Instant {
    Utc.with_ymd_and_hms(2026, 3, 1, 0, 0, 0).unwrap() + TimeDelta::hours(hours)
}

fn facts(kind: IncidentKind, state: IncidentState, handling: Option<Handling>) -> Facts {
    let decided = matches!(state, IncidentState::Decided | IncidentState::Delivered | IncidentState::Closed);
    Facts {
        kind,
        state,
        logged_at: t(0),
        subject_sees_after: crate::clock::SUBJECT_SEES_AFTER,
        reporter: Id::from_u128(REPORTER),
        subjects: vec![Id::from_u128(SUBJECT)],
        decider: Id::from_u128(DECIDER),
        leaders_above: vec![Id::from_u128(ABOVE)],
        former_deciders: vec![],
        asked: vec![],
        decided_by: decided.then_some(Id::from_u128(DECIDER)),
        decided_at: decided.then_some(t(60)),
        handling,
        delivered_at: (state == IncidentState::Delivered).then_some(t(70)),
        admins: vec![Id::from_u128(ADMIN)],
    }
}

fn level(facts: &Facts, who: u128) -> Option<Level> {
    rows(facts).into_iter().find(|r| r.person == Id::from_u128(who)).map(|r| r.level)
}

/// reporter, subject, decider, leader above, admin.
fn row(kind: IncidentKind, state: IncidentState, handling: Option<Handling>) -> [Option<Level>; 5] {
    let f = facts(kind, state, handling);
    [REPORTER, SUBJECT, DECIDER, ABOVE, ADMIN].map(|who| level(&f, who))
}

#[test]
fn the_table_cell_by_cell() {
    use Handling::{OneToOne, Public};
    use IncidentKind::{Upheld, Violated};
    use IncidentState as S;
    use Level as L;
    let all = Some(L::All);
    let stub = Some(L::Stub);
    let table = [
        (Upheld, S::Open, None, [Some(L::OwnText), None, all, all, None]),
        (Upheld, S::Decided, Some(Public), [Some(L::OwnText), None, all, all, None]),
        (
            Upheld,
            S::Delivered,
            Some(Public),
            [Some(L::OwnTextDecision), Some(L::TextDecision), all, all, None],
        ),
        (Upheld, S::Delivered, Some(OneToOne), [Some(L::OwnText), Some(L::TextDecision), all, all, None]),
        (Violated, S::Open, None, [Some(L::OwnText), Some(L::Text), all, all, None]),
        (Violated, S::Waiting, None, [Some(L::OwnText), Some(L::Text), all, all, None]),
        (Violated, S::Decided, Some(Public), [Some(L::OwnText), Some(L::Text), all, all, None]),
        (Violated, S::Delivered, Some(OneToOne), [Some(L::OwnText), Some(L::TextRationale), all, all, None]),
        (
            Violated,
            S::Delivered,
            Some(Public),
            [Some(L::OwnTextPlace), Some(L::TextRationale), all, all, None],
        ),
        (Upheld, S::Closed, None, [Some(L::OwnTextReason), None, all, all, None]),
        (Violated, S::Closed, None, [Some(L::OwnTextReason), Some(L::TextReason), all, all, None]),
        (Violated, S::HandedOver, None, [stub, None, stub, stub, stub]),
        (Violated, S::Withdrawn, None, [stub, None, stub, stub, stub]),
        (Violated, S::Merged, None, [Some(L::OwnText), None, all, all, None]),
    ];
    for (kind, state, handling, expected) in table {
        assert_eq!(row(kind, state, handling), expected, "{kind} {state} {handling:?}");
    }
}

#[test]
fn the_subject_of_a_violation_sees_it_when_asked_at_the_latest_after_48_hours() {
    let mut f = facts(IncidentKind::Violated, IncidentState::Open, None);
    let since = |f: &Facts| rows(f).into_iter().find(|r| r.why == Why::Subject).unwrap().since;
    assert_eq!(since(&f), t(48));
    f.asked.push((Id::from_u128(SUBJECT), t(5)));
    assert_eq!(since(&f), t(5));
    f.asked[0].1 = t(90);
    assert_eq!(since(&f), t(48), "a late question does not take back what is seen");
}

#[test]
fn an_early_delivery_shows_it_to_the_subject_at_once() {
    let mut f = facts(IncidentKind::Violated, IncidentState::Delivered, Some(Handling::OneToOne));
    f.delivered_at = Some(t(3));
    assert_eq!(rows(&f).into_iter().find(|r| r.why == Why::Subject).unwrap().since, t(3));
}

#[test]
fn a_violation_closed_before_the_subject_saw_it_stays_unknown_to_them() {
    let mut f = facts(IncidentKind::Violated, IncidentState::Closed, None);
    f.decided_at = Some(t(20));
    assert_eq!(level(&f, SUBJECT), None);
}

#[test]
fn a_leader_sees_the_own_lapse_that_they_decided() {
    let mut f = facts(IncidentKind::Violated, IncidentState::Decided, Some(Handling::Public));
    f.decided_by = Some(Id::from_u128(SUBJECT));
    assert_eq!(level(&f, SUBJECT), Some(Level::TextRationale));
}

#[test]
fn a_former_decider_keeps_a_stub() {
    let mut f = facts(IncidentKind::Violated, IncidentState::Open, None);
    f.former_deciders.push(Id::from_u128(9));
    assert_eq!(level(&f, 9), Some(Level::Stub));
}

#[test]
fn the_subject_never_reads_the_reporter_or_other_peoples_replies() {
    for level in [Level::Text, Level::TextReason, Level::TextDecision, Level::TextRationale] {
        let sees = Sees::from(level);
        assert!(!sees.reporter && !sees.replies, "{level:?}");
    }
    assert!(!Sees::from(Level::Text).status, "an undelivered decision does not show in the status");
}

#[test]
fn what_a_venue_reads() {
    let d = Delivery {
        outcome: Outcome::Correction,
        handling: Some(Handling::OneToOne),
        wording: Some("private"),
        names_subject: true,
        witness_word: WitnessWord::Nothing,
        principle: Some("Say it in the meeting."),
        in_venue_of_event: false,
    };
    assert!(notices(&d).is_empty(), "1:1 says nothing unless chosen");
    let word = |w| notices(&Delivery { witness_word: w, ..d });
    assert_eq!(word(WitnessWord::Addressed)[0].wording, ADDRESSED_WORDING);
    assert_eq!(word(WitnessWord::Principle)[0].wording, "Say it in the meeting.");
    assert!(!word(WitnessWord::Principle)[0].names_subject);

    let public = Delivery { handling: Some(Handling::Public), in_venue_of_event: true, ..d };
    assert_eq!(notices(&public).len(), 1);
    let with_word = Delivery { witness_word: WitnessWord::Addressed, ..public };
    assert_eq!(notices(&with_word).len(), 1, "who heard it needs no witness word");
    let elsewhere = Delivery { in_venue_of_event: false, ..with_word };
    assert_eq!(notices(&elsewhere).len(), 2);
    assert!(notices(&Delivery { outcome: Outcome::Recognition, ..public }).is_empty());
}

proptest! {
    /// Whatever the state: nobody outside the parties has a row, and an undelivered decision is the leaders' alone.
    #[test]
    fn nobody_else_ever_has_a_row(
        kind in prop::sample::select(IncidentKind::ALL), state in prop::sample::select(IncidentState::ALL),
        handling in prop::option::of(prop::sample::select(Handling::ALL)),
    ) {
        let f = facts(kind, state, handling);
        let parties = [REPORTER, SUBJECT, DECIDER, ABOVE].map(Id::from_u128);
        for r in rows(&f) {
            let admin_stub = r.person == Id::from_u128(ADMIN) && state.erased() && r.level == Level::Stub;
            prop_assert!(parties.contains(&r.person) || admin_stub);
            let sees = Sees::from(r.level);
            if sees.decision && !matches!(state, IncidentState::Delivered) {
                prop_assert!(matches!(r.why, Why::Decider | Why::LeaderAbove));
            }
            if sees.reporter {
                prop_assert!(matches!(r.why, Why::Decider | Why::LeaderAbove));
            }
            prop_assert!(Level::parse(r.level.as_str()) == Some(r.level) && Why::parse(r.why.as_str()) == Some(r.why));
        }
    }
}
