//! Where settings are written down: flags, the environment, the TOML file.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{Given, Refusal};

/// The settings as one place gives them; what is absent is left to the next place.
///
/// The same struct is the flags and the TOML file, so that no setting can exist in only one of them.
#[derive(Clone, Debug, Default, Deserialize, clap::Args)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Layer {
    /// Address to listen on; port 0 picks a free one [default: 127.0.0.1:8080]
    #[arg(long, global = true, value_name = "HOST:PORT")]
    pub(crate) listen: Option<String>,
    /// Folder of the embedded database [default: data]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// PostgreSQL instead of the embedded database
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// Serve the demo organisation from a database of its own
    #[arg(long, global = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) demo: Option<bool>,
    /// Serve the demo, created anew with dates relative to now
    #[arg(long, global = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) demo_fresh: Option<bool>,
    /// Let other machines reach the demo, whose passwords are public
    #[arg(long, global = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) allow_remote_demo: Option<bool>,
    /// The address people use, the base of links [default: http://LISTEN]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// Introspection for everybody, and the number of SQL statements in a header
    #[arg(long, global = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) development: Option<bool>,
    /// off, error, warn, info, debug or trace [default: info]
    #[arg(long, global = true, value_name = "LEVEL")]
    pub(crate) log: Option<String>,
    /// Write the log as JSON
    #[arg(long, global = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) log_json: Option<bool>,
    /// Proxies whose X-Forwarded-For is believed, separated by commas
    #[arg(long, global = true, value_name = "IP,…", value_delimiter = ',')]
    pub(crate) trusted_proxies: Option<Vec<String>>,
    /// Threads that serve requests [default: one per core]
    #[arg(long, global = true, value_name = "N")]
    pub(crate) workers: Option<usize>,
}

/// The three places, in the order in which they win.
#[derive(Debug)]
pub(super) struct Layers {
    flags: Layer,
    environment: Layer,
    file: Layer,
    file_name: String,
}

impl Layers {
    pub(super) fn read(
        flags: Layer,
        config: Option<PathBuf>,
        variables: impl Iterator<Item = (OsString, OsString)>,
    ) -> Result<Layers, Refusal> {
        let (environment, named_there) = environment(variables)?;
        let named = config.map(|path| ("--config", path)).or(named_there.map(|path| ("UPHELD_CONFIG", path)));
        let file_name =
            named.as_ref().map_or(Path::new("upheld.toml"), |(_, path)| path).display().to_string();
        let text = match &named {
            Some((setting, path)) => fs::read_to_string(path).map_err(|error| {
                Refusal::new(setting, format!("{file_name} cannot be read ({error})"), "name a file that can")
            })?,
            None => match fs::read_to_string("upheld.toml") {
                Ok(text) => text,
                Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
                Err(error) => {
                    return Err(Refusal::new(
                        "upheld.toml",
                        format!("cannot be read ({error})"),
                        "mend it or remove it",
                    ));
                }
            },
        };
        let file = toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            let key =
                text.lines().nth(line - 1).and_then(|l| l.split_once('=')).map_or("", |(key, _)| key.trim());
            Refusal::new(
                format!("{file_name}, line {line}: {key}"),
                error.message(),
                "mend or remove that line",
            )
        })?;
        Ok(Layers { flags, environment, file, file_name })
    }

    /// The value of a setting and where it was given, if anywhere.
    pub(super) fn find<T: Clone>(&self, key: &str, get: fn(&Layer) -> &Option<T>) -> Option<Given<T>> {
        let given = |layer: &Layer, name: String| get(layer).clone().map(|value| Given { value, name });
        given(&self.flags, flag(key))
            .or_else(|| given(&self.environment, format!("UPHELD_{}", key.to_ascii_uppercase())))
            .or_else(|| given(&self.file, format!("{key} in {}", self.file_name)))
    }

    pub(super) fn given<T: Clone>(&self, key: &str, default: T, get: fn(&Layer) -> &Option<T>) -> Given<T> {
        self.find(key, get).unwrap_or_else(|| Given { value: default, name: flag(key) })
    }
}

fn flag(key: &str) -> String {
    format!("--{}", key.replace('_', "-"))
}

/// Reads the variables that begin with `UPHELD_`; an empty one counts as absent, as compose files write it.
fn environment(
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Result<(Layer, Option<PathBuf>), Refusal> {
    let mut layer = Layer::default();
    let mut config = None;
    for (name, value) in variables {
        let name = name.to_string_lossy();
        let Some(key) = name.strip_prefix("UPHELD_") else { continue };
        if key.starts_with("TEST_") || value.is_empty() {
            continue;
        }
        let Ok(text) = value.clone().into_string() else {
            return Err(Refusal::new(&name, "the value is not UTF-8", "write it in UTF-8"));
        };
        match key {
            "CONFIG" => config = Some(PathBuf::from(value)),
            "LISTEN" => layer.listen = Some(text),
            "DATA_DIR" => layer.data_dir = Some(PathBuf::from(value)),
            "DATABASE_URL" => layer.database_url = Some(text),
            "DEMO" => layer.demo = Some(yes_or_no(&name, &text)?),
            "DEMO_FRESH" => layer.demo_fresh = Some(yes_or_no(&name, &text)?),
            "ALLOW_REMOTE_DEMO" => layer.allow_remote_demo = Some(yes_or_no(&name, &text)?),
            "BASE_URL" => layer.base_url = Some(text),
            "DEVELOPMENT" => layer.development = Some(yes_or_no(&name, &text)?),
            "LOG" => layer.log = Some(text),
            "LOG_JSON" => layer.log_json = Some(yes_or_no(&name, &text)?),
            "TRUSTED_PROXIES" => layer.trusted_proxies = Some(text.split(',').map(str::to_owned).collect()),
            "WORKERS" => {
                let number = text.parse().map_err(|_| {
                    Refusal::new(&name, format!("{text:?} is no number"), "write the number of threads")
                })?;
                layer.workers = Some(number);
            }
            _ => {
                return Err(Refusal::new(
                    &name,
                    "there is no such setting",
                    "unset it, or see `upheld --help`",
                ));
            }
        }
    }
    Ok((layer, config))
}

fn yes_or_no(name: &str, text: &str) -> Result<bool, Refusal> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err(Refusal::new(name, format!("{text:?} is neither true nor false"), "write true or false")),
    }
}
