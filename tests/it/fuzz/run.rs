//! Sends documents as several people at once and counts what came back.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::documents::Generator;
use super::values::Ids;
use crate::harness::{Client, Server, session_cookie};

/// Who sends: nobody, members, leaders at three heights, an admin; twice each.
const SENDERS: [Option<&str>; 16] = [
    None,
    Some("tansy"),
    Some("larch"),
    Some("moss"),
    Some("cedar"),
    Some("rowan"),
    Some("hazel"),
    Some("heath"),
    None,
    Some("tansy"),
    Some("larch"),
    Some("moss"),
    Some("cedar"),
    Some("rowan"),
    Some("hazel"),
    Some("heath"),
];
const SLOW: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
pub(crate) struct Run {
    documents: usize,
    outcomes: BTreeMap<(&'static str, String), usize>,
    failures: Vec<String>,
    slowest: Duration,
    took: Duration,
    /// Resident KiB after the warm-up and at the end.
    memory: (u64, u64),
    signed_in_again: usize,
}

impl Run {
    pub(crate) async fn over(server: &Server, seed: u64, documents: usize) -> Self {
        let ids = ids(server).await;
        println!("{} ids to choose from", ids.0.values().map(Vec::len).sum::<usize>());
        let began = Instant::now();
        // All sign in before the first document, whose guesses at passwords would shut them out for a while.
        let mut senders = Vec::new();
        for who in SENDERS {
            senders.push(match who {
                Some(name) => server.own_session(name).await,
                None => server.anonymous(),
            });
        }
        // Caches and pools fill up first, so that growth afterwards is growth with the number of documents.
        let warm = documents / 5;
        let mut run = Self::share(&mut senders, seed, warm, &ids).await;
        let before = server.resident_kib();
        run.add(Self::share(&mut senders, seed ^ u64::MAX, documents - warm, &ids).await);
        run.memory = (before, server.resident_kib());
        run.took = began.elapsed();
        run
    }

    async fn share(senders: &mut [Client<'_>], seed: u64, documents: usize, ids: &Ids) -> Self {
        let workers = SENDERS.iter().zip(senders).zip(1_u64..).map(|((who, client), n)| {
            let each = documents / SENDERS.len() + usize::from(n == 1) * (documents % SENDERS.len());
            Self::worker(client, *who, Generator::new(seed.wrapping_mul(n), ids.clone()), each)
        });
        let mut all = Self::default();
        for one in join_all(workers).await {
            all.add(one);
        }
        all
    }

    async fn worker(
        client: &mut Client<'_>,
        who: Option<&str>,
        mut generator: Generator,
        documents: usize,
    ) -> Self {
        let mut run = Self::default();
        for _ in 0..documents {
            let sent = generator.next();
            let began = Instant::now();
            let request = client
                .request("POST", "/graphql")
                .header("content-type", "application/json")
                .body(sent.body.clone());
            let answer = request.send().await;
            let took = began.elapsed();
            run.documents += 1;
            run.slowest = run.slowest.max(took);
            let (status, text) = match answer {
                Ok(answer) => (answer.status().as_u16(), answer.text().await.unwrap_or_default()),
                Err(e) => (0, format!("no answer: {e:?}")),
            };
            let outcome = outcome(status, &text);
            let wrong = status == 0 || status >= 500 || took > SLOW || outcome.contains("INTERNAL");
            if wrong && run.failures.len() < 5 {
                run.failures.push(format!("{who:?} after {took:?}: {}\n  → {status} {text}", sent.body));
            }
            let signed_out = who.is_some() && outcome == "UNAUTHENTICATED";
            *run.outcomes.entry((sent.kind, outcome)).or_default() += 1;
            if signed_out && let Some(again) = again(client, who.unwrap_or_default()).await {
                run.signed_in_again += 1;
                *client = again;
            }
        }
        run
    }

    fn add(&mut self, other: Self) {
        self.documents += other.documents;
        for (key, n) in other.outcomes {
            *self.outcomes.entry(key).or_default() += n;
        }
        self.failures.extend(other.failures);
        self.slowest = self.slowest.max(other.slowest);
        self.signed_in_again += other.signed_in_again;
    }

    pub(crate) fn print(&self) {
        let mut table = String::new();
        for ((kind, outcome), n) in &self.outcomes {
            let _ = writeln!(table, "  {kind:<13}{outcome:<28}{n:>8}");
        }
        let (before, after) = self.memory;
        println!(
            "{table}{} documents in {:.1} s; slowest answer {} ms; memory {before} → {after} KiB ({:+.1} %); \
             signed in again {} times; {} failures",
            self.documents,
            self.took.as_secs_f64(),
            self.slowest.as_millis(),
            growth(before, after),
            self.signed_in_again,
            self.failures.len(),
        );
    }

    pub(crate) fn assert_passed(&self, server: &Server) {
        assert!(self.failures.is_empty(), "{}", self.failures.join("\n\n"));
        server.assert_well();
        let data: usize = self.outcomes.iter().filter(|((_, o), _)| o == "data").map(|(_, n)| n).sum();
        assert!(
            data * 10 > self.documents,
            "only {data} of {} got data: the generator is off",
            self.documents
        );
        // A leak of a few KiB a document would show; allocators keep some, so a small server has some room.
        let (before, after) = self.memory;
        let most = (before + before / 10).max(before + 48 * 1024);
        assert!(after <= most, "memory grew from {before} to {after} KiB");
    }
}

fn growth(before: u64, after: u64) -> f64 {
    let (before, after) =
        (f64::from(u32::try_from(before).unwrap_or(1)), f64::from(u32::try_from(after).unwrap_or(1)));
    (after - before) * 100.0 / before.max(1.0)
}

/// The class of an answer: data, data with errors, or the codes that it was refused with.
fn outcome(status: u16, text: &str) -> String {
    let Ok(answer) = serde_json::from_str::<Value>(text) else {
        return if status == 400 { "400 no JSON".to_owned() } else { format!("{status} INTERNAL: no JSON") };
    };
    let Some(errors) = answer["errors"].as_array() else { return "data".to_owned() };
    let code = |e: &Value| e["extensions"]["code"].as_str().unwrap_or("INTERNAL: no code").to_owned();
    let codes: Vec<String> = errors.iter().map(code).collect();
    let code =
        codes.iter().find(|c| c.starts_with("INTERNAL")).or(codes.first()).cloned().unwrap_or_default();
    let some_data = answer["data"].as_object().is_some_and(|d| d.values().any(|v| !v.is_null()));
    match (some_data, status) {
        (true, _) => format!("data and {code}"),
        (false, 200) => code,
        (false, _) => format!("{status} {code}"),
    }
}

/// Another session of the same browser, so that strangers' tries do not count against it.
async fn again<'s>(client: &Client<'s>, name: &str) -> Option<Client<'s>> {
    let input = json!({"email": format!("{name}@upheld.example"), "password": "upheld-demo"});
    let answer = client.answer_of("signIn", input).await;
    answer.result().ok()?;
    Some(Client::with_cookie(client.server, session_cookie(&answer)?))
}

/// The ids that several people see, so that documents meet real things.
pub(crate) async fn ids(server: &Server) -> Ids {
    let stage = crate::bad_input::Stage::set(server).await;
    let mut all = Ids::default();
    for (kind, id) in [("Incident", &stage.open), ("Incident", &stage.praise), ("Decision", &stage.decision)]
    {
        all.0.entry(kind.to_owned()).or_default().push(id.clone());
    }
    let document =
        "{ people(first: 100) { nodes { id __typename } } venues { id __typename } teams { id __typename }
        values { id __typename } recognitions(first: 30) { nodes { id __typename } }
        myIncidents(first: 30) { nodes { id __typename } }
        decisionQueue(first: 30) { nodes { id __typename decision { id __typename } } } }";
    for name in ["hazel", "cedar", "rowan", "tansy"] {
        let data = server.person(name).await.ok(document, json!({})).await;
        collect(&data, &mut all);
    }
    all
}

fn collect(value: &Value, all: &mut Ids) {
    match value {
        Value::Object(fields) => {
            if let (Some(Value::String(id)), Some(Value::String(kind))) =
                (fields.get("id"), fields.get("__typename"))
            {
                all.0.entry(kind.clone()).or_default().push(id.clone());
            }
            fields.values().for_each(|v| collect(v, all));
        }
        Value::Array(list) => list.iter().for_each(|v| collect(v, all)),
        _ => {}
    }
}
