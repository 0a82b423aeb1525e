//! What the database itself holds to, and what the audit trail proves, on the demo data in a file of its own.

mod accounts;
mod erasure;

use std::path::PathBuf;

use sea_orm::QueryResult;
use upheld_domain::Id;

use crate::access;
use crate::{DecisionInput, ImportOptions, LogInput, Place, SchemaState, Store, ViewerStore};
use upheld_domain::decision::Consideration;
use upheld_domain::words::{Handling, IncidentKind, IncidentState, Outcome, WitnessWord};

const DEMO: &str = include_str!("../../demo-data.json");

pub(crate) struct Scratch {
    pub(crate) store: Store,
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
    pub(crate) async fn rows(&self, text: &str) -> Vec<QueryResult> {
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
    let report = s.store.audit_verify(None, &mut |_, _| {}).await.unwrap();
    assert!(report.whole(), "{:?}", report.damage);
    assert!(report.rows > 44, "each entry and each decision has its row: {}", report.rows);
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

pub(crate) const PASSWORD: &str = "a password for tests";

pub(crate) async fn demo_with_passwords() -> Scratch {
    let s = scratch().await;
    let options = ImportOptions { now: crate::now(), demo_password: Some(PASSWORD.into()) };
    s.store.import(DEMO, options, &mut |_| {}).await.unwrap();
    s
}

impl Scratch {
    pub(crate) async fn sign_in(&self, name: &str) -> (String, ViewerStore) {
        let email = format!("{name}@upheld.example");
        let here = std::net::IpAddr::from([127, 0, 0, 1]);
        let signed_in = self
            .store
            .sign_in(&email, PASSWORD, None, Place { network: here, device: "test", device_token: None })
            .await
            .unwrap();
        (signed_in.session, self.store.reader(signed_in.viewer))
    }

    async fn holds(&self, session: &str) -> bool {
        self.store.viewer_from_cookie(session).await.unwrap().is_some()
    }
}

#[tokio::test]
async fn who_leaves_is_signed_out_at_once() {
    let s = demo_with_passwords().await;
    let (session, moss) = s.sign_in("moss").await;
    let (token, _) = moss.create_token("script", None).await.unwrap();
    assert!(s.holds(&session).await && s.store.viewer_from_token(&token).await.unwrap().is_some());
    s.rows("UPDATE people SET active = FALSE WHERE name = 'Moss' RETURNING id").await;
    assert!(!s.holds(&session).await);
    assert!(s.store.viewer_from_token(&token).await.unwrap().is_none());
    assert!(!s.store.still_valid(moss.viewer()).await.unwrap());
    let here = std::net::IpAddr::from([127, 0, 0, 1]);
    assert!(
        s.store
            .sign_in(
                "moss@upheld.example",
                PASSWORD,
                None,
                Place { network: here, device: "test", device_token: None }
            )
            .await
            .is_err()
    );
}

#[tokio::test]
async fn sessions_and_tokens_end_by_themselves() {
    let s = demo_with_passwords().await;
    let (session, moss) = s.sign_in("moss").await;
    let (token, _) = moss.create_token("script", Some(1)).await.unwrap();
    let past = "'2020-01-01T00:00:00+00:00'";
    s.rows(&format!("UPDATE sessions SET last_seen_at = {past} RETURNING id")).await;
    assert!(!s.holds(&session).await, "idle for too long");
    let (session, _) = s.sign_in("moss").await;
    s.rows(&format!("UPDATE sessions SET expires_at = {past} RETURNING id")).await;
    assert!(!s.holds(&session).await, "past its end");
    s.rows(&format!("UPDATE api_tokens SET expires_at = {past} RETURNING id")).await;
    assert!(s.store.viewer_from_token(&token).await.unwrap().is_none());
}

#[tokio::test]
async fn a_subject_who_has_read_an_entry_keeps_it_when_it_is_closed_later() {
    let s = demo_with_passwords().await;
    let (_, reporter) = s.sign_in("sage").await;
    let (_, subject) = s.sign_in("heath").await;
    let (_, leader) = s.sign_in("cedar").await;
    let value = reporter.values(false).await.unwrap()[0].id;
    let venue =
        reporter.venues().await.unwrap().into_iter().find(|v| v.name == "Mobile retrospective").unwrap().id;
    let input = LogInput {
        key: Id::new_v4(),
        kind: IncidentKind::Violated,
        subjects: vec![subject.viewer().id()],
        team: None,
        values: vec![value],
        venue: Some(venue),
        audience: None,
        audience_size: None,
        affected: None,
        severity: None,
        title: "t".into(),
        situation: "s".into(),
        behaviour: "b".into(),
        impact: "i".into(),
        occurred_on: crate::now().date_naive(),
        evidence_url: None,
        hide_reporter: false,
        credit_reporter: false,
    };
    let id = reporter.log_incident(input).await.unwrap().id;
    let decision = |outcome, handling: Option<Handling>, expected_version| DecisionInput {
        key: Id::new_v4(),
        incident: id,
        outcome,
        handling,
        venue: None,
        consideration: Some(Consideration {
            only_one_who_knows: true,
            nobody_else_affected: true,
            known_at_first_hand: true,
        }),
        heard: None,
        heard_reason: None,
        rationale: "because".into(),
        wording: None,
        also_one_to_one: false,
        names_subject: None,
        witness_word: WitnessWord::Nothing,
        principle: None,
        repair: None,
        expected_version,
    };
    leader.record_decision(decision(Outcome::Correction, Some(Handling::OneToOne), None)).await.unwrap();
    assert!(subject.incident(id).await.unwrap().is_none(), "48 hours are not over");
    // Three days pass.
    let ago = crate::now() - chrono::TimeDelta::days(3);
    let old = format!("'{}'", ago.to_rfc3339());
    s.rows(&format!(
        "UPDATE incidents SET logged_at = {old}, decided_at = {old} WHERE title = 't' RETURNING id"
    ))
    .await;
    s.rows(&format!("UPDATE incident_access SET since = {old} WHERE incident_id = (SELECT id FROM incidents WHERE title = 't') RETURNING why"))
        .await;
    assert_eq!(subject.incident(id).await.unwrap().unwrap().state, IncidentState::Open);
    leader.record_decision(decision(Outcome::NoAction, None, Some(1))).await.unwrap();
    let seen = subject.incident(id).await.unwrap().expect("what was read is not taken away");
    assert_eq!(seen.state, IncidentState::Closed);
    assert_eq!(seen.decision.unwrap().wording.as_deref(), Some("because"));
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
