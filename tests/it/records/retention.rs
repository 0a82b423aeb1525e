//! Retention over the API and the command line, and what an admin may hold.

use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::fields_of;
use crate::harness::{
    Client, DATA, Engine, Group, Place, Server, has_id, on_each_engine, path_text, program, text, unknown_id,
    violated,
};

fn old_violation(id: &str, days: i64) -> Value {
    json!({
        "id": id, "kind": "VIOLATED", "valueIds": ["kindness"], "venueId": "mobile-retro", "daysAgo": days,
        "reporterId": "tansy", "subjectIds": ["larch"], "title": format!("An old one, {id}"),
        "situation": "s", "behaviour": "b", "impact": "i", "severity": "MINOR", "affected": "TEAM",
        "decision": {
            "leaderId": "cedar", "outcome": "CORRECTION", "handling": "ONE_TO_ONE", "rationale": "r",
            "decidedAfterHours": 20, "deliveredAfterHours": 30,
            "consideration": {"onlyOneWhoKnows": false, "nobodyElseAffected": true, "knownAtFirstHand": true},
        },
    })
}

fn run(place: &Place, arguments: &[&str]) -> String {
    let mut command = program();
    command.args(arguments).args(place.flags()).arg("--demo").stdin(Stdio::null());
    let out = command.output().expect("the program runs");
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(out.status.success(), "{arguments:?}: {said} {}", String::from_utf8_lossy(&out.stderr));
    said
}

/// A place with entries of long ago: one past its time, one that has folded.
fn place_with_old_entries(engine: Engine) -> Arc<Place> {
    let place = Arc::new(Place::new(engine));
    let mut data = DATA.clone();
    let entries = data["incidents"].as_array_mut().expect("entries");
    entries.retain(|i| i["subjectIds"] != json!(["larch"]));
    entries.extend([old_violation("expired", 340), old_violation("folded", 215)]);
    let file = place.folder().join("import.json");
    std::fs::write(&file, data.to_string()).expect("a file");
    run(&place, &["import", &path_text(&file)]);
    place
}

async fn corrections(by: &Client<'_>, server: &Server) -> Value {
    let document = "query($id: ID!) { reinforcementHistory(leaderId: $id, since: \"2020-01-01\") {
        corrections recognitions noActions public oneToOne narrower matched wider
        decisions(first: 100) { nodes { incident { id } } } } }";
    by.ok(document, json!({"id": server.person_id("cedar").await})).await["reinforcementHistory"].take()
}

#[tokio::test]
async fn the_command_counts_and_the_server_erases() {
    for engine in Engine::all() {
        println!("— on {engine:?}");
        let place = place_with_old_entries(engine);
        let counted = run(&place, &["retention", "--dry-run"]);
        assert!(counted.starts_with("Would be erased") && counted.contains("corrections 0,"), "{counted}");
        {
            let server = Server::start(&place, &["--demo"]);
            let hazel = server.person("hazel").await;
            hazel.does("saveRetention", json!({"foldAfterMonths": 6, "correctionMonths": 9})).await;
        }
        let counted = run(&place, &["retention", "--dry-run"]);
        assert!(counted.contains("corrections 1,"), "{counted}");
        assert_eq!(run(&place, &["retention", "--dry-run"]), counted, "a dry run changes nothing");
        if engine == Engine::Sqlite {
            let done = run(&place, &["retention"]);
            assert!(done.contains("corrections 1,") && done.starts_with("Erased"), "{done}");
            assert!(run(&place, &["retention", "--dry-run"]).contains("corrections 0,"));
        }
        // On PostgreSQL it is the server's own hourly run, which begins with the start.
        let server = Server::start(&place, &["--demo"]);
        let (larch, tansy, cedar) =
            (server.person("larch").await, server.person("tansy").await, server.person("cedar").await);
        let until = Instant::now() + Duration::from_secs(30);
        let about = loop {
            let about = fields_of(&larch, "aboutMe").await;
            if about.iter().any(|e| !e["erasedAt"].is_null()) {
                break about;
            }
            assert!(Instant::now() < until, "the job did not run: {about:?}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        };
        assert_eq!(about.len(), 2, "the person keeps what has folded, and the stub");
        let erased = about.iter().find(|e| !e["erasedAt"].is_null()).expect("the stub");
        assert_eq!((&erased["title"], &erased["state"]), (&Value::Null, &json!("DELIVERED")));
        let folded = about.iter().find(|e| e["erasedAt"].is_null()).expect("the folded one");
        let (erased, folded) = (text(&erased["id"]), text(&folded["id"]));

        // Who logged them and who decided have them in no list; a link opens the folded one and the stub.
        let mine = tansy.all("myIncidents", "id").await;
        assert!(!has_id(&mine, &erased) && !has_id(&mine, &folded) && !mine.is_empty());
        let history = corrections(&cedar, &server).await;
        assert!(!history["decisions"].to_string().contains(&folded));
        assert!(!history["decisions"].to_string().contains(&erased));
        let of_cedar =
            |i: &&Value| i["decision"]["leaderId"] == "cedar" && i["decision"]["outcome"] == "CORRECTION";
        let others = DATA["incidents"].as_array().expect("entries").iter().filter(of_cedar);
        let others = others.filter(|i| i["subjectIds"] != json!(["larch"])).count();
        assert_eq!(history["corrections"], json!(others + 2), "the sums count both");
        for person in [&tansy, &cedar] {
            assert!(person.incident(&folded, "title").await["title"].is_string());
            let stub =
                person.incident(&erased, "title behaviour state erasedAt viewerMay decision { id }").await;
            assert!(stub["title"].is_null() && stub["decision"].is_null() && stub["erasedAt"].is_string());
            assert_eq!(stub["viewerMay"], json!([]));
        }
        server.assert_well();
    }
}

#[tokio::test]
async fn only_an_admin_sets_how_long_texts_are_kept() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (hazel, larch) = (server.person("hazel").await, server.person("larch").await);
        let read = "{ organisation { retention { recognitionMonths correctionMonths noActionMonths stubMonths foldAfterMonths } } }";
        let usual = json!({"recognitionMonths": null, "correctionMonths": 24, "noActionMonths": 12,
            "stubMonths": 12, "foldAfterMonths": 6});
        assert_eq!(larch.ok(read, json!({})).await["organisation"]["retention"], usual, "everybody reads it");
        larch.may_not("saveRetention", usual.clone()).await.is("FORBIDDEN");
        for (field, wrong) in [
            ("foldAfterMonths", json!(0)),
            ("correctionMonths", json!(-1)),
            ("correctionMonths", json!(3)),
            ("recognitionMonths", json!(601)),
            ("noActionMonths", json!(2_147_483_647)),
            ("stubMonths", json!(0)),
        ] {
            let mut input = usual.clone();
            input[field] = wrong;
            hazel.may_not("saveRetention", input).await.names(field);
        }
        let mut input = usual.clone();
        input["recognitionMonths"] = json!(120);
        let saved = hazel.does("saveRetention", input.clone()).await;
        assert_eq!(saved["organisation"]["retention"], input);
        hazel.does("saveRetention", usual).await;
    })
    .await;
}

#[tokio::test]
async fn a_hold_tells_nothing_of_what_an_admin_does_not_see() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (hazel, tansy, cedar) =
            (server.person("hazel").await, server.person("tansy").await, server.person("cedar").await);
        let incident = violated(&tansy).about("larch").send().await;
        let input = |id: &str, on: bool, reason: &str| json!({"incidentId": id, "on": on, "reason": reason});
        // Byte by byte the same, whatever else is wrong with the input.
        for (on, reason) in [(true, "A court asks."), (false, "A court asks."), (true, "")] {
            let hidden = hazel.answer_of("setLegalHold", input(&incident, on, reason)).await;
            let unknown = hazel.answer_of("setLegalHold", input(&unknown_id(), on, reason)).await;
            assert_eq!((hidden.status, &hidden.text), (unknown.status, &unknown.text));
            hidden.result().expect_err("hidden").is("NOT_FOUND");
        }
        for person in [&tansy, &cedar] {
            person.may_not("setLegalHold", input(&incident, true, "x")).await.is("FORBIDDEN");
            person.err("{ legalHolds { nodes { incidentId } } }", json!({})).await.is("FORBIDDEN");
        }
        // An admin who logged it sees it.
        let own = violated(&hazel).about("larch").send().await;
        hazel.may_not("setLegalHold", input(&own, true, " ")).await.names("reason");
        let hold = hazel.does("setLegalHold", input(&own, true, "A court asks.")).await;
        assert_eq!(hold["legalHold"]["incidentId"], own);
        let maple = server.person("maple").await;
        let holds = maple.all("legalHolds", "incidentId reason setBy { name }").await;
        let mine = holds.iter().find(|h| h["incidentId"] == own).expect("every admin reads it");
        assert_eq!((&mine["reason"], &mine["setBy"]["name"]), (&json!("A court asks."), &json!("Hazel")));
        hazel.may_not("withdrawIncident", json!({"incidentId": own})).await.is("CONFLICT");
        let over = json!({"incidentId": own, "reason": "Not for this tool."});
        cedar.may_not("handOverIncident", over.clone()).await.is("CONFLICT");
        assert_eq!(
            maple.does("setLegalHold", input(&own, false, "It is over.")).await["legalHold"],
            Value::Null
        );
        cedar.does("handOverIncident", over).await;
        hazel.may_not("setLegalHold", input(&own, true, "x")).await.is("NOT_FOUND");
    })
    .await;
}
