//! Import: all or nothing, and an error names its row.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Ended, run};
use crate::harness::{Client, Engine, Place, Server, path_text, program};

fn data() -> Value {
    serde_json::from_str(include_str!("../../../backend/demo-data.json")).expect("JSON")
}

fn row<'d>(data: &'d mut Value, section: &str, id: &str) -> &'d mut Value {
    let rows = data[section].as_array_mut().expect("a list");
    rows.iter_mut().find(|r| r["id"] == id).unwrap_or_else(|| panic!("no {section} {id}"))
}

fn import(place: &Place, content: &str) -> Ended {
    let file = place.folder().join("import.json");
    std::fs::write(&file, content).expect("a file");
    let mut command = program();
    command.args(["import", &path_text(&file)]).args(place.flags());
    run(command)
}

async fn is_empty(place: &Arc<Place>) -> bool {
    let server = Server::start(place, &[]);
    let data = server.anonymous().ok("{ welcome { needsSetUp organisation } }", json!({})).await;
    data["welcome"] == json!({"needsSetUp": true, "organisation": null})
}

#[tokio::test]
async fn a_broken_file_names_the_row_and_imports_nothing() {
    type Spoil = fn(&mut Value);
    let broken: [(&str, &str, Spoil); 13] = [
        ("an unknown manager", "fern", |d| row(d, "people", "fern")["managerId"] = "nobody".into()),
        ("a loop of managers", "rowan", |d| row(d, "people", "rowan")["managerId"] = "fern".into()),
        ("one's own manager", "moss", |d| row(d, "people", "moss")["managerId"] = "moss".into()),
        ("an unknown team", "sage", |d| row(d, "people", "sage")["teamId"] = "nowhere".into()),
        ("an unknown role", "sage", |d| row(d, "people", "sage")["role"] = "KING".into()),
        ("an unknown audience", "eng", |d| row(d, "venues", "eng")["audience"] = "EVERYBODY".into()),
        ("an unknown reporter", "inc-20", |d| row(d, "incidents", "inc-20")["reporterId"] = "nobody".into()),
        ("an unknown value", "inc-07", |d| row(d, "incidents", "inc-07")["valueIds"] = json!(["greed"])),
        ("own praise", "inc-07", |d| row(d, "incidents", "inc-07")["reporterId"] = "yarrow".into()),
        ("a violation of two", "inc-30", |d| {
            row(d, "incidents", "inc-30")["subjectIds"] = json!(["moss", "reed"]);
        }),
        ("a recognition of a violation", "inc-30", |d| {
            row(d, "incidents", "inc-30")["decision"]["outcome"] = "RECOGNITION".into();
        }),
        ("a name in an unnamed wording", "inc-30", |d| {
            row(d, "incidents", "inc-30")["decision"]["wording"] = "Thistle left it.".into();
        }),
        ("a missing title", "inc-44", |d| row(d, "incidents", "inc-44")["title"] = "".into()),
    ];
    for engine in Engine::all() {
        let place = Arc::new(Place::new(engine));
        for (what, names, spoil) in broken {
            let mut data = data();
            spoil(&mut data);
            let ended = import(&place, &data.to_string());
            assert!(ended.code.is_some_and(|c| c != 0), "{what}: {ended:?}");
            assert!(ended.err.contains(names), "{what}: names {names}: {ended:?}");
            assert!(!ended.err.contains("panicked"), "{what}: {ended:?}");
        }
        for content in ["", "{", "[]", "null", "{\"people\": 7}", &"[".repeat(100_000)] {
            let ended = import(&place, content);
            assert!(ended.code.is_some_and(|c| c != 0) && !ended.err.contains("panicked"), "{ended:?}");
        }
        let mut missing = program();
        missing.args(["import", "/nowhere/data.json"]).args(place.flags());
        let ended = run(missing);
        assert!(ended.code.is_some_and(|c| c != 0) && ended.err.contains("/nowhere/data.json"), "{ended:?}");
        assert!(is_empty(&place).await, "{engine:?}: nothing was imported");
    }
}

#[test]
fn an_id_that_is_there_twice_is_refused() {
    for (section, id) in [("people", "fern"), ("venues", "eng"), ("teams", "mobile"), ("incidents", "inc-02")]
    {
        let place = Place::new(Engine::Sqlite);
        let mut data = data();
        let twin = row(&mut data, section, id).clone();
        data[section].as_array_mut().expect("a list").push(twin);
        let ended = import(&place, &data.to_string());
        assert!(ended.code.is_some_and(|c| c != 0), "{section}: {ended:?}");
        assert!(ended.err.contains(id), "{section}: names {id}: {ended:?}");
    }
}

#[tokio::test]
async fn a_whole_file_is_imported_once_and_its_people_come_by_invitation() {
    for engine in Engine::all() {
        println!("— on {engine:?}");
        let place = Arc::new(Place::new(engine));
        let ended = import(&place, &data().to_string());
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let again = import(&place, &data().to_string());
        assert!(again.code.is_some_and(|c| c != 0), "a second import would double everything: {again:?}");

        let server = Server::start(&place, &[]);
        let nobody = server.anonymous();
        let welcome =
            nobody.ok("{ welcome { organisation needsSetUp demo demoPeople { name } } }", json!({})).await;
        let expected = json!({"organisation": "Northlight (demo)", "needsSetUp": false, "demo": false, "demoPeople": []});
        assert_eq!(welcome["welcome"], expected);
        let demo_password =
            nobody.may_not("signIn", json!({"email": "moss@upheld.example", "password": "upheld-demo"}));
        assert!(["UNAUTHENTICATED", "BAD_USER_INPUT"].contains(&demo_password.await.code.as_str()));

        let mut invite = program();
        invite.arg("invite").args(place.flags());
        let ended = run(invite);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let tokens: Vec<&str> = ended
            .out
            .lines()
            .filter_map(|line| line.split("/invite#").nth(1))
            .map(|rest| rest.split_whitespace().next().unwrap_or(rest))
            .collect();
        assert_eq!(tokens.len(), 22, "a link for each person: {}", ended.out);
        for bad in ["", "short", &"x".repeat(200)] {
            let refusal = nobody.may_not("acceptInvite", json!({"token": tokens[0], "password": bad})).await;
            refusal.names("password");
        }
        let unknown = json!({"token": "x".repeat(tokens[0].len()), "password": "a long enough password"});
        assert!(nobody.act("acceptInvite", unknown).await.is_err());
        let input = json!({"token": tokens[0], "password": "a long enough password"});
        let (first, second) = tokio::join!(
            nobody.answer_of("acceptInvite", input.clone()),
            nobody.answer_of("acceptInvite", input.clone())
        );
        let taken = [first, second]
            .into_iter()
            .filter(|a| crate::harness::session_cookie(a).is_some())
            .collect::<Vec<_>>();
        assert_eq!(taken.len(), 1, "a link works once, also for two at once");
        let me = Client::with_cookie(&server, crate::harness::session_cookie(&taken[0]).expect("a session"));
        let seen =
            me.ok("{ viewer { name email } recognitions(first: 100) { nodes { id } } }", json!({})).await;
        assert!(seen["viewer"]["name"].is_string());
        assert_eq!(seen["recognitions"]["nodes"].as_array().expect("a list").len(), 17);
        assert!(nobody.act("acceptInvite", input).await.is_err(), "a link works once");
        let email = seen["viewer"]["email"].as_str().expect("an address").to_owned();
        nobody.sign_in(&email, "a long enough password").await;
        server.assert_well();
    }
}
