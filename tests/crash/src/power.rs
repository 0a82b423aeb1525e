//! Whether an acknowledged change has been handed to the disk: the calls are counted.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::block_in_place;

use crate::api::{LOG, id};
use crate::cluster::Cluster;
use crate::guard::{self, Outcome, signal};
use crate::stand::{Line, Stand, Wanted, engine, pause};

const CHANGES: u64 = 50;

pub(crate) async fn syncs(wanted: &Wanted, cluster: Option<Arc<Cluster>>) -> Outcome<Line> {
    let mut line = Line::new("fdatasync for each change, one after another", engine(cluster.as_ref()));
    let stand = Stand::quiet(wanted, None, cluster.clone()).await?;
    let cast = stand.casts[0].clone();
    // Everything is opened and warm.
    cast.log("UPHELD").await;
    let file = guard::folder("strace")?.join("calls");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-c", "-e", "trace=fsync,fdatasync", "-o"]).arg(&file);
    let watched = cluster.as_ref().map_or_else(|| vec![stand.server.pid()], |cluster| cluster.processes());
    for pid in watched {
        strace.args(["-p", &pid.to_string()]);
    }
    let Ok(mut strace) = strace.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
    else {
        line.note = "left out: there is no strace".to_owned();
        return Ok(line);
    };
    pause(Duration::from_secs(1)).await;
    let before = stand.ledger.count();
    for _ in 0..CHANGES {
        let input = cast.log_input("UPHELD");
        if let Some(incident) = cast.reporter.until_known(LOG, &input).await.and_then(|p| id(&p, "incident"))
        {
            stand.ledger.note(|facts| {
                facts.logged.insert(incident);
            });
        }
    }
    let acknowledged = stand.ledger.count() - before;
    signal("INT", &[strace.id()])?;
    block_in_place(|| strace.wait()).map_err(|e| e.to_string())?;
    let summary = std::fs::read_to_string(&file).unwrap_or_default();
    // time, seconds, microseconds per call, calls, [errors], name
    let calls: u64 = summary
        .lines()
        .filter(|l| l.trim_end().ends_with("fsync") || l.trim_end().ends_with("fdatasync"))
        .filter_map(|l| l.split_whitespace().nth(3)?.parse::<u64>().ok())
        .sum();
    line.must(acknowledged == CHANGES, || format!("{acknowledged} of {CHANGES} changes"));
    line.must(calls >= acknowledged, || format!("{calls} calls for {acknowledged} changes"));
    line.times = 1;
    line.note = format!("{calls} calls for {acknowledged} acknowledged changes");
    stand.end(&mut line).await?;
    Ok(line)
}
