//! Accounts and sessions: rows A1 to A12 of the threats, and what people do with their own account.
//!
//! What stands elsewhere: the cookie, one answer for unknown accounts and a token's life in `sessions.rs`; methods,
//! content types and origins one by one in `limits/requests.rs`; a socket's hello, pace and size in `limits/sockets.rs`;
//! sixty-four set-ups at once in `cli/set_up.rs`; the session's idle and absolute end, and forged tokens that bear a
//! true signature, in the store's own tests, since they need the database.

mod cross_site;
mod forged;
mod guessing;
mod inputs;
mod links;
mod passwords;
mod revocation;
mod second_factor;
mod sockets;
mod step_up;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use totp_rs::{Builder, Secret, Totp};

use crate::harness::{Client, text};

/// The password of everybody in the demo.
const DEMO: &str = "upheld-demo";

fn email(person: &str) -> String {
    format!("{person}@upheld.example")
}

/// What `signIn` takes.
fn credentials(person: &str, password: &str) -> Value {
    json!({"email": email(person), "password": password})
}

/// Whether the client's session or token still stands for somebody.
async fn holds(client: &Client<'_>) -> bool {
    match client.query("{ viewer { id } }", json!({})).await {
        Ok(data) => !data["viewer"].is_null(),
        Err(refusal) => {
            refusal.is("UNAUTHENTICATED");
            false
        }
    }
}

/// An authenticator app.
pub(crate) struct App {
    totp: Totp,
    used: u64,
}

impl App {
    pub(crate) fn new(secret: &str) -> Self {
        let secret = Secret::try_from_base32(secret).expect("base32");
        Self { totp: Builder::new().with_secret(secret).build().expect("an app"), used: 0 }
    }

    fn now() -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs() / 30
    }

    fn of_step(&self, step: u64) -> String {
        self.totp.generate(step * 30).to_string()
    }

    /// A code that was not used yet; waits when those of now are used up.
    pub(crate) async fn code(&mut self) -> String {
        let step = (self.used + 1).max(Self::now() - 1);
        while step > Self::now() + 1 {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        self.used = step;
        self.of_step(step)
    }
}

/// Turns the second factor of a person on; the app and the recovery codes.
async fn turn_on(by: &Client<'_>) -> (App, Vec<String>) {
    let begun = by.does("startSecondFactor", json!({"password": DEMO})).await;
    let mut app = App::new(&text(&begun["secret"]));
    let code = app.code().await;
    let on = by.does("confirmSecondFactor", json!({"code": code})).await;
    (app, on["recoveryCodes"].as_array().expect("codes").iter().map(text).collect())
}
