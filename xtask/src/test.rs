//! Everything that must hold, step by step.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::process::Command;
use std::time::Instant;

use crate::arguments::Arguments;
use crate::assets;
use crate::bundle::{self, Profile};
use crate::check;
use crate::deny;
use crate::postgres::Postgres;
use crate::tools;
use crate::twin;
use crate::workspace::{self, Outcome};

/// One step, and the steps without which it cannot run.
struct Step {
    name: &'static str,
    needs: &'static [&'static str],
    run: fn(&mut Bench) -> Outcome,
}

const STEPS: [Step; 11] = [
    Step { name: "tools", needs: &[], run: |bench| tools::for_tests(bench.browser) },
    Step { name: "format", needs: &[], run: |_| check::format() },
    Step { name: "clippy", needs: &[], run: |_| check::clippy() },
    Step { name: "clippy-wasm", needs: &["tools"], run: |_| check::clippy_wasm() },
    Step { name: "deny", needs: &["tools"], run: |_| deny::check() },
    Step { name: "bundle", needs: &["tools"], run: |_| bundle::build(Profile::Small)?.within_budget() },
    // All members with their tests at once: the features that tests add would compile the dependencies twice otherwise.
    Step {
        name: "build",
        needs: &[],
        run: |_| workspace::run(workspace::cargo().args(["build", "--all-targets"])),
    },
    Step { name: "postgres", needs: &["tools"], run: start_postgres },
    Step { name: "tests", needs: &["build", "postgres"], run: rust_tests },
    Step { name: "twin", needs: &["build", "postgres"], run: twin_share },
    Step { name: "browser", needs: &["bundle", "build", "postgres"], run: browser_tests },
];

/// What the steps leave for each other.
#[derive(Default)]
struct Bench {
    browser: bool,
    postgres: Option<Postgres>,
    passed: u64,
    failed: u64,
}

/// Runs the steps, shows what each took, and fails when one did.
pub(crate) fn run(mut arguments: Arguments) -> Outcome {
    let without_browser = arguments.flag("--no-browser");
    let only = arguments.value("--only")?;
    arguments.finish()?;
    let mut wanted = BTreeSet::new();
    match &only {
        Some(name) => want(name, &mut wanted)?,
        None => wanted.extend(STEPS.iter().map(|step| step.name)),
    }
    if without_browser {
        wanted.remove("browser");
    }

    let mut bench = Bench { browser: wanted.contains("browser"), ..Bench::default() };
    let mut table = Vec::new();
    let mut broken = BTreeSet::new();
    for step in STEPS.iter().filter(|step| wanted.contains(step.name)) {
        if let Some(need) = step.needs.iter().find(|need| broken.contains(*need)) {
            table.push(format!("{:<12} {:>8}  skipped: needs {need}", step.name, ""));
            broken.insert(step.name);
            continue;
        }
        println!("\n== {}", step.name);
        let (started, failed_before) = (Instant::now(), bench.failed);
        let result = (step.run)(&mut bench);
        let word = match &result {
            Ok(()) => "ok",
            Err(problem) => {
                eprintln!("{}: {problem}", step.name);
                broken.insert(step.name);
                // A step that fails before it counted a failing test is a failure by itself.
                bench.failed += u64::from(bench.failed == failed_before);
                "FAILED"
            }
        };
        table.push(format!("{:<12} {:>8.1}  {word}", step.name, started.elapsed().as_secs_f64()));
    }
    drop(bench.postgres.take());

    println!("\n{:<12} {:>8}", "step", "seconds");
    for line in &table {
        println!("{line}");
    }
    println!("\n{} passed, {} failed", bench.passed, bench.failed);
    if broken.is_empty() {
        Ok(())
    } else {
        Err(format!("failed: {}", broken.into_iter().collect::<Vec<_>>().join(", ")))
    }
}

/// Adds a step and everything that it needs.
fn want(name: &str, wanted: &mut BTreeSet<&'static str>) -> Outcome {
    let Some(step) = STEPS.iter().find(|step| step.name == name) else {
        let names = STEPS.iter().map(|step| step.name).collect::<Vec<_>>().join(", ");
        return Err(format!("there is no step `{name}`; the steps are {names}"));
    };
    wanted.insert(step.name);
    step.needs.iter().try_for_each(|need| want(need, wanted))
}

fn start_postgres(bench: &mut Bench) -> Outcome {
    let server = Postgres::start()?;
    println!("postgres: {}", server.address("postgres"));
    bench.postgres = Some(server);
    Ok(())
}

fn rust_tests(bench: &mut Bench) -> Outcome {
    let mut cargo = workspace::cargo();
    cargo.args(["test", "--no-fail-fast"]);
    cargo_tests(bench, cargo)
}

/// A share of the twin test; `cargo xtask twin` is the long run.
fn twin_share(bench: &mut Bench) -> Outcome {
    cargo_tests(bench, twin::test("run::on_", &["--test-threads", "1"]))
}

fn cargo_tests(bench: &mut Bench, mut cargo: Command) -> Outcome {
    cargo.env("UPHELD_TEST_BINARY", workspace::server("debug"));
    if let Some(postgres) = &bench.postgres {
        cargo.env("UPHELD_TEST_POSTGRES_URL", postgres.address("postgres"));
    }
    if std::io::stdout().is_terminal() {
        cargo.env("CARGO_TERM_COLOR", "always");
    }
    let mut counted = (0, 0);
    let result = workspace::read_along(&mut cargo, |line| {
        if line.starts_with("test result:") {
            counted.0 += number_before(line, "passed");
            counted.1 += number_before(line, "failed");
        }
    });
    bench.passed += counted.0;
    bench.failed += counted.1;
    result
}

fn browser_tests(bench: &mut Bench) -> Outcome {
    let folder = workspace::browser_tests();
    let mut node = Command::new("node");
    node.current_dir(&folder).args(["--test", "--test-reporter=spec"]);
    let files = assets::files_below(&folder)?;
    node.args(
        files
            .iter()
            .filter(|file| file.parent() == Some(&folder) && file.to_string_lossy().ends_with(".test.mjs")),
    );
    node.env("UPHELD_TEST_BINARY", workspace::server("debug"));
    if let Some(chromium) = tools::chromium() {
        node.env("CHROMIUM", chromium);
    }
    if let Some(postgres) = &bench.postgres {
        node.env("UPHELD_TEST_DATABASE_URL", postgres.create("upheld_browser")?);
    }
    let mut counted = (0, 0);
    let result = workspace::read_along(&mut node, |line| {
        counted.0 += number_after(line, "ℹ pass ");
        counted.1 += number_after(line, "ℹ fail ");
    });
    bench.passed += counted.0;
    bench.failed += counted.1;
    result
}

/// The number before a word of cargo's summary.
fn number_before(line: &str, word: &str) -> u64 {
    let words: Vec<&str> = line.split_whitespace().collect();
    let at = words.iter().position(|candidate| candidate.trim_end_matches(';') == word);
    at.and_then(|at| words.get(at.checked_sub(1)?)?.parse().ok()).unwrap_or(0)
}

/// The number at the end of a line of node's summary, which may be coloured.
fn number_after(line: &str, label: &str) -> u64 {
    let rest = line.split_once(label).map_or("", |(_, rest)| rest);
    rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{number_after, number_before, want};

    #[test]
    fn summaries_are_counted() {
        let line =
            "test result: ok. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!((number_before(line, "passed"), number_before(line, "failed")), (12, 3));
        assert_eq!(number_after("\u{1b}[34mℹ pass 7\u{1b}[39m", "ℹ pass "), 7);
    }

    #[test]
    fn a_step_brings_what_it_needs() {
        let mut wanted = BTreeSet::new();
        assert_eq!(want("browser", &mut wanted), Ok(()));
        assert!(wanted.contains("tools") && wanted.contains("build") && !wanted.contains("clippy"));
        assert!(want("nothing", &mut wanted).is_err());
    }
}
