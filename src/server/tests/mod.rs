//! The listener and the overrides against a double of the cloud, over real sockets.

mod listener;
mod overrides;
#[cfg(feature = "tls")]
mod tls;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{Answer, Listener};
use crate::wire::{WireRequest, WireResponse};

/// Long enough for any machine; nothing waits for it unless it fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// Answers with what it saw, and keeps what it was told.
struct Double {
    name: &'static str,
    told: Mutex<Vec<String>>,
    _alive: Sender<()>,
}

impl Answer for Double {
    fn answer(&self, request: &WireRequest) -> WireResponse {
        assert_ne!(request.path, "/panic", "as asked");
        let status = if request.path == "/refused" { 400 } else { 200 };
        let query = match request.query.as_str() {
            "" => String::new(),
            query => format!("?{query}"),
        };
        let odd = match request.headers.get("x-odd") {
            None => String::new(),
            Some(odd) => format!(" odd {odd}"),
        };
        let shown = match request.certificates.len() {
            0 => String::new(),
            count => format!(" shown {count}"),
        };
        let content = match request.oversize {
            Some(length) => format!("oversize {length} kept {}", request.body.len()),
            None if request.body.len() <= 64 => {
                format!("body {}", String::from_utf8_lossy(&request.body))
            }
            None => format!("length {}", request.body.len()),
        };
        let (name, method, path) = (self.name, &request.method, &request.path);
        let body = format!("{name}: {method} {path}{query}{odd}{shown} {content}");
        WireResponse {
            status,
            body: body.into_bytes(),
        }
    }

    fn overridden(&self, request: &WireRequest, response: &WireResponse) {
        assert_ne!(request.path, "/panic", "as asked");
        let body = String::from_utf8_lossy(&response.body);
        let told = format!("{} {} {body}", request.path, response.status);
        self.told.lock().unwrap().push(told);
    }

    fn panicked(&self, request: &WireRequest, response: &WireResponse, panic: &str) {
        assert!(panic.contains("as asked"), "{panic}");
        let told = format!("{} {} panicked", request.path, response.status);
        self.told.lock().unwrap().push(told);
        panic!("again");
    }
}

/// A listener over a double, and what is needed to look at both.
struct Stage {
    listener: Listener,
    double: Arc<Double>,
    alive: Receiver<()>,
}

impl Stage {
    fn new() -> Self {
        Self::named("double")
    }

    fn named(name: &'static str) -> Self {
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self::bound(name, |target| Listener::bind(any_port, target).unwrap())
    }

    fn bound(name: &'static str, bind: impl FnOnce(Arc<dyn Answer>) -> Listener) -> Self {
        let (sender, alive) = mpsc::channel();
        let double = Arc::new(Double {
            name,
            told: Mutex::default(),
            _alive: sender,
        });
        Self {
            listener: bind(Arc::clone(&double) as _),
            double,
            alive,
        }
    }

    fn client(&self) -> Client {
        Client::to(self.listener.address())
    }

    fn url(&self, path: &str) -> String {
        let (scheme, address) = (self.listener.scheme(), self.listener.address());
        format!("{scheme}://{address}{path}")
    }

    fn told(&self) -> Vec<String> {
        self.double.told.lock().unwrap().clone()
    }

    /// Drops the listener and waits until nothing holds the double any more.
    fn close(self) {
        drop(self.listener);
        drop(self.double);
        let gone = self.alive.recv_timeout(PATIENCE);
        assert_eq!(gone, Err(mpsc::RecvTimeoutError::Disconnected));
    }
}

/// A client that says exactly the bytes that it is given.
struct Client(BufReader<TcpStream>);

impl Client {
    fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self(BufReader::new(stream))
    }

    fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.0.get_mut().write_all(bytes.as_ref()).unwrap();
        self
    }

    fn post(&mut self, path: &str, body: &[u8]) -> Reply {
        let length = body.len();
        self.send(format!(
            "POST {path} HTTP/1.1\r\nhost: h\r\ncontent-length: {length}\r\n\r\n"
        ));
        self.send(body).reply()
    }

    fn reply(&mut self) -> Reply {
        let reply = self.reply_head();
        let length = reply
            .header("content-length")
            .map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        let body = String::from_utf8(body).unwrap();
        Reply { body, ..reply }
    }

    fn reply_head(&mut self) -> Reply {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            let read = self.0.read_line(&mut head).unwrap();
            assert_ne!(read, 0, "the connection ended after {head:?}");
        }
        Reply {
            head: head.to_ascii_lowercase(),
            body: String::new(),
        }
    }

    fn assert_ended(&mut self) {
        let mut rest = Vec::new();
        self.0.read_to_end(&mut rest).unwrap();
        assert_eq!(rest, b"");
    }
}

struct Reply {
    head: String,
    body: String,
}

impl Reply {
    fn status(&self) -> u16 {
        self.head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find_map(|(n, value)| (n == name).then_some(value))
    }

    /// Code, type and details of the error in the envelope.
    fn error(&self) -> [String; 3] {
        let envelope: serde_json::Value = serde_json::from_str(&self.body).unwrap();
        assert!(envelope["ResponseContext"]["RequestId"].is_string());
        let error = &envelope["Errors"][0];
        ["Code", "Type", "Details"].map(|field| error[field].as_str().unwrap().to_owned())
    }
}
