//! The inner loop, and the checks that the full test run shares with it.

use crate::assets;
use crate::tools;
use crate::workspace::{self, Outcome};

/// Format, lints and the tests of the rules: seconds, once warm.
pub(crate) fn run() -> Outcome {
    tools::wasm_target()?;
    format()?;
    clippy()?;
    clippy_wasm()?;
    workspace::run(workspace::cargo().args(["test", "--quiet", "--package", "upheld-domain"]))?;
    println!("check: fine");
    Ok(())
}

/// Whether every file is formatted.
pub(crate) fn format() -> Outcome {
    workspace::run(workspace::cargo().args(["fmt", "--all", "--check"]))
}

/// Lints on everything that runs on the machine.
pub(crate) fn clippy() -> Outcome {
    workspace::run(workspace::cargo().args(["clippy", "--all-targets", "--", "-D", "warnings"]))
}

/// Lints on what runs in the browser.
pub(crate) fn clippy_wasm() -> Outcome {
    let mut cargo = workspace::cargo();
    cargo.args(["clippy", "--package", "upheld-frontend", "--target", "wasm32-unknown-unknown"]);
    workspace::run(cargo.args(["--", "-D", "warnings"]))
}

/// Writes what the server can say about itself: `backend/schema.graphql` and `docs/who-sees-what.md`.
pub(crate) fn write_schema() -> Outcome {
    workspace::run(workspace::cargo().args(["build", "--quiet", "--all-targets"]))?;
    let root = workspace::root();
    for (command, file) in [
        ("schema", root.join("backend").join("schema.graphql")),
        ("who-sees-what", root.join("docs").join("who-sees-what.md")),
    ] {
        let text = workspace::output(std::process::Command::new(workspace::server("debug")).arg(command))?;
        assets::write(&file, text.as_bytes())?;
        println!("{command}: {}", workspace::shown(&file));
    }
    Ok(())
}
