//! The demo organisation: its data, its people and the import's progress.

use std::io::{IsTerminal, Write};

use chrono::Utc;
use upheld_store::{DemoPerson, ImportOptions, ImportProgress, Store};

use crate::{
    cli::{Failure, say},
    config::Settings,
    serve,
};

const DEMO_DATA: &str = include_str!("../demo-data.json");

/// Every demo person's password; the demo stays on loopback unless told otherwise.
pub(crate) const DEMO_PASSWORD: &str = "upheld-demo";

/// Fills the demo's database when it is empty or to be made anew, and shows its people.
pub(crate) async fn prepare(settings: &Settings, store: Store) -> Result<Store, Failure> {
    let mut empty = store.is_empty().await.map_err(Failure::other)?;
    if !empty && !store.is_demo().await.map_err(Failure::other)? {
        return Err(settings
            .demo
            .refuse(
                "this database holds an organisation that is not the demo",
                "leave out --demo or name another database",
            )
            .into());
    }
    if settings.demo_fresh && !empty {
        store.clear_demo().await.map_err(Failure::other)?;
        serve::migrate(settings, &store).await?;
        empty = true;
    }
    if empty {
        let mut progress = Progress::default();
        let options = ImportOptions { now: Utc::now(), demo_password: Some(DEMO_PASSWORD.to_owned()) };
        let report = store.import(DEMO_DATA, options, &mut |step| progress.show(&step)).await;
        progress.finish();
        let report =
            report.map_err(|error| Failure::other(format!("the demo data does not load: {error}")))?;
        tracing::info!("{report}");
    }
    Ok(store)
}

/// Prints who can sign in.
pub(crate) async fn show_people(store: &Store) -> Result<(), Failure> {
    let people = store.demo_people().await.map_err(Failure::other)?;
    say(table(&people));
    say(format!("Everybody's password is {DEMO_PASSWORD}."));
    Ok(())
}

fn table(people: &[DemoPerson]) -> String {
    let rows: Vec<[String; 4]> = people
        .iter()
        .map(|person| {
            let role = match (person.admin, person.leader) {
                (true, true) => "admin, leader",
                (true, false) => "admin",
                (false, true) => "leader",
                (false, false) => "",
            };
            [
                person.name.clone(),
                person.title.clone().unwrap_or_default(),
                role.to_owned(),
                person.email.clone(),
            ]
        })
        .collect();
    let heading = ["Name", "Title", "Role", "E-mail"].map(str::to_owned);
    let mut widths = [0; 4];
    for row in rows.iter().chain([&heading]) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |row: &[String; 4]| {
        let cells: Vec<String> =
            row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        cells.join("  ").trim_end().to_owned()
    };
    [&heading].into_iter().chain(&rows).map(line).collect::<Vec<_>>().join("\n")
}

/// The import's progress on stderr: one moving line on a terminal, else a line per kind of row.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    what: &'static str,
    shown: bool,
}

impl Progress {
    pub(crate) fn show(&mut self, step: &ImportProgress) {
        let mut out = std::io::stderr().lock();
        let _ = if out.is_terminal() {
            self.shown = true;
            write!(out, "\r\x1b[KLoading {} ({} of {})", step.what, step.done, step.total)
        } else if self.what != step.what {
            writeln!(out, "Loading {} ({} of {})", step.what, step.done, step.total)
        } else {
            Ok(())
        };
        let _ = out.flush();
        self.what = step.what;
    }

    pub(crate) fn finish(&mut self) {
        if self.shown {
            let _ = writeln!(std::io::stderr().lock());
        }
    }
}
