//! One open socket: its messages, its subscriptions and the session behind it.

use std::{
    collections::HashMap,
    future::pending,
    net::IpAddr,
    pin::{Pin, pin},
    time::{Duration, Instant},
};

use actix_web::web;
use actix_ws::{AggregatedMessage, AggregatedMessageStream, ProtocolError, Session};
use async_graphql::{Response, Value};
use futures_util::{
    Stream, StreamExt,
    future::{AbortHandle, Abortable},
    stream::{SelectAll, once, select_all},
};
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use upheld_store::Viewer;

use super::{
    super::{App, envelope, seats::Seat},
    Close,
    protocol::{self, ClientMessage, Pace},
};
use crate::graphql::{self, Client};

const INIT_LIMIT: Duration = Duration::from_secs(5);
const SEND_LIMIT: Duration = Duration::from_secs(10);
const CHECK_LIMIT: Duration = Duration::from_secs(2);
/// How long a socket outlives its session at most, with the check's own time.
const CHECK_EVERY: Duration = Duration::from_secs(3);
const PING_EVERY: Duration = Duration::from_secs(25);
/// A peer that has been silent for two pings is gone.
const SILENCE_LIMIT: Duration = Duration::from_secs(60);
const MAX_SUBSCRIPTIONS: usize = 10;

/// Why the loop ends.
enum End {
    Close(Close),
    /// The peer is gone or does not read.
    Gone,
}

type Events = SelectAll<Pin<Box<dyn Stream<Item = Event> + Send>>>;

/// What a subscription produced; nothing at its end.
struct Event {
    id: String,
    number: u64,
    response: Option<Response>,
}

struct Subscription {
    /// Tells a subscription from an earlier one of the same id whose events may still be on their way.
    number: u64,
    stop: AbortHandle,
    started: bool,
}

pub(super) struct Connection {
    app: web::Data<App>,
    viewer: Viewer,
    network: IpAddr,
    device: String,
    socket: Session,
    subscriptions: HashMap<String, Subscription>,
    count: u64,
    acknowledged: bool,
    pace: Pace,
    heard: Instant,
    pinged: Instant,
    _seat: Seat,
}

impl Connection {
    pub(super) fn new(
        app: web::Data<App>,
        viewer: Viewer,
        client: &Client,
        socket: Session,
        seat: Seat,
    ) -> Connection {
        let now = Instant::now();
        Connection {
            app,
            viewer,
            network: client.network,
            device: client.device.clone(),
            socket,
            subscriptions: HashMap::new(),
            count: 0,
            acknowledged: false,
            pace: Pace::new(now),
            heard: now,
            pinged: now,
            _seat: seat,
        }
    }

    /// Serves the socket until either side ends it.
    pub(super) async fn run(mut self, mut messages: AggregatedMessageStream) {
        let end = self.serve(&mut messages).await;
        for subscription in self.subscriptions.values() {
            subscription.stop.abort();
        }
        if let End::Close(close) = end {
            tracing::debug!(?close, "closed a socket");
            let _ = timeout(SEND_LIMIT, close.send(self.socket)).await;
        }
    }

    async fn serve(&mut self, messages: &mut AggregatedMessageStream) -> End {
        let mut events: Events = select_all([]);
        let mut stopped = pin!(stopped(self.app.stopping.clone()));
        let mut init_limit = pin!(sleep(INIT_LIMIT));
        let mut checks = interval(CHECK_EVERY);
        checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        checks.reset();
        loop {
            let step = tokio::select! {
                biased;
                () = &mut stopped => Err(End::Close(Close::GoingAway)),
                () = &mut init_limit, if !self.acknowledged => Err(End::Close(Close::NoInit)),
                _ = checks.tick() => self.tick().await,
                message = messages.recv() => self.receive(message, &mut events).await,
                Some(event) = events.next(), if !events.is_empty() => self.forward(event).await,
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    /// Looks after a quiet socket: is the session still there, and is the peer?
    async fn tick(&mut self) -> Result<(), End> {
        let now = Instant::now();
        if now.duration_since(self.heard) > SILENCE_LIMIT {
            return Err(End::Gone);
        }
        if now.duration_since(self.pinged) > PING_EVERY {
            self.pinged = now;
            let ping = timeout(SEND_LIMIT, self.socket.ping(b"")).await;
            if !matches!(ping, Ok(Ok(()))) {
                return Err(End::Gone);
            }
        }
        match self.check_session().await {
            // Nothing is sent unchecked, so a database that is away for a moment ends no quiet socket.
            Err(End::Close(Close::TryAgain)) => Ok(()),
            checked => checked,
        }
    }

    async fn receive(
        &mut self,
        message: Option<Result<AggregatedMessage, ProtocolError>>,
        events: &mut Events,
    ) -> Result<(), End> {
        let message = match message {
            Some(Ok(message)) => message,
            // An oversized message in pieces arrives as an input error.
            Some(Err(ProtocolError::Overflow | ProtocolError::Io(_))) => {
                return Err(End::Close(Close::TooBig));
            }
            Some(Err(_)) => return Err(End::Close(Close::Malformed)),
            None => return Err(End::Gone),
        };
        let now = Instant::now();
        self.heard = now;
        if !self.pace.allows(now) {
            return Err(End::Close(Close::TooMany));
        }
        match message {
            AggregatedMessage::Text(text) => match ClientMessage::read(&text) {
                Some(message) => self.handle(message, events).await,
                None => Err(End::Close(Close::Malformed)),
            },
            AggregatedMessage::Ping(data) => match timeout(SEND_LIMIT, self.socket.pong(&data)).await {
                Ok(Ok(())) => Ok(()),
                _ => Err(End::Gone),
            },
            AggregatedMessage::Pong(_) => Ok(()),
            AggregatedMessage::Binary(_) => Err(End::Close(Close::Malformed)),
            AggregatedMessage::Close(reason) => {
                // The peer waits for the answer to its goodbye.
                let _ = self.socket.clone().close(reason).await;
                Err(End::Gone)
            }
        }
    }

    async fn handle(&mut self, message: ClientMessage, events: &mut Events) -> Result<(), End> {
        match message {
            ClientMessage::ConnectionInit if self.acknowledged => Err(End::Close(Close::SecondInit)),
            ClientMessage::ConnectionInit => {
                self.acknowledged = true;
                self.say(protocol::acknowledged()).await
            }
            ClientMessage::Ping => self.say(protocol::pong()).await,
            ClientMessage::Pong => Ok(()),
            ClientMessage::Subscribe { .. } if !self.acknowledged => Err(End::Close(Close::Unauthorised)),
            ClientMessage::Subscribe { id, .. } if self.subscriptions.contains_key(&id) => {
                Err(End::Close(Close::Duplicate))
            }
            ClientMessage::Subscribe { id, payload } => {
                self.check_session().await?;
                self.subscribe(id, payload, events).await
            }
            ClientMessage::Complete { id } => {
                if let Some(subscription) = self.subscriptions.remove(&id) {
                    subscription.stop.abort();
                }
                Ok(())
            }
        }
    }

    async fn subscribe(
        &mut self,
        id: String,
        payload: envelope::Envelope,
        events: &mut Events,
    ) -> Result<(), End> {
        if self.subscriptions.len() >= MAX_SUBSCRIPTIONS {
            let response =
                graphql::error_response("RATE_LIMITED", "A connection has at most 10 subscriptions.");
            return self.say(protocol::error(&id, &response)).await;
        }
        let request = match protocol::subscription(payload) {
            Ok(request) => request,
            Err(response) => return self.say(protocol::error(&id, &response)).await,
        };
        let client = Client {
            viewer: Some(self.viewer.clone()),
            network: self.network,
            device: self.device.clone(),
            device_token: None,
        };
        self.count += 1;
        let number = self.count;
        let (stop, registration) = AbortHandle::new_pair();
        let responses = Abortable::new(
            graphql::subscribe(&self.app.schema, &self.app.store, request, client),
            registration,
        );
        let (event_id, end_id) = (id.clone(), id.clone());
        let responses = responses
            .map(move |response| Event { id: event_id.clone(), number, response: Some(response) })
            .chain(once(async move { Event { id: end_id, number, response: None } }));
        events.push(Box::pin(responses));
        self.subscriptions.insert(id, Subscription { number, stop, started: false });
        Ok(())
    }

    /// Passes an event on, after looking once more whether its reader still has a session.
    async fn forward(&mut self, event: Event) -> Result<(), End> {
        let Some(subscription) =
            self.subscriptions.get_mut(&event.id).filter(|known| known.number == event.number)
        else {
            return Ok(());
        };
        let Some(response) = event.response else {
            self.subscriptions.remove(&event.id);
            return self.say(protocol::complete(&event.id)).await;
        };
        let response = envelope::shorten(response);
        // A document that was refused has no data; the protocol then ends with an error message.
        if !subscription.started && response.data == Value::Null && !response.errors.is_empty() {
            subscription.stop.abort();
            self.subscriptions.remove(&event.id);
            return self.say(protocol::error(&event.id, &response)).await;
        }
        subscription.started = true;
        self.check_session().await?;
        self.say(protocol::next(&event.id, &response)).await
    }

    async fn check_session(&self) -> Result<(), End> {
        match timeout(CHECK_LIMIT, self.app.store.still_valid(&self.viewer)).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(End::Close(Close::SessionEnded)),
            Ok(Err(_)) | Err(_) => Err(End::Close(Close::TryAgain)),
        }
    }

    async fn say(&mut self, text: String) -> Result<(), End> {
        match timeout(SEND_LIMIT, self.socket.text(text)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(End::Gone),
        }
    }
}

/// Waits until the server is told to stop.
async fn stopped(mut stopping: watch::Receiver<bool>) {
    if stopping.wait_for(|stop| *stop).await.is_err() {
        pending::<()>().await;
    }
}
