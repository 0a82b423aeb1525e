//! The organisation's policy: what an admin may set, and within which bounds.

use crate::text::{self, Invalid};

/// The longest time in which an organisation may leave an entry undecided before it is overdue: 30 days.
pub const HOURS_TO_DECIDE_MAX: i32 = 720;
/// The latest day on which silence begins.
pub const SILENT_AFTER_DAYS_MAX: i32 = 365;
/// Nobody is written about behind their back for longer than a week.
pub const SUBJECT_SEES_AFTER_HOURS_MAX: i32 = 168;

/// The policy as an admin writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// Hours after which an undecided entry is overdue.
    pub hours_to_decide: i32,
    /// Days after which an undecided violation is silence.
    pub silent_after_days: i32,
    /// Hours after which the person sees a violation at the latest.
    pub subject_sees_after_hours: i32,
    /// What people read about what does not belong here.
    pub hand_over_text: Option<String>,
    /// Where that belongs.
    pub hand_over_link: Option<String>,
}

/// Checks a policy.
///
/// # Errors
/// Every field that needs mending.
pub fn check(policy: &Policy) -> Result<(), Invalid> {
    let mut bad = Invalid::default();
    let mut within = |field: &str, value: i32, max: i32, unit: &str| {
        if !(1..=max).contains(&value) {
            bad.add(field, format!("Please give 1 to {max} {unit}."));
        }
    };
    within("hoursToDecide", policy.hours_to_decide, HOURS_TO_DECIDE_MAX, "hours");
    within("silentAfterDays", policy.silent_after_days, SILENT_AFTER_DAYS_MAX, "days");
    within("subjectSeesAfterHours", policy.subject_sees_after_hours, SUBJECT_SEES_AFTER_HOURS_MAX, "hours");
    if bad.0.is_empty() && policy.silent_after_days * 24 <= policy.hours_to_decide {
        bad.add("silentAfterDays", "Please let silence begin after an entry is overdue.");
    }
    if let Some(words) = &policy.hand_over_text {
        bad.check(text::bounded("handOverText", words, text::REASON));
    }
    if let Some(link) = policy.hand_over_link.as_deref().filter(|l| !l.is_empty()) {
        bad.check(text::link("handOverLink", link));
    }
    bad.into_result()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_is_named() {
        let good = Policy {
            hours_to_decide: 48,
            silent_after_days: 21,
            subject_sees_after_hours: 48,
            hand_over_text: Some("The confidential channel".into()),
            hand_over_link: Some("https://example.com/report".into()),
        };
        assert_eq!(check(&good), Ok(()));
        let of = |policy: Policy| check(&policy).unwrap_err().0[0].field.clone();
        for hours in [0, -1, 721] {
            assert_eq!(of(Policy { hours_to_decide: hours, ..good.clone() }), "hoursToDecide");
        }
        assert_eq!(of(Policy { silent_after_days: 366, ..good.clone() }), "silentAfterDays");
        assert_eq!(of(Policy { silent_after_days: 2, ..good.clone() }), "silentAfterDays");
        assert_eq!(of(Policy { subject_sees_after_hours: 169, ..good.clone() }), "subjectSeesAfterHours");
        assert_eq!(of(Policy { hand_over_text: Some("x".repeat(1001)), ..good.clone() }), "handOverText");
        assert_eq!(
            of(Policy { hand_over_link: Some("javascript:x".into()), ..good.clone() }),
            "handOverLink"
        );
        assert_eq!(check(&Policy { hand_over_link: Some(String::new()), ..good }), Ok(()), "empty clears it");
    }
}
