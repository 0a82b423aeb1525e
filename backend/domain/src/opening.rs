//! Reading what one is no party to: an admin who opens an entry with a reason, and which readings are noted.

use chrono::TimeDelta;

use crate::access::{Level, Sees, Why};
use crate::text::{self, FieldError};

/// How long an opened entry stays open.
pub const OPEN_FOR: TimeDelta = TimeDelta::hours(24);
/// The shortest reason for opening an entry, in characters.
pub const REASON_MIN: usize = 10;

/// What an admin's wish to open an entry comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// It opens.
    Opens,
    /// There is no such entry, as far as the admin may know: an entry about oneself that one may not see is none.
    NotThere,
    /// The admin knows the entry and has a part in it: what is hidden from a party is not to be had this way.
    Party,
    /// The admin reads all of it as the one who decides or leads the one who does.
    ReadsAlready,
    /// The text was erased.
    Erased,
}

/// Decides on an opening by an admin's rows that hold now, and by whether the entry concerns the admin: as a subject, a
/// member or the lead of the team it is about, or the reporter of it or of what was merged into it.
#[must_use]
pub fn opening(rows: &[(Why, Level)], concerned: bool, erased: bool) -> Opening {
    let has = |why| rows.iter().any(|(w, _)| *w == why);
    if rows.is_empty() {
        return if concerned || erased { Opening::NotThere } else { Opening::Opens };
    }
    if erased {
        return Opening::Erased;
    }
    if has(Why::Decider) || has(Why::LeaderAbove) {
        return Opening::ReadsAlready;
    }
    if concerned || has(Why::Reporter) || has(Why::Subject) || has(Why::FormerDecider) {
        return Opening::Party;
    }
    Opening::Opens
}

/// Checks the reason for an opening.
///
/// # Errors
/// When it is shorter than [`REASON_MIN`] or not a text.
pub fn check_reason(field: &str, reason: &str) -> Result<(), FieldError> {
    text::required(field, reason, text::REASON)?;
    if reason.trim().chars().count() < REASON_MIN {
        return Err(FieldError::new(
            field,
            format!(
                "Please give a reason of at least {REASON_MIN} characters: the people concerned will read it."
            ),
        ));
    }
    Ok(())
}

/// Why a reading of the entry's text by somebody with these rows is noted; `None` for its parties (who logged it, whom
/// it is about, who decides or is asked to confirm), and where no text is shown.
#[must_use]
pub fn noted(rows: &[(Why, Level)]) -> Option<Why> {
    let texts: Vec<Why> =
        rows.iter().filter(|(_, level)| Sees::from(*level).text).map(|(why, _)| *why).collect();
    if texts.iter().any(|why| matches!(why, Why::Reporter | Why::Subject | Why::Decider)) {
        return None;
    }
    // The ordinary right comes before the extraordinary one.
    [Why::LeaderAbove, Why::FormerDecider, Why::Admin].into_iter().find(|why| texts.contains(why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opening_never_tells_of_an_entry_about_oneself() {
        assert_eq!(opening(&[], true, false), Opening::NotThere);
        assert_eq!(opening(&[], true, true), Opening::NotThere);
        assert_eq!(opening(&[], false, true), Opening::NotThere);
        assert_eq!(opening(&[], false, false), Opening::Opens);
    }

    #[test]
    fn whoever_has_a_part_in_it_opens_nothing() {
        for why in [Why::Reporter, Why::Subject, Why::FormerDecider] {
            for level in Level::ALL {
                for concerned in [false, true] {
                    assert_eq!(opening(&[(why, *level)], concerned, false), Opening::Party, "{why:?}");
                }
            }
        }
        assert_eq!(opening(&[(Why::Decider, Level::All)], false, false), Opening::ReadsAlready);
        assert_eq!(opening(&[(Why::LeaderAbove, Level::All)], false, false), Opening::ReadsAlready);
        assert_eq!(opening(&[(Why::Admin, Level::All)], false, false), Opening::Opens, "again");
        assert_eq!(opening(&[(Why::Admin, Level::All)], true, false), Opening::Party);
        assert_eq!(opening(&[(Why::Admin, Level::Stub)], false, true), Opening::Erased);
    }

    #[test]
    fn parties_are_not_noted_and_stubs_are_no_reading() {
        for why in [Why::Reporter, Why::Subject, Why::Decider] {
            assert_eq!(noted(&[(why, Level::All), (Why::Admin, Level::All)]), None);
        }
        for why in [Why::LeaderAbove, Why::FormerDecider, Why::Admin] {
            assert_eq!(noted(&[(why, Level::All)]), Some(why));
            assert_eq!(noted(&[(why, Level::Stub)]), None);
        }
        let both = [(Why::FormerDecider, Level::Stub), (Why::Admin, Level::All)];
        assert_eq!(noted(&both), Some(Why::Admin));
        assert_eq!(
            noted(&[(Why::Admin, Level::All), (Why::LeaderAbove, Level::All)]),
            Some(Why::LeaderAbove)
        );
        assert_eq!(noted(&[]), None);
    }

    #[test]
    fn a_reason_has_ten_characters() {
        assert!(check_reason("reason", "too short").is_err());
        assert!(check_reason("reason", "         x").is_err());
        assert!(check_reason("reason", "Works council asked to check").is_ok());
    }
}
