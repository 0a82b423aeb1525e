//! `upheld audit`: a whole trail beside a running server, and damage that is found and named.

use std::time::Duration;

use crate::harness::{Engine, Place, Server, violated};

use super::{audit, rows};

#[tokio::test]
async fn the_trail_of_a_busy_server_is_whole_and_a_changed_byte_is_named() {
    for engine in Engine::all() {
        println!("— on {engine:?}");
        let place = std::sync::Arc::new(Place::new(engine));
        let server = Server::start(&place, &["--demo", "--demo-fresh"]);
        let tansy = server.person("tansy").await;
        let busy = async {
            for _ in 0..10 {
                violated(&tansy).about("larch").send().await;
            }
        };
        let looking = async {
            for _ in 0..3 {
                let place = place.clone();
                let look = tokio::task::spawn_blocking(move || audit(&place, &["verify"]));
                let (code, out, err) = look.await.expect("a look");
                assert!(code == Some(0) && out.starts_with("The audit trail is whole"), "{out}\n{err}");
            }
        };
        tokio::join!(busy, looking);
        let (code, head, _) = audit(&place, &["head"]);
        assert_eq!(code, Some(0));
        let anchor = head.split_whitespace().next().expect("a head").to_owned();
        violated(&tansy).about("larch").send().await;
        assert_eq!(
            audit(&place, &["verify", "--anchor", &anchor]).0,
            Some(0),
            "the trail went on from there"
        );
        let (seq, hash) = anchor.split_once(':').expect("a number and a hash");
        let ahead = format!("{}:{hash}", seq.parse::<u64>().expect("a number") + 1_000);
        let (code, out, _) = audit(&place, &["verify", "--anchor", &ahead]);
        assert!(code == Some(1) && out.contains("kept elsewhere"), "{out}");
        let (code, out, _) = audit(&place, &["verify", "--anchor", &format!("1:{hash}")]);
        assert!(code == Some(1) && out.contains("row 1: hash is not the one"), "{out}");
        for bad in ["", "7", "7:", "x:y", "7:short", &format!("-1:{hash}")] {
            assert_eq!(audit(&place, &["verify", &format!("--anchor={bad}")]).0, Some(2), "{bad}");
        }

        drop(tansy);
        assert!(server.terminate(Duration::from_secs(15)).is_some());
        let last = rows(&place);
        if engine == Engine::Sqlite {
            flip_in_the_file(&place);
        } else {
            place
                .psql(
                    "ALTER TABLE audit_events DISABLE TRIGGER ALL; \
                     UPDATE audit_events SET action = 'value.savf' WHERE action = 'value.save' AND \
                     seq = (SELECT min(seq) FROM audit_events WHERE action = 'value.save')",
                )
                .expect("the owner may");
        }
        let (code, out, err) = audit(&place, &["verify"]);
        assert_eq!(code, Some(1), "{out}");
        let named = out.lines().next().expect("a line");
        let row: u64 =
            named.strip_prefix("row ").and_then(|l| l.split(':').next()?.parse().ok()).expect(named);
        assert!(row >= 1 && row <= last && named.contains("action"), "{named}");
        assert!(err.contains("the audit trail is damaged: 1 fault in"), "{err}");
    }
}

/// Turns one bit in the stopped server's file, where a row of the trail has its action.
fn flip_in_the_file(place: &Place) {
    let file = std::fs::read_dir(place.folder())
        .expect("the data folder")
        .filter_map(|f| f.ok().map(|f| f.path()))
        .find(|p| p.extension().is_some_and(|e| e == "db"))
        .expect("a database file");
    let mut bytes = std::fs::read(&file).expect("the file");
    let word = b"value.savevalue";
    let at = bytes.windows(word.len()).position(|w| w == word).expect("a row of the trail");
    bytes[at + 9] ^= 1;
    std::fs::write(&file, bytes).expect("the file");
}
