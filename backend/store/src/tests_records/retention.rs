//! What has had its time is erased everywhere, the sums stay, and a hold keeps what is held.

use serde_json::{Value, json};
use upheld_domain::Id;
use upheld_domain::retention::Policy;
use upheld_domain::words::IncidentState;

use super::{Bench, all_sums, corrected, on_disk_has, on_each_engine, organisation};
use crate::{Cursor, PageRequest, RetentionReport, StoreError};

const ALL: PageRequest<Cursor> = PageRequest { size: 100, after: None, before: None, from_end: false };

/// Texts that stand nowhere else.
fn canary(what: &str) -> String {
    format!("canary{what}{}", Id::new_v4().simple())
}

fn recognised(id: &str, days: i64, word: &str) -> Value {
    json!({
        "id": id, "kind": "UPHELD", "valueIds": ["kindness"], "venueId": "mobile-retro", "daysAgo": days,
        "reporterId": "heath", "subjectIds": ["larch", "sage"], "title": format!("title {word}"),
        "situation": format!("situation {word}"), "behaviour": format!("behaviour {word}"),
        "impact": format!("impact {word}"),
        "decision": {
            "leaderId": "cedar", "outcome": "RECOGNITION", "handling": "PUBLIC", "venueId": "mobile-retro",
            "rationale": format!("rationale {word}"), "wording": format!("wording {word}"),
            "decidedAfterHours": 5, "deliveredAfterHours": 6,
        },
    })
}

fn closed(id: &str, days: i64, word: &str) -> Value {
    let mut c = corrected(id, "heath", "larch", "cedar", "reflection", days);
    c["title"] = json!(format!("title {word}"));
    c["behaviour"] = json!(format!("behaviour {word}"));
    c["decision"] = json!({
        "leaderId": "cedar", "outcome": "NO_ACTION", "rationale": format!("rationale {word}"),
        "wording": format!("wording {word}"), "decidedAfterHours": 20,
        "consideration": {"onlyOneWhoKnows": true, "nobodyElseAffected": true, "knownAtFirstHand": true},
    });
    c
}

fn said_in_public(id: &str, days: i64, word: &str) -> Value {
    let mut c = corrected(id, "heath", "larch", "cedar", "kindness", days);
    for field in ["title", "situation", "behaviour", "impact"] {
        c[field] = json!(format!("{field} {word}"));
    }
    c["evidenceUrl"] = json!(format!("https://example.com/{word}"));
    let d = &mut c["decision"];
    d["handling"] = json!("PUBLIC");
    d["venueId"] = json!("plat-review");
    d["heard"] = json!("REPLY_ATTACHED");
    d["subjectReply"] = json!(format!("reply {word}"));
    d["rationale"] = json!(format!("rationale {word}"));
    d["wording"] = json!(format!("wording {word}"));
    d["repair"] = json!(format!("repair {word}"));
    d["witnessWord"] = json!("PRINCIPLE");
    d["principle"] = json!(format!("principle {word}"));
    c
}

struct Old {
    data: Value,
    /// What goes by the default policy.
    go: Vec<String>,
    /// What stays.
    stay: Vec<String>,
}

fn old_organisation() -> Old {
    let mut data = organisation();
    let (go, stay): (Vec<_>, Vec<_>) = (
        (0..3).map(|n| canary(&format!("go{n}"))).collect(),
        (0..4).map(|n| canary(&format!("stay{n}"))).collect(),
    );
    let mut copy = corrected("copy", "sage", "larch", "cedar", "kindness", 310);
    copy["title"] = json!(format!("title {}", go[2]));
    copy["decision"] = Value::Null;
    copy["duplicateOf"] = json!("oldcorrection");
    let mut handed = corrected("handed", "heath", "larch", "cedar", "kindness", 200);
    for field in ["title", "situation", "behaviour", "impact", "decision"] {
        handed[field] = Value::Null;
    }
    handed["handedOver"] = json!({"byId": "cedar", "afterHours": 3, "reason": "x"});
    let mut open = corrected("silent", "heath", "sage", "cedar", "kindness", 340);
    open["title"] = json!(format!("title {}", stay[3]));
    open["decision"] = Value::Null;
    data["incidents"] = json!([
        said_in_public("oldcorrection", 310, &go[0]),
        closed("oldclosed", 230, &go[1]),
        copy,
        handed,
        recognised("oldrecognition", 350, &stay[0]),
        said_in_public("youngcorrection", 230, &stay[1]),
        closed("youngclosed", 150, &stay[2]),
        open,
    ]);
    Old { data, go, stay }
}

/// The default policy in small: an import takes events of the last year alone.
fn policy() -> Policy {
    Policy { recognition: None, correction: Some(9), no_action: Some(6), stub: Some(12), fold_after: 6 }
}

async fn set_policy(bench: &Bench) {
    bench.sign_in("hazel").await.save_retention(policy()).await.unwrap();
}

async fn id_of(bench: &Bench, word: &str) -> Id {
    let row = bench.rows(&format!("SELECT id FROM incidents WHERE title LIKE '%{word}%'")).await;
    row[0].try_get("", "id").unwrap()
}

#[tokio::test]
async fn texts_go_by_outcome_and_the_sums_stay() {
    let old = old_organisation();
    on_each_engine(&old.data, async |bench| {
        set_policy(bench).await;
        let before = all_sums(bench).await;
        assert!(
            before
                .iter()
                .any(|(_, s)| s.as_ref().is_some_and(|s| s.total.corrections == 2 && s.undecided == 1))
        );
        let (heath, cedar, larch) =
            (bench.sign_in("heath").await, bench.sign_in("cedar").await, bench.sign_in("larch").await);
        let gone = id_of(bench, &old.go[0]).await;
        for word in old.go.iter().chain(&old.stay) {
            assert!(!bench.find(word).await.is_empty(), "{word} is there at first");
        }

        let due = bench.store.count_due().await.unwrap();
        let expected = RetentionReport { corrections: 1, no_actions: 1, ..RetentionReport::default() };
        assert_eq!(due, expected, "a dry run counts");
        assert!(!bench.find(&old.go[0]).await.is_empty(), "and erases nothing");
        assert_eq!(bench.store.retain().await.unwrap(), expected);
        assert_eq!(bench.store.retain().await.unwrap(), RetentionReport::default(), "once");

        for word in &old.go {
            assert_eq!(bench.find(word).await, [], "{word}");
            assert!(!on_disk_has(&bench.on_disk(), word), "{word} on the disk");
        }
        for word in &old.stay {
            assert!(!bench.find(word).await.is_empty(), "{word} stays");
        }
        assert_eq!(all_sums(bench).await, before, "the sums are what they were");

        // Who had a row reads a stub with the date.
        for reader in [&heath, &cedar, &larch] {
            let stub = reader.incident(gone).await.unwrap().expect("a stub");
            assert_eq!(
                (stub.state, stub.title, stub.decision.is_none()),
                (IncidentState::Delivered, None, true)
            );
            assert!(stub.erased_at.is_some() && stub.subjects.is_empty() && stub.viewer_may.is_empty());
            assert!(reader.threads(&[gone]).await.unwrap().is_empty());
        }
        let mine = heath.my_incidents(&ALL).await.unwrap();
        assert!(mine.rows.iter().all(|(_, i)| i.id != gone), "and no list has it");
        let about = larch.entries_about_me(&ALL).await.unwrap();
        assert!(about.rows.iter().any(|(_, i)| i.id == gone && i.title.is_none()));
        let events = bench.count("audit_events WHERE action = 'incident.expire'").await;
        assert_eq!(events, 3, "two entries and the copy, each with its row");
    })
    .await;
}

#[tokio::test]
async fn a_policy_of_its_own_is_followed_and_stubs_go_too() {
    let old = old_organisation();
    on_each_engine(&old.data, async |bench| {
        let before = all_sums(bench).await;
        let (hazel, larch) = (bench.sign_in("hazel").await, bench.sign_in("larch").await);
        let policy = Policy { recognition: Some(11), correction: None, no_action: None, ..policy() };
        assert!(matches!(larch.save_retention(policy).await, Err(StoreError::Forbidden(_))));
        let wrong = Policy { recognition: Some(0), ..policy };
        assert!(matches!(hazel.save_retention(wrong).await, Err(StoreError::Invalid(_))));
        hazel.save_retention(policy).await.unwrap();
        assert_eq!(hazel.retention().await.unwrap(), policy);
        let feed = larch.recognitions(&crate::RecognitionFilter::default(), &ALL).await.unwrap();
        assert_eq!(feed.rows.len(), 1);
        let report = bench.store.retain().await.unwrap();
        assert_eq!(report, RetentionReport { recognitions: 1, ..RetentionReport::default() });
        assert_eq!(bench.find(&old.stay[0]).await, [], "the feed and the search too");
        let feed = larch.recognitions(&crate::RecognitionFilter::default(), &ALL).await.unwrap();
        assert!(feed.rows.is_empty());
        assert_eq!(all_sums(bench).await, before);

        // A stub goes by the last change of it: this one was handed over long ago.
        let stubs = "incidents WHERE state = 'HANDED_OVER'";
        assert_eq!(bench.count(stubs).await, 1);
        let trigger = if bench.is_sqlite() {
            "DROP TRIGGER audit_events_keep"
        } else {
            "ALTER TABLE audit_events DISABLE TRIGGER USER"
        };
        bench.rows(trigger).await;
        let past = if bench.is_sqlite() { "'2020-01-01T00:00:00+00:00'" } else { "TIMESTAMPTZ '2020-01-01'" };
        bench
            .rows(&format!("UPDATE audit_events SET at = {past} WHERE object_id IN (SELECT id FROM {stubs})"))
            .await;
        let report = bench.store.retain().await.unwrap();
        assert_eq!(report, RetentionReport { stubs: 1, ..RetentionReport::default() });
        assert_eq!(bench.count(stubs).await, 0);
        assert_eq!(all_sums(bench).await, before);
    })
    .await;
}

#[tokio::test]
async fn what_is_held_stays_until_the_hold_ends() {
    let old = old_organisation();
    on_each_engine(&old.data, async |bench| {
        let (hazel, cedar) = (bench.sign_in("hazel").await, bench.sign_in("cedar").await);
        set_policy(bench).await;
        let held = id_of(bench, &old.go[0]).await;
        let hold = async |on| hazel.set_legal_hold(held, on, "A court asks for it.").await;
        assert!(matches!(hold(true).await, Err(StoreError::NotFound)), "an admin does not see it");
        // As break glass opens it for an admin.
        let open = format!(
            "INSERT INTO incident_access (incident_id, person_id, why, level, since) \
             SELECT i.id, p.id, 'ADMIN', 'ALL', i.logged_at FROM incidents i, people p \
             WHERE i.title LIKE '%{}%' AND p.email = 'hazel@upheld.example'",
            old.go[0]
        );
        bench.rows(&open).await;
        assert!(matches!(cedar.set_legal_hold(held, true, "x").await, Err(StoreError::Forbidden(_))));
        assert!(hold(true).await.unwrap().is_some());
        assert!(hold(true).await.unwrap().is_some(), "twice is once");
        let report = bench.store.retain().await.unwrap();
        assert_eq!(report, RetentionReport { no_actions: 1, held: 1, ..RetentionReport::default() });
        assert!(!bench.find(&old.go[0]).await.is_empty());
        let page = cedar.decisions_by_me(&ALL).await.unwrap();
        let decision = page.rows.iter().find(|(_, d)| d.incident == held).unwrap().1.id;
        let taken_back = cedar.retract_decision(decision, "It was not so.").await;
        assert!(matches!(taken_back, Err(StoreError::Conflict(_))), "nothing of it is taken back meanwhile");

        // The row that opened it is gone; the hold ends all the same.
        bench.rows("DELETE FROM incident_access WHERE why = 'ADMIN' AND level = 'ALL'").await;
        let maple_holds = hazel.legal_holds(&ALL).await.unwrap();
        assert_eq!(maple_holds.rows.iter().map(|(_, h)| h.incident).collect::<Vec<_>>(), [held]);
        assert!(hold(false).await.unwrap().is_none());
        assert!(matches!(hold(false).await, Err(StoreError::NotFound)));
        let report = bench.store.retain().await.unwrap();
        assert_eq!(report, RetentionReport { corrections: 1, ..RetentionReport::default() });
        assert_eq!(bench.find(&old.go[0]).await, []);
    })
    .await;
}

#[tokio::test]
async fn several_instances_erase_each_entry_once() {
    let mut data = organisation();
    let many = (0..250).map(|n| closed(&format!("c{n}"), 230, &format!("w{n}")));
    data["incidents"] = json!(many.collect::<Vec<_>>());
    on_each_engine(&data, async |bench| {
        set_policy(bench).await;
        let runs = [bench.store.retain(), bench.store.retain(), bench.store.retain()];
        let [a, b, c] = runs;
        let (a, b, c) = tokio::join!(a, b, c);
        let together: u64 = [a, b, c].into_iter().map(|r| r.unwrap().no_actions).sum();
        assert_eq!(together, 250);
        assert_eq!(bench.count("audit_events WHERE action = 'incident.expire'").await, 250);
        assert_eq!(bench.count("incidents WHERE title IS NOT NULL").await, 0);
    })
    .await;
}
