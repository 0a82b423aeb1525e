//! `upheld audit verify`: reads the trail from its first row to its head and names what does not fit. It holds a page of
//! rows at a time and one snapshot, so that a server may go on writing.

use sea_orm::{DatabaseTransaction, QueryResult, TransactionTrait};
use upheld_domain::{Id, Instant};

use crate::access;
use crate::audit::Link;
use crate::error::StoreError;
use crate::store::Store;

const ROWS_AT_ONCE: i64 = 2_000;
/// So many faults are told one by one; the others are counted.
const TOLD: usize = 100;
const CONTENT: &str = "at, actor_id, action, object_kind, object_id, id, salt or digest was changed";

/// Where the trail ends: to be kept elsewhere, so that a trail cut off together with its head is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// The number of the last row; 0 of an empty trail.
    pub seq: i64,
    /// The hash of the last row.
    pub hash: String,
    /// When it was written.
    pub at: Option<Instant>,
}

/// What does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The row, or the head where none is named.
    pub row: Option<i64>,
    /// What is wrong with it, beginning with the column or the kind of column.
    pub what: String,
}

impl std::fmt::Display for Damage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.row {
            Some(row) => write!(f, "row {row}: {}", self.what),
            None => write!(f, "head: {}", self.what),
        }
    }
}

/// What a walk over the trail found.
#[derive(Debug, Clone, Default)]
pub struct AuditReport {
    /// The rows that were read.
    pub rows: u64,
    /// The first faults, in the order of the rows.
    pub damage: Vec<Damage>,
    /// How many more there are.
    pub more: u64,
    /// The head, where it could be read.
    pub head: Option<AuditHead>,
}

impl AuditReport {
    /// Whether nothing was found.
    #[must_use]
    pub fn whole(&self) -> bool {
        self.damage.is_empty()
    }

    fn tell(&mut self, row: impl Into<Option<i64>>, what: impl Into<String>) {
        if self.damage.len() < TOLD {
            self.damage.push(Damage { row: row.into(), what: what.into() });
        } else {
            self.more += 1;
        }
    }
}

impl Store {
    /// The head of the trail.
    ///
    /// # Errors
    /// When the database does not answer or the head is damaged.
    pub async fn audit_head(&self) -> Result<AuditHead, StoreError> {
        let tx = self.snapshot().await?;
        let head = read_head(&tx, self.db().is_sqlite()).await?;
        let mut head = head.map_err(|d| StoreError::Internal(format!("the audit trail's {d}")))?;
        head.at = access::audit::time_of(&tx, head.seq).await?;
        Ok(head)
    }

    /// Verifies the whole trail, and that it still holds `anchor`: a number and the hash that row had. `progress` is told
    /// how many of how many rows were read.
    ///
    /// # Errors
    /// When the database does not answer. Damage is no error: it is in the report.
    pub async fn audit_verify(
        &self,
        anchor: Option<(i64, &str)>,
        progress: &mut (dyn FnMut(u64, u64) + Send),
    ) -> Result<AuditReport, StoreError> {
        let sqlite = self.db().is_sqlite();
        let tx = self.snapshot().await?;
        let head = read_head(&tx, sqlite).await?;
        let total = head.as_ref().map_or(0, |h| u64::try_from(h.seq).unwrap_or(0));
        let mut walk = Walk::default();
        let mut from = i64::MIN;
        loop {
            let rows = access::audit::trail(&tx, sqlite, from, ROWS_AT_ONCE).await?;
            for row in &rows {
                let row = Row::read(row, sqlite)?;
                if anchor.is_some_and(|(seq, hash)| seq == row.seq && hash != row.hash) {
                    walk.report.tell(row.seq, "hash is not the one that was kept elsewhere");
                }
                walk.step(row);
            }
            progress(walk.report.rows, total.max(walk.report.rows));
            match walk.last {
                Some(last) if rows.len() as i64 == ROWS_AT_ONCE && last < i64::MAX => from = last + 1,
                _ => break,
            }
        }
        let unnumbered = access::audit::without_number(&tx, sqlite).await?;
        if unnumbered > 0 {
            walk.report.tell(None, format!("{unnumbered} rows have a seq that is no number"));
        }
        Ok(walk.end(head, anchor))
    }

    /// A transaction that sees the database as it is now and nothing that is written meanwhile.
    async fn snapshot(&self) -> Result<DatabaseTransaction, StoreError> {
        let db = &self.db().read;
        if self.db().is_sqlite() {
            return Ok(db.begin().await?);
        }
        use sea_orm::{AccessMode, IsolationLevel};
        Ok(db.begin_with_config(Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly)).await?)
    }
}

async fn read_head(tx: &DatabaseTransaction, sqlite: bool) -> Result<Result<AuditHead, Damage>, StoreError> {
    let damage = |what: &str| Ok(Err(Damage { row: None, what: what.to_owned() }));
    let rows = access::audit::head(tx, sqlite).await?;
    let [row] = rows.as_slice() else {
        return damage(if rows.is_empty() { "it is missing" } else { "there is more than one" });
    };
    let only_one: Option<String> = row.try_get("", "only_one")?;
    if only_one.as_deref() != Some("1") {
        return damage("only_one was changed");
    }
    let seq: Option<i64> = row.try_get("", "seq")?;
    let Some(seq) = seq.filter(|n| *n >= 0) else { return damage("seq was changed") };
    let hash = if sqlite {
        let kind: String = row.try_get("", "hash_type")?;
        let bytes: Option<Vec<u8>> = row.try_get("", "hash")?;
        bytes.filter(|_| kind == "text").and_then(|b| String::from_utf8(b).ok())
    } else {
        row.try_get("", "hash")?
    };
    match hash {
        Some(hash) => Ok(Ok(AuditHead { seq, hash, at: None })),
        None => damage("hash was changed"),
    }
}

/// A row as it stands in the database.
#[derive(Debug)]
struct Row {
    seq: i64,
    hash: String,
    /// The rest, or the column that cannot be what was written.
    content: Result<Content, &'static str>,
}

#[derive(Debug)]
struct Content {
    at: Instant,
    actor: Option<Id>,
    action: String,
    kind: String,
    object: Id,
    id: Id,
    salt: String,
    digest: String,
}

impl Row {
    fn read(row: &QueryResult, sqlite: bool) -> Result<Self, StoreError> {
        let seq = row.try_get("", "seq")?;
        let hash = text(row, "hash", sqlite)?.unwrap_or_default();
        Ok(Self { seq, hash, content: Content::read(row, sqlite)? })
    }

    /// The hash that the row should have after `previous`; none where a column cannot be what was written.
    fn hash_after(&self, previous: &str) -> Option<String> {
        let c = self.content.as_ref().ok()?;
        let link = Link {
            previous,
            seq: self.seq,
            id: c.id,
            at: c.at,
            actor: c.actor,
            action: &c.action,
            kind: &c.kind,
            object: c.object,
            salt: &c.salt,
            digest: &c.digest,
        };
        Some(link.hash())
    }
}

impl Content {
    fn read(row: &QueryResult, sqlite: bool) -> Result<Result<Self, &'static str>, StoreError> {
        macro_rules! column {
            ($read:ident, $column:literal) => {
                match $read(row, $column, sqlite)? {
                    Some(value) => value,
                    None => return Ok(Err(concat!($column, " was changed"))),
                }
            };
        }
        let actor = match (sqlite, id(row, "actor_id", sqlite)?) {
            (true, None) if kind_of(row, "actor_id")? != "null" => return Ok(Err("actor_id was changed")),
            (_, actor) => actor,
        };
        Ok(Ok(Self {
            at: column!(time, "at"),
            actor,
            action: column!(text, "action"),
            kind: column!(text, "object_kind"),
            object: column!(id, "object_id"),
            id: column!(id, "id"),
            salt: column!(text, "salt"),
            digest: column!(text, "digest"),
        }))
    }
}

fn kind_of(row: &QueryResult, column: &str) -> Result<String, StoreError> {
    Ok(row.try_get("", &format!("{column}_type"))?)
}

/// The bytes of a column on SQLite, if they are of the type that the program writes.
fn bytes(row: &QueryResult, column: &str, kind: &str) -> Result<Option<Vec<u8>>, StoreError> {
    if kind_of(row, column)? != kind {
        return Ok(None);
    }
    Ok(row.try_get("", column)?)
}

fn text(row: &QueryResult, column: &str, sqlite: bool) -> Result<Option<String>, StoreError> {
    if sqlite {
        Ok(bytes(row, column, "text")?.and_then(|b| String::from_utf8(b).ok()))
    } else {
        Ok(row.try_get("", column)?)
    }
}

fn id(row: &QueryResult, column: &str, sqlite: bool) -> Result<Option<Id>, StoreError> {
    if sqlite {
        Ok(bytes(row, column, "blob")?.and_then(|b| Id::from_slice(&b).ok()))
    } else {
        Ok(row.try_get("", column)?)
    }
}

fn time(row: &QueryResult, column: &str, sqlite: bool) -> Result<Option<Instant>, StoreError> {
    if !sqlite {
        let micros: Option<i64> = row.try_get("", column)?;
        return Ok(micros.and_then(chrono::DateTime::from_timestamp_micros));
    }
    // The same instant in other words is a change too.
    let written = text(row, column, true)?.and_then(|t| {
        let at = chrono::DateTime::parse_from_rfc3339(&t).ok()?.to_utc();
        (at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false) == t).then_some(at)
    });
    Ok(written)
}

/// A row that does not follow from the one before: the next row tells whether its hash or something else was changed.
#[derive(Debug)]
struct Doubt {
    seq: i64,
    should_be: String,
    /// Whether the row before it was doubted too, so that this one may be sound.
    after_another: bool,
}

#[derive(Default)]
struct Walk {
    report: AuditReport,
    last: Option<i64>,
    /// The hash of the row before as it stands; none after a gap.
    previous: Option<String>,
    doubt: Option<Doubt>,
    /// The next number that is due, less one.
    reached: i64,
}

impl Walk {
    fn step(&mut self, row: Row) {
        self.report.rows += 1;
        self.last = Some(row.seq);
        if row.seq <= self.reached {
            self.report.tell(row.seq, "it is one too many: no row has this number");
            return;
        }
        let before = if self.reached == 0 { Some(String::new()) } else { self.previous.clone() };
        let gap = row.seq - self.reached;
        if gap > 1 {
            self.settle(None);
            let (from, to) = (self.reached + 1, row.seq - 1);
            let missing = if from == to {
                format!("row {from} is missing before it, or its seq was changed")
            } else {
                format!("rows {from} to {to} are missing before it, or its seq was changed")
            };
            self.report.tell(row.seq, missing);
        }
        self.reached = row.seq;
        let before = if gap > 1 { None } else { before };
        if let Err(column) = &row.content {
            self.settle(None);
            self.report.tell(row.seq, *column);
        } else if let Some(before) = before {
            let as_it_stands = row.hash_after(&before).filter(|h| *h == row.hash);
            if as_it_stands.is_some() {
                // The row before was built upon as it stands: not its hash was changed, but something under it.
                self.settle(Some(false));
                self.check_old_id(&row);
            } else {
                let doubted = self.doubt.as_ref().map(|d| d.should_be.clone());
                let mended = doubted.and_then(|d| row.hash_after(&d)).filter(|h| *h == row.hash);
                if mended.is_some() {
                    self.settle(Some(true));
                    self.check_old_id(&row);
                } else {
                    let after_another = self.doubt.is_some();
                    self.settle(None);
                    if let Some(should_be) = row.hash_after(&before) {
                        self.doubt = Some(Doubt { seq: row.seq, should_be, after_another });
                    }
                }
            }
        }
        self.previous = Some(row.hash);
    }

    /// Tells of the doubted row: its hash was changed, or something else in it, or nobody knows which.
    fn settle(&mut self, hash_was_changed: Option<bool>) {
        let Some(doubt) = self.doubt.take() else { return };
        let what = match hash_was_changed {
            Some(true) => "hash was changed",
            Some(false) if !doubt.after_another => CONTENT,
            _ => "it does not follow from the row before: any of its columns, or the row itself, was changed",
        };
        self.report.tell(doubt.seq, what);
    }

    fn check_old_id(&mut self, row: &Row) {
        let Ok(content) = &row.content else { return };
        if !content.salt.is_empty() && Link::old_id(&row.hash) != Some(content.id) {
            self.report.tell(row.seq, "id was changed");
        }
    }

    fn end(mut self, head: Result<AuditHead, Damage>, anchor: Option<(i64, &str)>) -> AuditReport {
        let last = self.reached;
        match &head {
            Ok(head) => {
                let stands = self.previous.clone().unwrap_or_default();
                let doubted = self.doubt.as_ref().map(|d| d.should_be.clone());
                if head.seq == last && head.hash == stands {
                    self.settle(Some(false));
                } else if head.seq == last && doubted.as_deref() == Some(head.hash.as_str()) {
                    self.settle(Some(true));
                } else {
                    self.settle(None);
                    let what = match head.seq.cmp(&last) {
                        std::cmp::Ordering::Equal => format!("hash is not that of row {last}"),
                        std::cmp::Ordering::Greater => format!(
                            "seq is {} and the last row is {last}: the rows after it are missing, or seq was changed",
                            head.seq
                        ),
                        std::cmp::Ordering::Less => format!(
                            "seq is {} and the last row is {last}: rows were added after it, or seq was changed",
                            head.seq
                        ),
                    };
                    self.report.tell(None, what);
                }
            }
            Err(damage) => {
                self.settle(None);
                self.report.tell(None, damage.what.clone());
            }
        }
        if let Some((seq, _)) = anchor.filter(|(seq, _)| *seq > last) {
            let what = format!("the trail ends at row {last}, before row {seq} that was kept elsewhere");
            self.report.tell(None, what);
        }
        self.report.damage.sort_by_key(|d| d.row.unwrap_or(i64::MAX));
        self.report.head = head.ok();
        self.report
    }
}
