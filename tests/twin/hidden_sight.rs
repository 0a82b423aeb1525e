//! The entries of a database, and what the viewer may see of each: their rows of `incident_access`, in words.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Twin;

/// The words of a level: what of an entry it opens.
fn opens(level: &str) -> &'static [&'static str] {
    match level {
        "STUB" => &["status"],
        "OWN_TEXT" => &["status", "text"],
        "OWN_TEXT_PLACE" => &["status", "text", "place"],
        "OWN_TEXT_REASON" | "TEXT_REASON" => &["status", "text", "reason"],
        "OWN_TEXT_DECISION" | "TEXT_DECISION" => &["status", "text", "place", "decision"],
        "TEXT" => &["text"],
        "TEXT_RATIONALE" => &["status", "text", "place", "decision", "rationale"],
        "ALL" => &["status", "text", "reporter", "place", "reason", "decision", "rationale", "all"],
        other => panic!("the twin does not know the level {other}"),
    }
}

/// What the viewer may see of one entry.
#[derive(Debug, Default)]
pub(super) struct Sight {
    pub(super) opens: HashSet<&'static str>,
    pub(super) whys: BTreeSet<String>,
}

impl Sight {
    pub(super) fn has(&self, word: &str) -> bool {
        self.opens.contains(word)
    }
    pub(super) fn any(&self) -> bool {
        !self.whys.is_empty()
    }
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: Uuid,
    pub(super) kind: String,
    pub(super) state: String,
    pub(super) reporter: Uuid,
    pub(super) hide: bool,
    pub(super) logged_at: DateTime<Utc>,
    pub(super) team: bool,
    pub(super) merged_into: Option<Uuid>,
    pub(super) subjects: Vec<Uuid>,
    pub(super) decision: Option<Uuid>,
    pub(super) outcome: Option<String>,
    pub(super) handling: Option<String>,
    pub(super) leader: Option<Uuid>,
}

impl Entry {
    pub(super) fn erased(&self) -> bool {
        self.state == "HANDED_OVER" || self.state == "WITHDRAWN"
    }
}

impl Twin<'_> {
    pub(super) async fn read(&self) -> Vec<Entry> {
        let mut subjects: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for r in
            self.db.rows("SELECT incident_id, person_id FROM incident_subjects ORDER BY position", []).await
        {
            let of: Uuid = r.try_get("", "incident_id").unwrap();
            subjects.entry(of).or_default().push(r.try_get("", "person_id").unwrap());
        }
        let sql = "SELECT i.id, i.kind, i.state, i.reporter_id, i.hide_reporter, i.logged_at, i.merged_into, \
                   i.subject_team_id IS NOT NULL AS team, d.id AS decision, d.outcome, d.handling, d.leader_id \
                   FROM incidents i LEFT JOIN decisions d ON d.incident_id = i.id ORDER BY i.logged_at, i.id";
        let rows = self.db.rows(sql, []).await;
        rows.iter()
            .map(|r| {
                let id: Uuid = r.try_get("", "id").unwrap();
                Entry {
                    id,
                    kind: r.try_get("", "kind").unwrap(),
                    state: r.try_get("", "state").unwrap(),
                    reporter: r.try_get("", "reporter_id").unwrap(),
                    hide: r.try_get("", "hide_reporter").unwrap(),
                    logged_at: r.try_get("", "logged_at").unwrap(),
                    team: r.try_get("", "team").unwrap(),
                    merged_into: r.try_get("", "merged_into").unwrap(),
                    subjects: subjects.remove(&id).unwrap_or_default(),
                    decision: r.try_get("", "decision").unwrap(),
                    outcome: r.try_get("", "outcome").unwrap(),
                    handling: r.try_get("", "handling").unwrap(),
                    leader: r.try_get("", "leader_id").unwrap(),
                }
            })
            .collect()
    }

    pub(super) async fn sights(&self) -> HashMap<Uuid, Sight> {
        let sql = "SELECT a.incident_id, a.why, a.level, i.erased_at IS NOT NULL AS erased \
                   FROM incident_access a JOIN incidents i ON i.id = a.incident_id \
                   WHERE a.person_id = $1 AND a.since <= $2 AND (a.until IS NULL OR a.until > $2)";
        let mut sights: HashMap<Uuid, Sight> = HashMap::new();
        for r in self.db.rows(sql, [self.me.into(), Utc::now().into()]).await {
            let (why, level): (String, String) =
                (r.try_get("", "why").unwrap(), r.try_get("", "level").unwrap());
            if why == "ADMIN" && !self.admin {
                continue;
            }
            // Of what was erased there is a stub, whoever looks.
            let level = if r.try_get("", "erased").unwrap() { "STUB".to_owned() } else { level };
            let sight = sights.entry(r.try_get("", "incident_id").unwrap()).or_default();
            sight.opens.extend(opens(&level));
            sight.whys.insert(why);
        }
        sights
    }
}
