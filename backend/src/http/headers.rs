//! What every response carries: the walls in the browser, no caching, and an id for the log.

use std::time::Instant;

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        ConnectionType, StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web,
};
use uuid::Uuid;

use super::App;

/// WebAssembly is the only thing beyond our own files: no inline script, no inline style, no other host.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'; manifest-src 'self'; require-trusted-types-for 'script'";

const PERMISSIONS_POLICY: &str =
    "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()";

const ALWAYS: [(HeaderName, HeaderValue); 7] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::CROSS_ORIGIN_OPENER_POLICY, HeaderValue::from_static("same-origin")),
    (header::CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("same-origin")),
    (header::PERMISSIONS_POLICY, HeaderValue::from_static(PERMISSIONS_POLICY)),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
];

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const NEVER: HeaderValue = HeaderValue::from_static("no-store");
const TLS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

/// The id of a request, in the log and in the response; a client's own is not taken over.
#[derive(Clone, Copy, Debug)]
pub(super) struct RequestId(pub(super) Uuid);

/// Says that a response is a file whose name changes with its content, the only kind that is cached.
#[derive(Clone, Copy, Debug)]
pub(super) struct Immutable;

/// Wraps every route.
pub(super) async fn protect(
    app: web::Data<App>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let started = Instant::now();
    let id = Uuid::new_v4();
    request.extensions_mut().insert(RequestId(id));
    let route = Route::of(request.path());

    let mut response = next.call(request).await?;

    let status = response.status();
    let immutable = response.response().extensions().get::<Immutable>().is_some();
    add(response.headers_mut(), id, immutable, app.base_url.https());
    if *app.stopping.borrow() && status != StatusCode::SWITCHING_PROTOCOLS {
        // A client that keeps its connection would otherwise hold up the stop.
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (route, status) = (route.name(), status.as_u16());
    // The path and the method are the client's text and stay out of the log.
    if route == Route::Api.name() {
        tracing::info!(%id, route, status, milliseconds);
    } else {
        tracing::debug!(%id, route, status, milliseconds);
    }
    Ok(response)
}

fn add(headers: &mut HeaderMap, id: Uuid, immutable: bool, https: bool) {
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, TLS_ONLY);
    }
    // What a resolver says about caching is overwritten: every answer depends on who asks.
    headers.insert(header::CACHE_CONTROL, if immutable { FOREVER } else { NEVER });
    if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
        headers.insert(X_REQUEST_ID, id);
    }
}

#[derive(Clone, Copy)]
enum Route {
    Api,
    Socket,
    Health,
    Asset,
    Page,
}

impl Route {
    fn of(path: &str) -> Route {
        match path {
            "/graphql" => Route::Api,
            "/graphql/ws" => Route::Socket,
            "/healthz" | "/readyz" => Route::Health,
            path if path.starts_with("/assets/") => Route::Asset,
            _ => Route::Page,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Route::Api => "graphql",
            Route::Socket => "socket",
            Route::Health => "health",
            Route::Asset => "asset",
            Route::Page => "page",
        }
    }
}
