//! The open database. It has no read methods: reads hang on [`ViewerStore`].

use std::sync::Arc;

use sea_orm::{ConnectionTrait, DbErr};
use tokio::sync::{OnceCell, Semaphore, broadcast};
use upheld_domain::Id;
use upheld_migrations::{Migrator, MigratorTrait};

use crate::access;
use crate::db::Db;
use crate::error::{OpenError, StoreError};
use crate::passwords::hash_queue;
use crate::readings::Readings;
use crate::sessions::Viewer;
use crate::throttle::{Throttle, WriteThrottle};
use crate::viewer::ViewerStore;

/// The open database and what lives beside it in memory. Clones share it.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    db: Db,
    throttle: Throttle,
    writes: WriteThrottle,
    hashing: (Semaphore, Semaphore),
    session_key: OnceCell<String>,
    published: broadcast::Sender<Id>,
    readings: Readings,
}

/// How the database's schema stands to this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaState {
    /// They match.
    Current,
    /// So many migrations are to be applied.
    Behind(u32),
    /// A newer program migrated it; its name of the change.
    Newer(String),
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

/// The lock that serialises migrations of several instances: "upheld" in ASCII.
const MIGRATION_LOCK: i64 = 0x7570_6865_6c64;

impl Store {
    /// Connects to the database; an SQLite file is created when absent, readable by its owner alone.
    ///
    /// # Errors
    /// One line that says what is wrong and how to mend it.
    pub async fn open(database_url: &str) -> Result<Self, OpenError> {
        let db = Db::open(database_url).await?;
        let (published, _) = broadcast::channel(1024);
        Ok(Self(Arc::new(Inner {
            readings: Readings::start(db.clone()),
            db,
            throttle: Throttle::default(),
            writes: WriteThrottle::default(),
            hashing: hash_queue(),
            session_key: OnceCell::new(),
            published,
        })))
    }

    /// Applies the migrations that are missing, one instance at a time, and says how many.
    ///
    /// # Errors
    /// One line that says what is wrong.
    pub async fn migrate(&self) -> Result<u32, OpenError> {
        let fault = |e: DbErr| OpenError(format!("the migration failed: {e}; nothing of it was kept"));
        if state_of(self.db().writer()).await? == SchemaState::Current {
            // Nothing to do, and so nothing that needs the rights of the tables' owner.
            return Ok(0);
        }
        // All of them are one transaction: whatever stops it, the database is as it was or as it should be.
        let connection = self.db().migrator().await.map_err(fault)?;
        let tx = self.db().begin_on(&connection).await.map_err(|e| OpenError(e.to_string()))?;
        if !self.db().is_sqlite() {
            // Another instance may take its time, and so may a change of a large table.
            for wait in ["SET LOCAL statement_timeout = 0", "SET LOCAL lock_timeout = 0"] {
                tx.execute_raw(access::sql(&tx, wait, [])).await.map_err(fault)?;
            }
            let lock = access::sql(&tx, "SELECT pg_advisory_xact_lock($1)", [MIGRATION_LOCK.into()]);
            tx.query_one_raw(lock).await.map_err(fault)?;
        }
        not_newer(&state_of(&tx).await?)?;
        let behind = Migrator::get_pending_migrations(&tx).await.map_err(fault)?.len();
        Migrator::up(&tx, None).await.map_err(fault)?;
        if behind > 0 && self.db().is_sqlite() {
            let broken = access::rows(&tx, "PRAGMA foreign_key_check", []).await.map_err(fault)?;
            if !broken.is_empty() {
                let what = format!("{} rows refer to rows that are not there", broken.len());
                return Err(fault(DbErr::Custom(what)));
            }
        }
        tx.commit().await.map_err(fault)?;
        if self.db().is_sqlite() {
            connection.close().await.map_err(fault)?;
        }
        Ok(u32::try_from(behind).unwrap_or(u32::MAX))
    }

    /// Compares the database's schema with this program's.
    ///
    /// # Errors
    /// One line that says what is wrong.
    pub async fn schema_state(&self) -> Result<SchemaState, OpenError> {
        state_of(self.db().writer()).await
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// `Unavailable` when it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        access::rows(&self.db().read, "SELECT seq FROM audit_head", [])
            .await
            .map(|_| ())
            .map_err(|_| StoreError::Unavailable)
    }

    /// The reads and changes of somebody who has signed in.
    #[must_use]
    pub fn reader(&self, viewer: Viewer) -> ViewerStore {
        ViewerStore::new(self.clone(), viewer)
    }

    /// The ids of recognitions as they are published; each subscriber reads what it may see of them.
    #[must_use]
    pub fn published(&self) -> broadcast::Receiver<Id> {
        self.0.published.subscribe()
    }

    pub(crate) fn publish(&self, recognition: Id) {
        // Nobody listening is fine.
        let _ = self.0.published.send(recognition);
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    pub(crate) fn throttle(&self) -> &Throttle {
        &self.0.throttle
    }

    pub(crate) fn readings(&self) -> &Readings {
        &self.0.readings
    }

    pub(crate) fn writes(&self) -> &WriteThrottle {
        &self.0.writes
    }

    pub(crate) fn key_cell(&self) -> &OnceCell<String> {
        &self.0.session_key
    }

    pub(crate) fn hash_queue(&self) -> (&Semaphore, &Semaphore) {
        (&self.0.hashing.0, &self.0.hashing.1)
    }

    /// Forgets throttle entries that are long past; called now and then.
    pub fn tidy(&self) {
        self.throttle().tidy();
    }
}

pub(crate) async fn state_of<C: ConnectionTrait>(db: &C) -> Result<SchemaState, OpenError> {
    let fault = |e: DbErr| OpenError(format!("cannot read the state of the schema: {e}"));
    let applied = access::applied_migrations(db).await.map_err(fault)?;
    let known: Vec<String> = Migrator::get_migration_files().iter().map(|m| m.name().to_owned()).collect();
    if let Some(unknown) = applied.iter().find(|a| !known.contains(a)) {
        return Ok(SchemaState::Newer(unknown.clone()));
    }
    match known.len() - applied.len() {
        0 => Ok(SchemaState::Current),
        n => Ok(SchemaState::Behind(u32::try_from(n).unwrap_or(u32::MAX))),
    }
}

fn not_newer(state: &SchemaState) -> Result<(), OpenError> {
    match state {
        SchemaState::Newer(change) => Err(OpenError(format!(
            "a newer Upheld has migrated this database ({change}); start that version, or a backup"
        ))),
        _ => Ok(()),
    }
}
