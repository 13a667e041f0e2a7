//! What a listener is measured against: hyper and wiremock with an answer that never changes.
//!
//! Each has a runtime of one thread, as the listener has. Left out: stopping.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::thread;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Starts a hyper server that reads each request and answers 200 with `body`, until the process
/// ends.
///
/// # Errors
/// When there is no port, poller or thread to be had.
pub(crate) fn hyper(body: &'static str) -> io::Result<SocketAddr> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let socket = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
    let address = socket.local_addr()?;
    thread::Builder::new().spawn(move || runtime.block_on(accept(socket, body)))?;
    Ok(address)
}

async fn accept(socket: TcpListener, body: &'static str) {
    while let Ok((stream, _)) = socket.accept().await {
        // Only speed depends on it.
        let _ = stream.set_nodelay(true);
        let service = service_fn(move |request| answer(request, body));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn answer(
    request: Request<Incoming>,
    body: &'static str,
) -> Result<Response<Full<Bytes>>, Infallible> {
    // A body that breaks off breaks the connection too; there is no one to answer.
    let _ = request.into_body().collect().await;
    let mut response = Response::new(Full::from(body));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}

/// Starts a wiremock server that answers everything 200 with `body`, until it is dropped (outside
/// of any task: its drop blocks). It keeps each request that it answers.
///
/// # Errors
/// When there is no poller to be had.
pub(crate) fn wiremock(body: &'static str) -> io::Result<MockServer> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(async {
        let server = MockServer::builder()
            .disable_request_recording()
            .start()
            .await;
        let answer = ResponseTemplate::new(200).set_body_raw(body, "application/json");
        Mock::given(any()).respond_with(answer).mount(&server).await;
        server
    }))
}
