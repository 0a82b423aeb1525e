//! The audit trail on both databases: one changed byte, row or order anywhere is found and named; erased texts leave it
//! whole; nothing but the program's own way writes it.

use std::collections::HashSet;
use std::path::PathBuf;

use sea_orm::ConnectionTrait;
use upheld_domain::Id;
use upheld_migrations::{Migrator, MigratorTrait};

use crate::access::{self, audit as shown};
use crate::audit::{Event, append, append_all, forget, hash};
use crate::db::Db;
use crate::{AuditReport, Store};

/// A trail of its own on one of the databases.
struct Trail {
    store: Store,
    file: Option<PathBuf>,
    database: Option<(String, String)>,
}

impl Trail {
    /// On SQLite, and on PostgreSQL where `UPHELD_TEST_POSTGRES_URL` names one.
    async fn on_each() -> Vec<Self> {
        let file = std::env::temp_dir().join(format!("upheld-audit-{}.db", Id::new_v4()));
        let store = Store::open(&format!("sqlite://{}", file.display())).await.unwrap();
        let mut all = vec![Self { store, file: Some(file), database: None }];
        if let Ok(url) = std::env::var("UPHELD_TEST_POSTGRES_URL") {
            let name = format!("upheld_test_{}", Id::new_v4().simple());
            let admin = Db::open(&url).await.unwrap();
            access::rows(admin.writer(), &format!("CREATE DATABASE {name}"), []).await.unwrap();
            let own = format!("{}/{name}", url.rsplit_once('/').unwrap().0);
            let store = Store::open(&own).await.unwrap();
            all.push(Self { store, file: None, database: Some((url, name)) });
        }
        all
    }

    /// With a schema and some hundred events by people and by the server, some of them with a text.
    async fn filled() -> Vec<Self> {
        let all = Self::on_each().await;
        for trail in &all {
            trail.store.migrate().await.unwrap();
            trail.write(100).await;
            assert!(trail.verify().await.whole());
        }
        all
    }

    async fn write(&self, events: usize) {
        for n in 0..events {
            let tx = self.store.db().begin().await.unwrap();
            let event = Event {
                actor: (n % 3 > 0).then(Id::new_v4),
                action: ["incident.log", "value.save", "session.start"][n % 3],
                kind: ["incident", "value", "session"][n % 3],
                object: Id::new_v4(),
                content: if n % 2 == 0 { "They were late." } else { "" },
            };
            append(&tx, crate::now(), event).await.unwrap();
            tx.commit().await.unwrap();
        }
    }

    fn sqlite(&self) -> bool {
        self.file.is_some()
    }

    async fn run(&self, text: &str) {
        let db = self.store.db().writer();
        db.execute_raw(access::sql(db, text, [])).await.unwrap_or_else(|e| panic!("{text}: {e}"));
    }

    async fn refuses(&self, text: &str) {
        let db = self.store.db().writer();
        let done = db.execute_raw(access::sql(db, text, [])).await;
        assert!(done.is_err(), "the database let through: {text}");
    }

    async fn text(&self, query: &str) -> Vec<String> {
        let rows = access::rows(self.store.db().writer(), query, []).await.unwrap();
        rows.iter().map(|r| r.try_get::<Option<String>>("", "x").unwrap().unwrap_or_default()).collect()
    }

    /// What somebody does who has the file or owns the tables.
    async fn drop_guards(&self) {
        if self.sqlite() {
            for t in ["audit_events_keep", "audit_events_stay", "audit_events_grow"] {
                self.run(&format!("DROP TRIGGER {t}")).await;
            }
            for t in ["audit_head_grows", "audit_head_stays", "audit_head_is_one"] {
                self.run(&format!("DROP TRIGGER {t}")).await;
            }
            self.run("PRAGMA ignore_check_constraints = ON").await;
        } else {
            self.run("DROP TRIGGER audit_events_keep ON audit_events").await;
            self.run("DROP TRIGGER audit_head_grows ON audit_head").await;
            self.run("DROP TRIGGER audit_head_stays ON audit_head").await;
            self.run("ALTER TABLE audit_head DROP CONSTRAINT audit_head_only_one_check").await;
        }
    }

    async fn verify(&self) -> AuditReport {
        self.store.audit_verify(None, &mut |_, _| {}).await.unwrap()
    }

    async fn columns(&self, table: &str) -> Vec<String> {
        if self.sqlite() {
            self.text(&format!("SELECT name AS x FROM pragma_table_info('{table}')")).await
        } else {
            let from = "FROM information_schema.columns WHERE table_schema = 'public'";
            self.text(&format!("SELECT CAST(column_name AS TEXT) AS x {from} AND table_name = '{table}'"))
                .await
        }
    }

    /// The bytes of a value, in hexadecimal; empty for none.
    async fn bytes(&self, table: &str, column: &str, at: &str) -> Vec<u8> {
        let value = match (self.sqlite(), column) {
            (_, "seq" | "only_one") => format!("CAST({column} AS TEXT)"),
            (true, _) => format!("hex({column})"),
            (false, "at") => "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')".to_owned(),
            (false, "id" | "actor_id" | "object_id") => format!("replace(CAST({column} AS TEXT), '-', '')"),
            (false, _) => format!("encode(convert_to({column}, 'UTF8'), 'hex')"),
        };
        let found = self.text(&format!("SELECT {value} AS x FROM {table} WHERE {at}")).await.remove(0);
        if matches!((self.sqlite(), column), (_, "seq" | "only_one") | (false, "at")) {
            return found.into_bytes();
        }
        (0..found.len() / 2).map(|n| u8::from_str_radix(&found[n * 2..n * 2 + 2], 16).unwrap()).collect()
    }

    fn literal(&self, column: &str, bytes: &[u8]) -> String {
        let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
        match (self.sqlite(), column) {
            (_, "seq" | "only_one") => String::from_utf8(bytes.to_vec()).unwrap(),
            (false, "at") => format!("CAST('{}' AS timestamptz)", String::from_utf8_lossy(bytes)),
            (true, "id" | "actor_id" | "object_id") => format!("X'{hex}'"),
            (true, _) => format!("CAST(X'{hex}' AS TEXT)"),
            (false, "id" | "actor_id" | "object_id") => format!("CAST('{hex}' AS uuid)"),
            (false, _) => format!("convert_from(decode('{hex}', 'hex'), 'UTF8')"),
        }
    }

    /// The value with one bit of one byte turned, as far as the database can hold the outcome.
    fn flipped(&self, column: &str, bytes: &[u8], taken: &HashSet<i64>) -> Option<Vec<u8>> {
        match column {
            "seq" => {
                let old: i64 = std::str::from_utf8(bytes).unwrap().parse().unwrap();
                let new = old ^ (1_i64 << (rand::random::<u32>() % 62));
                (!taken.contains(&new)).then(|| new.to_string().into_bytes())
            }
            "only_one" => Some((1 ^ (2_i32 << (rand::random::<u32>() % 8))).to_string().into_bytes()),
            "at" if !self.sqlite() => {
                let at = chrono::DateTime::parse_from_rfc3339(std::str::from_utf8(bytes).unwrap()).unwrap();
                let micros = at.timestamp_micros() ^ (1_i64 << (rand::random::<u32>() % 50));
                let new = chrono::DateTime::from_timestamp_micros(micros).unwrap();
                Some(new.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string().into_bytes())
            }
            _ if bytes.is_empty() => (column == "salt" || column == "digest").then(|| b"A".to_vec()),
            _ => {
                let mut new = bytes.to_vec();
                let place = rand::random::<u32>() as usize % new.len();
                let uuid = column.ends_with("id");
                new[place] ^= 1 << (rand::random::<u32>() % if self.sqlite() || uuid { 8 } else { 7 });
                (self.sqlite() || uuid || new[place] != 0).then_some(new)
            }
        }
    }
}

impl Drop for Trail {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            for end in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{end}", file.display()));
            }
        }
        if let Some((url, name)) = &self.database {
            let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            let _ = std::process::Command::new("psql").args([url, "-qc", &drop]).status();
        }
    }
}

/// Whether the report names the row, or the head where none is given.
fn names(report: &AuditReport, row: Option<i64>) -> bool {
    report.damage.iter().any(|d| match row {
        None => d.row.is_none(),
        Some(n) => d.row == Some(n) || d.what.contains(&format!("row {n} is missing")),
    })
}

#[tokio::test]
async fn a_changed_byte_anywhere_is_found_and_its_row_is_named() {
    for trail in Trail::filled().await {
        trail.drop_guards().await;
        let mut columns: Vec<(&str, String)> = Vec::new();
        for table in ["audit_events", "audit_head"] {
            columns.extend(trail.columns(table).await.into_iter().map(|c| (table, c)));
        }
        assert!(columns.len() >= 13, "{columns:?}");
        let taken: HashSet<i64> = (1..=100).collect();
        let (mut tried, mut precise) = (0, 0);
        let mut seen = HashSet::new();
        while tried < 100 {
            // Each column has its turn, so that none is left to chance.
            let (table, column) = &columns[tried % columns.len()];
            let row = i64::from(rand::random::<u32>() % 100) + 1;
            let at = if *table == "audit_head" { "TRUE".to_owned() } else { format!("seq = {row}") };
            let old = trail.bytes(table, column, &at).await;
            let Some(new) = trail.flipped(column, &old, &taken) else { continue };
            let set = |value: &[u8], at: &str| {
                format!("UPDATE {table} SET {column} = {} WHERE {at}", trail.literal(column, value))
            };
            trail.run(&set(&new, &at)).await;
            let report = trail.verify().await;
            let named = (*table == "audit_events").then_some(row);
            let told: Vec<String> = report.damage.iter().map(ToString::to_string).collect();
            // The last row under another number is found by the head, which has the old one.
            let fine = names(&report, named) || (column == "seq" && row == 100 && names(&report, None));
            assert!(fine, "{table}.{column} of row {row}, {old:?} → {new:?}: {told:?}");
            precise += u32::from(told[0].contains(column.as_str()));
            seen.insert((*table, column.clone()));
            let back = if *table == "audit_events" && column == "seq" {
                set(&old, &format!("seq = {}", String::from_utf8(new).unwrap()))
            } else {
                set(&old, &at)
            };
            trail.run(&back).await;
            tried += 1;
        }
        assert_eq!(seen.len(), columns.len(), "every column had its turn");
        assert!(trail.verify().await.whole(), "what was turned back is whole");
        let engine = if trail.sqlite() { "SQLite" } else { "PostgreSQL" };
        println!(
            "{engine}: {tried} of {tried} changed bytes found; the column was among those named {precise} times"
        );
    }
}

#[tokio::test]
async fn missing_added_and_swapped_rows_are_found() {
    for trail in Trail::filled().await {
        trail.drop_guards().await;
        let keep = "CREATE TABLE kept AS SELECT * FROM audit_events";
        trail.run(keep).await;
        let head = trail.store.audit_head().await.unwrap();
        let cases: [(&str, &[&str], &str); 8] = [
            ("the last rows", &["DELETE FROM audit_events WHERE seq > 97"], "rows after it are missing"),
            ("a row in the middle", &["DELETE FROM audit_events WHERE seq = 50"], "row 50 is missing"),
            ("the first row", &["DELETE FROM audit_events WHERE seq = 1"], "row 1 is missing"),
            ("all rows", &["DELETE FROM audit_events"], "rows after it are missing"),
            (
                "swapped rows",
                &[
                    "UPDATE audit_events SET seq = 1000 WHERE seq = 40",
                    "UPDATE audit_events SET seq = 40 WHERE seq = 41",
                    "UPDATE audit_events SET seq = 41 WHERE seq = 1000",
                ],
                "row 40: it does not follow",
            ),
            (
                "an added row at the end",
                &[
                    "INSERT INTO audit_events (seq, id, at, actor_id, action, object_kind, object_id, salt, digest, hash) \
                   SELECT 101, object_id, at, actor_id, action, object_kind, object_id, salt, digest, hash \
                   FROM audit_events WHERE seq = 100",
                ],
                "row 101",
            ),
            (
                "an added row before the first",
                &[
                    "INSERT INTO audit_events (seq, id, at, actor_id, action, object_kind, object_id, salt, digest, hash) \
                   SELECT 0, object_id, at, actor_id, action, object_kind, object_id, salt, digest, hash \
                   FROM audit_events WHERE seq = 1",
                ],
                "row 0: it is one too many",
            ),
            (
                "a removed row with the numbers closed up",
                &[
                    "DELETE FROM audit_events WHERE seq = 60",
                    "UPDATE audit_events SET seq = seq + 1000 WHERE seq > 60",
                    "UPDATE audit_events SET seq = seq - 1001 WHERE seq > 1000",
                    "UPDATE audit_head SET seq = 99",
                ],
                "row 60",
            ),
        ];
        for (what, statements, told) in cases {
            for statement in statements {
                trail.run(statement).await;
            }
            let report = trail.verify().await;
            let lines: Vec<String> = report.damage.iter().map(ToString::to_string).collect();
            assert!(lines.iter().any(|l| l.contains(told)), "{what}: {lines:?}");
            trail.run("DELETE FROM audit_events").await;
            let columns = "seq, at, actor_id, action, object_kind, object_id, salt, digest, hash, id";
            trail.run(&format!("INSERT INTO audit_events ({columns}) SELECT {columns} FROM kept")).await;
            trail.run(&format!("UPDATE audit_head SET seq = 100, hash = '{}'", head.hash)).await;
            assert!(trail.verify().await.whole(), "after {what}");
        }

        // Cut off together with the head, only what was kept elsewhere tells.
        let hash = trail.text("SELECT hash AS x FROM audit_events WHERE seq = 90").await.remove(0);
        trail.run("DELETE FROM audit_events WHERE seq > 90").await;
        trail.run(&format!("UPDATE audit_head SET seq = 90, hash = '{hash}'")).await;
        assert!(trail.verify().await.whole());
        let anchored = trail.store.audit_verify(Some((head.seq, &head.hash)), &mut |_, _| {}).await.unwrap();
        assert!(anchored.damage[0].what.contains("ends at row 90"), "{:?}", anchored.damage);
        let good = trail.store.audit_verify(Some((90, &hash)), &mut |_, _| {}).await.unwrap();
        assert!(good.whole());
        let other = trail.store.audit_verify(Some((90, &head.hash)), &mut |_, _| {}).await.unwrap();
        assert_eq!(other.damage[0].row, Some(90));
    }
}

#[tokio::test]
async fn the_database_lets_nobody_change_the_trail() {
    for trail in Trail::filled().await {
        trail.refuses("UPDATE audit_events SET action = 'x' WHERE seq = 5").await;
        trail.refuses("DELETE FROM audit_events WHERE seq = 5").await;
        trail.refuses("UPDATE audit_head SET seq = seq - 1").await;
        trail.refuses("DELETE FROM audit_head").await;
        if trail.sqlite() {
            let copy = "SELECT seq, at, actor_id, 'x', object_kind, object_id, salt, digest, hash, id FROM audit_events";
            trail.refuses(&format!("INSERT OR REPLACE INTO audit_events {copy} WHERE seq = 5")).await;
            trail.refuses("INSERT OR REPLACE INTO audit_head VALUES (1, 5, 'x')").await;
        } else {
            trail.refuses("TRUNCATE audit_events").await;
            trail.refuses("TRUNCATE audit_head").await;
            trail
                .refuses(
                    "INSERT INTO audit_events SELECT * FROM audit_events WHERE seq = 5 \
                     ON CONFLICT (seq) DO UPDATE SET action = 'x'",
                )
                .await;
        }
        assert!(trail.verify().await.whole());
    }
}

#[tokio::test]
async fn erased_text_leaves_the_trail_whole_and_its_digest_without_a_salt() {
    for trail in Trail::filled().await {
        let object = Id::new_v4();
        let event = Event { actor: None, action: "incident.log", kind: "incident", object, content: "Late." };
        let tx = trail.store.db().begin().await.unwrap();
        let id = append(&tx, crate::now(), event).await.unwrap();
        tx.commit().await.unwrap();
        let of = |column: &str| {
            let value = if trail.sqlite() { "hex" } else { "" };
            format!("SELECT {column} AS x FROM audit_salts WHERE {value}(event_id) = ")
                + &if trail.sqlite() {
                    format!("'{}'", id.simple().to_string().to_uppercase())
                } else {
                    format!("'{id}'")
                }
        };
        let salt = trail.text(&of("salt")).await.remove(0);
        let digests = trail.text("SELECT digest AS x FROM audit_events ORDER BY seq DESC LIMIT 1").await;
        assert_eq!(digests[0], hash(&[&salt, "Late."]), "with the salt the text can be shown to be the one");
        forget(trail.store.db().writer(), &[object]).await.unwrap();
        assert!(trail.text(&of("salt")).await.is_empty());
        let kept = trail.text("SELECT salt AS x FROM audit_events WHERE salt <> ''").await;
        assert!(kept.is_empty(), "no salt stays in the trail");
        assert!(trail.verify().await.whole());
    }
}

#[tokio::test]
async fn changes_at_the_same_time_leave_no_gap() {
    for trail in Trail::on_each().await {
        trail.store.migrate().await.unwrap();
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..24_u32 {
            let store = trail.store.clone();
            tasks.spawn(async move {
                for turn in 0..5_u32 {
                    let tx = store.db().begin().await.unwrap();
                    let event = Event {
                        actor: None,
                        action: "value.save",
                        kind: "value",
                        object: Id::new_v4(),
                        content: "x",
                    };
                    append_all(&tx, crate::now(), &vec![event; 1 + (n as usize % 3)]).await.unwrap();
                    // A change that fails takes its number back with it.
                    if (n + turn) % 4 == 0 {
                        tx.rollback().await.unwrap()
                    } else {
                        tx.commit().await.unwrap()
                    }
                }
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.unwrap();
        }
        let report = trail.verify().await;
        assert!(report.whole() && report.rows > 120, "{report:?}");
        assert_eq!(report.rows, u64::try_from(report.head.unwrap().seq).unwrap());
    }
}

#[tokio::test]
async fn rows_from_before_have_an_id_that_the_chain_holds_too() {
    for trail in Trail::on_each().await {
        Migrator::up(trail.store.db().writer(), Some(7)).await.unwrap();
        let (mut previous, at) = (String::new(), crate::now());
        for seq in 1..=5_i64 {
            let (object, salt) = (Id::new_v4(), "c2FsdHNhbHRzYWx0c2FsdA");
            let (number, time, digest) =
                (seq.to_string(), at.timestamp_micros().to_string(), hash(&[salt, "text"]));
            let row = hash(&[
                &previous,
                &number,
                &time,
                "",
                "value.save",
                "value",
                &object.to_string(),
                salt,
                &digest,
            ]);
            let (time, object) = if trail.sqlite() {
                (at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false), format!("X'{}'", object.simple()))
            } else {
                (at.to_rfc3339(), format!("'{object}'"))
            };
            trail
                .run(&format!(
                    "INSERT INTO audit_events (seq, at, action, object_kind, object_id, salt, digest, hash) \
                     VALUES ({seq}, '{time}', 'value.save', 'value', {object}, '{salt}', '{digest}', '{row}')"
                ))
                .await;
            trail.run(&format!("UPDATE audit_head SET seq = {seq}, hash = '{row}'")).await;
            previous = row;
        }
        trail.store.migrate().await.unwrap();
        trail.write(5).await;
        let report = trail.verify().await;
        assert!(report.whole() && report.rows == 10, "{report:?}");
        trail.drop_guards().await;
        for (column, to) in
            [("id", "object_id"), ("salt", "''"), ("digest", "hash"), ("action", "'value.read'")]
        {
            let old = trail.bytes("audit_events", column, "seq = 3").await;
            trail.run(&format!("UPDATE audit_events SET {column} = {to} WHERE seq = 3")).await;
            let report = trail.verify().await;
            assert!(names(&report, Some(3)), "{column}: {report:?}");
            let old = trail.literal(column, &old);
            trail.run(&format!("UPDATE audit_events SET {column} = {old} WHERE seq = 3")).await;
        }
        assert!(trail.verify().await.whole());
    }
}

/// Each kind of object that the program writes is one whose place on the page of admins was thought about.
#[test]
fn every_kind_of_object_is_in_a_list() {
    let lists = [shown::OF_THE_ORGANISATION, shown::OF_A_PERSON, shown::NOT_SHOWN, &[shown::OF_AN_ENTRY]];
    let known: HashSet<&str> = lists.iter().flat_map(|l| l.iter().copied()).collect();
    assert_eq!(known.len(), lists.iter().map(|l| l.len()).sum::<usize>(), "a kind is in two lists");
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = HashSet::new();
    for file in std::fs::read_dir(source).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("tests") || !name.ends_with(".rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for (at, _) in text.match_indices("Event {") {
            let event = &text[at..text.len().min(at + 400)];
            let event = event.split('}').next().unwrap();
            if let Some(kind) = event.split("kind: \"").nth(1) {
                found.insert(kind.split('"').next().unwrap().to_owned());
            }
        }
    }
    assert!(found.len() >= 6, "{found:?}");
    let unknown: Vec<_> = found.iter().filter(|k| !known.contains(k.as_str())).collect();
    assert!(unknown.is_empty(), "kinds that are in no list of access_audit.rs: {unknown:?}");
}
