//! The data folder: closed to others, and without what was deleted.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::harness::{Engine, Place, Server, canary, program, recognise, upheld};

fn files(folder: &PathBuf) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all
}

fn mode(path: &PathBuf) -> u32 {
    std::fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

fn holds(path: &PathBuf, text: &str) -> bool {
    let bytes = std::fs::read(path).expect("a file");
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn files_are_closed_and_deleted_text_is_gone() {
    let place = Arc::new(Place::new(Engine::Sqlite));
    let folder = place.folder();
    let server = Server::start(&place, &["--demo", "--demo-fresh"]);
    let (heath, cedar) = (server.person("heath").await, server.person("cedar").await);
    let (kept, withdrawn, said, comment) =
        (canary("kept"), canary("withdrawn"), canary("said"), canary("comment"));
    upheld(&heath).about("larch").set("title", kept.as_str()).send().await;

    let undone = upheld(&heath).about("larch").set("title", withdrawn.as_str());
    let undone = undone.set("behaviour", format!("It was {withdrawn}.")).send().await;
    let published = upheld(&heath).about("larch").send().await;
    let decision =
        recognise(&cedar, &published).set("wording", format!("Well done, {said}.")).deliver().await;
    let feed = heath.all("recognitions", "id wording").await;
    let recognition = &feed.iter().find(|r| r["wording"].as_str().unwrap().contains(&said)).unwrap()["id"];
    heath.does("comment", json!({"recognitionId": recognition, "text": comment})).await;
    assert!(files(&folder).iter().any(|f| holds(f, &withdrawn)), "it was written");

    heath.does("withdrawIncident", json!({"incidentId": undone})).await;
    cedar.does("retractDecision", json!({"decisionId": decision, "reason": "It was not so."})).await;
    let open = files(&folder);
    assert!(open.len() >= 3, "the database with its log: {open:?}");
    for path in &open {
        assert_eq!(mode(path), 0o600, "{}", path.display());
    }
    assert_eq!(server.terminate(Duration::from_secs(10)).and_then(|s| s.code()), Some(0));
    let left = files(&folder);
    assert!(left.iter().any(|f| holds(f, &kept)), "the search finds what is there");
    for gone in [&withdrawn, &said, &comment] {
        for path in &left {
            assert!(!holds(path, gone), "{gone} is still in {}", path.display());
        }
    }
}

#[test]
fn a_folder_that_the_program_makes_is_closed_too() {
    let place = Place::new(Engine::Sqlite);
    let (folder, file) = (place.folder().join("new/data"), place.folder().join("import.json"));
    std::fs::write(&file, include_str!("../../../backend/demo-data.json")).expect("a file");
    // Whatever the shell that starts it allows.
    let done = std::process::Command::new("sh")
        .args(["-c", "umask 000; exec \"$0\" \"$@\""])
        .arg(program().get_program())
        .args(["import", file.to_str().expect("UTF-8"), "--data-dir", folder.to_str().expect("UTF-8")])
        .output()
        .expect("the program runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(mode(&folder), 0o700);
    let made = files(&folder);
    assert!(!made.is_empty());
    for path in made {
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}
