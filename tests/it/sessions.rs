//! Signing in and out, sessions, tokens and what is no session.

use serde_json::{Value, json};

use crate::harness::{Client, Group, Server, on_each_engine, on_each_fresh_engine, session_cookie, text};

fn credentials(email: &str, password: &str) -> Value {
    json!({"email": email, "password": password})
}

/// Signed out for every purpose: the viewer is nobody and everything else is refused.
async fn is_nobody(client: &Client<'_>) -> bool {
    let viewer = client.ok("{ viewer { id } }", json!({})).await;
    let refused = client.query("{ organisation { name } sessions { id } }", json!({})).await;
    viewer["viewer"].is_null() && refused.is_err_and(|r| r.code == "UNAUTHENTICATED")
}

async fn name(client: &Client<'_>) -> Value {
    client.ok("{ viewer { name } }", json!({})).await["viewer"]["name"].take()
}

#[tokio::test]
async fn the_cookie_is_for_the_browser_alone() {
    on_each_engine(Group::Work, async |server: &Server| {
        let answer =
            server.anonymous().answer_of("signIn", credentials("moss@upheld.example", "upheld-demo")).await;
        let cookies: Vec<_> =
            answer.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap()).collect();
        assert!(!cookies.is_empty());
        for cookie in cookies {
            let parts: Vec<String> = cookie.split(';').map(|p| p.trim().to_lowercase()).collect();
            for part in ["httponly", "samesite=strict", "path=/"] {
                assert!(parts.iter().any(|p| p == part), "{part}: {cookie}");
            }
            assert!(!parts.iter().any(|p| p.starts_with("domain=")), "{cookie}");
        }
        let token = session_cookie(&answer).unwrap();
        assert!(!answer.text.contains(token.split_once('=').unwrap().1), "the token is in the cookie only");
        let client = Client::with_cookie(server, token);
        assert_eq!(name(&client).await, "Moss");
    })
    .await;
}

#[tokio::test]
async fn the_answer_to_a_sign_in_is_read_as_the_person() {
    on_each_engine(Group::Work, async |server: &Server| {
        let document = "mutation($input: SignInInput!) { signIn(input: $input) { viewer { \
                        name email isLeader team { name } manager { name } reports { nodes { name } } } } }";
        let input = json!({"input": credentials("cedar@upheld.example", "upheld-demo")});
        let viewer = server.anonymous().ok(document, input).await["signIn"]["viewer"].take();
        assert_eq!(viewer["email"], "cedar@upheld.example");
        assert_eq!((&viewer["isLeader"], &viewer["team"]["name"]), (&json!(true), &json!("Mobile")));
        assert_eq!(viewer["manager"]["name"], "Rowan");
        assert_eq!(viewer["reports"]["nodes"].as_array().map(Vec::len), Some(3));
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_are_one_answer() {
    on_each_fresh_engine(async |server: &Server| {
        let nobody = server.anonymous();
        let wrong = nobody.answer_of("signIn", credentials("moss@upheld.example", "not the password")).await;
        let unknown =
            nobody.answer_of("signIn", credentials("nobody@upheld.example", "not the password")).await;
        assert_eq!((wrong.status, &wrong.text), (unknown.status, &unknown.text));
        assert_eq!(session_cookie(&wrong), None);
        let refusal = wrong.result().expect_err("refused");
        assert!(["UNAUTHENTICATED", "BAD_USER_INPUT"].contains(&refusal.code.as_str()), "{refusal:?}");
        for (email, password) in [
            ("", ""),
            ("moss@upheld.example", ""),
            ("moss@upheld.example", "upheld-demo\0"),
            ("moss@upheld.example\0", "upheld-demo"),
            ("' OR 1=1 --", "x"),
            ("moss@upheld.example", &"x".repeat(100_000)),
        ] {
            let answer = nobody.answer_of("signIn", credentials(email, password)).await;
            assert_eq!(session_cookie(&answer), None);
            assert!(answer.result().is_err(), "{email}");
        }
    })
    .await;
}

#[tokio::test]
async fn guessing_is_slowed_and_does_not_lock_the_owner_out() {
    on_each_fresh_engine(async |server: &Server| {
        let owner = server.own_session("moss").await;
        let attacker = Client::from_address(server, [127, 0, 0, 2]);
        let mut limited = None;
        for attempt in 1..=40 {
            let refusal = attacker
                .may_not("signIn", credentials("moss@upheld.example", &format!("guess number {attempt}")))
                .await;
            if refusal.code == "RATE_LIMITED" {
                limited = Some(attempt);
                break;
            }
        }
        let limited = limited.expect("guessing is limited");
        assert!((3..=21).contains(&limited), "limited at the {limited}th try");
        let right = attacker.may_not("signIn", credentials("moss@upheld.example", "upheld-demo")).await;
        right.is("RATE_LIMITED");
        assert_eq!(name(&owner).await, "Moss", "a session goes on");
        owner.does("signIn", credentials("moss@upheld.example", "upheld-demo")).await;
        let other_account =
            server.anonymous().act("signIn", credentials("reed@upheld.example", "upheld-demo")).await;
        assert!(other_account.is_ok(), "{other_account:?}");
    })
    .await;
}

#[tokio::test]
async fn one_sign_in_for_each_document() {
    on_each_engine(Group::Work, async |server: &Server| {
        let one =
            r#"signIn(input: {email: "moss@upheld.example", password: "upheld-demo"}) { viewer { id } }"#;
        let document = format!("mutation {{ a: {one} b: {one} }}");
        let answer = server.anonymous().answer(&document, json!({})).await;
        assert_eq!(session_cookie(&answer), None);
        let refusal = answer.result().expect_err("refused");
        assert!(["TOO_COMPLEX", "BAD_USER_INPUT"].contains(&refusal.code.as_str()), "{refusal:?}");
        let many: String = (0..300).map(|n| format!("a{n}: {}", one.replace("upheld-demo", "x"))).collect();
        let answer = server.anonymous().answer(&format!("mutation {{ {many} }}"), json!({})).await;
        assert!(answer.result().is_err());
    })
    .await;
}

#[tokio::test]
async fn signing_out_works_at_once_and_for_that_session_alone() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (here, there) = (server.own_session("moss").await, server.own_session("moss").await);
        let answer = here.answer("mutation { signOut { done } }", json!({})).await;
        assert_eq!(session_cookie(&answer), None, "it only clears");
        assert!(answer.header("set-cookie").is_some_and(|c| c.contains("=;")), "{:?}", answer.headers);
        assert_eq!(answer.result().unwrap()["signOut"]["done"], true);
        assert!(is_nobody(&here).await);
        assert_eq!(name(&there).await, "Moss");
    })
    .await;
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (here, there) = (server.own_session("yarrow").await, server.own_session("yarrow").await);
        let list = async |by: &Client<'_>| {
            let document = "{ sessions { id current startedAt lastSeenAt expiresAt device } }";
            by.ok(document, json!({})).await["sessions"].as_array().unwrap().clone()
        };
        let current = async |by: &Client<'_>| {
            let found: Vec<Value> = list(by).await.into_iter().filter(|s| s["current"] == true).collect();
            assert_eq!(found.len(), 1, "one of them is this one");
            text(&found[0]["id"])
        };
        let (mine, other) = (current(&here).await, current(&there).await);
        assert_ne!(mine, other);
        assert!(list(&here).await.iter().any(|s| s["id"] == other.as_str()));
        let stranger = server.person("reed").await;
        stranger.may_not("endSession", json!({"sessionId": other})).await.is("NOT_FOUND");
        assert_eq!(name(&there).await, "Yarrow");
        let payload = here.does("endSession", json!({"sessionId": other})).await;
        assert!(!payload.to_string().contains(&other));
        assert!(is_nobody(&there).await);
        assert_eq!(name(&here).await, "Yarrow");
        for session in list(&here).await {
            let all = session.to_string();
            assert!(!all.contains(here.cookie().unwrap().split_once('=').unwrap().1), "no token in the list");
        }
    })
    .await;
}

#[tokio::test]
async fn each_sign_in_is_a_new_session() {
    on_each_engine(Group::Work, async |server: &Server| {
        let first = server.own_session("moss").await;
        let answer = first.answer_of("signIn", credentials("moss@upheld.example", "upheld-demo")).await;
        let second = session_cookie(&answer).expect("a new cookie");
        assert_ne!(first.cookie(), Some(second.as_str()));
    })
    .await;
}

#[tokio::test]
async fn a_personal_token_speaks_for_its_person_until_it_is_revoked() {
    on_each_engine(Group::Work, async |server: &Server| {
        let yarrow = server.own_session("yarrow").await;
        let made = yarrow.does("createApiToken", json!({"name": "A script", "expiresInDays": 30})).await;
        let token = text(&made["token"]);
        assert!(token.starts_with("upheld_") && token.len() >= 40, "{token}");
        let expires: chrono::DateTime<chrono::Utc> = text(&made["expiresAt"]).parse().unwrap();
        let days = (expires - chrono::Utc::now()).num_hours() as f64 / 24.0;
        assert!((29.0..=30.1).contains(&days), "{days}");

        let script = Client::with_token(server, &token);
        assert_eq!(name(&script).await, "Yarrow");
        let listed = yarrow.ok("{ apiTokens { id name createdAt expiresAt lastUsedAt } }", json!({})).await;
        assert!(!listed.to_string().contains(&token[8..]), "shown once");
        let list = listed["apiTokens"].as_array().unwrap();
        let entry = list.iter().find(|t| t["name"] == "A script").expect("it is listed");
        assert_ne!(entry["lastUsedAt"], Value::Null);
        let stranger = server.person("reed").await.ok("{ apiTokens { name } }", json!({})).await;
        assert!(!stranger.to_string().contains("A script"));

        yarrow.does("revokeApiToken", json!({"tokenId": entry["id"]})).await;
        assert!(is_nobody(&script).await || refused(&script).await, "at once");
        let forever = yarrow.does("createApiToken", json!({"name": "No date given"})).await;
        assert_ne!(forever["expiresAt"], Value::Null, "every token has an end");
        yarrow.may_not("createApiToken", json!({"name": "", "expiresInDays": 1})).await.names("name");
    })
    .await;
}

/// A bad token may also be refused whole.
async fn refused(client: &Client<'_>) -> bool {
    client.query("{ viewer { id } }", json!({})).await.is_err_and(|r| r.code == "UNAUTHENTICATED")
}
