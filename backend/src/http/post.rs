//! `POST /graphql`.

use std::time::Duration;

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    web,
};
use tokio::time::{Instant, timeout_at};
use tracing::Instrument;
use uuid::Uuid;

use super::{
    App, RETRY_AFTER, body,
    envelope::{self, Envelope},
    headers::RequestId,
    json, limits, origin, refusal, session, unavailable,
};
use crate::graphql;

/// When the database hangs, requests give up instead of piling up: from the body's end to the answer's beginning.
const EXECUTION_LIMIT: Duration = Duration::from_millis(4_500);
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// Answers one request. Everything cheap comes first: a stranger's request touches neither the parser
/// nor the database before its origin, kind, size and shape are right.
pub(super) async fn answer(app: web::Data<App>, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let headers = request.headers();
    if !origin::is_own(&app.base_url, headers) {
        return refusal(StatusCode::FORBIDDEN, "FORBIDDEN", "This request comes from another site.");
    }
    if let Err(response) = body::check_kind(headers) {
        return response;
    }
    let body = match body::read(headers, payload).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    if let Err(refused) = limits::check_json_nesting(&body) {
        return json(StatusCode::OK, &refused.into_response());
    }
    let envelope = match parse(&body) {
        Ok(envelope) => envelope,
        Err(response) => return response,
    };
    drop(body);
    let graphql_request = match envelope.into_request() {
        Ok(graphql_request) => graphql_request,
        Err(refused) => return json(StatusCode::OK, &refused.into_response()),
    };
    execute(app, &request, graphql_request).await
}

/// Reads the envelope. An array is refused before it is read: it would be a batch, which outruns
/// every limit on requests.
fn parse(body: &[u8]) -> Result<Envelope, HttpResponse> {
    let bad = |message| Err(refusal(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", message));
    match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => {}
        Some(b'[') => return bad("Send one request at a time."),
        _ => return bad("The body is no JSON object."),
    }
    match serde_json::from_slice(body) {
        Ok(envelope) => Ok(envelope),
        Err(_) => bad("The body is not {\"query\": …, \"variables\": …, \"operationName\": …}."),
    }
}

async fn execute(
    app: web::Data<App>,
    request: &HttpRequest,
    graphql_request: async_graphql::Request,
) -> HttpResponse {
    let id = request.extensions().get::<RequestId>().map_or(Uuid::nil(), |id| id.0);
    let deadline = Instant::now() + EXECUTION_LIMIT;
    let viewer = match timeout_at(deadline, session::viewer(&app, request.headers())).await {
        Ok(Ok(viewer)) => viewer,
        Ok(Err(_)) | Err(_) => return unavailable(),
    };
    let client = session::client(&app, request, viewer);

    // A task of its own: a client that hangs up does not stop a change half way, and a panic ends
    // neither the connection nor the worker.
    let task = {
        let app = app.clone();
        let execution = async move {
            let execution = graphql::execute(&app.schema, &app.store, graphql_request, client);
            timeout_at(deadline, execution).await
        };
        actix_web::rt::spawn(execution.instrument(tracing::info_span!("request", %id)))
    };
    let (response, cookie, statements) = match task.await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => {
            tracing::warn!(%id, "gave up on a request after {} ms", EXECUTION_LIMIT.as_millis());
            return unavailable();
        }
        Err(_) => {
            tracing::error!(%id, "a request ended in a panic");
            let message = "Something went wrong on the server. Its log has the request id of this answer.";
            return refusal(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", message);
        }
    };

    let away = graphql::is_unavailable(&response);
    let mut response = json(StatusCode::OK, &envelope::shorten(response));
    if away {
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
    }
    if let Some(change) = cookie {
        session::apply(change, app.base_url.https(), &mut response);
    }
    if app.development
        && let Ok(value) = HeaderValue::from_str(&format!("sql;desc=\"{statements} statements\""))
    {
        response.headers_mut().insert(SERVER_TIMING, value);
    }
    response
}
