//! Migrations that are stopped at each step, at any moment, and begun by four at once.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::checks;
use crate::cluster::Cluster;
use crate::guard::{self, Outcome};
use crate::random::Random;
use crate::server::{Place, program, run};
use crate::stand::{Line, Wanted, engine};

pub(crate) async fn interrupted(
    wanted: &Wanted,
    cluster: Option<&Arc<Cluster>>,
    rounds: u32,
) -> Outcome<Line> {
    let mut line = Line::new("SIGKILL while migrating", engine(cluster));
    let mut random = Random::new(wanted.seed);
    let whole = fresh(cluster)?;
    let began = Instant::now();
    finish(wanted, &whole, &mut line)?;
    let takes = began.elapsed();
    let expected = schema(&whole).await?;

    // At each step, or at some of them: after so many statements.
    let stride = if wanted.short { 4 } else { 1 };
    let (mut steps, mut stopped_at) = (0, 0);
    loop {
        let place = fresh(cluster)?;
        let mut command = migrate(wanted, &place);
        stopped_at += stride;
        command.env("UPHELD_TEST_DIE_AFTER_STATEMENT", stopped_at.to_string());
        if run(&mut command)?.code == Some(0) {
            break;
        }
        steps += 1;
        finish(wanted, &place, &mut line)?;
        line.must(schema(&place).await? == expected, || {
            format!("another schema after a stop at statement {stopped_at}")
        });
    }
    line.must(steps * stride >= 7, || format!("only {steps} steps"));

    // At any moment.
    let mut stopped = 0;
    for _ in 0..rounds {
        let place = fresh(cluster)?;
        let mut child = migrate(wanted, &place).spawn().map_err(|e| e.to_string())?;
        let most = u64::try_from(takes.as_millis()).unwrap_or(1_000).max(20);
        std::thread::sleep(random.between(1, most));
        let _ = child.kill();
        let status = child.wait().map_err(|e| e.to_string())?;
        stopped += u32::from(!status.success());
        finish(wanted, &place, &mut line)?;
        line.must(schema(&place).await? == expected, || "another schema after a stop".to_owned());
    }

    // Several at once.
    for _ in 0..rounds.div_ceil(8) {
        let place = fresh(cluster)?;
        let start = || {
            let mut command = migrate(wanted, &place);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(|e| e.to_string())
        };
        let all = [start()?, start()?, start()?, start()?];
        for child in all {
            let done = child.wait_with_output().map_err(|e| e.to_string())?;
            let said = String::from_utf8_lossy(&done.stderr).trim().replace('\n', " | ");
            line.must(done.status.success(), || format!("one of four at once: {} {said}", done.status));
        }
        line.must(schema(&place).await? == expected, || "another schema after four at once".to_owned());
    }
    line.times = steps + rounds;
    line.note = format!(
        "{steps} steps, {stopped} of {rounds} stopped within {} ms; the next run completes; {} times four at once",
        takes.as_millis(),
        rounds.div_ceil(8)
    );
    Ok(line)
}

fn fresh(cluster: Option<&Arc<Cluster>>) -> Outcome<Place> {
    let folder = guard::folder("migrate")?;
    let url = match cluster {
        Some(cluster) => cluster.create(&format!("migrate_{}", uuid::Uuid::new_v4().simple()))?,
        None => format!("sqlite://{}", folder.join("upheld.db").display()),
    };
    Ok(Place { folder, url: Some(url) })
}

fn migrate(wanted: &Wanted, place: &Place) -> Command {
    let mut command = program(&wanted.binary);
    command.args(["migrate", "--log=error"]).args(place.flags()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// The run that completes what another one left.
fn finish(wanted: &Wanted, place: &Place, line: &mut Line) -> Outcome {
    let mut command = program(&wanted.binary);
    let ended = run(command.args(["migrate", "--log=error"]).args(place.flags()))?;
    line.must(ended.code == Some(0), || format!("the next run: {:?} {}", ended.code, ended.err));
    line.must(ended.took < Duration::from_secs(30), || "the next run was slow".to_owned());
    Ok(())
}

/// Everything that the schema has, in the database's own words.
async fn schema(place: &Place) -> Outcome<Vec<String>> {
    let db = checks::connect(place).await?;
    let postgres = place.url.as_ref().is_some_and(|url| url.starts_with("postgres"));
    let sql = if postgres {
        "SELECT 'column ' || table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable AS n
            FROM information_schema.columns WHERE table_schema = 'public'
            UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal
            UNION ALL SELECT 'migration ' || version FROM seaql_migrations ORDER BY 1"
    } else {
        "SELECT COALESCE(sql, name) AS n FROM sqlite_master
            UNION ALL SELECT version FROM seaql_migrations ORDER BY 1"
    };
    let mut all = Vec::new();
    for row in checks::rows(&db, sql).await? {
        all.push(row.try_get::<String>("", "n").map_err(|e| e.to_string())?);
    }
    let _ = db.close().await;
    Ok(all)
}
