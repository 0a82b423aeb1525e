//! Settings: a flag wins over `UPHELD_…`, which wins over the TOML file, which wins over the default.
//!
//! Every refusal is one line that names the setting where it was given, and the mend.

mod layers;
#[cfg(test)]
mod tests;

use std::{
    ffi::OsString,
    fmt,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    thread,
};

pub(crate) use self::layers::Layer;
use self::layers::Layers;
use crate::base_url::BaseUrl;

/// A setting that cannot be used: one line for the person who started the program.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Refusal(String);

impl Refusal {
    /// Names the setting as it was given, what is wrong and the mend.
    pub(crate) fn new(
        setting: impl fmt::Display,
        what: impl fmt::Display,
        mend: impl fmt::Display,
    ) -> Refusal {
        // What was given may hold line breaks; the refusal stays one line.
        Refusal(format!("{setting}: {what}; {mend}").replace(['\n', '\r'], " "))
    }
}

/// A value together with where it was given, for a refusal that comes up later.
#[derive(Clone, Debug)]
pub(crate) struct Given<T> {
    pub(crate) value: T,
    name: String,
}

impl<T> Given<T> {
    pub(crate) fn refuse(&self, what: impl fmt::Display, mend: impl fmt::Display) -> Refusal {
        Refusal::new(&self.name, what, mend)
    }
}

/// Where the data is.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    /// What the store opens.
    pub(crate) url: Given<String>,
    /// The file in the data folder, when no database was named.
    pub(crate) own_file: Option<PathBuf>,
}

/// Everything that can be set.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) listen: Given<SocketAddr>,
    pub(crate) data_dir: Given<PathBuf>,
    pub(crate) database: Database,
    pub(crate) demo: Given<bool>,
    pub(crate) demo_fresh: bool,
    base_url: Option<BaseUrl>,
    pub(crate) development: bool,
    pub(crate) log: Given<String>,
    pub(crate) log_json: bool,
    pub(crate) trusted_proxies: Vec<IpAddr>,
    pub(crate) workers: usize,
}

impl Settings {
    /// Reads the environment and the TOML file beneath the flags.
    pub(crate) fn load(flags: Layer, config: Option<PathBuf>) -> Result<Settings, Refusal> {
        Settings::resolve(flags, config, std::env::vars_os())
    }

    fn resolve(
        flags: Layer,
        config: Option<PathBuf>,
        environment: impl Iterator<Item = (OsString, OsString)>,
    ) -> Result<Settings, Refusal> {
        let layers = Layers::read(flags, config, environment)?;

        let listen = layers.given("listen", "127.0.0.1:8080".to_owned(), |layer| &layer.listen);
        let listen = Given { value: address(&listen)?, name: listen.name };

        let data_dir = layers.given("data_dir", PathBuf::from("data"), |layer| &layer.data_dir);
        let demo_fresh = layers.given("demo_fresh", false, |layer| &layer.demo_fresh);
        let mut demo = layers.given("demo", false, |layer| &layer.demo);
        if demo_fresh.value && !demo.value {
            demo = demo_fresh.clone();
        }
        let allow_remote_demo = layers.given("allow_remote_demo", false, |layer| &layer.allow_remote_demo);
        if demo.value && !listen.value.ip().is_loopback() && !allow_remote_demo.value {
            return Err(listen.refuse(
                format!(
                    "the demo's passwords are public and {} is reached from other machines",
                    listen.value
                ),
                "listen on 127.0.0.1, or allow it with --allow-remote-demo",
            ));
        }

        let database = match layers.find("database_url", |layer| &layer.database_url) {
            Some(url) => Database { url: database_url(url)?, own_file: None },
            None => {
                let file = data_dir.value.join(if demo.value { "demo.db" } else { "upheld.db" });
                let url = Given { value: sqlite_url(&file, &data_dir)?, name: data_dir.name.clone() };
                Database { url, own_file: Some(file) }
            }
        };

        let base_url = layers
            .find("base_url", |layer| &layer.base_url)
            .map(|url| {
                BaseUrl::parse(&url.value).map_err(|what| {
                    url.refuse(format!("{:?} {what}", url.value), "write https://upheld.example.org")
                })
            })
            .transpose()?;

        let trusted_proxies = layers.given("trusted_proxies", Vec::new(), |layer| &layer.trusted_proxies);
        let trusted_proxies = trusted_proxies
            .value
            .iter()
            .map(|text| {
                let text = text.trim();
                text.parse().map_err(|_| {
                    trusted_proxies
                        .refuse(format!("{text:?} is no IP address"), "list addresses such as 10.0.0.2")
                })
            })
            .collect::<Result<Vec<IpAddr>, Refusal>>()?;

        let cores = thread::available_parallelism().map_or(2, usize::from);
        let workers = layers.given("workers", cores, |layer| &layer.workers);
        if !(1..=256).contains(&workers.value) {
            return Err(workers.refuse(format!("{} threads cannot be", workers.value), "use 1 to 256"));
        }

        Ok(Settings {
            listen,
            data_dir,
            database,
            demo,
            demo_fresh: demo_fresh.value,
            base_url,
            development: layers.given("development", false, |layer| &layer.development).value,
            log: layers.given("log", "info".to_owned(), |layer| &layer.log),
            log_json: layers.given("log_json", false, |layer| &layer.log_json).value,
            trusted_proxies,
            workers: workers.value,
        })
    }

    /// The base of links, for a server that listens at `listen`.
    pub(crate) fn base_url(&self, listen: SocketAddr) -> BaseUrl {
        self.base_url.clone().unwrap_or_else(|| BaseUrl::of(listen))
    }
}

fn address(listen: &Given<String>) -> Result<SocketAddr, Refusal> {
    // `localhost` is the one name worth knowing: resolving others could take longer than a start may.
    let text = match listen.value.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => listen.value.clone(),
    };
    text.parse().map_err(|_| {
        listen.refuse(format!("{:?} is no address", listen.value), "write HOST:PORT such as 127.0.0.1:8080")
    })
}

fn database_url(url: Given<String>) -> Result<Given<String>, Refusal> {
    let known =
        ["postgres://", "postgresql://", "sqlite:"].iter().any(|scheme| url.value.starts_with(scheme));
    if known {
        return Ok(url);
    }
    // The address itself is not repeated: it may hold a password.
    Err(url.refuse(
        "this is no database address",
        "write postgres://USER:PASSWORD@HOST:5432/NAME or sqlite:///path/to/upheld.db",
    ))
}

fn sqlite_url(file: &Path, data_dir: &Given<PathBuf>) -> Result<String, Refusal> {
    let Some(path) = file.to_str() else {
        return Err(data_dir.refuse("the folder's name is not UTF-8", "choose another folder"));
    };
    // These have a meaning in the address that the database library reads.
    if path.contains(['?', '#', '%']) {
        return Err(data_dir.refuse(format!("{path:?} has a ?, # or %"), "choose a folder without these"));
    }
    Ok(format!("sqlite://{path}"))
}
