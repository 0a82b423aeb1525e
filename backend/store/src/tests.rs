//! What the database itself holds to, and what the audit trail proves, on the demo data in a file of its own.

use std::path::PathBuf;

use sea_orm::QueryResult;
use upheld_domain::Id;

use crate::access;
use crate::audit::hash;
use crate::{ImportOptions, SchemaState, Store};

const DEMO: &str = include_str!("../../demo-data.json");

struct Scratch {
    store: Store,
    file: PathBuf,
}

impl Drop for Scratch {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", self.file.display()));
        }
    }
}

async fn scratch() -> Scratch {
    let file = std::env::temp_dir().join(format!("upheld-store-{}.db", Id::new_v4()));
    let store = Store::open(&format!("sqlite://{}", file.display())).await.unwrap();
    assert!(matches!(store.schema_state().await.unwrap(), SchemaState::Behind(n) if n > 0));
    assert!(store.migrate().await.unwrap() > 0);
    assert_eq!(store.schema_state().await.unwrap(), SchemaState::Current);
    Scratch { store, file }
}

async fn demo() -> Scratch {
    let s = scratch().await;
    let options = ImportOptions { now: crate::now(), demo_password: None };
    s.store.import(DEMO, options, &mut |_| {}).await.unwrap();
    s
}

impl Scratch {
    async fn rows(&self, text: &str) -> Vec<QueryResult> {
        access::rows(self.store.db().writer(), text, []).await.unwrap()
    }

    async fn refuses(&self, text: &str) {
        let result = access::rows(self.store.db().writer(), text, []).await;
        assert!(result.is_err(), "the database let through: {text}");
    }
}

#[tokio::test]
async fn the_database_holds_the_rules_that_must_never_break() {
    let s = demo().await;
    s.refuses("UPDATE people SET manager_id = id RETURNING id").await;
    s.refuses("UPDATE incidents SET kind = 'BAD' RETURNING id").await;
    s.refuses("UPDATE decisions SET reach = 'FURTHER' RETURNING id").await;
    s.refuses("UPDATE incidents SET title = 'back' WHERE state = 'HANDED_OVER' RETURNING id").await;
    s.refuses("UPDATE decisions SET incident_id = (SELECT min(incident_id) FROM decisions) RETURNING id")
        .await;
    s.refuses("UPDATE decisions SET handling = NULL WHERE outcome = 'CORRECTION' RETURNING id").await;
    s.refuses("UPDATE audit_events SET action = 'x' RETURNING seq").await;
    s.refuses("DELETE FROM audit_events RETURNING seq").await;
}

#[tokio::test]
async fn the_audit_chain_verifies_and_every_change_is_in_it() {
    let s = demo().await;
    let events = s
        .rows("SELECT seq, at, actor_id, action, object_kind, object_id, salt, digest, hash FROM audit_events ORDER BY seq")
        .await;
    assert!(events.len() > 44, "each entry and each decision has its row: {}", events.len());
    let mut previous = String::new();
    for (n, row) in events.iter().enumerate() {
        let seq: i64 = row.try_get("", "seq").unwrap();
        assert_eq!(seq, i64::try_from(n).unwrap() + 1, "no row is missing");
        let at: upheld_domain::Instant = row.try_get("", "at").unwrap();
        let actor: Option<Id> = row.try_get("", "actor_id").unwrap();
        let object: Id = row.try_get("", "object_id").unwrap();
        let text = |column: &str| row.try_get::<String>("", column).unwrap();
        let expected = hash(&[
            &previous,
            &seq.to_string(),
            &at.timestamp_micros().to_string(),
            &actor.map(|a| a.to_string()).unwrap_or_default(),
            &text("action"),
            &text("object_kind"),
            &object.to_string(),
            &text("salt"),
            &text("digest"),
        ]);
        assert_eq!(text("hash"), expected, "row {seq}");
        previous = expected;
    }
    let head: String = s.rows("SELECT hash FROM audit_head").await[0].try_get("", "hash").unwrap();
    assert_eq!(head, previous);
}

#[tokio::test]
async fn visibility_rows_agree_with_the_states() {
    let s = demo().await;
    let none = |rows: Vec<QueryResult>, what: &str| assert!(rows.is_empty(), "{what}: {}", rows.len());
    none(
        s.rows(
            "SELECT a.person_id FROM incident_access a JOIN incidents i ON i.id = a.incident_id \
             WHERE i.kind = 'UPHELD' AND i.state <> 'DELIVERED' AND a.why = 'SUBJECT'",
        )
        .await,
        "somebody sees undelivered praise of themself",
    );
    none(
        s.rows(
            "SELECT a.person_id FROM incident_access a JOIN incident_subjects x \
             ON x.incident_id = a.incident_id AND x.person_id = a.person_id WHERE a.level = 'ALL'",
        )
        .await,
        "somebody sees everything of an entry about themself",
    );
    none(
        s.rows("SELECT i.id FROM incidents i WHERE NOT EXISTS (SELECT 1 FROM incident_access a WHERE a.incident_id = i.id AND a.why = 'DECIDER')")
            .await,
        "an entry that nobody decides",
    );
    none(
        s.rows(
            "SELECT r.id FROM recognitions r JOIN decisions d ON d.id = r.decision_id \
             WHERE d.outcome <> 'RECOGNITION' OR d.handling <> 'PUBLIC' OR d.delivered_at IS NULL",
        )
        .await,
        "a recognition that is not a delivered public one",
    );
}

#[tokio::test]
async fn an_import_is_all_or_nothing() {
    let s = scratch().await;
    let broken = DEMO.replace("\"leaderId\": \"cedar\"", "\"leaderId\": \"nobody\"");
    let options = || ImportOptions { now: crate::now(), demo_password: None };
    let e = s.store.import(&broken, options(), &mut |_| {}).await.unwrap_err();
    assert!(e.to_string().contains("nobody"), "{e}");
    assert!(s.store.is_empty().await.unwrap());
    assert!(s.rows("SELECT id FROM people").await.is_empty());
    s.store.import(DEMO, options(), &mut |_| {}).await.unwrap();
    let again = s.store.import(DEMO, options(), &mut |_| {}).await.unwrap_err();
    assert!(again.to_string().contains("empty database"), "{again}");
}
