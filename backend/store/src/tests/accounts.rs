//! Sessions, step-up, links and the second factor, where a test needs the key or the clock of the rows.

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use super::{PASSWORD, Scratch, demo_with_passwords};
use crate::access::rules;
use crate::{Place, StoreError, ViewerStore};

const PAST: &str = "'2020-01-01T00:00:00+00:00'";
const NEW: &str = "wandering slow rivers";

fn place() -> Place<'static> {
    Place { network: IpAddr::from([127, 0, 0, 1]), device: "test", device_token: None }
}

impl Scratch {
    /// A session with these claims, under the true key.
    async fn signed(&self, header: &str, claims: &str, algorithm: Algorithm) -> String {
        let key = rules::secret(self.store.db().writer(), "session-key").await.unwrap().unwrap();
        let key = EncodingKey::from_secret(&URL_SAFE_NO_PAD.decode(key).unwrap());
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, algorithm).unwrap();
        format!("{message}.{signature}")
    }

    async fn admin(&self) -> ViewerStore {
        let (_, hazel) = self.sign_in("hazel").await;
        hazel.confirm_identity(PASSWORD, None).await.unwrap();
        hazel
    }
}

#[tokio::test]
async fn a_true_signature_over_other_claims_opens_nothing() {
    let s = demo_with_passwords().await;
    let (session, moss) = s.sign_in("moss").await;
    let (other, _) = s.sign_in("reed").await;
    let claims = |session: &str| -> Value {
        let payload = session.split('.').nth(1).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
    };
    let (own, reeds) = (claims(&session), claims(&other));
    let header = r#"{"typ":"JWT","alg":"HS256"}"#;
    assert!(
        s.holds(&s.signed(header, &own.to_string(), Algorithm::HS256).await).await,
        "the forger's tools work"
    );

    let now = chrono::Utc::now().timestamp();
    let mut forged = Vec::new();
    for (name, values) in [
        (
            "exp",
            vec![
                json!(null),
                json!("99999999999"),
                json!((now + 60).to_string()),
                json!(-1),
                json!(0),
                json!(now - 1),
                json!([now + 60]),
                json!({}),
                json!(true),
                json!(1e300),
            ],
        ),
        ("aud", vec![json!(null), json!("another"), json!(""), json!([]), json!(["another"]), json!(7)]),
        ("sub", vec![json!(null), reeds["sub"].clone(), json!(""), json!("moss"), json!(7)]),
        ("sid", vec![json!(null), reeds["sid"].clone(), json!(""), json!(uuid::Uuid::new_v4()), json!(7)]),
        ("iat", vec![json!("now")]),
    ] {
        for value in values {
            let mut changed = own.clone();
            changed[name] = value;
            forged.push(s.signed(header, &changed.to_string(), Algorithm::HS256).await);
        }
        let mut changed = own.clone();
        changed.as_object_mut().unwrap().remove(name);
        forged.push(s.signed(header, &changed.to_string(), Algorithm::HS256).await);
    }
    // The same claim twice: which one counts must not depend on who reads it.
    for twice in ["\"exp\":99999999999,", "\"sid\":\"x\",", "\"sub\":\"x\","] {
        let text = own.to_string().replacen('{', &format!("{{{twice}"), 1);
        forged.push(s.signed(header, &text, Algorithm::HS256).await);
    }
    for text in ["null", "[]", "\"x\"", "{}", ""] {
        forged.push(s.signed(header, text, Algorithm::HS256).await);
    }
    // The true key with another algorithm, and one algorithm said and another used.
    for (said, used) in [
        ("HS384", Algorithm::HS384),
        ("HS512", Algorithm::HS512),
        ("HS512", Algorithm::HS256),
        ("none", Algorithm::HS256),
        ("RS256", Algorithm::HS256),
        ("HS256", Algorithm::HS512),
    ] {
        let header = format!(r#"{{"typ":"JWT","alg":"{said}"}}"#);
        forged.push(s.signed(&header, &own.to_string(), used).await);
    }
    for session in &forged {
        assert!(!s.holds(session).await, "{session}");
    }
    println!("{} tokens with a true signature and other claims: all refused", forged.len());
    assert!(forged.len() >= 40, "{}", forged.len());
    assert!(s.holds(&session).await);
    moss.sign_out().await.unwrap();
    assert!(!s.holds(&session).await);
}

#[tokio::test]
async fn what_was_proved_before_a_change_opens_nothing_after_it() {
    let s = demo_with_passwords().await;
    let (_, here) = s.sign_in("moss").await;
    let (_, thief) = s.sign_in("moss").await;
    // A sign-in whose password was right a moment ago, and a request of a session that held when it began.
    let proved = rules::person(&s.store.db().read, here.viewer().id()).await.unwrap().unwrap();
    here.change_password(PASSWORD, NEW).await.unwrap();
    let late = s.store.start_session(&proved, None, place()).await;
    assert!(matches!(late, Err(StoreError::Unauthenticated(_))), "a sign-in with the old password");
    let late = thief.create_token("kept", None).await;
    assert!(matches!(late, Err(StoreError::Unauthenticated(_))), "a token from a session that has ended");
    assert!(matches!(thief.confirm_identity(NEW, None).await, Err(StoreError::Unauthenticated(_))));
    assert!(matches!(
        thief.change_password(NEW, "another way entirely").await,
        Err(StoreError::Unauthenticated(_))
    ));
    here.create_token("own", None).await.unwrap();

    let proved = rules::person(&s.store.db().read, here.viewer().id()).await.unwrap().unwrap();
    s.rows("UPDATE people SET active = FALSE WHERE name = 'Moss' RETURNING id").await;
    let late = s.store.start_session(&proved, None, place()).await;
    assert!(matches!(late, Err(StoreError::Unauthenticated(_))), "a sign-in of somebody who has just left");
}

#[tokio::test]
async fn a_confirmation_holds_ten_minutes_and_a_link_thirty() {
    let s = demo_with_passwords().await;
    let hazel = s.admin().await;
    let (_, moss) = s.sign_in("moss").await;
    hazel.require_confirmed_identity().await.unwrap();
    let ago = |minutes| format!("'{}'", (crate::now() - chrono::TimeDelta::minutes(minutes)).to_rfc3339());
    s.rows(&format!(
        "UPDATE sessions SET confirmed_at = {} WHERE confirmed_at IS NOT NULL RETURNING id",
        ago(9)
    ))
    .await;
    hazel.require_confirmed_identity().await.unwrap();
    let link = hazel.create_sign_in_link(moss.viewer().id()).await.unwrap();
    s.rows(&format!(
        "UPDATE sessions SET confirmed_at = {} WHERE confirmed_at IS NOT NULL RETURNING id",
        ago(11)
    ))
    .await;
    assert!(matches!(hazel.require_confirmed_identity().await, Err(StoreError::ConfirmIdentity)));
    assert!(matches!(hazel.create_sign_in_link(moss.viewer().id()).await, Err(StoreError::ConfirmIdentity)));
    let ahead = format!("'{}'", (crate::now() + chrono::TimeDelta::hours(2)).to_rfc3339());
    s.rows(&format!(
        "UPDATE sessions SET confirmed_at = {ahead} WHERE confirmed_at IS NOT NULL RETURNING id"
    ))
    .await;
    assert!(
        matches!(hazel.require_confirmed_identity().await, Err(StoreError::ConfirmIdentity)),
        "the clock was put back"
    );

    s.rows(&format!("UPDATE sign_in_links SET expires_at = {PAST} RETURNING id")).await;
    assert!(matches!(
        s.store.reset_password(&link.token, NEW, None, place()).await,
        Err(StoreError::Invalid(_))
    ));
}

#[tokio::test]
async fn secrets_are_kept_as_hashes_and_changes_are_audited() {
    let s = demo_with_passwords().await;
    let hazel = s.admin().await;
    let (_, moss) = s.sign_in("moss").await;
    let link = hazel.create_sign_in_link(moss.viewer().id()).await.unwrap();
    let begun = moss.start_second_factor(PASSWORD).await.unwrap();
    let code = crate::second_factor::code_now(&begun.secret);
    let codes = moss.confirm_second_factor(&code).await.unwrap();
    let (token, _) = {
        let (_, reed) = s.sign_in("reed").await;
        reed.create_token("script", None).await.unwrap()
    };
    for table in ["sign_in_links", "recovery_codes", "api_tokens", "sessions", "audit_events", "people"] {
        let column = match table {
            "sign_in_links" | "api_tokens" => "token_hash",
            "recovery_codes" => "code_hash",
            "sessions" => "device_hash",
            "audit_events" => "digest",
            _ => "password_hash",
        };
        for row in s.rows(&format!("SELECT {column} AS kept FROM {table} WHERE {column} IS NOT NULL")).await {
            let kept: String = row.try_get("", "kept").unwrap();
            for secret in
                [link.token.as_str(), &codes[0], &codes[0].replace('-', ""), &token, PASSWORD, &begun.secret]
            {
                assert!(!kept.contains(secret), "{table}.{column}");
            }
        }
    }
    assert!(matches!(
        s.store.sign_in("moss@upheld.example", PASSWORD, None, place()).await,
        Err(StoreError::SecondFactorRequired)
    ));
    s.store.sign_in("moss@upheld.example", PASSWORD, Some(&codes[0]), place()).await.unwrap();
    moss.new_recovery_codes(&codes[1]).await.unwrap();
    s.store.end_second_factor_of("moss@upheld.example").await.unwrap();
    assert!(!s.store.end_second_factor_of("moss@upheld.example").await.unwrap(), "it is off");
    moss.end_other_sessions().await.unwrap();
    s.store.reset_password(&link.token, NEW, None, place()).await.unwrap();
    let (_, reed) = s.sign_in("reed").await;
    reed.change_password(PASSWORD, NEW).await.unwrap();
    for action in [
        "session.start",
        "session.endOthers",
        "identity.confirm",
        "signInLink.make",
        "secondFactor.start",
        "secondFactor.on",
        "secondFactor.off",
        "recoveryCodes.make",
        "password.reset",
        "password.change",
        "token.create",
    ] {
        let found = s.rows(&format!("SELECT seq FROM audit_events WHERE action = '{action}'")).await;
        assert!(!found.is_empty(), "{action} is audited");
    }
}
