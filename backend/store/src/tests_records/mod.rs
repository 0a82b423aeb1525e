//! Folding, retention, holds and erasure on both databases, with time that passes.

mod erasure;
mod folding;
mod retention;
mod schema;

use std::path::PathBuf;
use std::process::Command;

use sea_orm::{DatabaseBackend, QueryResult};
use serde_json::{Value, json};
use upheld_domain::Id;
use upheld_domain::history::Sums;

use crate::{ImportOptions, Store, ViewerStore, access};

const DEMO: &str = include_str!("../../../demo-data.json");
const PASSWORD: &str = "a password for tests";

/// A database of its own, filled by an import.
pub(super) struct Bench {
    pub(super) store: Store,
    pub(super) file: Option<PathBuf>,
    database: Option<(String, String)>,
}

impl Drop for Bench {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            for end in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{end}", file.display()));
            }
        }
        if let Some((admin, name)) = &self.database {
            psql(admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn psql(url: &str, statement: &str) {
    let out = Command::new("psql").args([url, "-qc", statement]).output().expect("psql on the PATH");
    assert!(out.status.success(), "psql: {}", String::from_utf8_lossy(&out.stderr));
}

/// SQLite, and PostgreSQL where `UPHELD_TEST_POSTGRES_URL` says so, each with this organisation.
pub(super) async fn on_each_engine<F: AsyncFn(&Bench)>(data: &Value, test: F) {
    let json = data.to_string();
    let file = std::env::temp_dir().join(format!("upheld-records-{}.db", Id::new_v4()));
    let store = Store::open(&format!("sqlite://{}", file.display())).await.unwrap();
    let mut benches = vec![Bench { store, file: Some(file), database: None }];
    match std::env::var("UPHELD_TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty()) {
        Some(admin) => {
            let name = format!("upheld_records_{}", Id::new_v4().simple());
            psql(&admin, &format!("CREATE DATABASE {name}"));
            let at = admin.rfind('/').unwrap();
            let store = Store::open(&format!("{}/{name}", &admin[..at])).await.unwrap();
            benches.push(Bench { store, file: None, database: Some((admin, name)) });
        }
        None => println!("PostgreSQL is left out: UPHELD_TEST_POSTGRES_URL is not set"),
    }
    for bench in benches {
        bench.store.migrate().await.unwrap();
        let options = ImportOptions { now: crate::now(), demo_password: Some(PASSWORD.into()) };
        bench.store.import(&json, options, &mut |_| {}).await.unwrap();
        println!("— on {}", if bench.file.is_some() { "SQLite" } else { "PostgreSQL" });
        Box::pin(test(&bench)).await;
    }
}

/// The demo's people and places, without its entries.
pub(super) fn organisation() -> Value {
    let mut data: Value = serde_json::from_str(DEMO).unwrap();
    data["incidents"] = json!([]);
    data
}

pub(super) fn demo() -> Value {
    serde_json::from_str(DEMO).unwrap()
}

impl Bench {
    pub(super) fn is_sqlite(&self) -> bool {
        self.store.db().writer().get_database_backend() == DatabaseBackend::Sqlite
    }

    pub(super) async fn rows(&self, text: &str) -> Vec<QueryResult> {
        access::rows(self.store.db().writer(), text, []).await.unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    pub(super) async fn count(&self, from: &str) -> i64 {
        self.rows(&format!("SELECT count(*) AS n FROM {from}")).await[0].try_get("", "n").unwrap()
    }

    pub(super) async fn sign_in(&self, name: &str) -> ViewerStore {
        let email = format!("{name}@upheld.example");
        let network = std::net::IpAddr::from([127, 0, 0, 1]);
        let place = crate::Place { network, device: "test", device_token: None };
        let signed_in = self.store.sign_in(&email, PASSWORD, None, place).await.unwrap();
        self.store.reader(signed_in.viewer)
    }

    /// Every column of every table that can hold text, the search's too.
    pub(super) async fn text_columns(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        if self.is_sqlite() {
            let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
            for table in self.rows(tables).await {
                let table: String = table.try_get("", "name").unwrap();
                for column in self.rows(&format!("SELECT name, type FROM pragma_table_info('{table}')")).await
                {
                    let kind: String = column.try_get("", "type").unwrap();
                    if !["BLOB", "INTEGER", "BIGINT", "BOOLEAN", "INT", "DOUBLE PRECISION"]
                        .contains(&kind.as_str())
                    {
                        found.push((table.clone(), column.try_get("", "name").unwrap()));
                    }
                }
            }
        } else {
            let columns = "SELECT table_name::text AS t, column_name::text AS c FROM information_schema.columns \
                WHERE table_schema = 'public' AND data_type NOT IN \
                ('uuid', 'boolean', 'integer', 'bigint', 'double precision', 'date', 'timestamp with time zone')";
            for row in self.rows(columns).await {
                found.push((row.try_get("", "t").unwrap(), row.try_get("", "c").unwrap()));
            }
        }
        found
    }

    /// Where a text stands, whatever its case.
    pub(super) async fn find(&self, needle: &str) -> Vec<(String, String, i64)> {
        let mut hits = Vec::new();
        for (table, column) in self.text_columns().await {
            let like =
                format!("{table} WHERE lower(CAST({column} AS TEXT)) LIKE '%{}%'", needle.to_lowercase());
            let n = self.count(&like).await;
            if n > 0 {
                hits.push((table, column, n));
            }
        }
        hits
    }

    /// The files of SQLite as they lie on the disk.
    pub(super) fn on_disk(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for end in ["", "-wal"] {
            if let Some(file) = &self.file {
                bytes.extend(std::fs::read(format!("{}{end}", file.display())).unwrap_or_default());
            }
        }
        bytes
    }
}

pub(super) fn on_disk_has(bytes: &[u8], needle: &str) -> bool {
    bytes.windows(needle.len()).any(|w| w.eq_ignore_ascii_case(needle.as_bytes()))
}

/// The sums of all leaders' histories over five years, as each leader reads them.
pub(super) async fn all_sums(bench: &Bench) -> Vec<(String, Option<Sums>)> {
    let mut all = Vec::new();
    let since = (crate::now() - chrono::TimeDelta::days(1_800)).date_naive();
    for leader in ["hazel", "rowan", "alder", "briar", "cedar", "clover", "sorrel"] {
        let reader = bench.sign_in(leader).await;
        let history = reader.history(reader.viewer().id(), Some(since), None).await.unwrap();
        all.push((leader.to_owned(), history.map(|h| h.sums)));
    }
    all
}

/// A violation that was corrected, as an import has it.
pub(super) fn corrected(id: &str, by: &str, about: &str, leader: &str, value: &str, days_ago: i64) -> Value {
    json!({
        "id": id, "kind": "VIOLATED", "valueIds": [value], "venueId": "mobile-retro", "daysAgo": days_ago,
        "reporterId": by, "subjectIds": [about], "title": format!("title {id}"),
        "situation": format!("situation {id}"), "behaviour": format!("behaviour {id}"),
        "impact": format!("impact {id}"), "severity": "MINOR", "affected": "TEAM",
        "decision": {
            "leaderId": leader, "outcome": "CORRECTION", "handling": "ONE_TO_ONE",
            "rationale": format!("rationale {id}"), "decidedAfterHours": 20, "deliveredAfterHours": 30,
            "consideration": {"onlyOneWhoKnows": false, "nobodyElseAffected": true, "knownAtFirstHand": true},
        },
    })
}
