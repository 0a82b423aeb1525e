//! A share of the crash tests for every day; `cargo xtask crash` runs them all.

use std::process::Command;

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_half_written() {
    let server = std::env::var_os("UPHELD_TEST_BINARY")
        .unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/debug/upheld").into());
    let mut command = Command::new(env!("CARGO_BIN_EXE_upheld-crash"));
    command.arg("--short").env("UPHELD_TEST_BINARY", server);
    if std::env::var_os("UPHELD_TEST_POSTGRES_URL").is_none() {
        println!("PostgreSQL is left out: UPHELD_TEST_POSTGRES_URL is not set");
        command.args(["--engine", "sqlite"]);
    }
    let done = command.output().expect("the crash tests run");
    println!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{}", done.status);
}
