//! Team meetings: who is there, who holds them, which value is talked about next, and the page as Markdown.

use std::fmt::Write;

use crate::text::{self, Invalid};
use crate::words::Audience;
use crate::{Id, Instant};

/// The most examples of the value of a meeting.
pub const EXAMPLES: usize = 2;
/// The days after which an example is no longer fresh.
pub const FRESH_DAYS: i64 = 90;

/// A venue as it counts for a meeting.
#[derive(Debug, Clone)]
pub struct Place {
    /// How public it is.
    pub audience: Audience,
    /// Whether all people are its people.
    pub everybody: bool,
    /// The teams whose members are its people.
    pub teams: Vec<Id>,
    /// The leads of those teams, and everybody above them in the reporting line.
    pub led_by: Vec<Id>,
    /// The people named as its people.
    pub people: Vec<Id>,
}

/// Somebody who asks for the meetings of a venue.
#[derive(Debug, Clone, Copy)]
pub struct Asks {
    /// Who.
    pub id: Id,
    /// Their team.
    pub team: Option<Id>,
    /// Whether they lead somebody.
    pub leads: bool,
    /// Whether somebody is above them.
    pub has_manager: bool,
}

/// What somebody may do with the meetings of a venue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Whether they prepare, hold and finish them.
    pub holds: bool,
}

/// What somebody has to do with the meetings of a venue; none for anybody who is not there. The venue's people read and
/// add points; whoever leads one of its teams, or is above who does, holds them, of named people a leader among them, and
/// of everybody the leader at the top. A 1:1 and what outsiders see are no team meetings.
#[must_use]
pub fn part(place: &Place, asks: Asks) -> Option<Part> {
    if matches!(place.audience, Audience::OneToOne | Audience::External) {
        return None;
    }
    let leads_them = place.led_by.contains(&asks.id);
    let named = place.people.contains(&asks.id);
    let there = place.everybody || named || asks.team.is_some_and(|t| place.teams.contains(&t));
    let holds = leads_them || (asks.leads && (named || (place.everybody && !asks.has_manager)));
    (there || leads_them).then_some(Part { holds })
}

/// A value that a meeting could talk about.
#[derive(Debug, Clone, Copy)]
pub struct Candidate {
    /// The value.
    pub value: Id,
    /// When a meeting of this venue last talked about it.
    pub talked: Option<Instant>,
    /// Its newest recognition.
    pub newest: Option<Instant>,
}

/// The value that a meeting is proposed to talk about: of those with a fresh example the one not talked about for the
/// longest, never before anything else; of equals the one with the newest example. Without a fresh example it is the one
/// not talked about for the longest.
#[must_use]
pub fn propose(candidates: &[Candidate], now: Instant) -> Option<Id> {
    let line = now - chrono::TimeDelta::days(FRESH_DAYS);
    candidates
        .iter()
        .min_by_key(|c| {
            let fresh = c.newest.is_some_and(|at| at > line);
            (!fresh, c.talked, std::cmp::Reverse(c.newest), c.value)
        })
        .map(|c| c.value)
}

/// Something that was talked about, with what came of it.
#[derive(Debug, Clone)]
pub struct Talked {
    /// The topic or the point.
    pub id: Id,
    /// What was said or decided.
    pub note: Option<String>,
    /// Who decides what is open.
    pub decides: Option<Id>,
}

/// Checks what is written down after a meeting; fields are named by their place: `topics.2.note`.
///
/// # Errors
/// Every field that needs mending.
pub fn check_finish(topics: &[Talked], points: &[Talked], note: Option<&str>) -> Result<(), Invalid> {
    let mut bad = Invalid::default();
    if let Some(note) = note {
        bad.check(text::bounded("note", note, text::MEETING_NOTE));
    }
    for (list, talked) in [("topics", topics), ("points", points)] {
        if talked.len() > 200 {
            bad.add(list, "Please tick at most 200.");
        }
        for (n, t) in talked.iter().enumerate() {
            if let Some(note) = &t.note {
                bad.check(text::bounded(&format!("{list}.{n}.note"), note, text::MEETING_NOTE));
            }
            if talked[..n].iter().any(|earlier| earlier.id == t.id) {
                bad.add(list, "Please tick each of them once.");
            }
        }
    }
    bad.into_result()
}

/// A part of the page of a meeting.
#[derive(Debug, Clone)]
pub struct Section {
    /// The heading.
    pub heading: String,
    /// The lines of its list.
    pub lines: Vec<String>,
}

/// The page of a meeting as Markdown. What people wrote means nothing to Markdown.
#[must_use]
pub fn markdown(title: &str, sections: &[Section]) -> String {
    let mut page = format!("# {}\n", plain(title));
    for section in sections.iter().filter(|s| !s.lines.is_empty()) {
        let _ = writeln!(page, "\n## {}\n", plain(&section.heading));
        for line in &section.lines {
            let _ = writeln!(page, "- {}", plain(line));
        }
    }
    page
}

/// One line of text of which Markdown makes nothing else.
fn plain(text: &str) -> String {
    let mut line = String::with_capacity(text.len() + 8);
    for c in text.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        if c.is_ascii_punctuation() && !matches!(c, ',' | ';' | ':' | '?' | '\'' | '"' | '/' | '%') {
            line.push('\\');
        }
        line.push(c);
    }
    line
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, Utc};

    use super::*;

    fn id(n: u128) -> Id {
        Id::from_u128(n)
    }

    fn place() -> Place {
        Place {
            audience: Audience::Team,
            everybody: false,
            teams: vec![id(1)],
            led_by: vec![id(10), id(11)],
            people: vec![],
        }
    }

    fn asks(who: u128, team: Option<u128>, leads: bool) -> Asks {
        Asks { id: id(who), team: team.map(id), leads, has_manager: true }
    }

    #[test]
    fn the_team_reads_and_its_leaders_hold() {
        let (reads, holds) = (Some(Part { holds: false }), Some(Part { holds: true }));
        assert_eq!(part(&place(), asks(20, Some(1), false)), reads);
        assert_eq!(part(&place(), asks(10, Some(1), true)), holds);
        assert_eq!(part(&place(), asks(11, Some(9), true)), holds, "above the lead, of another team");
        assert_eq!(part(&place(), asks(21, Some(2), true)), None, "a leader of another team");
        assert_eq!(part(&place(), asks(21, None, false)), None);
        assert_eq!(
            part(&place(), asks(22, Some(1), true)),
            reads,
            "who leads elsewhere does not hold it here"
        );
    }

    #[test]
    fn a_leadership_group_is_held_by_its_leaders() {
        let group = Place { people: vec![id(30), id(31)], teams: vec![], led_by: vec![], ..place() };
        assert_eq!(part(&group, asks(30, None, true)), Some(Part { holds: true }));
        assert_eq!(part(&group, asks(31, None, false)), Some(Part { holds: false }));
        assert_eq!(part(&group, asks(32, None, true)), None);
    }

    #[test]
    fn everybodys_meeting_is_held_from_the_top() {
        let all = Place {
            everybody: true,
            teams: vec![],
            led_by: vec![],
            audience: Audience::Organisation,
            ..place()
        };
        assert_eq!(part(&all, asks(1, None, true)), Some(Part { holds: false }));
        let top = Asks { has_manager: false, ..asks(1, None, true) };
        assert_eq!(part(&all, top), Some(Part { holds: true }));
        let admin = Asks { has_manager: false, ..asks(2, None, false) };
        assert_eq!(part(&all, admin), Some(Part { holds: false }));
    }

    #[test]
    fn a_one_to_one_and_a_call_with_customers_are_no_team_meetings() {
        for audience in [Audience::OneToOne, Audience::External] {
            let place = Place { audience, everybody: true, ..place() };
            assert_eq!(part(&place, asks(10, Some(1), true)), None);
        }
    }

    #[test]
    fn the_value_not_talked_about_for_the_longest_comes_next() {
        let now = Utc::now();
        let ago = |days| Some(now - TimeDelta::days(days));
        let of = |value, talked, newest| Candidate { value: id(value), talked, newest };
        let never = [of(1, ago(7), ago(1)), of(2, None, ago(20)), of(3, ago(90), ago(2))];
        assert_eq!(propose(&never, now), Some(id(2)));
        let stale = [of(1, ago(7), ago(1)), of(2, None, ago(200)), of(3, ago(90), ago(2))];
        assert_eq!(propose(&stale, now), Some(id(3)), "without a fresh example another one is better");
        assert_eq!(propose(&[of(1, None, ago(9)), of(2, None, ago(3))], now), Some(id(2)));
        assert_eq!(propose(&[of(1, ago(3), None), of(2, ago(9), None)], now), Some(id(2)));
        assert_eq!(propose(&[], now), None);
    }

    #[test]
    fn what_is_written_down_is_checked_by_place() {
        let talked = |n: u128, note: &str| Talked { id: id(n), note: Some(note.to_owned()), decides: None };
        let long = "x".repeat(1001);
        let bad = check_finish(&[talked(1, "fine"), talked(2, &long)], &[], Some(&long)).unwrap_err();
        assert!(bad.of("topics.1.note").is_some() && bad.of("note").is_some());
        let twice = check_finish(&[], &[talked(1, ""), talked(1, "")], None).unwrap_err();
        assert!(twice.of("points").is_some());
        assert!(check_finish(&[talked(1, "")], &[talked(1, "")], None).is_ok());
    }

    #[test]
    fn markdown_says_what_was_written_and_nothing_else() {
        let lines = vec!["**Bold** [link](https://example.org)\n# heading".to_owned()];
        let page = markdown(
            "Stand-up",
            &[
                Section { heading: "Questions".into(), lines },
                Section { heading: "Empty".into(), lines: vec![] },
            ],
        );
        assert_eq!(
            page,
            "# Stand\\-up\n\n## Questions\n\n- \\*\\*Bold\\*\\* \\[link\\]\\(https://example\\.org\\) \\# heading\n"
        );
    }
}
