//! Changing one's own password, and which ones are taken.

use serde_json::json;

use super::{DEMO, credentials, holds};
use crate::harness::{Client, Group, Server, on_each_engine, text};

const NEW: &str = "wandering slow rivers";

#[tokio::test]
async fn a_new_password_ends_all_that_signed_in_with_the_old_one() {
    on_each_engine(Group::Accounts, async |server: &Server| {
        let (here, there) = (server.own_session("yarrow").await, server.own_session("yarrow").await);
        let token = text(&here.does("createApiToken", json!({"name": "A script"})).await["token"]);
        let script = Client::with_token(server, &token);
        let stranger = server.person("cedar").await;

        let wrong = json!({"currentPassword": "not the password", "newPassword": NEW});
        here.may_not("changePassword", wrong).await.names("currentPassword");
        let same = json!({"currentPassword": DEMO, "newPassword": DEMO});
        here.may_not("changePassword", same).await.names("newPassword");
        assert!(holds(&there).await && holds(&script).await, "nothing happened yet");

        let done = here.does("changePassword", json!({"currentPassword": DEMO, "newPassword": NEW})).await;
        let sessions = done["sessions"].as_array().unwrap();
        assert_eq!((sessions.len(), &sessions[0]["current"]), (1, &json!(true)));
        assert!(holds(&here).await, "the session that asked goes on");
        assert!(!holds(&there).await && !holds(&script).await, "all else has ended");
        assert!(holds(&stranger).await, "other people's do not");
        let nobody = server.anonymous();
        nobody.may_not("signIn", credentials("yarrow", DEMO)).await.is("UNAUTHENTICATED");
        nobody.does("signIn", credentials("yarrow", NEW)).await;
    })
    .await;
}

#[tokio::test]
async fn all_other_sessions_end_and_tokens_stay() {
    on_each_engine(Group::Accounts, async |server: &Server| {
        let sessions = [
            server.own_session("thistle").await,
            server.own_session("thistle").await,
            server.own_session("thistle").await,
        ];
        let token = text(&sessions[0].does("createApiToken", json!({"name": "A script"})).await["token"]);
        let document = "mutation { endOtherSessions { sessions { id current device } } }";
        let left = sessions[0].ok(document, json!({})).await;
        assert_eq!(left["endOtherSessions"]["sessions"].as_array().map(Vec::len), Some(1));
        assert!(holds(&sessions[0]).await && holds(&Client::with_token(server, &token)).await);
        assert!(!holds(&sessions[1]).await && !holds(&sessions[2]).await);
    })
    .await;
}

#[tokio::test]
async fn easy_passwords_are_refused_and_long_ones_taken() {
    on_each_engine(Group::Accounts, async |server: &Server| {
        let larch = server.own_session("larch").await;
        let organisation = larch.ok("{ organisation { name } }", json!({})).await;
        let of_organisation = format!("{}1!", text(&organisation["organisation"]["name"]).replace(' ', ""));
        let long = "x y".repeat(43);
        for bad in [
            "",
            "eleven char",
            &long,
            "a wise\0 password",
            "password1234",
            "P@ssw0rd2024",
            "qwertyuiop12",
            "aaaaaaaaaaaaaaaa",
            "123456789012",
            "passwordpassword",
            "larch@upheld.example",
            "Larch-Larch-1",
            &of_organisation,
        ] {
            let refusal =
                larch.may_not("changePassword", json!({"currentPassword": DEMO, "newPassword": bad})).await;
            refusal.names("newPassword");
            assert!(bad.is_empty() || !refusal.message.contains(bad), "a message repeats no password");
        }
    })
    .await;
}

#[tokio::test]
async fn there_is_no_rule_about_kinds_of_characters() {
    on_each_engine(Group::Accounts, async |server: &Server| {
        let willow = server.own_session("willow").await;
        let mut current = DEMO.to_owned();
        let longest = "grüne Wälder, ".repeat(9) + "zz";
        for good in [
            "only small letters here",
            "  blanks around are kept  ",
            "пароль из одних букв",
            "🌲🐟🌴🚲🌾📚🍀🧭🍂⛵🍄🎻",
            &longest,
        ] {
            willow.does("changePassword", json!({"currentPassword": current, "newPassword": good})).await;
            current = good.to_owned();
        }
        let nobody = server.anonymous();
        nobody.does("signIn", credentials("willow", &longest)).await;
        nobody
            .may_not("signIn", credentials("willow", &longest[..longest.len() - 1]))
            .await
            .is("UNAUTHENTICATED");
    })
    .await;
}
