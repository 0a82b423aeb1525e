//! `cargo xtask crash`: a server under load, and what happens to real servers. It prints what was acknowledged, found,
//! lost and half-written, and fails when something is lost, half-written or otherwise than it should be.
#![expect(
    clippy::disallowed_methods,
    reason = "this program looks at what is on the disk; it is no part of the server"
)]

mod api;
mod checks;
mod cluster;
mod copies;
mod frozen;
mod full;
mod guard;
mod kills;
mod ledger;
mod load;
mod power;
mod random;
mod schema;
mod server;
mod stand;
mod start;
mod steps;
mod stop;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use cluster::Cluster;
use guard::{Outcome, say};
use kills::Blow;
use stand::{Line, Wanted};

const USAGE: &str = "\
upheld-crash [--kills N] [--engine sqlite|postgres] [--only WORD] [--short] [--seed N]

The program under test is UPHELD_TEST_BINARY. --kills is the number of SIGKILLs of the server on each engine (100); PostgreSQL
is killed for three of ten of them. --only runs the faults whose name holds the word. --short is a share for every day.";

/// A fault by its name on the command line.
const FAULTS: [&str; 13] = [
    "kill",
    "postgres-kill",
    "immediate",
    "both",
    "frozen",
    "full",
    "log-full",
    "stop",
    "start",
    "migrate",
    "steps",
    "backup",
    "sync",
];

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(6).enable_all().build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(run()),
        Err(e) => Err(e.to_string()),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("upheld-crash: {problem}");
            ExitCode::FAILURE
        }
    }
}

struct Asked {
    wanted: Wanted,
    only: Option<String>,
}

fn read_arguments() -> Outcome<Asked> {
    let binary = std::env::var_os("UPHELD_TEST_BINARY").ok_or("UPHELD_TEST_BINARY names no program")?;
    let binary =
        std::fs::canonicalize(PathBuf::from(&binary)).map_err(|e| format!("{}: {e}", binary.display()))?;
    let now = chrono::Utc::now().timestamp().unsigned_abs();
    let mut wanted =
        Wanted { binary, kills: 0, postgres_kills: 0, short: false, sqlite: true, postgres: true, seed: now };
    let (mut kills, mut only) = (None, None);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value"));
        match word.as_str() {
            "--kills" => kills = Some(value()?.parse::<u32>().map_err(|e| format!("--kills: {e}"))?),
            "--seed" => wanted.seed = value()?.parse().map_err(|e| format!("--seed: {e}"))?,
            "--only" => only = Some(value()?),
            "--short" => wanted.short = true,
            "--engine" => match value()?.as_str() {
                "sqlite" => wanted.postgres = false,
                "postgres" => wanted.sqlite = false,
                other => return Err(format!("--engine {other}: sqlite or postgres")),
            },
            _ => return Err(format!("`{word}` is not understood\n\n{USAGE}")),
        }
    }
    wanted.kills = kills.unwrap_or(if wanted.short { 3 } else { 100 });
    wanted.postgres_kills = if wanted.short { 2 } else { wanted.kills * 3 / 10 }.max(1);
    Ok(Asked { wanted, only })
}

async fn run() -> Outcome<bool> {
    let Asked { wanted, only } = read_arguments()?;
    say(format!("seed {}", wanted.seed));
    let folder = guard::folder("cluster")?;
    let cluster = if wanted.postgres {
        Some(Arc::new(tokio::task::block_in_place(|| Cluster::start(&folder, None))?))
    } else {
        None
    };
    let mut engines: Vec<Option<&Arc<Cluster>>> = Vec::new();
    if wanted.sqlite {
        engines.push(None);
    }
    if let Some(cluster) = &cluster {
        engines.push(Some(cluster));
    }
    let mut lines: Vec<Line> = Vec::new();
    for fault in FAULTS.iter().filter(|fault| only.as_ref().is_none_or(|only| fault.contains(only.as_str())))
    {
        for engine in &engines {
            let began = Instant::now();
            let Some(line) = happen(fault, &wanted, *engine).await else { continue };
            let line = line.unwrap_or_else(|problem| {
                let mut line = Line::new(fault, stand::engine(*engine));
                line.wrong.push(problem);
                line
            });
            say(format!("{} ({:.0} s)", shown(&line), began.elapsed().as_secs_f64()));
            for wrong in line.wrong.iter().chain(&line.halves).chain(line.lost.iter().take(5)).take(20) {
                say(format!("    WRONG: {wrong}"));
            }
            lines.push(line);
        }
    }
    say(table(&lines));
    Ok(!lines.is_empty() && lines.iter().all(Line::is_good))
}

/// Lets a fault happen to an engine; none where it does not apply.
async fn happen(fault: &str, wanted: &Wanted, cluster: Option<&Arc<Cluster>>) -> Option<Outcome<Line>> {
    let own = cluster.cloned();
    let short = wanted.short;
    let few = if short { 1 } else { wanted.postgres_kills.div_ceil(3) };
    Some(match (fault, cluster) {
        ("kill", _) => kills::of_the_server(wanted, own, wanted.kills).await,
        ("postgres-kill", Some(c)) => kills::of_postgres(wanted, c, Blow::Kill, wanted.postgres_kills).await,
        ("immediate", Some(c)) => kills::of_postgres(wanted, c, Blow::Immediate, few).await,
        ("both", Some(c)) if !short => kills::of_postgres(wanted, c, Blow::Both, few).await,
        ("frozen", Some(c)) => frozen::postgres(wanted, c, if short { 5 } else { 30 }).await,
        ("full", None) => full::sqlite(wanted, if short { 1 } else { 5 }).await,
        ("full", Some(_)) if !short => full::postgres(wanted, 3).await,
        ("log-full", Some(_)) if !short => full::postgres_log(wanted, 2).await,
        ("stop", _) => stop::by_sigterm(wanted, own, if short { 1 } else { 5 }).await,
        ("start", _) => start::that_cannot(wanted, cluster).await,
        ("migrate", _) => schema::interrupted(wanted, cluster, if short { 2 } else { 40 }).await,
        ("steps", _) if short => steps::of_every_change(wanted, own, 9, Some("recordDecision")).await,
        ("steps", _) => steps::of_every_change(wanted, own, 1, None).await,
        ("backup", _) => copies::while_writing(wanted, own, if short { 1 } else { 5 }).await,
        ("sync", _) if !short => power::syncs(wanted, own).await,
        _ => return None,
    })
}

fn shown(line: &Line) -> String {
    let found = line.acknowledged.saturating_sub(line.lost.len() as u64);
    format!(
        "{:<42} {:<10} {:>5} {:>12} {:>7} {:>5} {:>12}  {}{}",
        line.fault,
        line.engine,
        line.times,
        line.acknowledged,
        found,
        line.lost.len(),
        line.halves.len(),
        if line.is_good() { "" } else { "FAILED; " },
        line.note
    )
}

fn table(lines: &[Line]) -> String {
    let head = format!(
        "{:<42} {:<10} {:>5} {:>12} {:>7} {:>5} {:>12}",
        "fault", "engine", "times", "acknowledged", "found", "lost", "half-written"
    );
    let rows = lines.iter().map(shown);
    let sum = |of: fn(&Line) -> u64| lines.iter().map(of).sum::<u64>();
    let (acknowledged, lost, halves) =
        (sum(|l| l.acknowledged), sum(|l| l.lost.len() as u64), sum(|l| l.halves.len() as u64));
    let all = format!("in all: {acknowledged} acknowledged, {lost} lost, {halves} half-written");
    std::iter::once(String::new()).chain([head]).chain(rows).chain([all]).collect::<Vec<_>>().join("\n")
}
