//! D5: clients that take their time.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{feed, milliseconds, row, server};
use crate::harness::Server;

const HEADS: usize = 2_000;
const BODIES: usize = 500;
const FOR: Duration = Duration::from_secs(20);

/// Sends a byte a second after `beginning` until the server has enough; how long it listened.
async fn dribble(server: &Server, beginning: String) -> Option<Duration> {
    let began = Instant::now();
    let mut stream = TcpStream::connect(server.address()).await.ok()?;
    stream.write_all(beginning.as_bytes()).await.ok()?;
    let mut said = [0; 256];
    while began.elapsed() < FOR {
        if stream.write_all(b"x").await.is_err() {
            break;
        }
        if let Ok(read) = tokio::time::timeout(Duration::from_secs(1), stream.read(&mut said)).await {
            if read.is_err() || read.is_ok_and(|bytes| bytes == 0) {
                break;
            }
        }
    }
    Some(began.elapsed())
}

#[tokio::test]
#[ignore = "timed: cargo xtask attack"]
async fn slow_heads_and_bodies() {
    let server = server();
    let moss = server.person("moss").await;
    let idle = feed::idle(&moss).await;
    let head = "POST /graphql HTTP/1.1\r\nHost: x\r\nX-Slow: ";
    let body = format!(
        "POST /graphql HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{{",
        server.address()
    );
    let before = server.resident_kib();
    let work = async {
        let heads = join_all((0..HEADS).map(|_| dribble(&server, head.to_owned())));
        let bodies = join_all((0..BODIES).map(|_| dribble(&server, body.clone())));
        tokio::join!(heads, bodies)
    };
    let (during, (heads, bodies)) = feed::read_during(&moss, Duration::from_secs(5), work).await;
    let opened = heads.iter().chain(&bodies).flatten().count();
    let longest =
        |all: &[Option<Duration>]| all.iter().flatten().max().copied().unwrap_or_default().as_secs();
    let ratio = during.p99.as_secs_f64() / idle.p99.as_secs_f64();
    let measured = format!(
        "{opened} opened, heads ≤ {} s, bodies ≤ {} s, +{} MiB; feed p99 {:.1} ms (idle {:.1}), ×{ratio:.1}, {} errors",
        longest(&heads),
        longest(&bodies),
        server.resident_kib().saturating_sub(before) / 1024,
        milliseconds(during.p99),
        milliseconds(idle.p99),
        during.errors
    );
    row(
        "D5 2,000 slow heads and 500 slow bodies",
        measured,
        "p99 ≤ 2 × idle",
        ratio <= 2.0 && during.errors == 0,
    );
    server.assert_well();
}
