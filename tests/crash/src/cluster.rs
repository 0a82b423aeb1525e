//! A PostgreSQL of our own, which may be killed, frozen and filled up.

use std::fs;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::guard::{Outcome, end_at_exit, is_root, output, signal};

pub(crate) struct Cluster {
    binaries: PathBuf,
    data: PathBuf,
    port: u16,
    /// PostgreSQL refuses to run as root.
    user: Option<(u32, u32)>,
    postmaster: Mutex<Option<Child>>,
}

impl Cluster {
    /// Makes a cluster in the folder, its write-ahead log in another one where that is given, and starts it.
    pub(crate) fn start(folder: &Path, log_folder: Option<&Path>) -> Outcome<Self> {
        let user = if is_root() {
            let id = |what| output(Command::new("id").args([what, "postgres"]));
            let number = |text: String| text.trim().parse::<u32>().map_err(|e| format!("id: {e}"));
            Some((number(id("-u")?)?, number(id("-g")?)?))
        } else {
            None
        };
        if let Some((uid, gid)) = user {
            for folder in [Some(folder), log_folder].into_iter().flatten() {
                std::os::unix::fs::chown(folder, Some(uid), Some(gid)).map_err(|e| e.to_string())?;
            }
        }
        let port =
            TcpListener::bind(("127.0.0.1", 0)).and_then(|l| l.local_addr()).map_err(|e| e.to_string())?;
        let cluster = Self {
            binaries: binaries().ok_or("there is no initdb on this machine")?,
            data: folder.join("pg"),
            port: port.port(),
            user,
            postmaster: Mutex::new(None),
        };
        let mut initdb = cluster.command("initdb");
        initdb.args([
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "-N",
            "--wal-segsize=1",
            "-D",
        ]);
        initdb.arg(&cluster.data);
        if let Some(log) = log_folder {
            initdb.arg("-X").arg(log.join("wal"));
        }
        output(&mut initdb)?;
        cluster.begin()?;
        Ok(cluster)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.binaries.join(program));
        command.current_dir("/");
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Starts the postmaster and waits until it lets somebody in; gives the moment.
    pub(crate) fn begin(&self) -> Outcome<Instant> {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let log = fs::OpenOptions::new().create(true).append(true).open(self.data.join("log"));
            let log = log.map_err(|e| format!("log: {e}"))?;
            let mut postmaster = self.command("postgres");
            postmaster.arg("-D").arg(&self.data).arg("-p").arg(self.port.to_string());
            for setting in [
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "max_connections=100",
                "fsync=on",
                "min_wal_size=2MB",
                "max_wal_size=8MB",
                "shared_buffers=16MB",
            ] {
                postmaster.args(["-c", setting]);
            }
            let mut child = postmaster
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(log)
                .spawn()
                .map_err(|e| format!("postgres: {e}"))?;
            end_at_exit(child.id(), &self.data);
            loop {
                if self.accepts() {
                    *self.postmaster.lock().map_err(|e| e.to_string())? = Some(child);
                    return Ok(Instant::now());
                }
                // After a SIGKILL it waits for what its children still hold.
                if child.try_wait().map_err(|e| e.to_string())?.is_some() || Instant::now() > deadline {
                    break;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            if Instant::now() > deadline {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("PostgreSQL does not start: {}", self.last_lines()));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Whether it lets somebody in now.
    pub(crate) fn accepts(&self) -> bool {
        let mut ask = Command::new(self.binaries.join("pg_isready"));
        ask.args(["-q", "-t", "1", "-h", "127.0.0.1", "-U", "postgres", "-p"]).arg(self.port.to_string());
        ask.status().is_ok_and(|status| status.success())
    }

    /// SIGKILL for the postmaster; its children notice and end.
    pub(crate) fn kill(&self) -> Outcome {
        self.end("KILL")
    }

    /// What `pg_ctl -m immediate` does: SIGQUIT, no checkpoint, recovery at the next start.
    pub(crate) fn stop_at_once(&self) -> Outcome {
        self.end("QUIT")
    }

    fn end(&self, how: &str) -> Outcome {
        let taken = self.postmaster.lock().map_err(|e| e.to_string())?.take();
        if let Some(mut child) = taken {
            signal(how, &[child.id()])?;
            child.wait().map_err(|e| e.to_string())?;
        }
        Ok(())
    }

    /// Every process of it, the postmaster first.
    pub(crate) fn processes(&self) -> Vec<u32> {
        let postmaster = self.postmaster.lock().ok().and_then(|child| child.as_ref().map(Child::id));
        let Some(postmaster) = postmaster else { return Vec::new() };
        let mut all = vec![postmaster];
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let Some(pid) = entry.file_name().to_str().and_then(|n| n.parse::<u32>().ok()) else { continue };
            let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
            // The name in parentheses may hold anything; the state and the parent follow it.
            let parent =
                stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1)?.parse().ok());
            if parent == Some(postmaster) {
                all.push(pid);
            }
        }
        all
    }

    /// Stops every process where it is.
    pub(crate) fn freeze(&self) -> Outcome {
        // The postmaster first, so that it starts no more of them.
        for pid in self.processes() {
            let _ = signal("STOP", &[pid]);
        }
        Ok(())
    }

    pub(crate) fn thaw(&self) -> Outcome {
        for pid in self.processes() {
            let _ = signal("CONT", &[pid]);
        }
        Ok(())
    }

    pub(crate) fn address(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes an empty database and returns its address.
    pub(crate) fn create(&self, database: &str) -> Outcome<String> {
        let address = self.address("postgres");
        output(Command::new(self.binaries.join("psql")).args([
            &address,
            "-qc",
            &format!("CREATE DATABASE {database}"),
        ]))?;
        Ok(self.address(database))
    }

    pub(crate) fn dump(&self, from: &str, file: &Path) -> Outcome {
        let mut dump = Command::new(self.binaries.join("pg_dump"));
        output(dump.args(["--format=custom", "--no-owner"]).arg("--file").arg(file).arg(from)).map(|_| ())
    }

    pub(crate) fn restore(&self, file: &Path, to: &str) -> Outcome {
        let mut restore = Command::new(self.binaries.join("pg_restore"));
        restore.args(["--exit-on-error", "--single-transaction", "--no-owner", "--dbname", to]).arg(file);
        output(&mut restore).map(|_| ())
    }

    fn last_lines(&self) -> String {
        let log = fs::read_to_string(self.data.join("log")).unwrap_or_default();
        log.lines().rev().take(3).collect::<Vec<_>>().join(" | ")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.thaw();
        let _ = self.end("INT");
    }
}

fn binaries() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .collect();
    found.sort();
    found.pop().map(|(_, folder)| folder)
}
