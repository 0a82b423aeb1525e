//! SIGKILL for the server, for PostgreSQL, for both; and PostgreSQL's immediate restart.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::block_in_place;

use crate::cluster::Cluster;
use crate::guard::Outcome;
use crate::stand::{Line, Stand, Wanted, engine, pause};

pub(crate) async fn of_the_server(
    wanted: &Wanted,
    cluster: Option<Arc<Cluster>>,
    times: u32,
) -> Outcome<Line> {
    let mut line = Line::new("SIGKILL of the server", engine(cluster.as_ref()));
    let mut stand = Stand::raise(wanted, None, cluster).await?;
    let mut slowest = Duration::ZERO;
    for kill in 1..=times {
        pause(stand.random.between(300, 2_500)).await;
        stand.server.kill()?;
        let down = Instant::now();
        stand.start_again()?;
        slowest = slowest.max(down.elapsed());
        line.times = kill;
        if kill % 10 == 0 {
            stand.look(&mut line).await?;
        }
    }
    pause(Duration::from_millis(500)).await;
    line.note = format!(
        "back in at most {:.1} s; {} requests unanswered",
        slowest.as_secs_f64(),
        stand.ledger.silent()
    );
    stand.end(&mut line).await?;
    Ok(line)
}

/// What happens to PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blow {
    Kill,
    Immediate,
    Both,
}

pub(crate) async fn of_postgres(
    wanted: &Wanted,
    cluster: &Arc<Cluster>,
    blow: Blow,
    times: u32,
) -> Outcome<Line> {
    let name = match blow {
        Blow::Kill => "SIGKILL of PostgreSQL",
        Blow::Immediate => "PostgreSQL restart -m immediate",
        Blow::Both => "SIGKILL of both",
    };
    let mut line = Line::new(name, "PostgreSQL");
    let mut stand = Stand::raise(wanted, None, Some(cluster.clone())).await?;
    let pid = stand.server.pid();
    let mut slowest = Duration::ZERO;
    for time in 1..=times {
        pause(stand.random.between(300, 2_500)).await;
        match blow {
            Blow::Kill => cluster.kill()?,
            Blow::Immediate => cluster.stop_at_once()?,
            Blow::Both => {
                cluster.kill()?;
                stand.server.kill()?;
            }
        }
        pause(stand.random.between(50, 800)).await;
        let accepts = block_in_place(|| cluster.begin())?;
        if blow == Blow::Both {
            stand.start_again()?;
        } else {
            match stand.ledger.first_after(accepts, Duration::from_secs(15)).await {
                Some(time) => slowest = slowest.max(time),
                None => line.wrong.push(format!("nothing acknowledged 15 s after restart {time}")),
            }
        }
        line.times = time;
        if time % 10 == 0 {
            stand.look(&mut line).await?;
        }
    }
    if blow != Blow::Both {
        line.must(slowest <= wanted.back_within(), || {
            format!("first change {} ms after it was back", slowest.as_millis())
        });
        line.must(stand.server.pid() == pid, || "another process".to_owned());
        line.must(stand.ledger.away() > 0, || "no request found the database away".to_owned());
        line.note = format!(
            "first change at most {} ms after it accepts; {} answered 503, {} unanswered",
            slowest.as_millis(),
            stand.ledger.away(),
            stand.ledger.silent()
        );
        line.must(stand.ledger.silent() == 0, || {
            format!("{} requests without any answer", stand.ledger.silent())
        });
    }
    let slow = stand.ledger.slowest();
    line.must(slow <= Duration::from_millis(6_000), || format!("an answer after {} ms", slow.as_millis()));
    pause(Duration::from_millis(500)).await;
    stand.end(&mut line).await?;
    Ok(line)
}
