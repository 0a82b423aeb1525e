//! Starts that cannot work: each ends soon, with one line that names the cause and the setting.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use crate::checks;
use crate::cluster::Cluster;
use crate::guard::{self, Outcome, is_root, say};
use crate::server::{Place, program, run};
use crate::stand::{Line, Wanted};

const SOON: Duration = Duration::from_secs(2);
/// A database that is there and does not answer.
const FROZEN: Duration = Duration::from_secs(5);
/// Nobody's: owns nothing.
const NOBODY: u32 = 65_534;

/// What a line must name.
struct Case<'c> {
    what: &'c str,
    names: &'c [&'c str],
    within: Duration,
}

impl<'c> Case<'c> {
    fn soon(what: &'c str, names: &'c [&'c str]) -> Self {
        Self { what, names, within: SOON }
    }
}

pub(crate) async fn that_cannot(wanted: &Wanted, cluster: Option<&Arc<Cluster>>) -> Outcome<Line> {
    let engine = if cluster.is_some() { "PostgreSQL" } else { "SQLite" };
    let mut line = Line::new("starts that cannot work", engine);
    match cluster {
        None => on_sqlite(wanted, &mut line).await?,
        Some(cluster) => on_postgres(wanted, cluster, &mut line).await?,
    }
    line.note = format!("{} refusals, each in one line with cause and setting", line.times);
    Ok(line)
}

async fn on_sqlite(wanted: &Wanted, line: &mut Line) -> Outcome {
    // As root nothing is read-only, so the program runs as nobody there, from a place that they may read.
    let folder = guard::folder("start")?;
    let binary = folder.join("upheld");
    fs::copy(&wanted.binary, &binary).map_err(|e| e.to_string())?;
    let made = |name: &str, mode: u32| -> Outcome<PathBuf> {
        let path = folder.join(name);
        fs::create_dir(&path).map_err(|e| e.to_string())?;
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).map_err(|e| e.to_string())?;
        if is_root() {
            chown(&path, Some(NOBODY), Some(NOBODY)).map_err(|e| e.to_string())?;
        }
        Ok(path)
    };
    let data = ["data-dir"];

    let read_only = made("read-only-file", 0o700)?;
    migrate(&binary, &read_only)?;
    fs::set_permissions(read_only.join("upheld.db"), fs::Permissions::from_mode(0o400))
        .map_err(|e| e.to_string())?;
    refuses(line, &Case::soon("a read-only file", &data), serve(&binary, &read_only));

    refuses(
        line,
        &Case::soon("a read-only folder", &data),
        serve(&binary, &made("read-only-folder", 0o500)?),
    );
    refuses(
        line,
        &Case::soon("a folder that cannot be made", &data),
        serve(&binary, Path::new("/proc/upheld")),
    );
    if is_root() {
        let owner = made("wrong-owner", 0o700)?;
        migrate(&binary, &owner)?;
        chown(owner.join("upheld.db"), Some(0), Some(0)).map_err(|e| e.to_string())?;
        refuses(line, &Case::soon("a file of another owner", &data), serve(&binary, &owner));
    }

    let other = made("other", 0o700)?;
    fs::write(other.join("upheld.db"), "This is a letter and no database. ".repeat(200))
        .map_err(|e| e.to_string())?;
    open_to_all(&other.join("upheld.db"))?;
    refuses(line, &Case::soon("a file that is no database", &data), serve(&binary, &other));

    let newer = made("newer", 0o700)?;
    migrate(&binary, &newer)?;
    let url = format!("sqlite://{}", newer.join("upheld.db").display());
    add_migration(&Place { folder: newer.clone(), url: Some(url) }).await?;
    for file in fs::read_dir(&newer).map_err(|e| e.to_string())?.flatten() {
        open_to_all(&file.path())?;
    }
    refuses(line, &Case::soon("a newer schema", &["data-dir", "m99_later"]), serve(&binary, &newer));

    let taken = TcpListener::bind("127.0.0.1:0").map_err(|e| e.to_string())?;
    let address = taken.local_addr().map_err(|e| e.to_string())?.to_string();
    let mut command = program(&binary);
    command.args(["serve", "--listen", &address, "--data-dir"]).arg(made("port", 0o700)?);
    refuses(line, &Case::soon("a taken port", &["--listen", "taken"]), command);

    for (what, url) in [("an unknown kind of database", "mysql://127.0.0.1/upheld"), ("no address", "upheld")]
    {
        let mut command = program(&binary);
        command.args(["serve", "--listen", "127.0.0.1:0", "--database-url", url]);
        refuses(line, &Case::soon(what, &["--database-url"]), command);
    }
    Ok(())
}

async fn on_postgres(wanted: &Wanted, cluster: &Arc<Cluster>, line: &mut Line) -> Outcome {
    let names = ["--database-url"];
    let serve = |url: &str| {
        let mut command = program(&wanted.binary);
        command.args(["serve", "--listen", "127.0.0.1:0", "--database-url", url]);
        command
    };
    let newer = cluster.create("crash_newer")?;
    let mut migrate = program(&wanted.binary);
    run(migrate.args(["migrate", "--database-url", &newer]))?;
    add_migration(&Place { folder: PathBuf::new(), url: Some(newer.clone()) }).await?;
    refuses(line, &Case::soon("a newer schema", &["--database-url", "m99_later"]), serve(&newer));
    refuses(line, &Case::soon("a database that is not there", &names), serve(&cluster.address("nowhere")));
    let wrong = cluster.address("postgres").replace("postgres@", "nobody@");
    refuses(line, &Case::soon("a user that is not there", &names), serve(&wrong));
    refuses(line, &Case::soon("a closed port", &names), serve("postgres://postgres@127.0.0.1:1/upheld"));
    refuses(line, &Case::soon("an address without a host", &names), serve("postgres://"));
    cluster.freeze()?;
    let frozen = Case { what: "a frozen PostgreSQL", names: &names, within: FROZEN };
    refuses(line, &frozen, serve(&newer));
    cluster.thaw()
}

fn serve(binary: &Path, data: &Path) -> Command {
    let mut command = program(binary);
    command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data);
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command.current_dir("/");
    command
}

fn migrate(binary: &Path, data: &Path) -> Outcome {
    let mut command = program(binary);
    command.args(["migrate", "--data-dir"]).arg(data);
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    let ended = run(&mut command)?;
    if ended.code == Some(0) { Ok(()) } else { Err(format!("migrate: {}", ended.err)) }
}

fn open_to_all(file: &Path) -> Outcome {
    if is_root() {
        chown(file, Some(NOBODY), Some(NOBODY)).map_err(|e| e.to_string())?;
    }
    Ok(())
}

async fn add_migration(place: &Place) -> Outcome {
    let db = checks::connect(place).await?;
    let done =
        checks::rows(&db, "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m99_later', 0)").await;
    let _ = db.close().await;
    done.map(|_| ())
}

fn refuses(line: &mut Line, case: &Case<'_>, mut command: Command) {
    line.times += 1;
    let what = case.what;
    let ended = match run(command.arg("--log=error")) {
        Ok(ended) => ended,
        Err(problem) => return line.wrong.push(format!("{what}: {problem}")),
    };
    say(format!("    {what}: code {:?} after {} ms: {}", ended.code, ended.took.as_millis(), ended.err));
    line.must(ended.code.is_some_and(|code| code != 0), || format!("{what}: {ended:?}"));
    line.must(ended.took <= case.within, || format!("{what}: took {} ms", ended.took.as_millis()));
    line.must(ended.err.lines().count() == 1, || format!("{what}: not one line: {}", ended.err));
    line.must(case.names.iter().all(|name| ended.err.contains(name)), || format!("{what}: {}", ended.err));
}
