//! Who reads what is confidential without being a party to it, noted once for each person, entry and day.
//!
//! The note is written behind the read: a read neither waits for a write nor fails because the database takes none
//! (a full disk, a frozen server). Notes wait in memory, in the order of the reads, and are written in batches; a
//! failed batch is tried again until it goes in, and a stopping server writes what waits. What a killed server had not
//! written yet (as a rule, a few milliseconds of reads) is lost; the opening of an entry by an admin is not among it,
//! since that is a change like others. When [`WAITING`] notes cannot be written, reads that would have to be noted are
//! refused: nobody reads without a note in the end.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{NaiveDate, NaiveTime};
use sea_orm::{EntityTrait, Set};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};
use upheld_domain::access::Why;
use upheld_domain::{Id, Instant, opening};

use crate::access::{self, Seen};
use crate::audit::{self, Action, Event};
use crate::db::Db;
use crate::entities::readings;
use crate::error::StoreError;
use crate::store::Store;
use crate::viewer::ViewerStore;

/// So many notes may wait to be written.
const WAITING: usize = 10_000;
/// So many are written in one transaction.
const BATCH: usize = 500;
/// So many are remembered as noted today; beyond, the database is asked again.
const REMEMBERED: usize = 100_000;
/// So often a note is tried that the database answers with a fault to.
const TRIES: u32 = 5;
const TRY_AGAIN: Duration = Duration::from_secs(1);
const SETTLE_WITHIN: Duration = Duration::from_secs(3);

/// Somebody has read an entry, or the audit trail where none is named.
#[derive(Debug, Clone, Copy)]
struct Reading {
    person: Id,
    entry: Option<(Id, Why)>,
    at: Instant,
}

enum Message {
    Read(Reading),
    /// Answers once everything before it is written.
    Settle(oneshot::Sender<()>),
}

/// What one running server remembers of today's readings, and the way to where they are written.
pub(crate) struct Readings {
    noted: Mutex<(NaiveDate, HashSet<(Id, Option<Id>)>)>,
    outbox: mpsc::Sender<Message>,
}

impl Readings {
    /// Starts the task that writes; it ends with the store.
    pub(crate) fn start(db: Db) -> Self {
        let (outbox, inbox) = mpsc::channel(WAITING);
        tokio::spawn(write_behind(db, inbox));
        Self { noted: Mutex::default(), outbox }
    }

    fn note(&self, reading: Reading) -> Result<(), StoreError> {
        let today = reading.at.date_naive();
        let key = (reading.person, reading.entry.map(|(id, _)| id));
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.0 != today || noted.1.len() >= REMEMBERED {
            *noted = (today, HashSet::new());
        }
        if noted.1.contains(&key) {
            return Ok(());
        }
        self.outbox.try_send(Message::Read(reading)).map_err(|_| StoreError::Unavailable)?;
        noted.1.insert(key);
        Ok(())
    }
}

impl Store {
    /// Writes the notes of readings that wait, as far as the database takes them within a few seconds.
    pub async fn settle(&self) {
        let (done, settled) = oneshot::channel();
        if self.readings().outbox.try_send(Message::Settle(done)).is_ok() {
            let _ = timeout(SETTLE_WITHIN, settled).await;
        }
    }
}

impl ViewerStore {
    /// Notes that the viewer reads these entries, where they are no party to them.
    pub(crate) fn note_readings(&self, seen: &[Seen]) -> Result<(), StoreError> {
        let (person, at) = (self.viewer().id(), crate::now());
        for s in seen {
            if let Some(why) = opening::noted(s.rows()) {
                self.store().readings().note(Reading { person, entry: Some((s.id(), why)), at })?;
            }
        }
        Ok(())
    }

    /// Notes that the viewer reads the audit trail.
    pub(crate) fn note_trail(&self) -> Result<(), StoreError> {
        let reading = Reading { person: self.viewer().id(), entry: None, at: crate::now() };
        self.store().readings().note(reading)
    }
}

async fn write_behind(db: Db, mut inbox: mpsc::Receiver<Message>) {
    while let Some(first) = inbox.recv().await {
        let (mut batch, mut settled) = (Vec::new(), Vec::new());
        let mut next = Some(first);
        while let Some(message) = next {
            match message {
                Message::Read(reading) => batch.push(reading),
                Message::Settle(done) => settled.push(done),
            }
            next = if batch.len() < BATCH { inbox.try_recv().ok() } else { None };
        }
        write_in_the_end(&db, &batch).await;
        for done in settled {
            let _ = done.send(());
        }
    }
}

/// Tries until the batch is in. One note that does not go in for another cause does not hold up the others.
async fn write_in_the_end(db: &Db, batch: &[Reading]) {
    for tries in 1.. {
        match write(db, batch).await {
            Ok(()) => return,
            Err(StoreError::Unavailable) => {}
            Err(fault) if batch.len() > 1 => {
                tracing::warn!(%fault, "readings are written one by one");
                for one in batch {
                    Box::pin(write_in_the_end(db, std::slice::from_ref(one))).await;
                }
                return;
            }
            Err(fault) if tries >= TRIES => {
                tracing::error!(%fault, "a reading could not be noted");
                return;
            }
            Err(_) => {}
        }
        sleep(TRY_AGAIN).await;
    }
}

async fn write(db: &Db, batch: &[Reading]) -> Result<(), StoreError> {
    if batch.is_empty() {
        return Ok(());
    }
    let at = crate::now();
    let tx = db.begin().await?;
    let entries: Vec<Id> = batch.iter().filter_map(|r| r.entry.map(|(id, _)| id)).collect();
    let there: HashSet<Id> = access::audit::still_there(&tx, &entries).await?.into_iter().collect();
    // Another instance, or this one before it was started anew, may have noted it today.
    let mut noted: HashSet<(NaiveDate, Id, Id)> = HashSet::new();
    let days: HashSet<NaiveDate> = batch.iter().map(|r| r.at.date_naive()).collect();
    for day in days {
        let known = access::audit::noted_on(&tx, &entries, day).await?;
        noted.extend(known.into_iter().map(|(person, entry)| (day, person, entry)));
    }
    let (mut events, mut rows) = (Vec::new(), Vec::new());
    for r in batch {
        let day = r.at.date_naive();
        let Some((entry, why)) = r.entry else {
            let today = day.and_time(NaiveTime::MIN).and_utc();
            if !access::audit::page_noted_since(&tx, r.person, today).await? {
                events.push(Event {
                    actor: Some(r.person),
                    action: Action::READ_TRAIL,
                    kind: "audit",
                    object: r.person,
                    content: "",
                });
            }
            continue;
        };
        if !noted.insert((day, r.person, entry)) {
            continue;
        }
        let action = match why {
            Why::LeaderAbove => Action::READ_ABOVE,
            Why::FormerDecider => Action::READ_FORMER,
            _ => Action::READ_OPENED,
        };
        events.push(Event {
            actor: Some(r.person),
            action,
            kind: access::audit::OF_AN_ENTRY,
            object: entry,
            content: "",
        });
        // An entry that was undone in the meantime has no row to hang on; the trail keeps that it was read.
        if there.contains(&entry) {
            rows.push(readings::ActiveModel {
                id: Set(Id::new_v4()),
                incident_id: Set(entry),
                person_id: Set(r.person),
                why: Set(why.as_str().into()),
                on_day: Set(day),
                reason: Set(None),
                at: Set(r.at),
                until: Set(None),
            });
        }
    }
    if events.is_empty() {
        return Ok(tx.rollback().await?);
    }
    for some in rows.chunks(200) {
        readings::Entity::insert_many(some.to_vec()).exec_without_returning(&tx).await?;
    }
    audit::append_all(&tx, at, &events).await?;
    Ok(tx.commit().await?)
}
