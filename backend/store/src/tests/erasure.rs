//! What is erased is gone from every column of every table, and from the file.

use std::fmt::Write;

use sea_orm::ConnectionTrait;
use upheld_domain::Id;
use upheld_domain::decision::Consideration;
use upheld_domain::words::{Handling, Heard, IncidentKind, Outcome, WitnessWord};

use super::{Scratch, demo_with_passwords};
use crate::access;
use crate::{DecisionInput, LogInput, ViewerStore};

/// A word that stands nowhere else. Letters that nothing else begins with, so that the search index keeps it whole.
fn canary(what: &str) -> String {
    format!("zq{what}{}", Id::new_v4().simple())
}

impl Scratch {
    /// Where a word stands: `table.column`, the search index's own tables included.
    async fn places_of(&self, word: &str) -> Vec<String> {
        let mut places = Vec::new();
        for table in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'").await {
            let table: String = table.try_get("", "name").unwrap();
            for column in self.rows(&format!("SELECT name FROM pragma_table_info('{table}')")).await {
                let column: String = column.try_get("", "name").unwrap();
                let hits = format!(
                    "SELECT 1 AS hit FROM \"{table}\" WHERE instr(CAST(\"{column}\" AS BLOB), CAST('{word}' AS BLOB)) > 0"
                );
                if !self.rows(&hits).await.is_empty() {
                    places.push(format!("{table}.{column}"));
                }
            }
        }
        places
    }

    /// Whether a word is in the bytes of the file or of its log.
    async fn in_the_file(&self, word: &str) -> bool {
        let checkpoint = access::sql(self.store.db().writer(), "PRAGMA wal_checkpoint(TRUNCATE)", []);
        self.store.db().writer().query_all_raw(checkpoint).await.unwrap();
        ["", "-wal"].iter().any(|end| {
            let bytes = std::fs::read(format!("{}{end}", self.file.display())).unwrap_or_default();
            bytes.windows(word.len()).any(|w| w == word.as_bytes())
        })
    }

    /// Fails unless every word stands somewhere now, so that the test of its absence means something.
    async fn all_stand(&self, words: &[String]) {
        for word in words {
            assert!(!self.places_of(word).await.is_empty(), "{word} was never there");
        }
    }

    async fn all_are_gone(&self, words: &[String]) {
        let mut left = String::new();
        for word in words {
            for place in self.places_of(word).await {
                let _ = writeln!(left, "{word} in {place}");
            }
            if self.in_the_file(word).await {
                let _ = writeln!(left, "{word} in the file");
            }
        }
        assert!(left.is_empty(), "{left}");
    }
}

async fn log(by: &ViewerStore, about: Id, kind: IncidentKind, word: impl Fn(&str) -> String) -> Id {
    let venues = by.venues().await.unwrap();
    let input = LogInput {
        key: Id::new_v4(),
        kind,
        subjects: vec![about],
        team: None,
        values: vec![by.values(false).await.unwrap()[0].id],
        venue: venues.into_iter().find(|v| v.name == "Mobile retrospective").map(|v| v.id),
        audience: None,
        audience_size: None,
        affected: None,
        severity: None,
        title: word("title"),
        situation: word("situation"),
        behaviour: word("behaviour"),
        impact: word("impact"),
        occurred_on: crate::now().date_naive(),
        evidence_url: Some(format!("https://example.com/{}", word("link"))),
        hide_reporter: false,
        credit_reporter: false,
    };
    by.log_incident(input).await.unwrap().id
}

fn correction(incident: Id, word: impl Fn(&str) -> String, expected_version: Option<i32>) -> DecisionInput {
    DecisionInput {
        key: Id::new_v4(),
        incident,
        outcome: Outcome::Correction,
        handling: Some(Handling::Public),
        venue: None,
        consideration: Some(Consideration {
            only_one_who_knows: false,
            nobody_else_affected: true,
            known_at_first_hand: true,
        }),
        heard: Some(Heard::InTheMoment),
        heard_reason: Some(word("moment")),
        rationale: word("rationale"),
        wording: Some(word("wording")),
        also_one_to_one: false,
        names_subject: None,
        witness_word: WitnessWord::Principle,
        principle: Some(word("principle")),
        repair: Some(word("repair")),
        expected_version,
    }
}

/// Makes words and remembers them.
#[derive(Default)]
struct Words(std::cell::RefCell<Vec<String>>);

impl Words {
    fn new(&self, what: &str) -> String {
        let word = canary(what);
        self.0.borrow_mut().push(word.clone());
        word
    }
    fn all(&self) -> Vec<String> {
        self.0.borrow().clone()
    }
}

#[tokio::test]
async fn handed_over_nothing_of_the_text_is_left() {
    let s = demo_with_passwords().await;
    let (_, heath) = s.sign_in("heath").await;
    let (_, sage) = s.sign_in("sage").await;
    let (_, larch) = s.sign_in("larch").await;
    let (_, cedar) = s.sign_in("cedar").await;
    let (_, rowan) = s.sign_in("rowan").await;
    let words = Words::default();
    let id = log(&heath, larch.viewer().id(), IncidentKind::Violated, |w| words.new(w)).await;
    let copy = log(&sage, larch.viewer().id(), IncidentKind::Violated, |w| words.new(w)).await;
    cedar.ask(copy, larch.viewer().id(), &words.new("question")).await.unwrap();
    larch.reply(copy, &words.new("reply")).await.unwrap();
    cedar.merge_incidents(copy, id).await.unwrap();
    cedar.ask(id, heath.viewer().id(), &words.new("question")).await.unwrap();
    heath.reply(id, &words.new("reply")).await.unwrap();
    rowan.take_over(id, &words.new("reason")).await.unwrap();
    rowan.record_decision(correction(id, |w| words.new(w), None)).await.unwrap();
    rowan.record_decision(correction(id, |w| words.new(w), Some(1))).await.unwrap();
    s.all_stand(&words.all()).await;
    assert!(words.all().len() > 20);

    rowan.hand_over(id, &words.new("handover")).await.unwrap();
    s.all_are_gone(&words.all()).await;
    let digests = "SELECT person_id FROM idempotency_keys WHERE input_digest <> '' AND object_id IN \
                   (SELECT id FROM incidents WHERE state = 'HANDED_OVER')";
    assert!(s.rows(digests).await.is_empty(), "a digest could confirm a guess of the text");
}

#[tokio::test]
async fn undone_or_withdrawn_nothing_of_the_text_is_left() {
    let s = demo_with_passwords().await;
    let (_, heath) = s.sign_in("heath").await;
    let (_, larch) = s.sign_in("larch").await;
    let (_, cedar) = s.sign_in("cedar").await;
    for undone in [true, false] {
        let words = Words::default();
        let id = log(&heath, larch.viewer().id(), IncidentKind::Violated, |w| words.new(w)).await;
        cedar.ask(id, larch.viewer().id(), &words.new("question")).await.unwrap();
        larch.reply(id, &words.new("reply")).await.unwrap();
        s.all_stand(&words.all()).await;
        if !undone {
            let ago = (crate::now() - chrono::TimeDelta::hours(1)).to_rfc3339();
            s.rows(&format!("UPDATE incidents SET logged_at = '{ago}' WHERE reporter_id IN (SELECT id FROM people WHERE name = 'Heath') AND title = '{}' RETURNING id", words.all()[0])).await;
        }
        heath.withdraw_incident(id).await.unwrap();
        s.all_are_gone(&words.all()).await;
        assert_eq!(heath.incident(id).await.unwrap().is_none(), undone);
    }
}

#[tokio::test]
async fn a_late_retry_does_not_bring_back_what_was_undone() {
    let s = demo_with_passwords().await;
    let (_, heath) = s.sign_in("heath").await;
    let (_, larch) = s.sign_in("larch").await;
    let value = heath.values(false).await.unwrap()[0].id;
    let input = LogInput {
        key: Id::new_v4(),
        kind: IncidentKind::Violated,
        subjects: vec![larch.viewer().id()],
        team: None,
        values: vec![value],
        venue: None,
        audience: Some(upheld_domain::words::Audience::Team),
        audience_size: None,
        affected: None,
        severity: None,
        title: canary("title"),
        situation: "s".into(),
        behaviour: "b".into(),
        impact: "i".into(),
        occurred_on: crate::now().date_naive(),
        evidence_url: None,
        hide_reporter: false,
        credit_reporter: false,
    };
    let id = heath.log_incident(input.clone()).await.unwrap().id;
    heath.withdraw_incident(id).await.unwrap();
    assert!(matches!(heath.log_incident(input.clone()).await, Err(crate::StoreError::NotFound)));
    s.all_are_gone(&[input.title]).await;
}

#[tokio::test]
async fn retracted_the_wording_is_gone_from_all_tables() {
    let s = demo_with_passwords().await;
    let (_, heath) = s.sign_in("heath").await;
    let (_, larch) = s.sign_in("larch").await;
    let (_, cedar) = s.sign_in("cedar").await;
    let words = Words::default();
    // Praise in the feed, with a comment that repeats it; revised once before it was said.
    let id = log(&heath, larch.viewer().id(), IncidentKind::Upheld, str::to_owned).await;
    let praise = |version| DecisionInput {
        outcome: Outcome::Recognition,
        wording: Some(words.new("praise")),
        heard: None,
        heard_reason: None,
        witness_word: WitnessWord::Nothing,
        principle: None,
        repair: None,
        consideration: None,
        ..correction(id, str::to_owned, version)
    };
    cedar.record_decision(praise(None)).await.unwrap();
    let d = cedar.record_decision(praise(Some(1))).await.unwrap();
    cedar.mark_delivered(d.id, None, None).await.unwrap();
    let said = words.all().pop().unwrap();
    let row = s.rows(&format!("SELECT id FROM recognitions WHERE wording = '{said}'")).await;
    let recognition: Id = row[0].try_get("", "id").unwrap();
    larch.comment(recognition, &words.new("comment")).await.unwrap();
    assert!(
        s.places_of(&said).await.contains(&"recognition_search_data.block".to_owned()),
        "it is in the index"
    );
    // A correction before a venue, with a word to the witnesses.
    let fault = log(&heath, larch.viewer().id(), IncidentKind::Violated, str::to_owned).await;
    let keep = |w: &str| if matches!(w, "wording" | "principle") { words.new(w) } else { w.to_owned() };
    let c = cedar.record_decision(correction(fault, keep, None)).await.unwrap();
    cedar.mark_delivered(c.id, None, None).await.unwrap();
    s.all_stand(&words.all()).await;

    cedar.retract_decision(d.id, "It was somebody else.").await.unwrap();
    cedar.retract_decision(c.id, "It was not so.").await.unwrap();
    s.all_are_gone(&words.all()).await;
    let told = s.rows("SELECT DISTINCT a.person_id FROM notice_access a JOIN notices n ON n.id = a.notice_id WHERE n.kind = 'RETRACTION'").await;
    let active = s.rows("SELECT id FROM people WHERE active").await;
    assert_eq!(told.len(), active.len(), "everybody could read the praise");
}
