//! A setting that cannot work ends the program soon, in one line that names it.

use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::run;
use crate::harness::{path_text, program};

/// Two seconds, with some air for a machine that is busy with other tests.
const SOON: Duration = Duration::from_millis(3_000);

fn serve(dir: &TempDir, flags: &[&str]) -> Command {
    let mut command = program();
    command.args(["serve", "--data-dir", &path_text(dir.path())]).args(flags);
    if !flags.contains(&"--listen") {
        command.args(["--listen", "127.0.0.1:0"]);
    }
    command
}

/// Fails unless it ends soon with one line that holds one of the names.
fn refuses(command: Command, names: &[&str]) {
    let what = format!("{command:?}");
    let ended = run(command);
    assert!(ended.code.is_some_and(|c| c != 0), "{what}: {ended:?}");
    assert!(ended.took < SOON, "{what}: {ended:?}");
    let lines: Vec<&str> = ended.err.lines().filter(|l| !l.trim().is_empty()).collect();
    assert_eq!(lines.len(), 1, "{what}: one line: {ended:?}");
    assert!(names.iter().any(|n| lines[0].contains(n)), "{what}: names {names:?}: {}", lines[0]);
    assert!(!ended.err.contains("panicked"), "{what}");
}

fn dir() -> TempDir {
    TempDir::with_prefix("upheld-test-").expect("a temporary folder")
}

#[test]
fn an_address_that_is_none() {
    for listen in ["nonsense", "127.0.0.1", "127.0.0.1:70000", ":", "256.0.0.1:8080"] {
        refuses(serve(&dir(), &["--demo", "--listen", listen]), &["--listen", "UPHELD_LISTEN", "listen"]);
    }
}

#[test]
fn a_taken_port() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    refuses(serve(&dir(), &["--listen", &address]), &["listen"]);
}

#[test]
fn a_folder_that_is_a_file() {
    let dir = dir();
    let file = dir.path().join("file");
    std::fs::write(&file, "x").expect("a file");
    let mut command = program();
    command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir", &path_text(&file)]);
    refuses(command, &["data-dir", "data_dir", "UPHELD_DATA_DIR"]);
}

#[test]
fn a_folder_that_cannot_be_written() {
    use std::os::unix::fs::PermissionsExt;
    let dir = dir();
    std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o500)).expect("permissions");
    if std::fs::write(dir.path().join("probe"), "x").is_ok() {
        println!("left out: this user writes everywhere");
        return;
    }
    refuses(serve(&dir, &[]), &["data-dir", "data_dir", "UPHELD_DATA_DIR"]);
}

#[test]
fn a_database_that_is_not_there() {
    for url in
        ["nonsense", "mysql://127.0.0.1/upheld", "postgres://nobody:x@127.0.0.1:1/upheld", "postgres://"]
    {
        refuses(
            serve(&dir(), &["--database-url", url]),
            &["database-url", "database_url", "UPHELD_DATABASE_URL"],
        );
    }
}

#[test]
fn a_password_in_the_address_is_not_printed() {
    let mut command = serve(&dir(), &["--database-url", "postgres://nobody:secretword@127.0.0.1:1/upheld"]);
    command.env("UPHELD_DEMO", "false");
    let ended = run(command);
    assert!(ended.code.is_some_and(|c| c != 0));
    assert!(!ended.err.contains("secretword") && !ended.out.contains("secretword"), "{ended:?}");
}

#[test]
fn a_setting_from_the_environment() {
    let mut command = program();
    command.arg("serve").env("UPHELD_LISTEN", "nonsense").env("UPHELD_DATA_DIR", path_text(dir().path()));
    refuses(command, &["UPHELD_LISTEN", "listen"]);
    let mut command = serve(&dir(), &[]);
    command.env("UPHELD_DEMO", "perhaps");
    refuses(command, &["UPHELD_DEMO", "demo"]);
}

#[test]
fn a_settings_file() {
    let dir = dir();
    let file = dir.path().join("upheld.toml");
    let path = path_text(&file);
    for (content, names) in [
        ("colour = \"blue\"\n", &["colour"] as &[&str]),
        ("listen = 7\n", &["listen"]),
        ("listen = \"nonsense\"\n", &["listen"]),
        ("listen = \n", &["listen", "upheld.toml", "line 1"]),
        ("[serve]\nlisten = \"127.0.0.1:0\"\n", &["serve"]),
    ] {
        std::fs::write(&file, content).expect("a file");
        let mut command = program();
        command.args(["serve", "--data-dir", &path_text(dir.path()), "--config", &path]);
        refuses(command, names);
    }
    refuses(serve(&dir, &["--config", "/nowhere/upheld.toml"]), &["config", "/nowhere/upheld.toml"]);
}

#[test]
fn flags_that_nobody_knows() {
    let ended = run(serve(&dir(), &["--frobnicate"]));
    assert!(ended.code.is_some_and(|c| c != 0));
    assert!(ended.err.contains("--frobnicate"), "{ended:?}");
}

#[test]
fn the_demo_stays_on_this_machine_unless_told() {
    refuses(serve(&dir(), &["--demo", "--listen", "0.0.0.0:0"]), &["--allow-remote-demo", "listen"]);
}

#[test]
fn check_says_whether_it_would_run() {
    let dir = dir();
    let data = path_text(dir.path());
    let mut migrate = program();
    migrate.args(["migrate", "--data-dir", &data]);
    assert_eq!(run(migrate).code, Some(0));
    let mut check = program();
    check.args(["check", "--data-dir", &data]);
    let ended = run(check);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let mut check = program();
    check.args(["check", "--data-dir", &data, "--database-url", "postgres://nobody:x@127.0.0.1:1/upheld"]);
    refuses(check, &["database-url", "database_url", "UPHELD_DATABASE_URL"]);
}
