//! The second factor: codes of an app and recovery codes, each once.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{App, DEMO, credentials, holds, turn_on};
use crate::harness::{Client, Group, Server, on_each_engine, on_each_fresh_engine, session_cookie, text};

fn with_code(person: &str, code: &str) -> Value {
    let mut input = credentials(person, DEMO);
    input["code"] = code.into();
    input
}

#[tokio::test]
async fn it_is_on_once_the_app_has_shown_a_code() {
    on_each_engine(Group::Accounts, async |server: &Server| {
        let linden = server.own_session("linden").await;
        let state = async || linden.ok("{ secondFactor { on since recoveryCodesLeft } }", json!({})).await;
        assert_eq!(state().await["secondFactor"], json!({"on": false, "since": null, "recoveryCodesLeft": 0}));
        linden.may_not("confirmSecondFactor", json!({"code": "000000"})).await.is("CONFLICT");
        linden.may_not("startSecondFactor", json!({"password": "not the password"})).await.names("password");

        let begun = linden.does("startSecondFactor", json!({"password": DEMO})).await;
        let (secret, uri, svg) = (text(&begun["secret"]), text(&begun["uri"]), text(&begun["qrSvg"]));
        assert_eq!(secret.len(), 32, "160 bits in base32");
        assert_eq!(
            uri,
            format!("otpauth://totp/Upheld:linden%40upheld.example?secret={secret}&issuer=Upheld&algorithm=SHA1&digits=6&period=30")
        );
        for banned in ["<script", "style", "href", "onload", "foreignObject", &secret] {
            assert!(!svg.contains(banned), "{banned} in the picture");
        }
        assert!(svg.contains("<svg xmlns=\"http://www.w3.org/2000/svg\"") && svg.ends_with("</svg>"));
        server.own_session("linden").await;
        assert_eq!(state().await["secondFactor"]["on"], false, "begun is not on");

        // Beginning again makes a secret of its own; the first app's codes are worth nothing.
        let again = linden.does("startSecondFactor", json!({"password": DEMO})).await;
        assert_ne!(again["secret"], secret);
        let old = App::new(&secret).code().await;
        linden.may_not("confirmSecondFactor", json!({"code": old})).await.names("code");
        let mut app = App::new(&text(&again["secret"]));
        let code = app.code().await;
        let on = linden.does("confirmSecondFactor", json!({"code": code})).await;
        let codes: Vec<String> = on["recoveryCodes"].as_array().unwrap().iter().map(text).collect();
        assert_eq!(codes.len(), 10);
        assert!(codes.iter().all(|c| c.len() == 29), "{codes:?}");
        assert_eq!(state().await["secondFactor"]["recoveryCodesLeft"], 10);
        linden.may_not("startSecondFactor", json!({"password": DEMO})).await.is("CONFLICT");

        // From now on the password alone opens nothing, and only the right one is told so.
        let nobody = server.anonymous();
        let alone = nobody.answer_of("signIn", credentials("linden", DEMO)).await;
        assert_eq!(session_cookie(&alone), None);
        alone.result().expect_err("refused").is("SECOND_FACTOR_REQUIRED");
        nobody.may_not("signIn", with_code("linden", "")).await.is("SECOND_FACTOR_REQUIRED");
        let wrong = nobody.answer_of("signIn", credentials("linden", "not the password")).await;
        let unknown = nobody.answer_of("signIn", credentials("nobody-at-all", "not the password")).await;
        assert_eq!(wrong.text, unknown.text, "a wrong password learns nothing of the second factor");

        let fresh = app.code().await;
        let signed_in = nobody.answer_of("signIn", with_code("linden", &fresh)).await;
        assert!(holds(&Client::with_cookie(server, session_cookie(&signed_in).expect("a session"))).await);
        let again = nobody.answer_of("signIn", with_code("linden", &fresh)).await;
        assert_eq!(session_cookie(&again), None, "a used code is never taken again");
        again.result().expect_err("refused").names("code");
    })
    .await;
}

#[tokio::test]
async fn a_code_of_another_time_or_of_another_shape_is_none() {
    on_each_engine(Group::Accounts, async |server: &Server| {
        let moss = server.own_session("moss").await;
        let (mut app, _) = turn_on(&moss).await;
        let now = App::now();
        for code in [
            app.of_step(app.used),
            app.of_step(now - 3),
            app.of_step(now + 4),
            "1".to_owned(),
            "' OR 1=1".to_owned(),
            "0".repeat(10_000),
        ] {
            let refusal = moss.may_not("confirmIdentity", json!({"password": DEMO, "code": code})).await;
            refusal.names("code");
        }
        let code = app.code().await;
        moss.does("confirmIdentity", json!({"password": DEMO, "code": code})).await;
    })
    .await;
}

#[tokio::test]
async fn of_five_uses_of_one_code_at_once_one_counts() {
    on_each_engine(Group::Accounts, async |server: &Server| {
        let reed = server.own_session("reed").await;
        let (mut app, recovery) = turn_on(&reed).await;
        let clients: Vec<Client<'_>> = (0..5).map(|_| server.anonymous()).collect();
        let code = app.code().await;
        for code in [&code, &recovery[0]] {
            let answers =
                join_all(clients.iter().map(|c| c.answer_of("signIn", with_code("reed", code)))).await;
            let won = answers.iter().filter(|a| session_cookie(a).is_some()).count();
            assert_eq!(won, 1, "{answers:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_recovery_code_works_once_and_new_ones_end_the_old() {
    on_each_engine(Group::Accounts, async |server: &Server| {
        let sage = server.own_session("sage").await;
        let (mut app, codes) = turn_on(&sage).await;
        let nobody = server.anonymous();
        let left = async || sage.ok("{ secondFactor { recoveryCodesLeft } }", json!({})).await;
        let typed = codes[0].to_uppercase().replace('-', " ");
        nobody.does("signIn", with_code("sage", &typed)).await;
        assert_eq!(left().await["secondFactor"]["recoveryCodesLeft"], 9);
        nobody.may_not("signIn", with_code("sage", &codes[0])).await.names("code");

        sage.may_not("newRecoveryCodes", json!({"code": "000000"})).await.names("code");
        let code = app.code().await;
        let fresh = sage.does("newRecoveryCodes", json!({"code": code})).await;
        let fresh: Vec<String> = fresh["recoveryCodes"].as_array().unwrap().iter().map(text).collect();
        assert!(fresh.iter().all(|c| !codes.contains(c)));
        nobody.may_not("signIn", with_code("sage", &codes[1])).await.names("code");
        let stranger = server.person("cedar").await;
        let seen = stranger.ok("{ secondFactor { on recoveryCodesLeft } }", json!({})).await;
        assert_eq!(seen["secondFactor"], json!({"on": false, "recoveryCodesLeft": 0}), "one's own alone");

        for (field, bad) in [
            ("password", json!({"password": "not the password", "code": fresh[0]})),
            ("code", json!({"password": DEMO, "code": "000000"})),
            ("code", json!({"password": DEMO, "code": codes[2]})),
        ] {
            sage.may_not("endSecondFactor", bad).await.names(field);
        }
        let off = sage.does("endSecondFactor", json!({"password": DEMO, "code": fresh[0]})).await;
        assert_eq!(off["secondFactor"], json!({"on": false, "recoveryCodesLeft": 0}));
        sage.may_not("endSecondFactor", json!({"password": DEMO, "code": fresh[1]})).await.is("CONFLICT");
        nobody.does("signIn", credentials("sage", DEMO)).await;
    })
    .await;
}

#[tokio::test]
async fn codes_are_tried_a_few_times_and_the_owner_gets_in() {
    on_each_fresh_engine(async |server: &Server| {
        let moss = server.own_session("moss").await;
        let (mut app, codes) = turn_on(&moss).await;
        // Somebody who knows the password and tries codes, from twenty places.
        let mut tried = 0;
        for n in 0..40 {
            let thief = Client::from_address(server, [127, 0, 4, n % 20 + 1]);
            let refusal =
                thief.may_not("signIn", with_code("moss", &format!("{:06}", u32::from(n) * 7919))).await;
            match refusal.code.as_str() {
                "RATE_LIMITED" => {}
                _ => {
                    refusal.names("code");
                    tried += 1;
                }
            }
        }
        println!("40 codes sent by somebody with the password: {tried} were tried");
        assert!((1..=5).contains(&tried), "{tried}");
        let code = app.code().await;
        moss.does("signIn", with_code("moss", &code)).await;
        moss.does("signIn", with_code("moss", &codes[3])).await;
    })
    .await;
}
