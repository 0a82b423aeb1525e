//! Clocks that are wrong or step back, and days that begin elsewhere, under libfaketime.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::harness::{Client, Engine, Place, Server, has_id, new_key, program, recognise, text, upheld};

/// The library, where Debian's package `faketime` puts it.
fn library() -> Option<PathBuf> {
    let folders =
        ["/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime", "/usr/lib/faketime"];
    let found = folders.iter().map(|f| Path::new(f).join("libfaketimeMT.so.1")).find(|p| p.exists());
    if found.is_none() {
        println!("left out: libfaketime is not on this machine (Debian: apt-get install faketime)");
    }
    found
}

/// A clock that can be set while the server runs.
struct Clock {
    file: PathBuf,
    library: PathBuf,
}

impl Clock {
    fn new(place: &Place, library: PathBuf, at: &str) -> Self {
        let clock = Self { file: place.folder().join("clock"), library };
        clock.set(at);
        clock
    }

    /// `+1d` and the like from the true time, or `@2026-03-29 00:59:50`, from when it goes on.
    fn set(&self, at: &str) {
        let new = self.file.with_extension("new");
        std::fs::write(&new, at).expect("a file");
        std::fs::rename(&new, &self.file).expect("a file");
    }

    fn variables(&self) -> Vec<(&'static str, String)> {
        let path = |p: &Path| p.to_str().expect("UTF-8").to_owned();
        vec![
            ("LD_PRELOAD", path(&self.library)),
            ("FAKETIME_TIMESTAMP_FILE", path(&self.file)),
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
            ("DONT_FAKE_MONOTONIC", "1".to_owned()),
            ("TZ", "UTC".to_owned()),
        ]
    }
}

/// Logs and decides; every write is answered in words.
async fn write(by: &Client<'_>, leader: &Client<'_>, occurred_on: &str) -> String {
    let entry = upheld(by).about("larch").set("occurredOn", occurred_on).send().await;
    recognise(leader, &entry).deliver().await;
    entry
}

#[tokio::test]
async fn a_clock_that_is_a_day_off_and_one_that_steps_back() {
    let Some(library) = library() else { return };
    for engine in Engine::all() {
        let place = Arc::new(Place::new(engine));
        let clock = Clock::new(&place, library.clone(), "+0");
        let server =
            Server::start_with(&place, &["--demo", "--demo-fresh", "--development"], &clock.variables());
        let names = ["heath", "cedar"];
        let mut written = Vec::new();
        for (at, sessions_live) in
            [("+0", true), ("-2h", true), ("+0", true), ("+1d", false), ("-1d", false), ("+0", false)]
        {
            let (heath, cedar) = (server.person(names[0]).await, server.person(names[1]).await);
            // In the middle of writes: the step comes while some are on their way.
            let day = crate::harness::day(-1);
            let writes = futures_util::future::join_all((0..6).map(|_| async {
                let input = upheld(&heath).about("larch").set("occurredOn", day.as_str()).input().await;
                heath.act("logIncident", input).await
            }));
            let step = async {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                clock.set(at);
            };
            let (made, ()) = tokio::join!(writes, step);
            for answer in made {
                match answer {
                    Ok(payload) => written.push(text(&payload["incident"]["id"])),
                    Err(refusal) => assert_eq!(refusal.code, "UNAUTHENTICATED", "at {at}: {refusal:?}"),
                }
            }
            if !sessions_live {
                // A day later everybody has to sign in again; a day earlier a session of tomorrow may not be known.
                server.cookies.lock().await.clear();
            }
            let (heath, cedar) =
                (server.person(names[0]).await, cedar_of(&server, cedar, sessions_live).await);
            for _ in 0..3 {
                written.push(write(&heath, &cedar, &crate::harness::day(-3)).await);
            }
        }
        // What was written while the clock was ahead shows when the clock gets there again: nothing is lost.
        clock.set("+1d");
        let heath = server.own_session("heath").await;
        for size in [1, 7, 100] {
            let seen = paged(&heath, "myIncidents", size).await;
            for id in &written {
                let times = seen.iter().filter(|i| *i == id).count();
                assert_eq!(
                    times,
                    1,
                    "{id} by pages of {size}: {:?}",
                    heath.incident(id, "loggedAt state").await
                );
            }
        }
        let feed = paged(&heath, "recognitions", 7).await;
        let whole = heath.all("recognitions", "id").await;
        assert_eq!(feed.len(), whole.len());
        assert!(whole.iter().all(|r| feed.iter().any(|id| r["id"] == id.as_str())));
        assert!(has_id(&heath.all("myIncidents", "id").await, &written[0]));
        server.assert_well();
        println!("{} entries on {engine:?} while the clock was set six times", written.len());
    }
}

async fn cedar_of<'s>(server: &'s Server, cedar: Client<'s>, live: bool) -> Client<'s> {
    if live { cedar } else { server.person("cedar").await }
}

async fn paged(by: &Client<'_>, list: &str, size: usize) -> Vec<String> {
    let document = format!(
        "query($after: String) {{ {list}(first: {size}, after: $after) {{
            nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }}"
    );
    let (mut all, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = by.ok(&document, json!({"after": after})).await[list].take();
        all.extend(page["nodes"].as_array().expect("nodes").iter().map(|n| text(&n["id"])));
        if page["pageInfo"]["hasNextPage"] != true {
            return all;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

/// A zone, the time at the start in UTC, the day it is there, and a day that has begun nowhere yet.
const EDGES: [(&str, &str, &str, &str); 8] = [
    // The first zone into a new day: it is February there and January in UTC.
    ("Pacific/Kiritimati", "2026-01-31 10:30:00", "2026-02-01", "2026-02-02"),
    ("Pacific/Kiritimati", "2026-12-31 09:59:00", "2026-12-31", "2027-01-01"),
    // Half an hour off, around both changes of the clocks, and behind UTC at the end of a month.
    ("America/St_Johns", "2026-03-08 05:29:50", "2026-03-08", "2026-03-09"),
    ("America/St_Johns", "2026-11-01 04:29:50", "2026-11-01", "2026-11-02"),
    ("America/St_Johns", "2026-06-01 02:29:00", "2026-05-31", "2026-06-02"),
    ("Europe/London", "2026-03-29 00:59:50", "2026-03-29", "2026-03-30"),
    ("Europe/London", "2026-10-25 00:59:50", "2026-10-25", "2026-10-26"),
    ("Europe/London", "2026-06-30 23:30:00", "2026-07-01", "2026-07-02"),
];

#[tokio::test]
async fn days_and_months_are_those_of_the_organisation() {
    let Some(library) = library() else { return };
    for (zone, at, today, not_yet) in EDGES {
        let place = Arc::new(Place::new(Engine::Sqlite));
        let clock = Clock::new(&place, library.clone(), &format!("@{at}"));
        let mut data: Value =
            serde_json::from_str(include_str!("../../../backend/demo-data.json")).expect("JSON");
        data["organisation"]["timezone"] = json!(zone);
        data["incidents"] = json!([]);
        let server = organisation(&place, &clock, &data);
        let (heath, cedar) = (invited(&server, "Heath").await, invited(&server, "Cedar").await);
        let larch = id_of(&heath, "Larch").await;
        let values = heath.ok("{ values { id } venues { id } }", json!({})).await;
        let input = |day: &str| {
            json!({"key": new_key(), "kind": "UPHELD", "subjectIds": [larch], "valueIds": [values["values"][0]["id"]],
                "venueId": values["venues"][0]["id"], "title": "A moment", "situation": "We met.",
                "behaviour": "It was said.", "impact": "It helped.", "occurredOn": day})
        };
        heath.may_not("logIncident", input(not_yet)).await.names("occurredOn");
        let entry = text(&heath.does("logIncident", input(today)).await["incident"]["id"]);
        recognise(&cedar, &entry).deliver().await;
        let leader = id_of(&cedar, "Cedar").await;
        let document = "query($id: ID!) { reinforcementHistory(leaderId: $id) { until recognitions byMonth { month recognitions } } }";
        let history = cedar.ok(document, json!({"id": leader})).await["reinforcementHistory"].take();
        assert_eq!(history["until"], today, "{zone} {at}");
        let month = format!("{}-01", &today[..7]);
        for row in history["byMonth"].as_array().expect("months") {
            let expected = i32::from(row["month"] == month.as_str());
            assert_eq!(row["recognitions"], expected, "{zone} {at}: {row}");
        }
        assert_eq!(history["recognitions"], 1, "{zone} {at}");
        server.assert_well();
    }
}

/// A server with imported people, under the clock.
fn organisation(place: &Arc<Place>, clock: &Clock, data: &Value) -> Server {
    let file = place.folder().join("import.json");
    std::fs::write(&file, data.to_string()).expect("a file");
    let mut import = program();
    import.args(["import", file.to_str().expect("UTF-8")]).args(place.flags()).envs(clock.variables());
    let done = import.output().expect("the program runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let mut invite = program();
    let done =
        invite.arg("invite").args(place.flags()).envs(clock.variables()).output().expect("the program runs");
    std::fs::write(place.folder().join("invites"), &done.stdout).expect("a file");
    Server::start_with(place, &[], &clock.variables())
}

async fn invited<'s>(server: &'s Server, name: &str) -> Client<'s> {
    let invites = std::fs::read_to_string(server.place().folder().join("invites")).expect("a file");
    let line = invites
        .lines()
        .find(|l| l.contains(name))
        .unwrap_or_else(|| panic!("no invite of {name}: {invites}"));
    let token = line.split("/invite#").nth(1).expect("a link").split_whitespace().next().expect("a token");
    let input = json!({"token": token, "password": "a long and odd sentence"});
    let answer = server.anonymous().answer_of("acceptInvite", input).await;
    let cookie = crate::harness::session_cookie(&answer).unwrap_or_else(|| panic!("{}", answer.text));
    Client::with_cookie(server, cookie)
}

async fn id_of(by: &Client<'_>, name: &str) -> String {
    let document = "query($name: String) { people(search: $name) { nodes { id name } } }";
    let data = by.ok(document, json!({"name": name})).await;
    text(&data["people"]["nodes"][0]["id"])
}
