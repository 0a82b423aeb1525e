//! Every mutation with bad input: it says which field to mend or that there is nothing, and writes nothing.

mod documents;
mod ids;
pub(crate) mod stage;
mod texts;

use serde_json::json;

use crate::harness::{Group, MUTATIONS, Server, on_each_engine};
pub(crate) use stage::Stage;

#[tokio::test]
async fn signed_out_nothing_can_be_done() {
    on_each_engine(Group::Work, async |server: &Server| {
        let stage = Stage::set(server).await;
        let nobody = server.anonymous();
        let before = stage.everything().await;
        for (mutation, ..) in MUTATIONS {
            if ["signIn", "setUp", "acceptInvite", "resetPassword"].contains(mutation) {
                continue;
            }
            nobody.may_not(mutation, stage.good(mutation).await).await.is("UNAUTHENTICATED");
        }
        assert_eq!(stage.everything().await, before);
        for field in [
            "organisation { name }",
            "values { id }",
            "venues { id }",
            "teams { id }",
            "people { nodes { id } }",
            "recognitions { nodes { id } }",
            "myIncidents { nodes { id } }",
            "decisionQueue { nodes { id } }",
            "notices { nodes { id } }",
            "sessions { id }",
            "secondFactor { on }",
            "signInLinks { madeAt }",
            "apiTokens { id }",
            "myData { person { id } }",
            "topics { id }",
            "meetingPlaces { holds }",
            &format!("meeting(venueId: \"{}\") {{ holds }}", server.venue_id("mobile-retro").await),
            &format!("pastMeetings(venueId: \"{}\") {{ id }}", server.venue_id("mobile-retro").await),
            "legalHolds { nodes { incidentId } }",
            &format!("incident(id: \"{}\") {{ id }}", stage.open),
            &format!("recognition(id: \"{}\") {{ id }}", stage.recognition),
        ] {
            nobody.err(&format!("{{ {field} }}"), json!({})).await.is("UNAUTHENTICATED");
        }
        let data = nobody.ok("{ viewer { id } welcome { needsSetUp } }", json!({})).await;
        assert_eq!(data, json!({"viewer": null, "welcome": {"needsSetUp": false}}));
    })
    .await;
}

#[tokio::test]
async fn only_admins_save_values() {
    on_each_engine(Group::Work, async |server: &Server| {
        let stage = Stage::set(server).await;
        let input = stage.good("saveValue").await;
        for name in ["tansy", "cedar", "rowan"] {
            server.person(name).await.may_not("saveValue", input.clone()).await.is("FORBIDDEN");
        }
        let seen =
            server.person("moss").await.ok("{ values(includeRetired: true) { name } }", json!({})).await;
        assert!(!seen.to_string().contains(input["name"].as_str().unwrap()));
    })
    .await;
}

#[tokio::test]
async fn an_admin_saves_a_new_version_of_a_value() {
    on_each_engine(Group::Work, async |server: &Server| {
        let stage = Stage::set(server).await;
        let hazel = server.person("hazel").await;
        let mut input = stage.good("saveValue").await;
        let made = hazel.does("saveValue", input.clone()).await;
        assert_eq!(made["value"]["version"], 1);
        input["id"] = made["value"]["id"].clone();
        input["statement"] = "Said in other words.".into();
        let changed = hazel.does("saveValue", input.clone()).await;
        assert_eq!((&changed["value"]["id"], &changed["value"]["version"]), (&input["id"], &json!(2)));
        input["retired"] = true.into();
        hazel.does("saveValue", input).await;
        let shown = hazel.ok("{ values { id } }", json!({})).await;
        assert!(
            !shown.to_string().contains(made["value"]["id"].as_str().unwrap()),
            "retired ones are left out"
        );
    })
    .await;
}
