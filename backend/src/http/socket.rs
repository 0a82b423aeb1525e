//! `GET /graphql/ws`: live updates over graphql-transport-ws.

mod connection;
mod protocol;

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    web,
};
use actix_ws::{CloseCode, CloseReason, Session};
use tokio::time::timeout;

use self::connection::Connection;
use super::{App, origin, refusal, session, unavailable};

/// For finding out who opens a socket.
const VIEWER_LIMIT: Duration = Duration::from_secs(4);
const PROTOCOL: &str = "graphql-transport-ws";
/// For a whole message, whether it comes in one frame or in many.
const MAX_MESSAGE: usize = 64 * 1024;

/// Why the server ends a connection; the codes are those of the protocol where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Close {
    GoingAway,
    TryAgain,
    Malformed,
    Unauthorised,
    SessionEnded,
    NoInit,
    SecondInit,
    Duplicate,
    TooMany,
    TooBig,
}

impl Close {
    fn reason(self) -> CloseReason {
        let (code, text) = match self {
            Close::GoingAway => (1001, "The server is stopping."),
            Close::TooBig => (1009, "A message has at most 64 KiB."),
            Close::TryAgain => (1013, "Please try again in a moment."),
            Close::Malformed => (4400, "Bad request"),
            Close::Unauthorised => (4401, "Unauthorized"),
            Close::SessionEnded => (4403, "The session has ended."),
            Close::NoInit => (4408, "Connection initialisation timeout"),
            Close::Duplicate => (4409, "Subscriber already exists"),
            Close::SecondInit => (4429, "Too many initialisation requests"),
            Close::TooMany => (4429, "Too many messages or connections"),
        };
        CloseReason { code: CloseCode::from(code), description: Some(text.to_owned()) }
    }

    async fn send(self, session: Session) {
        // The peer may be gone already, and then nobody needs to be told.
        let _ = session.close(Some(self.reason())).await;
    }
}

/// Opens a socket for somebody who is signed in, on a page of ours.
pub(super) async fn open(app: web::Data<App>, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    if !origin::is_own_socket(&app.base_url, request.headers()) {
        return refusal(StatusCode::FORBIDDEN, "FORBIDDEN", "This request comes from another site.");
    }
    if !offers_protocol(&request) {
        let message = "This address speaks the WebSocket protocol graphql-transport-ws.";
        return refusal(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", message);
    }
    let viewer = timeout(VIEWER_LIMIT, session::viewer(&app, request.headers())).await;
    let Ok(Ok(viewer)) = viewer else { return unavailable() };
    let (response, socket, messages) = match actix_ws::handle_with_protocols(&request, payload, &[PROTOCOL]) {
        Ok(opened) => opened,
        Err(error) => return error.as_response_error().error_response(),
    };
    // A browser tells a page why a socket was closed, but not why it was never opened.
    let Some(viewer) = viewer else {
        Close::Unauthorised.send(socket).await;
        return response;
    };
    let Some(seat) = app.seats.take(viewer.id()) else {
        Close::TooMany.send(socket).await;
        return response;
    };
    let messages =
        messages.max_frame_size(MAX_MESSAGE).aggregate_continuations().max_continuation_size(MAX_MESSAGE);
    let client = session::client(&app, &request, Some(viewer.clone()));
    let connection = Connection::new(app, viewer, &client, socket, seat);
    actix_web::rt::spawn(connection.run(messages));
    response
}

fn offers_protocol(request: &HttpRequest) -> bool {
    request
        .headers()
        .get_all(header::SEC_WEBSOCKET_PROTOCOL)
        .filter_map(|offered| HeaderValue::to_str(offered).ok())
        .flat_map(|offered| offered.split(','))
        .any(|offered| offered.trim() == PROTOCOL)
}
