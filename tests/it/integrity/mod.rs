//! What must stay true when many act at once, answers are lost, clocks are wrong, and files are read by others.
//!
//! The figures are shares that fit the test command; `UPHELD_TEST_FULL=1` runs them whole.

mod clock;
mod deciders;
mod files;
mod lost_answers;
mod viewers;

/// A figure: the whole of it, or the share of the test command.
fn figure(share: usize, whole: usize) -> usize {
    if crate::fuzz::full() { whole } else { share }
}
