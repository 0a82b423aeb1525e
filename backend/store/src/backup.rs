//! Copies of an SQLite database: made while others write, proven whole, and put back.
//!
//! A copy is made by `VACUUM INTO`: one read transaction, so that it is the database at one moment, and with a WAL it
//! holds up no writer. SQLite's backup API would do the same, but no safe interface to it comes with the driver; and a
//! compacted copy holds no free pages, so nothing that was erased is in it.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr};

use crate::access;
use crate::db::{beside, lock_file, sqlite_path};
use crate::store::{SchemaState, Store, state_of};

/// How often progress is told.
const TELL_EVERY: Duration = Duration::from_millis(200);

/// Why a copy was not made or put back, in one line with the mend.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct CopyError(String);

/// A copy that was made.
#[derive(Debug, Clone, Copy)]
pub struct BackedUp {
    /// Its size.
    pub bytes: u64,
    /// The number of the last change in its audit trail.
    pub changes: i64,
}

/// A copy that was put in place.
#[derive(Debug, Clone)]
pub struct Restored {
    /// The number of the last change in its audit trail.
    pub changes: i64,
    /// Where the database that was there before is now.
    pub aside: Option<PathBuf>,
    /// Migrations that the next start will apply.
    pub behind: u32,
}

/// The file of an SQLite database's address.
#[must_use]
pub fn sqlite_file(database_url: &str) -> Option<PathBuf> {
    sqlite_path(database_url)
}

impl Store {
    /// Writes the SQLite database as it is at one moment to a new file that only its owner reads, while others go on
    /// writing; proves the copy whole before it gets its name. `progress` hears the bytes so far and those expected.
    ///
    /// # Errors
    /// One line that says why there is no copy.
    pub async fn back_up(
        &self,
        file: &Path,
        progress: &mut (dyn FnMut(u64, u64) + Send),
    ) -> Result<BackedUp, CopyError> {
        let Some(source) = self.db().file() else {
            return Err(CopyError("this database is no SQLite file".into()));
        };
        if file.exists() {
            return Err(exists(file));
        }
        let part = Part::create(beside(file, &format!(".part-{}", uuid::Uuid::new_v4().simple())), file)?;
        let path = part.text()?.to_owned();
        let copy = self.db().read.execute_raw(access::sql(&self.db().read, "VACUUM INTO $1", [path.into()]));
        let mut copy = std::pin::pin!(copy);
        let expected = fs::metadata(source).map_or(0, |m| m.len());
        loop {
            tokio::select! {
                copied = &mut copy => {
                    copied.map_err(|e| cannot(file, "be written", e))?;
                    break;
                }
                () = tokio::time::sleep(TELL_EVERY) => progress(part.bytes(), expected),
            }
        }
        part.settle().map_err(|e| cannot(file, "be written", e))?;
        let (changes, _) =
            prove(&part.0).await.map_err(|what| CopyError(format!("the copy {what}; try again")))?;
        let bytes = part.bytes();
        progress(bytes, bytes);
        part.become_new(file)?;
        Ok(BackedUp { bytes, changes })
    }
}

/// Puts a copy in the place of `target`. What was there is moved aside when `replace` says so, else it is kept and
/// nothing is done.
///
/// # Errors
/// One line that says why nothing was changed.
pub async fn restore(copy: &Path, target: &Path, replace: bool) -> Result<Restored, CopyError> {
    if !copy.is_file() {
        return Err(CopyError(format!("{} is no file", copy.display())));
    }
    // Its last changes would be missing without a word.
    if fs::metadata(beside(copy, "-wal")).is_ok_and(|m| m.len() > 0) {
        let copy = copy.display();
        return Err(CopyError(format!(
            "{copy} is a database in use: {copy}-wal has its last changes; make a copy with `upheld backup`"
        )));
    }
    // Kept until the end: whoever starts meanwhile is refused.
    let lock = lock_file(target).map_err(|e| cannot(target, "be locked", e))?;
    lock.try_lock()
        .map_err(|_| CopyError(format!("{} is in use: stop the server on it first", target.display())))?;
    if target.exists() && !replace {
        return Err(CopyError(format!(
            "{} holds a database already: name another place, or add --replace to move it aside",
            target.display()
        )));
    }
    let part = Part::create(beside(target, &format!(".restore-{}", uuid::Uuid::new_v4().simple())), target)?;
    let mut from = File::open(copy).map_err(|e| cannot(copy, "be read", e))?;
    let mut to = OpenOptions::new().write(true).open(&part.0).map_err(|e| cannot(target, "be written", e))?;
    io::copy(&mut from, &mut to).map_err(|e| cannot(target, "be written", e))?;
    part.settle().map_err(|e| cannot(target, "be written", e))?;
    let (changes, schema) =
        prove(&part.0).await.map_err(|what| CopyError(format!("{} {what}", copy.display())))?;
    let behind = match schema {
        SchemaState::Current => 0,
        SchemaState::Behind(count) => count,
        SchemaState::Newer(change) => {
            let copy = copy.display();
            return Err(CopyError(format!("a newer Upheld wrote {copy} ({change}); start that version")));
        }
    };
    let aside = if target.exists() { Some(move_aside(target).await?) } else { None };
    part.become_or_replace(target)?;
    Ok(Restored { changes, aside, behind })
}

/// Gives the old database a second name, so that the new one can take the first in one step.
async fn move_aside(target: &Path) -> Result<PathBuf, CopyError> {
    let at = crate::now().format("%Y%m%dT%H%M%SZ");
    let aside = beside(target, &format!(".before-{at}"));
    let moved = |e: io::Error| cannot(target, "be moved aside", e);
    if aside.exists() {
        return Err(exists(&aside));
    }
    // Closing it alone writes its WAL into it. One that cannot be opened any more keeps its WAL beside it.
    if let Ok(old) = Database::connect(options(target, "rw", false)).await {
        let _ = access::rows(&old, "PRAGMA wal_checkpoint(TRUNCATE)", []).await;
        let _ = old.close().await;
    }
    let wal = beside(target, "-wal");
    if wal.exists() {
        fs::rename(&wal, beside(&aside, "-wal")).map_err(moved)?;
    }
    remove_if_there(&beside(target, "-shm")).map_err(moved)?;
    match fs::hard_link(target, &aside) {
        Ok(()) => {}
        // A file system without second names.
        Err(_) => fs::rename(target, &aside).map_err(moved)?,
    }
    Ok(aside)
}

/// A file in the making; it goes when it did not become what it was to be.
struct Part(PathBuf);

impl Part {
    fn create(part: PathBuf, file: &Path) -> Result<Part, CopyError> {
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&part)
            .map_err(|e| cannot(file, "be written", e))?;
        Ok(Part(part))
    }

    fn text(&self) -> Result<&str, CopyError> {
        self.0.to_str().ok_or_else(|| CopyError("the file's name is not UTF-8; choose another one".into()))
    }

    fn bytes(&self) -> u64 {
        fs::metadata(&self.0).map_or(0, |m| m.len())
    }

    /// Waits until it is on the disk: `VACUUM INTO` does not.
    fn settle(&self) -> io::Result<()> {
        File::open(&self.0)?.sync_all()
    }

    /// Takes a name that nothing has.
    fn become_new(self, file: &Path) -> Result<(), CopyError> {
        match fs::hard_link(&self.0, file) {
            Ok(()) => {}
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => return Err(exists(file)),
            // A file system without second names, such as that of a memory stick.
            Err(_) if file.exists() => return Err(exists(file)),
            Err(_) => fs::rename(&self.0, file).map_err(|e| cannot(file, "be written", e))?,
        }
        settle_folder(file).map_err(|e| cannot(file, "be written", e))
    }

    /// Takes a name in one step, whatever has it.
    fn become_or_replace(self, file: &Path) -> Result<(), CopyError> {
        fs::rename(&self.0, file)
            .and_then(|()| settle_folder(file))
            .map_err(|e| cannot(file, "be written", e))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Reads a copy from end to end: SQLite's own checks, the schema, and that the audit trail ends where its head says.
/// Gives the number of its last change.
async fn prove(copy: &Path) -> Result<(i64, SchemaState), String> {
    let not_ours =
        |e: DbErr| format!("is no Upheld database ({})", e.to_string().lines().next().unwrap_or_default());
    // Nobody else knows of the file, and no files may appear beside it.
    let db = Database::connect(options(copy, "ro", true)).await.map_err(not_ours)?;
    let proven = prove_open(&db, not_ours).await;
    let _ = db.close().await;
    proven
}

async fn prove_open(
    db: &DatabaseConnection,
    not_ours: impl Fn(DbErr) -> String,
) -> Result<(i64, SchemaState), String> {
    let found = access::rows(db, "PRAGMA integrity_check(1)", []).await.map_err(&not_ours)?;
    let word = found.first().and_then(|row| row.try_get_by_index::<String>(0).ok()).unwrap_or_default();
    if word != "ok" {
        return Err(format!("is damaged ({})", word.lines().next().unwrap_or_default()));
    }
    let broken = access::rows(db, "PRAGMA foreign_key_check", []).await.map_err(&not_ours)?;
    if !broken.is_empty() {
        return Err(format!("is damaged ({} rows refer to rows that are not there)", broken.len()));
    }
    let schema = state_of(db).await.map_err(|e| format!("is no Upheld database ({e})"))?;
    let ends = "SELECT head.seq AS seq, head.seq = COALESCE(last.seq, 0) AND head.hash = COALESCE(last.hash, '') AS whole
        FROM audit_head AS head LEFT JOIN audit_events AS last ON last.seq = (SELECT max(seq) FROM audit_events)";
    let head = access::rows(db, ends, []).await.map_err(&not_ours)?;
    let head = head.first().ok_or("is damaged (its audit trail has no head)")?;
    if !head.try_get::<bool>("", "whole").map_err(&not_ours)? {
        return Err("is damaged (its audit trail does not end where its head says)".into());
    }
    Ok((head.try_get("", "seq").map_err(not_ours)?, schema))
}

fn options(path: &Path, mode: &'static str, immutable: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(format!("sqlite://{}?mode={mode}", path.display()));
    options.max_connections(1).sqlx_logging(false).map_sqlx_sqlite_opts(move |o| o.immutable(immutable));
    options
}

fn exists(file: &Path) -> CopyError {
    CopyError(format!("{} exists: nothing is overwritten; name another file", file.display()))
}

fn cannot(file: &Path, what: &str, why: impl std::fmt::Display) -> CopyError {
    let why = why.to_string();
    CopyError(format!("{} cannot {what}: {}", file.display(), why.lines().next().unwrap_or_default()))
}

fn remove_if_there(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

/// A new name is on the disk only when its folder is.
fn settle_folder(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
