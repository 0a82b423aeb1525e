//! The runs: a share for every change of the code, and the long one.

use std::collections::BTreeSet;
use std::time::Instant;

use crate::corpus::Corpus;
use crate::harness::{Engine, Server};
use crate::listen;
use crate::organisation::Size;
use crate::pair::{self, Effort, Look, Tally};
use crate::random::Random;
use crate::stage::{self, KINDS, MUST_OCCUR, Stage};

/// Pairs of servers that are asked at the same time.
const AT_ONCE: usize = 2;

/// What a run is to do.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) engine: Engine,
    pub(crate) seeds: Vec<(u64, Size)>,
    pub(crate) effort: Effort,
    /// One viewer out of so many looks.
    pub(crate) viewers: usize,
    /// Whether every kind of viewer, every state and every field has to have come.
    pub(crate) complete: bool,
}

/// Runs and prints; fails on a difference or on what was never seen.
pub(crate) async fn run(plan: &Plan) {
    let started = Instant::now();
    let mut total = Tally::default();
    let (mut kinds, mut occurs, mut lookers) = (BTreeSet::new(), BTreeSet::new(), 0);
    let mut corpus = None;
    let mut turn = 0;
    for (seed, size) in &plan.seeds {
        let stage = stage::prepare(plan.engine, *seed, *size, false).await;
        occurs.extend(stage.occurs.iter().cloned());
        if corpus.is_none() {
            corpus = Some(plan_corpus(&stage).await);
        }
        let corpus = corpus.unwrap();
        let here: Vec<_> = stage.lookers.iter().step_by(plan.viewers).collect();
        for some in here.chunks(AT_ONCE) {
            let looks = some.iter().map(|looker| {
                kinds.extend(looker.kinds.iter().copied());
                // Of those who are let in each asks another part of the crawl.
                turn += usize::from(looker.viewer.signed_in);
                lookers += 1;
                let how = Look { effort: plan.effort, seed: *seed, turn, environment: &[], focus: "" };
                pair::look(&stage, looker, corpus, how)
            });
            for tally in futures_util::future::join_all(looks).await {
                for found in tally.differences.iter().take(20usize.saturating_sub(total.differences.len())) {
                    println!("DIFFERENCE {found}\n");
                }
                total.add(tally);
            }
        }
        let heard = listen::listen(&stage, corpus, *seed, &[]).await;
        for found in &heard.differences {
            println!("DIFFERENCE {found}\n");
        }
        total.add(heard);
        println!(
            "{:?}, seed {seed}: {} people, {} entries, {} viewers, {} comparisons so far, {} differences, {:.0} s",
            plan.engine,
            size.people,
            size.incidents,
            here.len(),
            total.comparisons,
            total.differences.len(),
            started.elapsed().as_secs_f64()
        );
    }
    let corpus = corpus.unwrap();
    println!(
        "{:?}: {} organisations, {lookers} viewers, {} documents, {} comparisons, {} differences, {} fields, {:.0} s",
        plan.engine,
        plan.seeds.len(),
        total.documents,
        total.comparisons,
        total.differences.len(),
        total.coverage.told(),
        started.elapsed().as_secs_f64()
    );
    assert!(total.differences.is_empty(), "{} answers tell of what is hidden", total.differences.len());
    if plan.complete {
        let never: Vec<&&str> = MUST_OCCUR.iter().filter(|m| !occurs.contains(**m)).collect();
        let nobody: Vec<&&str> = KINDS.iter().filter(|k| !kinds.contains(**k)).collect();
        let missing = total.coverage.missing(&corpus.schema);
        assert!(
            never.is_empty() && nobody.is_empty() && missing.is_empty(),
            "the organisations never had: {never:?}\nnobody who looked was: {nobody:?}\nthe corpus did not reach:\n  {}",
            missing.join("\n  ")
        );
    }
}

/// The questions, planned once: they come from the schema.
static CORPUS: tokio::sync::OnceCell<Corpus> = tokio::sync::OnceCell::const_new();

pub(crate) async fn plan_corpus(stage: &Stage) -> &'static Corpus {
    CORPUS.get_or_init(|| plan(stage)).await
}

async fn plan(stage: &Stage) -> Corpus {
    let place = std::sync::Arc::new(crate::harness::Place::copy_of(&stage.place));
    let server = Server::start(&place, &["--log", "warn"]);
    let by = stage.lookers.iter().find(|l| l.viewer.signed_in).unwrap().client(&server);
    let corpus = Corpus::plan(&by).await;
    println!("the crawl has {} documents", corpus.deep_documents());
    corpus
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise)
}

/// The share of every change, within minutes: one organisation.
fn share(engine: Engine, effort: Effort, viewers: usize) {
    let size = Size { people: 14, levels: 4, incidents: 60 };
    let complete = viewers == 1;
    runtime().block_on(run(&Plan { engine, seeds: vec![(1, size)], effort, viewers, complete }));
}

/// Each kind of viewer, each state, each field.
#[test]
#[ignore = "a step of its own, which prints its figures: cargo xtask test --only twin"]
fn on_sqlite() {
    share(Engine::Sqlite, Effort { width: 1, share: 8, thin: 2, stop_early: false }, 1);
}

/// The same rules on the other engine, with fewer viewers and questions.
#[test]
#[ignore = "a step of its own, which prints its figures: cargo xtask test --only twin"]
fn on_postgres() {
    if Engine::all().contains(&Engine::Postgres) {
        share(Engine::Postgres, Effort { width: 1, share: 60, thin: 9, stop_early: false }, 3);
    }
}

/// As many organisations as asked for.
#[test]
#[ignore = "as long as one likes: --ignored"]
fn long() {
    let first = number("UPHELD_TWIN_SEED", 1_000);
    let engine = std::env::var("UPHELD_TWIN_ENGINE").unwrap_or_default();
    for on in Engine::all() {
        if !engine.is_empty() && format!("{on:?}").to_lowercase() != engine {
            continue;
        }
        let count = number("UPHELD_TWIN_ORGANISATIONS", 10);
        let seeds = (first..first + count).map(|seed| (seed, Size::chance(&mut Random::new(seed)))).collect();
        let effort = Effort { width: 3, share: 2, thin: 1, stop_early: false };
        let complete = count >= 10;
        runtime().block_on(run(&Plan { engine: on, seeds, effort, viewers: 1, complete }));
    }
}
