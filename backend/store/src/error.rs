//! What can go wrong, without a word of content in it.

use sea_orm::DbErr;
use upheld_domain::{FieldError, Invalid};

/// Why the store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It does not exist or the viewer may not see it: one answer for both.
    #[error("There is no such entry.")]
    NotFound,
    /// The viewer sees it and may not do that.
    #[error("{0}")]
    Forbidden(&'static str),
    /// The state has moved on.
    #[error("{0}")]
    Conflict(&'static str),
    /// Fields that need mending.
    #[error("Some fields need mending.")]
    Invalid(Vec<FieldError>),
    /// Wrong or missing credentials.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// The password was right and a code of the second factor is asked for.
    #[error("Please add the code of your authenticator app, or a recovery code.")]
    SecondFactorRequired,
    /// What is asked for is grave: the person shows again who they are first.
    #[error("Please confirm that it is you: this needs your password again.")]
    ConfirmIdentity,
    /// Too many tries.
    #[error("Too many tries. Please wait {0} seconds.")]
    RateLimited(u64),
    /// The database does not answer now.
    #[error("The database does not answer. Please try again in a moment.")]
    Unavailable,
    /// A fault of ours; the text is for the log.
    #[error("internal: {0}")]
    Internal(String),
}

impl StoreError {
    /// One field that needs mending.
    pub(crate) fn field(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, message)])
    }
}

impl From<Invalid> for StoreError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid.0)
    }
}

impl From<FieldError> for StoreError {
    fn from(e: FieldError) -> Self {
        Self::Invalid(vec![e])
    }
}

impl From<DbErr> for StoreError {
    fn from(e: DbErr) -> Self {
        use sea_orm::{RuntimeErr, SqlErr};
        if matches!(e.sql_err(), Some(SqlErr::ForeignKeyConstraintViolation(_))) {
            // What the row belongs to was taken away in the meantime.
            return Self::NotFound;
        }
        match &e {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Self::Unavailable,
            DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner)) => {
                let text = inner.to_string();
                let lost = [
                    "connection",
                    "closed",
                    "terminating",
                    "starting up",
                    "shutting down",
                    "timed out",
                    "disk is full",
                    "database is locked",
                    "broken pipe",
                ];
                if lost.iter().any(|word| text.to_lowercase().contains(word)) {
                    Self::Unavailable
                } else {
                    Self::Internal(text)
                }
            }
            _ => Self::Internal(e.to_string()),
        }
    }
}

/// Whether a statement failed because a row with this key exists.
pub(crate) fn is_unique_violation(e: &DbErr) -> bool {
    matches!(e.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_)))
}

/// Why a database could not be opened, in one line with the mend.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct OpenError(pub(crate) String);

/// Reads a stored word; an unknown one means that a newer server wrote it.
pub(crate) fn word<T>(read: fn(&str) -> Option<T>, text: &str) -> Result<T, StoreError> {
    read(text).ok_or_else(|| StoreError::Internal("a stored word is unknown to this version".into()))
}

/// Reads a stored word that may be missing.
pub(crate) fn word_opt<T>(read: fn(&str) -> Option<T>, text: Option<&str>) -> Result<Option<T>, StoreError> {
    text.map(|t| word(read, t)).transpose()
}
