//! `cargo xtask twin`: what a person is answered does not depend on what is hidden from them; random organisations.

use std::process::Command;

use crate::arguments::Arguments;
use crate::postgres::Postgres;
use crate::tools;
use crate::workspace::{self, Outcome};

/// The long run over as many organisations as asked for, or the test of the test with a server that leaks on purpose.
pub(crate) fn run(mut arguments: Arguments) -> Outcome {
    let leaks = arguments.flag("--leaks");
    let only = arguments.value("--leak")?.unwrap_or_default();
    let organisations = arguments.value("--organisations")?.unwrap_or_else(|| "10".to_owned());
    let engine = arguments.value("--engine")?.unwrap_or_default();
    let seed = arguments.value("--seed")?;
    arguments.finish()?;
    tools::for_tests(false)?;
    workspace::run(workspace::cargo().args(["build", "--all-targets"]))?;
    if leaks || !only.is_empty() {
        return workspace::run(
            test("leaking::", &[]).env("UPHELD_TEST_BINARY", leaking()?).env("UPHELD_TWIN_LEAK", only),
        );
    }
    let postgres = if engine == "sqlite" { None } else { Some(Postgres::start()?) };
    let mut long = test("run::long", &[]);
    long.env("UPHELD_TEST_BINARY", workspace::server("debug"))
        .env("UPHELD_TWIN_ORGANISATIONS", organisations)
        .env("UPHELD_TWIN_ENGINE", engine);
    if let Some(postgres) = &postgres {
        long.env("UPHELD_TEST_POSTGRES_URL", postgres.address("postgres"));
    }
    if let Some(seed) = seed {
        long.env("UPHELD_TWIN_SEED", seed);
    }
    workspace::run(&mut long)
}

/// The tests of the twin that a filter names, with what they print.
pub(crate) fn test(filter: &str, more: &[&str]) -> Command {
    let mut cargo = workspace::cargo();
    cargo.args(["test", "--test", "twin", "--", filter, "--ignored", "--nocapture"]).args(more);
    cargo
}

/// A server with the seeded leaks in it, in a folder of its own, so that it is never taken for the real one.
fn leaking() -> Outcome<std::path::PathBuf> {
    let folder = workspace::root().join("target").join("leaks");
    let mut build = workspace::cargo();
    build.args(["build", "--package", "upheld", "--features", "seeded-leaks", "--target-dir"]).arg(&folder);
    workspace::run(&mut build)?;
    Ok(folder.join("debug").join(format!("upheld{}", std::env::consts::EXE_SUFFIX)))
}
