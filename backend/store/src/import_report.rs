//! How an import is asked for, how far it is, what it brought, and why it brought nothing.

use upheld_domain::Instant;

use crate::error::StoreError;

/// How an import is to be done.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// The instant that `daysAgo` counts from.
    pub now: Instant,
    /// Makes it a demo: everybody gets this password.
    pub demo_password: Option<String>,
}

/// How far an import is.
#[derive(Debug, Clone, Copy)]
pub struct ImportProgress {
    /// Rows done.
    pub done: usize,
    /// All rows.
    pub total: usize,
    /// What is being imported.
    pub what: &'static str,
}

/// What an import brought.
#[derive(Debug, Clone, Default)]
pub struct ImportReport {
    pub(super) people: usize,
    pub(super) venues: usize,
    pub(super) values: usize,
    pub(super) incidents: usize,
    pub(super) left_out: Vec<&'static str>,
}

impl std::fmt::Display for ImportReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { people, venues, values, incidents, left_out } = self;
        write!(f, "imported {people} people, {venues} venues, {values} values and {incidents} incidents")?;
        if !left_out.is_empty() {
            write!(f, "; left out, since this version does not keep them: {}", left_out.join(", "))?;
        }
        Ok(())
    }
}

/// Why nothing was imported, with the row.
#[derive(Debug, thiserror::Error)]
#[error("{row}: {message}")]
pub struct ImportError {
    /// Where in the file.
    pub row: String,
    /// What is wrong and how to mend it.
    pub message: String,
}

impl ImportError {
    pub(super) fn at(row: impl Into<String>, message: impl Into<String>) -> Self {
        Self { row: row.into(), message: message.into() }
    }

    pub(super) fn of(row: &str, e: StoreError) -> Self {
        let message = match e {
            StoreError::Invalid(fields) => {
                fields.iter().map(|f| format!("{}: {}", f.field, f.message)).collect::<Vec<_>>().join(" ")
            }
            other => other.to_string(),
        };
        Self::at(row, message)
    }
}
