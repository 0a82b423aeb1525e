//! Who leads whom, and who decides.

use std::collections::{HashMap, HashSet};

use crate::Id;

/// The longest reporting line that is followed; a line that is longer is cut, so that no loop can hang the server.
pub const MAX_LEVELS: usize = 32;

/// The reporting lines of the people that matter to a question: person → manager.
#[derive(Debug, Clone, Default)]
pub struct ReportingLines(HashMap<Id, Id>);

impl FromIterator<(Id, Id)> for ReportingLines {
    fn from_iter<T: IntoIterator<Item = (Id, Id)>>(pairs: T) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl ReportingLines {
    /// The people above `person`, nearest first.
    #[must_use]
    pub fn above(&self, person: Id) -> Vec<Id> {
        let mut line = Vec::new();
        let mut at = person;
        while let Some(&manager) = self.0.get(&at) {
            if manager == person || line.contains(&manager) || line.len() == MAX_LEVELS {
                break;
            }
            line.push(manager);
            at = manager;
        }
        line
    }

    /// Whether giving `person` the manager `manager` would make a loop (being one's own manager included).
    #[must_use]
    pub fn would_loop(&self, person: Id, manager: Id) -> bool {
        person == manager || self.above(manager).contains(&person)
    }

    /// Whether `person` may report to `manager`: no loop, and no line longer than is followed, since a loop could hide
    /// behind its end.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn may_report(&self, person: Id, manager: Id) -> Result<(), LineFault> {
        if self.would_loop(person, manager) {
            return Err(LineFault::Loop);
        }
        let over = self.above(manager).len() + 1;
        let place = |p: &Id| self.above(*p).iter().position(|above| *above == person).map(|at| at + 1);
        let under = self.0.keys().filter_map(place).max().unwrap_or_default();
        if over + under > MAX_LEVELS { Err(LineFault::TooLong) } else { Ok(()) }
    }

    /// Gives `person` another manager, or none.
    pub fn set(&mut self, person: Id, manager: Option<Id>) {
        match manager {
            Some(manager) => self.0.insert(person, manager),
            None => self.0.remove(&person),
        };
    }
}

/// Why somebody may not report to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineFault {
    /// They would be above themself.
    Loop,
    /// The line would be longer than [`MAX_LEVELS`].
    TooLong,
}

/// A team that an upheld incident is about.
#[derive(Debug, Clone, Copy)]
pub struct TeamSubject {
    /// Its lead, where it has one.
    pub lead: Option<Id>,
}

/// Who has to decide: the nearest leader above *all* subjects who is not a subject; for a team, its lead's manager,
/// else its lead; where there is none, the first of `admins` who is not a subject. Nobody of `excluded` (people who
/// said that they are involved) is chosen.
///
/// `None` only when no admin is left, which an organisation of two admins avoids.
#[must_use]
pub fn decider(
    lines: &ReportingLines,
    subjects: &[Id],
    team: Option<TeamSubject>,
    excluded: &[Id],
    admins: &[Id],
) -> Option<Id> {
    let may = |p: &Id| !subjects.contains(p) && !excluded.contains(p);
    by_line(lines, subjects, team, excluded).or_else(|| admins.iter().copied().find(may))
}

/// The decider by the reporting line alone.
fn by_line(
    lines: &ReportingLines,
    subjects: &[Id],
    team: Option<TeamSubject>,
    excluded: &[Id],
) -> Option<Id> {
    let may = |p: &Id| !subjects.contains(p) && !excluded.contains(p);
    match (team, subjects.split_first()) {
        (Some(TeamSubject { lead: Some(lead) }), _) => {
            lines.above(lead).into_iter().find(may).or_else(|| Some(lead).filter(may))
        }
        (Some(TeamSubject { lead: None }), _) | (None, None) => None,
        (None, Some((first, rest))) => {
            let others: Vec<HashSet<Id>> =
                rest.iter().map(|s| lines.above(*s).into_iter().collect()).collect();
            lines.above(*first).into_iter().find(|p| may(p) && others.iter().all(|line| line.contains(p)))
        }
    }
}

/// How an undecided entry came to whoever decides it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assigned {
    /// By the rule.
    ByRule,
    /// A leader was named who was there: stays while they lead.
    ByName,
    /// Taken over by a leader above: stays while they are above everybody it is about.
    TakenOver,
}

/// An undecided entry, as far as who decides it depends on.
#[derive(Debug, Clone)]
pub struct Undecided<'a> {
    /// Whom it is about.
    pub subjects: &'a [Id],
    /// The team it is about instead.
    pub team: Option<TeamSubject>,
    /// People who said that they are involved, or from whom it was taken over.
    pub involved: &'a [Id],
    /// Who decides so far.
    pub decider: Id,
    /// How it came to them.
    pub assigned: Assigned,
}

/// Who decides an undecided entry now that people have moved: whoever was chosen for it stays while that still holds;
/// else the rule of [`decider`], where an admin to whom it was assigned stays as well.
///
/// `None` when nobody may: it then waits until there is an admin who does.
#[must_use]
pub fn follow(
    lines: &ReportingLines,
    entry: &Undecided<'_>,
    leads: impl Fn(Id) -> bool,
    admins: &[Id],
) -> Option<Id> {
    let may = |p: &Id| !entry.subjects.contains(p) && !entry.involved.contains(p);
    let current = Some(entry.decider).filter(may);
    let stays = match entry.assigned {
        Assigned::ByRule => false,
        Assigned::ByName => leads(entry.decider),
        Assigned::TakenOver => {
            leads(entry.decider) && above_all(lines, entry.subjects, entry.team, entry.decider)
        }
    };
    current
        .filter(|_| stays)
        .or_else(|| by_line(lines, entry.subjects, entry.team, entry.involved))
        .or_else(|| current.filter(|p| admins.contains(p)))
        .or_else(|| admins.iter().copied().find(may))
}

/// Who carries on with a decision that `leaver` had still to say or to confirm: the nearest leader above them who reads
/// it already, else the nearest above them, else an admin.
#[must_use]
pub fn next_up(
    lines: &ReportingLines,
    leaver: Id,
    reads: &[Id],
    excluded: &[Id],
    admins: &[Id],
) -> Option<Id> {
    let line: Vec<Id> = lines.above(leaver).into_iter().filter(|p| !excluded.contains(p)).collect();
    let reader = line.iter().copied().find(|p| reads.contains(p));
    reader
        .or_else(|| line.first().copied())
        .or_else(|| admins.iter().copied().find(|a| *a != leaver && !excluded.contains(a)))
}

fn above_all(lines: &ReportingLines, subjects: &[Id], team: Option<TeamSubject>, leader: Id) -> bool {
    match team {
        Some(team) => team.lead.is_some_and(|lead| lead == leader || lines.above(lead).contains(&leader)),
        None => subjects.iter().all(|s| lines.above(*s).contains(&leader)),
    }
}

/// The people above the decider who read along, nearest first: nobody who is a subject or who said to be involved.
#[must_use]
pub fn leaders_above(lines: &ReportingLines, decider: Id, subjects: &[Id], excluded: &[Id]) -> Vec<Id> {
    lines.above(decider).into_iter().filter(|p| !subjects.contains(p) && !excluded.contains(p)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(n: u128) -> Id {
        Id::from_u128(n)
    }

    /// 1 leads 2 and 3; 2 leads 4 and 5; 3 leads 6. 8 and 9 are admins.
    fn lines() -> ReportingLines {
        [(2, 1), (3, 1), (4, 2), (5, 2), (6, 3)].into_iter().map(|(p, m)| (id(p), id(m))).collect()
    }
    fn who(subjects: &[u128]) -> Option<Id> {
        let s: Vec<Id> = subjects.iter().copied().map(id).collect();
        decider(&lines(), &s, None, &[], &[id(8), id(9)])
    }

    #[test]
    fn the_nearest_leader_above_all_subjects_decides() {
        assert_eq!(who(&[4]), Some(id(2)));
        assert_eq!(who(&[4, 5]), Some(id(2)));
        assert_eq!(who(&[4, 6]), Some(id(1)), "two branches meet at the top");
        assert_eq!(who(&[4, 2]), Some(id(1)), "a subject does not decide, also not about a report");
    }

    #[test]
    fn nobody_above_means_an_admin_who_is_not_a_subject() {
        assert_eq!(who(&[1]), Some(id(8)));
        assert_eq!(who(&[8]), Some(id(9)));
        assert_eq!(who(&[1, 4]), Some(id(8)));
    }

    #[test]
    fn a_team_is_decided_by_its_leads_manager_else_its_lead() {
        let team = |lead: Option<u128>| Some(TeamSubject { lead: lead.map(id) });
        let d = |lead| decider(&lines(), &[], team(lead), &[], &[id(8)]);
        assert_eq!(d(Some(2)), Some(id(1)));
        assert_eq!(d(Some(1)), Some(id(1)));
        assert_eq!(d(None), Some(id(8)));
    }

    #[test]
    fn who_is_involved_is_passed_over() {
        assert_eq!(decider(&lines(), &[id(4)], None, &[id(2)], &[]), Some(id(1)));
        assert_eq!(leaders_above(&lines(), id(2), &[id(4)], &[]), vec![id(1)]);
        assert!(leaders_above(&lines(), id(2), &[id(1)], &[]).is_empty());
    }

    #[test]
    fn an_undecided_entry_follows_the_line_and_stays_with_who_was_chosen() {
        let (subjects, three) = ([id(4)], [id(3)]);
        fn entry<'a>(
            subjects: &'a [Id],
            assigned: Assigned,
            decider: u128,
            involved: &'a [Id],
        ) -> Undecided<'a> {
            Undecided { subjects, team: None, involved, decider: id(decider), assigned }
        }
        let admins = [id(8), id(9)];
        let now = |lines: &ReportingLines, e: &Undecided<'_>| follow(lines, e, |p| p != id(7), &admins);
        let mut moved = lines();
        moved.set(id(4), Some(id(3)));
        assert_eq!(now(&moved, &entry(&subjects, Assigned::ByRule, 2, &[])), Some(id(3)));
        assert_eq!(
            now(&moved, &entry(&subjects, Assigned::ByName, 2, &[])),
            Some(id(2)),
            "was there, and leads"
        );
        assert_eq!(
            now(&moved, &entry(&subjects, Assigned::ByName, 7, &[])),
            Some(id(3)),
            "leads nobody any more"
        );
        assert_eq!(now(&moved, &entry(&subjects, Assigned::TakenOver, 1, &[])), Some(id(1)));
        assert_eq!(
            now(&moved, &entry(&subjects, Assigned::TakenOver, 2, &[])),
            Some(id(3)),
            "is no longer above"
        );
        assert_eq!(now(&moved, &entry(&subjects, Assigned::ByRule, 2, &three)), Some(id(1)), "3 is involved");
        moved.set(id(4), None);
        assert_eq!(
            now(&moved, &entry(&subjects, Assigned::ByRule, 2, &[])),
            Some(id(8)),
            "an admin is assigned"
        );
        assert_eq!(
            now(&moved, &entry(&subjects, Assigned::ByRule, 9, &[])),
            Some(id(9)),
            "and stays assigned"
        );
        assert_eq!(follow(&moved, &entry(&subjects, Assigned::ByRule, 2, &[]), |_| true, &[]), None);
    }

    #[test]
    fn what_was_left_unsaid_goes_up() {
        let up =
            |leaver, reads: &[Id], excluded: &[Id]| next_up(&lines(), id(leaver), reads, excluded, &[id(8)]);
        assert_eq!(up(4, &[id(1)], &[]), Some(id(1)), "who reads it already comes first");
        assert_eq!(up(4, &[], &[]), Some(id(2)));
        assert_eq!(up(4, &[], &[id(2)]), Some(id(1)));
        assert_eq!(up(1, &[], &[]), Some(id(8)), "nobody above: an admin");
        assert_eq!(up(1, &[], &[id(8)]), None);
    }

    #[test]
    fn a_line_is_never_longer_than_is_followed() {
        let chain = |n: u128| -> ReportingLines { (1..n).map(|i| (id(i), id(i + 1))).collect() };
        let levels = MAX_LEVELS as u128;
        let mut line = chain(levels);
        line.set(id(500), None);
        assert_eq!(line.may_report(id(levels), id(100)), Ok(()), "32 levels");
        assert_eq!(chain(levels + 1).may_report(id(levels + 1), id(100)), Err(LineFault::TooLong));
        assert_eq!(chain(20).may_report(id(20), id(1)), Err(LineFault::Loop));
        // A loop that the cut line would not show.
        assert!(chain(60).may_report(id(60), id(1)).is_err());
    }

    #[test]
    fn loops_are_seen_and_never_followed() {
        assert!(lines().would_loop(id(1), id(4)));
        assert!(lines().would_loop(id(1), id(1)));
        assert!(!lines().would_loop(id(6), id(2)));
        let ring: ReportingLines = [(id(1), id(2)), (id(2), id(1))].into_iter().collect();
        assert_eq!(ring.above(id(1)), vec![id(2)]);
    }

    proptest! {
        /// Whatever moves are asked for one after another, no line loops and none is cut.
        #[test]
        fn moves_never_make_a_loop(moves in prop::collection::vec((0u128..40, 0u128..40), 1..200)) {
            let mut lines = ReportingLines::default();
            for (person, manager) in moves {
                if lines.may_report(id(person), id(manager)).is_ok() {
                    lines.set(id(person), Some(id(manager)));
                }
            }
            for p in 0..40 {
                let above = lines.above(id(p));
                prop_assert!(!above.contains(&id(p)) && above.len() <= MAX_LEVELS);
                prop_assert!(above.last().is_none_or(|top| lines.above(*top).is_empty()), "the line ends at a top");
            }
        }

        #[test]
        fn a_decider_is_above_all_subjects_or_an_admin_and_never_a_subject(
            managers in prop::collection::vec(0u128..12, 1..24), picks in prop::collection::vec(0usize..24, 1..4),
        ) {
            // Person n+1 reports to an earlier person, so that there is no loop.
            let lines: ReportingLines =
                managers.iter().enumerate().map(|(i, m)| (id(i as u128 + 1), id(m % (i as u128 + 1)))).collect();
            let subjects: Vec<Id> = picks.iter().map(|p| id((p % (managers.len() + 1)) as u128)).collect();
            let admins = [id(1000), id(1001)];
            let d = decider(&lines, &subjects, None, &[], &admins).unwrap();
            prop_assert!(!subjects.contains(&d));
            prop_assert!(admins.contains(&d) || subjects.iter().all(|s| lines.above(*s).contains(&d)));
            for above in leaders_above(&lines, d, &subjects, &[]) {
                prop_assert!(!subjects.contains(&above) && above != d);
            }
        }
    }
}
