//! A9, beside `limits/sockets.rs`: a thousand silent sockets, messages in pieces, and sessions that end.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;

use super::DEMO;
use crate::harness::{
    Client, Group, Server, Socket, listen, on_each_engine, on_each_fresh_engine, recognise, text, upheld,
};

const PEOPLE: [&str; 20] = [
    "hazel", "rowan", "alder", "briar", "cedar", "clover", "sorrel", "fern", "linden", "moss", "reed",
    "aspen", "juniper", "thistle", "larch", "sage", "heath", "basil", "tansy", "willow",
];

#[tokio::test]
async fn a_thousand_sockets_that_say_nothing_are_closed() {
    on_each_fresh_engine(async |server: &Server| {
        let mut clients = vec![server.anonymous()];
        for person in PEOPLE {
            clients.push(server.person(person).await);
        }
        // Forty for each person, of whom twenty get a seat, and two hundred of nobody.
        let all: Vec<&Client<'_>> =
            (0..1_000).map(|n| if n < 800 { &clients[1 + n % PEOPLE.len()] } else { &clients[0] }).collect();
        let started = Instant::now();
        let mut closed = 0;
        let mut waiting = Vec::new();
        for chunk in all.chunks(100) {
            let opened = join_all(chunk.iter().map(|c| Socket::open_from(c, Some(server.base())))).await;
            for socket in opened {
                match socket {
                    Ok(socket) => waiting.push((Instant::now(), socket)),
                    Err(_) => closed += 1,
                }
            }
        }
        println!("{} sockets are open after {:?}", waiting.len(), started.elapsed());
        assert!(waiting.len() >= 400, "they were there: {}", waiting.len());
        let ends = join_all(waiting.iter_mut().map(|(since, socket)| async {
            let left = Duration::from_secs(10).saturating_sub(since.elapsed());
            socket.closes_within(left).await
        }))
        .await;
        closed += ends.into_iter().filter(|end| *end).count();
        println!("{closed} of 1,000 closed within 10 s each");
        assert_eq!(closed, 1_000);
        server.assert_well();
        // The seats are free again.
        listen(&clients[1]).await;
    })
    .await;
}

#[tokio::test]
async fn a_message_in_pieces_has_the_same_limit() {
    on_each_engine(Group::Accounts, async |server: &Server| {
        let tansy = server.person("tansy").await;
        // 80 pieces of 1 KiB; without an end, since the limit must come from counting.
        let mut socket = Socket::open(&tansy).await;
        socket.init().await;
        let mut sent = 0;
        while sent < 80 && socket.send_piece(&"x".repeat(1024), sent == 0, false).await.is_ok() {
            sent += 1;
        }
        assert!(socket.closes_within(Duration::from_secs(5)).await, "{sent} KiB in pieces");

        // One that fits is read, however many pieces it comes in.
        let mut socket = Socket::open(&tansy).await;
        socket.init().await;
        for (n, piece) in [r#"{"type""#, r#":"pi"#, r#"ng"}"#].into_iter().enumerate() {
            socket.send_piece(piece, n == 0, n == 2).await.expect("a socket that listens");
        }
        assert_eq!(socket.next().await["type"], "pong");

        // A piece that continues nothing, and a second beginning.
        for pieces in [[false, false], [true, true]] {
            let mut socket = Socket::open(&tansy).await;
            socket.init().await;
            for first in pieces {
                let _ = socket.send_piece(r#"{"type":"ping"}"#, first, false).await;
            }
            assert!(socket.closes_within(Duration::from_secs(5)).await, "{pieces:?}");
        }
        server.assert_well();
    })
    .await;
}

#[tokio::test]
async fn whatever_ends_a_session_ends_its_sockets() {
    on_each_engine(Group::Accounts, async |server: &Server| {
        let (here, there) = (server.own_session("sorrel").await, server.own_session("sorrel").await);
        let token = text(&here.does("createApiToken", json!({"name": "A script"})).await["token"]);
        let script = Client::with_token(server, &token);
        let (mut own, mut other, mut by_token) =
            (listen(&here).await, listen(&there).await, listen(&script).await);
        here.ok("mutation { endOtherSessions { sessions { id } } }", json!({})).await;
        assert!(other.closes_within(Duration::from_secs(6)).await, "all other sessions were ended");
        let tokens = here.ok("{ apiTokens { id } }", json!({})).await;
        here.does("revokeApiToken", json!({"tokenId": tokens["apiTokens"][0]["id"]})).await;
        assert!(by_token.closes_within(Duration::from_secs(6)).await, "the token was revoked");

        let third = server.own_session("sorrel").await;
        let mut other = listen(&third).await;
        let change = json!({"currentPassword": DEMO, "newPassword": "wandering slow rivers"});
        here.does("changePassword", change).await;
        // What is published from now on reaches the session that stayed and nobody else.
        let (tansy, cedar) = (server.person("tansy").await, server.person("cedar").await);
        let praise = upheld(&tansy).about("larch").send().await;
        recognise(&cedar, &praise).deliver().await;
        loop {
            match other.next_within(Duration::from_secs(6)).await.expect("the end") {
                None => break,
                Some(message) => panic!("told after the session had ended: {message}"),
            }
        }
        let heard = own.next().await;
        assert_eq!(heard["type"], "next", "{heard}");
    })
    .await;
}
