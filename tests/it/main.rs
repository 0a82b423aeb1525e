//! Tests over the running server, as people and programs use it.
//!
//! What is expected here was written from the product's description before the server was there. When a test and the
//! server disagree, the description decides, never the server's answer.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod harness;

/// The twin test, which shares this harness, copies places; nothing here does.
const _: fn(&harness::Place) -> harness::Place = harness::Place::copy_of;

mod accounts;
mod attack;
mod audit;
mod bad_input;
mod cli;
mod demo;
mod fuzz;
mod graphql_cop;
mod integrity;
mod limits;
mod main_job;
mod matrix;
mod meetings;
mod organisation;
mod races;
mod records;
mod rules;
mod schema;
mod sessions;
mod statements;
mod topics;
