//! Copies made while others write, put back elsewhere.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::block_in_place;

use crate::checks::{self, number};
use crate::cluster::Cluster;
use crate::guard::{self, Outcome};
use crate::ledger::Facts;
use crate::server::{Place, Server, program, run};
use crate::stand::{Line, Stand, Wanted, engine, pause, trail};

pub(crate) async fn while_writing(
    wanted: &Wanted,
    cluster: Option<Arc<Cluster>>,
    times: u32,
) -> Outcome<Line> {
    let mut line = Line::new("backup while writing, restored elsewhere", engine(cluster.as_ref()));
    let stand = Stand::raise(wanted, None, cluster).await?;
    let mut copies: Vec<(PathBuf, Facts)> = Vec::new();
    let folder = guard::folder("copies")?;
    for time in 1..=times {
        pause(Duration::from_secs(2)).await;
        let file = folder.join(format!("{time}.db"));
        // What was acknowledged before the copy began is in it.
        let before = stand.ledger.facts();
        let count = stand.ledger.count();
        block_in_place(|| copy(wanted, &stand, &file))?;
        line.must(stand.ledger.count() > count, || "nobody wrote during the copy".to_owned());
        copies.push((file, before));
        line.times = time;
    }
    let mut changes = Vec::new();
    for (file, before) in &copies {
        let place = block_in_place(|| put_back(wanted, &stand, file))?;
        let found = checks::compare(&place, before).await?;
        line.acknowledged += found.acknowledged;
        line.lost.extend(found.lost);
        line.halves.extend(found.halves);
        checks::whole(&place).await?;
        block_in_place(|| trail(&wanted.binary, &place, &mut line))?;
        changes.push(same_history(&stand.place, &place, &mut line).await?);
        // A server starts on it, and people still are who they were.
        let server = block_in_place(|| Server::start(&wanted.binary, &place, 0, &[]))?;
        line.must(server.panics() == 0, || "a panic on the copy".to_owned());
    }
    line.note =
        format!("copies at changes {changes:?} of the audit trail, each equal to the original up to there");
    // The stand's own facts are more than what the copies hold.
    let mut own = Line::new("", line.engine);
    stand.end(&mut own).await?;
    line.lost.extend(own.lost);
    line.halves.extend(own.halves);
    line.wrong.extend(own.wrong);
    Ok(line)
}

fn copy(wanted: &Wanted, stand: &Stand, file: &PathBuf) -> Outcome {
    if let (Some(cluster), Some(url)) = (&stand.cluster, &stand.place.url) {
        return cluster.dump(url, file);
    }
    let mut command = program(&wanted.binary);
    command.args(["backup", "--demo"]).arg(file).args(stand.place.flags());
    let ended = run(&mut command)?;
    if ended.code == Some(0) { Ok(()) } else { Err(format!("backup: {ended:?}")) }
}

fn put_back(wanted: &Wanted, stand: &Stand, file: &PathBuf) -> Outcome<Place> {
    let folder = guard::folder("restored")?;
    if let Some(cluster) = &stand.cluster {
        let url = cluster.create(&format!("restored_{}", uuid::Uuid::new_v4().simple()))?;
        cluster.restore(file, &url)?;
        return Ok(Place { folder, url: Some(url) });
    }
    let place = Place { folder, url: None };
    let mut command = program(&wanted.binary);
    command.args(["restore", "--demo"]).arg(file).args(place.flags());
    let ended = run(&mut command)?;
    if ended.code == Some(0) { Ok(place) } else { Err(format!("restore: {ended:?}")) }
}

/// The copy's audit trail is the beginning of the original's, and its entries are those that the trail tells of.
async fn same_history(original: &Place, copy: &Place, line: &mut Line) -> Outcome<i64> {
    let (original, copy) = (checks::connect(original).await?, checks::connect(copy).await?);
    let last = number(&copy, "SELECT seq AS n FROM audit_head").await?;
    let trail = format!("SELECT hash FROM audit_events WHERE seq <= {last} ORDER BY seq");
    let mut trails = Vec::new();
    for db in [&original, &copy] {
        let mut hashes = Vec::new();
        for row in checks::rows(db, &trail).await? {
            hashes.push(row.try_get::<String>("", "hash").map_err(|e| e.to_string())?);
        }
        trails.push(hashes);
    }
    line.must(trails[0] == trails[1], || format!("another history up to change {last}"));
    let told = |action: &str| {
        format!("(SELECT count(*) FROM audit_events WHERE seq <= {last} AND action = '{action}')")
    };
    let entries =
        format!("SELECT count(*) - {} + {} AS n FROM incidents", told("incident.log"), told("incident.undo"));
    // What the demo brought along is the same in both; nothing of it can be undone any more.
    let demo = format!(
        "SELECT count(*) AS n FROM incidents WHERE id NOT IN (SELECT object_id FROM audit_events WHERE action = 'incident.log')"
    );
    let (there, brought) = (number(&copy, &entries).await?, number(&copy, &demo).await?);
    line.must(there == brought, || format!("entries {there} and {brought} at change {last}"));
    let _ = original.close().await;
    let _ = copy.close().await;
    Ok(last)
}
