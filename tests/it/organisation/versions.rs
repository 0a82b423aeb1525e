//! Versions of a decision: nobody overwrites what they have not read, and who sees everything reads them all.

use serde_json::{Value, json};

use super::pairs;
use crate::harness::{Group, Server, canary, correct, on_each_engine, recognise, upheld, violated};

#[tokio::test]
async fn two_revisions_of_one_version_and_one_wins() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (heath, cedar) = (server.person("heath").await, server.person("cedar").await);
        let incident = upheld(&heath).about("larch").send().await;
        recognise(&cedar, &incident).send().await;
        let rounds = pairs(500);
        for version in 1..=rounds {
            let revision = |words: String| {
                recognise(&cedar, &incident).set("expectedVersion", version).set("wording", words)
            };
            let (a, b) = (format!("Here, version {version}."), format!("There, version {version}."));
            let (first, second) = (revision(a.clone()).input().await, revision(b.clone()).input().await);
            let (first, second) =
                tokio::join!(cedar.act("recordDecision", first), cedar.act("recordDecision", second));
            assert!(first.is_ok() != second.is_ok(), "version {version}: {first:?} {second:?}");
            let words = if first.is_ok() { a } else { b };
            first.err().or(second.err()).expect("one lost").is("CONFLICT");
            if version % 50 == 0 {
                let seen = cedar.incident(&incident, "decision { version wording }").await;
                assert_eq!(seen["decision"], json!({"version": version + 1, "wording": words}));
            }
        }
        let seen = cedar.incident(&incident, "decisionVersions { version }").await;
        assert_eq!(seen["decisionVersions"].as_array().map(Vec::len), Some(rounds + 1));
        println!("{rounds} pairs of revisions: one of each was refused, none was lost");
    })
    .await;
}

#[tokio::test]
async fn versions_are_for_who_sees_everything_and_go_with_a_retraction() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, larch, rowan) = (
            server.person("tansy").await,
            server.person("cedar").await,
            server.person("larch").await,
            server.person("rowan").await,
        );
        let (first, second) = (canary("first"), canary("second"));
        let incident = violated(&tansy).about("larch").send().await;
        correct(&cedar, &incident).set("wording", first.as_str()).send().await;
        let decision = correct(&cedar, &incident).set("wording", second.as_str()).set("expectedVersion", 1).deliver().await;
        let fields = "decisionVersions { version recordedBy { name } recordedAt outcome handling venue { name } rationale wording
            namesSubject witnessWord principle repair heard heardReason consideration { onlyOneWhoKnows hint } }";
        for reader in [&cedar, &rowan] {
            let seen = reader.incident(&incident, fields).await["decisionVersions"].take();
            assert_eq!((&seen[0]["wording"], &seen[1]["wording"]), (&json!(first), &json!(second)));
            assert_eq!((&seen[0]["version"], &seen[0]["recordedBy"]["name"]), (&json!(1), &json!("Cedar")));
            assert_eq!((&seen[0]["outcome"], &seen[0]["handling"]), (&json!("CORRECTION"), &json!("PUBLIC")));
            assert_eq!(seen[0]["venue"]["name"], "Mobile pull request");
            assert_eq!(seen[0]["consideration"], json!({"onlyOneWhoKnows": false, "hint": "CONSIDER_THE_TEAM"}));
        }
        for other in [&tansy, &larch] {
            assert_eq!(other.incident(&incident, fields).await["decisionVersions"], json!([]));
        }
        cedar.does("retractDecision", json!({"decisionId": decision, "reason": "It was not so."})).await;
        for reader in [&cedar, &rowan] {
            let seen = reader.incident(&incident, fields).await["decisionVersions"].take();
            assert_eq!((&seen[0]["version"], &seen[1]["version"]), (&json!(1), &json!(2)));
            for field in ["wording", "rationale", "outcome", "principle"] {
                assert_eq!(seen[1][field], Value::Null, "its words are gone");
            }
        }
    })
    .await;
}
