//! When two logs may be of the same event. An offer to the decider, who knows; never done by itself.

use chrono::NaiveDate;

use crate::Id;
use crate::words::IncidentKind;

/// What tells an event from another.
#[derive(Debug, Clone)]
pub struct Event {
    /// Upheld or violated.
    pub kind: IncidentKind,
    /// Whom it is about.
    pub subjects: Vec<Id>,
    /// The team it is about instead.
    pub team: Option<Id>,
    /// Where it happened.
    pub venue: Option<Id>,
    /// The day.
    pub on: NaiveDate,
    /// The values it shows.
    pub values: Vec<Id>,
}

impl Event {
    fn same_people(&self, other: &Self) -> bool {
        (self.team.is_some() && self.team == other.team)
            || self.subjects.iter().any(|s| other.subjects.contains(s))
    }
}

/// Whether two logs look like the same event: the same kind about the same person or team, on the same day in the same
/// venue, or within a day of each other about a value that both show.
#[must_use]
pub fn alike(a: &Event, b: &Event) -> bool {
    let days = (a.on - b.on).num_days().abs();
    let same_place = a.venue.is_some() && a.venue == b.venue;
    let shared_value = a.values.iter().any(|v| b.values.contains(v));
    a.kind == b.kind && a.same_people(b) && ((days == 0 && same_place) || (days <= 1 && shared_value))
}

/// Whether `copy` can be merged into `survivor`: nobody whom the copy is about may lose sight of the event.
#[must_use]
pub fn can_merge(copy: &Event, survivor: &Event) -> bool {
    copy.kind == survivor.kind
        && copy.team == survivor.team
        && copy.subjects.iter().all(|s| survivor.subjects.contains(s))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> Event {
        Event {
            kind: IncidentKind::Violated,
            subjects: vec![Id::from_u128(1)],
            team: None,
            venue: Some(Id::from_u128(10)),
            on: NaiveDate::from_ymd_opt(2026, 3, 1).unwrap(),
            values: vec![Id::from_u128(20)],
        }
    }

    #[test]
    fn the_same_person_place_and_day_or_a_day_apart_with_a_shared_value() {
        let next_day = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        let later = NaiveDate::from_ymd_opt(2026, 3, 3).unwrap();
        let other_value = || vec![Id::from_u128(21)];
        assert!(alike(&event(), &event()));
        assert!(alike(&event(), &Event { values: other_value(), ..event() }), "same place and day");
        assert!(alike(&event(), &Event { venue: None, on: next_day, ..event() }), "a value in common");
        assert!(!alike(&event(), &Event { values: other_value(), on: next_day, ..event() }));
        assert!(!alike(&event(), &Event { on: later, ..event() }));
        assert!(!alike(&event(), &Event { subjects: vec![Id::from_u128(2)], ..event() }));
        assert!(!alike(&event(), &Event { kind: IncidentKind::Upheld, ..event() }));
        let nowhere = || Event { venue: None, values: other_value(), ..event() };
        assert!(!alike(&Event { venue: None, ..event() }, &nowhere()), "no venue is not a venue");
        let team = |id| Event { subjects: vec![], team: Some(Id::from_u128(id)), ..event() };
        assert!(alike(&team(5), &team(5)) && !alike(&team(5), &team(6)));
    }

    #[test]
    fn a_merge_leaves_nobody_out() {
        let two = Event { subjects: vec![Id::from_u128(1), Id::from_u128(2)], ..event() };
        assert!(can_merge(&event(), &two) && !can_merge(&two, &event()));
        assert!(!can_merge(&event(), &Event { kind: IncidentKind::Upheld, ..event() }));
    }
}
