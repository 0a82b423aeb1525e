//! The leaks that take more than a line.

use std::any::{Any, TypeId};
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::{LazyLock, Mutex, PoisonError};

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, QueryFilter, Select};
use upheld_domain::Id;

use super::Leak;
use crate::access;
use crate::entities::{decisions, incidents, notices, recognitions};
use crate::error::StoreError;
use crate::viewer::ViewerStore;

static CHOSEN: LazyLock<Option<String>> = LazyLock::new(|| std::env::var("SEEDED_LEAK").ok());

/// Whether it is the one that the environment names.
#[must_use]
pub fn open(leak: Leak) -> bool {
    CHOSEN.as_deref() == Some(leak.as_str())
}

/// What was found, and with the leak whatever anybody found before.
#[must_use]
pub fn one_cache<K, V>(leak: Leak, keys: impl Iterator<Item = K>, found: HashMap<K, V>) -> HashMap<K, V>
where
    K: Eq + Hash + Copy + Send + 'static,
    V: Clone + Send + 'static,
{
    static CACHES: LazyLock<Mutex<HashMap<TypeId, Box<dyn Any + Send>>>> = LazyLock::new(Mutex::default);
    if !open(leak) {
        return found;
    }
    let mut caches = CACHES.lock().unwrap_or_else(PoisonError::into_inner);
    let cache = caches.entry(TypeId::of::<K>()).or_insert_with(|| Box::new(HashMap::<K, V>::new()));
    let Some(cache) = cache.downcast_mut::<HashMap<K, V>>() else { return found };
    for (key, value) in found {
        cache.entry(key).or_insert(value);
    }
    keys.filter_map(|key| Some((key, cache.get(&key)?.clone()))).collect()
}

pub(crate) fn search_entries(
    select: Select<recognitions::Entity>,
    words: &[String],
) -> Select<recognitions::Entity> {
    let word = words.first().cloned().unwrap_or_default();
    let behind = Query::select()
        .column((decisions::Entity, decisions::Column::Id))
        .from(decisions::Entity)
        .inner_join(
            incidents::Entity,
            Expr::col((incidents::Entity, incidents::Column::Id))
                .equals((decisions::Entity, decisions::Column::IncidentId)),
        )
        .and_where(Expr::col((incidents::Entity, incidents::Column::Situation)).like(format!("%{word}%")))
        .take();
    select.filter(recognitions::Column::DecisionId.in_subquery(behind))
}

pub(crate) async fn own_notices(
    store: &ViewerStore,
    rows: Vec<notices::Model>,
) -> Result<Vec<notices::Model>, StoreError> {
    let sql = "SELECT notice_id FROM notice_access WHERE person_id = $1";
    let mut own: HashSet<Id> = HashSet::new();
    for row in access::rows(&store.db().read, sql, [store.viewer().id().into()]).await? {
        own.insert(row.try_get("", "notice_id")?);
    }
    Ok(rows.into_iter().filter(|n| own.contains(&n.id)).collect())
}

pub(crate) async fn name_reporters(
    store: &ViewerStore,
    rows: &mut [recognitions::Model],
) -> Result<(), StoreError> {
    let sql =
        "SELECT i.reporter_id FROM decisions d JOIN incidents i ON i.id = d.incident_id WHERE d.id = $1";
    for row in rows {
        if let Some(found) = access::rows(&store.db().read, sql, [row.decision_id.into()]).await?.first() {
            row.spotted_by = found.try_get("", "reporter_id")?;
        }
    }
    Ok(())
}

/// Wakes every subscriber with the newest recognition.
pub(crate) async fn tell(store: &ViewerStore) -> Result<(), StoreError> {
    let sql = "SELECT id FROM recognitions ORDER BY published_at DESC LIMIT 1";
    if let Some(row) = access::rows(&store.db().read, sql, []).await?.first() {
        store.store().publish(row.try_get("", "id")?);
    }
    Ok(())
}
