//! The command line.

use std::{
    fmt::Display,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use chrono::Utc;
use clap::{Parser, Subcommand, error::ErrorKind};
use upheld_store::{ImportOptions, SchemaState, StatementCounter, Store, StoreError};

use crate::{
    audit, backup,
    config::{Layer, Refusal, Settings},
    demo::{self, DEMO_PASSWORD},
    graphql, serve, telemetry,
};

/// Upheld: a team logs where it lived up to its values or fell short; its leader decides what follows.
#[derive(Debug, Parser)]
#[command(
    name = "upheld",
    version,
    after_help = "Each option is also an environment variable (UPHELD_LISTEN, UPHELD_DATA_DIR, …) and a key of the TOML file (listen, data_dir, …)."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// TOML file with settings [default: upheld.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    settings: Layer,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the pages and the API
    Serve,
    /// Bring the database to the schema of this version
    Migrate,
    /// Load an organisation from a file in the format of the demo data; all or nothing
    Import { file: PathBuf },
    /// Print the GraphQL schema
    Schema,
    /// Print the page "Who can see what", from the rules that the program enforces
    WhoSeesWhat,
    /// Check the settings and the database
    Check,
    /// Erase the texts whose time is over by the retention policy, as the server does each hour
    Retention {
        /// Count them and erase nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Print one-time links for people without a password
    Invite { email: Option<String> },
    /// Verify the audit trail, or print where it ends
    #[command(subcommand)]
    Audit(audit::Command),
    /// Copy the database to a new file while the server goes on writing
    Backup { file: PathBuf },
    /// Put a copy in the database's place
    Restore {
        file: PathBuf,
        /// Move the database that is there aside
        #[arg(long)]
        replace: bool,
    },
    /// Turn the second factor of somebody off who lost the app and the recovery codes; ask first whether it is them
    EndSecondFactor { email: String },
}

/// Runs the command; a setting that cannot be used is exit code 2, another failure is 1.
pub(crate) async fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return explain(&error),
    };
    let result = match cli.command {
        // The schema is the same whatever is set.
        Command::Schema => {
            say(graphql::sdl().trim_end());
            Ok(())
        }
        Command::WhoSeesWhat => {
            say(upheld_domain::who_sees::markdown().trim_end());
            Ok(())
        }
        command => match Settings::load(cli.settings, cli.config) {
            Ok(settings) => with_settings(command, settings).await,
            Err(refusal) => Err(refusal.into()),
        },
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            warn(&failure);
            failure.exit_code()
        }
    }
}

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The person who started it can mend a setting.
    #[error(transparent)]
    Setting(#[from] Refusal),
    /// Anything else, in one line.
    #[error("{0}")]
    Other(String),
}

impl Failure {
    pub(crate) fn other(error: impl Display) -> Failure {
        Failure::Other(error.to_string().replace(['\n', '\r'], " "))
    }

    fn exit_code(&self) -> ExitCode {
        ExitCode::from(if matches!(self, Failure::Setting(_)) { 2 } else { 1 })
    }
}

async fn with_settings(command: Command, settings: Settings) -> Result<(), Failure> {
    telemetry::start(&settings.log, settings.log_json)?;
    match command {
        Command::Serve => serve::serve(&settings).await,
        Command::Migrate => migrate(&settings).await,
        Command::Import { file } => import(&settings, &file).await,
        Command::Check => check(&settings).await,
        Command::Retention { dry_run } => retention(&settings, dry_run).await,
        Command::Invite { email } => invite(&settings, email.as_deref()).await,
        Command::Audit(command) => {
            let store = serve::open_store(&settings).await?;
            needs_current_schema(&settings, &store).await?;
            audit::run(&store, command).await
        }
        Command::Backup { file } => backup::back_up(&settings, &file).await,
        Command::Restore { file, replace } => backup::restore(&settings, &file, replace).await,
        Command::EndSecondFactor { email } => end_second_factor(&settings, &email).await,
        Command::Schema | Command::WhoSeesWhat => Ok(()),
    }
}

async fn migrate(settings: &Settings) -> Result<(), Failure> {
    let store = serve::open_store(settings).await?;
    // Counted as a request's statements are, so that the crash tests can stop it at each step.
    match StatementCounter::default().count(serve::migrate(settings, &store)).await? {
        0 => say("The database has the schema of this version."),
        1 => say("Applied 1 migration."),
        count => say(format!("Applied {count} migrations.")),
    }
    Ok(())
}

async fn import(settings: &Settings, file: &Path) -> Result<(), Failure> {
    let json = fs::read_to_string(file)
        .map_err(|error| Failure::other(format!("{} cannot be read: {error}", file.display())))?;
    let store = serve::open_store(settings).await?;
    serve::migrate(settings, &store).await?;
    let demo_password = settings.demo.value.then(|| DEMO_PASSWORD.to_owned());
    let mut progress = demo::Progress::default();
    let report = store
        .import(&json, ImportOptions { now: Utc::now(), demo_password }, &mut |step| progress.show(&step))
        .await;
    progress.finish();
    let report = report
        .map_err(|error| Failure::other(format!("{}: {error}; nothing was imported", file.display())))?;
    say(report);
    Ok(())
}

async fn check(settings: &Settings) -> Result<(), Failure> {
    say("The settings can be used.");
    if let Some(file) = settings.database.own_file.as_ref().filter(|file| !file.exists()) {
        serve::prepare_data_dir(settings)?;
        say(format!("The database {} will be created by `upheld serve`.", file.display()));
        return Ok(());
    }
    let store = serve::open_store(settings).await?;
    let database = &settings.database.url;
    match store.schema_state().await {
        Ok(SchemaState::Current) => say("The database answers and has the schema of this version."),
        Ok(SchemaState::Behind(count)) => {
            say(format!(
                "The database answers; `upheld serve` or `upheld migrate` will apply {count} migrations."
            ));
        }
        Ok(SchemaState::Newer(name)) => {
            return Err(database
                .refuse(format!("a newer Upheld wrote it ({name})"), "start that version")
                .into());
        }
        Err(error) => return Err(database.refuse(error, "name another database").into()),
    }
    Ok(())
}

async fn retention(settings: &Settings, dry_run: bool) -> Result<(), Failure> {
    let store = serve::open_store(settings).await?;
    needs_current_schema(settings, &store).await?;
    if dry_run {
        let due = store.count_due().await.map_err(Failure::other)?;
        say(format!("Would be erased: {due}."));
    } else {
        let erased = store.retain().await.map_err(Failure::other)?;
        say(format!("Erased: {erased}."));
    }
    Ok(())
}

async fn invite(settings: &Settings, email: Option<&str>) -> Result<(), Failure> {
    let store = serve::open_store(settings).await?;
    needs_current_schema(settings, &store).await?;
    let invites = store.invites(email).await.map_err(Failure::other)?;
    match (invites.is_empty(), email) {
        (true, Some(email)) => {
            return Err(Failure::other(format!(
                "{email:?}: nobody with this address waits for an invitation; see who does with `upheld invite`"
            )));
        }
        (true, None) => say("Everybody has a password."),
        (false, _) => {}
    }
    let base = settings.base_url(settings.listen.value);
    for invite in invites {
        say(format!("{} <{}>  {base}/invite#{}", invite.name, invite.email, invite.token));
    }
    Ok(())
}

async fn end_second_factor(settings: &Settings, email: &str) -> Result<(), Failure> {
    let store = serve::open_store(settings).await?;
    needs_current_schema(settings, &store).await?;
    match store.end_second_factor_of(email).await {
        Ok(true) => say("Off: signing in takes the password alone now. It is in the audit trail."),
        Ok(false) => say("It is not on."),
        Err(StoreError::NotFound) => {
            return Err(Failure::other(format!(
                "{email:?}: nobody has this address; give the one they sign in with"
            )));
        }
        Err(error) => return Err(Failure::other(error)),
    }
    Ok(())
}

async fn needs_current_schema(settings: &Settings, store: &Store) -> Result<(), Failure> {
    match store.schema_state().await {
        Ok(SchemaState::Current) => Ok(()),
        Ok(SchemaState::Behind(_)) => Err(settings
            .database
            .url
            .refuse("its schema is older than this version", "run `upheld migrate`")
            .into()),
        Ok(SchemaState::Newer(name)) => Err(settings
            .database
            .url
            .refuse(format!("a newer Upheld wrote it ({name})"), "start that version")
            .into()),
        Err(error) => Err(settings.database.url.refuse(error, "name another database").into()),
    }
}

/// Says what is wrong with the command line in one line; help and version are as long as they are.
fn explain(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            error.exit();
        }
        _ => {
            let text = error.render().to_string();
            let text = text.lines().next().unwrap_or_default();
            warn(format!("{}; see `upheld --help`", text.strip_prefix("error: ").unwrap_or(text)));
            ExitCode::from(2)
        }
    }
}

/// Prints a line for whoever started the program; a closed pipe is no reason to stop.
pub(crate) fn say(line: impl Display) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}

fn warn(line: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "upheld: {line}");
}
