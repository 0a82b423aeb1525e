//! `cargo xtask crash`: what happens to real servers happens to this one.

use std::process::Command;

use crate::arguments::Arguments;
use crate::tools;
use crate::workspace::{self, Outcome};

/// Builds the server with its test switches and lets every fault happen to it.
pub(crate) fn run(mut arguments: Arguments) -> Outcome {
    let mut words = Vec::new();
    for name in ["--kills", "--engine", "--only", "--seed"] {
        if let Some(value) = arguments.value(name)? {
            words.extend([name.to_owned(), value]);
        }
    }
    if arguments.flag("--short") {
        words.push("--short".to_owned());
    }
    arguments.finish()?;
    tools::for_tests(false)?;
    // All members with their tests at once, as in the tests: other features would compile the dependencies twice.
    workspace::run(workspace::cargo().args(["build", "--all-targets"]))?;
    let server = workspace::server("debug");
    let mut crash =
        Command::new(server.with_file_name(format!("upheld-crash{}", std::env::consts::EXE_SUFFIX)));
    workspace::run(crash.args(words).env("UPHELD_TEST_BINARY", &server))
}
