//! A1 to A4: guessing, many tries in one document, what an answer tells, and hashing as a load.

use std::time::Instant;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{DEMO, credentials, email, holds};
use crate::harness::{Client, Server, on_each_fresh_engine, session_cookie, text};

/// How many of these guesses were compared with the password; the others were turned away.
async fn verified(guessers: &[Client<'_>], person: &str, guesses: usize) -> usize {
    let mut verified = 0;
    for chunk in (0..guesses).collect::<Vec<_>>().chunks(50) {
        let tries = chunk.iter().map(|n| {
            let guess = credentials(person, &format!("guess number {n}"));
            guessers[n % guessers.len()].answer_of("signIn", guess)
        });
        for answer in join_all(tries).await {
            assert_eq!(session_cookie(&answer), None);
            let refusal = answer.result().expect_err("a guess");
            match refusal.code.as_str() {
                "UNAUTHENTICATED" => verified += 1,
                other => assert_eq!(other, "RATE_LIMITED"),
            }
        }
    }
    verified
}

#[tokio::test]
async fn strangers_verify_twenty_guesses_at_most_and_the_owner_gets_in() {
    on_each_fresh_engine(async |server: &Server| {
        let owners = [
            server.own_session("moss").await,
            server.own_session("reed").await,
            server.own_session("fern").await,
        ];
        let one = [Client::from_address(server, [127, 0, 1, 1])];
        let fifty: Vec<_> = (1..=50).map(|n| Client::from_address(server, [127, 0, 2, n])).collect();
        // A stranger in the very network of the owner, whose device is another.
        let beside = [server.anonymous()];
        let started = Instant::now();
        for (from, guessers, owner, person) in [
            ("one address", one.as_slice(), &owners[0], "moss"),
            ("fifty addresses", fifty.as_slice(), &owners[1], "reed"),
            ("the owner's own network", beside.as_slice(), &owners[2], "fern"),
        ] {
            let verified = verified(guessers, person, 400).await;
            println!("400 guesses from {from}: {verified} verified in {:?}", started.elapsed());
            // Fifteen minutes allow ten at once and one more each ninety seconds.
            assert!((1..=20).contains(&verified), "{from}: {verified}");
            guessers[0].may_not("signIn", credentials(person, DEMO)).await.is("RATE_LIMITED");
            assert!(holds(owner).await, "{from}: a session goes on");
            owner.does("signIn", credentials(person, DEMO)).await;
        }
        let other = Client::from_address(server, [127, 0, 2, 51]);
        other.does("signIn", credentials("heath", DEMO)).await;
    })
    .await;
}

#[tokio::test]
async fn links_and_invites_are_tried_only_so_often() {
    on_each_fresh_engine(async |server: &Server| {
        let guesser = Client::from_address(server, [127, 0, 1, 1]);
        let mut counts = (0, 0);
        for n in 0..150 {
            let (mutation, token) = if n % 2 == 0 { ("resetPassword", "a") } else { ("acceptInvite", "b") };
            let input =
                json!({"token": format!("{}{n:03}", token.repeat(40)), "password": "wandering slow rivers"});
            let refusal = guesser.may_not(mutation, input).await;
            match refusal.code.as_str() {
                "RATE_LIMITED" => counts.1 += 1,
                _ => {
                    refusal.names("token");
                    counts.0 += 1;
                }
            }
        }
        println!("150 made-up links: {} looked up, {} turned away", counts.0, counts.1);
        assert!(counts.0 <= 130 && counts.1 > 0, "{counts:?}");
        server.own_session("moss").await;
    })
    .await;
}

/// Every mutation that checks a secret, as it is written in a document.
fn secret_mutations() -> Vec<String> {
    let input = |fields: &str| format!("(input: {{{fields}}})");
    [
        ("signIn", input(r#"email: "moss@upheld.example", password: "upheld-demo""#), "viewer { id }"),
        ("acceptInvite", input(r#"token: "x", password: "wandering slow rivers""#), "viewer { id }"),
        ("resetPassword", input(r#"token: "x", password: "wandering slow rivers""#), "viewer { id }"),
        (
            "setUp",
            input(r#"token: "x", organisation: "x", timeZone: "UTC", admins: [], values: []"#),
            "inviteLink",
        ),
        (
            "changePassword",
            input(r#"currentPassword: "x", newPassword: "wandering slow rivers""#),
            "sessions { id }",
        ),
        ("startSecondFactor", input(r#"password: "x""#), "secret"),
        ("confirmSecondFactor", input(r#"code: "000000""#), "recoveryCodes"),
        ("newRecoveryCodes", input(r#"code: "000000""#), "recoveryCodes"),
        ("endSecondFactor", input(r#"password: "x", code: "000000""#), "secondFactor { on }"),
        ("confirmIdentity", input(r#"password: "x""#), "until"),
    ]
    .into_iter()
    .map(|(name, input, payload)| format!("{name}{input} {{ {payload} }}"))
    .collect()
}

#[tokio::test]
async fn a_document_tries_one_secret() {
    on_each_fresh_engine(async |server: &Server| {
        let moss = server.own_session("moss").await;
        let nobody = Client::from_address(server, [127, 0, 1, 1]);
        let mutations = secret_mutations();
        let mut refused = 0;
        for a in &mutations {
            for b in &mutations {
                for document in [
                    format!("mutation {{ a: {a} b: {b} }}"),
                    format!("mutation {{ ...F b: {b} }} fragment F on Mutation {{ a: {a} }}"),
                    format!("mutation A {{ a: {a} }} mutation B {{ b: {b} }}"),
                ] {
                    let body = json!({"query": document, "operationName": if document.contains("mutation A") { Some("A") } else { None }});
                    let answer = moss.post(&body).await;
                    answer.result().expect_err("two secrets").is("TOO_COMPLEX");
                    refused += 1;
                }
            }
        }
        let many: String = (0..1_000).map(|n| format!("a{n}: {}\n", mutations[0])).collect();
        for by in [&moss, &nobody] {
            let answer = by.answer(&format!("mutation {{ {many} }}"), json!({})).await;
            assert_eq!(session_cookie(&answer), None);
            assert!(answer.result().is_err());
            let few: String = (0..150).map(|n| format!("a{n}: {}\n", mutations[0])).collect();
            let answer = by.answer(&format!("mutation {{ {few} }}"), json!({})).await;
            answer.result().expect_err("150 sign-ins").is("TOO_COMPLEX");
            let batch: Vec<Value> = (0..100).map(|_| json!({"query": format!("mutation {{ {} }}", mutations[0])})).collect();
            assert_eq!(by.post(&Value::from(batch)).await.status, 400);
        }
        println!("{refused} documents with two secrets, 1,000 and 150 aliases, 100 in a batch: none was tried");
        // Had one of them been tried, the account's ten tries would be spent.
        nobody.does("signIn", credentials("moss", DEMO)).await;
        moss.does("confirmIdentity", json!({"password": DEMO})).await;
    })
    .await;
}

#[tokio::test]
async fn one_answer_for_who_is_unknown_has_left_or_types_wrong() {
    on_each_fresh_engine(async |server: &Server| {
        let nobody = server.anonymous();
        let mut answers = Vec::new();
        for email in [
            "moss@upheld.example",
            "nobody@upheld.example",
            "",
            "no address",
            &"x".repeat(300),
            "MOSS@UPHELD.EXAMPLE ",
        ] {
            for code in [Value::Null, "000000".into()] {
                let input = json!({"email": email, "password": "not the password", "code": code});
                let answer = nobody.answer_of("signIn", input).await;
                let kept: Vec<_> = answer
                    .headers
                    .keys()
                    .filter(|k| !["date", "x-request-id", "server-timing"].contains(&k.as_str()))
                    .map(|k| format!("{k}: {:?}", answer.headers[k]))
                    .collect();
                answers.push((answer.status, answer.text, kept));
            }
        }
        for answer in &answers {
            assert_eq!(*answer, answers[0]);
        }
        println!("{} sign-ins, one answer", answers.len());
    })
    .await;
}

#[tokio::test]
async fn sixty_four_sign_ins_at_once_leave_the_feed_and_the_owner_alone() {
    on_each_fresh_engine(async |server: &Server| {
        let moss = server.own_session("moss").await;
        let strangers: Vec<_> = (1..=64).map(|n| Client::from_address(server, [127, 0, 6, n])).collect();
        let (mut hashed, mut turned_away) = (0, 0);
        for round in 0..3 {
            let flood = join_all(strangers.iter().enumerate().map(|(n, stranger)| {
                let input = json!({"email": email(&format!("nobody-{round}-{n}")), "password": "not the password"});
                stranger.act("signIn", input)
            }));
            let reading = async {
                for _ in 0..30 {
                    moss.ok("{ recognitions(first: 20) { nodes { id wording } } }", json!({})).await;
                }
            };
            let owner = async {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                moss.does("signIn", credentials("moss", DEMO)).await;
            };
            let (answers, (), ()) = tokio::join!(flood, reading, owner);
            for answer in answers {
                let refusal = answer.expect_err("nobody has this account");
                match refusal.code.as_str() {
                    "UNAUTHENTICATED" => hashed += 1,
                    other => {
                        assert_eq!(other, "RATE_LIMITED");
                        turned_away += 1;
                    }
                }
            }
        }
        println!("3 × 64 sign-ins at once: {hashed} hashed, {turned_away} turned away; 90 feeds and 3 owners answered");
        assert_eq!(hashed + turned_away, 192);
        assert!(hashed >= 24, "the queue is used");
        assert!(text(&moss.ok("{ viewer { name } }", json!({})).await["viewer"]["name"]) == "Moss");
    })
    .await;
}
