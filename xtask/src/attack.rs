//! `cargo xtask fuzz` and `cargo xtask attack`: the long forms of what the tests do in short, and what is timed.

use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::arguments::Arguments;
use crate::postgres::Postgres;
use crate::tools;
use crate::workspace::{self, Outcome};

const DOCUMENTS: &str = "200000";

/// Documents made from the schema, many more than in the tests, with another seed each time.
pub(crate) fn fuzz(mut arguments: Arguments) -> Outcome {
    let documents = arguments.value("--documents")?.unwrap_or_else(|| DOCUMENTS.to_owned());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs());
    let seed = arguments.value("--seed")?.unwrap_or_else(|| now.to_string());
    arguments.finish()?;
    println!("fuzz: {documents} documents, seed {seed}");
    let mut test = test_of("debug", "fuzz::")?;
    test.1.env("UPHELD_FUZZ_DOCUMENTS", documents).env("UPHELD_FUZZ_SEED", seed).env("UPHELD_TEST_FULL", "1");
    workspace::run(&mut test.1)
}

/// The timed rows of the threats, on a release build. They print; none of them is a gate.
pub(crate) fn attack(mut arguments: Arguments) -> Outcome {
    let debug = arguments.flag("--debug");
    let only = arguments.value("--only")?.unwrap_or_default();
    arguments.finish()?;
    let profile = if debug { "debug" } else { "release" };
    if !debug {
        workspace::run(workspace::cargo().args(["build", "--release", "--package", "upheld"]))?;
    }
    let mut test = test_of(profile, &format!("attack::{only}"))?;
    workspace::run(test.1.arg("--ignored"))
}

/// The test binary over a server of that profile, one test after the other, with a PostgreSQL of its own.
fn test_of(profile: &str, filter: &str) -> Outcome<(Postgres, Command)> {
    tools::for_tests(false)?;
    workspace::run(workspace::cargo().args(["build", "--all-targets"]))?;
    let postgres = Postgres::start()?;
    let mut cargo = workspace::cargo();
    cargo.args(["test", "--test", "it", "--", filter, "--nocapture", "--test-threads", "1"]);
    cargo.env("UPHELD_TEST_BINARY", workspace::server(profile));
    cargo.env("UPHELD_TEST_POSTGRES_URL", postgres.address("postgres"));
    Ok((postgres, cargo))
}
