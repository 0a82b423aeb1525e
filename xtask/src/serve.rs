//! The server, started for a person: once, or again and again while the frontend is being written.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use crate::arguments::Arguments;
use crate::assets;
use crate::bundle::{self, Profile};
use crate::tools;
use crate::workspace::{self, Outcome};

/// The demo's dates are relative to the day it was made; after this long it looks abandoned.
const DEMO_LIVES: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Builds everything and serves the demo.
pub(crate) fn run(mut arguments: Arguments) -> Outcome {
    let fresh = arguments.flag("--fresh");
    let extra = arguments.rest()?;
    tools::wasm_target()?;
    bundle::build(Profile::Small)?;
    build_server()?;
    replace_with(demo(fresh, &extra)?)
}

/// Serves the demo and makes a quick bundle whenever something that it is made of changes.
pub(crate) fn watch(arguments: Arguments) -> Outcome {
    let extra = arguments.rest()?;
    tools::wasm_target()?;
    build_server()?;
    let mut seen = newest_change();
    if let Err(problem) = bundle::build(Profile::Development) {
        eprintln!("watch: {problem}");
    }
    let mut server = demo(false, &extra)?;
    let mut server =
        server.arg("--development").spawn().map_err(|problem| format!("upheld serve: {problem}"))?;
    loop {
        std::thread::sleep(Duration::from_millis(500));
        if let Ok(Some(status)) = server.try_wait() {
            return if status.success() { Ok(()) } else { Err(format!("the server ended ({status})")) };
        }
        let now = newest_change();
        if now != seen {
            seen = now;
            match bundle::build(Profile::Development) {
                Ok(_) => println!("watch: reload the page"),
                Err(problem) => eprintln!("watch: {problem}"),
            }
        }
    }
}

/// Takes a picture of every page.
pub(crate) fn screenshots(mut arguments: Arguments) -> Outcome {
    let out =
        arguments.value("--out")?.map_or_else(|| workspace::target().join("screenshots"), PathBuf::from);
    arguments.finish()?;
    tools::for_tests(true)?;
    bundle::build(Profile::Small)?;
    build_server()?;
    let mut node = Command::new("node");
    node.current_dir(workspace::root()).arg("tests/browser/screenshots.mjs").arg(&out);
    workspace::run(node.env("UPHELD_TEST_BINARY", workspace::server("debug")))
}

fn build_server() -> Outcome {
    workspace::run(workspace::cargo().args(["build", "--package", "upheld"]))?;
    println!("server: {}", workspace::shown(&workspace::server("debug")));
    Ok(())
}

/// The command that serves the demo from `data/`, made anew when it is over a week old.
fn demo(fresh: bool, extra: &[String]) -> Outcome<Command> {
    let mut command = Command::new(workspace::server("debug"));
    command.current_dir(workspace::root()).args(["serve", "--demo"]);
    let given = |name: &str| extra.iter().any(|word| word == name || word.starts_with(&format!("{name}=")));
    let mut fresh = fresh;
    if !given("--data-dir") {
        command.args(["--data-dir", "data"]);
        let data = workspace::root().join("data");
        fresh = fresh || is_old(&data);
        if fresh || !data.join("demo.db").exists() {
            assets::write(&data.join("demo.made"), b"The demo was made when this file was last written.\n")?;
        }
    }
    if fresh && !given("--demo-fresh") {
        command.arg("--demo-fresh");
    }
    command.args(extra);
    Ok(command)
}

fn is_old(data: &Path) -> bool {
    let changed = |name: &str| std::fs::metadata(data.join(name)).and_then(|about| about.modified()).ok();
    match (changed("demo.db"), changed("demo.made")) {
        (None, _) => false,
        (Some(_), Some(made)) => made.elapsed().is_ok_and(|age| age > DEMO_LIVES),
        (Some(used), None) => used.elapsed().is_ok_and(|age| age > DEMO_LIVES),
    }
}

/// The newest time of change in what the bundle is made of, with the number of files, so that a removal counts.
fn newest_change() -> (usize, Option<SystemTime>) {
    let root = workspace::root();
    let mut files = vec![root.join("backend").join("schema.graphql")];
    for folder in [root.join("frontend"), root.join("backend").join("domain").join("src")] {
        files.extend(assets::files_below(&folder).unwrap_or_default());
    }
    let changed = |file: &PathBuf| std::fs::metadata(file).and_then(|about| about.modified()).ok();
    (files.len(), files.iter().filter_map(changed).max())
}

/// Becomes the server, so that Ctrl-C and every other signal reach it without a middleman.
#[cfg(unix)]
fn replace_with(mut command: Command) -> Outcome {
    use std::os::unix::process::CommandExt;
    Err(format!("upheld serve: {}", command.exec()))
}

#[cfg(not(unix))]
fn replace_with(mut command: Command) -> Outcome {
    workspace::run(&mut command)
}
