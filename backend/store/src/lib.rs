//! Everything of Upheld that touches the database.
//!
//! There are no read methods on [`Store`]: reads hang on [`ViewerStore`], which only somebody who has signed in gets,
//! and each of them starts in `access.rs`, where the viewer's rights are part of the statement.

#[macro_use]
pub mod leaks;

mod access;
mod audit;
mod audit_page;
mod audit_verify;
mod backup;
mod clarify;
mod course;
mod db;
mod decisions;
mod delivery;
mod entities;
mod erasure;
mod error;
mod follow;
mod hashing;
mod history;
mod identity;
mod import;
mod incident_view;
mod incidents;
mod keys;
mod legal_holds;
mod log;
mod meetings;
mod merge;
mod my_data;
mod my_export;
mod notices;
mod openings;
mod organisation;
mod own_account;
mod page;
mod passwords;
mod people;
mod person_erasure;
mod places;
mod preview;
mod readings;
mod recognition_index;
mod recognitions;
mod retention;
mod second_factor;
mod sessions;
mod setup;
mod sign_in_links;
mod steps;
mod store;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_audit;
#[cfg(test)]
mod tests_readings;
#[cfg(test)]
mod tests_records;
mod text_columns;
mod throttle;
mod tokens;
mod topics;
mod values;
mod venues;
mod viewer;
mod wal;

pub use audit_page::{AuditEvent, AuditFilter, AuditGuard, AuditState};
pub use audit_verify::{AuditHead, AuditReport, Damage};
pub use backup::{BackedUp, CopyError, Restored, restore, sqlite_file};
pub use db::StatementCounter;
pub use decisions::DecisionInput;
pub use error::{OpenError, StoreError};
pub use history::{History, HistoryRow};
pub use import::{ImportError, ImportOptions, ImportProgress, ImportReport};
pub use incident_view::{
    Decision, DecisionVersion, Incident, IncidentStep, Onlooker, Question, Reply, Thread, VersionBody,
};
pub use legal_holds::LegalHold;
pub use log::LogInput;
pub use meetings::{FinishInput, Meeting, MeetingPlace, PastMeeting, PlanInput, Point, PointInput};
pub use my_data::{MyDecision, MyReaction, MyWords};
pub use my_export::{Export, ExportFormat};
pub use notices::Notice;
pub use openings::Reading;
pub use organisation::{NewPerson, PersonChange};
pub use own_account::Session;
pub use page::{Cursor, DEFAULT_PAGE, MAX_PAGE, NameCursor, PageRequest, Slice};
pub use people::{Organisation, Person, Team};
pub use person_erasure::PersonErasure;
pub use places::{PolicyChange, VenueInput};
pub use recognitions::{Comment, Reaction, Recognition, RecognitionFilter};
pub use retention::RetentionReport;
pub use second_factor::{NewSecondFactor, SecondFactor};
pub use sessions::{Place, SignedIn, Viewer};
pub use setup::{DemoPerson, Invite, SetUpAdmin, SetUpInput, SetUpValue};
pub use sign_in_links::{NewSignInLink, SignInLink};
pub use store::{SchemaState, Store};
pub use tokens::ApiToken;
pub use topics::{CheckIn, Topic, TopicInput};
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
