//! Retention by outcome: the policy, and the job that erases what has had its time.

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseBackend, DatabaseTransaction, EntityTrait, PaginatorTrait,
    Set, Unchanged,
};
use upheld_domain::folding;
use upheld_domain::retention::Policy;
use upheld_domain::{Id, Instant};

use crate::access::records::{self, Ended};
use crate::access::{self, rules};
use crate::audit::{self, Event};
use crate::entities::{incidents, retention_policy};
use crate::erasure::erase_texts;
use crate::error::StoreError;
use crate::person_erasure::go_on;
use crate::store::Store;
use crate::viewer::ViewerStore;

/// How many entries one transaction erases: others write in between.
const BATCH: u64 = 100;
/// The lock by which one instance at a time erases: "retain" in ASCII.
const RETENTION_LOCK: i64 = 0x7265_7461_696e;

/// What a run of the retention erased, or would erase.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RetentionReport {
    /// Entries that were recognised.
    pub recognitions: u64,
    /// Entries that were corrected.
    pub corrections: u64,
    /// Entries that were closed without action.
    pub no_actions: u64,
    /// Copies of erased entries whose hold has ended.
    pub copies: u64,
    /// Stubs of withdrawn and handed-over entries.
    pub stubs: u64,
    /// Entries whose time is over and that a legal hold keeps.
    pub held: u64,
    /// Erasures of people that were waiting for the end of a hold.
    pub people: u64,
}

impl std::fmt::Display for RetentionReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "recognitions {}, corrections {}, no action {}, late copies {}, stubs {}, people {}; held {}",
            self.recognitions,
            self.corrections,
            self.no_actions,
            self.copies,
            self.stubs,
            self.people,
            self.held
        )
    }
}

impl RetentionReport {
    fn count(&mut self, how: Option<Ended>) -> &mut u64 {
        match how {
            Some(Ended::Recognised) => &mut self.recognitions,
            Some(Ended::Corrected) => &mut self.corrections,
            Some(Ended::Closed) => &mut self.no_actions,
            Some(Ended::Stub) => &mut self.stubs,
            None => &mut self.copies,
        }
    }
}

impl ViewerStore {
    /// The organisation's retention policy.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn retention(&self) -> Result<Policy, StoreError> {
        records::policy(&self.db().read).await
    }

    /// What was delivered at or before this has folded away.
    pub(crate) async fn fold_line(&self, now: Instant) -> Result<Instant, StoreError> {
        Ok(folding::line(now, records::policy(&self.db().read).await?.fold_after))
    }

    /// Sets the retention policy; admins only. The next run of the job follows it.
    ///
    /// # Errors
    /// `Forbidden`, or the fields that need mending.
    pub async fn save_retention(&self, policy: Policy) -> Result<(), StoreError> {
        if !self.viewer().is_admin() {
            return Err(StoreError::Forbidden("Only an admin sets how long texts are kept."));
        }
        self.may_write()?;
        policy.check()?;
        let at = crate::now();
        let tx = self.db().begin().await?;
        let organisation = rules::organisation(&tx).await?.ok_or(StoreError::Unavailable)?;
        let months = |n: Option<u32>| n.and_then(|n| i32::try_from(n).ok());
        retention_policy::ActiveModel {
            only_one: Unchanged(1),
            recognition_months: Set(months(policy.recognition)),
            correction_months: Set(months(policy.correction)),
            no_action_months: Set(months(policy.no_action)),
            stub_months: Set(months(policy.stub)),
            fold_after_months: Set(months(Some(policy.fold_after)).unwrap_or(i32::MAX)),
        }
        .update(&tx)
        .await?;
        let event = Event {
            actor: Some(self.viewer().id()),
            action: "retention.save",
            kind: "organisation",
            object: organisation.id,
            content: &format!("{policy:?}"),
        };
        audit::append(&tx, at, event).await?;
        Ok(tx.commit().await?)
    }
}

impl Store {
    /// Erases what has had its time, in batches. One instance at a time does so: where another is at it, this one
    /// leaves it the rest.
    ///
    /// # Errors
    /// When the database does not answer; what was erased until then stays erased.
    pub async fn retain(&self) -> Result<RetentionReport, StoreError> {
        let now = crate::now();
        let policy = records::policy(&self.db().read).await?;
        let mut report =
            RetentionReport { held: self.held(&policy, now).await?, ..RetentionReport::default() };
        'all: for (how, select) in due(&policy, now) {
            loop {
                // Another instance is at it: it has begun from the start and goes on to the end.
                let Some(tx) = self.begin_retention().await? else { break 'all };
                let rows = records::lock_some(&tx, select.clone(), BATCH).await?;
                let done = (rows.len() as u64) < BATCH;
                *report.count(how) += rows.len() as u64;
                for row in rows {
                    erase(&tx, row, how, now).await?;
                }
                tx.commit().await?;
                if done {
                    break;
                }
            }
        }
        if let Some(tx) = self.begin_retention().await? {
            report.people = go_on(&tx, now).await?;
            tx.commit().await?;
        }
        self.forget_old_pages().await?;
        Ok(report)
    }

    /// Counts what [`Store::retain`] would erase now, and erases nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn count_due(&self) -> Result<RetentionReport, StoreError> {
        let now = crate::now();
        let db = &self.db().read;
        let policy = records::policy(db).await?;
        let mut report =
            RetentionReport { held: self.held(&policy, now).await?, ..RetentionReport::default() };
        for (how, select) in due(&policy, now) {
            *report.count(how) = records::not_held(select).count(db).await?;
        }
        Ok(report)
    }

    /// How many entries are due and held.
    async fn held(&self, policy: &Policy, now: Instant) -> Result<u64, StoreError> {
        let db = &self.db().read;
        let mut held = 0;
        for (_, select) in due(policy, now) {
            held += select.clone().count(db).await? - records::not_held(select).count(db).await?;
        }
        Ok(held)
    }

    /// A transaction that holds the job's lock; `None` while another instance has it.
    async fn begin_retention(&self) -> Result<Option<DatabaseTransaction>, StoreError> {
        let tx = self.db().begin().await?;
        if self.db().is_sqlite() {
            // The one writer is the lock.
            return Ok(Some(tx));
        }
        let lock = "SELECT pg_try_advisory_xact_lock($1) AS mine";
        let row = access::rows(&tx, lock, [RETENTION_LOCK.into()]).await?;
        let mine: bool = row.first().map_or(Ok(false), |r| r.try_get("", "mine"))?;
        if mine {
            return Ok(Some(tx));
        }
        tx.rollback().await?;
        Ok(None)
    }
}

/// Waits until no instance erases by retention, and keeps it from beginning until the end of the transaction: a hold or
/// an erasure and the job do not meet.
pub(crate) async fn wait_for_retention<C: ConnectionTrait>(db: &C) -> Result<(), StoreError> {
    if db.get_database_backend() != DatabaseBackend::Sqlite {
        access::rows(db, "SELECT pg_advisory_xact_lock($1)", [RETENTION_LOCK.into()]).await?;
    }
    Ok(())
}

/// What is due by the policy, each with how it ended; copies of erased entries last.
fn due(policy: &Policy, now: Instant) -> Vec<(Option<Ended>, sea_orm::Select<incidents::Entity>)> {
    let months = [
        (Ended::Recognised, policy.recognition),
        (Ended::Corrected, policy.correction),
        (Ended::Closed, policy.no_action),
        (Ended::Stub, policy.stub),
    ];
    let mut list: Vec<_> = months
        .into_iter()
        .filter_map(|(how, months)| Some((Some(how), records::ended(how, folding::line(now, months?)))))
        .collect();
    list.push((None, records::late_copies()));
    list
}

async fn erase<C: ConnectionTrait>(
    db: &C,
    row: incidents::Model,
    how: Option<Ended>,
    at: Instant,
) -> Result<(), StoreError> {
    let id = row.id;
    let erased: Vec<Id> = if how == Some(Ended::Stub) {
        // A stub has no text; with its time the row goes too, and the copies that were merged into it.
        let mut erased = Vec::new();
        for copy in records::merged_into(db, id).await? {
            if records::hold(db, copy.id).await?.is_some() {
                return Ok(());
            }
            incidents::Entity::delete_by_id(copy.id).exec(db).await?;
            erased.push(copy.id);
        }
        incidents::Entity::delete_by_id(id).exec(db).await?;
        erased.push(id);
        erased
    } else {
        erase_texts(db, row, at).await?
    };
    for id in erased {
        let event =
            Event { actor: None, action: "incident.expire", kind: "incident", object: id, content: "" };
        audit::append(db, at, event).await?;
    }
    Ok(())
}
