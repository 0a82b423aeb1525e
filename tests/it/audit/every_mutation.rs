//! Every mutation of the schema that succeeds is in the audit trail.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use graphql_parser::schema::{Definition, TypeDefinition, parse_schema};
use serde_json::{Value, json};

use super::rows;
use crate::accounts::App;
use crate::bad_input::stage::Stage;
use crate::harness::{Client, Engine, Place, Server, close, correct, recognise, text, upheld, violated};

fn mutations() -> BTreeSet<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../backend/schema.graphql");
    let sdl = std::fs::read_to_string(file).expect("backend/schema.graphql");
    let document = parse_schema::<String>(&sdl).expect("SDL");
    let mut names = BTreeSet::new();
    for definition in document.definitions {
        if let Definition::TypeDefinition(TypeDefinition::Object(t)) = definition
            && t.name == "Mutation"
        {
            names.extend(t.fields.into_iter().map(|f| f.name));
        }
    }
    assert!(names.len() > 20, "the schema was read");
    names
}

/// Does what is given and asserts that the trail has grown.
struct Watch {
    place: Arc<Place>,
    seen: BTreeSet<String>,
}

impl Watch {
    async fn does(&mut self, by: &Client<'_>, mutation: &str, input: Value) -> Value {
        let before = rows(&self.place);
        let done = by.does(mutation, input).await;
        self.noted(mutation, before);
        done
    }

    async fn document(&mut self, by: &Client<'_>, mutation: &str, document: &str) -> Value {
        let before = rows(&self.place);
        let done = by.ok(document, json!({})).await;
        self.noted(mutation, before);
        done
    }

    fn noted(&mut self, mutation: &str, before: u64) {
        assert!(rows(&self.place) > before, "{mutation} is not in the audit trail");
        self.seen.insert(mutation.to_owned());
    }
}

#[tokio::test]
async fn every_mutation_that_succeeds_is_in_the_trail() {
    for engine in Engine::all() {
        println!("— on {engine:?}");
        let place = Arc::new(Place::new(engine));
        let server = Server::start(&place, &["--demo", "--demo-fresh", "--development"]);
        let stage = Stage::set(&server).await;
        let mut watch = Watch { place, seen: BTreeSet::new() };
        entries(&mut watch, &stage).await;
        organisation(&mut watch, &stage).await;
        own_account(&mut watch, &server).await;
        let done: BTreeSet<String> = watch.seen;

        let place = Arc::new(Place::new(engine));
        let empty = Server::start(&place, &[]);
        let mut fresh = Fresh { place, seen: done };
        first_run(&mut fresh, &empty).await;

        let missing: Vec<String> = mutations().into_iter().filter(|m| !fresh.seen.contains(m)).collect();
        assert!(missing.is_empty(), "mutations that this test does not do: {missing:?}");
        println!("{} mutations are in the trail", fresh.seen.len());
    }
}

async fn entries(watch: &mut Watch, stage: &Stage<'_>) {
    let (server, tansy, cedar) = (stage.server, &stage.tansy, &stage.cedar);
    let (rowan, hazel, larch) =
        (server.person("rowan").await, server.person("hazel").await, server.person("larch").await);
    for mutation in ["logIncident", "replyToIncident", "react", "comment", "createApiToken"] {
        watch.does(tansy, mutation, stage.good(mutation).await).await;
    }
    let off = json!({"recognitionId": stage.recognition, "emoji": "👏", "on": false});
    watch.does(tansy, "react", off).await;
    watch.does(cedar, "askAboutIncident", stage.good("askAboutIncident").await).await;
    let own = json!({"incidentId": stage.open, "text": "It was a long day."});
    watch.does(&larch, "replyToIncident", own).await;
    watch.does(&rowan, "takeOverIncident", stage.good("takeOverIncident").await).await;
    let other = violated(tansy).about("larch").send().await;
    watch.does(cedar, "passIncident", json!({"incidentId": other, "reason": "I was part of it."})).await;
    let third = violated(tansy).about("larch").send().await;
    watch.does(cedar, "handOverIncident", json!({"incidentId": third, "reason": "For another place."})).await;
    let fourth = violated(tansy).about("larch").send().await;
    watch.does(tansy, "withdrawIncident", json!({"incidentId": fourth})).await;
    let closed = violated(tansy).about("larch").send().await;
    let input = close(cedar, &closed).considered([true, true, true]).input().await;
    watch.does(cedar, "recordDecision", input).await;
    let praise = upheld(tansy).about("larch").send().await;
    let decision = text(
        &watch.does(cedar, "recordDecision", recognise(cedar, &praise).input().await).await["decision"]["id"],
    );
    watch.does(cedar, "markDelivered", json!({"decisionId": decision})).await;
    watch.does(cedar, "retractDecision", json!({"decisionId": decision, "reason": "It was not so."})).await;
    let lapse = violated(cedar).about("cedar").send().await;
    let own_lapse = correct(cedar, &lapse).record().await["id"].clone();
    watch.does(&rowan, "confirmDecision", json!({"decisionId": own_lapse})).await;
    for mutation in [
        "saveTopic",
        "checkIn",
        "mentionTopic",
        "planMeeting",
        "addMeetingPoint",
        "takeBackMeetingPoint",
        "finishMeeting",
    ] {
        watch.does(cedar, mutation, stage.good(mutation).await).await;
    }
    watch.does(&hazel, "saveValue", stage.good("saveValue").await).await;
    watch.does(&hazel, "confirmIdentity", json!({"password": "upheld-demo"})).await;
    let entry = violated(tansy).about("larch").send().await;
    watch.does(&hazel, "openEntry", json!({"incidentId": entry, "reason": "The works council asked."})).await;
}

/// People, teams, venues, policy, holds and erasure, by an admin who has confirmed who they are.
async fn organisation(watch: &mut Watch, stage: &Stage<'_>) {
    let (server, tansy, cedar) = (stage.server, &stage.tansy, &stage.cedar);
    let hazel = server.person("hazel").await;
    // An admin holds what they see.
    watch.does(&hazel, "openEntry", stage.good("openEntry").await).await;
    for mutation in [
        "addPerson",
        "updatePerson",
        "saveTeam",
        "saveVenue",
        "saveRetention",
        "setLegalHold",
        "deactivatePerson",
        "reactivatePerson",
    ] {
        watch.does(&hazel, mutation, stage.good(mutation).await).await;
    }
    let heath = server.person_id("heath").await;
    let to = json!({"personId": heath, "managerId": server.person_id("alder").await,
        "teamId": server.team_id("payments").await});
    watch.does(&hazel, "movePerson", to).await;
    watch.does(&hazel, "setRole", json!({"personId": heath, "role": "ADMIN"})).await;
    watch.does(&hazel, "savePolicy", json!({"hoursToDecide": 36})).await;
    watch.does(tansy, "setPreference", json!({"recognitionPreference": "ONE_TO_ONE"})).await;
    let log = |by| violated(by).about("larch").at("mobile-retro");
    let (one, same) = (log(tansy).send().await, log(&server.person("basil").await).send().await);
    watch.does(cedar, "mergeIncidents", json!({"incidentId": same, "intoId": one})).await;
    let erased = json!({"personId": server.person_id("sage").await, "reason": "They asked for it."});
    let gone = json!({"personId": server.person_id("sage").await});
    watch.does(&hazel, "deactivatePerson", gone).await;
    watch.does(&hazel, "erasePerson", erased).await;
}

async fn own_account(watch: &mut Watch, server: &Server) {
    let sign_in = json!({"email": "moss@upheld.example", "password": "upheld-demo"});
    watch.does(&server.anonymous(), "signIn", sign_in).await;
    let moss = server.own_session("moss").await;
    let token = moss.ok("mutation { createApiToken(input: {name: \"x\"}) { token } }", json!({})).await;
    assert!(token["createApiToken"]["token"].is_string());
    let tokens = moss.ok("{ apiTokens { id } }", json!({})).await;
    watch.does(&moss, "revokeApiToken", json!({"tokenId": tokens["apiTokens"][0]["id"]})).await;
    let sessions = moss.ok("{ sessions { id current } }", json!({})).await;
    let other = sessions["sessions"].as_array().unwrap().iter().find(|s| s["current"] == false).unwrap();
    watch.does(&moss, "endSession", json!({"sessionId": other["id"]})).await;
    server.own_session("moss").await;
    let end_others = "mutation { endOtherSessions { sessions { id } } }";
    watch.document(&moss, "endOtherSessions", end_others).await;
    watch.does(&moss, "confirmIdentity", json!({"password": "upheld-demo"})).await;
    watch.does(&moss, "exportMyData", json!({"format": "JSON"})).await;
    let begun = watch.does(&moss, "startSecondFactor", json!({"password": "upheld-demo"})).await;
    let mut app = App::new(&text(&begun["secret"]));
    watch.does(&moss, "confirmSecondFactor", json!({"code": app.code().await})).await;
    watch.does(&moss, "newRecoveryCodes", json!({"code": app.code().await})).await;
    let end = json!({"password": "upheld-demo", "code": app.code().await});
    watch.does(&moss, "endSecondFactor", end).await;
    let new = json!({"currentPassword": "upheld-demo", "newPassword": "wandering slow rivers"});
    watch.does(&moss, "changePassword", new).await;
    watch.document(&moss, "signOut", "mutation { signOut { done } }").await;
    let hazel = server.person("hazel").await;
    let link =
        watch.does(&hazel, "createSignInLink", json!({"personId": server.person_id("moss").await})).await;
    let token = text(&link["link"]).split('#').nth(1).expect("a token").to_owned();
    let reset = json!({"token": token, "password": "quiet mountain lanterns"});
    watch.does(&server.anonymous(), "resetPassword", reset).await;
}

/// Like [`Watch`], on a place that does not hold the demo.
struct Fresh {
    place: Arc<Place>,
    seen: BTreeSet<String>,
}

impl Fresh {
    fn rows(&self) -> u64 {
        let out = crate::harness::program().args(["audit", "head"]).args(self.place.flags()).output();
        let out = String::from_utf8(out.expect("the program runs").stdout).expect("text");
        out.split(':').next().and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("no head: {out}"))
    }
}

async fn first_run(fresh: &mut Fresh, server: &Server) {
    let log = server.log();
    let token = log.split("/set-up#").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("a link");
    let set_up = json!({
        "token": token, "organisation": "Lighthouse", "timeZone": "Europe/Berlin",
        "admins": [
            {"name": "Ada", "email": "ada@lighthouse.example", "password": "a long enough password"},
            {"name": "Ben", "email": "ben@lighthouse.example"},
        ],
        "values": [{"name": "Candour", "statement": "We say it early.", "looksLikeUpheld": ["Says it"],
            "looksLikeViolated": ["Says it afterwards"]}],
    });
    let nobody = server.anonymous();
    let before = fresh.rows();
    let done = nobody.does("setUp", set_up).await;
    assert!(fresh.rows() > before, "setUp is not in the audit trail");
    let token = text(&done["inviteLink"]).split('#').nth(1).expect("a token").to_owned();
    let before = fresh.rows();
    nobody.does("acceptInvite", json!({"token": token, "password": "quiet mountain lanterns"})).await;
    assert!(fresh.rows() > before, "acceptInvite is not in the audit trail");
    fresh.seen.extend(["setUp".to_owned(), "acceptInvite".to_owned()]);
}
