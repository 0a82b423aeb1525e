//! Reading the body of a request: its kind, its size and its time.

use std::time::Duration;

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderMap},
    },
    web,
};
use futures_util::StreamExt;
use tokio::time::timeout;

use super::refusal;

const MAX_BODY: usize = 256 * 1024;
const BODY_LIMIT: Duration = Duration::from_secs(10);

/// Checks that the body is JSON by its header. A page of another origin can only send other kinds
/// without asking first, so this is a wall against forged requests and not a courtesy.
pub(super) fn check_kind(headers: &HeaderMap) -> Result<(), HttpResponse> {
    let mut kinds = headers.get_all(header::CONTENT_TYPE);
    let is_json = match (kinds.next().map(header::HeaderValue::to_str), kinds.next()) {
        (Some(Ok(kind)), None) => is_json(kind),
        _ => false,
    };
    let encoding = headers.get(header::CONTENT_ENCODING).map(header::HeaderValue::as_bytes);
    let plain = encoding.is_none_or(|encoding| encoding.eq_ignore_ascii_case(b"identity"));
    if is_json && plain {
        return Ok(());
    }
    let message = "Send JSON with the content type application/json, without compression.";
    Err(refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "BAD_USER_INPUT", message))
}

fn is_json(kind: &str) -> bool {
    let mut parts = kind.split(';').map(str::trim);
    let essence = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"));
    essence
        && parts.all(|parameter| {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            !name.trim().eq_ignore_ascii_case("charset")
                || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
}

/// Reads the body, which may neither be long nor slow.
pub(super) async fn read(headers: &HeaderMap, payload: web::Payload) -> Result<web::BytesMut, HttpResponse> {
    let told = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse::<u64>().ok());
    if told.is_some_and(|length| length > MAX_BODY as u64) {
        return Err(too_long());
    }
    match timeout(BODY_LIMIT, collect(payload)).await {
        Ok(body) => body,
        Err(_) => {
            let message = "The body did not arrive within 10 seconds.";
            Err(closing(refusal(StatusCode::REQUEST_TIMEOUT, "BAD_USER_INPUT", message)))
        }
    }
}

async fn collect(mut payload: web::Payload) -> Result<web::BytesMut, HttpResponse> {
    let mut body = web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let Ok(chunk) = chunk else {
            let message = "The body could not be read.";
            return Err(closing(refusal(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", message)));
        };
        if body.len() + chunk.len() > MAX_BODY {
            return Err(too_long());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn too_long() -> HttpResponse {
    let message = "A request has at most 256 KiB.";
    closing(refusal(StatusCode::PAYLOAD_TOO_LARGE, "BAD_USER_INPUT", message))
}

/// The rest of the body is not read, so the connection cannot carry another request.
fn closing(mut response: HttpResponse) -> HttpResponse {
    response.head_mut().set_connection_type(actix_web::http::ConnectionType::Close);
    response
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn only_json_is_json() {
        for kind in
            ["application/json", "Application/JSON; charset=UTF-8", "application/json;charset=\"utf-8\""]
        {
            assert!(is_json(kind), "{kind}");
        }
        for kind in [
            "",
            "text/plain",
            "text/plain; application/json",
            "application/json, text/plain",
            "application/jsonp",
            "application/graphql+json",
            "application/json; charset=utf-16",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=application/json",
        ] {
            assert!(!is_json(kind), "{kind}");
        }
    }
}
