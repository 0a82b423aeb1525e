//! Reads and changes of somebody who has signed in. All reads hang here.

use crate::db::Db;
use crate::error::StoreError;
use crate::sessions::Viewer;
use crate::store::Store;

/// The database as one viewer may see it.
#[derive(Debug, Clone)]
pub struct ViewerStore {
    store: Store,
    viewer: Viewer,
}

impl ViewerStore {
    pub(crate) fn new(store: Store, viewer: Viewer) -> Self {
        Self { store, viewer }
    }

    /// Who reads.
    #[must_use]
    pub fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    pub(crate) fn db(&self) -> &Db {
        self.store.db()
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// Refuses a change when the viewer writes more than a person can.
    pub(crate) fn may_write(&self) -> Result<(), StoreError> {
        self.store.writes().check(self.viewer.id())
    }
}
