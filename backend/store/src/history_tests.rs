//! Days and months against a reference that knows the rules of three zones and nothing else.

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use upheld_domain::Instant;
use upheld_domain::history::first_of_month;

use super::day_in;

/// The n-th Sunday of a month (0 is the first), or the last.
fn sunday(year: i32, month: u32, nth: Option<usize>) -> NaiveDate {
    let days = (1..=31).filter_map(|d| NaiveDate::from_ymd_opt(year, month, d));
    let all: Vec<NaiveDate> = days.filter(|d| d.weekday() == Weekday::Sun).collect();
    nth.map_or(all[all.len() - 1], |n| all[n])
}

fn at(day: NaiveDate, hour: u32, minute: u32) -> NaiveDateTime {
    day.and_hms_opt(hour, minute, 0).unwrap()
}

/// Minutes ahead of UTC by the rules of 2010 to 2030, written down by hand.
fn offset(zone: Tz, utc: NaiveDateTime) -> i64 {
    let year = utc.year();
    match zone {
        Tz::Pacific__Kiritimati => 14 * 60,
        Tz::Europe__London => {
            let summer = at(sunday(year, 3, None), 1, 0)..at(sunday(year, 10, None), 1, 0);
            if summer.contains(&utc) { 60 } else { 0 }
        }
        Tz::America__St_Johns => {
            // At two in the morning by the clock, which is 5:30 in winter and 4:30 in summer.
            let summer = at(sunday(year, 3, Some(1)), 5, 30)..at(sunday(year, 11, Some(0)), 4, 30);
            if summer.contains(&utc) { -150 } else { -210 }
        }
        other => panic!("no rules for {other}"),
    }
}

fn slow_day(zone: Tz, instant: Instant) -> NaiveDate {
    let utc = instant.naive_utc();
    (utc + TimeDelta::minutes(offset(zone, utc))).date()
}

const ZONES: [Tz; 3] = [Tz::Pacific__Kiritimati, Tz::America__St_Johns, Tz::Europe__London];

fn check(zone: Tz, instant: Instant) {
    let (day, expected) = (day_in(zone, instant), slow_day(zone, instant));
    assert_eq!(day, expected, "{zone} {instant}");
    let month = NaiveDate::from_ymd_opt(expected.year(), expected.month(), 1).unwrap();
    assert_eq!(first_of_month(day), month, "{zone} {instant}");
}

#[test]
fn ten_thousand_instants_fall_on_the_days_of_the_reference() {
    let from = Utc.with_ymd_and_hms(2012, 1, 1, 0, 0, 0).unwrap();
    let span =
        u64::try_from((Utc.with_ymd_and_hms(2030, 1, 1, 0, 0, 0).unwrap() - from).num_seconds()).unwrap();
    let mut state = 20_261_125_u64;
    for n in 0..10_000 {
        // Knuth's numbers; the high bits are the random ones.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let seconds = i64::try_from((state >> 20) % span).unwrap();
        check(ZONES[n % 3], from + TimeDelta::seconds(seconds));
    }
}

#[test]
fn every_minute_around_midnight_and_the_changes_of_the_clocks() {
    for year in [2024, 2026, 2028] {
        let days = [
            sunday(year, 3, None),
            sunday(year, 10, None),
            sunday(year, 3, Some(1)),
            sunday(year, 11, Some(0)),
            NaiveDate::from_ymd_opt(year, 12, 31).unwrap(),
            NaiveDate::from_ymd_opt(year, 2, 28).unwrap(),
        ];
        for day in days {
            for minute in 0..2 * 24 * 60 {
                let instant = at(day, 0, 0).and_utc() + TimeDelta::minutes(minute);
                for zone in ZONES {
                    check(zone, instant);
                }
            }
        }
    }
}
