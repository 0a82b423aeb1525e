//! Copies of the database and their way back: what is refused, and what comes back.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use serde_json::json;

use super::{Ended, run};
use crate::harness::{Engine, Place, Server, canary, path_text, program, upheld};

fn upheld_run(words: &[&str], place: &Place) -> Ended {
    let mut command = program();
    command.args(words).args(["--demo"]).args(place.flags());
    run(command)
}

fn back_up(place: &Place, file: &Path) -> Ended {
    upheld_run(&["backup", &path_text(file)], place)
}

fn restore(place: &Place, file: &Path, more: &[&str]) -> Ended {
    let file = path_text(file);
    upheld_run(&[&["restore", file.as_str()], more].concat(), place)
}

#[track_caller]
fn refused(ended: &Ended, says: &str) {
    assert!(ended.code.is_some_and(|c| c != 0), "{ended:?}");
    assert_eq!(ended.err.lines().count(), 1, "one line: {ended:?}");
    assert!(ended.err.contains(says), "says {says:?}: {}", ended.err);
}

#[track_caller]
fn done(ended: &Ended) {
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

/// The names in a folder that begin like this.
fn names(folder: &Path, beginning: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the folder");
    let names = entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned());
    names.filter(|n| n.starts_with(beginning)).collect()
}

#[tokio::test]
async fn a_copy_holds_what_was_there_and_nothing_later() {
    let place = Arc::new(Place::new(Engine::Sqlite));
    let server = Server::start(&place, &["--demo"]);
    let moss = server.person("moss").await;
    let (before, later) = (canary("before"), canary("later"));
    let kept = upheld(&moss).about("larch").set("title", before.as_str()).send().await;
    let file = place.folder().join("copy");
    done(&back_up(&place, &file));
    let mode = std::fs::metadata(&file).expect("the copy").permissions().mode() & 0o777;
    assert_eq!(mode, 0o600, "only its owner reads it");
    let gone = upheld(&moss).about("larch").set("title", later.as_str()).send().await;

    refused(&back_up(&place, &file), "exists");
    refused(&restore(&place, &file, &[]), "is in use");
    refused(&restore(&place, &file, &["--replace"]), "is in use");
    let leftovers: Vec<String> = names(&place.folder(), "copy").into_iter().filter(|n| n != "copy").collect();
    assert!(leftovers.is_empty(), "{leftovers:?}");
    assert_eq!(moss.incident(&gone, "title").await, json!({"title": later}), "the server has not noticed");
    drop(moss);
    server.terminate(std::time::Duration::from_secs(10)).expect("it ends");
    drop(server);

    refused(&restore(&place, &file, &[]), "--replace");
    done(&restore(&place, &file, &["--replace"]));
    let aside: Vec<String> = names(&place.folder(), "demo.db.before-");
    assert_eq!(aside.len(), 1, "the database that was there is kept: {aside:?}");
    let held = std::fs::read(place.folder().join(&aside[0])).expect("it");
    assert!(held.windows(later.len()).any(|w| w == later.as_bytes()), "whole, with what came last");

    let server = Server::start(&place, &["--demo"]);
    let moss = server.person("moss").await;
    assert_eq!(moss.incident(&kept, "title").await, json!({"title": before}));
    assert_eq!(moss.incident(&gone, "title").await, serde_json::Value::Null);
    upheld(&moss).about("larch").send().await;
    server.assert_well();
}

#[test]
fn a_file_that_is_no_whole_copy_changes_nothing() {
    let place = Place::new(Engine::Sqlite);
    done(&upheld_run(&["migrate"], &place));
    let file = place.folder().join("copy");
    done(&back_up(&place, &file));
    let whole = std::fs::read(&file).expect("the copy");
    let elsewhere = Place::new(Engine::Sqlite);
    let bad = elsewhere.folder().join("bad");
    // The root page of a table or an index, by its header.
    let mut spoiled = whole.clone();
    let page = usize::from(u16::from_be_bytes([whole[16], whole[17]]));
    spoiled[4 * page..4 * page + 64].fill(0xff);
    for (what, content) in [
        ("spoiled", spoiled.as_slice()),
        ("half", &whole[..whole.len() / 2]),
        ("a letter", b"Dear all, ".as_slice()),
        ("empty", b"".as_slice()),
    ] {
        std::fs::write(&bad, content).expect("a file");
        let ended = restore(&elsewhere, &bad, &[]);
        assert!(ended.code.is_some_and(|c| c != 0), "{what}: {ended:?}");
        assert_eq!(ended.err.lines().count(), 1, "{what}: {ended:?}");
        assert!(ended.err.contains("bad"), "{what}: names the file: {ended:?}");
        assert!(!elsewhere.folder().join("demo.db").exists(), "{what}: nothing is put in place");
    }
    refused(&restore(&elsewhere, &elsewhere.folder().join("nowhere"), &[]), "is no file");
    assert!(
        names(&elsewhere.folder(), "demo.db").iter().all(|n| n.ends_with(".lock")),
        "nothing is left behind"
    );
    done(&restore(&elsewhere, &file, &[]));
}

#[test]
fn there_is_nothing_to_copy() {
    let place = Place::new(Engine::Sqlite);
    refused(&back_up(&place, &place.folder().join("copy")), "no database");
    assert!(!place.folder().join("demo.db").exists(), "asking makes none");
}

#[test]
fn postgresql_says_what_to_run() {
    for (command, tool) in [("backup", "pg_dump"), ("restore", "pg_restore")] {
        let mut program = program();
        program.args([
            command,
            "file",
            "--database-url",
            "postgres://somebody:secretword@127.0.0.1:1/upheld",
        ]);
        let ended = run(program);
        refused(&ended, tool);
        assert!(ended.err.contains("--database-url") && !ended.err.contains("secretword"), "{ended:?}");
    }
}
