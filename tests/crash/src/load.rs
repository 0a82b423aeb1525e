//! Eight writers who go the ways that entries go, each with people of their own.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::api::{
    ASK, COMMENT, DECIDE, DELIVER, HAND_OVER, LOG, Mutation, PASS, Person, REPLY, RETRACT, Said, UNDO, id,
};
use crate::guard::Outcome;
use crate::ledger::Ledger;
use crate::random::Random;

/// Who logs, whom it is about, and who decides.
const CASTS: [(&str, &str, &str); 8] = [
    ("heath", "larch", "cedar"),
    ("sage", "heath", "cedar"),
    ("fern", "linden", "alder"),
    ("moss", "reed", "alder"),
    ("aspen", "juniper", "briar"),
    ("thistle", "aspen", "briar"),
    ("basil", "tansy", "clover"),
    ("willow", "yarrow", "sorrel"),
];

/// Ids of the demo by name.
pub(crate) struct Names {
    pub(crate) people: HashMap<String, Uuid>,
    pub(crate) venue: Uuid,
    pub(crate) value: Uuid,
}

/// The people of one writer.
#[derive(Clone)]
pub(crate) struct Cast {
    pub(crate) reporter: Person,
    pub(crate) subject: Person,
    pub(crate) leader: Person,
    venue: Uuid,
    value: Uuid,
    pub(crate) ledger: Arc<Ledger>,
}

/// Eight casts, of so many different ones. Everybody signs in once, for all restarts.
pub(crate) async fn casts(
    base: &str,
    names: &Names,
    ledger: &Arc<Ledger>,
    different: usize,
) -> Outcome<Vec<Cast>> {
    let mut known: HashMap<&str, Person> = HashMap::new();
    let mut casts = Vec::new();
    for n in 0..CASTS.len() {
        let (reporter, subject, leader) = CASTS[n % different];
        for name in [reporter, subject, leader] {
            if !known.contains_key(name) {
                let id = *names.people.get(name).ok_or(format!("the demo has no {name}"))?;
                known.insert(name, Person::sign_in(base, name, id, ledger).await?);
            }
        }
        casts.push(Cast {
            reporter: known[reporter].elsewhere(),
            subject: known[subject].elsewhere(),
            leader: known[leader].elsewhere(),
            venue: names.venue,
            value: names.value,
            ledger: ledger.clone(),
        });
    }
    Ok(casts)
}

/// Writers at work.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    writers: Vec<JoinHandle<()>>,
}

impl Load {
    pub(crate) fn start(casts: &[Cast], seed: u64) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let writers = casts.iter().enumerate().map(|(n, cast)| {
            let (cast, stop) = (cast.clone(), stop.clone());
            let mut random = Random::new(seed.wrapping_add(n as u64));
            tokio::spawn(async move {
                while !stop.load(Ordering::SeqCst) {
                    cast.go_one_way(random.below(10)).await;
                }
            })
        });
        Self { writers: writers.collect(), stop }
    }

    /// Lets everybody finish what they are at.
    pub(crate) async fn stop(self) {
        self.stop.store(true, Ordering::SeqCst);
        for writer in self.writers {
            let _ = writer.await;
        }
    }
}

impl Cast {
    /// An entry from its beginning to one of its ends; stops where nothing is known.
    async fn go_one_way(&self, way: u64) -> Option<()> {
        match way {
            0..=2 => self.recognise().await,
            3..=4 => self.correct_alone().await,
            5..=6 => self.correct_and_retract().await,
            7 => self.undo().await,
            8 => self.close().await,
            _ => self.pass_and_hand_over().await,
        }
    }

    pub(crate) fn log_input(&self, kind: &str) -> Value {
        json!({
            "key": Uuid::new_v4(), "kind": kind, "subjectIds": [self.subject.id], "valueIds": [self.value],
            "venueId": self.venue, "title": format!("Entry {}", word()), "occurredOn": today(),
            "situation": "We were going through the open questions.",
            "behaviour": "It was said in front of the others.", "impact": "The others went quiet.",
        })
    }

    pub(crate) fn decide_input(
        &self,
        incident: Uuid,
        outcome: &str,
        handling: Option<&str>,
        wording: &str,
    ) -> Value {
        let mut input = json!({
            "key": Uuid::new_v4(), "incidentId": incident, "outcome": outcome,
            "rationale": "Others should see that this matters to us.",
        });
        if let Some(handling) = handling {
            input["handling"] = handling.into();
        }
        if handling == Some("PUBLIC") {
            input["wording"] = wording.into();
        }
        if outcome == "CORRECTION" {
            input["consideration"] =
                json!({"onlyOneWhoKnows": false, "nobodyElseAffected": false, "knownAtFirstHand": true});
            if handling == Some("PUBLIC") {
                input["heard"] = "IN_THE_MOMENT".into();
                input["heardReason"] = "It was happening in front of everybody.".into();
            } else {
                input["witnessWord"] = "ADDRESSED".into();
            }
        }
        input
    }

    pub(crate) async fn log(&self, kind: &str) -> Option<Uuid> {
        let input = self.log_input(kind);
        let incident = id(&self.reporter.until_known(LOG, &input).await?, "incident")?;
        self.repeat(&self.reporter, LOG, &input, "incident", incident).await;
        Some(incident)
    }

    async fn logged(&self, kind: &str) -> Option<Uuid> {
        let incident = self.log(kind).await?;
        self.ledger.note(|facts| {
            facts.logged.insert(incident);
        });
        Some(incident)
    }

    /// One in eight retries although it was answered: the answer must be the same.
    async fn repeat(&self, by: &Person, mutation: Mutation, input: &Value, object: &str, first: Uuid) {
        if first.as_bytes()[0] % 8 != 0 {
            return;
        }
        match by.once(mutation, input).await {
            Said::Done(payload) if id(&payload, object) != Some(first) => {
                self.ledger.complain(format!("a retry of {} had another answer", mutation.0));
            }
            Said::Refused(code) if code != "RATE_LIMITED" => {
                self.ledger.complain(format!("a retry of {} was refused: {code}", mutation.0));
            }
            _ => {}
        }
    }

    pub(crate) async fn decide(&self, incident: Uuid, input: &Value) -> Option<Uuid> {
        let payload = self.leader.until_known(DECIDE, input).await?;
        let decision = id(&payload, "decision")?;
        if payload["decision"]["version"] != 1 {
            self.ledger.complain(format!("a decision has version {}", payload["decision"]["version"]));
        }
        self.ledger.note(|facts| {
            facts.decided.insert(incident, decision);
        });
        self.repeat(&self.leader, DECIDE, input, "decision", decision).await;
        Some(decision)
    }

    pub(crate) async fn deliver(&self, decision: Uuid) -> Option<()> {
        self.leader.until_known(DELIVER, &json!({"decisionId": decision})).await?;
        self.ledger.note(|facts| {
            facts.delivered.insert(decision);
        });
        Some(())
    }

    async fn recognise(&self) -> Option<()> {
        let incident = self.logged("UPHELD").await?;
        let mark = word();
        let input =
            self.decide_input(incident, "RECOGNITION", Some("PUBLIC"), &format!("This is it: {mark}."));
        let decision = self.decide(incident, &input).await?;
        self.deliver(decision).await?;
        let recognition = self.recognition(&mark).await?;
        let words = format!("Well said {}", word());
        let input = json!({"recognitionId": recognition, "text": words});
        self.subject.until_known(COMMENT, &input).await?;
        self.ledger.note(|facts| {
            facts.words.insert(words);
        });
        Some(())
    }

    /// The recognition with a word in it, as anybody finds it.
    pub(crate) async fn recognition(&self, mark: &str) -> Option<Uuid> {
        let document = "query($w: String!) { recognitions(first: 1, filter: {search: $w}) { nodes { id } } }";
        match self.subject.send(document, json!({"w": mark})).await {
            Said::Done(data) => match data["recognitions"]["nodes"][0]["id"].as_str() {
                Some(found) => found.parse().ok(),
                None => {
                    self.ledger.complain("a published recognition is not found by its words".to_owned());
                    None
                }
            },
            _ => None,
        }
    }

    async fn correct_alone(&self) -> Option<()> {
        let incident = self.logged("VIOLATED").await?;
        for (by, mutation) in [(&self.leader, ASK), (&self.subject, REPLY)] {
            let words = format!("What happened there {}", word());
            let mut input = json!({"incidentId": incident});
            if mutation.0 == ASK.0 {
                input["personId"] = self.subject.id.to_string().into();
                input["question"] = words.as_str().into();
            } else {
                input["text"] = words.as_str().into();
            }
            by.until_known(mutation, &input).await?;
            self.ledger.note(|facts| {
                facts.words.insert(words);
            });
        }
        let input = self.decide_input(incident, "CORRECTION", Some("ONE_TO_ONE"), "");
        let decision = self.decide(incident, &input).await?;
        self.deliver(decision).await
    }

    async fn correct_and_retract(&self) -> Option<()> {
        let incident = self.logged("VIOLATED").await?;
        let input =
            self.decide_input(incident, "CORRECTION", Some("PUBLIC"), "In this room we let others finish.");
        let decision = self.decide(incident, &input).await?;
        self.deliver(decision).await?;
        let input = json!({"decisionId": decision, "reason": "It was somebody else."});
        self.leader.until_known(RETRACT, &input).await?;
        self.ledger.note(|facts| {
            facts.retracted.insert(decision);
        });
        Some(())
    }

    async fn undo(&self) -> Option<()> {
        let incident = self.log("UPHELD").await?;
        self.reporter.until_known(UNDO, &json!({"incidentId": incident})).await?;
        self.ledger.note(|facts| {
            facts.undone.insert(incident);
        });
        Some(())
    }

    async fn close(&self) -> Option<()> {
        let incident = self.logged("UPHELD").await?;
        let input = self.decide_input(incident, "NO_ACTION", None, "");
        self.decide(incident, &input).await.map(|_| ())
    }

    /// Upwards to the next leader, or out of this tool.
    async fn pass_and_hand_over(&self) -> Option<()> {
        let incident = self.logged("UPHELD").await?;
        let input = json!({"incidentId": incident, "reason": "I was part of it myself."});
        if incident.as_bytes()[1].is_multiple_of(2) {
            self.leader.until_known(PASS, &input).await?;
            self.ledger.note(|facts| {
                facts.passed.insert(incident);
            });
        } else {
            self.leader.until_known(HAND_OVER, &input).await?;
            self.ledger.note(|facts| {
                facts.handed_over.insert(incident);
            });
        }
        Some(())
    }
}

/// A word that stands nowhere else.
pub(crate) fn word() -> String {
    format!("w{}", Uuid::new_v4().simple())
}

fn today() -> String {
    chrono::Utc::now().date_naive().to_string()
}
