//! Erasing the text of an entry while its ids, dates, values, venue, outcome, handling and reach stay for the sums.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, Set,
};
use upheld_domain::access::Level;
use upheld_domain::{Id, Instant};

use crate::access::{self, records, rules};
use crate::audit;
use crate::entities::{
    decision_versions, decisions, incident_access, incident_steps, incidents, notices, questions,
    recognitions, replies,
};
use crate::error::StoreError;
use crate::keys;
use crate::recognition_index;
use crate::store::Store;

/// Erases every text of an entry and of the copies that were merged into it, in all places that serve it, and leaves
/// stubs. Gives the ids of what was erased; a copy that is held stays.
pub(crate) async fn erase_texts<C: ConnectionTrait>(
    db: &C,
    entry: incidents::Model,
    at: Instant,
) -> Result<Vec<Id>, StoreError> {
    let mut open = vec![entry];
    let mut erased = Vec::new();
    while let Some(row) = open.pop() {
        let copies = records::merged_into(db, row.id).await?;
        let held = records::held_among(db, &copies.iter().map(|c| c.id).collect::<Vec<_>>()).await?;
        open.extend(copies.into_iter().filter(|c| c.erased_at.is_none() && !held.contains(&c.id)));
        erased.push(row.id);
        erase_one(db, row, at).await?;
    }
    Ok(erased)
}

async fn erase_one<C: ConnectionTrait>(
    db: &C,
    entry: incidents::Model,
    at: Instant,
) -> Result<(), StoreError> {
    let id = entry.id;
    replies::Entity::delete_many().filter(replies::Column::IncidentId.eq(id)).exec(db).await?;
    questions::Entity::delete_many().filter(questions::Column::IncidentId.eq(id)).exec(db).await?;
    incident_steps::Entity::update_many()
        .col_expr(incident_steps::Column::Reason, Expr::value(None::<String>))
        .filter(incident_steps::Column::IncidentId.eq(id))
        .exec(db)
        .await?;
    keys::forget_inputs(db, id).await?;
    audit::forget(db, &[id]).await?;
    incident_access::Entity::update_many()
        .col_expr(incident_access::Column::Level, Expr::value(Level::Stub.as_str()))
        .filter(incident_access::Column::IncidentId.eq(id))
        .exec(db)
        .await?;
    if let Some(d) = rules::decision(db, id).await? {
        erase_decision(db, d).await?;
    }
    let mut row = entry.into_active_model();
    row.title = Set(None);
    row.situation = Set(None);
    row.behaviour = Set(None);
    row.impact = Set(None);
    row.evidence_url = Set(None);
    row.severity = Set(None);
    row.affected = Set(None);
    row.erased_at = Set(Some(at));
    row.update(db).await?;
    Ok(())
}

async fn erase_decision<C: ConnectionTrait>(db: &C, d: decisions::Model) -> Result<(), StoreError> {
    if let Some(recognition) = rules::recognition_of(db, d.id).await? {
        unpublish(db, recognition.id).await?;
    }
    notices::Entity::delete_many().filter(notices::Column::DecisionId.eq(d.id)).exec(db).await?;
    decision_versions::Entity::update_many()
        .col_expr(decision_versions::Column::Body, Expr::value(None::<String>))
        .filter(decision_versions::Column::DecisionId.eq(d.id))
        .exec(db)
        .await?;
    let mut row = d.into_active_model();
    row.rationale = Set(None);
    row.wording = Set(None);
    row.heard_reason = Set(None);
    row.principle = Set(None);
    row.repair = Set(None);
    row.retraction_reason = Set(None);
    row.heard = Set(None);
    row.only_one_who_knows = Set(None);
    row.nobody_else_affected = Set(None);
    row.known_at_first_hand = Set(None);
    row.update(db).await?;
    Ok(())
}

/// Takes a recognition out of the feed and the search, with what was said under it.
pub(crate) async fn unpublish<C: ConnectionTrait>(db: &C, recognition: Id) -> Result<(), StoreError> {
    audit::forget(db, &rules::comments_on(db, recognition).await?).await?;
    recognition_index::forget(db, recognition).await?;
    recognitions::Entity::delete_by_id(recognition).exec(db).await?;
    Ok(())
}

impl Store {
    /// Empties the write-ahead log of SQLite, so that what was erased is not in a second file either. Readers that are
    /// still at an older state only delay it: the next run comes.
    pub(crate) async fn forget_old_pages(&self) -> Result<(), StoreError> {
        if self.db().is_sqlite() {
            access::rows(self.db().writer(), "PRAGMA wal_checkpoint(TRUNCATE)", []).await?;
        }
        Ok(())
    }
}
