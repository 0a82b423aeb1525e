//! The log: to stderr, ids and figures only. No query text, variables or panic messages are written,
//! since all of these can carry what somebody wrote about a person.

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, fmt};

use crate::config::{Given, Refusal};

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// Starts the log.
///
/// Only our own crates can be made talkative: at `trace`, libraries write requests with their cookies.
pub(crate) fn start(log: &Given<String>, json: bool) -> Result<(), Refusal> {
    let level = log.value.as_str();
    if !LEVELS.contains(&level) {
        return Err(
            log.refuse(format!("{level:?} is no log level"), format!("use one of {}", LEVELS.join(", ")))
        );
    }
    let libraries = if matches!(level, "off" | "error") { level } else { "warn" };
    let filter = EnvFilter::new(format!("{libraries},upheld={level},upheld_store={level}"));
    let lines = fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    // A second start, as in a test, keeps the first log.
    let _ = match json {
        true => lines.json().try_init(),
        false => lines.with_ansi(std::io::stderr().is_terminal()).try_init(),
    };
    std::panic::set_hook(Box::new(|panic| {
        // The place is enough to find the bug; the message may hold content.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
    Ok(())
}
