//! People are moved and leave while others read: once a change has been answered, nobody reads with the old rights.

use std::cell::{Cell, RefCell};
use std::time::Instant;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{add, join};
use crate::harness::{Client, Server, on_each_fresh_engine, violated};

const PEOPLE: usize = 100;
/// So many of them leave; the others move to another manager.
const LEAVERS: usize = 50;

struct Somebody<'s> {
    id: String,
    /// An open entry about them, which their manager decides.
    incident: String,
    client: Option<Client<'s>>,
}

/// What the readers found.
#[derive(Default)]
struct Found {
    /// When each change was answered.
    answered: RefCell<Vec<Option<Instant>>>,
    reads: Cell<usize>,
    /// Reads that began after the change was answered.
    after: Cell<usize>,
    /// Of those, the ones with the old rights.
    old: Cell<usize>,
    over: Cell<bool>,
}

impl Found {
    /// Notes a read of the nth person's things that began at `began`.
    fn note(&self, n: usize, began: Instant, with_old_rights: bool) {
        self.reads.set(self.reads.get() + 1);
        if self.answered.borrow()[n].is_some_and(|at| began > at) {
            self.after.set(self.after.get() + 1);
            self.old.set(self.old.get() + usize::from(with_old_rights));
        }
    }
}

async fn prepare(server: &Server) -> Vec<Somebody<'_>> {
    let (tansy, cedar) = (server.person("tansy").await, server.person_id("cedar").await);
    let mut people = Vec::new();
    for n in 0..PEOPLE {
        let (id, token) = add(server, &format!("Person {n}"), Some(&cedar)).await;
        // A few sign in from each address: one address may not try many passwords.
        let address = [127, 0, 1, u8::try_from(n / 8 + 1).expect("few addresses")];
        let client = if n < LEAVERS { Some(join(server, &token, address).await) } else { None };
        let incident = violated(&tansy).set("subjectIds", json!([id])).send().await;
        people.push(Somebody { id, incident, client });
    }
    people
}

async fn change(server: &Server, people: &[Somebody<'_>], found: &Found) {
    let (hazel, briar) = (server.person("hazel").await, server.person_id("briar").await);
    for (n, p) in people.iter().enumerate() {
        if p.client.is_some() {
            hazel.does("deactivatePerson", json!({"personId": p.id})).await;
        } else {
            hazel.does("movePerson", json!({"personId": p.id, "managerId": briar})).await;
        }
        found.answered.borrow_mut()[n] = Some(Instant::now());
    }
    found.over.set(true);
}

/// Reads as the old manager, as the new one, and as those who leave, in turns that differ from reader to reader.
async fn read(server: &Server, people: &[Somebody<'_>], found: &Found, step: usize) {
    let (cedar, briar) = (server.person("cedar").await, server.person("briar").await);
    let mut n = step;
    let mut last_round = 0;
    while last_round < people.len() {
        // After the last change each is read once more.
        last_round += usize::from(found.over.get());
        n = (n + step) % people.len();
        let p = &people[n];
        let began = Instant::now();
        if let Some(client) = &p.client {
            let seen = client.ok("{ viewer { id } }", json!({})).await;
            found.note(n, began, !seen["viewer"].is_null());
            continue;
        }
        let old = cedar.incident(&p.incident, "title").await;
        found.note(n, began, !old.is_null());
        let began = Instant::now();
        let new = briar.incident(&p.incident, "decider { name }").await;
        found.note(n, began, new == Value::Null || new["decider"]["name"] != "Briar");
    }
}

#[tokio::test]
async fn no_read_with_old_rights_begins_after_the_answer() {
    on_each_fresh_engine(async |server: &Server| {
        let people = prepare(server).await;
        let found = Found { answered: RefCell::new(vec![None; PEOPLE]), ..Found::default() };
        // Steps without a common factor with 100, so that each reader comes by everybody.
        let readers = join_all([3, 7, 11, 13].map(|step| read(server, &people, &found, step)));
        tokio::join!(change(server, &people, &found), readers);
        let (reads, after, old) = (found.reads.get(), found.after.get(), found.old.get());
        println!("{PEOPLE} people moved or left under {reads} reads: {after} began after the answer, {old} with old rights");
        assert!(after >= PEOPLE * 4, "{after} reads are too few to tell");
        assert_eq!(old, 0);
    })
    .await;
}
