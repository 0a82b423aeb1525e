//! A disk that fills up under load, and has room again.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::block_in_place;

use crate::api::Said;
use crate::checks;
use crate::cluster::Cluster;
use crate::guard::{self, Outcome};
use crate::server::Place;
use crate::stand::{Line, Stand, Wanted, pause};

pub(crate) async fn sqlite(wanted: &Wanted, rounds: u32) -> Outcome<Line> {
    let mut line = Line::new("disk full (tmpfs, 64 MB)", "SQLite");
    let Some(disk) = guard::small_disk("full", 64)? else {
        line.note = "left out: this user may not mount a small file system".to_owned();
        return Ok(line);
    };
    let stand = Stand::raise(wanted, Some(disk.clone()), None).await?;
    fill_and_free(stand, &disk, rounds, wanted.back_within(), &mut line).await?;
    Ok(line)
}

/// The tables' disk is full and the write-ahead log has one of its own: reads go on.
pub(crate) async fn postgres(wanted: &Wanted, rounds: u32) -> Outcome<Line> {
    let mut line = Line::new("tables' disk full (tmpfs, 128 MB)", "PostgreSQL");
    let Some(disk) = guard::small_disk("full", 128)? else {
        line.note = "left out: this user may not mount a small file system".to_owned();
        return Ok(line);
    };
    let log = guard::folder("wal")?;
    let cluster = Arc::new(block_in_place(|| Cluster::start(&disk, Some(&log)))?);
    let stand = Stand::raise(wanted, None, Some(cluster)).await?;
    fill_and_free(stand, &disk, rounds, wanted.back_within(), &mut line).await?;
    Ok(line)
}

/// Everything of PostgreSQL is on the full disk, its write-ahead log too: it stops itself, and has to be started again
/// once there is room.
pub(crate) async fn postgres_log(wanted: &Wanted, rounds: u32) -> Outcome<Line> {
    let mut line = Line::new("the whole PostgreSQL's disk full", "PostgreSQL");
    let Some(disk) = guard::small_disk("full", 128)? else {
        line.note = "left out: this user may not mount a small file system".to_owned();
        return Ok(line);
    };
    let cluster = Arc::new(block_in_place(|| Cluster::start(&disk, None))?);
    let stand = Stand::raise(wanted, None, Some(cluster.clone())).await?;
    let ballast = disk.join("ballast");
    let (mut refused, mut slowest) = (0, Duration::ZERO);
    for round in 1..=rounds {
        pause(Duration::from_secs(1)).await;
        let (away, began) = (stand.ledger.away(), Instant::now());
        while stand.ledger.away() < away + 20 && began.elapsed() < Duration::from_secs(90) {
            fill(&ballast)?;
            pause(Duration::from_millis(20)).await;
        }
        refused += stand.ledger.away() - away;
        fs::remove_file(&ballast).map_err(|e| e.to_string())?;
        cluster.stop_at_once()?;
        let accepts = block_in_place(|| cluster.begin())?;
        match stand.ledger.first_after(accepts, Duration::from_secs(15)).await {
            Some(time) => slowest = slowest.max(time),
            None => line.wrong.push(format!("round {round}: nothing acknowledged 15 s after it was back")),
        }
        line.times = round;
    }
    line.must(refused > 0, || "the disk did not get full".to_owned());
    line.must(slowest <= wanted.back_within(), || format!("first change {} ms later", slowest.as_millis()));
    line.note =
        format!("{refused} answered 503; first change at most {} ms after it accepts", slowest.as_millis());
    stand.end(&mut line).await?;
    Ok(line)
}

async fn fill_and_free(
    mut stand: Stand,
    disk: &Path,
    rounds: u32,
    within: Duration,
    line: &mut Line,
) -> Outcome {
    let ballast = disk.join("ballast");
    let (mut refused, mut read, mut slowest) = (0, 0, Duration::ZERO);
    let reader = stand.casts[7].subject.elsewhere();
    for round in 1..=rounds {
        pause(Duration::from_secs(1)).await;
        // The reader's session is due to be written, which must not keep them from reading.
        rest(&stand.place).await?;
        let away = stand.ledger.away();
        // Space that was free inside the database's files is used up first.
        let began = Instant::now();
        let mut quiet = (stand.ledger.count(), Instant::now());
        while stand.ledger.away() < away + 20 || quiet.1.elapsed() < Duration::from_millis(700) {
            fill(&ballast)?;
            pause(Duration::from_millis(20)).await;
            if stand.ledger.count() != quiet.0 {
                quiet = (stand.ledger.count(), Instant::now());
            }
            if began.elapsed() > Duration::from_secs(90) {
                line.wrong.push(format!("round {round}: the disk did not get full"));
                break;
            }
        }
        for _ in 0..20 {
            match reader
                .send("{ viewer { name } recognitions(first: 5) { nodes { wording } } }", json!({}))
                .await
            {
                Said::Done(_) => read += 1,
                other => line.wrong.push(format!("round {round}: a read on a full disk: {other:?}")),
            }
        }
        refused += stand.ledger.away() - away;
        fs::remove_file(&ballast).map_err(|e| e.to_string())?;
        match stand.ledger.first_after(Instant::now(), Duration::from_secs(15)).await {
            Some(time) => slowest = slowest.max(time),
            None => line.wrong.push(format!("round {round}: nothing acknowledged 15 s after there was room")),
        }
        pause(Duration::from_secs(1)).await;
        // Killed every other time: what was acknowledged since must be on the disk and not in a transaction left open.
        if round % 2 == 1 {
            stand.server.kill()?;
            stand.start_again()?;
        }
        stand.look(line).await?;
        line.times = round;
    }
    line.must(slowest <= within, || format!("first change {} ms later", slowest.as_millis()));
    line.note = format!(
        "{refused} writes answered 503, {read} reads answered meanwhile; first change at most {} ms after there was room",
        slowest.as_millis()
    );
    stand.end(line).await
}

/// Writes until nothing more fits.
fn fill(ballast: &Path) -> Outcome {
    let mut file = OpenOptions::new().create(true).append(true).open(ballast).map_err(|e| e.to_string())?;
    for size in [1 << 16, 1 << 12, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
    Ok(())
}

/// Lets every session look unused for five minutes.
async fn rest(place: &Place) -> Outcome {
    let db = checks::connect(place).await?;
    let sql = if place.url.is_some() {
        "UPDATE sessions SET last_seen_at = last_seen_at - interval '5 minutes'"
    } else {
        "UPDATE sessions SET last_seen_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', last_seen_at, '-5 minutes')"
    };
    let done = checks::rows(&db, sql).await;
    let _ = db.close().await;
    done.map(|_| ())
}
