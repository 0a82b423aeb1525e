//! The two databases, and a fresh place on them for each server.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{LazyLock, Mutex, OnceLock};

use tempfile::TempDir;

/// A database that Upheld runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// SQLite always; PostgreSQL where `UPHELD_TEST_POSTGRES_URL` says so.
    pub(crate) fn all() -> Vec<Self> {
        if postgres_url().is_some() {
            vec![Self::Sqlite, Self::Postgres]
        } else {
            println!("PostgreSQL is left out: UPHELD_TEST_POSTGRES_URL is not set");
            vec![Self::Sqlite]
        }
    }
}

fn postgres_url() -> Option<String> {
    std::env::var("UPHELD_TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty())
}

/// A data folder and, on PostgreSQL, a database of its own. Both go when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    dir: TempDir,
    database: Option<(String, String)>,
    /// The database role that the program signs in as from now on.
    role: OnceLock<String>,
}

impl Place {
    pub(crate) fn new(engine: Engine) -> Self {
        let dir = TempDir::with_prefix("upheld-test-").expect("a temporary folder");
        at_exit(&format!("rm -rf '{}'", dir.path().display()));
        let database = (engine == Engine::Postgres).then(|| {
            let admin = postgres_url().expect("UPHELD_TEST_POSTGRES_URL");
            let name = format!("upheld_test_{}", uuid::Uuid::new_v4().simple());
            psql(&admin, &format!("CREATE DATABASE {name}"));
            at_exit(&format!("psql '{admin}' -qc 'DROP DATABASE IF EXISTS {name} WITH (FORCE)'"));
            (admin, name)
        });
        Self { dir, database, role: OnceLock::new() }
    }

    /// A copy of a place that no server uses now.
    pub(crate) fn copy_of(other: &Self) -> Self {
        let dir = TempDir::with_prefix("upheld-test-").expect("a temporary folder");
        at_exit(&format!("rm -rf '{}'", dir.path().display()));
        if other.database.is_none() {
            for file in ["upheld.db", "upheld.db-wal"] {
                let from = other.dir.path().join(file);
                if from.exists() {
                    std::fs::copy(from, dir.path().join(file)).expect("a copy of the database");
                }
            }
        }
        let database = other.database.as_ref().map(|(admin, template)| {
            let name = format!("upheld_test_{}", uuid::Uuid::new_v4().simple());
            psql(admin, &format!("CREATE DATABASE {name} TEMPLATE {template}"));
            at_exit(&format!("psql '{admin}' -qc 'DROP DATABASE IF EXISTS {name} WITH (FORCE)'"));
            (admin.clone(), name)
        });
        Self { dir, database, role: OnceLock::new() }
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.dir.path().to_path_buf()
    }

    /// The address of the place's own database on PostgreSQL.
    pub(crate) fn url(&self) -> Option<String> {
        self.url_of(self.role.get())
    }

    /// The same for the owner of its tables.
    pub(crate) fn owner_url(&self) -> Option<String> {
        self.url_of(None)
    }

    fn url_of(&self, role: Option<&String>) -> Option<String> {
        let (admin, name) = self.database.as_ref()?;
        let (address, options) = admin.split_once('?').map_or((admin.as_str(), None), |(a, o)| (a, Some(o)));
        let host_from = address.find("://").map_or(0, |at| at + 3);
        let (scheme, host) = (&address[..host_from], address[host_from..].rsplit('@').next()?);
        let address = match role {
            Some(role) => format!("{scheme}{role}@{host}"),
            None => address.to_owned(),
        };
        let host_to = address[host_from..].find('/').map_or(address.len(), |at| host_from + at);
        let options = options.map(|o| format!("?{o}")).unwrap_or_default();
        Some(format!("{}/{name}{options}", &address[..host_to]))
    }

    /// Lets the program sign in to the database as another role from now on.
    pub(crate) fn sign_in_as(&self, role: &str) {
        self.role.set(role.to_owned()).expect("a place changes its role once");
    }

    /// What `psql` answers to statements in the place's own database, or why it refused them.
    pub(crate) fn psql(&self, statements: &str) -> Result<String, String> {
        let url = self.url().expect("a place on PostgreSQL");
        let out =
            Command::new("psql").args([&url, "-qAt", "-v", "ON_ERROR_STOP=1", "-c", statements]).output();
        let out = out.expect("psql on the PATH");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        if out.status.success() { Ok(text(&out.stdout)) } else { Err(text(&out.stderr)) }
    }

    /// The flags that point the program at this place.
    pub(crate) fn flags(&self) -> Vec<String> {
        let mut flags = vec!["--data-dir".to_owned(), path_text(self.dir.path())];
        if let Some(url) = self.url() {
            flags.extend(["--database-url".to_owned(), url]);
        }
        flags
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((admin, name)) = &self.database {
            psql(admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

pub(crate) fn path_text(path: &Path) -> String {
    path.to_str().expect("a path in UTF-8").to_owned()
}

fn psql(url: &str, statement: &str) {
    let out = Command::new("psql").args([url, "-qc", statement]).output().expect("psql on the PATH");
    assert!(out.status.success(), "psql: {}", String::from_utf8_lossy(&out.stderr));
}

/// A shell that runs what it was told once this test process is gone, however it went: statics are never dropped,
/// and a failed or interrupted run should leave neither servers nor databases behind.
static AFTERWARDS: LazyLock<Mutex<Child>> = LazyLock::new(|| {
    use std::os::unix::process::CommandExt;
    let script = "all=''; while IFS= read -r line; do all=\"$all$line\n\"; done; eval \"$all\"";
    let shell = Command::new("sh")
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("a shell");
    Mutex::new(shell)
});

fn at_exit(command: &str) {
    let mut shell = AFTERWARDS.lock().expect("the shell");
    writeln!(shell.stdin.as_mut().expect("its input"), "{command}").expect("the shell listens");
}

/// Ends the process at exit if it is still the server of that folder, and not another one that got its number.
pub(crate) fn end_at_exit(pid: u32, folder: &Path) {
    at_exit(&format!("grep -qsaF '{}' /proc/{pid}/cmdline && kill -9 {pid}", folder.display()));
}
