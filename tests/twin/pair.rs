//! The truth and its twin for one viewer: two servers, asked the same.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::Utc;
use serde_json::Value;
use uuid::Uuid;

use crate::compare::{Parted, difference};
use crate::corpus::{Ask, Change, Corpus};
use crate::coverage::Coverage;
use crate::database::Db;
use crate::harness::{Answer, Client, Place, Server};
use crate::hidden;
use crate::pool::{Pool, table_of_argument};
use crate::schema::{Schema, named};
use crate::stage::{Looker, Stage};

/// How much is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    /// How many values of each kind.
    pub(crate) width: usize,
    /// One document of the crawl out of so many.
    pub(crate) share: usize,
    /// One call and one page out of so many.
    pub(crate) thin: usize,
    /// Whether to ask on after the first difference.
    pub(crate) stop_early: bool,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) documents: usize,
    pub(crate) comparisons: usize,
    pub(crate) differences: Vec<String>,
    pub(crate) coverage: Coverage,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.documents += other.documents;
        self.comparisons += other.comparisons;
        self.differences.extend(other.differences);
        self.coverage.add(other.coverage);
    }
}

/// What an admin does to hidden entries on purpose, each with the reason. Everybody else is compared here too.
const BY_DESIGN: &[(&str, &str)] =
    &[("openEntry", "break glass: it opens what is hidden, with a reason, and those concerned are told")];

/// What an admin does to the reporting lines. Who decides afterwards hangs on who is involved, which is hidden; whom it
/// comes to learns of it. So these come last, and nothing is asked after them.
const MOVE_LINES: [&str; 8] = [
    "addPerson",
    "movePerson",
    "setRole",
    "updatePerson",
    "deactivatePerson",
    "reactivatePerson",
    "erasePerson",
    "saveTeam",
];

/// Whether nothing more is asked after a change: it moves lines, ends sessions, or is throttled after wrong passwords.
fn at_last(schema: &Schema, change: &Change, looker: &Looker) -> bool {
    let words = |name: &str, words: &[&str]| words.iter().any(|word| name.to_lowercase().contains(word));
    let input = schema.inputs.get(&change.input);
    (looker.viewer.admin && MOVE_LINES.contains(&change.name.as_str()))
        || words(&change.name, &["sign", "session"])
        || input.is_some_and(|fields| fields.iter().any(|f| words(&f.name, &["password", "code"])))
}

pub(crate) struct Pair<'c> {
    truth: Client<'c>,
    twin: Client<'c>,
    known: HashSet<Uuid>,
    led: HashSet<Uuid>,
    at: chrono::DateTime<Utc>,
    pub(crate) corpus: &'c Corpus,
    tally: Tally,
    who: String,
    pub(crate) effort: Effort,
}

/// Everybody whom the viewer leads, and the viewer.
async fn led(db: &Db, me: Option<Uuid>) -> Vec<Uuid> {
    let Some(me) = me else { return Vec::new() };
    let sql = "WITH RECURSIVE below(id) AS (SELECT id FROM people WHERE id = $1 UNION \
               SELECT p.id FROM people p JOIN below b ON p.manager_id = b.id) \
               SELECT b.id FROM below b JOIN people p ON p.id = b.id ORDER BY p.email";
    db.ids(sql, [me.into()]).await
}

/// One look at an organisation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look<'l> {
    pub(crate) effort: Effort,
    pub(crate) seed: u64,
    /// Which share of the crawl is asked.
    pub(crate) turn: usize,
    /// What the servers are started with.
    pub(crate) environment: &'l [(&'l str, String)],
    /// What is asked first: a piece of the documents, or `mutation`.
    pub(crate) focus: &'l str,
}

/// Asks the truth and the twin of one viewer everything.
pub(crate) async fn look(stage: &Stage, looker: &Looker, corpus: &Corpus, how: Look<'_>) -> Tally {
    let Look { effort, seed, turn, environment, focus } = how;
    let (truth, twin) = (Place::copy_of(&stage.place), Place::copy_of(&stage.place));
    let (a, b) = (Db::open(&truth).await, Db::open(&twin).await);
    hidden::hide(&b, looker.viewer, seed).await;
    let leads = led(&a, looker.viewer.id).await;
    let mut pool = Pool::of(&a, &b, looker.viewer.id.unwrap_or_default(), &leads, seed).await;
    a.close().await;
    b.close().await;
    let at = Utc::now();
    let start = |place| Server::start_with(&Arc::new(place), &["--log", "warn"], environment);
    let (truth, twin) = (start(truth), start(twin));
    let mut pair = Pair {
        truth: looker.client(&truth),
        twin: looker.client(&twin),
        known: pool.known.clone(),
        led: leads.into_iter().collect(),
        at,
        corpus,
        tally: Tally::default(),
        who: format!("seed {seed}, {}", looker.kinds.join(" + ")),
        effort,
    };
    // Whoever is not let in is asked the same, but one question of each kind is enough.
    let few = Effort { width: 1, share: effort.share * 8, ..effort };
    let part = if looker.viewer.signed_in { effort } else { few };
    // What others read on the first server is nothing to the viewer; on the second they have no session.
    let mut others: Vec<&Looker> =
        stage.lookers.iter().filter(|l| l.viewer.signed_in && l.viewer.id != looker.viewer.id).collect();
    others.sort_by_key(|l| {
        (!l.viewer.admin, !l.kinds.contains(&"leader above"), !l.kinds.contains(&"decider"))
    });
    for other in others.into_iter().take(3) {
        let client = other.client(&truth);
        for document in &corpus.what_others_read {
            client.answer(document, Value::Null).await;
        }
    }
    let mut questions = corpus.questions(&mut pool, part, turn);
    questions.sort_by_key(|ask| !ask.document.contains(focus));
    if focus == "mutation" {
        pair.changes(&mut pool, looker).await;
    }
    for ask in &questions {
        if pair.enough() {
            return pair.tally;
        }
        pair.ask(ask).await;
    }
    pair.histories(&pool).await;
    if focus != "mutation" {
        pair.changes(&mut pool, looker).await;
    }
    // What the changes have left behind, once more.
    for _ in 0..(10 * part.width) {
        if pair.enough() {
            break;
        }
        let ask = pool.random().pick(&questions).clone();
        pair.ask(&ask).await;
    }
    if looker.viewer.signed_in {
        pair.at_last(&mut pool, looker).await;
    }
    pair.each(&mut pool, looker, true).await;
    truth.assert_well();
    twin.assert_well();
    pair.tally
}

impl Pair<'_> {
    pub(crate) fn enough(&self) -> bool {
        self.effort.stop_early && !self.tally.differences.is_empty()
    }

    async fn both(&self, documents: [&str; 2], variables: [&Value; 2]) -> (Answer, Answer) {
        tokio::join!(
            self.truth.answer(documents[0], variables[0].clone()),
            self.twin.answer(documents[1], variables[1].clone())
        )
    }

    /// Asks both and notes a difference; one that is gone when asked again was the clock's.
    pub(crate) async fn compare(&mut self, document: &str, again: bool) -> Answer {
        self.compare_each([document; 2], [&Value::Null; 2], again).await.0
    }

    /// Asks each in its own words: a cursor, an id or a secret of what came after the twins parted is good on its own
    /// server alone.
    pub(crate) async fn compare_each(
        &mut self,
        documents: [&str; 2],
        variables: [&Value; 2],
        again: bool,
    ) -> (Answer, Answer) {
        let document = documents[0];
        let (mut truth, mut twin) = self.both(documents, variables).await;
        self.tally.documents += 1;
        self.tally.comparisons += 1;
        assert!(truth.status < 500, "{}: {} {}\n{document}", self.who, truth.status, truth.text);
        let mut found = self.differ(&truth, &twin);
        for _ in 0..3 {
            if found.is_none() || !again {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            (truth, twin) = self.both(documents, variables).await;
            self.tally.comparisons += 1;
            found = self.differ(&truth, &twin);
        }
        if let Some(found) = found {
            let with = if variables[0].is_null() { String::new() } else { format!("\n    {}", variables[0]) };
            self.tally.differences.push(format!("{}: {found}\n    {document}{with}", self.who));
        }
        if let Ok(json) = serde_json::from_str(&truth.text) {
            self.tally.coverage.note(&self.corpus.schema, document, &json);
        }
        (truth, twin)
    }

    fn differ(&self, truth: &Answer, twin: &Answer) -> Option<String> {
        difference(truth, twin, &Parted { known: &self.known, at: self.at, led: &self.led })
    }

    async fn ask(&mut self, ask: &Ask) {
        let Some((field, pages)) = &ask.follow else {
            let answer = self.compare(&ask.document, true).await;
            // One that is refused takes the others with it where a field must not be null.
            let spoiled = answer.text.starts_with("{\"data\":null") || answer.text.contains("TOO_COMPLEX");
            if !ask.alone.is_empty() && spoiled {
                for document in &ask.alone {
                    self.compare(document, true).await;
                }
            }
            return;
        };
        let forward = ask.document.contains("(first: ");
        let mut documents = [(); 2].map(|()| ask.document.replace("«cursor»", ""));
        for _ in 0..*pages {
            let (truth, twin) =
                self.compare_each([&documents[0], &documents[1]], [&Value::Null; 2], true).await;
            for (document, answer) in documents.iter_mut().zip([truth, twin]) {
                let answer = serde_json::from_str(&answer.text).unwrap_or_default();
                let Some(next) = next_cursor(&answer, field, forward) else { return };
                let cursor = format!(", {}: {next:?}", if forward { "after" } else { "before" });
                *document = ask.document.replace("«cursor»", &cursor);
            }
        }
    }

    /// Sums are for a leader and the leaders above, whatever the period; two periods put side by side tell others
    /// nothing either, because they get neither.
    async fn histories(&mut self, pool: &Pool) {
        let people: Vec<Uuid> = pool.of_table("people").map(|i| i.seen.clone()).unwrap_or_default();
        for leader in self.led.iter().copied().collect::<Vec<_>>() {
            let by = "hoursToDeliver { median p90 } byValue { value { id name } } byMonth { month } decisions(first: 2) { nodes { id } }";
            let document = format!(
                "{{ reinforcementHistory(leaderId: \"{leader}\") {{ leader {{ id }} consideredRate {by} }} }}"
            );
            self.compare(&document, true).await;
        }
        let periods = ["", ", since: \"2026-01-01\"", ", until: \"2026-11-01\", since: \"2026-06-01\""];
        for some in people.chunks(12) {
            let parts: Vec<String> = some
                .iter()
                .enumerate()
                .map(|(n, p)| {
                    format!(
                        "h{n}: reinforcementHistory(leaderId: \"{p}\"{}) {{ leader {{ id }} corrections }}",
                        periods[n % 3]
                    )
                })
                .collect();
            let document = format!("{{ {} }}", parts.join(" "));
            let answer = self.truth.answer(&document, Value::Null).await;
            self.tally.comparisons += 1;
            let json: Value = serde_json::from_str(&answer.text).unwrap_or_default();
            for (n, person) in some.iter().enumerate() {
                if !json["data"][format!("h{n}")].is_null() && !self.led.contains(person) {
                    self.tally
                        .differences
                        .push(format!("{}: the history of somebody not below\n    {document}", self.who));
                }
            }
        }
    }

    /// Every change: about what is hidden and what is not there, which is one answer, then about what is seen.
    async fn changes(&mut self, pool: &mut Pool, looker: &Looker) {
        let changes = self.corpus.changes();
        let first: Vec<&Change> =
            changes.iter().filter(|c| !at_last(&self.corpus.schema, c, looker)).collect();
        for change in &first {
            if self.enough() {
                return;
            }
            self.on_hidden(change, pool, looker.viewer.admin).await;
        }
        if looker.viewer.signed_in {
            self.meant(pool, looker).await;
        }
        self.each(pool, looker, false).await;
    }

    /// Every change with chance inputs: those that come at last, or the others.
    async fn each(&mut self, pool: &mut Pool, looker: &Looker, last: bool) {
        let mut changes = self.corpus.changes();
        changes.retain(|c| at_last(&self.corpus.schema, c, looker) == last);
        // Nothing is to be done by somebody who has signed out.
        changes.sort_by_key(|c| c.name == "signOut");
        for change in changes {
            let times = if looker.viewer.signed_in { self.effort.width } else { 1 };
            for _ in 0..times {
                if self.enough() {
                    return;
                }
                let input = self.input(&change, pool);
                self.compare(&change.document(&input), false).await;
            }
        }
    }

    /// An input of plain values, with ids that the viewer sees.
    fn input(&self, change: &Change, pool: &mut Pool) -> String {
        if change.input.is_empty() { String::new() } else { pool.object(&self.corpus.schema, &change.input) }
    }

    async fn on_hidden(&mut self, change: &Change, pool: &mut Pool, admin: bool) {
        let Some(fields) = self.corpus.schema.inputs.get(&change.input) else { return };
        let targets: Vec<String> = fields
            .iter()
            .filter(|f| named(&f.ty) == "ID" && f.name != "key" && !f.optional)
            .map(|f| f.name.clone())
            .collect();
        let Some(target) = targets.into_iter().next() else { return };
        let table = table_of_argument(&target);
        let hidden: Vec<Uuid> = table
            .and_then(|t| pool.of_table(t))
            .map(|i| i.hidden.iter().take(self.effort.width).copied().collect())
            .unwrap_or_default();
        let by_design = admin && BY_DESIGN.iter().any(|(name, _)| *name == change.name);
        let hidden = if by_design { Vec::new() } else { hidden };
        for valid in [true, false] {
            let parts: Vec<(String, String)> = fields
                .iter()
                .filter(|f| !f.optional && f.name != target)
                .map(|f| {
                    let text = named(&f.ty) == "String";
                    let value =
                        if text && !valid { "\" \"".to_owned() } else { pool.plain(&self.corpus.schema, f) };
                    (f.name.clone(), value)
                })
                .collect();
            let with = |id: &str| {
                let rest: Vec<String> = parts.iter().map(|(n, v)| format!("{n}: {v}")).collect();
                let list = self.corpus.schema.inputs[&change.input]
                    .iter()
                    .any(|f| f.name == target && crate::schema::is_list(&f.ty));
                let id = if list { format!("[\"{id}\"]") } else { format!("\"{id}\"") };
                change.document(&format!("{{{target}: {id}, {}}}", rest.join(", ")))
            };
            let (absent, wrong) =
                (with(&pool.absent().to_string()), with(&pool.one("organisations").to_string()));
            let nothing = self.compare(&absent, false).await.text;
            for document in [&wrong].into_iter().cloned().chain(hidden.iter().map(|id| with(&id.to_string())))
            {
                let answer = self.compare(&document, false).await.text;
                if answer != nothing {
                    self.tally.differences.push(format!(
                        "{}: hidden and absent are two answers:\n  {answer}\n  {nothing}\n    {document}",
                        self.who
                    ));
                }
            }
        }
    }
}

/// The cursor with which to go on, wherever in the answer the page stands.
fn next_cursor(value: &Value, field: &str, forward: bool) -> Option<String> {
    let (more, cursor) =
        if forward { ("hasNextPage", "endCursor") } else { ("hasPreviousPage", "startCursor") };
    match value {
        Value::Object(fields) => {
            if let Some(page) = fields.get(field)
                && page["pageInfo"][more] == true
            {
                return page["pageInfo"][cursor].as_str().map(str::to_owned);
            }
            fields.values().find_map(|v| next_cursor(v, field, forward))
        }
        Value::Array(list) => list.iter().find_map(|v| next_cursor(v, field, forward)),
        _ => None,
    }
}
