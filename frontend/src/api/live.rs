//! The live feed: one WebSocket that speaks graphql-transport-ws, opened again with growing pauses when it closes.

use std::cell::{Cell, RefCell};

use cynic::queries::OperationType;
use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::{RwSignal, Set, Update};
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Event, MessageEvent, WebSocket};

use super::client::operation;
use super::json::{FromJson, fields, take};
use super::{Recognition, schema};

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Subscription")]
#[expect(dead_code, reason = "it types the subscription; the message is read as its one field")]
struct Published {
    recognition_published: Recognition,
}

/// What has arrived; lives at the root of the app, so that no page has to be open for it.
#[derive(Clone, Copy)]
pub struct Live {
    /// The recognitions that arrived since the app was opened, newest last.
    pub arrived: RwSignal<Vec<Recognition>>,
    /// Counts the reconnections, after which something may have been missed.
    pub resumed: RwSignal<u32>,
}

thread_local! {
    static GENERATION: Cell<u32> = const { Cell::new(0) };
    static SOCKET: RefCell<Option<WebSocket>> = const { RefCell::new(None) };
}

const FIRST_PAUSE_MS: u32 = 1_000;
const LONGEST_PAUSE_MS: u32 = 60_000;

impl Live {
    /// Nothing has arrived yet.
    #[must_use]
    pub fn new() -> Self {
        Self { arrived: RwSignal::new(Vec::new()), resumed: RwSignal::new(0) }
    }

    /// Listens until [`Live::stop`]; starting again replaces the former connection.
    pub fn start(self) {
        self.stop();
        let generation = GENERATION.get();
        spawn_local(async move { self.listen(generation).await });
    }

    /// Closes the connection, at sign-out.
    pub fn stop(self) {
        GENERATION.set(GENERATION.get() + 1);
        if let Some(socket) = SOCKET.with(RefCell::take) {
            let _ = socket.close();
        }
        self.arrived.set(Vec::new());
    }

    async fn listen(self, generation: u32) {
        let mut pause = FIRST_PAUSE_MS;
        let mut connections = 0;
        while GENERATION.get() == generation {
            if let Some((socket, mut events, _handlers)) = open() {
                SOCKET.with(|slot| slot.replace(Some(socket.clone())));
                while let Some(event) = events.next().await {
                    match event {
                        Happened::Opened => send(&socket, r#"{"type":"connection_init"}"#),
                        Happened::Said(text) => {
                            if self.hear(&socket, &text) {
                                pause = FIRST_PAUSE_MS;
                                connections += 1;
                                if connections > 1 {
                                    self.resumed.update(|n| *n += 1);
                                }
                            }
                        }
                        Happened::Closed => break,
                    }
                }
                socket.set_onopen(None);
                socket.set_onmessage(None);
                socket.set_onclose(None);
            }
            if GENERATION.get() != generation {
                break;
            }
            // Up to a quarter more, so that a restarted server is not met by everybody at once.
            let jitter = f64::from(pause) * js_sys::Math::random() / 4.0;
            TimeoutFuture::new(pause.saturating_add(jitter as u32)).await;
            pause = (pause * 2).min(LONGEST_PAUSE_MS);
        }
    }

    /// Answers a message; true when the connection is established by it.
    fn hear(self, socket: &WebSocket, text: &str) -> bool {
        let Some(mut message) = serde_json::from_str(text).ok().and_then(fields) else { return false };
        match take(&mut message, "type").as_str().unwrap_or_default() {
            "connection_ack" => {
                let payload =
                    operation::<Published, ()>(OperationType::Subscription, "Published", &()).body();
                send(socket, &format!(r#"{{"id":"1","type":"subscribe","payload":{payload}}}"#));
                return true;
            }
            "ping" => send(socket, r#"{"type":"pong"}"#),
            "next" => {
                let mut payload = fields(take(&mut message, "payload")).unwrap_or_default();
                let mut data = fields(take(&mut payload, "data")).unwrap_or_default();
                if let Some(recognition) = Recognition::from_json(take(&mut data, "recognition_published")) {
                    self.arrived.update(|list| list.push(recognition));
                }
            }
            "complete" | "error" => {
                let _ = socket.close();
            }
            _ => {}
        }
        false
    }
}

enum Happened {
    Opened,
    Said(String),
    Closed,
}

type Handlers = (Closure<dyn FnMut(Event)>, Closure<dyn FnMut(MessageEvent)>, Closure<dyn FnMut(Event)>);

fn open() -> Option<(WebSocket, UnboundedReceiver<Happened>, Handlers)> {
    let location = web_sys::window()?.location();
    let scheme = if location.protocol().ok()? == "https:" { "wss" } else { "ws" };
    let url = format!("{scheme}://{}/graphql/ws", location.host().ok()?);
    let socket = WebSocket::new_with_str(&url, "graphql-transport-ws").ok()?;
    let (sender, events) = unbounded();
    let handlers = handlers(&sender);
    socket.set_onopen(Some(handlers.0.as_ref().unchecked_ref()));
    socket.set_onmessage(Some(handlers.1.as_ref().unchecked_ref()));
    socket.set_onclose(Some(handlers.2.as_ref().unchecked_ref()));
    Some((socket, events, handlers))
}

fn handlers(sender: &UnboundedSender<Happened>) -> Handlers {
    let (opened, said, closed) = (sender.clone(), sender.clone(), sender.clone());
    (
        Closure::new(move |_: Event| {
            let _ = opened.unbounded_send(Happened::Opened);
        }),
        Closure::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                let _ = said.unbounded_send(Happened::Said(text));
            }
        }),
        Closure::new(move |_: Event| {
            let _ = closed.unbounded_send(Happened::Closed);
        }),
    )
}

fn send(socket: &WebSocket, text: &str) {
    let _ = socket.send_with_str(text);
}
