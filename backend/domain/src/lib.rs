//! The rules of Upheld as pure functions.
//!
//! Nothing here reads a clock, a database or a network: every fact is a parameter. The same crate is compiled into
//! the server, where it decides, and into the browser, where it checks forms with the same words.

pub mod access;
pub mod actions;
pub mod clock;
pub mod csv;
pub mod decision;
pub mod duplicates;
pub mod folding;
pub mod history;
pub mod incident;
pub mod masking;
pub mod meetings;
pub mod opening;
pub mod password;
pub mod people;
pub mod policy;
pub mod retention;
pub mod text;
pub mod topics;
pub mod who_sees;
pub mod words;

pub use text::{FieldError, Invalid};

/// The id of any record: random (UUID v4), so that it tells neither order nor time.
pub type Id = uuid::Uuid;
/// An instant in UTC.
pub type Instant = chrono::DateTime<chrono::Utc>;
