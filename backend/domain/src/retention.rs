//! Retention by outcome: how many months the text of an entry is kept. What the sums need stays after that.

use serde::{Deserialize, Serialize};

use crate::folding::FOLD_AFTER_MONTHS;
use crate::text::{FieldError, Invalid};

/// The most months that a policy may say: fifty years.
pub const MONTHS_MAX: u32 = 600;

/// How long texts are kept after an entry has come to its end, in months; `None` keeps them. What is undecided or not
/// delivered is never erased: silence has to stay visible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Recognitions, from the delivery.
    pub recognition: Option<u32>,
    /// Corrections, from the delivery.
    pub correction: Option<u32>,
    /// No action, from the closing.
    pub no_action: Option<u32>,
    /// The stubs of what was withdrawn or handed over, from then on.
    pub stub: Option<u32>,
    /// When a correction folds away from the lists.
    pub fold_after: u32,
}

impl Default for Policy {
    /// Recognitions stay, corrections two years, the rest one.
    fn default() -> Self {
        Self {
            recognition: None,
            correction: Some(24),
            no_action: Some(12),
            stub: Some(12),
            fold_after: FOLD_AFTER_MONTHS,
        }
    }
}

impl Policy {
    /// Checks a policy; a correction is not erased before it folds away.
    ///
    /// # Errors
    /// The fields that need mending.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut bad = Invalid::default();
        let fields = [
            ("recognitionMonths", self.recognition),
            ("correctionMonths", self.correction),
            ("noActionMonths", self.no_action),
            ("stubMonths", self.stub),
            ("foldAfterMonths", Some(self.fold_after)),
        ];
        for (field, months) in fields {
            if months.is_some_and(|m| !(1..=MONTHS_MAX).contains(&m)) {
                bad.0.push(FieldError::new(field, format!("Please give 1 to {MONTHS_MAX} months.")));
            }
        }
        if self.correction.is_some_and(|m| m < self.fold_after) {
            bad.add(
                "correctionMonths",
                "Please keep corrections at least until they fold away, or let them fold away earlier.",
            );
        }
        bad.into_result()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_good() {
        assert!(Policy::default().check().is_ok());
    }

    #[test]
    fn months_are_bounded_and_the_field_is_named() {
        let good = Policy::default();
        for (bad, field) in [
            (Policy { recognition: Some(0), ..good }, "recognitionMonths"),
            (Policy { correction: Some(601), ..good }, "correctionMonths"),
            (Policy { no_action: Some(0), ..good }, "noActionMonths"),
            (Policy { stub: Some(0), ..good }, "stubMonths"),
            (Policy { fold_after: 0, ..good }, "foldAfterMonths"),
            (Policy { correction: Some(3), ..good }, "correctionMonths"),
        ] {
            let e = bad.check().unwrap_err();
            assert!(e.of(field).is_some(), "{field}: {e:?}");
        }
        let forever = Policy { correction: None, no_action: None, stub: None, ..good };
        assert!(forever.check().is_ok());
    }
}
