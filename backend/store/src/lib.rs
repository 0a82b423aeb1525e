//! Everything of Upheld that touches the database.
//!
//! There are no read methods on [`Store`]: reads hang on [`ViewerStore`], which only somebody who has signed in gets,
//! and each of them starts in `access.rs`, where the viewer's rights are part of the statement.

#[macro_use]
pub mod leaks;

mod access;
mod audit;
mod clarify;
mod db;
mod decisions;
mod delivery;
mod entities;
mod error;
mod history;
mod import;
mod incident_view;
mod incidents;
mod keys;
mod log;
mod notices;
mod page;
mod passwords;
mod people;
mod preview;
mod recognitions;
mod sessions;
mod setup;
mod steps;
mod store;
#[cfg(test)]
mod tests;
mod throttle;
mod tokens;
mod values;
mod venues;
mod viewer;

pub use db::StatementCounter;
pub use decisions::DecisionInput;
pub use error::{OpenError, StoreError};
pub use history::{History, HistoryRow};
pub use import::{ImportError, ImportOptions, ImportProgress, ImportReport};
pub use incident_view::{Decision, Incident, Onlooker, Question, Reply, Thread};
pub use log::LogInput;
pub use notices::Notice;
pub use page::{Cursor, DEFAULT_PAGE, MAX_PAGE, NameCursor, PageRequest, Slice};
pub use people::{Organisation, Person, Team};
pub use recognitions::{Comment, Reaction, Recognition, RecognitionFilter};
pub use sessions::{Session, SignedIn, Viewer};
pub use setup::{DemoPerson, Invite, SetUpAdmin, SetUpInput, SetUpValue};
pub use store::{SchemaState, Store};
pub use tokens::ApiToken;
pub use values::{Value, ValueInput};
pub use venues::Venue;
pub use viewer::ViewerStore;

/// The time as both databases keep it: whole microseconds.
pub(crate) fn now() -> upheld_domain::Instant {
    whole_micros(chrono::Utc::now())
}

pub(crate) fn whole_micros(at: upheld_domain::Instant) -> upheld_domain::Instant {
    chrono::DateTime::from_timestamp_micros(at.timestamp_micros()).unwrap_or(at)
}
