//! Health, the end by SIGTERM, files on the disk, and a demo that is kept.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::harness::{Answer, Engine, Group, Place, Server, canary, listen, on_each_engine, upheld};

#[tokio::test]
async fn alive_and_ready() {
    on_each_engine(Group::Work, async |server: &Server| {
        for path in ["/healthz", "/readyz"] {
            let answer =
                Answer::of(server.anonymous().request("GET", path).send().await.expect("an answer")).await;
            assert_eq!(answer.status, 200, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn sigterm_finishes_what_is_in_flight() {
    for engine in Engine::all() {
        println!("— on {engine:?}");
        let server = Server::demo(engine);
        let moss = server.person("moss").await;
        let mut socket = listen(&moss).await;
        let body = json!({"query": "{ viewer { name } }"}).to_string();
        let mut stream = TcpStream::connect(server.address()).await.expect("a connection");
        let head = format!(
            "POST /graphql HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nCookie: {}\r\nContent-Length: {}\r\n\r\n",
            server.address(),
            moss.cookie().expect("a session"),
            body.len()
        );
        stream.write_all(head.as_bytes()).await.expect("a server that listens");
        stream.write_all(&body.as_bytes()[..10]).await.expect("a server that listens");
        tokio::time::sleep(Duration::from_millis(300)).await;
        server.send_sigterm();
        tokio::time::sleep(Duration::from_millis(500)).await;
        stream.write_all(&body.as_bytes()[10..]).await.expect("a server that still listens");
        let mut said = vec![0; 4096];
        let read = timeout(Duration::from_secs(5), stream.read(&mut said))
            .await
            .expect("an answer")
            .expect("an answer");
        let said = String::from_utf8_lossy(&said[..read]).into_owned();
        assert!(said.starts_with("HTTP/1.1 200") && said.contains("Moss"), "{said}");
        assert!(socket.closes_within(Duration::from_secs(10)).await, "sockets are closed");
        let status = server.terminate(Duration::from_secs(10)).expect("it ends in 10 seconds");
        assert!(status.success(), "{status:?}");
    }
}

#[tokio::test]
async fn the_demo_is_kept_across_restarts() {
    for engine in Engine::all() {
        println!("— on {engine:?}");
        let place = Arc::new(Place::new(engine));
        let title = canary("title");
        let server = Server::start(&place, &["--demo"]);
        let moss = server.person("moss").await;
        let incident = upheld(&moss).about("larch").set("title", title.as_str()).send().await;
        drop(moss);
        drop(server);
        let server = Server::start(&place, &["--demo"]);
        let moss = server.person("moss").await;
        assert_eq!(moss.incident(&incident, "title").await, json!({"title": title}));
        drop(moss);
        drop(server);
        let server = Server::start(&place, &["--demo", "--demo-fresh"]);
        let moss = server.person("moss").await;
        assert_eq!(moss.incident(&incident, "title").await, serde_json::Value::Null, "begun anew");
        assert_eq!(server.person("reed").await.all("recognitions", "id").await.len(), 17);
    }
}

#[tokio::test]
async fn the_files_are_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::demo(Engine::Sqlite);
    let moss = server.person("moss").await;
    upheld(&moss).about("larch").send().await;
    let folder = server.place().folder();
    let mut files = 0;
    for entry in std::fs::read_dir(&folder).expect("the folder") {
        let entry = entry.expect("an entry");
        let mode = entry.metadata().expect("its mode").permissions().mode() & 0o777;
        assert_eq!(mode & 0o077, 0, "{}: {mode:o}", entry.path().display());
        files += 1;
    }
    assert!(files > 0 && folder.join("demo.db").exists(), "the demo has a file of its own");
    assert!(!folder.join("upheld.db").exists(), "and leaves the organisation's alone");
}

#[tokio::test]
async fn a_server_from_the_environment_and_a_file() {
    let place = Arc::new(Place::new(Engine::Sqlite));
    let file = place.folder().join("upheld.toml");
    std::fs::write(&file, "demo = true\ndemo_fresh = true\n").expect("a file");
    let server = Server::start(&place, &["--config", &crate::harness::path_text(&file)]);
    let data = server.anonymous().ok("{ welcome { demo } }", json!({})).await;
    assert_eq!(data, json!({"welcome": {"demo": true}}));
}
