//! Two changes of the organisation at once.

use serde_json::{Value, json};

use super::{add, confirm, move_to, pairs};
use crate::harness::{Server, has_id, on_each_fresh_engine, text, violated};

#[tokio::test]
async fn two_admins_remove_each_other_and_one_stays() {
    on_each_fresh_engine(async |server: &Server| {
        let (mut hazel, mut maple) = (server.own_session("hazel").await, server.own_session("maple").await);
        let (hazel_id, maple_id) = (server.person_id("hazel").await, server.person_id("maple").await);
        confirm(&hazel).await;
        confirm(&maple).await;
        let rounds = 30;
        for round in 0..rounds {
            let leave = round % 10 == 9;
            let input = |id: &str| {
                if leave {
                    json!({"personId": id, "reportsTo": null})
                } else {
                    json!({"personId": id, "role": "MEMBER"})
                }
            };
            let change = if leave { "deactivatePerson" } else { "setRole" };
            // Hazel leads Maple; whoever leaves has no reports in this race.
            if leave {
                hazel.does("movePerson", json!({"personId": maple_id, "managerId": null})).await;
                hazel
                    .does(
                        "saveTeam",
                        json!({"id": server.team_id("people").await, "name": "People Operations"}),
                    )
                    .await;
            }
            let (a, b) =
                tokio::join!(hazel.act(change, input(&maple_id)), maple.act(change, input(&hazel_id)));
            let hazel_won = a.is_ok();
            assert!(a.is_ok() != b.is_ok(), "round {round}: {a:?} {b:?}");
            let lost = a.err().or(b.err()).expect("one lost");
            assert!(
                ["FORBIDDEN", "UNAUTHENTICATED"].contains(&lost.code.as_str()),
                "round {round}: {lost:?}"
            );
            let (winner, gone) = if hazel_won { (&hazel, &maple_id) } else { (&maple, &hazel_id) };
            if leave {
                winner.does("reactivatePerson", json!({"personId": gone})).await;
            }
            winner.does("setRole", json!({"personId": gone, "role": "ADMIN"})).await;
            if leave && hazel_won {
                maple = server.own_session("maple").await;
                confirm(&maple).await;
            } else if leave {
                hazel = server.own_session("hazel").await;
                confirm(&hazel).await;
            }
        }
        println!("{rounds} pairs of admins removed each other: one stayed each time");
    })
    .await;
}

#[tokio::test]
async fn two_moves_that_together_make_a_loop() {
    on_each_fresh_engine(async |server: &Server| {
        let (hazel, maple) = (server.person("hazel").await, server.person("maple").await);
        let mut ids = Vec::new();
        for name in ["Ash", "Beech", "Cherry", "Dogwood"] {
            ids.push(add(server, name, None).await.0);
        }
        let [ash, beech, cherry, dogwood] = ids.as_slice() else { panic!("four people") };
        // Ash leads Cherry, Beech leads Dogwood.
        move_to(server, cherry, Some(ash)).await;
        move_to(server, dogwood, Some(beech)).await;
        let under = |person: &String, manager: &String| json!({"personId": person, "managerId": manager});
        let rounds = pairs(100);
        for round in 0..rounds {
            // Under each other, or under each other's report: a loop of two or of four.
            let (first, second) = if round % 2 == 0 {
                (under(ash, beech), under(beech, ash))
            } else {
                (under(ash, dogwood), under(beech, cherry))
            };
            let (a, b) = tokio::join!(hazel.act("movePerson", first), maple.act("movePerson", second));
            let moved = if a.is_ok() { ash } else { beech };
            assert!(a.is_ok() != b.is_ok(), "round {round}: {a:?} {b:?}");
            a.err().or(b.err()).expect("one was refused").names("managerId");
            move_to(server, moved, None).await;
        }
        println!("{rounds} pairs of moves that together make a loop: one refused each time");
    })
    .await;
}

/// A log and a move at once: whatever comes first, the entry ends with the manager whom the person then has.
#[tokio::test]
async fn a_log_and_a_move_at_once() {
    on_each_fresh_engine(async |server: &Server| {
        let (hazel, tansy) = (server.person("hazel").await, server.person("tansy").await);
        let larch = server.person_id("larch").await;
        let rounds = 25;
        for round in 0..rounds {
            let to = if round % 2 == 0 { "briar" } else { "cedar" };
            let from = if round % 2 == 0 { "cedar" } else { "briar" };
            let log = violated(&tansy).about("larch").input().await;
            let input = json!({"personId": larch, "managerId": server.person_id(to).await});
            let (logged, moved) = tokio::join!(tansy.act("logIncident", log), hazel.act("movePerson", input));
            moved.expect("the move is fine");
            let id = text(&logged.expect("the log is fine")["incident"]["id"]);
            let (to, from) = (server.person(to).await, server.person(from).await);
            assert!(
                has_id(&to.all("decisionQueue", "id").await, &id),
                "round {round}: it waits for the manager"
            );
            assert_eq!(from.incident(&id, "id").await, Value::Null, "round {round}");
        }
    })
    .await;
}
