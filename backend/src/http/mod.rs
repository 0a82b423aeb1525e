//! HTTP: what may come in, who it comes from, and what leaves.

mod assets;
mod body;
mod envelope;
mod headers;
mod limits;
mod network;
mod origin;
mod post;
mod seats;
mod session;
mod socket;

use std::{
    io,
    net::{IpAddr, TcpListener},
    time::Duration,
};

use actix_web::{
    App as Routes, HttpResponse, HttpServer,
    dev::Server,
    http::{StatusCode, header},
    middleware::from_fn,
    web,
};
use tokio::{sync::watch, time::timeout};
use upheld_store::Store;

use self::seats::Seats;
use crate::{
    base_url::BaseUrl,
    config::Settings,
    graphql::{self, ApiSchema},
};

const HEAD_LIMIT: Duration = Duration::from_secs(5);
const KEEP_ALIVE: Duration = Duration::from_secs(30);
const PING_LIMIT: Duration = Duration::from_secs(2);
/// With the sockets closed first, this leaves a stop below ten seconds.
const SHUTDOWN_SECONDS: u64 = 8;
/// The seconds after which it is worth asking again when the database does not answer.
const RETRY_AFTER: header::HeaderValue = header::HeaderValue::from_static("2");
const CONNECTIONS_PER_WORKER: usize = 4096;

/// What every request can reach.
pub(crate) struct App {
    schema: ApiSchema,
    store: Store,
    base_url: BaseUrl,
    development: bool,
    trusted_proxies: Vec<IpAddr>,
    seats: Seats,
    stopping: watch::Receiver<bool>,
}

impl App {
    pub(crate) fn new(
        schema: ApiSchema,
        store: Store,
        base_url: BaseUrl,
        settings: &Settings,
        stopping: watch::Receiver<bool>,
    ) -> App {
        App {
            schema,
            store,
            base_url,
            development: settings.development,
            trusted_proxies: settings.trusted_proxies.clone(),
            seats: Seats::default(),
            stopping,
        }
    }
}

/// The server on a listener, not yet running.
pub(crate) fn server(app: App, listener: TcpListener, workers: usize) -> io::Result<Server> {
    let app = web::Data::new(app);
    let server = HttpServer::new(move || {
        Routes::new().app_data(app.clone()).configure(routes).wrap(from_fn(headers::protect))
    })
    .workers(workers)
    .max_connections(CONNECTIONS_PER_WORKER)
    .client_request_timeout(HEAD_LIMIT)
    .client_disconnect_timeout(Duration::from_secs(2))
    .keep_alive(KEEP_ALIVE)
    .shutdown_timeout(SHUTDOWN_SECONDS)
    .disable_signals()
    .listen(listener)?;
    Ok(server.run())
}

/// All routes; whatever is not listed is a page or a file of the frontend.
fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/graphql").route(web::post().to(post::answer)).default_service(web::to(only_post)),
        )
        .service(web::resource("/graphql/ws").route(web::get().to(socket::open)))
        .service(web::resource("/healthz").route(web::get().to(healthz)))
        .service(web::resource("/readyz").route(web::get().to(readyz)))
        .default_service(web::to(assets::serve));
}

/// A GET must not reach the API: mutations would run from a link.
async fn only_post() -> HttpResponse {
    let mut response = refusal(StatusCode::METHOD_NOT_ALLOWED, "BAD_USER_INPUT", "Send requests with POST.");
    response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static("POST"));
    response
}

/// Whether the process runs.
async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// Whether requests can be answered, which takes the database.
async fn readyz(app: web::Data<App>) -> HttpResponse {
    match timeout(PING_LIMIT, app.store.ping()).await {
        Ok(Ok(())) => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ready\n"),
        _ => HttpResponse::ServiceUnavailable()
            .insert_header((header::RETRY_AFTER, RETRY_AFTER))
            .content_type("text/plain; charset=utf-8")
            .body("the database does not answer\n"),
    }
}

/// An answer that never reached GraphQL, in GraphQL's form so that a client reads one kind of error.
fn refusal(status: StatusCode, code: &str, message: &str) -> HttpResponse {
    json(status, &graphql::error_response(code, message))
}

fn unavailable() -> HttpResponse {
    let mut response = refusal(
        StatusCode::SERVICE_UNAVAILABLE,
        "UNAVAILABLE",
        "The database does not answer. Please try again in a moment.",
    );
    response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
    response
}

fn json(status: StatusCode, response: &async_graphql::Response) -> HttpResponse {
    match serde_json::to_vec(response) {
        Ok(body) => HttpResponse::build(status).content_type("application/json").body(body),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}
