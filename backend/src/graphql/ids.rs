//! Ids as clients send them.

use async_graphql::{Error, ID};
use upheld_domain::Id;
use upheld_store::StoreError;

use super::error::bad_field;

/// The id of what is asked for: anything that is no id is an id of nothing.
pub(crate) fn object_id(id: &ID) -> Option<Id> {
    Id::try_parse(id.as_str()).ok()
}

/// The id of what a mutation acts on.
pub(crate) fn target_id(id: &ID) -> Result<Id, StoreError> {
    object_id(id).ok_or(StoreError::NotFound)
}

/// An id of nothing, in a field of an input.
pub(crate) fn unknown(field: &str) -> Error {
    bad_field(field, "Please choose one that exists: this id is unknown.")
}

/// Any other id of an input.
pub(crate) fn input_id(field: &str, id: &ID) -> Result<Id, Error> {
    object_id(id).ok_or_else(|| unknown(field))
}

/// Any other id of an input that may be missing.
pub(crate) fn input_id_opt(field: &str, id: Option<&ID>) -> Result<Option<Id>, Error> {
    id.map(|id| input_id(field, id)).transpose()
}

/// Any other ids of an input.
pub(crate) fn input_ids(field: &str, ids: &[ID]) -> Result<Vec<Id>, Error> {
    ids.iter().map(|id| input_id(field, id)).collect()
}
