//! Every change stopped after each of its statements, by a server that dies there.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::api::{
    ASK, COMMENT, DECIDE, DELIVER, HAND_OVER, LOG, Mutation, PASS, Person, REPLY, RETRACT, Said, UNDO,
};
use crate::cluster::Cluster;
use crate::guard::{Outcome, say};
use crate::load::{Cast, word};
use crate::stand::{Line, Stand, Wanted, engine};

/// More statements than any change has.
const MOST: u32 = 120;

pub(crate) async fn of_every_change(
    wanted: &Wanted,
    cluster: Option<Arc<Cluster>>,
    stride: u32,
    only: Option<&str>,
) -> Outcome<Line> {
    let mut line = Line::new("killed after each statement of a change", engine(cluster.as_ref()));
    let mut stand = Stand::quiet(wanted, None, cluster).await?;
    let cast = stand.casts[0].clone();
    let mut changes = 0;
    for mutation in [LOG, UNDO, ASK, REPLY, PASS, HAND_OVER, DECIDE, DELIVER, RETRACT, COMMENT] {
        if only.is_some_and(|only| only != mutation.0) {
            continue;
        }
        let Some((by, input)) = prepare(&cast, mutation).await else {
            line.wrong.push(format!("{} could not be prepared", mutation.0));
            continue;
        };
        changes += 1;
        let mut points = 0;
        let mut after = 1;
        while after < MOST {
            stand.server.kill()?;
            stand.start_to_die(after)?;
            match by.once(mutation, &input).await {
                Said::Silence => {
                    points += 1;
                    let ended = stand.server.ends_within(Duration::from_secs(5)).is_some();
                    line.must(ended, || format!("{}: silence of a server that lives", mutation.0));
                }
                // It has no such statement, or a try before has done it and the retry says so.
                Said::Done(_) => break,
                Said::Refused(code) if input.get("key").is_none() && points > 0 => {
                    // Who has passed an entry on may not pass it on again.
                    let passed = mutation.0 == "passIncident" && code == "FORBIDDEN";
                    line.must(passed || code == "CONFLICT" || code == "NOT_FOUND", || {
                        format!("{}: {code}", mutation.0)
                    });
                    break;
                }
                other => {
                    line.wrong.push(format!("{} at {after}: {other:?}", mutation.0));
                    break;
                }
            }
            stand.look(&mut line).await?;
            after += stride;
        }
        say(format!("    {}: {points} points", mutation.0));
        line.must(points > 0, || format!("{} was never stopped", mutation.0));
        line.times += points;
        stand.server.kill()?;
        stand.start_again()?;
        // What was stopped goes through now, or has.
        match by.once(mutation, &input).await {
            Said::Done(_) => {}
            Said::Refused(_) if input.get("key").is_none() => {}
            other => line.wrong.push(format!("{} at last: {other:?}", mutation.0)),
        }
    }
    line.note = format!(
        "{changes} changes, a point after every statement{}",
        if stride > 1 { " in some" } else { "" }
    );
    stand.end(&mut line).await?;
    Ok(line)
}

/// Brings an entry to where the mutation applies; who sends it, and what.
async fn prepare(cast: &Cast, mutation: Mutation) -> Option<(Person, Value)> {
    let entry = |kind: &'static str| async move {
        let incident = cast.log(kind).await?;
        cast.ledger.note(|facts| {
            facts.logged.insert(incident);
        });
        Some(incident)
    };
    let mark = word();
    let decided = || async {
        let incident = entry("UPHELD").await?;
        let wording = format!("This is it: {mark}.");
        let input = cast.decide_input(incident, "RECOGNITION", Some("PUBLIC"), &wording);
        cast.decide(incident, &input).await
    };
    Some(match mutation.0 {
        "logIncident" => (cast.reporter.clone(), cast.log_input("VIOLATED")),
        "withdrawIncident" => (cast.reporter.clone(), json!({"incidentId": cast.log("UPHELD").await?})),
        "askAboutIncident" => {
            let incident = entry("VIOLATED").await?;
            let question = json!({"incidentId": incident, "personId": cast.subject.id, "question": word()});
            (cast.leader.clone(), question)
        }
        "replyToIncident" => {
            let incident = entry("VIOLATED").await?;
            let question = json!({"incidentId": incident, "personId": cast.subject.id, "question": word()});
            cast.leader.until_known(ASK, &question).await?;
            (cast.subject.clone(), json!({"incidentId": incident, "text": word()}))
        }
        "passIncident" | "handOverIncident" => {
            let incident = entry("UPHELD").await?;
            (cast.leader.clone(), json!({"incidentId": incident, "reason": "I was part of it myself."}))
        }
        "recordDecision" => {
            let incident = entry("VIOLATED").await?;
            (
                cast.leader.clone(),
                cast.decide_input(incident, "CORRECTION", Some("PUBLIC"), "We let others finish."),
            )
        }
        "markDelivered" => (cast.leader.clone(), json!({"decisionId": decided().await?})),
        "retractDecision" => {
            let decision = decided().await?;
            cast.deliver(decision).await?;
            (cast.leader.clone(), json!({"decisionId": decision, "reason": "It was somebody else."}))
        }
        "comment" => {
            cast.deliver(decided().await?).await?;
            let recognition = cast.recognition(&mark).await?;
            (
                cast.subject.clone(),
                json!({"recognitionId": recognition, "text": format!("Well said {}", word())}),
            )
        }
        _ => return None,
    })
}
