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
    let by_line = match (team, subjects.split_first()) {
        (Some(TeamSubject { lead: Some(lead) }), _) => {
            lines.above(lead).into_iter().find(may).or_else(|| Some(lead).filter(may))
        }
        (Some(TeamSubject { lead: None }), _) | (None, None) => None,
        (None, Some((first, rest))) => {
            let others: Vec<HashSet<Id>> =
                rest.iter().map(|s| lines.above(*s).into_iter().collect()).collect();
            lines.above(*first).into_iter().find(|p| may(p) && others.iter().all(|line| line.contains(p)))
        }
    };
    by_line.or_else(|| admins.iter().copied().find(may))
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
    fn loops_are_seen_and_never_followed() {
        assert!(lines().would_loop(id(1), id(4)));
        assert!(lines().would_loop(id(1), id(1)));
        assert!(!lines().would_loop(id(6), id(2)));
        let ring: ReportingLines = [(id(1), id(2)), (id(2), id(1))].into_iter().collect();
        assert_eq!(ring.above(id(1)), vec![id(2)]);
    }

    proptest! {
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
