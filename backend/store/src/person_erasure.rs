//! Erasing a person who has left: no text about them or by them stays, and the sums stay right.
//!
//! - Entries about them alone lose every text; of entries about several people the person goes, with each text that
//!   names them. What is left of an entry is what the sums need.
//! - What they asked, replied and commented goes. What they logged or decided about others is about those: its text
//!   stays until its own time is over, and its author reads "A person who left".
//! - Their name is taken out of every other text.
//! - Held entries stay as they are, and so does the name that they need; the erasure completes when the hold ends.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, IntoActiveModel,
    QueryFilter, Set,
};
use upheld_domain::masking::{Known, Mask};
use upheld_domain::text::{self, mentions, search_words};
use upheld_domain::words::{IncidentKind, RecognitionPreference, Role};
use upheld_domain::{Id, Instant};

use crate::access::{self, records, rules};
use crate::audit::{self, Event};
use crate::entities::{
    comments, decision_versions, incident_steps, incident_subjects, incidents, meeting_points, notices,
    person_erasures, questions, recognition_subjects, replies, topic_check_ins,
};
use crate::erasure::{erase_texts, unpublish};
use crate::error::StoreError;
use crate::recognition_index;
use crate::retention::wait_for_retention;
use crate::text_columns::{MASKED, OWN_ROWS, Texts};
use crate::viewer::ViewerStore;

/// The name of somebody who was erased.
const NAME: &str = "A person who left";
/// What stands in a text where their name was.
const IN_TEXTS: &str = "a person who left";
/// What stands where they had written something that others answered or decided upon.
const WORDS: &str = "(erased with a person who left)";
/// How many entries are locked at once.
const BATCH: u64 = 200;

/// How far an erasure has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonErasure {
    /// The person.
    pub person: Id,
    /// How many held entries keep it from being complete; none when it is.
    pub held: usize,
}

impl ViewerStore {
    /// Erases a person who has left; admins only. What is held stays until the hold ends.
    ///
    /// # Errors
    /// `Forbidden`, `ConfirmIdentity`, `NotFound`, `Conflict` while the person is active, or the field that needs
    /// mending.
    pub async fn erase_person(&self, person: Id, reason: &str) -> Result<PersonErasure, StoreError> {
        if !self.viewer().is_admin() {
            return Err(StoreError::Forbidden("Only an admin erases people."));
        }
        self.require_confirmed_identity().await?;
        self.may_write()?;
        let at = crate::now();
        let tx = self.db().begin().await?;
        wait_for_retention(&tx).await?;
        rules::lock_person(&tx, person).await?;
        let found = rules::person(&tx, person).await?.ok_or(StoreError::NotFound)?;
        text::required("reason", reason, text::REASON)?;
        if found.active {
            return Err(StoreError::Conflict("Please deactivate the person first."));
        }
        let asked = records::erasure_of(&tx, person).await?;
        if asked.as_ref().is_some_and(|e| e.done_at.is_some()) {
            return Err(StoreError::Conflict("This person was erased already."));
        }
        if asked.is_none() {
            person_erasures::ActiveModel {
                person_id: Set(person),
                asked_by: Set(self.viewer().id()),
                asked_at: Set(at),
                done_at: Set(None),
            }
            .insert(&tx)
            .await?;
        }
        let held = erase(&tx, person, at).await?;
        let event = Event {
            actor: Some(self.viewer().id()),
            action: "person.erase",
            kind: "person",
            object: person,
            content: reason,
        };
        audit::append(&tx, at, event).await?;
        tx.commit().await?;
        self.store().forget_old_pages().await?;
        Ok(PersonErasure { person, held })
    }
}

/// Goes on with the erasures that waited for the end of a hold; gives how many are complete now.
pub(crate) async fn go_on<C: ConnectionTrait>(db: &C, at: Instant) -> Result<u64, StoreError> {
    let mut complete = 0;
    for person in records::pending_erasures(db).await? {
        if erase(db, person, at).await? == 0 {
            let event =
                Event { actor: None, action: "person.erased", kind: "person", object: person, content: "" };
            audit::append(db, at, event).await?;
            complete += 1;
        }
    }
    Ok(complete)
}

/// Erases all that is not held, and the person themself when nothing is; gives how many entries are held. It can be
/// done again.
async fn erase<C: ConnectionTrait>(db: &C, person: Id, at: Instant) -> Result<usize, StoreError> {
    let Some(row) = rules::person(db, person).await? else { return Ok(0) };
    let name = row.name.clone();
    loop {
        let some = records::lock_some(db, records::texts_about(person), BATCH).await?;
        if some.is_empty() {
            break;
        }
        for entry in some {
            erase_entry(db, entry, person, &name, at).await?;
        }
    }
    erase_words(db, person).await?;
    audit::forget(db, &[person]).await?;
    for (table, column) in OWN_ROWS {
        let delete = format!("DELETE FROM {table} WHERE {column} = $1");
        db.execute_raw(access::sql(db, &delete, [person.into()])).await?;
    }
    let others = records::other_names(db, person).await?;
    let keep: Vec<&str> = others.iter().map(String::as_str).collect();
    let mask = Mask::new([Known { name: &name, instead: IN_TEXTS }], &keep);
    for texts in MASKED {
        take_out(db, texts, &mask, &name).await?;
    }

    let mut held = records::held_of(db, person).await?;
    for texts in MASKED {
        held.extend(held_mentions(db, texts, &mask, &name).await?);
    }
    held.sort_unstable();
    held.dedup();
    let mut row = row.into_active_model();
    row.title = Set(None);
    row.email = Set(format!("{}@erased.invalid", Id::new_v4()));
    row.password_hash = Set(None);
    row.role = Set(Role::Member.as_str().into());
    row.preference = Set(RecognitionPreference::AskFirst.as_str().into());
    row.team_id = Set(None);
    row.manager_id = Set(None);
    if held.is_empty() {
        row.name = Set(NAME.into());
        person_erasures::ActiveModel {
            person_id: sea_orm::Unchanged(person),
            done_at: Set(Some(at)),
            ..Default::default()
        }
        .update(db)
        .await?;
    }
    row.update(db).await?;
    // The search of what is left is made anew once the name is gone.
    for recognition in records::found_by(db, &search_words(&name)).await? {
        recognition_index::index(db, recognition).await?;
    }
    Ok(held.len())
}

/// An entry about them: about them alone all text goes; of several people the person goes, with the texts that name
/// them.
async fn erase_entry<C: ConnectionTrait>(
    db: &C,
    entry: incidents::Model,
    person: Id,
    name: &str,
    at: Instant,
) -> Result<(), StoreError> {
    let alone =
        entry.kind == IncidentKind::Violated.as_str() || rules::subjects(db, entry.id).await?.len() < 2;
    if alone {
        erase_texts(db, entry, at).await?;
        return Ok(());
    }
    let gone = |t: &Option<String>| t.clone().filter(|t| !mentions(t, name));
    let id = entry.id;
    let (title, situation, behaviour, impact, link) = (
        gone(&entry.title),
        gone(&entry.situation),
        gone(&entry.behaviour),
        gone(&entry.impact),
        gone(&entry.evidence_url),
    );
    let mut row = entry.into_active_model();
    (row.title, row.situation, row.behaviour) = (Set(title), Set(situation), Set(behaviour));
    (row.impact, row.evidence_url) = (Set(impact), Set(link));
    row.update(db).await?;
    if let Some(d) = rules::decision(db, id).await? {
        if let Some(recognition) = rules::recognition_of(db, d.id).await? {
            let recognition_id = recognition.id;
            if mentions(&recognition.wording, name) {
                let mut row = recognition.into_active_model();
                row.wording = Set(WORDS.into());
                row.update(db).await?;
            }
            recognition_subjects::Entity::delete_many()
                .filter(recognition_subjects::Column::RecognitionId.eq(recognition_id))
                .filter(recognition_subjects::Column::PersonId.eq(person))
                .exec(db)
                .await?;
            match records::indexed(db, recognition_id).await? {
                Some((_, people, _)) if people.is_empty() => unpublish(db, recognition_id).await?,
                _ => recognition_index::index(db, recognition_id).await?,
            }
        }
        for version in records::versions_of(db, d.id).await? {
            if version.body.as_deref().is_some_and(|b| mentions(b, name)) {
                let mut row: decision_versions::ActiveModel = version.into_active_model();
                row.body = Set(None);
                row.update(db).await?;
            }
        }
        let (rationale, wording, repair) = (gone(&d.rationale), gone(&d.wording), gone(&d.repair));
        let mut row = d.into_active_model();
        (row.rationale, row.wording, row.repair) = (Set(rationale), Set(wording), Set(repair));
        row.update(db).await?;
    }
    incident_subjects::Entity::delete_many()
        .filter(incident_subjects::Column::IncidentId.eq(id))
        .filter(incident_subjects::Column::PersonId.eq(person))
        .exec(db)
        .await?;
    Ok(())
}

/// What they wrote about others' entries. A question or a reply keeps its place, since answers and rules rest on it.
async fn erase_words<C: ConnectionTrait>(db: &C, person: Id) -> Result<(), StoreError> {
    replies::Entity::update_many()
        .col_expr(replies::Column::Text, Expr::value(WORDS))
        .filter(replies::Column::AuthorId.eq(person))
        .filter(replies::Column::IncidentId.not_in_subquery(records::all_held()))
        .exec(db)
        .await?;
    questions::Entity::update_many()
        .col_expr(questions::Column::Text, Expr::value(WORDS))
        .filter(questions::Column::AskedBy.eq(person))
        .filter(questions::Column::IncidentId.not_in_subquery(records::all_held()))
        .exec(db)
        .await?;
    incident_steps::Entity::update_many()
        .col_expr(incident_steps::Column::Reason, Expr::value(None::<String>))
        .filter(incident_steps::Column::ById.eq(person))
        .filter(incident_steps::Column::IncidentId.not_in_subquery(records::all_held()))
        .exec(db)
        .await?;
    let said = records::comments_by(db, person).await?;
    audit::forget(db, &said).await?;
    comments::Entity::delete_many().filter(comments::Column::AuthorId.eq(person)).exec(db).await?;
    // What a meeting answered keeps its place there; what none talked about goes.
    let points = access::meetings::points_by(db, person).await?;
    audit::forget(db, &points).await?;
    let by_them = meeting_points::Column::AuthorId.eq(person);
    meeting_points::Entity::delete_many()
        .filter(by_them.clone())
        .filter(meeting_points::Column::MeetingId.is_null())
        .exec(db)
        .await?;
    meeting_points::Entity::update_many()
        .col_expr(meeting_points::Column::Text, Expr::value(WORDS))
        .filter(by_them)
        .exec(db)
        .await?;
    topic_check_ins::Entity::update_many()
        .col_expr(topic_check_ins::Column::Note, Expr::value(None::<String>))
        .filter(topic_check_ins::Column::ById.eq(person))
        .exec(db)
        .await?;
    notices::Entity::delete_many()
        .filter(notices::Column::AboutId.eq(person))
        .filter(notices::Column::DecisionId.not_in_subquery(records::held_decisions()))
        .exec(db)
        .await?;
    Ok(())
}

/// The condition that finds a text with a part of the name, whatever its case and whatever hides in it; the mask then
/// decides.
fn finds(column: &str, name: &str) -> (String, Vec<sea_orm::Value>) {
    let mut patterns: Vec<(bool, String)> = vec![(false, "\u{200C}".into()), (false, "\u{200D}".into())];
    for word in name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        patterns.push((true, word.to_lowercase()));
        patterns.push((false, word.to_owned()));
        patterns.push((false, word.to_uppercase()));
    }
    let any: Vec<String> = patterns
        .iter()
        .enumerate()
        .map(|(n, (lower, _))| {
            let read = if *lower { format!("lower({column})") } else { column.to_owned() };
            format!("{read} LIKE ${}", n + 1)
        })
        .collect();
    // The words are letters and digits alone, so that nothing in them means anything to LIKE.
    let values = patterns.into_iter().map(|(_, p)| format!("%{p}%").into()).collect();
    (format!("({})", any.join(" OR ")), values)
}

/// Takes a name out of the columns of a table, except of what is held.
async fn take_out<C: ConnectionTrait>(
    db: &C,
    texts: &Texts,
    mask: &Mask,
    name: &str,
) -> Result<(), StoreError> {
    let sqlite = db.get_database_backend() == DatabaseBackend::Sqlite;
    let (table, key, place, lock) = if sqlite {
        (texts.table, "rowid", "rowid = $2", "")
    } else {
        (texts.table, "ctid::text", "ctid = $2::tid", " FOR UPDATE")
    };
    let free = texts.entry.map(|e| format!(" AND {e} NOT IN (SELECT incident_id FROM legal_holds)"));
    let free = free.unwrap_or_default();
    for (n, column) in texts.columns.iter().enumerate() {
        let (found, values) = finds(column, name);
        let select =
            format!("SELECT {key} AS place, {column} AS text FROM {table} WHERE {found}{free}{lock}");
        for row in access::rows(db, &select, values).await? {
            let text: String = row.try_get("", "text")?;
            let mut masked = mask.apply(&text);
            if masked == text {
                continue;
            }
            if texts.unique && n == 0 {
                // Two venues may have been named after the same person.
                let taken = format!("SELECT 1 AS one FROM {table} WHERE {column} = $1");
                if !access::rows(db, &taken, [masked.clone().into()]).await?.is_empty() {
                    masked = format!("{masked} ({})", &Id::new_v4().simple().to_string()[..6]);
                }
            }
            let at = if sqlite {
                row.try_get::<i64>("", "place")?.into()
            } else {
                row.try_get::<String>("", "place")?.into()
            };
            let update = format!("UPDATE {table} SET {column} = $1 WHERE {place}");
            db.execute_raw(access::sql(db, &update, [masked.into(), at])).await?;
        }
    }
    Ok(())
}

/// The held entries whose texts name somebody.
async fn held_mentions<C: ConnectionTrait>(
    db: &C,
    texts: &Texts,
    mask: &Mask,
    name: &str,
) -> Result<Vec<Id>, StoreError> {
    let Some(entry) = texts.entry else { return Ok(Vec::new()) };
    let mut held = Vec::new();
    for column in texts.columns {
        let (found, values) = finds(column, name);
        let select = format!(
            "SELECT {entry} AS entry, {column} AS text FROM {} WHERE {found} AND {entry} IN (SELECT incident_id FROM legal_holds)",
            texts.table
        );
        for row in access::rows(db, &select, values).await? {
            let text: String = row.try_get("", "text")?;
            if mask.apply(&text) != text {
                held.push(row.try_get("", "entry")?);
            }
        }
    }
    Ok(held)
}
