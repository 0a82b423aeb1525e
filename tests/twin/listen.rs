//! The subscription: while people write, hidden things on one side alone and visible ones on both, everybody who listens
//! is told the same on both.

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::compare::{Parted, canonical};
use crate::corpus::Corpus;
use crate::database::Db;
use crate::harness::{Client, Place, Server, Socket, day, new_key};
use crate::life::Crowd;
use crate::pair::Tally;
use crate::random::Random;
use crate::stage::{Looker, Stage};

/// After the last write, for how long a message may still come.
const QUIET: Duration = Duration::from_millis(700);

struct Writers {
    people: Vec<Uuid>,
    values: Vec<Uuid>,
    venue: Uuid,
}

/// Listens as everybody on two servers of the same organisation and compares what each is told.
pub(crate) async fn listen(
    stage: &Stage,
    corpus: &Corpus,
    seed: u64,
    environment: &[(&str, String)],
) -> Tally {
    let (truth, twin) = (Place::copy_of(&stage.place), Place::copy_of(&stage.place));
    let db = Db::open(&truth).await;
    let writers = Writers {
        people: db.ids("SELECT id FROM people WHERE active ORDER BY email", []).await,
        values: db.ids("SELECT id FROM company_values WHERE NOT retired ORDER BY position", []).await,
        venue: db.ids("SELECT id FROM venues WHERE everybody ORDER BY name", []).await[0],
    };
    let mut known = std::collections::HashSet::new();
    for table in ["people", "venues", "company_values", "recognitions", "incidents", "teams"] {
        known.extend(db.ids(&format!("SELECT id FROM {table}"), []).await);
    }
    let at = Utc::now();
    let start = |place| Server::start_with(&Arc::new(place), &["--log", "warn"], environment);
    let (truth, twin) = (start(truth), start(twin));
    let mut tally = Tally::default();
    let lookers: Vec<&Looker> = stage.lookers.iter().filter(|l| l.viewer.signed_in).collect();
    for document in corpus.subscriptions() {
        let mut told = Vec::new();
        for looker in &lookers {
            told.push((
                open(&looker.client(&truth), &document).await,
                open(&looker.client(&twin), &document).await,
            ));
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        write(&truth, &twin, &db, &writers, seed).await;
        for (looker, (a, b)) in lookers.iter().zip(&mut told) {
            let (mut a, mut b) = (heard(a).await, heard(b).await);
            tally.documents += 1;
            tally.comparisons += a.len().max(1);
            let led = std::collections::HashSet::new();
            let parted = Parted { known: &known, at, led: &led };
            for message in a.iter_mut().chain(b.iter_mut()) {
                canonical(message, &parted);
                if let Some(data) = message["payload"].as_object() {
                    tally.coverage.note(&corpus.schema, &document, &Value::Object(data.clone()));
                }
            }
            if a != b {
                let who = looker.kinds.join(" + ");
                tally.differences.push(format!(
                    "seed {seed}, {who}, listening: {} and {} messages\n  {a:?}\n  {b:?}\n    {document}",
                    a.len(),
                    b.len()
                ));
            }
        }
    }
    db.close().await;
    truth.assert_well();
    twin.assert_well();
    tally
}

async fn open(by: &Client<'_>, document: &str) -> Socket {
    let mut socket = Socket::open(by).await;
    socket.init().await;
    socket.subscribe("one", document).await;
    socket
}

/// Everything that was said, until nothing comes any more.
async fn heard(socket: &mut Socket) -> Vec<Value> {
    let mut list = Vec::new();
    while let Ok(Some(message)) = socket.next_within(QUIET).await {
        list.push(message);
    }
    list
}

/// Twenty writes: what everybody may see on both, what nobody else may know on the first alone.
async fn write(truth: &Server, twin: &Server, db: &Db, writers: &Writers, seed: u64) {
    let (mut on_truth, mut on_twin) = (Crowd::new(truth, db).await, Crowd::new(twin, db).await);
    let mut random = Random::new(seed ^ 0x5ab5);
    for n in 0..8 {
        let two = random.some(&writers.people, 2);
        let hidden = n % 2 == 0;
        let value = *random.pick(&writers.values);
        let public = !hidden;
        let entry = json!({"kind": if public { "UPHELD" } else { "VIOLATED" }, "subjectIds": [two[1]], "valueIds": [value],
            "venueId": writers.venue, "title": "During the day", "situation": "Somewhere.", "behaviour": "Something.",
            "impact": "Somehow.", "occurredOn": day(0), "creditReporter": n % 4 == 1});
        story(&mut on_truth, two[0], &entry, public).await;
        if public {
            story(&mut on_twin, two[0], &entry, public).await;
        }
    }
}

/// An entry from its log to its delivery: in public, or 1:1.
async fn story(crowd: &mut Crowd<'_>, reporter: Uuid, entry: &Value, public: bool) {
    let mut entry = entry.clone();
    entry["key"] = new_key().into();
    let reporter = crowd.client(reporter).await;
    let logged = reporter.does("logIncident", entry).await;
    let id = logged["incident"]["id"].clone();
    let decider = reporter.incident(id.as_str().unwrap_or_default(), "decider { id }").await;
    let decider: Uuid = decider["decider"]["id"].as_str().and_then(|d| d.parse().ok()).unwrap();
    let decider = crowd.client(decider).await;
    let mut decision = json!({"key": new_key(), "incidentId": id, "rationale": "Because."});
    if public {
        decision["outcome"] = "RECOGNITION".into();
        decision["handling"] = "PUBLIC".into();
        decision["wording"] = "This is how.".into();
    } else {
        decision["outcome"] = "CORRECTION".into();
        decision["handling"] = "ONE_TO_ONE".into();
        decision["consideration"] =
            json!({"onlyOneWhoKnows": false, "nobodyElseAffected": true, "knownAtFirstHand": true});
    }
    let decided = decider.does("recordDecision", decision).await;
    decider.does("markDelivered", json!({"decisionId": decided["decision"]["id"]})).await;
}
