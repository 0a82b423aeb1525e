//! Section 1 of the threats, row by row: what the parts this server is built from would allow and it does not.

mod headers;
mod lists;
mod nesting;
mod paths;
mod requests;
mod sockets;

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::harness::Server;

/// A connection on which bytes are written as they are.
async fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(server.address()).await.expect("a connection")
}

/// The first bytes of what the server answers, empty when it only closes; fails when nothing happens in time.
async fn answer(stream: &mut TcpStream, within: Duration) -> String {
    let mut buffer = vec![0; 4096];
    let read =
        timeout(within, stream.read(&mut buffer)).await.expect("an answer or the end of the connection");
    String::from_utf8_lossy(&buffer[..read.unwrap_or(0)]).into_owned()
}

/// Writes until the server no longer takes it.
async fn write(stream: &mut TcpStream, bytes: &[u8]) -> bool {
    stream.write_all(bytes).await.is_ok()
}
