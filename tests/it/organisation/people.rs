//! Adding, changing and removing people, and who is an admin.

use serde_json::{Value, json};

use super::{add, confirm, join, newcomer};
use crate::harness::{Group, Server, on_each_engine, on_each_fresh_engine, text, unknown_id};

const ADMIN_CHANGES: [&str; 9] = [
    "addPerson",
    "updatePerson",
    "movePerson",
    "setRole",
    "deactivatePerson",
    "reactivatePerson",
    "saveTeam",
    "saveVenue",
    "savePolicy",
];

#[tokio::test]
async fn only_admins_change_the_organisation() {
    on_each_engine(Group::Work, async |server: &Server| {
        let id = server.person_id("larch").await;
        for name in ["tansy", "cedar", "rowan"] {
            let member = server.person(name).await;
            for mutation in ADMIN_CHANGES {
                // What is wrong with the input is for admins to hear.
                for person in [id.clone(), unknown_id(), "x".to_owned()] {
                    let input = match mutation {
                        "addPerson" => json!({"name": "", "email": "", "managerId": person}),
                        "saveTeam" => json!({"name": "", "id": person}),
                        "saveVenue" => {
                            json!({"name": "", "audience": "TEAM", "audienceSize": 0, "id": person})
                        }
                        "savePolicy" => json!({"hoursToDecide": 0}),
                        "setRole" => json!({"personId": person, "role": "ADMIN"}),
                        _ => json!({"personId": person}),
                    };
                    member.may_not(mutation, input).await.is("FORBIDDEN");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn somebody_joins_and_is_changed() {
    on_each_fresh_engine(async |server: &Server| {
        let hazel = server.person("hazel").await;
        let cedar = server.person_id("cedar").await;
        let (elm, token) = add(server, "Elm", Some(&cedar)).await;
        let client = join(server, &token, [127, 0, 0, 8]).await;
        let me = client.ok("{ viewer { name active manager { name } role isLeader } }", json!({})).await;
        let expected = json!({"name": "Elm", "active": true, "manager": {"name": "Cedar"}, "role": "MEMBER",
            "isLeader": false});
        assert_eq!(me["viewer"], expected);

        for (field, value) in
            [("email", json!("nonsense")), ("email", json!("larch@upheld.example")), ("name", json!(" "))]
        {
            hazel.may_not("updatePerson", json!({"personId": elm, field: value})).await.names(field);
        }
        let taken = json!({"name": "Larch", "email": "LARCH@upheld.example"});
        hazel.may_not("addPerson", taken).await.names("email");
        let change =
            json!({"personId": elm, "name": "Elm Tree", "title": "Tester", "email": "Elm@upheld.example"});
        let changed = hazel.does("updatePerson", change).await["person"].take();
        assert_eq!((&changed["name"], &changed["title"]), (&json!("Elm Tree"), &json!("Tester")));
        assert_eq!(changed["email"], "elm@upheld.example");
        let changed =
            hazel.does("updatePerson", json!({"personId": elm, "title": ""})).await["person"].take();
        assert_eq!(
            (&changed["name"], &changed["title"]),
            (&json!("Elm Tree"), &Value::Null),
            "the rest stays"
        );
        let own = client.does("setPreference", json!({"recognitionPreference": "ONE_TO_ONE"})).await;
        assert_eq!(own["person"], json!({"id": elm, "recognitionPreference": "ONE_TO_ONE"}));
    })
    .await;
}

#[tokio::test]
async fn one_admin_stays_and_two_are_recommended() {
    on_each_fresh_engine(async |server: &Server| {
        let (hazel, maple) = (server.person("hazel").await, server.person("maple").await);
        let (hazel_id, maple_id) = (server.person_id("hazel").await, server.person_id("maple").await);
        let demote = json!({"personId": maple_id, "role": "MEMBER"});
        hazel.may_not("setRole", demote).await.is("CONFIRM_IDENTITY");
        hazel.may_not("setRole", json!({"personId": unknown_id(), "role": "ADMIN"})).await.is("CONFIRM_IDENTITY");
        let admin = json!({"name": "Elm", "email": "elm@upheld.example", "role": "ADMIN"});
        hazel.may_not("addPerson", admin).await.is("CONFIRM_IDENTITY");
        confirm(&hazel).await;
        confirm(&maple).await;
        hazel.may_not("setRole", json!({"personId": unknown_id(), "role": "ADMIN"})).await.is("NOT_FOUND");
        hazel.may_not("setRole", json!({"personId": "x", "role": "ADMIN"})).await.is("NOT_FOUND");
        let done = hazel.does("setRole", json!({"personId": maple_id, "role": "MEMBER"})).await;
        assert!(done["advice"].as_str().expect("advice").contains("second one"), "{done}");
        // The right is gone with the next request.
        maple.may_not("setRole", json!({"personId": hazel_id, "role": "MEMBER"})).await.is("FORBIDDEN");
        let emails = maple.all("people", "email").await;
        assert_eq!(
            emails.iter().filter(|p| !p["email"].is_null()).count(),
            1,
            "reads their own address only"
        );
        for (mutation, input) in [
            ("setRole", json!({"personId": hazel_id, "role": "MEMBER"})),
            ("deactivatePerson", json!({"personId": hazel_id, "reportsTo": server.person_id("rowan").await})),
        ] {
            let refusal = hazel.may_not(mutation, input).await;
            refusal.is("CONFLICT");
            assert!(refusal.message.contains("admin first"), "{refusal:?}");
        }
        let done = hazel.does("setRole", json!({"personId": maple_id, "role": "ADMIN"})).await;
        assert_eq!(done["advice"], Value::Null);
        maple.does("setRole", json!({"personId": hazel_id, "role": "MEMBER"})).await;
        hazel.may_not("setRole", json!({"personId": maple_id, "role": "MEMBER"})).await.is("FORBIDDEN");
    })
    .await;
}

#[tokio::test]
async fn loops_and_lines_that_are_too_long_are_refused() {
    on_each_fresh_engine(async |server: &Server| {
        let hazel = server.person("hazel").await;
        let id = async |name: &str| server.person_id(name).await;
        for (person, manager) in [("rowan", "larch"), ("rowan", "cedar"), ("cedar", "larch"), ("cedar", "cedar")] {
            let input = json!({"personId": id(person).await, "managerId": id(manager).await});
            hazel.may_not("movePerson", input).await.names("managerId");
        }
        // Rowan is the top; a line of 32 people fits under Rowan.
        let mut last = id("rowan").await;
        for n in 1..=32 {
            let input =
                json!({"name": format!("Level {n}"), "email": format!("level{n}@upheld.example"), "managerId": last});
            last = text(&hazel.does("addPerson", input).await["person"]["id"]);
        }
        let one_more = json!({"name": "One more", "email": "more@upheld.example", "managerId": last});
        hazel.may_not("addPerson", one_more).await.names("managerId");
        // Nor can the whole line be put under somebody.
        let whole = json!({"personId": id("rowan").await, "managerId": id("hazel").await});
        hazel.may_not("movePerson", whole).await.names("managerId");
        let seen = hazel.ok("{ people(first: 100) { nodes { name } } }", json!({})).await;
        assert!(!seen.to_string().contains("One more"), "nothing was written");
    })
    .await;
}

#[tokio::test]
async fn who_left_comes_back_as_a_member() {
    on_each_fresh_engine(async |server: &Server| {
        let hazel = server.person("hazel").await;
        let (elm, client) = newcomer(server, "Elm", "cedar").await;
        confirm(&hazel).await;
        hazel.does("setRole", json!({"personId": elm, "role": "ADMIN"})).await;
        hazel.does("deactivatePerson", json!({"personId": elm})).await;
        assert_eq!(client.ok("{ viewer { id } }", json!({})).await["viewer"], Value::Null);
        hazel.may_not("deactivatePerson", json!({"personId": elm})).await.is("CONFLICT");
        for mutation in ["movePerson", "setRole"] {
            let input = if mutation == "setRole" {
                json!({"personId": elm, "role": "ADMIN"})
            } else {
                json!({"personId": elm, "managerId": null})
            };
            hazel.may_not(mutation, input).await.is("CONFLICT");
        }
        // Somebody who left leads nobody and is asked nothing new.
        let under = json!({"personId": server.person_id("larch").await, "managerId": elm});
        hazel.may_not("movePerson", under).await.names("managerId");
        let seen = hazel.ok("query($id: ID!) { person(id: $id) { active role } }", json!({"id": elm})).await;
        assert_eq!(seen["person"], json!({"active": false, "role": "MEMBER"}));
        let back = json!({"personId": elm, "managerId": server.person_id("rowan").await});
        hazel.does("reactivatePerson", back.clone()).await;
        hazel.may_not("reactivatePerson", back).await.is("CONFLICT");
        assert_eq!(
            client.ok("{ viewer { id } }", json!({})).await["viewer"],
            Value::Null,
            "the old session stays ended"
        );
    })
    .await;
}
