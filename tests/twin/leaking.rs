//! The test of the test: a server that leaks on purpose, one leak at a time, each of which has to be noticed.

use std::time::Instant;

use crate::corpus::Corpus;
use crate::harness::Engine;
use crate::listen;
use crate::organisation::Size;
use crate::pair::{self, Effort, Look};
use crate::run::plan_corpus;
use crate::stage::{self, Looker, Stage};

/// Every leak, with the viewer who notices it soonest and what of the questions shows it.
const LEAKS: &[(&str, &str, &str)] = &[
    ("EntriesOfEverybody", "member", "incident("),
    ("RowsBeforeTheirTime", "subject before their time", "incident("),
    ("AddressesOfEverybody", "member", "people"),
    ("QuestionsOfOthers", "reporter", "incident("),
    ("RepliesOfOthers", "subject delivered", "incident("),
    ("OnlookersNameTheReporter", "subject delivered", "incident("),
    ("OnlookersNameFormerDeciders", "reporter of a passed one", "myIncidents"),
    ("OnlookersTellLevels", "reporter", "myIncidents"),
    ("OnlookersTellWhen", "reporter", "myIncidents"),
    ("SessionsOfEverybody", "member", "sessions"),
    ("TokensOfEverybody", "member", "apiTokens"),
    ("NoticesOfEverybody", "member", "notices"),
    ("NoticePagesCountHidden", "witness", "notices"),
    ("SearchReadsTheEntry", "member", "search"),
    ("SpottedByUnasked", "member", "recognitions"),
    ("OrderByDelivery", "reporter", "myIncidents"),
    ("StateUnmasked", "subject undelivered", "incident("),
    ("ActionsKnowTheState", "subject undelivered", "incident("),
    ("AgeKnowsTheDecision", "subject undelivered", "incident("),
    ("SurvivorWaits", "reporter of a copy that waits", "myIncidents"),
    ("TextOfStubs", "former decider", "incident("),
    ("ValuesOfStubs", "former decider", "incident("),
    ("SubjectsOfStubs", "former decider", "incident("),
    ("DeciderOfStubs", "former decider", "incident("),
    ("ReporterUnmasked", "subject delivered", "incident("),
    ("PlaceUnmasked", "former decider of what was said in public", "mutation"),
    ("QuestionNamesTheReporter", "former decider who asked", "incident("),
    ("DecisionUnmasked", "reporter", "myIncidents"),
    ("RationaleUnmasked", "subject delivered", "incident("),
    ("RepairUnmasked", "reporter of a closed one", "myIncidents"),
    ("CareUnmasked", "subject delivered", "incident("),
    ("HistoryToEverybody", "member", "reinforcementHistory"),
    ("HiddenIsForbidden", "member", "mutation"),
    ("DecisionIsForbidden", "reporter", "mutation"),
    ("ValidatesHidden", "member", "mutation"),
    ("KeysOfEverybody", "member", "mutation"),
    ("SignInTellsAddresses", "member", "mutation"),
    ("SharedEntries", "member", "incident("),
    ("SharedPeople", "member", "people"),
    ("EventsOfHiddenSteps", "member", "subscription"),
];

/// The people of an organisation, the kind that is named first.
fn in_order<'s>(stage: &'s Stage, kind: &str) -> Vec<&'s Looker> {
    let mut list: Vec<&Looker> = stage.lookers.iter().filter(|l| l.viewer.signed_in).collect();
    list.sort_by_key(|l| !l.kinds.contains(&kind));
    list
}

async fn noticed(stages: &[Stage], corpus: &Corpus, leak: &str, kind: &str, focus: &str) -> Option<String> {
    let environment = [("SEEDED_LEAK", leak.to_owned())];
    let effort = Effort { width: 2, share: 6, thin: 1, stop_early: true };
    for stage in stages {
        if focus == "subscription" {
            let tally = listen::listen(stage, corpus, 7, &environment).await;
            if let Some(found) = tally.differences.into_iter().next() {
                return Some(found);
            }
            continue;
        }
        for (turn, looker) in in_order(stage, kind).into_iter().take(4).enumerate() {
            let how = Look { effort, seed: 7, turn, environment: &environment, focus };
            let tally = pair::look(stage, looker, corpus, how).await;
            if let Some(found) = tally.differences.into_iter().next() {
                return Some(found);
            }
        }
    }
    None
}

#[test]
#[ignore = "needs a server built with seeded leaks: --features upheld/seeded-leaks"]
fn every_leak_is_noticed() {
    crate::run::runtime().block_on(async {
        let started = Instant::now();
        let only = std::env::var("UPHELD_TWIN_LEAK").unwrap_or_default();
        let size = Size { people: 16, levels: 4, incidents: 70 };
        let stages = vec![stage::prepare(Engine::Sqlite, 41, size, true).await];
        let corpus = plan_corpus(&stages[0]).await;
        let stages = &stages;
        let leaks: Vec<&(&str, &str, &str)> =
            LEAKS.iter().filter(|(name, ..)| only.is_empty() || *name == only).collect();
        let mut missed = Vec::new();
        let mut caught = 0;
        for some in leaks.chunks(2) {
            let tries = some.iter().map(|(leak, kind, focus)| async move {
                let began = Instant::now();
                let found = noticed(stages, corpus, leak, kind, focus).await;
                (*leak, found, began.elapsed())
            });
            for (leak, found, took) in futures_util::future::join_all(tries).await {
                let short =
                    |f: &String| f.lines().next().unwrap_or_default().chars().take(160).collect::<String>();
                println!(
                    "{leak:<28} {:>5.1} s  {}",
                    took.as_secs_f64(),
                    found.as_ref().map_or("MISSED".into(), short)
                );
                if found.is_some() { caught += 1 } else { missed.push(leak) }
            }
        }
        // The same server without a leak shows nothing to anybody.
        let quiet = Effort { width: 2, share: 6, thin: 1, stop_early: false };
        let mut differences = 0;
        for (turn, looker) in in_order(&stages[0], "reporter").into_iter().take(4).enumerate() {
            let how = Look { effort: quiet, seed: 7, turn, environment: &[], focus: "" };
            let tally = pair::look(&stages[0], looker, corpus, how).await;
            tally.differences.iter().for_each(|found| println!("DIFFERENCE {found}"));
            differences += tally.differences.len();
        }
        println!(
            "seeded leaks: caught {caught} of {}, {differences} differences without one, {:.0} s",
            leaks.len(),
            started.elapsed().as_secs_f64()
        );
        assert!(missed.is_empty(), "not noticed: {missed:?}");
        assert_eq!(differences, 0, "differences without a leak");
    });
}
