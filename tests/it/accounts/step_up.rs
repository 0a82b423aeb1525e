//! Step-up: what is grave needs the password again, in that session, for ten minutes.

use serde_json::json;

use super::{DEMO, holds, turn_on};
use crate::harness::{Client, Group, Server, on_each_engine, on_each_fresh_engine, text};

#[tokio::test]
async fn what_is_grave_asks_for_the_password_again() {
    on_each_engine(Group::Accounts, async |server: &Server| {
        let maple = server.own_session("maple").await;
        let elsewhere = server.own_session("maple").await;
        let input = json!({"personId": server.person_id("larch").await});
        maple.may_not("createSignInLink", input.clone()).await.is("CONFIRM_IDENTITY");
        maple.may_not("confirmIdentity", json!({"password": "not the password"})).await.names("password");
        maple.may_not("createSignInLink", input.clone()).await.is("CONFIRM_IDENTITY");
        let until = maple.does("confirmIdentity", json!({"password": DEMO})).await;
        let until: chrono::DateTime<chrono::Utc> = text(&until["until"]).parse().unwrap();
        let seconds = (until - chrono::Utc::now()).num_seconds();
        assert!((540..=600).contains(&seconds), "{seconds}");
        maple.does("createSignInLink", input.clone()).await;
        // It is that session's alone, and a fresh sign-in does not have it.
        elsewhere.may_not("createSignInLink", input.clone()).await.is("CONFIRM_IDENTITY");
        let token = text(&maple.does("createApiToken", json!({"name": "A script"})).await["token"]);
        let script = Client::with_token(server, &token);
        script.may_not("createSignInLink", input).await.is("FORBIDDEN");
        script.may_not("confirmIdentity", json!({"password": DEMO})).await.is("FORBIDDEN");
    })
    .await;
}

#[tokio::test]
async fn with_a_second_factor_the_password_is_not_enough() {
    on_each_engine(Group::Accounts, async |server: &Server| {
        let aspen = server.own_session("aspen").await;
        let (_, codes) = turn_on(&aspen).await;
        let change = json!({"currentPassword": DEMO, "newPassword": "wandering slow rivers"});
        aspen.may_not("changePassword", change.clone()).await.is("CONFIRM_IDENTITY");
        aspen.may_not("confirmIdentity", json!({"password": DEMO})).await.is("SECOND_FACTOR_REQUIRED");
        aspen.may_not("changePassword", change.clone()).await.is("CONFIRM_IDENTITY");
        aspen.does("confirmIdentity", json!({"password": DEMO, "code": codes[0]})).await;
        aspen.does("changePassword", change).await;
    })
    .await;
}

#[tokio::test]
async fn a_token_can_do_nothing_to_the_account() {
    on_each_engine(Group::Accounts, async |server: &Server| {
        let juniper = server.own_session("juniper").await;
        let token = text(&juniper.does("createApiToken", json!({"name": "A script"})).await["token"]);
        let script = Client::with_token(server, &token);
        for (mutation, input) in [
            ("changePassword", json!({"currentPassword": DEMO, "newPassword": "wandering slow rivers"})),
            ("startSecondFactor", json!({"password": DEMO})),
            ("confirmSecondFactor", json!({"code": "000000"})),
            ("newRecoveryCodes", json!({"code": "000000"})),
            ("endSecondFactor", json!({"password": DEMO, "code": "000000"})),
            ("confirmIdentity", json!({"password": DEMO})),
            ("createApiToken", json!({"name": "Another"})),
        ] {
            script.may_not(mutation, input).await.is("FORBIDDEN");
        }
        script.err("mutation { endOtherSessions { sessions { id } } }", json!({})).await.is("FORBIDDEN");
        assert!(holds(&script).await && holds(&juniper).await);
    })
    .await;
}

#[tokio::test]
async fn a_session_that_was_taken_over_cannot_guess_on() {
    on_each_fresh_engine(async |server: &Server| {
        let (taken, own) = (server.own_session("moss").await, server.own_session("moss").await);
        let mut tried = 0;
        for n in 0..60 {
            let (mutation, input) = match n % 3 {
                0 => ("confirmIdentity", json!({"password": format!("guess number {n}")})),
                1 => ("changePassword", json!({"currentPassword": format!("guess number {n}"), "newPassword": "wandering slow rivers"})),
                _ => ("startSecondFactor", json!({"password": format!("guess number {n}")})),
            };
            if taken.may_not(mutation, input).await.code != "RATE_LIMITED" {
                tried += 1;
            }
        }
        println!("60 guesses in a session: {tried} were verified");
        assert!((1..=20).contains(&tried), "{tried}");
        own.does("confirmIdentity", json!({"password": DEMO})).await;
        assert!(holds(&taken).await);
    })
    .await;
}
