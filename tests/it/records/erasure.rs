//! Erasing a person over the API.

use serde_json::json;

use std::process::Command;
use std::time::Duration;

use super::{confirmed, fields_of};
use crate::harness::{
    Engine, Group, Server, canary, correct_alone, new_key, on_each_engine, recognise, text, unknown_id,
    upheld, violated,
};

#[tokio::test]
async fn who_may_erase_whom() {
    on_each_engine(Group::Work, async |server: &Server| {
        let larch = server.person_id("larch").await;
        let input = |id: &str| json!({"personId": id, "reason": "They asked for it."});
        confirmed(server, "rowan").await.may_not("erasePerson", input(&larch)).await.is("FORBIDDEN");
        server.own_session("hazel").await.may_not("erasePerson", input(&larch)).await.is("CONFIRM_IDENTITY");
        let hazel = confirmed(server, "hazel").await;
        hazel.may_not("erasePerson", input(&larch)).await.is("CONFLICT");
        hazel.may_not("erasePerson", input(&unknown_id())).await.is("NOT_FOUND");
        hazel.may_not("erasePerson", input("nonsense")).await.is("NOT_FOUND");
        hazel.may_not("erasePerson", json!({"personId": larch, "reason": " "})).await.names("reason");
    })
    .await;
}

/// Everything that the database keeps, as bytes: the files of SQLite, a dump of PostgreSQL.
fn everything_kept(server: &Server) -> Vec<u8> {
    if let Some(url) = server.place().url() {
        let dump = Command::new("pg_dump").arg(url).output().expect("pg_dump on the PATH");
        assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
        return dump.stdout;
    }
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(server.place().folder()).expect("the folder") {
        bytes.extend(std::fs::read(entry.expect("an entry").path()).expect("a file"));
    }
    bytes
}

fn holds(bytes: &[u8], needle: &str) -> bool {
    bytes.windows(needle.len()).any(|w| w.eq_ignore_ascii_case(needle.as_bytes()))
}

#[tokio::test]
async fn nothing_is_left_of_a_person_in_files_or_tables() {
    for engine in Engine::all() {
        println!("— on {engine:?}");
        let server = Server::demo(engine);
        let hazel = confirmed(&server, "hazel").await;
        let name = "Zyxandra Quillfeather";
        let larch_id = server.person_id("larch").await;
        hazel
            .does("updatePerson", json!({"personId": larch_id, "name": name, "title": canary("title")}))
            .await;
        let (tansy, cedar, larch) =
            (server.person("tansy").await, server.person("cedar").await, server.person("larch").await);
        let said = canary("said");
        let incident =
            violated(&tansy).about("larch").set("behaviour", format!("{name} {said}")).send().await;
        correct_alone(&cedar, &incident).set("rationale", said.as_str()).deliver().await;
        larch.does("replyToIncident", json!({"incidentId": incident, "text": said})).await;
        let praise = upheld(&tansy).about("larch").about("sage").send().await;
        recognise(&cedar, &praise).set("wording", format!("Zyxandra and Sage {said}")).deliver().await;
        let feed = larch.all("recognitions", "id wording").await;
        let others = feed.iter().find(|r| !r["wording"].to_string().contains(&said)).expect("another");
        let words = json!({"recognitionId": text(&others["id"]), "text": said});
        larch.does("comment", words).await;
        tansy
            .does("comment", json!({"recognitionId": text(&others["id"]), "text": format!("As {name} said")}))
            .await;
        // One point that a meeting talked about, one that none did, and a note that names them.
        let retro = server.venue_id("mobile-retro").await;
        let mut points = Vec::new();
        for _ in 0..2 {
            let point = json!({"key": new_key(), "venueId": retro, "kind": "GAP", "text": said});
            points.push(larch.does("addMeetingPoint", point).await["point"]["id"].clone());
        }
        let talked = json!([{"pointId": points[0], "note": format!("{name} will ask.")}]);
        cedar.does("finishMeeting", json!({"key": new_key(), "venueId": retro, "points": talked})).await;
        let history = "query($id: ID!) { reinforcementHistory(leaderId: $id) {
            corrections recognitions noActions undecided silent public oneToOne narrower matched wider
            consideredRate silenceRate byMonth { month corrections recognitions silent } } }";
        let sums = async || cedar.ok(history, json!({"id": server.person_id("cedar").await})).await;

        hazel.does("deactivatePerson", json!({"personId": larch_id})).await;
        let before = sums().await;
        for needle in [name, &said, "larch@upheld.example", "Quillfeather"] {
            assert!(holds(&everything_kept(&server), needle), "{needle} is there at first");
        }
        let payload =
            hazel.does("erasePerson", json!({"personId": larch_id, "reason": "They asked for it."})).await;
        assert_eq!((&payload["complete"], &payload["entriesHeld"]), (&json!(true), &json!(0)));
        assert_eq!(payload["person"]["name"], "A person who left");
        assert_eq!(sums().await, before, "the sums are what they were");
        let mine = fields_of(&tansy, "loggedByMe").await;
        let stub = mine.iter().find(|e| e["id"] == incident).expect("a stub");
        assert!(stub["title"].is_null() && stub["decision"].is_null());
        drop((tansy, cedar, larch, hazel));
        server.terminate(Duration::from_secs(10)).expect("it ends");
        let kept = everything_kept(&server);
        assert!(holds(&kept, "A person who left"), "the files were read");
        for needle in [name, &said, "larch@upheld.example", "Quillfeather", "Zyxandra"] {
            assert!(!holds(&kept, needle), "{needle} is left");
        }
        assert!(!server.log().contains("Zyxandra") && !server.log().contains(&said));
    }
}
