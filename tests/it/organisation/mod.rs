//! People come, move, change roles and leave: who decides and who reads follows, and what is over stays as it was.

mod dealing;
mod following;
mod leaving;
mod load;
mod merging;
mod people;
mod places;
mod races;
mod versions;

use serde_json::{Value, json};

use crate::harness::{Client, Server, canary, text};

/// Confirms that it is the person, for ten minutes of that session.
async fn confirm(client: &Client<'_>) {
    client.does("confirmIdentity", json!({"password": "upheld-demo"})).await;
}

/// Adds somebody who reports to a person of the demo; their id and the token of their invite.
async fn add(server: &Server, name: &str, manager: Option<&str>) -> (String, String) {
    let hazel = server.person("hazel").await;
    let email = format!("{}@upheld.example", canary(&name.to_lowercase().replace(' ', ".")));
    let input = json!({"name": name, "email": email, "managerId": manager});
    let made = hazel.does("addPerson", input).await;
    let link = text(&made["inviteLink"]);
    let token = link.split_once('#').expect("a token in the link").1.to_owned();
    (text(&made["person"]["id"]), token)
}

/// Signs somebody in with their invite, from an address of their own.
async fn join<'s>(server: &'s Server, token: &str, address: [u8; 4]) -> Client<'s> {
    let input = json!({"token": token, "password": "a password for tests"});
    let answer = Client::from_address(server, address).answer_of("acceptInvite", input).await;
    answer.result().expect("the invite is good");
    Client::with_cookie(server, crate::harness::session_cookie(&answer).expect("a session"))
}

/// Adds somebody and signs them in.
async fn newcomer<'s>(server: &'s Server, name: &str, manager: &str) -> (String, Client<'s>) {
    let manager = server.person_id(manager).await;
    let (id, token) = add(server, name, Some(&manager)).await;
    (id, join(server, &token, [127, 0, 0, 9]).await)
}

async fn move_to(server: &Server, person: &str, manager: Option<&str>) {
    let hazel = server.person("hazel").await;
    hazel.does("movePerson", json!({"personId": person, "managerId": manager})).await;
}

/// The steps as "kind by: from → to".
async fn steps(by: &Client<'_>, incident: &str) -> Vec<String> {
    let seen = by.incident(incident, "steps { kind by { name } from { name } to { name } }").await;
    let name = |v: &Value| v["name"].as_str().unwrap_or("-").to_owned();
    let list = seen["steps"].as_array().cloned().unwrap_or_default();
    list.iter()
        .map(|s| {
            format!("{} {}: {} → {}", text(&s["kind"]), name(&s["by"]), name(&s["from"]), name(&s["to"]))
        })
        .collect()
}

/// How many pairs a race runs: 100, or what `UPHELD_TEST_PAIRS` says.
fn pairs(default: usize) -> usize {
    std::env::var("UPHELD_TEST_PAIRS").ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}
