//! Somebody who talks to the server and keeps asking until they know.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::sleep;
use uuid::Uuid;

use crate::guard::Outcome;
use crate::ledger::Ledger;

/// Longer than the server lets a request take.
const PATIENCE: Duration = Duration::from_secs(10);
const AGAIN: Duration = Duration::from_millis(60);
/// Nobody asks for longer than this, so that a test ends.
const GIVES_UP: Duration = Duration::from_secs(90);

/// What came back.
#[derive(Debug)]
pub(crate) enum Said {
    Done(Value),
    /// The code of the refusal.
    Refused(String),
    /// 503: the database is away.
    Away,
    /// No answer at all.
    Silence,
}

/// A mutation: its name, the type of its input, and what is read of its payload.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mutation(pub(crate) &'static str, pub(crate) &'static str, pub(crate) &'static str);

pub(crate) const LOG: Mutation = Mutation("logIncident", "LogIncidentInput", "incident { id }");
pub(crate) const UNDO: Mutation = Mutation("withdrawIncident", "IncidentIdInput", "incident { id }");
pub(crate) const ASK: Mutation = Mutation("askAboutIncident", "AskInput", "incident { id }");
pub(crate) const REPLY: Mutation = Mutation("replyToIncident", "ReplyInput", "incident { id }");
pub(crate) const PASS: Mutation = Mutation("passIncident", "PassInput", "incident { id }");
pub(crate) const HAND_OVER: Mutation = Mutation("handOverIncident", "IncidentReasonInput", "incident { id }");
pub(crate) const DECIDE: Mutation =
    Mutation("recordDecision", "RecordDecisionInput", "decision { id version }");
pub(crate) const DELIVER: Mutation = Mutation("markDelivered", "MarkDeliveredInput", "decision { id }");
pub(crate) const RETRACT: Mutation = Mutation("retractDecision", "RetractDecisionInput", "decision { id }");
pub(crate) const COMMENT: Mutation = Mutation("comment", "CommentInput", "recognition { id }");

/// A person of the demo, signed in.
#[derive(Clone)]
pub(crate) struct Person {
    http: reqwest::Client,
    base: String,
    pub(crate) cookie: String,
    pub(crate) id: Uuid,
    ledger: Arc<Ledger>,
}

impl Person {
    pub(crate) async fn sign_in(base: &str, name: &str, id: Uuid, ledger: &Arc<Ledger>) -> Outcome<Self> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(PATIENCE)
            .build()
            .map_err(|e| format!("an HTTP client: {e}"))?;
        let body = json!({
            "query": "mutation($input: SignInInput!) { signIn(input: $input) { viewer { id } } }",
            "variables": {"input": {"email": format!("{name}@upheld.example"), "password": "upheld-demo"}},
        });
        let answer = http.post(format!("{base}/graphql")).json(&body).send().await;
        let answer = answer.map_err(|e| format!("{name} cannot sign in: {e}"))?;
        let pairs: Vec<String> = answer
            .headers()
            .get_all("set-cookie")
            .iter()
            .filter_map(|set| Some(set.to_str().ok()?.split(';').next()?.trim().to_owned()))
            .collect();
        if pairs.is_empty() {
            return Err(format!("{name} cannot sign in: {}", answer.text().await.unwrap_or_default()));
        }
        let (base, cookie) = (base.to_owned(), pairs.join("; "));
        Ok(Self { http, base, cookie, id, ledger: ledger.clone() })
    }

    /// The same person on a connection of their own.
    pub(crate) fn elsewhere(&self) -> Self {
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build();
        Self { http: http.unwrap_or_else(|_| self.http.clone()), ..self.clone() }
    }

    /// Sends a document once.
    pub(crate) async fn send(&self, document: &str, variables: Value) -> Said {
        let began = Instant::now();
        let request = self
            .http
            .post(format!("{}/graphql", self.base))
            .header("cookie", &self.cookie)
            .json(&json!({"query": document, "variables": variables}));
        let said = self.read(request.send().await).await;
        self.ledger.took(began.elapsed(), &said);
        said
    }

    async fn read(&self, answer: Result<reqwest::Response, reqwest::Error>) -> Said {
        let Ok(answer) = answer else { return Said::Silence };
        let status = answer.status().as_u16();
        let later = answer.headers().contains_key("retry-after");
        let Ok(text) = answer.text().await else { return Said::Silence };
        let Ok(mut body) = serde_json::from_str::<Value>(&text) else {
            self.ledger.complain(format!("{status} without JSON: {text:.200}"));
            return Said::Away;
        };
        let code = body["errors"][0]["extensions"]["code"].as_str().map(str::to_owned);
        match (status, code) {
            (200, None) => Said::Done(body["data"].take()),
            (503, Some(code)) if code == "UNAVAILABLE" && later => Said::Away,
            (200, Some(code)) if code != "INTERNAL" && code != "UNAVAILABLE" => Said::Refused(code),
            _ => {
                self.ledger.complain(format!("{status}, Retry-After {later}: {text:.200}"));
                Said::Away
            }
        }
    }

    pub(crate) async fn once(&self, mutation: Mutation, input: &Value) -> Said {
        let Mutation(name, input_type, payload) = mutation;
        let document = format!("mutation($input: {input_type}!) {{ {name}(input: $input) {{ {payload} }} }}");
        match self.send(&document, json!({"input": input})).await {
            Said::Done(mut data) => Said::Done(data[name].take()),
            other => other,
        }
    }

    /// Sends a mutation until it is answered. One without a key may have been done by a try that was not answered: then
    /// the refusal of the next one is as good, and nothing is known.
    pub(crate) async fn until_known(&self, mutation: Mutation, input: &Value) -> Option<Value> {
        let began = Instant::now();
        let mut unknown = false;
        while began.elapsed() < GIVES_UP && !self.ledger.is_over() {
            match self.once(mutation, input).await {
                Said::Done(payload) => {
                    self.ledger.acknowledged();
                    return Some(payload);
                }
                Said::Refused(code) if code == "RATE_LIMITED" => sleep(Duration::from_secs(1)).await,
                Said::Refused(_) if unknown && input.get("key").is_none() => return None,
                Said::Refused(code) => {
                    self.ledger.complain(format!("{} was refused: {code}", mutation.0));
                    return None;
                }
                Said::Away | Said::Silence => {
                    unknown = true;
                    sleep(AGAIN).await;
                }
            }
        }
        None
    }
}

/// The id at a path of a payload.
pub(crate) fn id(payload: &Value, object: &str) -> Option<Uuid> {
    payload[object]["id"].as_str()?.parse().ok()
}
