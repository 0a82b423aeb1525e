//! PostgreSQL frozen under 64 connections, and thawed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::api::Said;
use crate::cluster::Cluster;
use crate::guard::Outcome;
use crate::stand::{Line, Stand, Wanted, pause};

/// What the requests may take, and what the client may add on a busy machine.
const ANSWERS_WITHIN: Duration = Duration::from_millis(5_000);

pub(crate) async fn postgres(wanted: &Wanted, cluster: &Arc<Cluster>, seconds: u64) -> Outcome<Line> {
    let mut line = Line::new(&format!("PostgreSQL frozen for {seconds} s"), "PostgreSQL");
    let mut stand = Stand::raise(wanted, None, Some(cluster.clone())).await?;
    let stop = Arc::new(AtomicBool::new(false));
    let (answered, away) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let readers: Vec<_> = (0..64)
        .map(|n| {
            let person = stand.casts[n % stand.casts.len()].reporter.elsewhere();
            let (stop, answered, away) = (stop.clone(), answered.clone(), away.clone());
            tokio::spawn(async move {
                while !stop.load(Ordering::SeqCst) {
                    match person.send("{ recognitions(first: 5) { nodes { id wording } } }", json!({})).await
                    {
                        Said::Done(_) => answered.fetch_add(1, Ordering::SeqCst),
                        _ => away.fetch_add(1, Ordering::SeqCst),
                    };
                    pause(Duration::from_millis(100)).await;
                }
            })
        })
        .collect();
    pause(Duration::from_secs(3)).await;
    let before = stand.server.memory();
    stand.ledger.slowest();
    let (silent, gone) = (stand.ledger.silent(), away.load(Ordering::SeqCst));
    cluster.freeze()?;
    // Whatever is on its way when it freezes may still be answered.
    pause(Duration::from_millis(300)).await;
    let during = answered.load(Ordering::SeqCst);
    let acknowledged = stand.ledger.count();
    let mut memory = before;
    let thaw = Instant::now() + Duration::from_secs(seconds);
    while Instant::now() < thaw {
        memory = memory.max(stand.server.memory());
        pause(Duration::from_millis(200)).await;
    }
    let unanswered = stand.ledger.silent() - silent;
    line.must(stand.ledger.count() == acknowledged, || {
        "a change was acknowledged by a frozen database".to_owned()
    });
    line.must(answered.load(Ordering::SeqCst) == during, || {
        "a read was answered by a frozen database".to_owned()
    });
    let refused = away.load(Ordering::SeqCst) - gone;
    cluster.thaw()?;
    let back = stand.ledger.first_after(Instant::now(), Duration::from_secs(15)).await;
    let slowest = stand.ledger.slowest();
    pause(Duration::from_secs(2)).await;
    stop.store(true, Ordering::SeqCst);
    for reader in readers {
        let _ = reader.await;
    }
    line.times = 1;
    line.must(refused >= 64, || format!("only {refused} requests were refused"));
    line.must(unanswered == 0, || format!("{unanswered} requests without any answer"));
    line.must(slowest <= ANSWERS_WITHIN, || format!("an answer after {} ms", slowest.as_millis()));
    // Twenty of a hundred, and what the allocator rounds to.
    line.must(memory <= before * 1.2 + 4.0, || format!("memory from {before:.0} to {memory:.0} MB"));
    match back {
        Some(time) => {
            line.must(time <= wanted.back_within(), || format!("first change {} ms later", time.as_millis()));
            line.note = format!(
                "{refused} answered 503, the slowest after {} ms; memory {before:.0} to {memory:.0} MB; first change {} ms after SIGCONT",
                slowest.as_millis(),
                time.as_millis()
            );
        }
        None => line.wrong.push("nothing acknowledged 15 s after SIGCONT".to_owned()),
    }
    line.must(stand.server.ended().is_none(), || "the server ended".to_owned());
    stand.end(&mut line).await?;
    Ok(line)
}
