//! The course of an entry, for those who see everything of it: steps, versions of the decision, copies.

use std::collections::HashMap;

use upheld_domain::Id;
use upheld_domain::words::StepKind;

use crate::access::{self, Seen};
use crate::error::{StoreError, word};
use crate::incident_view::{DecisionVersion, IncidentStep};
use crate::viewer::ViewerStore;

impl ViewerStore {
    async fn seen(&self, of: &[Id]) -> Result<Vec<Seen>, StoreError> {
        let now = crate::now();
        let select = access::of_ids(access::incidents(self.viewer(), now), of);
        access::see(&self.db().read, self.viewer(), now, select).await
    }

    /// The steps of the decision's way from leader to leader, oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn steps(&self, of: &[Id]) -> Result<HashMap<Id, Vec<IncidentStep>>, StoreError> {
        let seen = self.seen(of).await?;
        let mut found: HashMap<Id, Vec<IncidentStep>> = HashMap::new();
        for s in access::steps_of(&seen).all(&self.db().read).await? {
            found.entry(s.incident_id).or_default().push(IncidentStep {
                id: s.id,
                kind: word(StepKind::parse, &s.kind)?,
                by: s.by_id,
                from: s.from_id,
                to: s.to_id,
                reason: s.reason,
                at: s.at,
            });
        }
        Ok(found)
    }

    /// The versions of the decisions on some entries, oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn decision_versions(
        &self,
        of: &[Id],
    ) -> Result<HashMap<Id, Vec<DecisionVersion>>, StoreError> {
        let seen = self.seen(of).await?;
        let decisions = access::whole_decisions(&seen).all(&self.db().read).await?;
        let incident_of: HashMap<Id, Id> = decisions.iter().map(|d| (d.id, d.incident_id)).collect();
        let mut found: HashMap<Id, Vec<DecisionVersion>> = HashMap::new();
        for v in access::versions_of(&decisions).all(&self.db().read).await? {
            let Some(incident) = incident_of.get(&v.decision_id) else { continue };
            let said = v.body.as_deref().map(serde_json::from_str).transpose();
            found.entry(*incident).or_default().push(DecisionVersion {
                version: v.version,
                recorded_by: v.recorded_by,
                recorded_at: v.recorded_at,
                said: said.map_err(|e| StoreError::Internal(e.to_string()))?,
            });
        }
        Ok(found)
    }

    /// The copies that were merged into some entries, oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn merged_copies(&self, of: &[Id]) -> Result<HashMap<Id, Vec<Id>>, StoreError> {
        let seen = self.seen(of).await?;
        let mut found: HashMap<Id, Vec<Id>> = HashMap::new();
        for row in access::copies_of(self.viewer(), crate::now(), &seen).all(&self.db().read).await? {
            if let Some(into) = row.merged_into {
                found.entry(into).or_default().push(row.id);
            }
        }
        Ok(found)
    }
}
