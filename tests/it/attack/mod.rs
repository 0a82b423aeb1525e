//! The rows of the threats that are times. `cargo xtask attack` runs and prints them; nothing here decides a build,
//! since a busy machine is slow without being under attack.

mod difference;
mod feed;
mod floods;
mod slow;

use std::fmt::Display;

use crate::harness::{Engine, Server};

/// One line of the table: what was measured, what it came to, and what passes.
fn row(name: &str, measured: impl Display, passes: &str, passed: bool) {
    println!("{} {name:<46} {measured:<64} pass: {passes}", if passed { "ok  " } else { "MISS" });
}

/// A server as in production: without the development flag.
fn server() -> Server {
    Server::start(&crate::harness::Place::new(Engine::Sqlite).into(), &["--demo", "--demo-fresh"])
}

fn milliseconds(time: std::time::Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
