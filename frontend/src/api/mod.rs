//! The only module that talks to the server: typed operations, one error type, the live feed.

mod account;
mod admin;
mod audit;
mod client;
mod course;
mod enums;
mod error;
mod fragments;
mod history;
mod inputs;
mod json;
pub mod live;
mod mutations;
mod my_data;
mod operation;
mod queries;
mod team;

pub use account::*;
pub use admin::*;
pub use audit::*;
pub use client::{Later, on_signed_out};
pub use course::*;
pub use enums::*;
pub use error::{ApiError, Code};
pub use fragments::*;
pub use history::*;
pub use inputs::*;
pub use mutations::*;
pub use my_data::*;
pub use queries::*;
pub use team::*;

/// The server's schema, as cynic reads it; written by the build script.
#[cynic::schema("upheld")]
pub mod schema {}

/// An id as the API writes it.
pub type Id = cynic::Id;

/// A time as the API writes it (RFC 3339, UTC); shown by [`crate::dates`].
#[derive(cynic::Scalar, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DateTime(pub String);

/// A day as the API writes it (ISO 8601).
#[derive(cynic::Scalar, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub String);

/// The id as the domain's rules know it.
#[must_use]
pub fn domain_id(id: &Id) -> upheld_domain::Id {
    upheld_domain::Id::parse_str(id.inner()).unwrap_or_default()
}

/// A fresh key with which a retry is recognised.
#[must_use]
pub fn new_key() -> Id {
    Id::new(upheld_domain::Id::new_v4().to_string())
}
