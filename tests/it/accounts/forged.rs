//! A5: what only looks like a session or a token opens nothing.
//!
//! None of these bears a true signature; those that do, with claims of another kind, are in the store's own tests, which
//! have the key.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{Group, Server, on_each_engine};

/// Whether a request with this header shows anything of anybody.
async fn opens(server: &Server, header: &str, value: &str) -> bool {
    let request = server.anonymous().request("POST", "/graphql").header(header, value);
    let sent = request.json(&json!({"query": "{ viewer { name } organisation { name } }"})).send().await;
    // A header that HTTP itself does not allow never leaves the client.
    let Ok(response) = sent else { return false };
    assert!(response.status().as_u16() < 500, "{value}");
    let body = response.text().await.unwrap();
    body.contains("Tansy") || body.contains("Northlight")
}

#[tokio::test]
async fn what_only_looks_like_a_session_is_none() {
    on_each_engine(Group::Accounts, async |server: &Server| {
        let moss = server.own_session("tansy").await;
        let cookie = moss.cookie().unwrap().split("; ").next().unwrap().to_owned();
        let (called, token) = cookie.split_once('=').unwrap();
        assert!(opens(server, "cookie", &cookie).await, "the true one works");
        let forged = forgeries(token);
        for forgery in &forged {
            let shown: String = forgery.chars().take(80).collect();
            assert!(!opens(server, "cookie", &format!("{called}={forgery}")).await, "{shown}");
            assert!(!opens(server, "authorization", &format!("Bearer {forgery}")).await, "{shown}");
        }
        let bearers = ["upheld_", "upheld_0", "Bearer", "", "upheld_' OR 1=1 --", &"upheld_x".repeat(900)];
        for bearer in bearers {
            assert!(!opens(server, "authorization", &format!("Bearer {bearer}")).await, "{bearer}");
        }
        assert!(!opens(server, "authorization", &format!("Bearer {token}")).await, "a cookie is no token");
        assert!(!opens(server, "authorization", "Basic bW9zczp1cGhlbGQtZGVtbw==").await);
        assert!(
            !opens(server, "cookie", &format!("{called}={token}; {called}={}", forged[0])).await,
            "two of a name"
        );
        let different: BTreeSet<&String> = forged.iter().collect();
        println!("{} forged tokens, as cookie and as bearer: all refused", different.len());
        assert!(different.len() >= 60, "{}", different.len());
        assert!(opens(server, "cookie", &cookie).await, "the true one still works");
    })
    .await;
}

/// Tokens made from a true one: another algorithm, key, claim, type of claim, encoding or length.
fn forgeries(token: &str) -> Vec<String> {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, payload, signature] = parts[..] else { panic!("a session is a signed token: {token}") };
    let true_claims: Value = serde_json::from_slice(&decode(payload)).expect("claims");
    let mut all: Vec<String> = ["x", "..", "a.b.c", "null", "{}"].map(str::to_owned).into();
    // Cut, grown, changed in one place, and in another order.
    all.push("A".repeat(64 * 1024));
    all.push(format!("{header}.{}.{signature}", "A".repeat(60_000)));
    all.push(token[..token.len() / 2].to_owned());
    all.push(token[..token.len() - 1].to_owned());
    all.push(format!("{token}A"));
    all.push(format!("{token}=="));
    all.push(format!("{token}.{signature}"));
    all.push(format!("{header}.{payload}."));
    all.push(format!("{header}.{payload}"));
    all.push(format!(".{payload}.{signature}"));
    all.push(format!("{payload}.{header}.{signature}"));
    all.push(format!("{header}..{signature}"));
    for at in [header.len() / 2, header.len() + payload.len() / 2, token.len() - 20] {
        let mut changed: Vec<char> = token.chars().collect();
        changed[at] = if changed[at] == 'A' { 'B' } else { 'A' };
        all.push(changed.into_iter().collect());
    }
    // Another algorithm, with no signature, one of zeros, and the true one.
    for algorithm in ["none", "None", "NONE", "nOnE", "HS384", "HS512", "RS256", "PS256", "ES256", "EdDSA"] {
        let header = encode(format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#).as_bytes());
        for signed in ["", &encode(&[0; 32]), signature] {
            all.push(format!("{header}.{payload}.{signed}"));
        }
    }
    // Headers that name the key, bring it along, or leave the algorithm out.
    for header in [
        r#"{"typ":"JWT"}"#,
        r#"{"alg":"HS256","typ":"JWT","kid":"../../../../dev/null"}"#,
        r#"{"alg":"HS256","typ":"JWT","kid":"' UNION SELECT 'a"}"#,
        r#"{"alg":"HS256","typ":"JWT","jku":"http://127.0.0.1:1/keys"}"#,
        r#"{"alg":"HS256","typ":"JWT","jwk":{"kty":"oct","k":"AAAA"}}"#,
        r#"{"alg":"HS256","alg":"none","typ":"JWT"}"#,
        r#"{"alg":"HS256","typ":"JWT","crit":["exp"]}"#,
        r#"{"alg":["HS256"]}"#,
    ] {
        all.push(format!("{}.{payload}.{}", encode(header.as_bytes()), encode(&[0; 32])));
    }
    // Other claims under the true signature.
    let mut claim = |name: &str, value: Option<Value>| {
        let mut changed = true_claims.clone();
        let claims = changed.as_object_mut().expect("claims");
        match value {
            Some(value) => claims.insert(name.to_owned(), value),
            None => claims.remove(name),
        };
        all.push(format!("{header}.{}.{signature}", encode(changed.to_string().as_bytes())));
    };
    for value in [
        json!("99999999999"),
        json!(-1),
        json!(99_999_999_999_i64),
        json!(1e300),
        Value::Null,
        json!(true),
        json!([]),
    ] {
        claim("exp", Some(value));
    }
    for (name, value) in [
        ("exp", None),
        ("aud", None),
        ("aud", Some(json!("another"))),
        ("aud", Some(json!([]))),
        ("sub", Some(json!("00000000-0000-4000-8000-000000000000"))),
        ("sub", None),
        ("sid", Some(json!("00000000-0000-4000-8000-000000000000"))),
        ("sid", None),
        ("role", Some(json!("ADMIN"))),
        ("nbf", Some(json!(99_999_999_999_i64))),
    ] {
        claim(name, value);
    }
    let text = true_claims.to_string();
    let twice = format!(r#"{{"exp":99999999999,{}"#, &text[1..]);
    all.push(format!("{header}.{}.{signature}", encode(twice.as_bytes())));
    all
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Base64 as tokens use it, without padding.
fn encode(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let n = chunk.iter().fold(0u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            out.push(char::from(ALPHABET[(n >> (18 - 6 * place) & 63) as usize]));
        }
    }
    out
}

fn decode(text: &str) -> Vec<u8> {
    let (mut out, mut bits, mut n) = (Vec::new(), 0u32, 0u32);
    for value in text.bytes().filter_map(|b| ALPHABET.iter().position(|a| *a == b)) {
        n = n << 6 | value as u32;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((n >> bits & 255) as u8);
        }
    }
    out
}

#[test]
fn the_forgers_tools_work() {
    for text in ["", "a", "ab", "abc", "{\"exp\":1}"] {
        assert_eq!(decode(&encode(text.as_bytes())), text.as_bytes());
    }
    assert_eq!(encode(b"hello"), "aGVsbG8");
}
