//! The real program, started on a fresh place.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use serde_json::json;

use super::client::Client;
use super::engine::{Engine, Place, end_at_exit};
use super::names::Names;

/// How long a debug build may take to fill the demo and listen.
const STARTS_WITHIN: Duration = Duration::from_secs(90);
const READY: &str = "upheld is serving at ";

/// The program under test.
pub(crate) fn program() -> Command {
    let path = std::env::var("UPHELD_TEST_BINARY").unwrap_or_else(|_| beside_this_test());
    let mut command = Command::new(path);
    // Settings of the person who runs the tests do not reach the program.
    for (key, _) in std::env::vars().filter(|(key, _)| key.starts_with("UPHELD_")) {
        command.env_remove(key);
    }
    command
}

/// The server's binary of the same build: cargo puts tests into `deps`, beside it.
fn beside_this_test() -> String {
    let own = std::env::current_exe().expect("this test's own path");
    let folder = own.parent().and_then(std::path::Path::parent).expect("the folder of the build");
    folder.join("upheld").to_str().expect("a path in UTF-8").to_owned()
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    base: String,
    child: Mutex<Child>,
    log: Arc<Mutex<String>>,
    pub(super) names: tokio::sync::OnceCell<Names>,
    pub(crate) cookies: tokio::sync::Mutex<HashMap<String, String>>,
    place: Arc<Place>,
}

impl Server {
    /// The demo organisation, fresh, with the development flag (introspection and the statement count).
    pub(crate) fn demo(engine: Engine) -> Self {
        Self::start(&Arc::new(Place::new(engine)), &["--demo", "--demo-fresh", "--development"])
    }

    /// A server with these flags on a place that may have been used before.
    pub(crate) fn start(place: &Arc<Place>, flags: &[&str]) -> Self {
        Self::start_with(place, flags, &[])
    }

    /// The same, with variables in its environment.
    pub(crate) fn start_with(place: &Arc<Place>, flags: &[&str], variables: &[(&str, String)]) -> Self {
        Self::try_start(place, flags, variables)
            .unwrap_or_else(|log| panic!("the server did not start:\n{log}"))
    }

    fn try_start(place: &Arc<Place>, flags: &[&str], variables: &[(&str, String)]) -> Result<Self, String> {
        let mut child = program()
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(place.flags())
            .args(flags)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| format!("the program cannot be run: {e}"))?;
        end_at_exit(child.id(), &place.folder());
        let log = Arc::new(Mutex::new(String::new()));
        let (tell, told) = channel();
        collect(child.stdout.take().expect("stdout"), &log, Some(tell));
        collect(child.stderr.take().expect("stderr"), &log, None);
        match told.recv_timeout(STARTS_WITHIN) {
            Ok(base) => Ok(Self {
                base,
                child: Mutex::new(child),
                log,
                names: tokio::sync::OnceCell::new(),
                cookies: tokio::sync::Mutex::default(),
                place: place.clone(),
            }),
            Err(_) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(log.lock().expect("the log").clone())
            }
        }
    }

    /// `http://127.0.0.1:PORT`
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// `127.0.0.1:PORT`
    pub(crate) fn address(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    pub(crate) fn place(&self) -> Arc<Place> {
        self.place.clone()
    }

    /// Everything that it has printed.
    pub(crate) fn log(&self) -> String {
        self.log.lock().expect("the log").clone()
    }

    pub(crate) fn anonymous(&self) -> Client<'_> {
        Client::anonymous(self)
    }

    /// The demo person, signed in. The session is shared by all who ask for the person.
    pub(crate) async fn person(&self, id: &str) -> Client<'_> {
        let mut cookies = self.cookies.lock().await;
        if let Some(cookie) = cookies.get(id) {
            return Client::with_cookie(self, cookie.clone());
        }
        let client = self.own_session(id).await;
        cookies.insert(id.to_owned(), client.cookie().expect("a session").to_owned());
        client
    }

    /// The demo person in a session that nobody else has.
    pub(crate) async fn own_session(&self, id: &str) -> Client<'_> {
        Client::anonymous(self).sign_in(&format!("{id}@upheld.example"), "upheld-demo").await
    }

    /// A demo admin in a session that nobody else has, who has just shown that it is them.
    pub(crate) async fn admin(&self, id: &str) -> Client<'_> {
        let client = self.own_session(id).await;
        client.does("confirmIdentity", json!({"password": "upheld-demo"})).await;
        client
    }

    /// Whether the process has ended, and how.
    pub(crate) fn ended(&self) -> Option<ExitStatus> {
        self.child.lock().expect("the process").try_wait().expect("its state")
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.lock().expect("the process").id()
    }

    /// The memory that the process holds, in KiB.
    pub(crate) fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("the process");
        let line = status.lines().find(|l| l.starts_with("VmRSS:")).expect("its memory");
        line.split_whitespace().nth(1).expect("a number").parse().expect("a number")
    }

    /// The process lives and nothing in it has panicked.
    pub(crate) fn assert_well(&self) {
        assert_eq!(self.ended(), None, "the server ended:\n{}", self.log());
        let log = self.log();
        assert!(!log.contains("panicked at") && !log.contains("overflowed its stack"), "a panic:\n{log}");
    }

    /// SIGKILL, as when the power goes.
    pub(crate) fn kill(&self) {
        let mut child = self.child.lock().expect("the process");
        child.kill().expect("SIGKILL");
        child.wait().expect("its end");
    }

    /// SIGTERM, and the status with which it ends.
    pub(crate) fn terminate(&self, within: Duration) -> Option<ExitStatus> {
        self.send_sigterm();
        let until = Instant::now() + within;
        while Instant::now() < until {
            if let Some(status) = self.ended() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        None
    }

    pub(crate) fn send_sigterm(&self) {
        let pid = self.child.lock().expect("the process").id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().expect("kill");
        assert!(sent.success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.ended().is_none() && self.terminate(Duration::from_secs(5)).is_none() {
            self.kill();
        }
    }
}

fn collect(from: impl Read + Send + 'static, log: &Arc<Mutex<String>>, tell: Option<Sender<String>>) {
    let log = log.clone();
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if let (Some(tell), Some(base)) = (&tell, line.strip_prefix(READY)) {
                let _ = tell.send(
                    base.split_whitespace().next().unwrap_or_default().trim_end_matches('/').to_owned(),
                );
            }
            let mut log = log.lock().expect("the log");
            log.push_str(&line);
            log.push('\n');
        }
    });
}

/// Which tests share a server: those whose entries do not disturb each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Group {
    /// Tests that make their own entries.
    Work,
    /// Tests that read the demo as it is. Nothing is written there.
    DemoAsIs,
    /// Tests of accounts and sessions: each has people of its own, whose passwords it may change.
    Accounts,
    /// The access matrix, which looks at whole lists.
    Matrix,
}

/// The group's server, started when first asked for. It ends with the test process.
pub(crate) fn shared(group: Group, engine: Engine) -> &'static Server {
    type Slot = Arc<OnceLock<&'static Server>>;
    static SERVERS: OnceLock<Mutex<HashMap<(Group, Engine), Slot>>> = OnceLock::new();
    let servers = SERVERS.get_or_init(Mutex::default);
    let slot = servers.lock().expect("the servers").entry((group, engine)).or_default().clone();
    slot.get_or_init(|| Box::leak(Box::new(Server::demo(engine))))
}

/// Runs a test on each database, on the group's server, and looks for panics in the server afterwards.
pub(crate) async fn on_each_engine<F: AsyncFn(&'static Server)>(group: Group, test: F) {
    for engine in Engine::all() {
        println!("— on {engine:?}");
        let server = shared(group, engine);
        Box::pin(test(server)).await;
        server.assert_well();
    }
}

/// Runs a test on each database, each on a server of its own.
pub(crate) async fn on_each_fresh_engine<F: AsyncFn(&Server)>(test: F) {
    for engine in Engine::all() {
        println!("— on {engine:?}");
        let server = Server::demo(engine);
        Box::pin(test(&server)).await;
        server.assert_well();
    }
}
