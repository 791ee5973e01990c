//! The listener: HTTP/1 connections that may not dawdle.
//!
//! `axum::serve` has no clock: a client that never ends its headers would hold its connection
//! for ever.

use std::{
    io::{Error, ErrorKind},
    net::SocketAddr,
    pin::pin,
    time::Duration,
};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, header::CONNECTION},
    middleware::{self, Next},
    response::Response,
};
use futures::FutureExt as _;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use tower_http::timeout::RequestBodyTimeoutLayer;

use super::client::Peer;

/// Once told to stop, new requests are still answered for so long, each as the last one of its
/// connection: whoever shares out requests needs a moment to notice, and a connection that is
/// closed while a request is on its way breaks it.
const FAREWELL: Duration = Duration::from_secs(1);

/// After that, answers under way may take this long.
const LAST_ANSWERS: Duration = Duration::from_secs(10);

/// All of it.
pub const LONGEST_STOP: Duration = FAREWELL
    .saturating_add(FAREWELL)
    .saturating_add(LAST_ANSWERS);

/// Connections that the system holds until they are accepted: tokio's default.
const BACKLOG: usize = 1_024;

/// How long a client may say nothing.
#[derive(Clone, Copy)]
struct Patience {
    /// For all of a request's headers; an idle connection is closed after it.
    headers: Duration,
    /// For the next piece of a body.
    body: Duration,
}

/// A phone that changes cell is silent for some seconds.
const PATIENCE: Patience = Patience {
    headers: Duration::from_secs(30),
    body: Duration::from_secs(30),
};

/// Serves until `stop`, then finishes what it began.
pub async fn serve(listener: TcpListener, router: Router, stop: &CancellationToken) {
    serve_within(PATIENCE, listener, router, stop).await;
}

async fn serve_within(
    patience: Patience,
    listener: TcpListener,
    router: Router,
    stop: &CancellationToken,
) {
    let last = middleware::from_fn_with_state(stop.clone(), last_answer);
    let router = router
        .layer(RequestBodyTimeoutLayer::new(patience.body))
        .layer(last);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(patience.headers);
    let connections = GracefulShutdown::new();
    let answer = |(stream, peer): (TcpStream, SocketAddr)| {
        // An event must not wait for a full packet.
        let _ = stream.set_nodelay(true);
        let peer = Peer(peer.ip());
        let service = router
            .clone()
            .map_request(move |mut request: hyper::Request<_>| {
                request.extensions_mut().insert(peer);
                request
            });
        let service = TowerToHyperService::new(service);
        let connection = http.serve_connection(TokioIo::new(stream), service);
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            // Cut by the client, or by our patience: nobody is left to tell.
            let _ = connection.await;
        });
    };
    let farewell = async {
        stop.cancelled().await;
        tokio::time::sleep(FAREWELL).await;
    };
    let mut farewell = pin!(farewell);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => answer(accepted),
                Err(error) => refused(&error).await,
            },
            () = &mut farewell => break,
        }
    }
    // Whoever waits at the door is let in before it closes.
    for _ in 0..BACKLOG {
        match listener.accept().now_or_never() {
            Some(Ok(accepted)) => answer(accepted),
            _ => break,
        }
    }
    drop(listener);
    // They too say what they came for: hyper cuts a connection that has said nothing yet.
    tokio::time::sleep(FAREWELL).await;
    let _ = tokio::time::timeout(LAST_ANSWERS, connections.shutdown()).await;
}

/// While stopping, an answer says that its connection takes no other request.
async fn last_answer(
    State(stop): State<CancellationToken>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    if stop.is_cancelled() {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    response
}

/// Without file descriptors `accept` fails at once, again and again: others must end first.
async fn refused(error: &Error) {
    let gone = matches!(
        error.kind(),
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused
    );
    if !gone {
        tracing::error!(error.cause = %error, "connections cannot be accepted");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::post;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::forms;

    async fn read(request: Request) -> String {
        match forms::bytes(request, 1_000).await {
            Ok(body) => format!("{} bytes", body.len()),
            Err(error) => error.to_string(),
        }
    }

    /// What the server answers to `sent`, until it closes.
    async fn answer_to(sent: &str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let short = Patience {
            headers: Duration::from_millis(300),
            body: Duration::from_millis(300),
        };
        let router = Router::new().route("/", post(read));
        tokio::spawn(async move {
            serve_within(short, listener, router, &CancellationToken::new()).await;
        });
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut answer = String::new();
        let end = stream.read_to_string(&mut answer);
        let end = tokio::time::timeout(Duration::from_secs(5), end).await;
        end.expect("the connection is closed").unwrap();
        answer
    }

    #[tokio::test]
    async fn headers_that_never_end_are_cut() {
        assert!(
            !answer_to("POST / HTTP/1.1\r\nhost: a\r\n")
                .await
                .contains("200 OK")
        );
        assert_eq!(answer_to("").await, "", "an idle connection too");
    }

    #[tokio::test]
    async fn a_body_that_stops_is_refused_and_a_whole_one_is_not() {
        let head = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\n";
        assert!(answer_to(&format!("{head}ab")).await.contains("not a form"));
        assert!(answer_to(&format!("{head}abcd")).await.contains("4 bytes"));
    }
}
