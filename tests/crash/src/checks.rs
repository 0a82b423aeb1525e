//! What must be so in the database after whatever happened, each as one statement that counts what is not.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, QueryResult, Statement};
use uuid::Uuid;

use crate::guard::Outcome;
use crate::ledger::Facts;
use crate::load::Names;
use crate::server::Place;

/// Rows that belong together were written together. Each counts what is half there.
const HALVES: &[(&str, &str)] = &[
    (
        "a decision without its version",
        "SELECT count(*) AS n FROM decisions d WHERE d.version <>
            (SELECT count(*) FROM decision_versions v WHERE v.decision_id = d.id AND v.version <= d.version)",
    ),
    (
        "a decided entry without a decision",
        "SELECT count(*) AS n FROM incidents i WHERE i.state IN ('DECIDED', 'DELIVERED', 'CLOSED')
            AND i.id NOT IN (SELECT incident_id FROM decisions)",
    ),
    (
        "a decision on an undecided entry",
        "SELECT count(*) AS n FROM decisions d JOIN incidents i ON i.id = d.incident_id
            WHERE i.state NOT IN ('DECIDED', 'DELIVERED', 'CLOSED', 'WAITING')",
    ),
    (
        "an entry delivered in one table only",
        "SELECT count(*) AS n FROM decisions d JOIN incidents i ON i.id = d.incident_id
            WHERE (i.state = 'DELIVERED') <> (d.delivered_at IS NOT NULL)",
    ),
    (
        "an entry that its reporter or decider cannot see",
        "SELECT count(*) AS n FROM incidents i WHERE NOT EXISTS
            (SELECT 1 FROM incident_access a WHERE a.incident_id = i.id AND a.person_id = i.decider_id AND a.why = 'DECIDER')
            OR NOT EXISTS
            (SELECT 1 FROM incident_access a WHERE a.incident_id = i.id AND a.person_id = i.reporter_id AND a.why = 'REPORTER')",
    ),
    (
        "a delivered entry that the person cannot see",
        "SELECT count(*) AS n FROM incidents i JOIN incident_subjects s ON s.incident_id = i.id
            WHERE i.state = 'DELIVERED' AND NOT EXISTS (SELECT 1 FROM incident_access a
            WHERE a.incident_id = i.id AND a.person_id = s.person_id AND a.why = 'SUBJECT')",
    ),
    (
        "an entry about nobody or without a value",
        "SELECT count(*) AS n FROM incidents i
            WHERE (i.subject_team_id IS NULL AND i.id NOT IN (SELECT incident_id FROM incident_subjects))
            OR i.id NOT IN (SELECT incident_id FROM incident_values)",
    ),
    (
        "a waiting entry without a question",
        "SELECT count(*) AS n FROM incidents i WHERE i.state = 'WAITING' AND i.id NOT IN
            (SELECT incident_id FROM questions WHERE answered_at IS NULL)",
    ),
    (
        "an answered question without its reply",
        "SELECT count(*) AS n FROM questions q JOIN incidents i ON i.id = q.incident_id
            WHERE q.answered_at IS NOT NULL AND i.title LIKE 'Entry w%' AND NOT EXISTS
            (SELECT 1 FROM replies r WHERE r.incident_id = q.incident_id AND r.author_id = q.asked_of AND r.at = q.answered_at)",
    ),
    (
        "a public recognition that is not in the feed",
        "SELECT count(*) AS n FROM decisions d WHERE d.outcome = 'RECOGNITION' AND d.handling = 'PUBLIC'
            AND d.delivered_at IS NOT NULL AND d.retracted_at IS NULL
            AND d.id NOT IN (SELECT decision_id FROM recognitions)",
    ),
    (
        "a recognition in the feed that was not delivered or was retracted",
        "SELECT count(*) AS n FROM recognitions r JOIN decisions d ON d.id = r.decision_id
            WHERE d.delivered_at IS NULL OR d.retracted_at IS NOT NULL",
    ),
    (
        "a recognition without its words in the search, people or values",
        "SELECT count(*) AS n FROM recognitions r
            WHERE r.id NOT IN (SELECT recognition_id FROM recognition_search)
            OR r.id NOT IN (SELECT recognition_id FROM recognition_subjects)
            OR r.id NOT IN (SELECT recognition_id FROM recognition_values)",
    ),
    (
        "words in the search without a recognition",
        "SELECT count(*) AS n FROM recognition_search s WHERE s.recognition_id NOT IN (SELECT id FROM recognitions)",
    ),
    (
        "a public correction without its notice",
        "SELECT count(*) AS n FROM decisions d WHERE d.outcome = 'CORRECTION' AND d.handling = 'PUBLIC'
            AND d.delivered_at IS NOT NULL AND d.id NOT IN (SELECT decision_id FROM notices
            WHERE kind = CASE WHEN d.retracted_at IS NULL THEN 'CORRECTION' ELSE 'RETRACTION' END)",
    ),
    (
        "the notice of a retracted correction",
        "SELECT count(*) AS n FROM notices n JOIN decisions d ON d.id = n.decision_id
            WHERE d.retracted_at IS NOT NULL AND n.kind <> 'RETRACTION'",
    ),
    (
        "a notice that nobody can see or without values",
        "SELECT count(*) AS n FROM notices n WHERE n.id NOT IN (SELECT notice_id FROM notice_access)
            OR n.id NOT IN (SELECT notice_id FROM notice_values)",
    ),
    (
        "an entry that is there twice",
        "SELECT count(*) AS n FROM (SELECT title FROM incidents WHERE title LIKE 'Entry w%'
            GROUP BY title HAVING count(*) > 1) AS twice",
    ),
    (
        "an entry without its audit row or its key",
        "SELECT count(*) AS n FROM incidents i WHERE i.title LIKE 'Entry w%' AND (i.id NOT IN
            (SELECT object_id FROM audit_events WHERE action = 'incident.log')
            OR i.id NOT IN (SELECT object_id FROM idempotency_keys WHERE operation = 'logIncident'))",
    ),
    (
        "an audit row of an entry that is not there",
        "SELECT count(*) AS n FROM audit_events e WHERE e.action = 'incident.log'
            AND e.object_id NOT IN (SELECT id FROM incidents)
            AND e.object_id NOT IN (SELECT object_id FROM audit_events WHERE action = 'incident.undo')",
    ),
    (
        "a key without what it made",
        "SELECT count(*) AS n FROM idempotency_keys k WHERE
            (k.operation = 'logIncident' AND k.object_id NOT IN (SELECT id FROM incidents)
                AND k.object_id NOT IN (SELECT object_id FROM audit_events WHERE action = 'incident.undo'))
            OR (k.operation = 'recordDecision' AND k.object_id NOT IN (SELECT incident_id FROM decisions)
                AND k.object_id IN (SELECT id FROM incidents))",
    ),
    (
        "decisions, deliveries or retractions and their audit rows differ",
        "SELECT count(*) AS n FROM incidents i JOIN decisions d ON d.incident_id = i.id
            LEFT JOIN (SELECT object_id,
                sum(CASE WHEN action = 'decision.record' THEN 1 ELSE 0 END) AS recorded,
                sum(CASE WHEN action = 'decision.deliver' THEN 1 ELSE 0 END) AS delivered,
                sum(CASE WHEN action = 'decision.retract' THEN 1 ELSE 0 END) AS retracted
                FROM audit_events GROUP BY object_id) AS e ON e.object_id = i.id
            WHERE i.title LIKE 'Entry w%' AND (COALESCE(e.recorded, 0) <> d.version
                OR COALESCE(e.delivered, 0) <> (CASE WHEN d.delivered_at IS NULL THEN 0 ELSE 1 END)
                OR COALESCE(e.retracted, 0) <> (CASE WHEN d.retracted_at IS NULL THEN 0 ELSE 1 END))",
    ),
    (
        "comments and their audit rows differ",
        "SELECT count(*) AS n FROM comments c WHERE c.text LIKE 'Well said w%'
            AND c.id NOT IN (SELECT object_id FROM audit_events WHERE action = 'comment.write')",
    ),
    (
        "a hole in the audit trail, or a head that is not its end",
        "SELECT abs(h.seq - (SELECT count(*) FROM audit_events)) + abs(h.seq - (SELECT max(seq) FROM audit_events))
            + (SELECT count(*) FROM audit_events e WHERE e.seq = h.seq AND e.hash <> h.hash) AS n FROM audit_head h",
    ),
];

/// What was found after a fault.
#[derive(Debug, Default, Clone)]
pub(crate) struct Found {
    pub(crate) acknowledged: u64,
    pub(crate) lost: Vec<String>,
    pub(crate) halves: Vec<String>,
}

pub(crate) async fn connect(place: &Place) -> Outcome<DatabaseConnection> {
    let url = match &place.url {
        Some(url) => url.clone(),
        None => format!("sqlite://{}?mode=rw", place.folder.join("demo.db").display()),
    };
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.map_err(|e| format!("the test cannot open the database: {e}"))
}

pub(crate) async fn rows(db: &DatabaseConnection, sql: &str) -> Outcome<Vec<QueryResult>> {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    db.query_all_raw(statement).await.map_err(|e| format!("{sql}: {e}"))
}

pub(crate) async fn number(db: &DatabaseConnection, sql: &str) -> Outcome<i64> {
    let found = rows(db, sql).await?;
    let first = found.first().ok_or(format!("{sql}: no row"))?;
    // A sum over counts is NUMERIC on PostgreSQL, a count is BIGINT on both.
    first.try_get::<i64>("", "n").map_err(|e| format!("{sql}: {e}"))
}

/// Everything that is half written.
pub(crate) async fn halves(db: &DatabaseConnection) -> Outcome<Vec<String>> {
    let mut found = Vec::new();
    for (what, sql) in HALVES {
        let count = number(db, sql).await?;
        if count != 0 {
            found.push(format!("{count}× {what}"));
        }
    }
    Ok(found)
}

/// Compares what was acknowledged with what is there.
pub(crate) async fn compare(place: &Place, facts: &Facts) -> Outcome<Found> {
    let db = connect(place).await?;
    let found = look(&db, facts).await;
    let _ = db.close().await;
    found
}

async fn look(db: &DatabaseConnection, facts: &Facts) -> Outcome<Found> {
    let mut found = Found { halves: halves(db).await?, ..Found::default() };
    let mut states: HashMap<Uuid, String> = HashMap::new();
    for row in rows(db, "SELECT id, state FROM incidents").await? {
        states.insert(get(&row, "id")?, get(&row, "state")?);
    }
    let mut decisions: HashMap<Uuid, (Uuid, bool, bool)> = HashMap::new();
    let all = "SELECT id, incident_id, delivered_at IS NOT NULL AS delivered, retracted_at IS NOT NULL AS retracted FROM decisions";
    for row in rows(db, all).await? {
        let about = (get(&row, "incident_id")?, get(&row, "delivered")?, get(&row, "retracted")?);
        decisions.insert(get(&row, "id")?, about);
    }
    let mut passed: BTreeSet<Uuid> = BTreeSet::new();
    for row in rows(db, "SELECT incident_id FROM incident_steps WHERE kind = 'PASSED'").await? {
        passed.insert(get(&row, "incident_id")?);
    }
    let mut words: BTreeSet<String> = BTreeSet::new();
    for table in ["comments", "questions", "replies"] {
        for row in rows(db, &format!("SELECT text FROM {table}")).await? {
            words.insert(get(&row, "text")?);
        }
    }
    let mut check = |there: bool, what: &str, id: &dyn std::fmt::Display| {
        found.acknowledged += 1;
        if !there {
            found.lost.push(format!("{what} {id}"));
        }
    };
    facts.logged.iter().for_each(|i| check(states.contains_key(i), "entry", i));
    facts.undone.iter().for_each(|i| check(!states.contains_key(i), "undo of", i));
    let handed = |i: &Uuid| states.get(i).is_some_and(|state| state == "HANDED_OVER");
    facts.handed_over.iter().for_each(|i| check(handed(i), "handing over of", i));
    facts.passed.iter().for_each(|i| check(passed.contains(i), "passing of", i));
    let decided: &BTreeMap<Uuid, Uuid> = &facts.decided;
    decided.iter().for_each(|(i, d)| check(decisions.get(d).is_some_and(|of| of.0 == *i), "decision", d));
    facts.delivered.iter().for_each(|d| check(decisions.get(d).is_some_and(|of| of.1), "delivery of", d));
    facts.retracted.iter().for_each(|d| check(decisions.get(d).is_some_and(|of| of.2), "retraction of", d));
    facts.words.iter().for_each(|w| check(words.contains(w), "words", w));
    Ok(found)
}

fn get<T: sea_orm::TryGetable>(row: &QueryResult, column: &str) -> Outcome<T> {
    row.try_get("", column).map_err(|e| e.to_string())
}

/// The ids of the demo's people, of the venue where everybody is, and of a value.
pub(crate) async fn names(place: &Place) -> Outcome<Names> {
    let db = connect(place).await?;
    let mut people = HashMap::new();
    for row in rows(&db, "SELECT id, email FROM people").await? {
        let email: String = get(&row, "email")?;
        let name = email.split('@').next().unwrap_or_default().to_owned();
        people.insert(name, get(&row, "id")?);
    }
    let first = async |sql| match rows(&db, sql).await?.first() {
        Some(row) => get(row, "id"),
        None => Err("the demo is empty".to_owned()),
    };
    let venue = first("SELECT id FROM venues WHERE everybody ORDER BY name LIMIT 1").await?;
    let value = first("SELECT id FROM company_values ORDER BY position LIMIT 1").await?;
    let _ = db.close().await;
    Ok(Names { people, venue, value })
}

/// SQLite's own check of the file; nothing on PostgreSQL.
pub(crate) async fn whole(place: &Place) -> Outcome {
    if place.url.is_some() {
        return Ok(());
    }
    let db = connect(place).await?;
    let found = rows(&db, "PRAGMA integrity_check").await?;
    let word: String = found.first().map_or(Ok(String::new()), |row| get(row, "integrity_check"))?;
    let _ = db.close().await;
    if word == "ok" { Ok(()) } else { Err(format!("integrity_check: {word}")) }
}
