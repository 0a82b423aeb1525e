//! Connections: SQLite with one writer and a pool of readers, or one PostgreSQL pool.

use std::cell::RefCell;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sea_orm::sqlx::Connection;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, Database, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use crate::access;
use crate::error::{OpenError, StoreError};

/// The first SQLite without the WAL-reset fault, which can lose commits (sqlite.org/wal.html#walresetbug).
const SQLITE_AT_LEAST: [u32; 3] = [3, 51, 3];

/// A statement on PostgreSQL gives up before the request that waits for it does.
const STATEMENT_LIMIT: Duration = Duration::from_secs(4);

thread_local! {
    static COUNTER: RefCell<Option<Arc<AtomicU32>>> = const { RefCell::new(None) };
}

/// Counts the SQL statements of one request, whatever tasks it spreads over.
#[derive(Debug, Clone, Default)]
pub struct StatementCounter(Arc<AtomicU32>);

impl StatementCounter {
    /// The statements so far.
    #[must_use]
    pub fn get(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    /// Runs a future so that its statements count here.
    pub fn count<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        let counter = self.0.clone();
        let mut future = Box::pin(future);
        std::future::poll_fn(move |context| {
            let before = COUNTER.with_borrow_mut(|slot| slot.replace(counter.clone()));
            let polled = future.as_mut().poll(context);
            COUNTER.with_borrow_mut(|slot| *slot = before);
            polled
        })
    }
}

fn count_statement() {
    COUNTER.with_borrow(|slot| {
        if let Some(counter) = slot {
            let _before = counter.fetch_add(1, Ordering::Relaxed);
            #[cfg(debug_assertions)]
            die_after(_before + 1);
        }
    });
}

/// Ends the process after so many statements of a request, as a crash would: the crash tests stop every change at every
/// step. A release has no such switch.
#[cfg(debug_assertions)]
fn die_after(statements: u32) {
    use std::sync::LazyLock;
    static LAST: LazyLock<Option<u32>> =
        LazyLock::new(|| std::env::var("UPHELD_TEST_DIE_AFTER_STATEMENT").ok()?.parse().ok());
    if *LAST == Some(statements) {
        std::process::abort();
    }
}

#[derive(Clone)]
pub(crate) struct Db {
    /// Reads; on SQLite a pool beside the one writer.
    pub(crate) read: DatabaseConnection,
    write: DatabaseConnection,
    /// The file, on SQLite.
    file: Option<Arc<OpenFile>>,
}

/// An SQLite file that this process has open; the lock keeps a restore away from it.
struct OpenFile {
    path: PathBuf,
    _lock: File,
}

impl Db {
    pub(crate) async fn open(url: &str) -> Result<Self, OpenError> {
        if let Some(path) = sqlite_path(url) {
            return Self::open_sqlite(&path).await;
        }
        if !(url.starts_with("postgres://") || url.starts_with("postgresql://")) {
            return Err(OpenError(
                "the database URL must begin with postgres:// or sqlite://; for example postgres://user:password@host:5432/upheld".into(),
            ));
        }
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(16)
            .connect_timeout(Duration::from_millis(1500))
            .acquire_timeout(Duration::from_secs(2))
            .test_before_acquire(false)
            .test_before_acquire_if_idle_for(Duration::from_secs(30))
            .statement_timeout(STATEMENT_LIMIT)
            .sqlx_logging(false);
        let mut pool = Database::connect(options).await.map_err(|e| {
            OpenError(format!(
                "PostgreSQL does not let us in: {}; check host, port, user, password and database name",
                first_line(&e)
            ))
        })?;
        pool.set_metric_callback(|_| count_statement());
        Ok(Self { write: pool.clone(), read: pool, file: None })
    }

    async fn open_sqlite(path: &Path) -> Result<Self, OpenError> {
        private_file(path).map_err(|e| {
            OpenError(format!("cannot write {}: {e}; give a folder that this user may write", path.display()))
        })?;
        let lock = lock_file(path).map_err(|e| OpenError(format!("cannot lock {}: {e}", path.display())))?;
        lock.try_lock_shared()
            .map_err(|_| OpenError(format!("{} is being restored; wait for that to end", path.display())))?;
        let fault = |e: &DbErr| {
            OpenError(format!("cannot open {}: {}; is it an Upheld database?", path.display(), first_line(e)))
        };
        let write = Database::connect(sqlite_options(path, 1)).await.map_err(|e| fault(&e))?;
        let version = access::sqlite_version(&write).await.map_err(|e| fault(&e))?;
        let numbers: Vec<u32> = version.split('.').filter_map(|n| n.parse().ok()).collect();
        if numbers.as_slice() < SQLITE_AT_LEAST.as_slice() {
            return Err(OpenError(format!("SQLite {version} can lose commits; build with 3.51.3 or newer")));
        }
        let mut read = Database::connect(sqlite_options(path, 8)).await.map_err(|e| fault(&e))?;
        let mut write = write;
        read.set_metric_callback(|_| count_statement());
        write.set_metric_callback(|_| count_statement());
        let file = OpenFile { path: path.to_owned(), _lock: lock };
        Ok(Self { read, write, file: Some(Arc::new(file)) })
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.read.get_database_backend() == DatabaseBackend::Sqlite
    }

    /// The database's file, on SQLite.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.file.as_ref().map(|file| file.path.as_path())
    }

    /// A connection for migrations alone. On SQLite foreign keys are off there, because a migration that makes a table
    /// anew would empty the tables that refer to it; they are checked before the migration is kept.
    pub(crate) async fn migrator(&self) -> Result<DatabaseConnection, DbErr> {
        let Some(path) = self.file() else { return Ok(self.write.clone()) };
        let mut options = sqlite_options(path, 1);
        options.map_sqlx_sqlite_opts(|o| sqlite_settings(o).foreign_keys(false));
        let mut connection = Database::connect(options).await?;
        connection.set_metric_callback(|_| count_statement());
        Ok(connection)
    }

    /// The connection that changes go through.
    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.write
    }

    /// Begins a change. On SQLite it takes the write lock at once, since upgrading later fails instead of waiting.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, StoreError> {
        self.begin_on(&self.write).await
    }

    /// The same on a connection of one's own.
    pub(crate) async fn begin_on(
        &self,
        connection: &DatabaseConnection,
    ) -> Result<DatabaseTransaction, StoreError> {
        let mut options = TransactionOptions::default();
        if self.is_sqlite() {
            options.sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
        }
        Ok(connection.begin_with_options(options).await?)
    }
}

/// The path of an `sqlite:` URL.
pub(crate) fn sqlite_path(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    Some(PathBuf::from(rest.split('?').next().unwrap_or(rest)))
}

/// Makes sure that the file exists and only its owner reads it; WAL and shared memory inherit the mode.
fn private_file(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let file = std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
    file.set_permissions(std::fs::Permissions::from_mode(0o600))
}

/// The file beside a database that says who has it open: all who use it share its lock, a restore wants it alone. It is
/// none of SQLite's own files, because closing one of those would drop SQLite's locks.
pub(crate) fn lock_file(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let lock = beside(path, ".lock");
    std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(lock)
}

/// A file beside another one, with a longer name.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn sqlite_options(path: &Path, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", path.display()));
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(if connections == 1 { 10 } else { 2 }))
        .test_before_acquire(false)
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(sqlite_settings)
        .map_sqlx_sqlite_pool_opts(whole_transactions);
    options
}

fn sqlite_settings(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(4))
        .pragma("secure_delete", "ON")
        // What a statement needs for a while may be text, and belongs into no file.
        .pragma("temp_store", "MEMORY")
}

/// Closes a connection that comes back in the middle of a transaction. When the disk is full SQLite rolls back by
/// itself; the driver's own rollback then fails and it counts one transaction too many, so that what it would call a
/// commit from then on is none.
fn whole_transactions(pool: SqlitePoolOptions) -> SqlitePoolOptions {
    pool.after_release(|connection, _| {
        Box::pin(async move {
            // The rollback of a dropped transaction is in the queue before this.
            connection.ping().await?;
            Ok(!connection.is_in_transaction())
        })
    })
}

fn first_line(e: &DbErr) -> String {
    e.to_string().lines().next().unwrap_or_default().to_owned()
}
