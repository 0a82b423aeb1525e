//! A6: a thousand requests in flight while a session is revoked; none that starts after the answer succeeds.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{DEMO, holds};
use crate::harness::{Client, Group, Server, on_each_engine, on_each_fresh_engine, session_cookie, text};

const WORKERS: usize = 25;
const EACH: usize = 40;

/// Sends a thousand requests on many connections while `revoke` happens among them. Says how many came through before
/// and were refused after; panics on one that came through although it started after the answer to the revocation.
async fn in_flight(what: &str, victim: &Client<'_>, revoke: impl Future<Output = ()>) {
    let revoked = AtomicBool::new(false);
    let sent = AtomicUsize::new(0);
    let (before, after) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let workers = join_all((0..WORKERS).map(|_| async {
        for _ in 0..EACH {
            let late = revoked.load(Ordering::SeqCst);
            sent.fetch_add(1, Ordering::SeqCst);
            let through = holds(victim).await;
            assert!(!(late && through), "{what}: a request that started after it was answered");
            if through {
                before.fetch_add(1, Ordering::SeqCst);
            } else {
                after.fetch_add(1, Ordering::SeqCst);
            }
        }
    }));
    let revoking = async {
        while sent.load(Ordering::SeqCst) < WORKERS * EACH / 3 {
            tokio::task::yield_now().await;
        }
        revoke.await;
        revoked.store(true, Ordering::SeqCst);
    };
    tokio::join!(workers, revoking);
    let (before, after) = (before.into_inner(), after.into_inner());
    println!("{what}: of {} requests {before} came through, {after} were refused", before + after);
    assert_eq!(before + after, WORKERS * EACH);
    assert!(before > 0 && after > 0, "{what}: it happened among them");
    assert!(!holds(victim).await);
}

#[tokio::test]
async fn signing_out_and_ending_sessions() {
    on_each_engine(Group::Accounts, async |server: &Server| {
        let victim = server.own_session("alder").await;
        in_flight("signing out", &victim, async {
            victim.ok("mutation { signOut { done } }", json!({})).await;
        })
        .await;
        let (here, victim) = (server.own_session("alder").await, server.own_session("alder").await);
        let sessions = victim.ok("{ sessions { id current } }", json!({})).await;
        let id =
            sessions["sessions"].as_array().unwrap().iter().find(|s| s["current"] == true).unwrap()["id"]
                .clone();
        in_flight("ending a session", &victim, async {
            here.does("endSession", json!({"sessionId": id})).await;
        })
        .await;
        let victim = server.own_session("alder").await;
        in_flight("ending all other sessions", &victim, async {
            here.ok("mutation { endOtherSessions { sessions { id } } }", json!({})).await;
        })
        .await;
        let token = text(&here.does("createApiToken", json!({"name": "A script"})).await["token"]);
        let tokens = here.ok("{ apiTokens { id } }", json!({})).await;
        in_flight("revoking a token", &Client::with_token(server, &token), async {
            here.does("revokeApiToken", json!({"tokenId": tokens["apiTokens"][0]["id"]})).await;
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_new_password() {
    on_each_engine(Group::Accounts, async |server: &Server| {
        let (here, victim) = (server.own_session("briar").await, server.own_session("briar").await);
        in_flight("changing the password", &victim, async {
            let change = json!({"currentPassword": DEMO, "newPassword": "wandering slow rivers"});
            here.does("changePassword", change).await;
        })
        .await;
        let hazel = server.own_session("hazel").await;
        hazel.does("confirmIdentity", json!({"password": DEMO})).await;
        let link = hazel.does("createSignInLink", json!({"personId": server.person_id("briar").await})).await;
        let link = text(&link["link"]);
        let token = link.split_once('#').expect("a token").1.to_owned();
        in_flight("a link that resets the password", &here, async {
            server
                .anonymous()
                .does("resetPassword", json!({"token": token, "password": "quiet broken bicycles"}))
                .await;
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn no_session_and_no_token_slips_in_while_the_password_changes() {
    on_each_fresh_engine(async |server: &Server| {
        // Whoever has the old password or an old session tries to keep a foot in the door at the same moment.
        let mut current = DEMO.to_owned();
        let mut kept: Vec<Value> = Vec::new();
        for round in 0..5 {
            let client = Client::from_address(server, [127, 0, 7, round + 1]);
            let (here, thief) = (
                client.sign_in("cedar@upheld.example", &current).await,
                client.sign_in("cedar@upheld.example", &current).await,
            );
            let new = format!("wandering slow rivers {round}");
            let change = here.does("changePassword", json!({"currentPassword": current, "newPassword": new}));
            let tokens =
                join_all((0..4).map(|n| thief.act("createApiToken", json!({"name": format!("kept {n}")}))));
            let sessions = join_all((0..3).map(|_| {
                client.answer_of("signIn", json!({"email": "cedar@upheld.example", "password": current}))
            }));
            let (_, tokens, sessions) = tokio::join!(change, tokens, sessions);
            for token in tokens.into_iter().flatten() {
                kept.push(token["token"].clone());
                assert!(
                    !holds(&Client::with_token(server, &text(&token["token"]))).await,
                    "a token came after it"
                );
            }
            for session in sessions.iter().filter_map(session_cookie) {
                kept.push(session.clone().into());
                assert!(!holds(&Client::with_cookie(server, session)).await, "a session came after it");
            }
            current = new;
        }
        println!("{} tokens and sessions made at the moment of 5 changes: none holds", kept.len());
    })
    .await;
}
