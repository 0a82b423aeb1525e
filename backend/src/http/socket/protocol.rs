//! The messages of graphql-transport-ws, and the limits on them.

use std::time::{Duration, Instant};

use async_graphql::{
    Request, Response,
    parser::{
        parse_query,
        types::{DocumentOperations, OperationType},
    },
};
use serde::Deserialize;
use serde_json::json;

use super::super::{envelope::Envelope, limits};
use crate::graphql;

const MAX_ID: usize = 128;
const MESSAGES_PER_MINUTE: u32 = 100;
const MINUTE: Duration = Duration::from_secs(60);

/// What a client may say.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ClientMessage {
    ConnectionInit,
    Ping,
    Pong,
    Subscribe { id: String, payload: Envelope },
    Complete { id: String },
}

impl ClientMessage {
    /// Reads a message; nothing if it is none of the protocol's.
    pub(super) fn read(text: &str) -> Option<ClientMessage> {
        limits::check_json_nesting(text.as_bytes()).ok()?;
        let message = serde_json::from_str(text).ok()?;
        match &message {
            ClientMessage::Subscribe { id, .. } | ClientMessage::Complete { id }
                if id.is_empty() || id.len() > MAX_ID =>
            {
                None
            }
            _ => Some(message),
        }
    }
}

/// The request of a subscription; queries and mutations belong to POST, where their limits are.
pub(super) fn subscription(payload: Envelope) -> Result<Request, Response> {
    let request = payload.into_request().map_err(limits::Refused::into_response)?;
    let Ok(document) = parse_query(&request.query) else {
        return Err(graphql::error_response("BAD_USER_INPUT", "The document cannot be parsed."));
    };
    let only_subscriptions = match &document.operations {
        DocumentOperations::Single(operation) => operation.node.ty == OperationType::Subscription,
        DocumentOperations::Multiple(operations) => {
            operations.values().all(|operation| operation.node.ty == OperationType::Subscription)
        }
    };
    if only_subscriptions {
        Ok(request)
    } else {
        Err(graphql::error_response("BAD_USER_INPUT", "Send queries and mutations with POST."))
    }
}

pub(super) fn acknowledged() -> String {
    json!({ "type": "connection_ack" }).to_string()
}

pub(super) fn pong() -> String {
    json!({ "type": "pong" }).to_string()
}

pub(super) fn next(id: &str, response: &Response) -> String {
    json!({ "id": id, "type": "next", "payload": response }).to_string()
}

pub(super) fn error(id: &str, response: &Response) -> String {
    json!({ "id": id, "type": "error", "payload": response.errors }).to_string()
}

pub(super) fn complete(id: &str) -> String {
    json!({ "id": id, "type": "complete" }).to_string()
}

/// Counts the messages of the current minute.
#[derive(Debug)]
pub(super) struct Pace {
    since: Instant,
    messages: u32,
}

impl Pace {
    pub(super) fn new(now: Instant) -> Pace {
        Pace { since: now, messages: 0 }
    }

    /// Whether one more message is within the limit.
    pub(super) fn allows(&mut self, now: Instant) -> bool {
        if now.duration_since(self.since) >= MINUTE {
            *self = Pace::new(now);
        }
        self.messages += 1;
        self.messages <= MESSAGES_PER_MINUTE
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::{ClientMessage, MESSAGES_PER_MINUTE, MINUTE, Pace, subscription};

    fn payload(query: &str) -> super::Envelope {
        serde_json::from_value(serde_json::json!({ "query": query })).expect("an envelope")
    }

    #[test]
    fn messages_are_those_of_the_protocol() {
        let read = ClientMessage::read;
        let init = r#"{"type":"connection_init","payload":{"token":"x"}}"#;
        assert!(matches!(read(init), Some(ClientMessage::ConnectionInit)));
        let subscribe =
            r#"{"id":"1","type":"subscribe","payload":{"query":"subscription{a}","extensions":{}}}"#;
        assert!(matches!(read(subscribe), Some(ClientMessage::Subscribe { id, .. }) if id == "1"));
        for strange in [
            "",
            "[]",
            "{}",
            "null",
            r#"{"type":"start"}"#,
            r#"{"type":"subscribe","id":"1"}"#,
            r#"{"type":"complete","id":""}"#,
            r#"{"type":"complete","id":1}"#,
            "{\"type\":",
        ] {
            assert!(read(strange).is_none(), "{strange}");
        }
        assert!(read(&format!(r#"{{"type":"ping","payload":{}}}"#, "[".repeat(100_000))).is_none());
        assert!(read(&format!(r#"{{"type":"complete","id":"{}"}}"#, "a".repeat(129))).is_none());
    }

    #[test]
    fn only_subscriptions_are_served() {
        assert!(subscription(payload("subscription { a }")).is_ok());
        for refused in [
            "{ a }",
            "query { a }",
            "mutation { a }",
            "subscription {",
            "subscription A { a } mutation B { a }",
        ] {
            assert!(subscription(payload(refused)).is_err(), "{refused}");
        }
    }

    #[test]
    fn the_pace_is_counted_by_the_minute() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        assert!((0..MESSAGES_PER_MINUTE).all(|_| pace.allows(start)));
        assert!(!pace.allows(start));
        assert!(pace.allows(start + MINUTE));
    }
}
