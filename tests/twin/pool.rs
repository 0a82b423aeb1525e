//! What arguments are filled with: ids that the viewer may see, ids that they may not, ids of nothing and of the wrong
//! kind, words that stand in hidden and in visible texts.

use std::collections::{BTreeMap, HashSet};

use chrono::{TimeDelta, Utc};
use graphql_parser::schema::Type;
use uuid::Uuid;

use crate::database::Db;
use crate::random::Random;
use crate::schema::{Input, Schema, Ty, named};

/// The columns that hold what people write.
const TEXTS: &[(&str, &[&str])] = &[
    ("incidents", &["title", "situation", "behaviour", "impact", "evidence_url"]),
    ("decisions", &["rationale", "wording", "principle", "repair", "heard_reason", "retraction_reason"]),
    ("questions", &["text"]),
    ("replies", &["text"]),
    ("comments", &["text"]),
    ("recognitions", &["wording"]),
    ("notices", &["wording"]),
    ("incident_steps", &["reason"]),
    ("meetings", &["note"]),
    ("meeting_points", &["text", "note"]),
    ("meeting_topics", &["note"]),
];

#[derive(Debug, Default)]
pub(crate) struct Ids {
    pub(crate) seen: Vec<Uuid>,
    pub(crate) hidden: Vec<Uuid>,
}

/// The material of one pair of twins.
pub(crate) struct Pool {
    ids: BTreeMap<String, Ids>,
    pub(crate) known: HashSet<Uuid>,
    seen_words: Vec<String>,
    hidden_words: Vec<String>,
    absent: Uuid,
    emails: Vec<String>,
    random: Random,
}

async fn ids_of(db: &Db) -> BTreeMap<String, Vec<Uuid>> {
    let mut found = BTreeMap::new();
    for (table, columns) in db.tables().await {
        if columns.iter().any(|c| c == "id") {
            // Ids are other ones in every run of a seed.
            let by = [
                "logged_at",
                "decided_at",
                "published_at",
                "at",
                "email",
                "name",
                "started_at",
                "created_at",
            ];
            let by: Vec<&str> =
                by.into_iter().filter(|b| columns.iter().any(|c| c == b)).chain(["id"]).collect();
            let sql = format!("SELECT id FROM {table} ORDER BY {}", by.join(", "));
            found.insert(table.clone(), db.ids(&sql, []).await);
        }
    }
    let keys = db.ids("SELECT client_key FROM idempotency_keys ORDER BY at", []).await;
    found.insert("idempotency_keys".into(), keys);
    found
}

async fn words_of(db: &Db) -> HashSet<String> {
    let mut words = HashSet::new();
    for (table, columns) in TEXTS {
        for column in *columns {
            for text in
                db.texts(&format!("SELECT {column} FROM {table} WHERE {column} IS NOT NULL"), []).await
            {
                words.extend(
                    text.split(|c: char| !c.is_ascii_alphanumeric())
                        .filter(|w| w.starts_with("kq"))
                        .map(str::to_owned),
                );
            }
        }
    }
    words
}

impl Pool {
    /// What the true database holds and what its twin still does. `me` sees an entry through a row of their own.
    pub(crate) async fn of(truth: &Db, twin: &Db, me: Uuid, led: &[Uuid], seed: u64) -> Self {
        let mut random = Random::new(seed ^ 0x9001);
        let (all, left) = (ids_of(truth).await, ids_of(twin).await);
        let entries: HashSet<Uuid> = twin
            .ids("SELECT incident_id FROM incident_access WHERE person_id = $1", [me.into()])
            .await
            .into_iter()
            .collect();
        let decided: HashSet<Uuid> = twin
            .ids(
                "SELECT d.id FROM decisions d JOIN incident_access a ON a.incident_id = d.incident_id WHERE a.person_id = $1 \
                 AND (a.level = 'ALL' OR a.level LIKE '%DECISION' OR a.level LIKE '%RATIONALE' OR a.level LIKE '%REASON')",
                [me.into()],
            )
            .await
            .into_iter()
            .collect();
        let mut of_seen: HashSet<Uuid> = HashSet::new();
        for r in truth.rows("SELECT id, incident_id FROM decisions", []).await {
            let of: Uuid = r.try_get("", "incident_id").unwrap();
            if entries.contains(&of) {
                of_seen.insert(r.try_get("", "id").unwrap());
            }
        }
        let known = all.values().flatten().copied().collect();
        let mut ids = BTreeMap::new();
        for (table, list) in all {
            let left: HashSet<Uuid> = left.get(&table).into_iter().flatten().copied().collect();
            let (mut seen, mut hidden): (Vec<Uuid>, Vec<Uuid>) = list.into_iter().partition(|id| {
                left.contains(id)
                    && (table != "incidents" || entries.contains(id))
                    && (table != "decisions" || decided.contains(id))
            });
            random.shuffle(&mut seen);
            random.shuffle(&mut hidden);
            if table == "decisions" {
                // What hangs on an entry that the viewer sees is the likelier to give itself away.
                hidden.sort_by_key(|id| !of_seen.contains(id));
            }
            ids.insert(table, Ids { seen, hidden });
        }
        ids.insert("led".into(), Ids { seen: led.to_vec(), hidden: Vec::new() });
        let (all, left) = (words_of(truth).await, words_of(twin).await);
        let mut hidden_words: Vec<String> = all.difference(&left).cloned().collect();
        let mut seen_words: Vec<String> = all.intersection(&left).cloned().collect();
        hidden_words.sort();
        seen_words.sort();
        random.shuffle(&mut hidden_words);
        random.shuffle(&mut seen_words);
        let absent = Uuid::from_u128(u128::from(random.next()) << 64 | 0x4abc_8000_0000_0000_0001);
        let emails = truth.texts("SELECT email FROM people ORDER BY email", []).await;
        Self { ids, known, seen_words, hidden_words, absent, emails, random }
    }

    pub(crate) fn absent(&self) -> Uuid {
        self.absent
    }

    pub(crate) fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    pub(crate) fn of_table(&self, table: &str) -> Option<&Ids> {
        self.ids.get(table)
    }

    /// One id that the viewer may see, or the absent one.
    pub(crate) fn one(&mut self, table: &str) -> Uuid {
        let seen = self.ids.get(table).map(|i| i.seen.clone()).unwrap_or_default();
        if seen.is_empty() { self.absent } else { *self.random.pick(&seen) }
    }

    /// Ids to ask with: of the kind that is meant, seen and hidden, some of every other kind, and none at all.
    pub(crate) fn ids(&mut self, table: Option<&str>, n: usize) -> Vec<String> {
        let mut list: Vec<Uuid> = Vec::new();
        let tables: Vec<&String> = self.ids.keys().filter(|name| *name != "led").collect();
        // Of the other kinds some at a time: over a run each of them comes.
        let others = self.random.some(&tables, if table.is_some() { 2 } else { tables.len() });
        for (name, ids) in self.ids.iter().filter(|(name, _)| *name != "led") {
            let n = match table {
                Some(wanted) if wanted == name => n,
                _ if !others.contains(&name) => continue,
                _ => 1,
            };
            list.extend(ids.seen.iter().take(n).chain(ids.hidden.iter().take(n)));
        }
        list.push(self.absent);
        let mut texts: Vec<String> = list.into_iter().map(|id| format!("\"{id}\"")).collect();
        texts.push("\"no id\"".into());
        texts
    }

    /// Words to search: out of visible texts, out of hidden ones, of names, and of nothing.
    pub(crate) fn words(&mut self, n: usize) -> Vec<String> {
        let seen = self.seen_words.iter().take(n).cloned();
        let hidden = self.hidden_words.iter().take(n);
        // The beginning of a hidden word alone would also be an answer.
        let hidden = hidden.flat_map(|w| [w.clone(), w[..6].to_owned()]);
        let mut list: Vec<String> = seen.chain(hidden).collect();
        list.extend(
            ["ada", "candour", "wording", "title", "place", "xyzzy", "%", "", "a b c"].map(str::to_owned),
        );
        list.iter().map(|w| serde_json::to_string(w).unwrap()).collect()
    }

    /// The values to try for a type, as GraphQL text. A type that is not known fails: somebody has to say what to try.
    pub(crate) fn values(&mut self, schema: &Schema, input: &Input, n: usize) -> Vec<String> {
        let name = named(&input.ty).to_owned();
        let single = match name.as_str() {
            "ID" => self.ids(table_of_argument(&input.name), n),
            "Boolean" => vec!["true".into(), "false".into()],
            "Int" => ["1", "7", "100", "0", "-1", "2147483647"].map(str::to_owned).to_vec(),
            "Float" => ["0.5", "-1.0"].map(str::to_owned).to_vec(),
            "String" => self.words(n),
            "DateTime" => [-20_000, -20, -3, 0, 400].map(|d| format!("\"{}\"", time(d))).to_vec(),
            "Date" => [-20_000, -20, -3, 0, 400].map(|d| format!("\"{}\"", &time(d)[..10])).to_vec(),
            _ if schema.enums.contains_key(&name) => schema.enums[&name].clone(),
            _ if schema.inputs.contains_key(&name) => self.objects(schema, &name, n),
            other => panic!(
                "the corpus does not know what to fill a {other} with ({}): teach it (pool.rs)",
                input.name
            ),
        };
        if is_list_of(&input.ty) {
            let mut lists: Vec<String> = single.iter().map(|v| format!("[{v}]")).collect();
            lists.push(format!("[{}]", single.iter().take(3).cloned().collect::<Vec<_>>().join(", ")));
            lists.push("[]".into());
            return lists;
        }
        single
    }

    /// An input with each of its fields alone, and all of them together.
    fn objects(&mut self, schema: &Schema, name: &str, n: usize) -> Vec<String> {
        let fields = &schema.inputs[name];
        let needed: Vec<&Input> = fields.iter().filter(|f| !f.optional).collect();
        let mut list = Vec::new();
        for field in fields {
            for value in self.values(schema, field, n) {
                let rest: Vec<String> = needed
                    .iter()
                    .filter(|f| f.name != field.name)
                    .map(|f| format!("{}: {}", f.name, self.plain(schema, f)))
                    .collect();
                let own = std::iter::once(format!("{}: {value}", field.name));
                list.push(format!("{{{}}}", own.chain(rest).collect::<Vec<_>>().join(", ")));
            }
        }
        for _ in 0..2 * n {
            let mut parts = Vec::new();
            for field in fields {
                if !field.optional || self.random.chance(50) {
                    let values = self.values(schema, field, n);
                    parts.push(format!("{}: {}", field.name, self.random.pick(&values)));
                }
            }
            list.push(format!("{{{}}}", parts.join(", ")));
        }
        list
    }

    /// One value that a well-meant input has.
    pub(crate) fn plain(&mut self, schema: &Schema, input: &Input) -> String {
        let name = named(&input.ty).to_owned();
        let lower = input.name.to_lowercase();
        let value = match name.as_str() {
            // Now and then a key that somebody else has used.
            "ID" if lower == "key" && self.random.chance(25) => {
                let used = self.ids.get("idempotency_keys").map(|i| i.hidden.clone()).unwrap_or_default();
                let key = if used.is_empty() { self.fresh() } else { *self.random.pick(&used) };
                format!("\"{key}\"")
            }
            "ID" if lower == "key" => format!("\"{}\"", self.fresh()),
            "ID" => format!("\"{}\"", self.one(table_of_argument(&input.name).unwrap_or("people"))),
            "String" if lower.contains("email") => format!("\"{}\"", self.random.pick(&self.emails)),
            "String" if lower.contains("password") => "\"not the password 1\"".into(),
            "String" if lower == "emoji" => "\"👏\"".into(),
            "String" if lower.contains("url") || lower.contains("link") => {
                "\"https://twin.example/x\"".into()
            }
            "String" if lower.contains("timezone") => "\"Europe/Vienna\"".into(),
            "String" => format!("\"Written {}.\"", self.random.canary()),
            "Date" => format!("\"{}\"", &time(0)[..10]),
            "DateTime" => format!("\"{}\"", time(0)),
            "Int" => "1".into(),
            "Boolean" => if self.random.chance(50) { "true" } else { "false" }.into(),
            _ if schema.inputs.contains_key(&name) => self.object(schema, &name),
            _ => {
                let values = self.values(schema, input, 1);
                return self.random.pick(&values).clone();
            }
        };
        if is_list_of(&input.ty) { format!("[{value}]") } else { value }
    }

    /// A whole input of plain values; optional fields now and then.
    pub(crate) fn object(&mut self, schema: &Schema, name: &str) -> String {
        let mut parts = Vec::new();
        for field in &schema.inputs[name] {
            if !field.optional || self.random.chance(40) {
                parts.push(format!("{}: {}", field.name, self.plain(schema, field)));
            }
        }
        format!("{{{}}}", parts.join(", "))
    }

    fn fresh(&mut self) -> Uuid {
        Uuid::from_u128(
            u128::from(self.random.next()) << 64
                | 0x4def_8000_0000_0000_0000
                | u128::from(self.random.next() >> 24),
        )
    }
}

fn time(days: i64) -> String {
    (Utc::now() + TimeDelta::days(days) - TimeDelta::hours(1)).format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn is_list_of(ty: &Ty) -> bool {
    match ty {
        Type::ListType(_) => true,
        Type::NonNullType(of) => is_list_of(of),
        Type::NamedType(_) => false,
    }
}

/// The table whose ids an argument means. One that is not known gets ids of every table.
pub(crate) fn table_of_argument(name: &str) -> Option<&'static str> {
    let stem = name.trim_end_matches("Ids").trim_end_matches("Id").to_lowercase();
    let known: &[(&str, &str)] = &[
        ("incident", "incidents"),
        ("into", "incidents"),
        ("decision", "decisions"),
        ("recognition", "recognitions"),
        ("notice", "notices"),
        ("person", "people"),
        ("people", "people"),
        ("leader", "people"),
        ("manager", "people"),
        ("subjectteam", "teams"),
        ("subject", "people"),
        ("team", "teams"),
        ("topic", "topics"),
        ("point", "meeting_points"),
        ("venue", "venues"),
        ("value", "company_values"),
        ("session", "sessions"),
        ("token", "api_tokens"),
        ("key", "idempotency_keys"),
    ];
    known.iter().find(|(word, _)| stem == *word || stem.ends_with(word)).map(|(_, table)| *table)
}

/// The table that holds a type's rows.
pub(crate) fn table_of_type(name: &str) -> Option<&'static str> {
    let known = [
        ("Incident", "incidents"),
        ("Decision", "decisions"),
        ("Recognition", "recognitions"),
        ("Person", "people"),
        ("Team", "teams"),
        ("Venue", "venues"),
        ("Value", "company_values"),
        ("Notice", "notices"),
        ("Topic", "topics"),
        ("PastMeeting", "meetings"),
        ("MeetingPoint", "meeting_points"),
    ];
    known.iter().find(|(ty, _)| *ty == name).map(|(_, table)| *table)
}
