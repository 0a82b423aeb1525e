//! Each rule under "Life of an incident", over the API.

mod corners;
mod deciders;
mod decisions;
mod endings;
mod hearing;
mod logging;
mod own_lapse;
mod retries;

use serde_json::Value;

use crate::harness::{Client, Server};

/// Everybody who could be a decider in the demo.
const LEADERS: [&str; 8] = ["hazel", "maple", "rowan", "alder", "briar", "cedar", "clover", "sorrel"];

/// Who may decide now; the rules say exactly one.
async fn deciders(server: &Server, incident: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    for leader in LEADERS {
        if may(&server.person(leader).await, incident, "decide").await {
            found.push(leader);
        }
    }
    found
}

/// Whether the person is told that they may do this now.
async fn may(by: &Client<'_>, incident: &str, action: &str) -> bool {
    let seen = by.incident(incident, "viewerMay").await;
    seen["viewerMay"].as_array().is_some_and(|all| all.iter().any(|a| a == action))
}

async fn state(by: &Client<'_>, incident: &str) -> Value {
    by.incident(incident, "state").await["state"].take()
}
