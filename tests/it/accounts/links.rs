//! A10: an admin's one-time link. 256 bits, once, half an hour, from the server's own address, and told to its person.

use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{DEMO, credentials, email, holds, turn_on};
use crate::harness::{
    Answer, Client, Engine, Group, Place, Server, on_each_engine, session_cookie, text, unknown_id,
};

const NEW: &str = "wandering slow rivers";

/// An admin who has just confirmed who they are.
async fn admin<'s>(server: &'s Server, person: &str) -> Client<'s> {
    let client = server.own_session(person).await;
    client.does("confirmIdentity", json!({"password": DEMO})).await;
    client
}

fn token(link: &Value) -> String {
    let link = text(&link["link"]);
    let (base, token) = link.split_once("/reset#").unwrap_or_else(|| panic!("no link: {link}"));
    assert!(base.starts_with("http://127.0.0.1:"), "{link}");
    assert!(token.len() >= 43, "256 bits: {token}");
    token.to_owned()
}

#[tokio::test]
async fn it_opens_the_account_once_and_its_person_is_told() {
    on_each_engine(Group::Accounts, async |server: &Server| {
        let hazel = admin(server, "hazel").await;
        let (before, other) = (server.own_session("heath").await, server.own_session("heath").await);
        let script = text(&before.does("createApiToken", json!({"name": "A script"})).await["token"]);
        let person = json!({"personId": server.person_id("heath").await});
        let older = token(&hazel.does("createSignInLink", person.clone()).await);
        let made = hazel.does("createSignInLink", person).await;
        let link = token(&made);
        assert_ne!(older, link);
        let expires: chrono::DateTime<chrono::Utc> = text(&made["expiresAt"]).parse().unwrap();
        let minutes = (expires - chrono::Utc::now()).num_minutes();
        assert!((28..=30).contains(&minutes), "{minutes}");
        assert!(holds(&before).await, "a link alone ends nothing");

        let nobody = server.anonymous();
        let with = |token: &str, password: &str| json!({"token": token, "password": password});
        nobody.may_not("resetPassword", with(&older, NEW)).await.names("token");
        nobody.may_not("resetPassword", with(&link, "short")).await.names("password");
        nobody.may_not("resetPassword", with(&link, "heath@upheld.example")).await.names("password");
        let answer = nobody.answer_of("resetPassword", with(&link, NEW)).await;
        let own = Client::with_cookie(server, session_cookie(&answer).expect("it signs in"));
        let told = answer.result().unwrap()["resetPassword"]["signInLinks"].take();
        assert_eq!(told[0]["madeBy"]["name"], "Hazel");
        assert!(
            !holds(&before).await
                && !holds(&other).await
                && !holds(&Client::with_token(server, &script)).await
        );
        assert!(holds(&own).await);

        // Replayed, made up, cut off: one answer.
        let replayed = nobody.answer_of("resetPassword", with(&link, NEW)).await;
        let unknown = nobody.answer_of("resetPassword", with(&"x".repeat(link.len()), NEW)).await;
        let cut = nobody.answer_of("resetPassword", with(&link[..20], NEW)).await;
        assert_eq!((&replayed.text, replayed.status), (&unknown.text, unknown.status));
        assert_eq!(replayed.text, cut.text);
        replayed.result().expect_err("refused").names("token");

        nobody.may_not("signIn", credentials("heath", DEMO)).await.is("UNAUTHENTICATED");
        let listed = own.ok("{ signInLinks { madeBy { name } madeAt usedAt } }", json!({})).await;
        let listed = listed["signInLinks"].as_array().unwrap();
        assert_eq!(listed.len(), 2);
        assert!(!listed[0]["usedAt"].is_null() && listed[1]["usedAt"].is_null());
        for stranger in ["tansy", "hazel"] {
            let seen = server.person(stranger).await.ok("{ signInLinks { madeAt } }", json!({})).await;
            assert_eq!(seen["signInLinks"], json!([]), "one's own alone: {stranger}");
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_did_not_ask_for_it_reads_of_it_at_the_next_sign_in() {
    on_each_engine(Group::Accounts, async |server: &Server| {
        let hazel = admin(server, "hazel").await;
        server.own_session("fern").await;
        hazel.does("createSignInLink", json!({"personId": server.person_id("fern").await})).await;
        let document = "mutation($input: SignInInput!) { signIn(input: $input) { signInLinks { madeBy { name } usedAt } } }";
        let sign_in = async || {
            server.anonymous().ok(document, json!({"input": credentials("fern", DEMO)})).await["signIn"].take()
        };
        let told = sign_in().await;
        assert_eq!(told, json!({"signInLinks": [{"madeBy": {"name": "Hazel"}, "usedAt": null}]}));
        assert_eq!(sign_in().await, json!({"signInLinks": []}), "told once; the list keeps it");
    })
    .await;
}

#[tokio::test]
async fn of_two_uses_at_once_one_counts() {
    on_each_engine(Group::Accounts, async |server: &Server| {
        let hazel = admin(server, "hazel").await;
        let person = json!({"personId": server.person_id("basil").await});
        for round in 0..5 {
            let link = token(&hazel.does("createSignInLink", person.clone()).await);
            let uses = (0..4).map(|n| {
                let client = Client::from_address(server, [127, 0, 5, 100 + n]);
                let input = json!({"token": link, "password": format!("{NEW} {round} {n}")});
                async move { (n, client.answer_of("resetPassword", input).await) }
            });
            let answers = join_all(uses).await;
            let won: Vec<_> = answers.iter().filter(|(_, a)| session_cookie(a).is_some()).collect();
            assert_eq!(won.len(), 1, "{answers:?}");
            let password = format!("{NEW} {round} {}", won[0].0);
            Client::from_address(server, [127, 0, 5, round + 1]).sign_in(&email("basil"), &password).await;
        }
    })
    .await;
}

#[tokio::test]
async fn it_is_an_admins_and_never_for_themself() {
    on_each_engine(Group::Accounts, async |server: &Server| {
        let hazel = admin(server, "hazel").await;
        let (own, tansy) = (server.person_id("hazel").await, server.person_id("tansy").await);
        hazel.may_not("createSignInLink", json!({"personId": own})).await.is("FORBIDDEN");
        for nobody in [unknown_id(), "x".to_owned(), server.team_id("mobile").await] {
            hazel.may_not("createSignInLink", json!({"personId": nobody})).await.is("NOT_FOUND");
        }
        for name in ["cedar", "rowan", "tansy"] {
            let member = server.own_session(name).await;
            member.does("confirmIdentity", json!({"password": DEMO})).await;
            for person in [&tansy, &unknown_id(), "x"] {
                member.may_not("createSignInLink", json!({"personId": person})).await.is("FORBIDDEN");
            }
        }
        let anonymous = server.anonymous();
        anonymous.may_not("createSignInLink", json!({"personId": tansy})).await.is("UNAUTHENTICATED");
    })
    .await;
}

#[tokio::test]
async fn the_second_factor_is_still_asked_for() {
    on_each_engine(Group::Accounts, async |server: &Server| {
        let clover = server.own_session("clover").await;
        let (_, codes) = turn_on(&clover).await;
        let hazel = admin(server, "hazel").await;
        let link = token(
            &hazel.does("createSignInLink", json!({"personId": server.person_id("clover").await})).await,
        );
        let nobody = server.anonymous();
        let mut input = json!({"token": link, "password": NEW});
        nobody.may_not("resetPassword", input.clone()).await.is("SECOND_FACTOR_REQUIRED");
        input["code"] = "000000".into();
        nobody.may_not("resetPassword", input.clone()).await.names("code");
        assert!(holds(&clover).await, "nothing was changed");
        input["code"] = codes[0].clone().into();
        let answer = nobody.answer_of("resetPassword", input).await;
        assert!(session_cookie(&answer).is_some(), "{}", answer.text);
        assert!(!holds(&clover).await);
    })
    .await;
}

#[tokio::test]
async fn the_host_that_a_request_names_is_not_in_the_link() {
    for engine in Engine::all() {
        let place = Arc::new(Place::new(engine));
        let server =
            Server::start(&place, &["--demo", "--demo-fresh", "--base-url", "https://upheld.example.org"]);
        let hazel = server.anonymous().answer_of("signIn", credentials("hazel", DEMO)).await;
        let hazel = Client::with_cookie(&server, session_cookie(&hazel).expect("a session"));
        hazel.does("confirmIdentity", json!({"password": DEMO})).await;
        let document =
            "mutation($input: CreateSignInLinkInput!) { createSignInLink(input: $input) { link } }";
        let body =
            json!({"query": document, "variables": {"input": {"personId": server.person_id("moss").await}}});
        for (header, value) in [
            ("host", "evil.example"),
            ("host", "upheld.example.org.evil.example"),
            ("x-forwarded-host", "evil.example"),
            ("x-forwarded-proto", "http"),
            ("forwarded", "host=evil.example;proto=http"),
            ("x-original-host", "evil.example"),
            ("x-host", "evil.example"),
            ("referer", "https://evil.example/"),
        ] {
            let request = hazel.request("POST", "/graphql").header(header, value).json(&body);
            let answer = Answer::of(request.send().await.expect("an answer")).await;
            assert!(!answer.text.contains("evil"), "{header}: {}", answer.text);
            let link = text(&answer.json()["data"]["createSignInLink"]["link"]);
            assert!(link.starts_with("https://upheld.example.org/reset#"), "{header}: {link}");
        }
        server.assert_well();
    }
}
