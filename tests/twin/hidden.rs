//! The twin of a database for one viewer: what they may not see is deleted, or rewritten to something else that could
//! be true. This states the table "who sees what" of the product's description once more, by itself, over columns.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::Value;
use uuid::Uuid;

use crate::database::Db;
use crate::random::Random;

#[path = "hidden_around.rs"]
mod around;
#[path = "hidden_meetings.rs"]
mod meetings;
#[path = "hidden_sight.rs"]
mod sight;
#[path = "hidden_tables.rs"]
mod tables;

use sight::{Entry, Sight};
pub(crate) use tables::check_tables;

/// For whom a twin is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Viewer {
    /// The person; nobody when there is no session at all.
    pub(crate) id: Option<Uuid>,
    /// Whether the person is let in.
    pub(crate) signed_in: bool,
    pub(crate) admin: bool,
}

struct Twin<'a> {
    db: &'a Db,
    me: Uuid,
    admin: bool,
    random: Random,
    people: Vec<Uuid>,
    venues: Vec<Uuid>,
    values: Vec<Uuid>,
}

/// Takes everything out of the database that the viewer may not see.
pub(crate) async fn hide(db: &Db, viewer: Viewer, seed: u64) {
    let mut twin = Twin {
        db,
        me: viewer.id.unwrap_or_default(),
        admin: viewer.admin,
        random: Random::new(seed ^ 0x7717),
        people: db.ids("SELECT id FROM people WHERE active ORDER BY email", []).await,
        venues: db.ids("SELECT id FROM venues WHERE audience <> 'ONE_TO_ONE' ORDER BY name", []).await,
        values: db.ids("SELECT id FROM company_values ORDER BY position", []).await,
    };
    if viewer.signed_in {
        twin.entries().await;
        twin.meetings().await;
        twin.around(viewer).await;
    } else {
        twin.strangers_view().await;
    }
    twin.secrets(viewer).await;
}

impl Twin<'_> {
    fn word(&mut self) -> String {
        format!("Something else {}.", self.random.canary())
    }

    /// Somebody who is not the viewer and none of these.
    fn other(&mut self, not: &[Uuid]) -> Uuid {
        let mut free: Vec<Uuid> =
            self.people.iter().copied().filter(|p| *p != self.me && !not.contains(p)).collect();
        if free.is_empty() {
            free = self.people.iter().copied().filter(|p| *p != self.me).collect();
        }
        *self.random.pick(&free)
    }

    async fn entries(&mut self) {
        let db = self.db;
        let entries = self.read().await;
        let sights = self.sights().await;
        let blind = Sight::default();
        let sight = |id: Uuid| sights.get(&id).unwrap_or(&blind);

        // What has a public face, or a notice that the viewer reads, keeps a shell to hang it on; so does the entry into
        // which one was merged that the viewer sees. Everything else goes.
        let faces = "SELECT d.incident_id FROM decisions d WHERE EXISTS (SELECT 1 FROM recognitions r WHERE \
                     r.decision_id = d.id) OR EXISTS (SELECT 1 FROM notices n JOIN notice_access a ON \
                     a.notice_id = n.id WHERE n.decision_id = d.id AND a.person_id = $1)";
        let mut shells: HashSet<Uuid> = db.ids(faces, [self.me.into()]).await.into_iter().collect();
        let followed: HashSet<Uuid> =
            entries.iter().filter(|e| sight(e.id).any()).filter_map(|e| e.merged_into).collect();
        shells.extend(&followed);
        // One's own words stay one's own, and so does a notice that names one; admins know what is held.
        for own in [
            "SELECT incident_id FROM replies WHERE author_id = $1",
            "SELECT incident_id FROM questions WHERE asked_by = $1 OR asked_of = $1",
            "SELECT d.incident_id FROM decisions d JOIN notices n ON n.decision_id = d.id WHERE n.about_id = $1",
        ] {
            shells.extend(db.ids(own, [self.me.into()]).await);
        }
        if self.admin {
            shells.extend(db.ids("SELECT incident_id FROM legal_holds", []).await);
            let opened = "SELECT incident_id FROM readings WHERE person_id = $1 AND until IS NOT NULL";
            shells.extend(db.ids(opened, [self.me.into()]).await);
        } else {
            self.holds(&sights).await;
        }
        self.readings(&sights).await;

        db.run(
            "DELETE FROM notices WHERE NOT EXISTS (SELECT 1 FROM notice_access a WHERE a.notice_id = notices.id \
             AND a.person_id = $1) AND (about_id IS NULL OR about_id <> $1)",
            [self.me.into()],
        )
        .await;
        db.run("DELETE FROM notice_access WHERE person_id <> $1", [self.me.into()]).await;

        let gone: Vec<&Entry> =
            entries.iter().filter(|e| !sight(e.id).any() && !shells.contains(&e.id)).collect();
        for entry in &gone {
            db.run("UPDATE incidents SET merged_into = id WHERE merged_into = $1", [entry.id.into()]).await;
        }
        for entry in gone {
            db.run("DELETE FROM incidents WHERE id = $1", [entry.id.into()]).await;
        }
        for entry in entries.iter().filter(|e| sight(e.id).any() || shells.contains(&e.id)) {
            if !sight(entry.id).has("all") {
                self.rewrite(entry, sight(entry.id), followed.contains(&entry.id)).await;
            }
        }
    }

    /// That an entry is held shows to whoever may do away with its text, because they are refused; nothing else of it does.
    async fn holds(&mut self, sights: &HashMap<Uuid, Sight>) {
        let db = self.db;
        // Who decided it takes it back, of an own lapse too, which they see as whom it is about.
        let mine = db.ids("SELECT incident_id FROM decisions WHERE leader_id = $1", [self.me.into()]).await;
        for id in db.ids("SELECT incident_id FROM legal_holds", []).await {
            let may = |why: &&str| sights.get(&id).is_some_and(|s| s.whys.contains(*why));
            if mine.contains(&id) || ["REPORTER", "DECIDER", "LEADER_ABOVE"].iter().any(may) {
                let sql = "UPDATE legal_holds SET reason = $2, set_by = $3 WHERE incident_id = $1";
                let values: [Value; 3] = [id.into(), self.word().into(), self.other(&[]).into()];
                db.run(sql, values).await;
            } else {
                db.run("DELETE FROM legal_holds WHERE incident_id = $1", [id.into()]).await;
            }
        }
    }

    /// Who opened and read an entry is for those who decide on it or lead the one who does, and for the person once they
    /// may read it; a former decider is not told to the person.
    async fn readings(&self, sights: &HashMap<Uuid, Sight>) {
        let db = self.db;
        for r in db.rows("SELECT id, incident_id, person_id, why FROM readings", []).await {
            let (id, incident): (Uuid, Uuid) =
                (r.try_get("", "id").unwrap(), r.try_get("", "incident_id").unwrap());
            let (by, why): (Uuid, String) =
                (r.try_get("", "person_id").unwrap(), r.try_get("", "why").unwrap());
            let known = sights.get(&incident).is_some_and(|s| {
                let decides = s.whys.contains("DECIDER") || s.whys.contains("LEADER_ABOVE");
                // An admin who has the entry open reads in the audit who else did.
                ((decides || self.admin) && s.has("all"))
                    || (s.whys.contains("SUBJECT") && s.has("text") && why != "FORMER_DECIDER")
            });
            if by != self.me && !known {
                db.run("DELETE FROM readings WHERE id = $1", [id.into()]).await;
            }
        }
    }

    /// Gives an entry other contents wherever the viewer sees none.
    async fn rewrite(&mut self, e: &Entry, sight: &Sight, followed: bool) {
        let db = self.db;
        let mine = sight.whys.contains("REPORTER");
        // Unless they asked to be hidden, the reporter stands among the onlookers of everybody who reads the text.
        let knows_reporter = sight.has("reporter") || mine || (sight.has("text") && !e.hide);
        let reporter = if knows_reporter {
            e.reporter
        } else {
            let mut not = e.subjects.clone();
            not.push(e.reporter);
            self.other(&not)
        };
        let mut set: Vec<(&str, Value)> = Vec::new();
        if !knows_reporter {
            set.push(("reporter_id", reporter.into()));
        }
        if !mine {
            set.push(("credit_reporter", self.random.chance(50).into()));
        }
        if !sight.has("text") {
            self.rewrite_text(e, &mut set).await;
        }
        // Whoever asked the reporter once finds them masked in their own question.
        let asked = "SELECT id FROM questions WHERE incident_id = $1 AND asked_by = $2 AND asked_of = $3";
        let asked = !db.ids(asked, [e.id.into(), self.me.into(), e.reporter.into()]).await.is_empty();
        if !sight.has("text") && !mine && !asked {
            set.push(("hide_reporter", self.random.chance(50).into()));
        }
        if !sight.has("decision") && e.state == "DELIVERED" {
            set.push(("delivered_at", self.later(e, 30).into()));
        }
        // How long it waits shows with the status, also to whoever follows a duplicate into this one.
        if !(sight.has("status") && sight.has("text")) && e.decision.is_some() && !followed {
            set.push(("decided_at", self.later(e, 20).into()));
        }
        if !sight.has("status") && sight.any() {
            self.rewrite_state(e, &mut set).await;
        }
        if !sight.any() && e.state == "WAITING" {
            // Whoever follows a duplicate into this one does not learn that it waits.
            set.extend([("state", "OPEN".into()), ("waiting_since", None::<DateTime<Utc>>.into())]);
        }
        db.set("incidents", e.id, set).await;

        // What somebody did themself they know, and it counts when the next step is taken.
        let others = "DELETE FROM incident_steps WHERE incident_id = $1 AND (by_id IS NULL OR by_id <> $2) \
                      AND (from_id IS NULL OR from_id <> $2)";
        db.run(others, [e.id.into(), self.me.into()]).await;
        db.run(
            "DELETE FROM replies WHERE incident_id = $1 AND author_id <> $2",
            [e.id.into(), self.me.into()],
        )
        .await;
        let others = "incident_id = $1 AND asked_by <> $2 AND asked_of <> $2";
        if sight.has("status") {
            // That it waits for an answer is its status; who was asked what is not.
            let sql = format!(
                "UPDATE questions SET text = $3, asked_of = $4 WHERE {others} AND answered_at IS NULL"
            );
            let values: [Value; 4] =
                [e.id.into(), self.me.into(), self.word().into(), self.other(&[]).into()];
            db.run(&sql, values).await;
            let sql = format!("DELETE FROM questions WHERE {others} AND answered_at IS NOT NULL");
            db.run(&sql, [e.id.into(), self.me.into()]).await;
        } else {
            db.run(&format!("DELETE FROM questions WHERE {others}"), [e.id.into(), self.me.into()]).await;
        }
        if reporter != e.reporter {
            let sql = "UPDATE questions SET asked_of = $2 WHERE incident_id = $1 AND asked_of = $3";
            if e.hide {
                db.run(sql, [e.id.into(), reporter.into(), e.reporter.into()]).await;
            }
        }
        self.rewrite_access(e, sight, reporter, (mine, followed)).await;
        if e.decision.is_some() && !self.decision_gone(e).await {
            self.rewrite_decision(e, sight).await;
        }
    }

    async fn decision_gone(&self, e: &Entry) -> bool {
        self.db.ids("SELECT id FROM decisions WHERE incident_id = $1", [e.id.into()]).await.is_empty()
    }

    fn later(&mut self, e: &Entry, hours: usize) -> DateTime<Utc> {
        let minutes = i64::try_from(self.random.between(30, hours * 60)).unwrap();
        (e.logged_at + TimeDelta::minutes(minutes)).min(Utc::now() - TimeDelta::minutes(30))
    }

    async fn rewrite_text(&mut self, e: &Entry, set: &mut Vec<(&'static str, Value)>) {
        let db = self.db;
        if !e.erased() {
            for column in ["title", "situation", "behaviour", "impact"] {
                set.push((column, self.word().into()));
            }
            set.push(("evidence_url", format!("https://twin.example/{}", self.random.canary()).into()));
        }
        let decider = self.other(&e.subjects);
        set.push(("decider_id", decider.into()));
        set.push(("venue_id", (*self.random.pick(&self.venues)).into()));
        set.push(("audience", (*self.random.pick(&["TEAM", "CROSS_TEAM", "EXTERNAL"])).into()));
        set.push(("audience_size", i32::try_from(self.random.between(20, 90)).unwrap().into()));
        set.push(("affected", (*self.random.pick(&["TEAM", "ORGANISATION"])).into()));
        set.push(("severity", (*self.random.pick(&["MINOR", "SERIOUS"])).into()));
        set.push(("occurred_on", (e.logged_at - TimeDelta::days(3)).date_naive().into()));
        db.run("DELETE FROM incident_subjects WHERE incident_id = $1", [e.id.into()]).await;
        if !e.team {
            let subject = self.other(&e.subjects);
            let sql = "INSERT INTO incident_subjects (incident_id, person_id, position) VALUES ($1, $2, 0)";
            db.run(sql, [e.id.into(), subject.into()]).await;
        }
        db.run("DELETE FROM incident_values WHERE incident_id = $1", [e.id.into()]).await;
        let value = *self.random.pick(&self.values);
        let sql = "INSERT INTO incident_values (incident_id, value_id, position) VALUES ($1, $2, 0)";
        db.run(sql, [e.id.into(), value.into()]).await;
    }

    /// Whoever may not know of a decision sees the same whether there is one or not.
    async fn rewrite_state(&mut self, e: &Entry, set: &mut Vec<(&'static str, Value)>) {
        let db = self.db;
        if e.decision.is_some() {
            db.run("DELETE FROM decisions WHERE incident_id = $1", [e.id.into()]).await;
            set.extend([("state", "OPEN".into()), ("decided_at", None::<DateTime<Utc>>.into())]);
            return;
        }
        set.push(("waiting_since", None::<DateTime<Utc>>.into()));
        set.push(("waited_seconds", 86_400_i64.into()));
        if e.kind == "UPHELD" || self.random.chance(30) {
            set.push(("state", "OPEN".into()));
            return;
        }
        let at = self.later(e, 40);
        set.extend([("state", "DECIDED".into()), ("decided_at", at.into())]);
        let leader = self.other(&e.subjects);
        let sql = "INSERT INTO decisions (id, incident_id, leader_id, outcome, handling, rationale, names_subject, \
                   also_one_to_one, witness_word, considered, decided_at, version) \
                   VALUES ($1, $2, $3, 'CORRECTION', 'ONE_TO_ONE', $4, $5, $5, 'NOTHING', $6, $7, 1)";
        let id = Uuid::from_u128(u128::from(self.random.next()) << 64 | 0x4000_8000_0000_0000_0000);
        let values: [Value; 7] =
            [id.into(), e.id.into(), leader.into(), self.word().into(), false.into(), true.into(), at.into()];
        db.run(sql, values).await;
    }

    async fn rewrite_access(
        &mut self,
        e: &Entry,
        sight: &Sight,
        reporter: Uuid,
        (mine, followed): (bool, bool),
    ) {
        let db = self.db;
        let mut known: Vec<&str> = Vec::new();
        if sight.has("text") {
            known.extend(["DECIDER", "LEADER_ABOVE", "REPORTER"]);
        }
        if followed || (mine && sight.has("text")) {
            known.push("SUBJECT");
        }
        let rows = db
            .rows(
                "SELECT person_id, why FROM incident_access WHERE incident_id = $1 AND person_id <> $2",
                [e.id.into(), self.me.into()],
            )
            .await;
        for r in rows {
            let (person, why): (Uuid, String) =
                (r.try_get("", "person_id").unwrap(), r.try_get("", "why").unwrap());
            let key: [Value; 3] = [e.id.into(), person.into(), why.clone().into()];
            if !known.contains(&why.as_str()) {
                let sql =
                    "DELETE FROM incident_access WHERE incident_id = $1 AND person_id = $2 AND why = $3";
                db.run(sql, key).await;
                continue;
            }
            // How much others see tells of steps that the viewer may not know; that they see it does not.
            let change = match why.as_str() {
                "REPORTER" => Some(("OWN_TEXT_PLACE", None, reporter)),
                "SUBJECT" if !sight.has("decision") => {
                    Some(("TEXT_RATIONALE", Some(self.later(e, 47)), person))
                }
                "SUBJECT" => Some(("TEXT", None, person)),
                _ => None,
            };
            if let Some((level, since, person)) = change {
                let sql = "UPDATE incident_access SET level = $4, person_id = $5 \
                           WHERE incident_id = $1 AND person_id = $2 AND why = $3";
                db.run(sql, key.clone().into_iter().chain([level.into(), person.into()])).await;
                if let Some(since) = since {
                    let sql = "UPDATE incident_access SET since = $4 WHERE incident_id = $1 AND person_id = $2 AND why = $3";
                    db.run(sql, key.into_iter().chain([since.into()])).await;
                }
            }
        }
    }

    async fn rewrite_decision(&mut self, e: &Entry, sight: &Sight) {
        let Some(id) = e.decision else { return };
        let db = self.db;
        db.run("DELETE FROM decision_versions WHERE decision_id = $1", [id.into()]).await;
        if sight.any() && e.leader == Some(self.me) {
            // What somebody decided themself they know, whatever they see of the entry now.
            return;
        }
        let closed = e.outcome.as_deref() == Some("NO_ACTION");
        let public = e.handling.as_deref() == Some("PUBLIC");
        let mut set: Vec<(&str, Value)> = vec![
            ("considered", self.random.chance(50).into()),
            ("only_one_who_knows", self.random.chance(50).into()),
            ("nobody_else_affected", self.random.chance(50).into()),
            ("known_at_first_hand", self.random.chance(50).into()),
            ("heard", (*self.random.pick(&["ASKED", "IN_THE_MOMENT"])).into()),
            ("heard_reason", self.word().into()),
            ("retraction_reason", self.word().into()),
        ];
        let reason = closed && sight.has("reason");
        if !sight.has("rationale") {
            if !reason {
                set.push(("rationale", self.word().into()));
            } else if db
                .ids("SELECT id FROM decisions WHERE id = $1 AND wording IS NOT NULL", [id.into()])
                .await
                .len()
                == 1
            {
                // The reason was written for them, so that the leader's own stays the leader's.
                set.push(("rationale", self.word().into()));
            }
        }
        if !sight.has("decision") {
            set.push(("principle", self.word().into()));
            set.push(("repair", self.word().into()));
        }
        if !sight.has("decision") && !reason {
            set.push(("wording", self.word().into()));
            let leader = self.other(&e.subjects);
            set.push(("leader_id", leader.into()));
            set.push(("confirmed_by", None::<Uuid>.into()));
            set.push(("names_subject", self.random.chance(50).into()));
            set.push(("also_one_to_one", self.random.chance(50).into()));
            set.push(("witness_word", (*self.random.pick(&["NOTHING", "ADDRESSED"])).into()));
            set.push(("version", i32::try_from(self.random.between(1, 5)).unwrap().into()));
            set.push(("decided_at", self.later(e, 20).into()));
            if !closed {
                set.push(("reach", (*self.random.pick(&["NARROWER", "MATCHED", "WIDER"])).into()));
                set.push(("venue_id", (*self.random.pick(&self.venues)).into()));
                if e.state == "DECIDED" {
                    set.push(("handling", if public { "ONE_TO_ONE" } else { "PUBLIC" }.into()));
                }
            }
            if e.state == "DELIVERED" {
                set.push(("delivered_at", self.later(e, 40).into()));
                if !sight.has("place") {
                    set.push(("delivered_in", (*self.random.pick(&self.venues)).into()));
                }
            }
        }
        db.set("decisions", id, set).await;
    }
}
