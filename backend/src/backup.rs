//! `upheld backup` and `upheld restore`.

use std::{
    io::{IsTerminal, Write},
    path::{Path, PathBuf},
};

use upheld_store::sqlite_file;

use crate::{
    cli::{Failure, say},
    config::Settings,
    serve,
};

/// Copies the SQLite database to a new file.
pub(crate) async fn back_up(settings: &Settings, file: &Path) -> Result<(), Failure> {
    let run = "run `pg_dump --format=custom --no-owner --file=FILE \"$UPHELD_DATABASE_URL\"`";
    let source = own_file(settings, "PostgreSQL makes its own backups", run)?;
    if !source.is_file() {
        let what = format!("there is no database at {} yet", source.display());
        return Err(settings.database.url.refuse(what, "name the folder of the one to copy").into());
    }
    let store = serve::open_store(settings).await?;
    let mut shown = false;
    let copied = store
        .back_up(file, &mut |done, of| {
            let mut out = std::io::stderr().lock();
            if out.is_terminal() {
                shown = true;
                let _ = write!(out, "\r\x1b[KCopying {} of about {}", size(done), size(of.max(done)));
                let _ = out.flush();
            }
        })
        .await;
    if shown {
        let _ = writeln!(std::io::stderr().lock());
    }
    let copied = copied.map_err(Failure::other)?;
    say(format!(
        "{}: {}, whole up to change {} of the audit trail.",
        file.display(),
        size(copied.bytes),
        copied.changes
    ));
    Ok(())
}

/// Puts a copy in the place of the SQLite database.
pub(crate) async fn restore(settings: &Settings, file: &Path, replace: bool) -> Result<(), Failure> {
    let run = "run `pg_restore --exit-on-error --single-transaction --no-owner \
               --dbname=\"$UPHELD_DATABASE_URL\" FILE` into an empty database";
    let target = own_file(settings, "PostgreSQL restores its own backups", run)?;
    if settings.database.own_file.is_some() {
        serve::prepare_data_dir(settings)?;
    }
    let restored = upheld_store::restore(file, &target, replace).await.map_err(Failure::other)?;
    if let Some(aside) = restored.aside {
        say(format!("The database that was there is now {}.", aside.display()));
    }
    say(format!("{} is back at change {} of the audit trail.", target.display(), restored.changes));
    if restored.behind > 0 {
        say(format!("The next start will apply {} migrations.", restored.behind));
    }
    Ok(())
}

/// The file of the database, or what to run where there is none.
fn own_file(settings: &Settings, what: &str, mend: &str) -> Result<PathBuf, Failure> {
    let url = &settings.database.url;
    sqlite_file(&url.value).ok_or_else(|| url.refuse(what, mend).into())
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{}.{} kB", bytes / 1_000, bytes % 1_000 / 100),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}
