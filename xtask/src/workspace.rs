//! Where things are, and how a command is run.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Success, or one line (or a few) for the person who typed the command.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Cargo's target folder.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// The bundle's folder: fixed, since the server embeds it from there.
pub(crate) fn bundle() -> PathBuf {
    root().join("target").join("frontend")
}

/// The server's binary of a profile (`debug` or `release`).
pub(crate) fn server(profile: &str) -> PathBuf {
    target().join(profile).join(format!("upheld{}", env::consts::EXE_SUFFIX))
}

/// The folder of the browser tests and of what npm installed for them.
pub(crate) fn browser_tests() -> PathBuf {
    root().join("tests").join("browser")
}

/// A path as one would type it from the workspace.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// The cargo that started us, at the workspace. The folder of the bundle exists from here on, since the server cannot
/// be compiled without it.
pub(crate) fn cargo() -> Command {
    if let Err(problem) = std::fs::create_dir_all(bundle().join("dist")) {
        eprintln!("xtask: {}: {problem}", bundle().display());
    }
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Runs to the end; what it prints is shown.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|problem| not_started(command, &problem))?;
    if status.success() { Ok(()) } else { Err(format!("{} failed ({status})", named(command))) }
}

/// Runs to the end and returns what it printed.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let output = command.output().map_err(|problem| not_started(command, &problem))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{} failed ({}): {}", named(command), output.status, said.trim()))
}

/// Runs to the end, showing each line and handing it to `read`.
pub(crate) fn read_along(command: &mut Command, mut read: impl FnMut(&str)) -> Outcome {
    let mut child =
        command.stdout(Stdio::piped()).spawn().map_err(|problem| not_started(command, &problem))?;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            read(&line);
        }
    }
    let status = child.wait().map_err(|problem| not_started(command, &problem))?;
    if status.success() { Ok(()) } else { Err(format!("{} failed ({status})", named(command))) }
}

/// Whether a program of this name can be started, and where it is.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

fn named(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let line = words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
    format!("`{}`", line.rsplit_once("/bin/").map_or(line.as_str(), |(_, short)| short))
}

fn not_started(command: &Command, problem: &std::io::Error) -> String {
    format!("{} could not be started: {problem}", named(command))
}
