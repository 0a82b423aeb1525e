//! What can go wrong with a request, in one type.

use serde_json::Value;
use upheld_domain::FieldError;

use super::json::{FromJson, fields, take};

/// The kind of an error, as `extensions.code` gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Nobody is signed in any more.
    Unauthenticated,
    /// Absent or hidden, which is the same.
    NotFound,
    /// Seen, but not allowed.
    Forbidden,
    /// A field needs mending.
    BadInput,
    /// Somebody was faster.
    Conflict,
    /// Too often.
    RateLimited,
    /// The server cannot be reached or is not ready.
    Unavailable,
    /// The password was right, and a code of the second factor is asked for.
    SecondFactorRequired,
    /// Grave: the person shows once more who they are first.
    ConfirmIdentity,
    /// The person chose not to do it after all.
    Cancelled,
    /// Anything else; the server's log knows more.
    Internal,
}

/// A failed request: what kind, in whose field, in words for the person.
#[derive(Clone, Debug)]
pub struct ApiError {
    /// The kind.
    pub code: Code,
    /// What to show.
    pub message: String,
    /// The fields that need mending.
    pub fields: Vec<FieldError>,
}

impl ApiError {
    /// The server could not be reached at all.
    #[must_use]
    pub fn offline() -> Self {
        Self::new(Code::Unavailable, "The server cannot be reached. Check the connection and try again.")
    }

    /// A part of the app could not be fetched.
    #[must_use]
    pub fn part_missing() -> Self {
        Self::new(
            Code::Unavailable,
            "This page could not be loaded. Check the connection and try again; if that does not help, reload: there may be a new version.",
        )
    }

    /// The answer was not one of the API.
    #[must_use]
    pub fn garbled() -> Self {
        Self::new(
            Code::Internal,
            "The server gave an answer that this page does not understand. Please reload.",
        )
    }

    /// What the page asked for is not there, or not for this person.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "There is nothing here that you may see.")
    }

    /// The person chose not to do it after all: nothing to tell them.
    #[must_use]
    pub fn cancelled() -> Self {
        Self::new(Code::Cancelled, "This was not done.")
    }

    fn new(code: Code, message: &str) -> Self {
        Self { code, message: message.to_owned(), fields: Vec::new() }
    }

    pub(super) fn from_errors(errors: Vec<Value>) -> Self {
        let mut first: Option<Self> = None;
        let mut bad = Vec::new();
        for mut error in errors.into_iter().filter_map(fields) {
            let message = String::from_json(take(&mut error, "message")).unwrap_or_default();
            let mut extensions = fields(take(&mut error, "extensions")).unwrap_or_default();
            if let Some(field) = String::from_json(take(&mut extensions, "field")) {
                bad.push(FieldError::new(field, message.clone()));
            }
            if first.is_none() {
                let code = Code::parse(take(&mut extensions, "code").as_str().unwrap_or_default());
                let withheld = code == Code::Internal;
                first = Some(Self::new(
                    code,
                    if withheld { "Something went wrong on the server. Please try again." } else { &message },
                ));
            }
        }
        let mut error = first.unwrap_or_else(Self::garbled);
        error.fields = bad;
        error
    }
}

impl Code {
    fn parse(text: &str) -> Self {
        match text {
            "UNAUTHENTICATED" => Self::Unauthenticated,
            "NOT_FOUND" => Self::NotFound,
            "FORBIDDEN" => Self::Forbidden,
            "BAD_USER_INPUT" => Self::BadInput,
            "CONFLICT" => Self::Conflict,
            "RATE_LIMITED" => Self::RateLimited,
            "SECOND_FACTOR_REQUIRED" => Self::SecondFactorRequired,
            "CONFIRM_IDENTITY" => Self::ConfirmIdentity,
            "UNAVAILABLE" => Self::Unavailable,
            _ => Self::Internal,
        }
    }
}
