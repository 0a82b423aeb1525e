//! D2, D4, D6, D7 and A4: much at once.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{feed, milliseconds, row, server};
use crate::harness::{Client, Server};

/// A document and the most that it may take.
async fn document(by: &Client<'_>, name: &str, text: &str, variables: serde_json::Value, most: f64) {
    let before = by.server.resident_kib();
    let mut times = Vec::new();
    for _ in 0..20 {
        let began = Instant::now();
        let answer = by.answer(text, variables.clone()).await;
        times.push(began.elapsed());
        assert!(answer.status < 500);
    }
    times.sort();
    let grown = by.server.resident_kib().saturating_sub(before) / 1024;
    let median = milliseconds(times[10]);
    let measured = format!("median {median:.1} ms, slowest {:.1} ms, +{grown} MiB", milliseconds(times[19]));
    row(name, measured, &format!("≤ {most} ms, ≤ 20 MB"), median <= most && grown <= 20);
}

#[tokio::test]
#[ignore = "timed: cargo xtask attack"]
async fn dear_documents() {
    let server = server();
    let moss = server.person("moss").await;
    let many = |n: usize, field: &str| (0..n).map(|i| format!("a{i}:{field} ")).collect::<String>();
    let cases = [
        ("D2 10,000 aliases", format!("{{ {} }}", many(10_000, "venues{id}"))),
        ("D2 as many aliases as 16 KiB hold", format!("{{ viewer {{ {} }} }}", many(1_400, "name"))),
        ("D2 one field 3,000 times", format!("{{ viewer {{ {} }} }}", "name ".repeat(3_000))),
        ("D2 1,000 directives", format!("{{ viewer {} {{ id }} }}", "@include(if: true) ".repeat(800))),
        (
            "D2 a wide fragment spread 500 times",
            format!(
                "fragment F on Person {{ id name title email }} {{ viewer {{ {} }} }}",
                "...F ".repeat(500)
            ),
        ),
        (
            "D2 a chain of 200 fragments",
            (0..200).fold("{ viewer { ...F0 } } ".to_owned(), |text, n| {
                format!("{text} fragment F{n} on Person {{ id ...F{} }}", n + 1)
            }),
        ),
        ("D2 a fragment of itself", "{ viewer { ...F } } fragment F on Person { ...F }".to_owned()),
        (
            "D2 pages of pages",
            "{ people(first:100){nodes{reports(first:100){nodes{reports(first:100){nodes{id}}}}}} }"
                .to_owned(),
        ),
        ("D1 16 KiB of brackets", "{a".repeat(8_000)),
    ];
    for (name, text) in cases {
        document(&moss, name, &text, json!({}), 50.0).await;
    }
    for sign in ["[", "*", ">", "`", "![](", "<", "\\"] {
        let name = format!("D7 64 KB of {sign} in a text");
        let text = "query($s: String) { people(search: $s) { nodes { id } } }";
        document(&moss, &name, text, json!({"s": sign.repeat(64 * 1024 / sign.len())}), 20.0).await;
    }
    server.assert_well();
}

/// Sends a body without end; the bytes that the server took.
async fn endless(server: &Server, head: &str) -> usize {
    let mut stream = TcpStream::connect(server.address()).await.expect("a connection");
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n{head}\r\n\r\n",
        server.address()
    );
    stream.write_all(head.as_bytes()).await.expect("a head");
    let (piece, mut taken) = (vec![b'x'; 64 * 1024], 0);
    let mut chunk = format!("{:x}\r\n", piece.len()).into_bytes();
    chunk.extend(&piece);
    chunk.extend(b"\r\n");
    while taken < 100 * 1024 * 1024 {
        match tokio::time::timeout(Duration::from_secs(5), stream.write_all(&chunk)).await {
            Ok(Ok(())) => taken += piece.len(),
            _ => break,
        }
    }
    let mut said = [0; 64];
    let _ = tokio::time::timeout(Duration::from_secs(1), stream.read(&mut said)).await;
    taken
}

#[tokio::test]
#[ignore = "timed: cargo xtask attack"]
async fn eight_bodies_of_100_mb() {
    let server = server();
    let moss = server.person("moss").await;
    let idle = feed::idle(&moss).await;
    let before = server.resident_kib();
    let work = async {
        let mut most = 0;
        let peak = async {
            for _ in 0..30 {
                most = most.max(server.resident_kib());
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let told = "Content-Length: 104857600";
        let bodies = join_all(
            (0..8).map(|n| endless(&server, if n % 2 == 0 { told } else { "Transfer-Encoding: chunked" })),
        );
        let (taken, ()) = tokio::join!(bodies, peak);
        (taken.into_iter().max().unwrap_or(0), most)
    };
    let (during, (taken, most)) = feed::read_during(&moss, Duration::from_secs(3), work).await;
    let grown = most.saturating_sub(before) / 1024;
    let measured = format!(
        "+{grown} MiB; {} KiB of one were taken; feed p99 {:.1} ms (idle {:.1})",
        taken / 1024,
        milliseconds(during.p99),
        milliseconds(idle.p99)
    );
    row(
        "D4 8 bodies of 100 MB, half without a length",
        measured,
        "memory < +10 MB",
        grown < 10 && during.errors == 0,
    );
    server.assert_well();
}

/// Compares the feed while something goes on with the idle one.
fn compared(name: &str, note: &str, idle: &feed::Feed, during: &feed::Feed, times: f64) {
    let ratio = during.p99.as_secs_f64() / idle.p99.as_secs_f64();
    let measured = format!(
        "feed p99 {:.1} ms (idle {:.1}), ×{ratio:.1}, median {:.1} ms, {} errors of {}; {note}",
        milliseconds(during.p99),
        milliseconds(idle.p99),
        milliseconds(during.median),
        during.errors,
        during.requests
    );
    row(name, measured, &format!("p99 ≤ {times} × idle, no error"), ratio <= times && during.errors == 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "timed: cargo xtask attack"]
async fn sixty_four_dear_searches() {
    for engine in crate::harness::Engine::all() {
        let server = Server::start(&crate::harness::Place::new(engine).into(), &["--demo", "--demo-fresh"]);
        let (moss, cedar) = (server.person("moss").await, server.person("rowan").await);
        let idle = feed::idle(&moss).await;
        let text = "query($s: String) { recognitions(filter: {search: $s}, first: 100) { nodes { wording
            subjects { name } comments(first: 20) { nodes { text } } } } people(search: $s, first: 100) { nodes { name
            reports(first: 20) { nodes { name } } } } decisionQueue(first: 50) { nodes { title behaviour replies { text } } } }";
        let (mut answered, mut refused) = (0, 0);
        let work = async {
            let until = Instant::now() + Duration::from_secs(15);
            while Instant::now() < until {
                let sent = join_all((0..64).map(|_| cedar.answer(text, json!({"s": "a e i o t"})))).await;
                answered += sent.iter().filter(|a| a.status == 200).count();
                refused += sent.iter().filter(|a| a.status == 503).count();
            }
        };
        let (during, ()) = feed::read_during(&moss, Duration::from_secs(5), work).await;
        let note = format!("{answered} answered, {refused} told to come back");
        compared(&format!("D6 64 × the dearest page on {engine:?}"), &note, &idle, &during, 3.0);
        server.assert_well();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "timed: cargo xtask attack"]
async fn sixty_four_sign_ins() {
    let server = server();
    let moss = server.person("moss").await;
    let idle = feed::idle(&moss).await;
    let before = server.resident_kib();
    let work = async {
        for round in 0..3_u8 {
            let server = &server;
            join_all((0..64_u8).map(|n| async move {
                let by = Client::from_address(server, [127, 9, round, n + 1]);
                let _ = by.answer_of("signIn", json!({"email": format!("nobody{n}@upheld.example"), "password": "not the right one"})).await;
            }))
            .await;
        }
    };
    let (during, ()) = feed::read_during(&moss, Duration::from_secs(5), work).await;
    let grown = server.resident_kib().saturating_sub(before) / 1024;
    compared(
        "A4 64 sign-ins at once, three times",
        &format!("+{grown} MiB (pass ≤ 57)"),
        &idle,
        &during,
        3.0,
    );
    server.assert_well();
}
