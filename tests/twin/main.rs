//! The twin test: for a person, a database with everything removed or rewritten that they may not see answers every
//! question exactly as the true one does.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::disallowed_methods, reason = "the twins are made in the database, which no server allows")]

#[expect(dead_code, unused_imports, reason = "the tests beside this one use the rest of the harness")]
#[path = "../it/harness/mod.rs"]
mod harness;

mod compare;
mod corpus;
mod coverage;
mod database;
mod doing;
mod hidden;
mod leaking;
mod life;
mod listen;
mod meant;
mod organisation;
mod pair;
mod pool;
mod random;
mod run;
mod schema;
mod stage;
