//! Who may decide about whom: twelve people by twelve, written by hand from the product's description.
//!
//! D decides · T may take it over, being above who decides · L their own lapse: corrected in public alone, and confirmed
//! by who decides · a dot: the entry does not exist for them.

use std::fmt::Write;

use serde_json::json;

use crate::harness::{Client, Group, Server, close, correct, correct_alone, on_each_engine, violated};

/// Rows: whom it is about. Columns in the same order: who tries. Rowan leads Alder, Briar, Cedar and Clover; Alder leads
/// Fern and Moss, Cedar leads Larch and Sage, Clover leads Tansy. Hazel and Maple are the admins; Hazel leads Maple.
const TABLE: &str = "
         hazel maple rowan alder briar cedar clover fern moss larch sage tansy
hazel    L     D     .     .     .     .     .      .    .    .     .    .
maple    D     .     .     .     .     .     .      .    .    .     .    .
rowan    D     .     L     .     .     .     .      .    .    .     .    .
alder    .     .     D     L     .     .     .      .    .    .     .    .
briar    .     .     D     .     L     .     .      .    .    .     .    .
cedar    .     .     D     .     .     L     .      .    .    .     .    .
clover   .     .     D     .     .     .     L      .    .    .     .    .
fern     .     .     T     D     .     .     .      .    .    .     .    .
moss     .     .     T     D     .     .     .      .    .    .     .    .
larch    .     .     T     .     .     D     .      .    .    .     .    .
sage     .     .     T     .     .     D     .      .    .    .     .    .
tansy    .     .     T     .     .     .     D      .    .    .     .    .
";

/// What somebody may do with an entry, tried for each way of deciding.
async fn tried(by: &Client<'_>, incident: &str, about_oneself: bool) -> char {
    let seen = by.incident(incident, "viewerMay").await;
    let may = |action: &str| seen["viewerMay"].as_array().is_some_and(|all| all.iter().any(|a| a == action));
    let told = match (may("decide"), may("takeOver"), may("correctOwnLapse")) {
        (true, false, false) => 'D',
        (false, true, false) => 'T',
        (false, false, true) => 'L',
        (false, false, false) => '.',
        _ => '?',
    };
    if told == 'D' {
        return told;
    }
    // Whoever does not decide is refused, whichever way they try.
    let mut codes = Vec::new();
    codes.push(correct_alone(by, incident).refused().await.code);
    codes.push(close(by, incident).considered([true; 3]).refused().await.code);
    if !about_oneself {
        codes.push(correct(by, incident).refused().await.code);
    }
    let expected: &[&str] = match told {
        // A leader's own lapse is only ever corrected in public: the form is told apart from the right.
        'L' => &["BAD_USER_INPUT"],
        'T' => &["FORBIDDEN"],
        _ => &["NOT_FOUND", "FORBIDDEN"],
    };
    if codes.iter().all(|c| expected.contains(&c.as_str())) { told } else { '!' }
}

#[tokio::test]
async fn twelve_by_twelve() {
    on_each_engine(Group::Work, async |server: &Server| {
        let basil = server.person("basil").await;
        let people: Vec<&str> = TABLE.lines().nth(1).expect("a head").split_whitespace().collect();
        assert_eq!(people.len(), 12);
        let mut found = TABLE.lines().take(2).collect::<Vec<_>>().join("\n") + "\n";
        for subject in &people {
            let incident = violated(&basil).about(subject).send().await;
            if subject != &"maple" {
                // The person sees it before the 48 hours are over, so that they can try.
                let decider = deciding(server, &incident, &people).await;
                let ask = json!({"incidentId": incident, "personId": server.person_id(subject).await, "question": "Was it so?"});
                decider.does("askAboutIncident", ask).await;
            }
            let _ = write!(found, "{subject:<8}");
            for actor in &people {
                let cell = tried(&server.person(actor).await, &incident, actor == subject).await;
                let width = actor.len().max(5);
                let _ = write!(found, " {cell:<width$}");
            }
            found = found.trim_end().to_owned() + "\n";
        }
        let squeeze = |table: &str| {
            table.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(squeeze(&found), squeeze(TABLE.trim_end()), "\n{found}");
        println!("144 pairs");
    })
    .await;
}

async fn deciding<'s>(server: &'s Server, incident: &str, people: &[&str]) -> Client<'s> {
    for person in people {
        let client = server.person(person).await;
        if client.incident(incident, "viewerMay").await["viewerMay"].to_string().contains("\"decide\"") {
            return client;
        }
    }
    panic!("nobody decides");
}
