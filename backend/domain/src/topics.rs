//! Topics: business context, strategy and goals. What is mentioned but neither tracked nor talked about by the team gets
//! discounted, and that is what this shows.

use chrono::TimeDelta;

use crate::Instant;
use crate::text::{self, Invalid};
use crate::words::{Attention, TopicKind};

/// Days of a cycle in which a topic wants a check-in or a talk, where nobody has set anything else.
pub const CYCLE_DAYS: i32 = 14;
/// The greatest number that a goal is measured with.
pub const NUMBER_MAX: f64 = 1e12;

/// How a goal is measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// What is counted.
    pub unit: String,
    /// Where it began.
    pub baseline: f64,
    /// Where it is to be.
    pub target: f64,
}

impl Measure {
    /// Whether more is better.
    #[must_use]
    pub fn upwards(&self) -> bool {
        self.target >= self.baseline
    }

    /// The share of the way from the baseline to the target; below 0 where it went the other way, above 1 beyond.
    #[must_use]
    pub fn progress(&self, value: f64) -> f64 {
        let way = self.target - self.baseline;
        if way == 0.0 { 1.0 } else { (value - self.baseline) / way }
    }
}

/// A topic as somebody writes it.
#[derive(Debug, Clone)]
pub struct TopicForm {
    /// What kind of topic.
    pub kind: TopicKind,
    /// What it says.
    pub text: String,
    /// How it is measured: goals have one, nothing else has.
    pub measure: Option<Measure>,
    /// The days of a cycle.
    pub cycle_days: i32,
}

/// Checks a topic.
///
/// # Errors
/// Every field that needs mending.
pub fn check(form: &TopicForm) -> Result<(), Invalid> {
    let mut bad = Invalid::default();
    bad.check(text::required("text", &form.text, text::TOPIC));
    match (&form.measure, form.kind) {
        (None, TopicKind::Goal) => {
            bad.add("unit", "Please say what the goal is measured in, and from where to where.");
        }
        (Some(measure), TopicKind::Goal) => {
            bad.check(text::required("unit", &measure.unit, text::UNIT));
            bad.check(number("baseline", measure.baseline));
            bad.check(number("target", measure.target));
            if (measure.target - measure.baseline).abs() < f64::EPSILON {
                bad.add("target", "Please choose a target that is not where it begins.");
            }
        }
        (Some(_), _) => bad.add("unit", "Please measure goals alone: this topic is none."),
        (None, _) => {}
    }
    if !(1..=366).contains(&form.cycle_days) {
        bad.add("cycleDays", "Please choose 1 to 366 days.");
    }
    bad.into_result()
}

/// Checks a number of a goal.
///
/// # Errors
/// When it is none, or too large to mean anything.
pub fn number(field: &str, value: f64) -> Result<(), text::FieldError> {
    if value.is_finite() && value.abs() <= NUMBER_MAX {
        Ok(())
    } else {
        Err(text::FieldError::new(field, "Please give a number of at most 12 digits."))
    }
}

/// What happened to a topic.
#[derive(Debug, Clone, Copy)]
pub struct Course {
    /// What kind of topic.
    pub kind: TopicKind,
    /// When it was written.
    pub since: Instant,
    /// The last check-in.
    pub checked_in: Option<Instant>,
    /// The last talk in a team meeting.
    pub discussed: Option<Instant>,
    /// The days of a cycle.
    pub cycle_days: i32,
}

/// Whether a topic is alive. Two cycles without a check-in or a talk in a team meeting, and it is being discounted, however
/// often it is mentioned 1:1; a goal that is followed up but that the team has not talked about for two cycles is rarely
/// discussed.
#[must_use]
pub fn attention(course: Course, now: Instant) -> Attention {
    let line = now - TimeDelta::days(i64::from(course.cycle_days) * 2);
    let discussed = course.discussed.unwrap_or(course.since) > line;
    let tracked = course.kind == TopicKind::Goal && course.checked_in.is_some_and(|at| at > line);
    match (discussed, tracked) {
        (true, _) => Attention::Alive,
        (false, true) => Attention::RarelyDiscussed,
        (false, false) => Attention::Discounted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(days_ago: i64) -> Instant {
        Instant::UNIX_EPOCH + TimeDelta::days(1_000 - days_ago)
    }

    fn course(kind: TopicKind, checked_in: Option<i64>, discussed: Option<i64>) -> Course {
        Course {
            kind,
            since: at(90),
            checked_in: checked_in.map(at),
            discussed: discussed.map(at),
            cycle_days: CYCLE_DAYS,
        }
    }

    #[test]
    fn what_nobody_follows_up_is_discounted_however_often_it_is_mentioned() {
        use Attention::{Alive, Discounted, RarelyDiscussed};
        use TopicKind::{Goal, Strategy};
        for (kind, checked_in, discussed, expected) in [
            (Goal, Some(7), Some(7), Alive),
            (Goal, None, Some(7), Alive),
            (Goal, Some(10), Some(38), RarelyDiscussed),
            (Goal, Some(38), Some(38), Discounted),
            (Goal, None, None, Discounted),
            (Goal, Some(28), Some(28), Discounted),
            (Strategy, None, Some(27), Alive),
            (Strategy, Some(1), None, Discounted),
        ] {
            let found = attention(course(kind, checked_in, discussed), at(0));
            assert_eq!(found, expected, "{kind} {checked_in:?} {discussed:?}");
        }
        let fresh = Course { since: at(3), ..course(Goal, None, None) };
        assert_eq!(attention(fresh, at(0)), Alive, "a new topic has its two cycles");
    }

    #[test]
    fn goals_are_measured_and_nothing_else_is() {
        let measure = Measure { unit: "tickets".into(), baseline: 41.0, target: 25.0 };
        let goal = TopicForm {
            kind: TopicKind::Goal,
            text: "Fewer tickets".into(),
            measure: Some(measure.clone()),
            cycle_days: CYCLE_DAYS,
        };
        assert!(check(&goal).is_ok());
        assert!(!measure.upwards());
        assert!((measure.progress(33.0) - 0.5).abs() < 1e-9);
        let fields = |form: &TopicForm| {
            check(form).map_or_else(|bad| bad.0.into_iter().map(|e| e.field).collect(), |()| Vec::new())
        };
        assert_eq!(fields(&TopicForm { measure: None, ..goal.clone() }), ["unit"]);
        assert_eq!(fields(&TopicForm { kind: TopicKind::Strategy, ..goal.clone() }), ["unit"]);
        let flat = Measure { target: 41.0, ..measure.clone() };
        assert_eq!(fields(&TopicForm { measure: Some(flat), ..goal.clone() }), ["target"]);
        let endless = Measure { baseline: f64::NAN, ..measure };
        assert!(
            fields(&TopicForm { measure: Some(endless), cycle_days: 0, ..goal }).contains(&"baseline".into())
        );
    }
}
