//! What a twin changes beside the entries: what is public but for some columns, the audit trail, what a stranger may not
//! know, and what nobody else reads.

use std::collections::HashMap;

use chrono::{TimeDelta, Utc};
use sea_orm::Value;
use uuid::Uuid;

use super::{Twin, Viewer};

impl Twin<'_> {
    /// What is public but for some columns.
    pub(super) async fn around(&mut self, viewer: Viewer) {
        let db = self.db;
        // Reactions are counts: the same number of other people.
        let rows = db
            .rows(
                "SELECT recognition_id, emoji, person_id FROM reactions WHERE person_id <> $1",
                [self.me.into()],
            )
            .await;
        let mut groups: HashMap<(Uuid, String), usize> = HashMap::new();
        for r in rows {
            *groups
                .entry((r.try_get("", "recognition_id").unwrap(), r.try_get("", "emoji").unwrap()))
                .or_default() += 1;
        }
        db.run("DELETE FROM reactions WHERE person_id <> $1", [self.me.into()]).await;
        let others: Vec<Uuid> = self.people.iter().copied().filter(|p| *p != self.me).collect();
        for ((recognition, emoji), n) in groups {
            for person in self.random.some(&others, n) {
                let sql =
                    "INSERT INTO reactions (recognition_id, emoji, person_id, at) VALUES ($1, $2, $3, $4)";
                let values: [Value; 4] =
                    [recognition.into(), emoji.clone().into(), person.into(), Utc::now().into()];
                db.run(sql, values).await;
            }
        }
        self.forget_audit(viewer.admin).await;
        if !viewer.admin {
            for (n, person) in db
                .ids("SELECT id FROM people WHERE id <> $1 ORDER BY email", [self.me.into()])
                .await
                .into_iter()
                .enumerate()
            {
                db.set("people", person, vec![("email", format!("hidden{n}@elsewhere.example").into())])
                    .await;
            }
        }
    }

    /// Admins read what was done to the organisation, sign-ins of admins and their own, and of an entry what they opened
    /// themself or see whole; everybody else reads nothing.
    async fn forget_audit(&self, admin: bool) {
        let db = self.db;
        let kept = "object_kind IN ('organisation', 'person', 'team', 'venue', 'value', 'topic', 'export', 'audit') \
                    OR (object_kind IN ('session', 'token') AND (actor_id = $1 OR actor_id IN \
                        (SELECT id FROM people WHERE role = 'ADMIN'))) \
                    OR (object_kind = 'incident' AND ((actor_id = $1 AND action IN ('incident.open', 'incident.readOpened')) \
                        OR object_id IN (SELECT incident_id FROM incident_access WHERE person_id = $1 AND level = 'ALL' \
                            AND since <= $2 AND (until IS NULL OR until > $2))))";
        let forget = if admin {
            format!("DELETE FROM audit_events WHERE NOT COALESCE(({kept}), FALSE)")
        } else {
            // Both values are bound in either case.
            format!("DELETE FROM audit_events WHERE TRUE OR ({kept})")
        };
        let values: [Value; 2] = [self.me.into(), Utc::now().into()];
        if db.is_sqlite() {
            let triggers =
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_events'";
            let triggers = db.rows(triggers, []).await;
            let triggers: Vec<(String, String)> = triggers
                .iter()
                .map(|r| (r.try_get("", "name").unwrap(), r.try_get("", "sql").unwrap()))
                .collect();
            for (name, _) in &triggers {
                db.run(&format!("DROP TRIGGER {name}"), []).await;
            }
            db.run(&forget, values).await;
            for (_, sql) in &triggers {
                db.run(sql, []).await;
            }
        } else {
            db.run("SET session_replication_role = replica", []).await;
            db.run(&forget, values).await;
            db.run("SET session_replication_role = DEFAULT", []).await;
        }
        db.run("DELETE FROM audit_salts", []).await;
    }

    /// Whoever is not let in knows the organisation's name alone.
    pub(super) async fn strangers_view(&mut self) {
        let db = self.db;
        db.run("UPDATE incidents SET merged_into = id WHERE merged_into IS NOT NULL", []).await;
        db.run("DELETE FROM recognition_search", []).await;
        db.run("DELETE FROM legal_holds", []).await;
        db.run("DELETE FROM incidents", []).await;
        self.forget_audit(false).await;
        for table in ["venue_people", "venue_teams", "value_versions"] {
            db.run(&format!("DELETE FROM {table}"), []).await;
        }
        for table in ["teams", "venues", "company_values", "people"] {
            for id in db.ids(&format!("SELECT id FROM {table}"), []).await {
                db.set(table, id, vec![("name", self.word().into())]).await;
            }
        }
        db.run("UPDATE organisations SET hours_to_decide = 9, silent_after_days = 9, time_zone = 'UTC'", [])
            .await;
        for (n, person) in
            db.ids("SELECT id FROM people WHERE id <> $1", [self.me.into()]).await.into_iter().enumerate()
        {
            db.set("people", person, vec![("email", format!("stranger{n}@elsewhere.example").into())]).await;
        }
    }

    /// What nobody else reads: others' sessions, tokens, keys and passwords, and the dates that no field shows.
    pub(super) async fn secrets(&mut self, viewer: Viewer) {
        let db = self.db;
        for table in [
            "sessions",
            "api_tokens",
            "idempotency_keys",
            "second_factors",
            "recovery_codes",
            "sign_in_links",
        ] {
            db.run(&format!("DELETE FROM {table} WHERE person_id <> $1"), [self.me.into()]).await;
        }
        db.run("DELETE FROM invites", []).await;
        db.run("DELETE FROM server_secrets WHERE name <> 'session-key'", []).await;
        let hash = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let mine = viewer.id.unwrap_or_default();
        db.run("UPDATE people SET password_hash = $2 WHERE id <> $1", [mine.into(), hash.into()]).await;
        let before = Utc::now() - TimeDelta::days(4_000);
        db.run("UPDATE people SET joined_at = $2 WHERE id <> $1", [mine.into(), before.into()]).await;
        if !viewer.admin {
            db.run("UPDATE organisations SET created_at = $1", [before.into()]).await;
        }
        if !viewer.admin {
            db.run("DELETE FROM person_erasures", []).await;
        }
        db.run("UPDATE value_versions SET changed_at = $1, changed_by = NULL", [before.into()]).await;
    }
}
