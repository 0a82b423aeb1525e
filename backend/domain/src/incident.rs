//! Logging an incident: what its form must hold, and what may follow what in its life.

use chrono::{Days, NaiveDate};

use crate::text::{self, Invalid};
use crate::words::{Audience, IncidentKind, IncidentState, Severity};
use crate::{Id, Instant};

/// The most values that one incident may show.
pub const MAX_VALUES: usize = 3;
/// The most people that one incident may be about.
pub const MAX_SUBJECTS: usize = 20;
/// How long ago an event may be, in days, when it is logged.
pub const OLDEST_DAYS: u64 = 366;

/// The form "log an incident" as a person fills it in; the same on the server and in the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogForm {
    /// Upheld or violated.
    pub kind: Option<IncidentKind>,
    /// Whom it is about.
    pub subjects: Vec<Id>,
    /// The team it is about instead.
    pub team: Option<Id>,
    /// The values it shows.
    pub values: Vec<Id>,
    /// How public it was, where no venue says so.
    pub audience: Option<Audience>,
    /// Whether a venue is given.
    pub has_venue: bool,
    /// How many people saw it.
    pub audience_size: Option<i32>,
    /// How bad a violation was.
    pub severity: Option<Severity>,
    /// One line.
    pub title: String,
    /// What was going on.
    pub situation: String,
    /// What the person did.
    pub behaviour: String,
    /// What came of it.
    pub impact: String,
    /// The day of the event.
    pub occurred_on: Option<NaiveDate>,
    /// A link to evidence.
    pub evidence_url: Option<String>,
}

/// Checks the form, for `reporter` at `now`.
///
/// # Errors
/// Every field that needs mending, in the order of the form.
pub fn check_log(form: &LogForm, reporter: Id, now: Instant) -> Result<(), Invalid> {
    let mut bad = Invalid::default();
    check_about(form, reporter, &mut bad);
    match form.values.len() {
        0 => bad.add("valueIds", "Please choose the value that this is about."),
        n if n > MAX_VALUES => bad.add("valueIds", format!("Please choose at most {MAX_VALUES} values.")),
        _ if has_twins(&form.values) => bad.add("valueIds", "Please choose each value only once."),
        _ => {}
    }
    if !form.has_venue && form.audience.is_none() {
        bad.add("venueId", "Please choose where it happened, or say how many saw it.");
    }
    if form.audience_size.is_some_and(|n| !(1..=1_000_000).contains(&n)) {
        bad.add("audienceSize", "Please give the number of people who saw it, at least 1.");
    }
    if form.kind == Some(IncidentKind::Upheld) && form.severity.is_some() {
        bad.add("severity", "Please leave the severity out: it is for what fell short.");
    }
    bad.check(text::required("title", &form.title, text::TITLE));
    bad.check(text::required("situation", &form.situation, text::SITUATION));
    bad.check(text::required("behaviour", &form.behaviour, text::BEHAVIOUR));
    bad.check(text::required("impact", &form.impact, text::IMPACT));
    bad.check(occurred("occurredOn", form.occurred_on, now));
    if let Some(url) = form.evidence_url.as_deref().filter(|u| !u.is_empty()) {
        bad.check(text::link("evidenceUrl", url));
    }
    bad.into_result()
}

fn check_about(form: &LogForm, reporter: Id, bad: &mut Invalid) {
    let Some(kind) = form.kind else {
        bad.add("kind", "Please say whether a value was upheld or fell short.");
        return;
    };
    match (kind, form.subjects.as_slice(), form.team) {
        (_, [], None) => bad.add("subjectIds", "Please choose whom this is about."),
        (_, [_, ..], Some(_)) => bad.add("subjectTeamId", "Please choose people or a team, not both."),
        (IncidentKind::Violated, _, Some(_)) => {
            bad.add(
                "subjectTeamId",
                "Please choose one person: what fell short is never about a whole team.",
            );
        }
        (IncidentKind::Violated, [_, _, ..], None) => {
            bad.add("subjectIds", "Please choose exactly one person; log one entry for each person.");
        }
        (_, people, None) if people.len() > MAX_SUBJECTS => {
            bad.add("subjectIds", format!("Please choose at most {MAX_SUBJECTS} people, or a team."));
        }
        (_, people, None) if has_twins(people) => {
            bad.add("subjectIds", "Please choose each person only once.");
        }
        (IncidentKind::Upheld, people, None) if people.contains(&reporter) => {
            bad.add("subjectIds", "Please let somebody else log this: nobody logs their own praise.");
        }
        _ => {}
    }
}

/// Checks the day of an event: not in the future anywhere on earth, not more than a year ago.
///
/// # Errors
/// When it is missing or out of range.
pub fn occurred(field: &str, day: Option<NaiveDate>, now: Instant) -> Result<(), text::FieldError> {
    let complain = |message: &str| Err(text::FieldError::new(field, message));
    let Some(day) = day else { return complain("Please give the day on which it happened.") };
    // The latest zone on earth is 14 hours ahead of UTC.
    let latest = (now + chrono::TimeDelta::hours(14)).date_naive();
    if day > latest {
        return complain("Please give a day that is not in the future.");
    }
    if latest.checked_sub_days(Days::new(OLDEST_DAYS)).is_some_and(|oldest| day < oldest) {
        return complain("Please give a day within the last year.");
    }
    Ok(())
}

fn has_twins(ids: &[Id]) -> bool {
    ids.iter().enumerate().any(|(i, id)| ids[..i].contains(id))
}

/// What may follow what in the life of an incident.
#[must_use]
pub fn may_follow(from: IncidentState, to: IncidentState) -> bool {
    use IncidentState as S;
    match to {
        // A merged copy stands alone again when the entry that it was merged into is withdrawn.
        S::Open => matches!(from, S::Waiting | S::Open | S::Merged),
        // Its reporter takes it back like any other.
        S::Withdrawn => from.undecided() || from == S::Merged,
        S::Waiting | S::Merged => from.undecided(),
        // An undelivered decision can be revised, also to no action.
        S::Decided | S::Closed => from.undecided() || from == S::Decided,
        // What it was merged into takes the copy along.
        S::HandedOver => from.undecided() || matches!(from, S::Decided | S::Merged),
        S::Delivered => from == S::Decided,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeZone, Utc};

    fn now() -> Instant {
        Utc.with_ymd_and_hms(2026, 3, 10, 12, 0, 0).unwrap()
    }
    fn form() -> LogForm {
        LogForm {
            kind: Some(IncidentKind::Violated),
            subjects: vec![Id::from_u128(2)],
            team: None,
            values: vec![Id::from_u128(50)],
            audience: None,
            has_venue: true,
            audience_size: None,
            severity: Some(Severity::Minor),
            title: "t".into(),
            situation: "s".into(),
            behaviour: "b".into(),
            impact: "i".into(),
            occurred_on: NaiveDate::from_ymd_opt(2026, 3, 9),
            evidence_url: None,
        }
    }
    fn field_of(form: &LogForm) -> Option<String> {
        check_log(form, Id::from_u128(1), now()).err().map(|e| e.0[0].field.clone())
    }

    #[test]
    fn a_whole_form_is_fine_and_each_gap_is_named() {
        assert_eq!(field_of(&form()), None);
        type Spoil = fn(&mut LogForm);
        let gaps: [(&str, Spoil); 12] = [
            ("kind", |f| f.kind = None),
            ("subjectIds", |f| f.subjects.clear()),
            ("subjectIds", |f| f.subjects.push(Id::from_u128(3))),
            ("subjectTeamId", |f| f.team = Some(Id::from_u128(9))),
            ("valueIds", |f| f.values.clear()),
            ("valueIds", |f| f.values = (0..4).map(Id::from_u128).collect()),
            ("venueId", |f| f.has_venue = false),
            ("audienceSize", |f| f.audience_size = Some(0)),
            ("title", |f| f.title = " ".into()),
            ("impact", |f| f.impact = "x".repeat(2001)),
            ("occurredOn", |f| f.occurred_on = NaiveDate::from_ymd_opt(2026, 3, 12)),
            ("evidenceUrl", |f| f.evidence_url = Some("javascript:x".into())),
        ];
        for (field, spoil) in gaps {
            let mut f = form();
            spoil(&mut f);
            assert_eq!(field_of(&f).as_deref(), Some(field));
        }
    }

    #[test]
    fn one_may_log_the_own_lapse_but_not_the_own_praise() {
        let mut f = form();
        f.subjects = vec![Id::from_u128(1)];
        assert_eq!(field_of(&f), None);
        f.kind = Some(IncidentKind::Upheld);
        f.severity = None;
        assert_eq!(field_of(&f).as_deref(), Some("subjectIds"));
    }

    #[test]
    fn praise_may_be_about_several_people_or_a_team() {
        let mut f = form();
        f.kind = Some(IncidentKind::Upheld);
        f.severity = None;
        f.subjects = vec![Id::from_u128(2), Id::from_u128(3)];
        assert_eq!(field_of(&f), None);
        f.subjects.clear();
        f.team = Some(Id::from_u128(7));
        assert_eq!(field_of(&f), None);
    }

    #[test]
    fn today_in_the_earliest_zone_is_not_the_future() {
        let late = Utc.with_ymd_and_hms(2026, 3, 10, 23, 0, 0).unwrap();
        assert!(occurred("occurredOn", NaiveDate::from_ymd_opt(2026, 3, 11), late).is_ok());
        assert!(occurred("occurredOn", NaiveDate::from_ymd_opt(2026, 3, 12), late).is_err());
        assert!(occurred("occurredOn", NaiveDate::from_ymd_opt(2024, 3, 1), late).is_err());
    }

    #[test]
    fn the_life_of_an_incident() {
        use IncidentState as S;
        let follows: [(S, &[S]); 8] = [
            (S::Open, &[S::Open, S::Waiting, S::Decided, S::Closed, S::HandedOver, S::Withdrawn, S::Merged]),
            (
                S::Waiting,
                &[S::Open, S::Waiting, S::Decided, S::Closed, S::HandedOver, S::Withdrawn, S::Merged],
            ),
            (S::Decided, &[S::Decided, S::Delivered, S::Closed, S::HandedOver]),
            (S::Delivered, &[]),
            (S::Closed, &[]),
            (S::HandedOver, &[]),
            (S::Withdrawn, &[]),
            (S::Merged, &[S::Open, S::HandedOver, S::Withdrawn]),
        ];
        for (from, allowed) in follows {
            for to in S::ALL {
                assert_eq!(may_follow(from, *to), allowed.contains(to), "{from} → {to}");
            }
        }
    }
}
