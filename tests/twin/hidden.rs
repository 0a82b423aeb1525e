//! The twin of a database for one viewer: what they may not see is deleted, or rewritten to something else that could
//! be true. This states the table "who sees what" of the product's description once more, by itself, over columns.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::Value;
use uuid::Uuid;

use crate::database::Db;
use crate::random::Random;

/// For whom a twin is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Viewer {
    /// The person; nobody when there is no session at all.
    pub(crate) id: Option<Uuid>,
    /// Whether the person is let in.
    pub(crate) signed_in: bool,
    pub(crate) admin: bool,
}

/// What happens to a table in a twin. A table, or a column, that is not here fails the test: somebody has to say who
/// may read it.
const TABLES: &[(&str, &str, &str)] = &[
    (
        "organisations",
        "everybody, but for its first day",
        "id only_one name time_zone hours_to_decide silent_after_days demo created_at subject_sees_after_hours hand_over_text hand_over_link",
    ),
    ("teams", "everybody", "id name"),
    ("team_leads", "everybody", "team_id person_id"),
    (
        "people",
        "everybody, but for the secrets of others",
        "id name title email role team_id manager_id preference password_hash active joined_at",
    ),
    ("invites", "nobody", "token_hash person_id expires_at used_at"),
    (
        "server_secrets",
        "nobody; the key of sessions stays, so that one cookie is good for both",
        "name secret",
    ),
    (
        "company_values",
        "everybody",
        "id name statement upheld_examples violated_examples version retired position",
    ),
    (
        "value_versions",
        "nobody",
        "value_id version name statement upheld_examples violated_examples retired changed_by changed_at",
    ),
    ("venues", "everybody", "id name kind audience audience_size everybody"),
    ("venue_teams", "everybody", "venue_id team_id"),
    ("venue_people", "everybody", "venue_id person_id"),
    (
        "incidents",
        "by level",
        "id kind state reporter_id subject_team_id decider_id venue_id audience audience_size affected severity title situation behaviour impact evidence_url occurred_on hide_reporter credit_reporter logged_at waiting_since waited_seconds decided_at delivered_at merged_into subject_sees_after_hours erased_at",
    ),
    ("incident_subjects", "with the text", "incident_id person_id position"),
    ("incident_values", "with the text", "incident_id value_id position"),
    ("incident_access", "one's own, and whom one may know of", "incident_id person_id why level since until"),
    ("incident_steps", "with everything", "id incident_id kind by_id from_id to_id reason at by_name"),
    ("questions", "with everything, or one's own", "id incident_id asked_by asked_of text at answered_at"),
    ("replies", "with everything, or one's own", "id incident_id author_id question_id text at"),
    (
        "decisions",
        "by level",
        "id incident_id leader_id outcome handling venue_id reach only_one_who_knows nobody_else_affected known_at_first_hand heard heard_reason rationale wording names_subject also_one_to_one witness_word principle repair considered decided_at confirmed_by delivered_at delivered_in retracted_at retraction_reason version",
    ),
    ("decision_versions", "with everything", "decision_id version recorded_by recorded_at body"),
    (
        "recognitions",
        "everybody",
        "id decision_id leader_id subject_team_id spotted_by venue_id wording published_at",
    ),
    ("recognition_subjects", "everybody", "recognition_id person_id position"),
    ("recognition_values", "everybody", "recognition_id value_id position"),
    ("recognition_search", "everybody", "recognition_id words"),
    ("reactions", "everybody, but for who", "recognition_id emoji person_id at"),
    ("comments", "everybody", "id recognition_id author_id text at"),
    ("notices", "with a row of notice_access", "id decision_id kind venue_id wording about_id at"),
    ("notice_values", "with the notice", "notice_id value_id position"),
    ("notice_access", "one's own", "notice_id person_id at"),
    (
        "sessions",
        "one's own",
        "id person_id network device device_hash started_at last_seen_at expires_at ended_at confirmed_at",
    ),
    ("api_tokens", "one's own", "id person_id name token_hash created_at expires_at last_used_at revoked_at"),
    ("idempotency_keys", "one's own", "person_id client_key operation input_digest object_id at"),
    (
        "audit_events",
        "admins: the organisation, sign-ins of admins, and of an entry what they opened or see whole",
        "seq at actor_id action object_kind object_id salt digest hash id",
    ),
    ("audit_salts", "nobody", "event_id object_id salt"),
    ("second_factors", "one's own", "person_id secret started_at since last_step"),
    ("recovery_codes", "one's own", "code_hash person_id used_at"),
    ("sign_in_links", "one's own", "id token_hash person_id made_by made_at expires_at used_at"),
    (
        "readings",
        "who decides or leads the decider, whom it is about, and who read",
        "id incident_id person_id why on_day reason at until",
    ),
    (
        "retention_policy",
        "everybody",
        "only_one recognition_months correction_months no_action_months stub_months fold_after_months",
    ),
    (
        "legal_holds",
        "admins; that there is one, whoever may do away with the text",
        "incident_id set_by reason at",
    ),
    ("person_erasures", "admins: that it was done", "person_id asked_by asked_at done_at"),
    ("audit_head", "everybody: the next row hangs on it", "only_one seq hash"),
    ("topics", "everybody", "id kind team_id text unit baseline target cycle_days retired created_by created_at"),
    ("topic_check_ins", "everybody", "id topic_id value note by_id at"),
    ("topic_talks", "everybody, as counts", "id topic_id place team_id leader_id at"),
    ("seaql_migrations", "everybody", "version applied_at"),
];

/// Fails on a table or a column of which nobody has said who may read it.
pub(crate) async fn check_tables(db: &Db) {
    let mut unknown = Vec::new();
    for (table, columns) in db.tables().await {
        match TABLES.iter().find(|(name, ..)| *name == table) {
            None => unknown.push(table),
            Some((.., known)) => {
                let known: Vec<&str> = known.split(' ').collect();
                let new = columns.iter().filter(|c| !known.contains(&c.as_str()));
                unknown.extend(new.map(|c| format!("{table}.{c}")));
            }
        }
    }
    assert!(
        unknown.is_empty(),
        "the twin does not know who may read these (tests/twin/hidden.rs): {unknown:?}"
    );
}

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
struct Sight {
    opens: HashSet<&'static str>,
    whys: BTreeSet<String>,
}

impl Sight {
    fn has(&self, word: &str) -> bool {
        self.opens.contains(word)
    }
    fn any(&self) -> bool {
        !self.whys.is_empty()
    }
}

#[derive(Debug)]
struct Entry {
    id: Uuid,
    kind: String,
    state: String,
    reporter: Uuid,
    hide: bool,
    logged_at: DateTime<Utc>,
    team: bool,
    merged_into: Option<Uuid>,
    subjects: Vec<Uuid>,
    decision: Option<Uuid>,
    outcome: Option<String>,
    handling: Option<String>,
    leader: Option<Uuid>,
}

impl Entry {
    fn erased(&self) -> bool {
        self.state == "HANDED_OVER" || self.state == "WITHDRAWN"
    }
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

    async fn read(&self) -> Vec<Entry> {
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

    async fn sights(&self) -> HashMap<Uuid, Sight> {
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
        for id in db.ids("SELECT incident_id FROM legal_holds", []).await {
            let may = |why: &&str| sights.get(&id).is_some_and(|s| s.whys.contains(*why));
            if ["REPORTER", "DECIDER", "LEADER_ABOVE"].iter().any(may) {
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

    /// What is public but for some columns.
    async fn around(&mut self, viewer: Viewer) {
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
        let kept = "object_kind IN ('organisation', 'person', 'team', 'venue', 'value', 'export', 'audit') \
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
    async fn strangers_view(&mut self) {
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
    async fn secrets(&mut self, viewer: Viewer) {
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
