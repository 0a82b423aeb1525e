//! The first run: a one-time link, two admins, values.

use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::{Client, Engine, Place, Server, session_cookie, text};

fn token(server: &Server) -> String {
    let log = server.log();
    let rest = log.split("/set-up#").nth(1).unwrap_or_else(|| panic!("no set-up link:\n{log}"));
    rest.split_whitespace().next().expect("a token").trim_matches(|c| c == '"' || c == '.').to_owned()
}

fn input(token: &str) -> Value {
    json!({
        "token": token, "organisation": "Lighthouse", "timeZone": "Europe/Berlin",
        "admins": [
            {"name": "Ada", "email": "ada@lighthouse.example", "password": "a long enough password"},
            {"name": "Ben", "email": "ben@lighthouse.example"},
        ],
        "values": [{"name": "Candour", "statement": "We say it early.", "looksLikeUpheld": ["Says it in the meeting"],
            "looksLikeViolated": ["Says it afterwards"]}],
    })
}

#[tokio::test]
async fn the_one_time_link_makes_an_organisation_of_two_admins() {
    for engine in Engine::all() {
        println!("— on {engine:?}");
        let server = Server::start(&Arc::new(Place::new(engine)), &[]);
        let nobody = server.anonymous();
        let welcome =
            nobody.ok("{ welcome { needsSetUp organisation valueLibrary { name } } }", json!({})).await;
        assert_eq!(welcome["welcome"]["needsSetUp"], true);
        assert_eq!(welcome["welcome"]["valueLibrary"].as_array().expect("a list").len(), 12);
        let token = token(&server);
        assert!(token.len() >= 32, "hard to guess: {token}");

        for (field, value) in [
            ("token", json!("")),
            ("token", json!("x".repeat(token.len()))),
            ("organisation", json!("")),
            ("organisation", json!("a\0b")),
            ("timeZone", json!("Mars/Olympus")),
            ("admins", json!([])),
            (
                "admins",
                json!([{"name": "Ada", "email": "ada@lighthouse.example", "password": "a long enough password"}]),
            ),
            (
                "admins",
                json!([{"name": "Ada", "email": "ada@lighthouse.example", "password": "short"},
                {"name": "Ben", "email": "ben@lighthouse.example"}]),
            ),
            (
                "admins",
                json!([{"name": "Ada", "email": "same@lighthouse.example", "password": "a long enough password"},
                {"name": "Ben", "email": "same@lighthouse.example"}]),
            ),
            (
                "admins",
                json!([{"name": "Ada", "email": "no address", "password": "a long enough password"},
                {"name": "Ben", "email": "ben@lighthouse.example"}]),
            ),
            ("values", json!([])),
        ] {
            let mut bad = input(&token);
            bad[field] = value.clone();
            let refusal = nobody.may_not("setUp", bad).await;
            // The token is a credential, so that a wrong one may also be answered as such.
            let credential = field == "token" && refusal.code == "UNAUTHENTICATED";
            assert!(credential || refusal.code == "BAD_USER_INPUT", "{field} {value}: {refusal:?}");
        }
        let still = nobody.ok("{ welcome { needsSetUp } }", json!({})).await;
        assert_eq!(still["welcome"]["needsSetUp"], true);

        // Sixty-four at once: the link is one person's.
        let answers = join_all((0..64).map(|_| nobody.answer_of("setUp", input(&token)))).await;
        let won: Vec<_> = answers.iter().filter(|a| session_cookie(a).is_some()).collect();
        assert_eq!(won.len(), 1, "{answers:?}");
        for lost in answers.iter().filter(|a| session_cookie(a).is_none()) {
            let refusal = lost.result().expect_err("one wins");
            let codes = ["CONFLICT", "UNAUTHENTICATED", "RATE_LIMITED"];
            assert!(codes.contains(&refusal.code.as_str()), "{refusal:?}");
        }
        let payload = won[0].json()["data"]["setUp"].take();
        assert_eq!(
            (&payload["viewer"]["name"], &payload["viewer"]["role"]),
            (&json!("Ada"), &json!("ADMIN"))
        );

        let ada = Client::with_cookie(&server, session_cookie(won[0]).expect("a session"));
        let seen = ada
            .ok(
                "{ organisation { name timeZone } values { name } people { nodes { name role } } }",
                json!({}),
            )
            .await;
        assert_eq!(seen["organisation"], json!({"name": "Lighthouse", "timeZone": "Europe/Berlin"}));
        assert_eq!(seen["values"], json!([{"name": "Candour"}]));
        assert_eq!(
            seen["people"]["nodes"],
            json!([{"name": "Ada", "role": "ADMIN"}, {"name": "Ben", "role": "ADMIN"}])
        );

        let link = text(&payload["inviteLink"]);
        let invite = link.split("/invite#").nth(1).expect("an invite link").to_owned();
        let accepted = nobody
            .answer_of("acceptInvite", json!({"token": invite, "password": "another long password"}))
            .await;
        let ben = Client::with_cookie(&server, session_cookie(&accepted).expect("a session"));
        assert_eq!(ben.ok("{ viewer { name } }", json!({})).await, json!({"viewer": {"name": "Ben"}}));
        nobody.sign_in("ada@lighthouse.example", "a long enough password").await;
        assert!(nobody.act("setUp", input(&token)).await.is_err(), "the link works once");

        let place = server.place();
        drop(server);
        let server = Server::start(&place, &[]);
        assert!(!server.log().contains("/set-up#"), "no link once it is set up");
        server.anonymous().sign_in("ben@lighthouse.example", "another long password").await;
        server.assert_well();
    }
}
