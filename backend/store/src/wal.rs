//! SQLite's log of changes, in which text that was deleted from the database still stands.

use crate::access;
use crate::error::StoreError;
use crate::store::Store;

impl Store {
    /// Moves the log into the database and empties it, so that no deleted text is left on the disk. Where readers are
    /// in the way it does what it can; on PostgreSQL there is nothing to do.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn empty_log(&self) -> Result<(), StoreError> {
        if self.db().is_sqlite() {
            access::rows(self.db().writer(), "PRAGMA wal_checkpoint(TRUNCATE)", []).await?;
        }
        Ok(())
    }
}
