//! A load generator: keep-alive HTTP/1.1 over plain sockets, as light as the servers it measures.
//!
//! Left out: chunked answers, and latencies of single calls.

use std::fmt::Write as _;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::task::JoinSet;

/// Posts `body` to `path` with those headers, `calls` times in all over that many connections, each of which waits
/// for its answer before it asks again. Returns the time that took, connecting left out.
///
/// Runs on the calling thread, outside of any runtime.
///
/// # Errors
/// When a connection fails, or an answer is not a 200 with a `Content-Length`.
pub(crate) fn drive(
    address: SocketAddr,
    path: &str,
    headers: &[(&str, String)],
    body: &str,
    connections: usize,
    calls: usize,
) -> io::Result<Duration> {
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-length: {}\r\n",
        body.len(),
    );
    for (name, value) in headers {
        let _ = write!(request, "{name}: {value}\r\n");
    }
    request += "\r\n";
    request += body;
    Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(drive_all(address, request, connections, calls))
}

async fn drive_all(
    address: SocketAddr,
    request: String,
    connections: usize,
    calls: usize,
) -> io::Result<Duration> {
    let mut clients = Vec::with_capacity(connections);
    for _ in 0..connections {
        clients.push(Client::connect(address).await?);
    }
    let begin = Instant::now();
    let mut running = JoinSet::new();
    for (n, mut client) in clients.into_iter().enumerate() {
        let share = calls / connections + usize::from(n < calls % connections);
        let request = request.clone();
        running.spawn(async move {
            for _ in 0..share {
                client.call(request.as_bytes()).await?;
            }
            Ok::<_, io::Error>(())
        });
    }
    while let Some(ended) = running.join_next().await {
        ended.map_err(io::Error::other)??;
    }
    Ok(begin.elapsed())
}

struct Client {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Client {
    async fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            received: Vec::with_capacity(4096),
        })
    }

    async fn call(&mut self, request: &[u8]) -> io::Result<()> {
        self.stream.write_all(request).await?;
        self.received.clear();
        loop {
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            match length_of_answer(&self.received)? {
                Some(length) if self.received.len() >= length => return Ok(()),
                _ => {}
            }
        }
    }
}

/// The length of head and body, once the head has come.
fn length_of_answer(received: &[u8]) -> io::Result<Option<usize>> {
    let Some(end) = received.windows(4).position(|w| w == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = String::from_utf8_lossy(&received[..end]);
    if !head.starts_with("HTTP/1.1 200 ") {
        return Err(io::Error::other(format!("not a 200: {head}")));
    }
    let length = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, length)| length.parse::<usize>().ok())
        .ok_or_else(|| io::Error::other(format!("no length: {head}")))?;
    Ok(Some(end + 4 + length))
}
