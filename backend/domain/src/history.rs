//! A leader's reinforcement history: sums over what came to the leader. Counts, never a score and no target.

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};

use crate::Id;
use crate::words::{Age, Handling, IncidentKind, Outcome, Reach};

/// Rates are shown from this many cases on; below it is "not enough yet".
pub const ENOUGH: u32 = 5;
/// A report counts as not heard from after this many days without a recognition.
pub const NOT_HEARD_FROM_DAYS: i64 = 30;

/// One incident that came to the leader, as far as the sums need it. Days are in the organisation's time zone.
#[derive(Debug, Clone)]
pub struct Case {
    /// Upheld or violated.
    pub kind: IncidentKind,
    /// The values it is about.
    pub values: Vec<Id>,
    /// The day it was logged.
    pub logged_on: NaiveDate,
    /// The age of an undecided one now.
    pub age: Age,
    /// Whether the decision came after the silent limit.
    pub late_past_silence: bool,
    /// The decision, unless there is none, it was retracted, or it is an own lapse that waits for its confirmation.
    pub decision: Option<Decided>,
    /// Whether it still waits for the leader. A retracted decision does not wait and counts as having come.
    pub waits: bool,
}

/// A decision, as far as the sums need it.
#[derive(Debug, Clone, Copy)]
pub struct Decided {
    /// What it was.
    pub outcome: Outcome,
    /// Public or 1:1.
    pub handling: Option<Handling>,
    /// The venue match; none without a handling.
    pub reach: Option<Reach>,
    /// Whether it was considered.
    pub considered: bool,
    /// The day it was decided.
    pub decided_on: NaiveDate,
    /// Hours from log to decision without the waits.
    pub hours_to_decide: f64,
    /// Hours from decision to delivery.
    pub hours_to_deliver: Option<f64>,
}

/// Median and 90th percentile, in hours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The middle.
    pub median: f64,
    /// Nine of ten were at most this.
    pub p90: f64,
}

/// The counts of a value or a month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Recognitions.
    pub recognitions: u32,
    /// Corrections.
    pub corrections: u32,
    /// Closed without action.
    pub no_actions: u32,
    /// Undecided violations past the silent limit.
    pub silent: u32,
    /// Handled in public.
    pub public: u32,
    /// Handled 1:1.
    pub one_to_one: u32,
}

/// The sums of a period.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sums {
    /// All counts together.
    pub total: Counts,
    /// What came to the leader, decided or not.
    pub came: u32,
    /// What is still undecided.
    pub undecided: u32,
    /// Considered decisions against decided and overdue ones.
    pub considered_rate: Option<f64>,
    /// Violations that went past the silent limit against violations that came.
    pub silence_rate: Option<f64>,
    /// Handled where fewer saw it.
    pub narrower: u32,
    /// Handled where it happened.
    pub matched: u32,
    /// Handled where more saw it.
    pub wider: u32,
    /// From the log to the decision.
    pub hours_to_decide: Option<Spread>,
    /// From the decision to the delivery.
    pub hours_to_deliver: Option<Spread>,
    /// Per value; an incident of two values counts for both.
    pub by_value: BTreeMap<Id, Counts>,
    /// Per month, the first day as key; every month of the period, empty ones too.
    pub by_month: BTreeMap<NaiveDate, Counts>,
}

/// Sums the cases of the period `since..=until`. A decided case counts on the day of its decision, an undecided one
/// on the day of its log.
#[must_use]
pub fn sums(cases: &[Case], since: NaiveDate, until: NaiveDate) -> Sums {
    let mut s = Sums { by_month: months(since, until), ..Sums::default() };
    let (mut considered, mut decided, mut overdue) = (0u32, 0u32, 0u32);
    let (mut violations, mut went_silent) = (0u32, 0u32);
    let (mut to_decide, mut to_deliver) = (Vec::new(), Vec::new());
    for case in cases {
        let day = case.decision.map_or(case.logged_on, |d| d.decided_on);
        if day < since || day > until {
            continue;
        }
        s.came += 1;
        let mut counts = Counts::default();
        if case.kind == IncidentKind::Violated {
            violations += 1;
        }
        if let Some(d) = case.decision {
            decided += 1;
            considered += u32::from(d.considered);
            went_silent += u32::from(case.late_past_silence);
            match d.outcome {
                Outcome::Recognition => counts.recognitions = 1,
                Outcome::Correction => counts.corrections = 1,
                Outcome::NoAction => counts.no_actions = 1,
            }
            match d.handling {
                Some(Handling::Public) => counts.public = 1,
                Some(Handling::OneToOne) => counts.one_to_one = 1,
                None => {}
            }
            match d.reach {
                Some(Reach::Narrower) => s.narrower += 1,
                Some(Reach::Matched) => s.matched += 1,
                Some(Reach::Wider) => s.wider += 1,
                None => {}
            }
            to_decide.push(d.hours_to_decide);
            to_deliver.extend(d.hours_to_deliver);
        } else if !case.waits {
            went_silent += u32::from(case.late_past_silence);
        } else {
            s.undecided += 1;
            overdue += u32::from(case.age != Age::Fresh);
            if case.age == Age::Silent {
                went_silent += 1;
                counts.silent = 1;
            }
        }
        s.total.add(counts);
        for value in &case.values {
            s.by_value.entry(*value).or_default().add(counts);
        }
        s.by_month.entry(first_of_month(day)).or_default().add(counts);
    }
    if s.came >= ENOUGH {
        s.considered_rate = rate(considered, decided + overdue);
        s.silence_rate = rate(went_silent, violations);
    }
    s.hours_to_decide = spread(&mut to_decide);
    s.hours_to_deliver = spread(&mut to_deliver);
    s
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.recognitions += other.recognitions;
        self.corrections += other.corrections;
        self.no_actions += other.no_actions;
        self.silent += other.silent;
        self.public += other.public;
        self.one_to_one += other.one_to_one;
    }
}

fn rate(part: u32, whole: u32) -> Option<f64> {
    (whole > 0).then(|| f64::from(part) / f64::from(whole))
}

/// The first day of the day's month.
#[must_use]
pub fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

fn months(since: NaiveDate, until: NaiveDate) -> BTreeMap<NaiveDate, Counts> {
    let mut all = BTreeMap::new();
    let mut month = first_of_month(since);
    while month <= until {
        all.insert(month, Counts::default());
        let Some(next) = month.checked_add_months(Months::new(1)) else { break };
        month = next;
    }
    all
}

/// Median and 90th percentile by linear interpolation between neighbours; `None` for fewer than [`ENOUGH`] figures.
fn spread(hours: &mut [f64]) -> Option<Spread> {
    if hours.len() < ENOUGH as usize {
        return None;
    }
    hours.sort_by(f64::total_cmp);
    let at = |q: f64| {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "far below 2^52"
        )]
        let (place, low) = (q * (hours.len() - 1) as f64, (q * (hours.len() - 1) as f64).floor() as usize);
        let high = (low + 1).min(hours.len() - 1);
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let part = place - low as f64;
        hours[low] + (hours[high] - hours[low]) * part
    };
    Some(Spread { median: at(0.5), p90: at(0.9) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(n: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(n)
    }
    fn undecided(age: Age) -> Case {
        Case {
            kind: IncidentKind::Violated,
            values: vec![Id::from_u128(1)],
            logged_on: day(10),
            age,
            late_past_silence: false,
            decision: None,
            waits: true,
        }
    }
    fn decided(outcome: Outcome, handling: Handling, considered: bool) -> Case {
        Case {
            decision: Some(Decided {
                outcome,
                handling: Some(handling),
                reach: Some(Reach::Matched),
                considered,
                decided_on: day(40),
                hours_to_decide: 10.0,
                hours_to_deliver: None,
            }),
            ..undecided(Age::Fresh)
        }
    }

    #[test]
    fn rates_need_five_and_public_or_1_to_1_makes_no_difference() {
        let mut cases = vec![decided(Outcome::Correction, Handling::Public, true); 2];
        cases.extend(vec![decided(Outcome::Correction, Handling::OneToOne, true); 2]);
        assert_eq!(sums(&cases, day(0), day(90)).considered_rate, None);
        cases.push(undecided(Age::Silent));
        let s = sums(&cases, day(0), day(90));
        assert_eq!(s.considered_rate, Some(0.8));
        assert_eq!(s.silence_rate, Some(0.2));
        assert_eq!((s.total.public, s.total.one_to_one, s.total.silent, s.undecided), (2, 2, 1, 1));
    }

    #[test]
    fn a_fresh_one_does_not_lower_the_rate() {
        let mut cases = vec![decided(Outcome::Correction, Handling::Public, true); 5];
        cases.push(undecided(Age::Fresh));
        assert_eq!(sums(&cases, day(0), day(90)).considered_rate, Some(1.0));
    }

    #[test]
    fn a_retracted_decision_came_and_does_not_wait() {
        let gone = Case { waits: false, late_past_silence: true, ..undecided(Age::Fresh) };
        let s = sums(&vec![gone; 5], day(0), day(90));
        assert_eq!((s.came, s.undecided, s.total, s.silence_rate), (5, 0, Counts::default(), Some(1.0)));
    }

    #[test]
    fn every_month_of_the_period_is_there() {
        let s = sums(&[undecided(Age::Silent)], day(0), day(90));
        let months: Vec<_> = s.by_month.iter().map(|(m, c)| (m.month(), c.silent)).collect();
        assert_eq!(months, [(1, 1), (2, 0), (3, 0), (4, 0)]);
    }

    #[test]
    fn median_and_90th_percentile() {
        let mut hours: Vec<f64> = (1..=11).map(f64::from).collect();
        assert_eq!(spread(&mut hours), Some(Spread { median: 6.0, p90: 10.0 }));
        assert_eq!(spread(&mut [1.0]), None);
    }

    proptest! {
        #[test]
        fn months_and_total_agree(days in prop::collection::vec((0u64..400, 0u8..4), 0..60)) {
            let cases: Vec<Case> = days.iter().map(|(d, what)| match what {
                0 => Case { logged_on: day(*d), ..undecided(Age::Silent) },
                n => {
                    let outcome = Outcome::ALL[usize::from(*n) - 1];
                    let mut c = decided(outcome, Handling::Public, true);
                    if let Some(x) = &mut c.decision { x.decided_on = day(*d); }
                    c
                }
            }).collect();
            let s = sums(&cases, day(30), day(330));
            let mut by_month = Counts::default();
            s.by_month.values().for_each(|c| by_month.add(*c));
            prop_assert_eq!(by_month, s.total);
            let by_value = s.by_value.get(&Id::from_u128(1)).copied().unwrap_or_default();
            prop_assert_eq!(by_value, s.total);
            prop_assert_eq!(s.came, s.total.recognitions + s.total.corrections + s.total.no_actions + s.undecided);
        }
    }
}
