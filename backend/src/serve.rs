//! `upheld serve`: from the settings to a server that answers, and back down when told to stop.

use std::{
    fs,
    io::{self, ErrorKind},
    net::SocketAddr,
    os::unix::fs::DirBuilderExt,
    path::Path,
    time::Duration,
};

use actix_web::dev::ServerHandle;
use tokio::{
    net::TcpSocket,
    signal::unix::{SignalKind, signal},
    sync::watch,
    time::{sleep, timeout},
};
use upheld_store::Store;

use crate::{
    cli::{Failure, say},
    config::{Refusal, Settings},
    demo,
    graphql::{self, ApiSettings},
    http::{self, App},
};

/// A start that fails says so within two seconds; SQLite only waits for the disk.
const OPEN_LIMIT: Duration = Duration::from_millis(1800);
/// How long deleted text may stand in the log of a SQLite database.
const EMPTY_LOG_EVERY: Duration = Duration::from_secs(60);
/// How long a stopping server still reads requests from the connections that it has.
const LAST_REQUESTS: Duration = Duration::from_millis(400);
const BACKLOG: u32 = 1024;
const RETENTION_EVERY: Duration = Duration::from_secs(3600);

/// Serves until SIGTERM or SIGINT.
pub(crate) async fn serve(settings: &Settings) -> Result<(), Failure> {
    // Reserved first, so that a taken port is told before anything is written.
    let socket = bind(settings.listen.value).map_err(|error| cannot_listen(settings, &error))?;
    let address = socket.local_addr().map_err(|error| cannot_listen(settings, &error))?;
    let base_url = settings.base_url(address);

    if let Some(file) = settings.database.own_file.as_ref().filter(|_| settings.demo_fresh) {
        remove_database(file).map_err(|error| {
            settings
                .database
                .url
                .refuse(format!("{} cannot be removed ({error})", file.display()), "remove it")
        })?;
    }
    let mut store = open_store(settings).await?;
    migrate(settings, &store).await?;
    if settings.demo.value {
        store = demo::prepare(settings, store).await?;
        demo::show_people(&store).await?;
    } else if store.is_demo().await.map_err(Failure::other)? {
        // Its passwords are public: it is never served as if it were somebody's own.
        return Err(settings
            .database
            .url
            .refuse("it holds the demo", "add --demo or name another database")
            .into());
    } else if let Some(token) = store.set_up_token().await.map_err(Failure::other)? {
        say(format!("Set up this server once: {base_url}/set-up#{token}"));
    }
    if !address.ip().is_loopback() && !base_url.https() {
        tracing::warn!(
            "reached from other machines without TLS: put a TLS proxy in front and set base_url to https://…"
        );
    }

    actix_web::rt::spawn(retain_each_hour(store.clone()));
    let api = ApiSettings { development: settings.development, base_url: base_url.to_string() };
    let (stop, stopping) = watch::channel(false);
    let app = App::new(graphql::schema(store.clone(), api), store.clone(), base_url, settings, stopping);
    let listener = socket
        .listen(BACKLOG)
        .and_then(tokio::net::TcpListener::into_std)
        .map_err(|error| cannot_listen(settings, &error))?;
    let server =
        http::server(app, listener, settings.workers).map_err(|error| cannot_listen(settings, &error))?;
    actix_web::rt::spawn(stop_on_signal(server.handle(), stop));
    let emptying = actix_web::rt::spawn(empty_log_now_and_then(store.clone()));
    say(format!("upheld is serving at http://{address}"));
    let served = server.await.map_err(Failure::other);
    emptying.abort();
    store.settle().await;
    if let Err(fault) = store.empty_log().await {
        tracing::warn!(%fault, "the database's log was not emptied");
    }
    served
}

/// Text that was withdrawn or handed over leaves the database at once, and its log soon afterwards.
async fn empty_log_now_and_then(store: Store) {
    let mut ticks = tokio::time::interval(EMPTY_LOG_EVERY);
    loop {
        ticks.tick().await;
        if let Err(fault) = store.empty_log().await {
            tracing::warn!(%fault, "the database's log was not emptied");
        }
    }
}

/// Erases what has had its time, from the start on once an hour. Counts are logged, never what they count.
async fn retain_each_hour(store: Store) {
    let mut hour = tokio::time::interval(RETENTION_EVERY);
    loop {
        hour.tick().await;
        match store.retain().await {
            Ok(report) => tracing::debug!(%report, "retention"),
            Err(error) => tracing::warn!(%error, "retention will be tried again in an hour"),
        }
    }
}

/// Opens the database, whose own folder is made when it is absent.
pub(crate) async fn open_store(settings: &Settings) -> Result<Store, Failure> {
    let database = &settings.database;
    if database.own_file.is_some() {
        prepare_data_dir(settings)?;
        return Store::open(&database.url.value).await.map_err(|error| refused(settings, error).into());
    }
    match timeout(OPEN_LIMIT, Store::open(&database.url.value)).await {
        Ok(Ok(store)) => Ok(store),
        Ok(Err(error)) => Err(refused(settings, error).into()),
        Err(_) => Err(refused(settings, "the database does not answer").into()),
    }
}

/// Brings the schema up to date; a newer one is refused.
pub(crate) async fn migrate(settings: &Settings, store: &Store) -> Result<u32, Failure> {
    store.migrate().await.map_err(|error| refused(settings, error).into())
}

/// Makes the data folder for this user alone and proves that it can be written.
pub(crate) fn prepare_data_dir(settings: &Settings) -> Result<(), Refusal> {
    let dir = &settings.data_dir;
    let shown = dir.value.display();
    if !dir.value.is_dir() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&dir.value).map_err(|error| {
            dir.refuse(format!("{shown} cannot be made ({error})"), "name a folder that this user may write")
        })?;
    }
    let probe = dir.value.join(format!(".upheld-{}", uuid::Uuid::new_v4()));
    fs::File::create_new(&probe).and_then(|_| fs::remove_file(&probe)).map_err(|error| {
        dir.refuse(format!("{shown} cannot be written ({error})"), "name a folder that this user may write")
    })
}

fn refused(settings: &Settings, what: impl std::fmt::Display) -> Refusal {
    let database = &settings.database;
    let mend = if database.own_file.is_some() {
        "mend it or name another folder"
    } else {
        "mend the address or start the database"
    };
    database.url.refuse(what, mend)
}

fn remove_database(file: &Path) -> io::Result<()> {
    for ending in ["", "-wal", "-shm", "-journal"] {
        let mut name = file.as_os_str().to_owned();
        name.push(ending);
        match fs::remove_file(&name) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A restart must not wait for the connections of the server before it.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

fn cannot_listen(settings: &Settings, error: &io::Error) -> Failure {
    let listen = &settings.listen;
    let what = match error.kind() {
        ErrorKind::AddrInUse => format!("{} is taken by another program", listen.value),
        ErrorKind::PermissionDenied => format!("this user may not listen on {}", listen.value),
        ErrorKind::AddrNotAvailable => format!("this machine does not have the address {}", listen.value),
        _ => format!("{} cannot be listened on ({error})", listen.value),
    };
    listen.refuse(what, "choose another address or port").into()
}

/// Closes the sockets and lets requests in flight finish; a second signal does not wait for them.
async fn stop_on_signal(server: ServerHandle, stop: watch::Sender<bool>) {
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        tracing::error!("cannot listen for SIGTERM; stop the server with SIGKILL");
        return;
    };
    for patient in [true, false] {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!(patient, "stopping");
        stop.send_replace(true);
        let server = server.clone();
        actix_web::rt::spawn(async move {
            if patient {
                // What has been sent is read and answered, each answer ending its connection; only then is the rest closed.
                server.pause().await;
                sleep(LAST_REQUESTS).await;
            }
            server.stop(patient).await;
        });
    }
}
