//! `cargo xtask`: whatever is built, run and tested here, in plain Rust, so that a toolchain is all it needs.

mod arguments;
mod assets;
mod attack;
mod bundle;
mod check;
mod crash;
mod css;
mod deny;
mod page;
mod postgres;
mod serve;
mod split;
mod test;
mod tools;
mod twin;
mod workspace;

use std::process::ExitCode;

use arguments::Arguments;
use bundle::Profile;
use workspace::Outcome;

const USAGE: &str = "\
cargo xtask <command>

  run [--fresh] [-- …]      build, then serve the demo on http://127.0.0.1:8080; what follows -- goes to `upheld serve`
  watch [-- …]              the same with a quick bundle, rebuilt whenever the frontend changes
  build                     target/release/upheld: one binary with the frontend inside
  frontend [--dev]          the browser bundle alone
  check                     the fast inner loop: format, clippy, the tests of the rules
  test [--no-browser] [--only STEP]
                            everything: format, clippy, all tests on SQLite and PostgreSQL, the browser tests
  crash [--kills N] [--engine sqlite|postgres] [--only WORD] [--short]
                            kills, frozen and absent databases, full disks: prints what was acknowledged, lost, half-written
  fuzz [--documents N] [--seed S]
                            documents made from the schema, 200,000 unless told otherwise, on both databases
  attack [--only WORD] [--debug]
                            what is timed: differences between hidden and absent, floods, slow clients, dear queries
  twin [--organisations N] [--engine sqlite|postgres] [--seed S] | --leaks [--leak NAME]
                            random organisations and their twins without what is hidden: prints comparisons, differences;
                            --leaks: a server that leaks on purpose, one leak at a time, each of which must be noticed
  schema                    write backend/schema.graphql from the server
  screenshots [--out DIR]   a picture of every page at two widths, light and dark";

fn main() -> ExitCode {
    match dispatch(Arguments::from_command_line()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("xtask: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(mut arguments: Arguments) -> Outcome {
    match arguments.command().as_deref() {
        Some("run") => serve::run(arguments),
        Some("watch") => serve::watch(arguments),
        Some("build") => {
            arguments.finish()?;
            build()
        }
        Some("frontend") => {
            let profile = if arguments.flag("--dev") { Profile::Development } else { Profile::Small };
            arguments.finish()?;
            tools::wasm_target()?;
            bundle::build(profile).map(|_| ())
        }
        Some("check") => {
            arguments.finish()?;
            check::run()
        }
        Some("test") => test::run(arguments),
        Some("crash") => crash::run(arguments),
        Some("fuzz") => attack::fuzz(arguments),
        Some("attack") => attack::attack(arguments),
        Some("twin") => twin::run(arguments),
        Some("schema") => {
            arguments.finish()?;
            check::write_schema()
        }
        Some("screenshots") => serve::screenshots(arguments),
        Some("help" | "--help" | "-h") | None => {
            println!("{USAGE}");
            Ok(())
        }
        Some(other) => Err(format!("there is no command `{other}`\n\n{USAGE}")),
    }
}

/// The released binary, refused when the browser would have to load too much.
fn build() -> Outcome {
    tools::wasm_target()?;
    let sizes = bundle::build(Profile::Small)?;
    sizes.within_budget()?;
    workspace::run(workspace::cargo().args(["build", "--release", "--package", "upheld"]))?;
    let binary = workspace::server("release");
    let bytes = std::fs::metadata(&binary).map_err(|e| format!("{}: {e}", binary.display()))?.len();
    println!("server: {} ({:.1} MB, frontend inside)", workspace::shown(&binary), bytes as f64 / 1e6);
    Ok(())
}
