//! The statement that folds is compared with the rule of the domain, viewer by viewer.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use upheld_domain::Id;
use upheld_domain::folding::{self, Correction};
use upheld_domain::retention::Policy;
use upheld_domain::words::IncidentState;

use super::{Bench, corrected, on_each_engine, organisation};
use crate::{Cursor, PageRequest, ViewerStore};

const ALL: PageRequest<Cursor> = PageRequest { size: 100, after: None, before: None, from_end: false };

async fn mine(reader: &ViewerStore) -> BTreeSet<String> {
    let page = reader.my_incidents(&ALL).await.unwrap();
    page.rows.into_iter().filter_map(|(_, i)| i.title).collect()
}

async fn decided(reader: &ViewerStore, leader: Id) -> BTreeSet<Id> {
    let since = (crate::now() - chrono::TimeDelta::days(1_800)).date_naive();
    let history = reader.history(leader, Some(since), None).await.unwrap().unwrap();
    let page = reader.history_decisions(&history, &ALL).await.unwrap();
    page.rows.into_iter().map(|(_, d)| d.incident).collect()
}

async fn ids(bench: &Bench) -> BTreeMap<String, Id> {
    let rows = bench.rows("SELECT id, title FROM incidents WHERE title IS NOT NULL").await;
    rows.iter().map(|r| (r.try_get("", "title").unwrap(), r.try_get("", "id").unwrap())).collect()
}

#[tokio::test]
async fn a_correction_folds_for_each_by_what_they_see() {
    let mut data = organisation();
    data["incidents"] = json!([
        corrected("old", "heath", "larch", "cedar", "kindness", 240),
        corrected("elsewhere", "heath", "larch", "cedar", "ownership", 20),
        corrected("again", "sage", "larch", "cedar", "kindness", 10),
        corrected("other", "heath", "sage", "cedar", "kindness", 250),
    ]);
    on_each_engine(&data, async |bench| {
        let (heath, sage, cedar, larch) = (
            bench.sign_in("heath").await,
            bench.sign_in("sage").await,
            bench.sign_in("cedar").await,
            bench.sign_in("larch").await,
        );
        let ids = ids(bench).await;
        let (old, again, other) = (ids["title old"], ids["title again"], ids["title other"]);
        let leader = cedar.viewer().id();
        // Who logged the old one does not know of the new one, which must not unfold it for them.
        assert_eq!(mine(&heath).await, BTreeSet::from(["title elsewhere".to_owned()]));
        assert_eq!(mine(&sage).await, BTreeSet::from(["title again".to_owned()]));
        let list = decided(&cedar, leader).await;
        assert!(list.contains(&old) && list.contains(&again) && !list.contains(&other));
        let sums = super::all_sums(bench).await;
        let of_cedar = sums.iter().find(|(l, _)| l == "cedar").unwrap().1.clone().unwrap();
        assert_eq!(of_cedar.total.corrections, 4, "the sums count what has folded");
        // A link still opens it, and the person keeps it.
        assert_eq!(heath.incident(old).await.unwrap().unwrap().title.as_deref(), Some("title old"));
        let about: Vec<_> = larch.entries_about_me(&ALL).await.unwrap().rows;
        assert_eq!(about.len(), 3, "the person reads all three");

        // Taken back, the repetition is none any more for those who know.
        let page = cedar.decisions_by_me(&ALL).await.unwrap();
        let decision = page.rows.iter().find(|(_, d)| d.incident == again).unwrap().1.id;
        cedar.retract_decision(decision, "It was not so.").await.unwrap();
        assert!(!decided(&cedar, leader).await.contains(&old));
        assert_eq!(sage.incident(again).await.unwrap().unwrap().state, IncidentState::Delivered);
    })
    .await;
}

#[tokio::test]
async fn notices_fold_by_what_they_say() {
    let mut data = organisation();
    let public = |id: &str, days: i64, named: bool, about: &str| {
        let mut c = corrected(id, "sage", about, "cedar", "kindness", days);
        c["decision"]["handling"] = json!("PUBLIC");
        c["decision"]["venueId"] = json!("mobile-retro");
        c["decision"]["heard"] = json!("IN_THE_MOMENT");
        c["decision"]["heardReason"] = json!("It was happening.");
        c["decision"]["namesSubject"] = json!(named);
        c["decision"]["wording"] = json!(format!("wording {id}"));
        c
    };
    data["incidents"] = json!([
        public("old", 240, false, "larch"),
        public("new", 10, false, "larch"),
        public("named", 240, true, "heath"),
        public("namedagain", 12, true, "heath"),
    ]);
    // Basil was there and sees none of the entries.
    let retro =
        data["venues"].as_array_mut().unwrap().iter_mut().find(|v| v["id"] == "mobile-retro").unwrap();
    retro["personIds"] = json!(["basil"]);
    on_each_engine(&data, async |bench| {
        let wordings = async |who: &str| {
            let reader = bench.sign_in(who).await;
            let page = reader.notices(None, &ALL).await.unwrap();
            let list: BTreeSet<String> = page.rows.into_iter().map(|(_, n)| n.wording).collect();
            list
        };
        let set = |list: &[&str]| list.iter().map(|w| format!("wording {w}")).collect::<BTreeSet<_>>();
        // The new notice does not say that it is about the same person; a named one does.
        assert_eq!(wordings("basil").await, set(&["new", "named", "namedagain"]));
        assert_eq!(
            wordings("larch").await,
            set(&["old", "new", "named", "namedagain"]),
            "the person keeps it"
        );
        // Who logged both knows that it came again.
        assert_eq!(wordings("sage").await, set(&["old", "new", "named", "namedagain"]));
    })
    .await;
}

/// A plain generator, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

#[tokio::test]
async fn the_statement_says_what_the_rule_says() {
    let mut dice = Dice(7);
    let mut data = organisation();
    let mut entries = Vec::new();
    let people = ["larch", "sage", "heath"];
    for n in 0..60 {
        let about = people[dice.throw(3)];
        let by = loop {
            let by = ["larch", "sage", "heath", "basil", "tansy"][dice.throw(5)];
            if by != about {
                break by;
            }
        };
        let value = ["kindness", "ownership", "reflection", "team", "backbone", "iteration"][dice.throw(6)];
        let days = 5 + i64::try_from(dice.throw(350)).unwrap();
        let mut entry = corrected(&format!("e{n:02}"), by, about, "cedar", value, days);
        if dice.throw(6) == 0 && value != "kindness" {
            entry["valueIds"] = json!([value, "kindness"]);
        }
        entries.push(entry);
    }
    data["incidents"] = json!(entries);
    on_each_engine(&data, async |bench| {
        let policy = Policy { fold_after: 3, ..Policy::default() };
        bench.sign_in("hazel").await.save_retention(policy).await.unwrap();
        let line = folding::line(crate::now(), 3);
        let (mut compared, mut folded_ones) = (0, 0);
        for who in ["larch", "sage", "heath", "basil", "tansy", "cedar", "rowan"] {
            let reader = bench.sign_in(who).await;
            let me = reader.viewer().id();
            // What this person sees, with whom it is about and when it was delivered, without asking access.rs.
            let key = if bench.is_sqlite() {
                format!("x'{}'", me.simple())
            } else {
                format!("'{me}'")
            };
            let rows = bench
                .rows(&format!(
                    "SELECT i.id, i.title, i.reporter_id, i.delivered_at, s.person_id, a.level FROM incidents i \
                     JOIN incident_subjects s ON s.incident_id = i.id \
                     JOIN incident_access a ON a.incident_id = i.id AND a.person_id = {key} \
                     WHERE i.state = 'DELIVERED' AND i.kind = 'VIOLATED'"
                ))
                .await;
            let mut seen: BTreeMap<Id, (String, Id, bool, Correction)> = BTreeMap::new();
            for r in &rows {
                let id: Id = r.try_get("", "id").unwrap();
                let correction = Correction {
                    person: r.try_get("", "person_id").unwrap(),
                    values: Vec::new(),
                    delivered_at: r.try_get("", "delivered_at").unwrap(),
                };
                let level: String = r.try_get("", "level").unwrap();
                let all = level == "ALL" || seen.get(&id).is_some_and(|s| s.2);
                let title = r.try_get("", "title").unwrap();
                seen.insert(id, (title, r.try_get("", "reporter_id").unwrap(), all, correction));
            }
            for r in bench.rows("SELECT incident_id, value_id FROM incident_values").await {
                let id: Id = r.try_get("", "incident_id").unwrap();
                if let Some(entry) = seen.get_mut(&id) {
                    entry.3.values.push(r.try_get("", "value_id").unwrap());
                }
            }
            let corrections: Vec<Correction> = seen.values().map(|s| s.3.clone()).collect();
            let listed = |s: &&(String, Id, bool, Correction)| !folding::folded(&s.3, me, &corrections, line);
            let expected: BTreeSet<String> =
                seen.values().filter(|s| s.1 == me).filter(listed).map(|s| s.0.clone()).collect();
            assert_eq!(mine(&reader).await, expected, "{who}");
            compared += seen.values().filter(|s| s.1 == me).count();
            folded_ones += seen.values().filter(|s| s.1 == me).count() - expected.len();
            if ["cedar", "rowan"].contains(&who) {
                let cedar = bench.sign_in("cedar").await.viewer().id();
                let expected: BTreeSet<Id> =
                    seen.iter().filter(|(_, s)| s.2 && listed(s)).map(|(id, _)| *id).collect();
                assert_eq!(decided(&reader, cedar).await, expected, "{who}");
                compared += seen.len();
                folded_ones += seen.len() - expected.len();
            }
        }
        println!("{compared} places in lists compared, {folded_ones} of them folded");
        assert!(compared > 150 && folded_ones > 20 && folded_ones + 20 < compared);
    })
    .await;
}
