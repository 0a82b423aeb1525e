//! What can go wrong, without a word of content in it.

use sea_orm::{DbErr, sqlx};
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
        let (away, text) = match &e {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => (true, e.to_string()),
            DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner)) => {
                (is_away(inner), inner.to_string())
            }
            _ => (false, e.to_string()),
        };
        if away {
            say_why(&text);
            Self::Unavailable
        } else {
            Self::Internal(text)
        }
    }
}

/// Whether the database cannot serve now, through no fault of the statement: gone, starting, full, or too slow.
fn is_away(e: &sqlx::Error) -> bool {
    use sqlx::Error;
    match e {
        Error::Io(_)
        | Error::Tls(_)
        | Error::PoolTimedOut
        | Error::PoolClosed
        | Error::WorkerCrashed
        | Error::BeginFailed
        | Error::InvalidSavePointStatement => true,
        Error::Database(answer) => answer.code().is_some_and(|code| is_away_code(&code)),
        _ => false,
    }
}

/// PostgreSQL's codes have five characters, SQLite's are numbers of at most four digits whose low byte is the kind.
fn is_away_code(code: &str) -> bool {
    if code.len() == 5 {
        // Connection, resources, operator (also a statement's time limit), system; then a standby that does not write
        // yet, idle for too long, two that waited for each other, and a lock that did not come.
        let classes = ["08", "53", "57", "58"];
        let single = ["25006", "25P03", "40001", "40P01", "55P03"];
        return classes.iter().any(|class| code.starts_with(class)) || single.contains(&code);
    }
    // Busy, locked, out of memory, read-only, input or output, full, cannot open, locking protocol.
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 7 | 8 | 10 | 13 | 14 | 15))
}

/// Tells the log why, at most once a second: while a disk is full every request fails.
fn say_why(text: &str) {
    use std::sync::atomic::{AtomicI64, Ordering};
    static SAID: AtomicI64 = AtomicI64::new(0);
    let second = crate::now().timestamp();
    if SAID.swap(second, Ordering::Relaxed) != second {
        let fault = text.lines().next().unwrap_or_default();
        tracing::warn!(fault, "the database cannot serve");
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

#[cfg(test)]
mod tests {
    use super::is_away_code;

    #[test]
    fn a_database_that_cannot_serve_is_no_fault_of_ours() {
        // Full, shut down, crashed, starting, statement too slow; SQLite: busy, busy snapshot, full, disk fault.
        for code in ["53100", "57P01", "57P02", "57P03", "57014", "5", "517", "13", "10", "778"] {
            assert!(is_away_code(code), "{code}");
        }
        // A syntax error, a missing table, a broken rule; SQLite: error, constraint, corrupt.
        for code in ["42601", "42P01", "23505", "22021", "1", "19", "2067", "11", ""] {
            assert!(!is_away_code(code), "{code}");
        }
    }
}
