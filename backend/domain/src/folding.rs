//! Folding: some months after its delivery, without a repetition, a correction leaves the lists of everybody but the
//! person. Folding is asked for each viewer over the corrections that this viewer sees, so that a hidden one does not
//! give itself away by unfolding an older one.

use chrono::Months;

use crate::{Id, Instant};

/// Months after which a correction folds away, where the organisation has set nothing else.
pub const FOLD_AFTER_MONTHS: u32 = 6;

/// A delivered correction, as one viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Whom it is about.
    pub person: Id,
    /// The values that it is about.
    pub values: Vec<Id>,
    /// When its delivery was marked.
    pub delivered_at: Instant,
}

impl Correction {
    /// Whether `later` repeats this: the same person and a value of both.
    #[must_use]
    pub fn repeated_by(&self, later: &Self) -> bool {
        self.person == later.person && self.values.iter().any(|v| later.values.contains(v))
    }
}

/// What was delivered at or before this has had its months.
#[must_use]
pub fn line(now: Instant, months: u32) -> Instant {
    now.checked_sub_months(Months::new(months)).unwrap_or(Instant::MIN_UTC)
}

/// Whether a correction has folded away from a viewer's lists. `seen` are the corrections that the viewer sees; it may
/// hold this one. The person themself keeps it.
#[must_use]
pub fn folded(entry: &Correction, viewer: Id, seen: &[Correction], line: Instant) -> bool {
    viewer != entry.person
        && entry.delivered_at <= line
        && !seen.iter().any(|c| c.delivered_at > line && entry.repeated_by(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeDelta, TimeZone, Utc};
    use proptest::prelude::*;

    fn day(n: i64) -> Instant {
        Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).unwrap() + TimeDelta::days(n)
    }
    fn correction(person: u128, values: &[u128], delivered: i64) -> Correction {
        Correction {
            person: Id::from_u128(person),
            values: values.iter().map(|v| Id::from_u128(*v)).collect(),
            delivered_at: day(delivered),
        }
    }
    const READER: Id = Id::from_u128(99);

    #[test]
    fn six_months_later_it_folds_and_not_a_day_before() {
        let entry = correction(1, &[1], 0);
        let at = |n| folded(&entry, READER, &[], line(day(n), FOLD_AFTER_MONTHS));
        assert!(!at(180), "30 June");
        assert!(at(181), "1 July");
    }

    #[test]
    fn a_repetition_unfolds_and_folds_with_it() {
        let (first, again) = (correction(1, &[1, 2], 0), correction(1, &[2, 3], 300));
        let seen = [first.clone(), again.clone()];
        let at = |n| {
            (folded(&first, READER, &seen, line(day(n), 6)), folded(&again, READER, &seen, line(day(n), 6)))
        };
        assert_eq!(at(301), (false, false));
        assert_eq!(at(500), (true, true));
    }

    #[test]
    fn another_value_or_another_person_is_no_repetition() {
        let first = correction(1, &[1], 0);
        for other in [correction(1, &[2], 300), correction(2, &[1], 300)] {
            assert!(folded(&first, READER, &[other], line(day(301), 6)));
        }
    }

    #[test]
    fn the_person_keeps_it() {
        assert!(!folded(&correction(1, &[1], 0), Id::from_u128(1), &[], line(day(4_000), 6)));
    }

    #[test]
    fn the_last_day_of_a_long_month_has_a_line() {
        let august = Utc.with_ymd_and_hms(2026, 8, 31, 12, 0, 0).unwrap();
        assert_eq!(line(august, 6), Utc.with_ymd_and_hms(2026, 2, 28, 12, 0, 0).unwrap());
        assert_eq!(line(august, u32::MAX), Instant::MIN_UTC);
    }

    prop_compose! {
        fn some_correction()(person in 0u128..3, values in prop::collection::btree_set(0u128..4, 1..3), at in 0i64..900)
            -> Correction
        {
            correction(person, &values.into_iter().collect::<Vec<_>>(), at)
        }
    }

    proptest! {
        #[test]
        fn it_folds_as_if_what_is_hidden_did_not_exist(
            entry in some_correction(), seen in prop::collection::vec(some_correction(), 0..12), now in 0i64..1_200, months in 1u32..24,
        ) {
            let line = line(day(now), months);
            // By the definition, over the last repetition.
            let last = seen.iter().filter(|c| entry.repeated_by(c)).map(|c| c.delivered_at).fold(entry.delivered_at, Instant::max);
            prop_assert_eq!(folded(&entry, READER, &seen, line), last <= line);
            // Others' corrections and those for other values change nothing.
            let related: Vec<_> = seen.iter().filter(|c| entry.repeated_by(c)).cloned().collect();
            prop_assert_eq!(folded(&entry, READER, &seen, line), folded(&entry, READER, &related, line));
            prop_assert!(!folded(&entry, entry.person, &seen, line));
        }

        #[test]
        fn seeing_more_never_folds_and_time_never_unfolds(
            entry in some_correction(), seen in prop::collection::vec(some_correction(), 0..12), now in 0i64..1_200, later in 0i64..600,
        ) {
            for n in 0..seen.len() {
                let less = folded(&entry, READER, &seen[..n], line(day(now), 6));
                prop_assert!(less || !folded(&entry, READER, &seen, line(day(now), 6)));
            }
            if folded(&entry, READER, &seen, line(day(now), 6)) {
                prop_assert!(folded(&entry, READER, &seen, line(day(now + later), 6)));
            }
        }
    }
}
