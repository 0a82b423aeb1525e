//! SIGTERM under 64 connections and 16 WebSockets.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio::sync::Mutex;
use tokio::task::block_in_place;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::api::{Person, Said};
use crate::cluster::Cluster;
use crate::guard::Outcome;
use crate::stand::{Line, Stand, Wanted, engine, pause};

/// When a request began and ended, and what it failed with.
type Span = (Instant, Instant, Option<String>);

pub(crate) async fn by_sigterm(wanted: &Wanted, cluster: Option<Arc<Cluster>>, times: u32) -> Outcome<Line> {
    let mut line = Line::new("SIGTERM under 64 connections", engine(cluster.as_ref()));
    let mut stand = Stand::raise(wanted, None, cluster).await?;
    let (mut slowest, mut finished, mut closed) = (Duration::ZERO, 0, 0);
    for time in 1..=times {
        let stop = Arc::new(AtomicBool::new(false));
        let spans: Arc<Mutex<Vec<Span>>> = Arc::default();
        let clients: Vec<_> = (0..64)
            .map(|n| {
                let person = stand.casts[n % stand.casts.len()].reporter.elsewhere();
                let (stop, spans) = (stop.clone(), spans.clone());
                tokio::spawn(async move {
                    while !stop.load(Ordering::SeqCst) {
                        let began = Instant::now();
                        let said = person.send("{ recognitions(first: 20) { nodes { id wording comments(first: 5) { nodes { text } } } } }", json!({})).await;
                        let refused = if matches!(said, Said::Done(_)) { None } else { Some(format!("{said:?}")) };
                        spans.lock().await.push((began, Instant::now(), refused));
                        // A load that the server keeps up with, on a machine that is busy with other tests too.
                        pause(Duration::from_millis(100)).await;
                    }
                })
            })
            .collect();
        let mut sockets = Vec::new();
        for n in 0..16 {
            sockets.push(tokio::spawn(socket_until_closed(
                stand.server.port,
                stand.casts[n % 8].subject.clone(),
            )));
        }
        pause(Duration::from_millis(1_500)).await;
        let told = Instant::now();
        stand.server.terminate()?;
        let status = block_in_place(|| stand.server.ends_within(Duration::from_secs(15)));
        slowest = slowest.max(told.elapsed());
        stop.store(true, Ordering::SeqCst);
        for client in clients {
            let _ = client.await;
        }
        for (began, ended, refused) in spans.lock().await.iter() {
            // Sent well before the signal, so that the server has it, and answered after it: in flight.
            if *began + Duration::from_millis(20) < told && *ended > told {
                finished += 1;
                if let Some(what) = refused {
                    let (sent, waited) = (told - *began, *ended - told);
                    line.wrong.push(format!(
                        "a request in flight, sent {sent:?} before and over {waited:?} after: {what}"
                    ));
                }
            }
        }
        for socket in sockets {
            match socket.await.map_err(|e| e.to_string())? {
                Ok(1001) => closed += 1,
                other => line.wrong.push(format!("a WebSocket ended with {other:?}")),
            }
        }
        line.must(status.is_some_and(|s| s.code() == Some(0)), || format!("it ended with {status:?}"));
        line.times = time;
        stand.start_again()?;
    }
    line.must(finished > 0, || "no request was in flight".to_owned());
    line.must(slowest <= Duration::from_secs(10), || format!("it took {} ms", slowest.as_millis()));
    line.note = format!(
        "ended in at most {} ms with code 0; {finished} requests in flight answered; {closed} WebSockets closed with 1001",
        slowest.as_millis()
    );
    pause(Duration::from_millis(500)).await;
    stand.end(&mut line).await?;
    Ok(line)
}

/// Listens to the feed; the code with which the server closes.
async fn socket_until_closed(port: u16, person: Person) -> Result<u16, String> {
    let address = format!("127.0.0.1:{port}");
    let mut request =
        format!("ws://{address}/graphql/ws").into_client_request().map_err(|e| e.to_string())?;
    let parts = [
        ("sec-websocket-protocol", "graphql-transport-ws".to_owned()),
        ("origin", format!("http://{address}")),
        ("cookie", person.cookie.clone()),
    ];
    for (name, value) in parts {
        request.headers_mut().insert(name, value.parse().map_err(|_| format!("no header {name}"))?);
    }
    let (mut socket, _) = connect_async(request).await.map_err(|e| e.to_string())?;
    for message in [
        json!({"type": "connection_init"}),
        json!({"id": "1", "type": "subscribe", "payload": {"query": "subscription { recognitionPublished { id } }"}}),
    ] {
        socket.send(Message::text(message.to_string())).await.map_err(|e| e.to_string())?;
    }
    loop {
        match socket.next().await {
            Some(Ok(Message::Close(Some(frame)))) => return Ok(frame.code.into()),
            Some(Ok(_)) => {}
            other => return Err(format!("{other:?}")),
        }
    }
}
