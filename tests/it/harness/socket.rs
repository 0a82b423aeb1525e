//! A client of `graphql-transport-ws`.

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::client::Client;

/// How long the tests wait for something that should come at once.
const SOON: Duration = Duration::from_secs(10);

/// An open socket.
pub(crate) struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Opens a socket as a browser on the server's own page does.
    pub(crate) async fn open(by: &Client<'_>) -> Self {
        Self::open_from(by, Some(by.server.base())).await.unwrap_or_else(|e| panic!("no socket: {e}"))
    }

    /// Opens a socket from a page of another origin, or of none.
    pub(crate) async fn open_from(by: &Client<'_>, origin: Option<&str>) -> Result<Self, Box<Error>> {
        let mut request =
            format!("ws://{}/graphql/ws", by.server.address()).into_client_request().expect("an address");
        let headers = request.headers_mut();
        headers.insert("sec-websocket-protocol", "graphql-transport-ws".parse().expect("a header"));
        if let Some(origin) = origin {
            headers.insert("origin", origin.parse().expect("a header"));
        }
        if let Some(token) = by.token() {
            headers.insert("authorization", format!("Bearer {token}").parse().expect("a header"));
        }
        if let Some(cookie) = by.cookie() {
            headers.insert("cookie", cookie.parse().expect("a header"));
        }
        let (stream, response) = connect_async(request).await.map_err(Box::new)?;
        assert_eq!(response.headers()["sec-websocket-protocol"], "graphql-transport-ws");
        Ok(Self(stream))
    }

    pub(crate) async fn send(&mut self, message: &Value) {
        self.send_text(message.to_string()).await.expect("a socket that listens");
    }

    pub(crate) async fn send_text(&mut self, text: String) -> Result<(), Box<Error>> {
        self.0.send(Message::text(text)).await.map_err(Box::new)
    }

    /// One piece of a message: the first says that it is text, the others continue it.
    pub(crate) async fn send_piece(&mut self, text: &str, first: bool, last: bool) -> Result<(), Box<Error>> {
        let kind = if first { Data::Text } else { Data::Continue };
        let frame = Frame::message(text.as_bytes().to_vec(), OpCode::Data(kind), last);
        self.0.send(Message::Frame(frame)).await.map_err(Box::new)
    }

    /// The next message, `None` when the socket was closed; pings are answered on the way.
    pub(crate) async fn next_within(
        &mut self,
        within: Duration,
    ) -> Result<Option<Value>, tokio::time::error::Elapsed> {
        timeout(within, async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Text(text))) => {
                        let message: Value = serde_json::from_str(&text).expect("JSON");
                        if message["type"] == "ping" {
                            self.send(&json!({"type": "pong"})).await;
                        } else {
                            return Some(message);
                        }
                    }
                    Some(Ok(
                        Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Frame(_),
                    )) => {}
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                }
            }
        })
        .await
    }

    /// The next message, which must come soon.
    pub(crate) async fn next(&mut self) -> Value {
        self.next_within(SOON).await.expect("a message soon").expect("an open socket")
    }

    /// Whether the server closes the socket in this time, whatever it says before.
    pub(crate) async fn closes_within(&mut self, within: Duration) -> bool {
        let until = Instant::now() + within;
        loop {
            match self.next_within(until.saturating_duration_since(Instant::now())).await {
                Ok(Some(_)) => {}
                Ok(None) => return true,
                Err(_) => return false,
            }
        }
    }

    /// Says hello and waits for the answer.
    pub(crate) async fn init(&mut self) {
        self.send(&json!({"type": "connection_init"})).await;
        assert_eq!(self.next().await["type"], "connection_ack");
    }

    pub(crate) async fn subscribe(&mut self, id: &str, document: &str) {
        self.send(&json!({"id": id, "type": "subscribe", "payload": {"query": document}})).await;
    }
}

/// A socket that has said hello and listens to published recognitions.
pub(crate) async fn listen(by: &Client<'_>) -> Socket {
    let mut socket = Socket::open(by).await;
    socket.init().await;
    let fields = "id wording subjects { name } leader { name } spottedBy { name }";
    socket.subscribe("feed", &format!("subscription {{ recognitionPublished {{ {fields} }} }}")).await;
    // The protocol has no answer to a subscription; this gives the server the time to begin it.
    tokio::time::sleep(Duration::from_millis(300)).await;
    socket
}
