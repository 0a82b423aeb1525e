//! Answers that never arrive: a client that asks again with the same key gets the same record.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};

use super::figure;
use crate::harness::{Answer, Client, Server, has_id, on_each_fresh_engine, recognise, text, upheld};

/// What happens to the answer of a connection.
#[derive(Clone, Copy, PartialEq)]
enum Answers {
    /// It is read and thrown away: the server has done its work.
    Dropped,
    /// Its first bytes arrive.
    Cut,
    Arrive,
}

/// A proxy that loses answers as it is told to.
struct Proxy {
    address: String,
    answers: Arc<AtomicUsize>,
    lost: Arc<AtomicUsize>,
}

impl Proxy {
    async fn before(server: &Server) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address").to_string();
        let (answers, lost) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (to, how, count) = (server.address().to_owned(), answers.clone(), lost.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let answers = match how.load(Ordering::SeqCst) {
                    0 => Answers::Dropped,
                    1 => Answers::Cut,
                    _ => Answers::Arrive,
                };
                tokio::spawn(pass(client, to.clone(), answers, count.clone()));
            }
        });
        Self { address, answers, lost }
    }

    fn set(&self, answers: Answers) {
        let number = match answers {
            Answers::Dropped => 0,
            Answers::Cut => 1,
            Answers::Arrive => 2,
        };
        self.answers.store(number, Ordering::SeqCst);
    }
}

async fn pass(client: TcpStream, to: String, answers: Answers, lost: Arc<AtomicUsize>) {
    let server = TcpStream::connect(to).await.expect("the server");
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let up = tokio::spawn(async move {
        let _ = copy(&mut from_client, &mut to_server).await;
    });
    if answers == Answers::Arrive {
        let _ = copy(&mut from_server, &mut to_client).await;
    } else {
        // Only an answer that was given can be lost.
        let mut first = [0_u8; 512];
        let read = from_server.read(&mut first).await.unwrap_or(0);
        lost.fetch_add(usize::from(read > 0), Ordering::SeqCst);
        if answers == Answers::Cut {
            let _ = to_client.write_all(&first[..read.min(40)]).await;
        }
    }
    up.abort();
}

/// Sends a mutation through the proxy until it is answered: three times into the void first.
async fn retried(
    proxy: &Proxy,
    by: &Client<'_>,
    mutation: &str,
    ty: &str,
    payload: &str,
    input: &Value,
) -> String {
    let document =
        format!("mutation($input: {ty}!) {{ {mutation}(input: $input) {{ {payload} {{ id }} }} }}");
    let http = reqwest::Client::builder().pool_max_idle_per_host(0).no_proxy().build().expect("a client");
    let send = async || {
        let body = json!({"query": document, "variables": {"input": input}});
        let request = http.post(format!("http://{}/graphql", proxy.address)).json(&body);
        request.header("cookie", by.cookie().expect("a session")).send().await
    };
    for answers in [Answers::Dropped, Answers::Cut, Answers::Dropped] {
        proxy.set(answers);
        assert!(send().await.is_err(), "the answer was to be lost");
    }
    proxy.set(Answers::Arrive);
    let answer = Answer::of(send().await.expect("an answer")).await;
    let data = answer.result().unwrap_or_else(|e| panic!("a retry is answered: {e:?}"));
    text(&data[mutation][payload]["id"])
}

#[tokio::test]
async fn a_mutation_whose_answer_was_lost_happens_once() {
    on_each_fresh_engine(async |server: &Server| {
        let mutations = figure(100, 1_000);
        let proxy = Proxy::before(server).await;
        let (heath, cedar) = (server.person("heath").await, server.person("cedar").await);
        let before = heath.all("myIncidents", "id").await.len();
        let mut ids = HashSet::new();
        for _ in 0..mutations / 2 {
            let input = upheld(&heath).about("larch").input().await;
            let incident =
                retried(&proxy, &heath, "logIncident", "LogIncidentInput", "incident", &input).await;
            let again = text(&heath.does("logIncident", input).await["incident"]["id"]);
            assert_eq!(incident, again, "the same key gives the same entry");

            let input = recognise(&cedar, &incident).input().await;
            let decision =
                retried(&proxy, &cedar, "recordDecision", "RecordDecisionInput", "decision", &input).await;
            let seen = cedar.incident(&incident, "decision { id version }").await;
            assert_eq!(seen["decision"], json!({"id": decision, "version": 1}));
            assert!(ids.insert(incident) && ids.insert(decision), "an id stands twice");
        }
        let mine = heath.all("myIncidents", "id").await;
        assert_eq!(mine.len(), before + mutations / 2, "one entry for each key");
        assert_eq!(ids.iter().filter(|id| has_id(&mine, id)).count(), mutations / 2);
        let lost = proxy.lost.load(Ordering::SeqCst);
        println!("{mutations} mutations, {lost} answers lost, {} records", ids.len());
        assert_eq!(lost, mutations * 3);
    })
    .await;
}
