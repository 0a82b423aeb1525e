//! A database, a server on it and writers at work: what every fault happens to.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::block_in_place;

use crate::checks::{self, Found};
use crate::cluster::Cluster;
use crate::guard::{self, Outcome};
use crate::ledger::Ledger;
use crate::load::{Cast, Load, casts};
use crate::random::Random;
use crate::server::{Place, Server, program, run};

/// What was asked for on the command line.
pub(crate) struct Wanted {
    pub(crate) binary: PathBuf,
    pub(crate) kills: u32,
    pub(crate) postgres_kills: u32,
    pub(crate) short: bool,
    pub(crate) sqlite: bool,
    pub(crate) postgres: bool,
    pub(crate) seed: u64,
}

impl Wanted {
    /// How long after the database is back a change must be acknowledged; the daily share runs beside other tests.
    pub(crate) fn back_within(&self) -> Duration {
        Duration::from_secs(if self.short { 6 } else { 2 })
    }
}

/// A line of the table.
pub(crate) struct Line {
    pub(crate) fault: String,
    pub(crate) engine: &'static str,
    pub(crate) times: u32,
    pub(crate) acknowledged: u64,
    pub(crate) lost: Vec<String>,
    pub(crate) halves: Vec<String>,
    /// What must not be and is.
    pub(crate) wrong: Vec<String>,
    pub(crate) note: String,
}

impl Line {
    pub(crate) fn new(fault: &str, engine: &'static str) -> Self {
        Self {
            fault: fault.to_owned(),
            engine,
            times: 0,
            acknowledged: 0,
            lost: Vec::new(),
            halves: Vec::new(),
            wrong: Vec::new(),
            note: String::new(),
        }
    }

    pub(crate) fn is_good(&self) -> bool {
        self.lost.is_empty() && self.halves.is_empty() && self.wrong.is_empty()
    }

    /// Something that must hold.
    pub(crate) fn must(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.wrong.push(what());
        }
    }

    /// Adds to what was found before; lost and half-written are kept from every look.
    pub(crate) fn found(&mut self, found: Found) {
        self.acknowledged = found.acknowledged;
        self.lost.extend(found.lost);
        self.halves.extend(found.halves);
    }
}

pub(crate) struct Stand {
    pub(crate) place: Place,
    pub(crate) server: Server,
    pub(crate) cluster: Option<Arc<Cluster>>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) casts: Vec<Cast>,
    pub(crate) random: Random,
    binary: PathBuf,
    load: Option<Load>,
}

impl Stand {
    /// A stand on SQLite in a folder, or on a database of its own in a cluster; the writers are at work.
    pub(crate) async fn raise(
        wanted: &Wanted,
        folder: Option<PathBuf>,
        cluster: Option<Arc<Cluster>>,
    ) -> Outcome<Self> {
        let mut stand = Self::quiet(wanted, folder, cluster).await?;
        stand.work();
        Ok(stand)
    }

    /// The same with writers who have not begun.
    pub(crate) async fn quiet(
        wanted: &Wanted,
        folder: Option<PathBuf>,
        cluster: Option<Arc<Cluster>>,
    ) -> Outcome<Self> {
        let folder = match folder {
            Some(folder) => folder,
            None => guard::folder("data")?,
        };
        let url = match &cluster {
            Some(cluster) => Some(cluster.create(&format!("crash_{}", uuid::Uuid::new_v4().simple()))?),
            None => None,
        };
        let place = Place { folder, url };
        let server = block_in_place(|| Server::start(&wanted.binary, &place, 0, &[]))?;
        let ledger = Arc::new(Ledger::default());
        let names = checks::names(&place).await?;
        let base = format!("http://127.0.0.1:{}", server.port);
        let casts = casts(&base, &names, &ledger, if wanted.short { 2 } else { 8 }).await?;
        let random = Random::new(wanted.seed);
        Ok(Self { place, server, cluster, ledger, casts, random, binary: wanted.binary.clone(), load: None })
    }

    pub(crate) fn work(&mut self) {
        self.load = Some(Load::start(&self.casts, self.random.below(u64::MAX)));
    }

    /// Starts the server again, on the port that the writers know.
    pub(crate) fn start_again(&mut self) -> Outcome {
        let port = self.server.port;
        self.server = block_in_place(|| Server::start(&self.binary, &self.place, port, &[]))?;
        Ok(())
    }

    /// Starts it so that it dies after so many statements of a request.
    pub(crate) fn start_to_die(&mut self, after: u32) -> Outcome {
        let port = self.server.port;
        let switch = [("UPHELD_TEST_DIE_AFTER_STATEMENT", after.to_string())];
        self.server = block_in_place(|| Server::start(&self.binary, &self.place, port, &switch))?;
        Ok(())
    }

    /// Compares what was acknowledged by now with what is there.
    pub(crate) async fn look(&self, line: &mut Line) -> Outcome {
        let facts = self.ledger.facts();
        line.found(checks::compare(&self.place, &facts).await?);
        Ok(())
    }

    /// Lets the writers finish; then one look at everything, on a server that still is well and once more after it was
    /// killed, so that nothing counts that only lives in memory.
    pub(crate) async fn end(mut self, line: &mut Line) -> Outcome {
        if let Some(load) = self.load.take()
            && tokio::time::timeout(Duration::from_secs(100), load.stop()).await.is_err()
        {
            line.wrong.push("writers do not come to an end".to_owned());
        }
        self.ledger.finish();
        line.must(self.server.ended().is_none(), || {
            format!("the server ended: {}", self.server.last_lines())
        });
        line.must(self.server.panics() == 0, || format!("{} panics", self.server.panics()));
        self.look(line).await?;
        self.server.kill()?;
        self.look(line).await?;
        checks::whole(&self.place).await?;
        block_in_place(|| trail(&self.binary, &self.place, line))?;
        line.wrong.extend(self.ledger.complaints());
        line.must(line.acknowledged > 0, || "nothing was acknowledged, so nothing was tested".to_owned());
        Ok(())
    }
}

/// The program's own walk over the audit trail.
pub(crate) fn trail(binary: &Path, place: &Place, line: &mut Line) -> Outcome {
    let mut command = program(binary);
    let ended = run(command.args(["audit", "verify", "--demo", "--log=error"]).args(place.flags()))?;
    line.must(ended.code == Some(0), || format!("audit verify: {:?} {}", ended.code, ended.err));
    Ok(())
}

/// The name of an engine that may have a cluster.
pub(crate) fn engine(cluster: Option<&Arc<Cluster>>) -> &'static str {
    if cluster.is_some() { "PostgreSQL" } else { "SQLite" }
}

/// Waits on the server's thread pool.
pub(crate) async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}
