//! The real program, started where we say and ended as we like.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::guard::{Outcome, end_at_exit, signal};

const STARTS_WITHIN: Duration = Duration::from_secs(90);
const READY: &str = "upheld is serving at http://";

/// Where the data is.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) folder: PathBuf,
    /// On PostgreSQL.
    pub(crate) url: Option<String>,
}

impl Place {
    pub(crate) fn flags(&self) -> Vec<String> {
        let mut flags = vec!["--data-dir".to_owned(), self.folder.display().to_string()];
        if let Some(url) = &self.url {
            flags.extend(["--database-url".to_owned(), url.clone()]);
        }
        flags
    }
}

/// The program, without settings of whoever runs this.
pub(crate) fn program(binary: &Path) -> Command {
    let mut command = Command::new(binary);
    for (key, _) in std::env::vars().filter(|(key, _)| key.starts_with("UPHELD_")) {
        command.env_remove(key);
    }
    command.stdin(Stdio::null());
    command
}

/// How a run of the program ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) err: String,
    pub(crate) took: Duration,
}

/// Runs the program to its end.
pub(crate) fn run(command: &mut Command) -> Outcome<Ended> {
    let began = Instant::now();
    let done = command.output().map_err(|e| e.to_string())?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    Ok(Ended { code: done.status.code(), err: text(&done.stderr), took: began.elapsed() })
}

/// A running server.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
    log: Arc<Mutex<String>>,
}

impl Server {
    /// Starts it on a port (0 for any) with the demo, and waits until it serves.
    pub(crate) fn start(
        binary: &Path,
        place: &Place,
        port: u16,
        environment: &[(&str, String)],
    ) -> Outcome<Self> {
        let mut child = program(binary)
            .args(["serve", "--demo", "--listen", &format!("127.0.0.1:{port}")])
            .args(place.flags())
            .envs(environment.iter().map(|(key, value)| (*key, value.as_str())))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| format!("{}: {e}", binary.display()))?;
        end_at_exit(child.id(), &place.folder);
        let log = Arc::new(Mutex::new(String::new()));
        let (tell, told) = channel();
        if let Some(out) = child.stdout.take() {
            collect(out, &log, Some(tell));
        }
        if let Some(err) = child.stderr.take() {
            collect(err, &log, None);
        }
        match told.recv_timeout(STARTS_WITHIN) {
            Ok(port) => Ok(Self { child, port, log }),
            Err(_) => {
                let _ = child.kill();
                let _ = child.wait();
                let log = log.lock().map(|log| log.clone()).unwrap_or_default();
                Err(format!("the server did not start: {}", log.trim().replace('\n', " | ")))
            }
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) -> Outcome {
        self.child.kill().and_then(|()| self.child.wait()).map(|_| ()).map_err(|e| e.to_string())
    }

    pub(crate) fn terminate(&self) -> Outcome {
        signal("TERM", &[self.child.id()])
    }

    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    pub(crate) fn ends_within(&mut self, within: Duration) -> Option<ExitStatus> {
        let until = Instant::now() + within;
        while Instant::now() < until {
            if let Some(status) = self.ended() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        None
    }

    /// Resident memory in megabytes.
    pub(crate) fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
        let kilobytes = line.split_whitespace().nth(1).and_then(|n| n.parse::<f64>().ok());
        kilobytes.unwrap_or_default() / 1024.0
    }

    /// The lines that tell of a bug.
    pub(crate) fn panics(&self) -> usize {
        let log = self.log.lock().map(|log| log.clone()).unwrap_or_default();
        log.lines().filter(|l| l.contains("panic") || l.contains("overflowed its stack")).count()
    }

    /// The last lines that it printed.
    pub(crate) fn last_lines(&self) -> String {
        let log = self.log.lock().map(|log| log.clone()).unwrap_or_default();
        log.lines().rev().take(4).collect::<Vec<_>>().join(" | ")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.ended().is_none() {
            let _ = self.kill();
        }
    }
}

fn collect(from: impl Read + Send + 'static, log: &Arc<Mutex<String>>, tell: Option<Sender<u16>>) {
    let log = log.clone();
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let port = line.strip_prefix(READY).and_then(|rest| rest.trim().rsplit(':').next()?.parse().ok());
            if let (Some(tell), Some(port)) = (&tell, port) {
                let _ = tell.send(port);
            }
            if let Ok(mut log) = log.lock() {
                log.push_str(&line);
                log.push('\n');
            }
        }
    });
}
