//! The audit trail: who opened and read what, what admins read of it, that every change is in it and no text, and that
//! damage is found.

mod break_glass;
mod every_mutation;
mod logs;
mod page;
mod readings;
mod roles;
mod verify;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::harness::{Client, Server, program};

const READINGS: &str = "readings { by { name } why reason at until incident { id } }";

/// Somebody who has just shown that it is them, once for all tests of a server: passwords are not tried often.
async fn confirmed<'s>(server: &'s Server, name: &str) -> Client<'s> {
    static CONFIRMED: Mutex<BTreeMap<String, Instant>> = Mutex::const_new(BTreeMap::new());
    let person = server.person(name).await;
    let mut confirmed = CONFIRMED.lock().await;
    let key = format!("{name} {}", server.base());
    if confirmed.get(&key).is_none_or(|at| at.elapsed() > Duration::from_secs(300)) {
        person.does("confirmIdentity", json!({"password": "upheld-demo"})).await;
        confirmed.insert(key, Instant::now());
    }
    person
}

/// What `upheld audit …` says of a place with the demo: its exit code, its output and its errors.
fn audit(place: &crate::harness::Place, arguments: &[&str]) -> (Option<i32>, String, String) {
    let out = program().arg("audit").args(arguments).arg("--demo").args(place.flags()).output();
    let out = out.expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    (out.status.code(), text(&out.stdout), text(&out.stderr))
}

/// How many rows the trail has.
fn rows(place: &crate::harness::Place) -> u64 {
    let (code, out, err) = audit(place, &["head"]);
    assert_eq!(code, Some(0), "{err}");
    out.split(':').next().and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("no head: {out}"))
}

/// The readings of an entry as somebody sees them, once there are that many: they are written behind the read.
async fn readings_once(by: &Client<'_>, id: &str, count: usize) -> Vec<Value> {
    let mut found = Vec::new();
    for _ in 0..100 {
        found = by.incident(id, READINGS).await["readings"].as_array().cloned().unwrap_or_default();
        if found.len() >= count {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(found.len(), count, "{found:?}");
    found
}
