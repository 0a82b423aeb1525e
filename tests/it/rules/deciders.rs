//! Who decides, and how a decision changes hands.

use serde_json::{Value, json};

use super::{deciders, may, state};
use crate::harness::{
    Group, Server, close, correct_alone, has_id, on_each_engine, recognise, upheld, violated,
};

#[tokio::test]
async fn the_nearest_leader_above_all_subjects_who_is_not_one() {
    on_each_engine(Group::Work, async |server: &Server| {
        let tansy = server.person("tansy").await;
        let cases: [(&[&str], &[&str]); 11] = [
            (&["larch"], &["cedar"]),
            (&["larch", "sage"], &["cedar"]),
            (&["larch", "fern"], &["rowan"]),
            (&["fern", "juniper", "sage"], &["rowan"]),
            (&["larch", "cedar"], &["rowan"]),
            (&["cedar"], &["rowan"]),
            (&["rowan"], &["hazel", "maple"]),
            (&["rowan", "larch"], &["hazel", "maple"]),
            (&["hazel"], &["maple"]),
            (&["maple"], &["hazel"]),
            (&["larch", "hazel"], &["maple"]),
        ];
        for (subjects, one_of) in cases {
            let log = subjects.iter().fold(upheld(&tansy), |log, s| log.about(s));
            let incident = log.send().await;
            let found = deciders(server, &incident).await;
            assert_eq!(found.len(), 1, "{subjects:?}: exactly one decides, not {found:?}");
            assert!(one_of.contains(&found[0]), "{subjects:?}: {found:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_violation_of_a_leader_goes_to_the_next_leader_up() {
    on_each_engine(Group::Work, async |server: &Server| {
        let tansy = server.person("tansy").await;
        for (subject, decider) in
            [("cedar", "rowan"), ("hazel", "maple"), ("maple", "hazel"), ("larch", "cedar")]
        {
            let incident = violated(&tansy).about(subject).send().await;
            assert_eq!(deciders(server, &incident).await, [decider], "{subject}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_team_is_for_its_leads_manager_else_its_lead() {
    on_each_engine(Group::Work, async |server: &Server| {
        let tansy = server.person("tansy").await;
        for (team, decider) in [("mobile", "rowan"), ("exec", "rowan"), ("people", "hazel")] {
            let incident = upheld(&tansy).about_team(team).send().await;
            assert_eq!(deciders(server, &incident).await, [decider], "{team}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_reporter_may_be_the_decider() {
    on_each_engine(Group::Work, async |server: &Server| {
        let cedar = server.person("cedar").await;
        let incident = violated(&cedar).about("larch").send().await;
        assert_eq!(deciders(server, &incident).await, ["cedar"]);
        let seen = cedar.incident(&incident, "reporter { name } decider { name }").await;
        assert_eq!(seen, json!({"reporter": {"name": "Cedar"}, "decider": {"name": "Cedar"}}));
        correct_alone(&cedar, &incident).send().await;
    })
    .await;
}

#[tokio::test]
async fn only_the_decider_decides() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, rowan) = (server.person("tansy").await, server.person("rowan").await);
        let (briar, larch, hazel) =
            (server.person("briar").await, server.person("larch").await, server.person("hazel").await);
        let incident = violated(&tansy).about("larch").send().await;
        correct_alone(&rowan, &incident).refused().await.is("FORBIDDEN");
        correct_alone(&tansy, &incident).refused().await.is("FORBIDDEN");
        for other in [&briar, &larch, &hazel] {
            correct_alone(other, &incident).refused().await.is("NOT_FOUND");
        }
        assert_eq!(state(&tansy, &incident).await, "OPEN");
    })
    .await;
}

#[tokio::test]
async fn involved_hands_it_to_the_next_one_up() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, rowan) =
            (server.person("tansy").await, server.person("cedar").await, server.person("rowan").await);
        let incident = violated(&tansy).about("larch").send().await;
        cedar.does("passIncident", json!({"incidentId": incident, "reason": "I was part of it."})).await;
        assert_eq!(deciders(server, &incident).await, ["rowan"]);
        assert!(has_id(&rowan.all("decisionQueue", "id").await, &incident));
        assert!(!has_id(&cedar.all("decisionQueue", "id").await, &incident));
        let stub = cedar.incident(&incident, "state title behaviour reporter { id } viewerMay subjects { id }").await;
        let expected = json!({"state": "OPEN", "title": null, "behaviour": null, "reporter": null, "viewerMay": [],
            "subjects": []});
        assert_eq!(stub, expected, "the former decider keeps a stub");
        correct_alone(&cedar, &incident).refused().await.is("FORBIDDEN");
        correct_alone(&rowan, &incident).send().await;
    })
    .await;
}

#[tokio::test]
async fn involved_may_name_another_leader_who_was_there() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, rowan) =
            (server.person("tansy").await, server.person("cedar").await, server.person("rowan").await);
        let incident = violated(&tansy).about("larch").at("eng").send().await;
        let pass = async |to: &str| {
            json!({"incidentId": incident, "reason": "I was part of it.", "toPersonId": server.person_id(to).await})
        };
        cedar.may_not("passIncident", pass("larch").await).await.names("toPersonId");
        cedar.may_not("passIncident", pass("moss").await).await.names("toPersonId");
        cedar.may_not("passIncident", pass("cedar").await).await.names("toPersonId");
        cedar.does("passIncident", pass("briar").await).await;
        assert_eq!(deciders(server, &incident).await, ["briar"]);
        assert_eq!(state(&rowan, &incident).await, "OPEN", "who leads Briar reads along");
        assert_eq!(cedar.incident(&incident, "title").await, json!({"title": null}));
    })
    .await;
}

#[tokio::test]
async fn passed_on_by_the_top_an_admin_decides() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, rowan) = (server.person("tansy").await, server.person("rowan").await);
        let incident = violated(&tansy).about("cedar").send().await;
        rowan.does("passIncident", json!({"incidentId": incident, "reason": "I was part of it."})).await;
        let found = deciders(server, &incident).await;
        assert!(found == ["hazel"] || found == ["maple"], "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn a_leader_above_decides_only_after_taking_it_over() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, rowan, briar) = (
            server.person("tansy").await,
            server.person("cedar").await,
            server.person("rowan").await,
            server.person("briar").await,
        );
        let incident = violated(&tansy).about("larch").send().await;
        assert!(may(&rowan, &incident, "takeOver").await && !may(&rowan, &incident, "decide").await);
        correct_alone(&rowan, &incident).refused().await.is("FORBIDDEN");
        let input = json!({"incidentId": incident, "reason": "Cedar is away for three weeks."});
        cedar.may_not("takeOverIncident", input.clone()).await.is("FORBIDDEN");
        tansy.may_not("takeOverIncident", input.clone()).await.is("FORBIDDEN");
        briar.may_not("takeOverIncident", input.clone()).await.is("NOT_FOUND");
        let mut silent = input.clone();
        silent["reason"] = " ".into();
        rowan.may_not("takeOverIncident", silent).await.names("reason");
        rowan.does("takeOverIncident", input).await;
        assert_eq!(deciders(server, &incident).await, ["rowan"]);
        assert_eq!(cedar.incident(&incident, "title").await, json!({"title": null}), "a stub");
        correct_alone(&rowan, &incident).send().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_decided_does_not_change_hands() {
    on_each_engine(Group::Work, async |server: &Server| {
        let (tansy, cedar, rowan) =
            (server.person("tansy").await, server.person("cedar").await, server.person("rowan").await);
        let incident = upheld(&tansy).about("larch").send().await;
        recognise(&cedar, &incident).send().await;
        let input = json!({"incidentId": incident, "reason": "Too late."});
        cedar.may_not("passIncident", input.clone()).await.is("CONFLICT");
        rowan.may_not("takeOverIncident", input).await.is("CONFLICT");
        let closed = upheld(&tansy).about("larch").send().await;
        close(&cedar, &closed).send().await;
        let input = json!({"incidentId": closed, "reason": "Too late."});
        cedar.may_not("passIncident", input).await.is("CONFLICT");
    })
    .await;
}

#[tokio::test]
async fn a_leader_is_who_leads_somebody() {
    on_each_engine(Group::DemoAsIs, async |server: &Server| {
        let reed = server.person("reed").await;
        let people = reed.all("people", "name isLeader role").await;
        for person in &people {
            let name = person["name"].as_str().unwrap().to_lowercase();
            let leads =
                ["hazel", "rowan", "alder", "briar", "cedar", "clover", "sorrel"].contains(&name.as_str());
            assert_eq!(person["isLeader"], Value::Bool(leads), "{name}");
            let admin = ["hazel", "maple"].contains(&name.as_str());
            assert_eq!(person["role"], if admin { "ADMIN" } else { "MEMBER" }, "{name}");
        }
        assert_eq!(people.len(), 22);
    })
    .await;
}
