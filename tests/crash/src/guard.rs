//! What has to be cleared away when this program ends, however it ends.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{LazyLock, Mutex};

/// Success, or one line for whoever runs this.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// A shell that runs what it was told once this process is gone, last command first.
static AFTERWARDS: LazyLock<Mutex<Option<Child>>> = LazyLock::new(|| {
    use std::os::unix::process::CommandExt;
    let script = "all=''; while IFS= read -r line; do all=\"$line\n$all\"; done; eval \"$all\"";
    let shell = Command::new("sh")
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn();
    Mutex::new(shell.ok())
});

pub(crate) fn at_exit(command: &str) {
    if let Ok(mut shell) = AFTERWARDS.lock()
        && let Some(input) = shell.as_mut().and_then(|shell| shell.stdin.as_mut())
    {
        let _ = writeln!(input, "{command}");
    }
}

/// Ends the process at exit if its command line still names the folder, and it is not another one with its number.
pub(crate) fn end_at_exit(pid: u32, folder: &Path) {
    at_exit(&format!("grep -qsaF '{}' /proc/{pid}/cmdline && kill -9 {pid}", folder.display()));
}

/// A folder that goes at exit.
pub(crate) fn folder(what: &str) -> Outcome<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let folder = std::env::temp_dir().join(format!("upheld-crash-{what}-{}", uuid::Uuid::new_v4().simple()));
    std::fs::create_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    at_exit(&format!("rm -rf '{}'", folder.display()));
    // PostgreSQL and the tests of a wrong owner look in as other users.
    let open = PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&folder, open).map_err(|e| format!("{}: {e}", folder.display()))?;
    Ok(folder)
}

/// A small file system of its own, for disks that fill up; none where this user may not mount one.
pub(crate) fn small_disk(what: &str, megabytes: u32) -> Outcome<Option<PathBuf>> {
    let folder = folder(what)?;
    let size = format!("size={megabytes}m");
    let mounted = output(Command::new("mount").args(["-t", "tmpfs", "-o", &size, "none"]).arg(&folder));
    if mounted.is_err() {
        return Ok(None);
    }
    at_exit(&format!("umount -l '{}'", folder.display()));
    Ok(Some(folder))
}

/// What a command prints.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let done = command
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("{}: {e}", command.get_program().display()))?;
    if done.status.success() {
        return Ok(String::from_utf8_lossy(&done.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&done.stderr).trim().replace('\n', " ");
    Err(format!("{} ({}): {said}", command.get_program().display(), done.status))
}

pub(crate) fn signal(signal: &str, pids: &[u32]) -> Outcome {
    if pids.is_empty() {
        return Ok(());
    }
    let pids = pids.iter().map(u32::to_string);
    output(Command::new("kill").arg(format!("-{signal}")).args(pids)).map(|_| ())
}

pub(crate) fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Prints a line for whoever runs this.
pub(crate) fn say(line: impl std::fmt::Display) {
    println!("{line}");
}
