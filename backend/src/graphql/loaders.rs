//! Per-request loaders: what many fields of one answer need is read in one statement. They hold the viewer's store,
//! so that keys of two viewers never meet.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_graphql::dataloader::{DataLoader, HashMapCache, Loader};
use async_graphql::{Context, Error, Result};
use upheld_domain::Id;
use upheld_store::{
    Comment, Cursor, DecisionVersion, Incident, IncidentStep, NameCursor, Onlooker, PageRequest, Person,
    Reaction, Reading, Recognition, Slice, StatementCounter, StoreError, Team, Thread, Topic, Value, Venue,
    ViewerStore,
};

use upheld_store::leaks::{Leak, one_cache};

use super::error::{fail, unauthenticated};

/// The loader of one request and one viewer.
pub(crate) type Batch = DataLoader<ViewerBatch, HashMapCache>;

pub(crate) struct ViewerBatch(ViewerStore);

/// Who asks, with the store and the loader of their own. Signing in changes it in the middle of a request.
#[derive(Default)]
pub(crate) struct Current(Mutex<Option<Arc<(ViewerStore, Batch)>>>);

impl Current {
    /// Gives the request a viewer, with a loader whose statements count with the request's. Without a delay it sends
    /// what the fields resolved together have asked for.
    pub(crate) fn set(&self, store: ViewerStore, counter: StatementCounter) {
        let spawn = move |work| tokio::spawn(counter.count(work));
        let batch = DataLoader::with_cache(ViewerBatch(store.clone()), spawn, HashMapCache::default());
        let signed_in = Arc::new((store, batch.delay(Duration::ZERO)));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(signed_in);
    }

    fn get(&self) -> Option<Arc<(ViewerStore, Batch)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn current(ctx: &Context<'_>) -> Option<Arc<(ViewerStore, Batch)>> {
    ctx.data_opt::<Current>().and_then(Current::get)
}

type Fault = Arc<StoreError>;

macro_rules! keys {
    ($($(#[$doc:meta])* $key:ident => $value:ty, |$store:ident, $ids:ident| $load:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) struct $key(pub Id);

        impl Loader<$key> for ViewerBatch {
            type Value = $value;
            type Error = Fault;
            async fn load(&self, keys: &[$key]) -> Result<HashMap<$key, $value>, Fault> {
                let $store = &self.0;
                let $ids: &[Id] = &keys.iter().map(|k| k.0).collect::<Vec<Id>>();
                let found: Result<HashMap<$key, $value>, StoreError> = $load;
                found.map_err(Arc::new)
            }
        }
    )+};
}

keys! {
    /// A person.
    PersonKey => Person, |store, ids| {
        let found = store.people_by_id(ids).await.map_err(Arc::new)?.into_iter().map(|p| (PersonKey(p.id), p));
        Ok(one_cache(Leak::SharedPeople, ids.iter().copied().map(PersonKey), found.collect()))
    };
    /// Whether a person leads.
    LeaderKey => bool, |store, ids| {
        let leaders = store.leaders_among(ids).await.map_err(Arc::new)?;
        Ok(ids.iter().map(|id| (LeaderKey(*id), leaders.contains(id))).collect())
    };
    /// A team.
    TeamKey => Team, |store, ids| Ok(store.teams_by_id(ids).await.map_err(Arc::new)?.into_iter().map(|t| (TeamKey(t.id), t)).collect());
    /// A topic.
    TopicKey => Topic, |store, ids| Ok(store.topics_by_id(ids).await.map_err(Arc::new)?.into_iter().map(|t| (TopicKey(t.id), t)).collect());
    /// A recognition.
    RecognitionKey => Recognition, |store, ids| Ok(store.recognitions_by_id(ids).await.map_err(Arc::new)?.into_iter().map(|r| (RecognitionKey(r.id), r)).collect());
    /// A venue.
    VenueKey => Venue, |store, ids| Ok(store.venues_by_id(ids).await.map_err(Arc::new)?.into_iter().map(|v| (VenueKey(v.id), v)).collect());
    /// A value.
    ValueKey => Value, |store, ids| Ok(store.values_by_id(ids).await.map_err(Arc::new)?.into_iter().map(|v| (ValueKey(v.id), v)).collect());
    /// An incident.
    IncidentKey => Incident, |store, ids| {
        let found = store.incidents_by_id(ids).await.map_err(Arc::new)?.into_iter().map(|i| (IncidentKey(i.id), i));
        Ok(one_cache(Leak::SharedEntries, ids.iter().copied().map(IncidentKey), found.collect()))
    };
    /// The questions and replies of an incident.
    ThreadKey => Thread, |store, ids| {
        let mut found = store.threads(ids).await.map_err(Arc::new)?;
        Ok(ids.iter().map(|id| (ThreadKey(*id), found.remove(id).unwrap_or_default())).collect())
    };
    /// Who opened and read an incident.
    ReadingsKey => Vec<Reading>, |store, ids| {
        let mut found: HashMap<ReadingsKey, Vec<Reading>> = ids.iter().map(|id| (ReadingsKey(*id), Vec::new())).collect();
        for reading in store.readings_of(ids).await.map_err(Arc::new)? {
            found.entry(ReadingsKey(reading.incident)).or_default().push(reading);
        }
        Ok(found)
    };
    /// Who sees an incident.
    OnlookersKey => Vec<Onlooker>, |store, ids| {
        let mut found = store.onlookers(ids).await.map_err(Arc::new)?;
        Ok(ids.iter().map(|id| (OnlookersKey(*id), found.remove(id).unwrap_or_default())).collect())
    };
    /// The steps of an incident's decision from leader to leader.
    StepsKey => Vec<IncidentStep>, |store, ids| {
        let mut found = store.steps(ids).await.map_err(Arc::new)?;
        Ok(ids.iter().map(|id| (StepsKey(*id), found.remove(id).unwrap_or_default())).collect())
    };
    /// The versions of an incident's decision.
    VersionsKey => Vec<DecisionVersion>, |store, ids| {
        let mut found = store.decision_versions(ids).await.map_err(Arc::new)?;
        Ok(ids.iter().map(|id| (VersionsKey(*id), found.remove(id).unwrap_or_default())).collect())
    };
    /// The incidents that may be of the same event.
    DuplicatesKey => Vec<Id>, |store, ids| {
        let mut found = store.possible_duplicates(ids).await.map_err(Arc::new)?;
        Ok(ids.iter().map(|id| (DuplicatesKey(*id), found.remove(id).unwrap_or_default())).collect())
    };
    /// The incidents that were merged into one.
    CopiesKey => Vec<Id>, |store, ids| {
        let mut found = store.merged_copies(ids).await.map_err(Arc::new)?;
        Ok(ids.iter().map(|id| (CopiesKey(*id), found.remove(id).unwrap_or_default())).collect())
    };
    /// The reactions to a recognition.
    ReactionsKey => Vec<Reaction>, |store, ids| {
        let mut found = store.reactions(ids).await.map_err(Arc::new)?;
        Ok(ids.iter().map(|id| (ReactionsKey(*id), found.remove(id).unwrap_or_default())).collect())
    };
}

/// The active direct reports of a person.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct ReportsKey(pub Id, pub PageRequest<NameCursor>);

/// The active members of a team.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct MembersKey(pub Id, pub PageRequest<NameCursor>);

macro_rules! people_pages {
    ($($key:ident => $read:ident;)+) => {$(
        impl Loader<$key> for ViewerBatch {
            type Value = Slice<Person, NameCursor>;
            type Error = Fault;
            async fn load(&self, keys: &[$key]) -> Result<HashMap<$key, Self::Value>, Fault> {
                let mut by_page: HashMap<&PageRequest<NameCursor>, Vec<Id>> = HashMap::new();
                for key in keys {
                    by_page.entry(&key.1).or_default().push(key.0);
                }
                let mut found = HashMap::new();
                for (page, ids) in by_page {
                    let slices = self.0.$read(&ids, page).await.map_err(Arc::new)?;
                    found.extend(slices.into_iter().map(|(id, slice)| ($key(id, page.clone()), slice)));
                }
                Ok(found)
            }
        }
    )+};
}

people_pages! {
    ReportsKey => reports;
    MembersKey => members;
}

/// A page of the comments on a recognition.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct CommentsKey(pub Id, pub PageRequest<Cursor>);

impl Loader<CommentsKey> for ViewerBatch {
    type Value = Slice<Comment, Cursor>;
    type Error = Fault;
    async fn load(&self, keys: &[CommentsKey]) -> Result<HashMap<CommentsKey, Self::Value>, Fault> {
        let mut by_page: HashMap<&PageRequest<Cursor>, Vec<Id>> = HashMap::new();
        for key in keys {
            by_page.entry(&key.1).or_default().push(key.0);
        }
        let mut found = HashMap::new();
        for (page, ids) in by_page {
            let slices = self.0.comments(&ids, page).await.map_err(Arc::new)?;
            found.extend(slices.into_iter().map(|(id, slice)| (CommentsKey(id, page.clone()), slice)));
        }
        Ok(found)
    }
}

/// Loads one.
pub(crate) async fn load<K>(ctx: &Context<'_>, key: K) -> Result<Option<<ViewerBatch as Loader<K>>::Value>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    ViewerBatch: Loader<K, Error = Fault>,
{
    let signed_in = current(ctx).ok_or_else(unauthenticated)?;
    signed_in.1.load_one(key).await.map_err(|e| shared(ctx, &e))
}

/// Loads some, in the order of the keys; what is not there is left out.
pub(crate) async fn load_all<K>(
    ctx: &Context<'_>,
    keys: Vec<K>,
) -> Result<Vec<<ViewerBatch as Loader<K>>::Value>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    ViewerBatch: Loader<K, Error = Fault>,
{
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let signed_in = current(ctx).ok_or_else(unauthenticated)?;
    let mut found = signed_in.1.load_many(keys.iter().cloned()).await.map_err(|e| shared(ctx, &e))?;
    Ok(keys.iter().filter_map(|k| found.remove(k)).collect())
}

/// Forgets what was loaded: a change has made it old.
pub(crate) fn forget(ctx: &Context<'_>) {
    if let Some(signed_in) = current(ctx) {
        let batch = &signed_in.1;
        batch.clear::<PersonKey>();
        batch.clear::<IncidentKey>();
        batch.clear::<ThreadKey>();
        batch.clear::<OnlookersKey>();
        batch.clear::<StepsKey>();
        batch.clear::<VersionsKey>();
        batch.clear::<DuplicatesKey>();
        batch.clear::<CopiesKey>();
        batch.clear::<LeaderKey>();
        batch.clear::<TeamKey>();
        batch.clear::<VenueKey>();
        batch.clear::<ReportsKey>();
        batch.clear::<MembersKey>();
        batch.clear::<ReadingsKey>();
        batch.clear::<ReactionsKey>();
        batch.clear::<CommentsKey>();
        batch.clear::<ValueKey>();
    }
}

/// One fault of a batch reaches every field that waited for it.
fn shared(ctx: &Context<'_>, e: &Fault) -> Error {
    match e.as_ref() {
        StoreError::Unavailable => fail(ctx, StoreError::Unavailable),
        other => fail(ctx, StoreError::Internal(other.to_string())),
    }
}

/// The viewer's reads and changes.
pub(crate) fn viewer(ctx: &Context<'_>) -> Result<ViewerStore> {
    viewer_opt(ctx).ok_or_else(unauthenticated)
}

/// The viewer's reads and changes, when somebody has signed in.
pub(crate) fn viewer_opt(ctx: &Context<'_>) -> Option<ViewerStore> {
    current(ctx).map(|signed_in| signed_in.0.clone())
}
