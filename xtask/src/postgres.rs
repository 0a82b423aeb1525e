//! A PostgreSQL for the tests, thrown away afterwards.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::tools;
use crate::workspace::{self, Outcome};

/// Runs the server for as long as its standard input is open, then stops it and removes its data. So it ends with
/// this process, whatever ends it.
const SHELL: &str = r#"
trap '' INT
"$1/postgres" -D "$2" -p "$3" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300 \
    -c fsync=on -c log_min_messages=fatal </dev/null >"$2/log" 2>&1 &
read -r _
kill -INT "$!"
wait "$!"
rm -rf "$2"
"#;

/// A running server on a free port of 127.0.0.1 that trusts everybody.
pub(crate) struct Postgres {
    child: Child,
    binaries: PathBuf,
    port: u16,
}

impl Postgres {
    /// Makes a cluster in a temporary folder and starts it.
    pub(crate) fn start() -> Outcome<Self> {
        let binaries =
            binaries().ok_or("there is no initdb on this machine (Debian: apt-get install postgresql)")?;
        let made = workspace::output(as_its_user("mktemp").args(["-d", "-t", "upheld-postgres-XXXXXX"]))?;
        let data = Path::new(made.trim());
        let mut initdb = as_its_user(binaries.join("initdb"));
        initdb.arg("-D").arg(data).args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"]);
        workspace::output(&mut initdb)?;

        let port = free_port()?;
        let mut shell = as_its_user("sh");
        shell.args(["-c", SHELL, "postgres"]).arg(&binaries).arg(data).arg(port.to_string());
        let child = shell.stdin(Stdio::piped()).spawn().map_err(|problem| format!("postgres: {problem}"))?;
        let server = Self { child, binaries, port };
        server.wait(data)?;
        Ok(server)
    }

    /// The address of one of its databases.
    pub(crate) fn address(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes an empty database and returns its address.
    pub(crate) fn create(&self, database: &str) -> Outcome<String> {
        let mut createdb = Command::new(self.binaries.join("createdb"));
        createdb.args(["-h", "127.0.0.1", "-U", "postgres", "-p"]).arg(self.port.to_string()).arg(database);
        workspace::output(&mut createdb)?;
        Ok(self.address(database))
    }

    fn wait(&self, data: &Path) -> Outcome {
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(60) {
            let mut ask = Command::new(self.binaries.join("pg_isready"));
            ask.args(["-q", "-h", "127.0.0.1", "-U", "postgres", "-p"]).arg(self.port.to_string());
            if ask.status().is_ok_and(|status| status.success()) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let log = fs::read_to_string(data.join("log")).unwrap_or_default();
        Err(format!("PostgreSQL did not start within a minute: {}", log.trim()))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        if let Err(problem) = self.child.wait() {
            eprintln!("xtask: PostgreSQL could not be stopped: {problem}");
        }
    }
}

/// Where `initdb` and the others are: Debian keeps them off the path, by version.
pub(crate) fn binaries() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .collect();
    found.sort();
    let on_path = || workspace::program("initdb")?.canonicalize().ok()?.parent().map(Path::to_path_buf);
    found.pop().map(|(_, folder)| folder).or_else(on_path)
}

/// PostgreSQL refuses to run as root.
fn as_its_user(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = if tools::is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    // The workspace may be closed to that user.
    command.current_dir("/");
    command
}

fn free_port() -> Outcome<u16> {
    let listener =
        TcpListener::bind(("127.0.0.1", 0)).map_err(|problem| format!("no free port: {problem}"))?;
    Ok(listener.local_addr().map_err(|problem| format!("no free port: {problem}"))?.port())
}
