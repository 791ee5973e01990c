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
    body::{Body, HttpBody as _},
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue,
        header::{CONNECTION, CONTENT_TYPE},
    },
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

use super::{client::Peer, deadline::Deadline};

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
    piece: Duration,
    /// For a whole body of texts.
    texts: Duration,
    /// For a whole body that may be files.
    files: Duration,
}

/// A phone that changes cell is silent for some seconds, and on a bad line (100 kbit/s) 10 MB take
/// it a quarter of an hour. Whoever sends was recognised before the body: her role or session may
/// end meanwhile, so no body takes longer.
const PATIENCE: Patience = Patience {
    headers: Duration::from_secs(30),
    piece: Duration::from_secs(30),
    texts: Duration::from_secs(30),
    files: Duration::from_secs(15 * 60),
};

impl Patience {
    /// For the whole body.
    fn whole(self, headers: &HeaderMap) -> Duration {
        let kind = headers.get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        match kind.to_ascii_lowercase().as_str() {
            "application/x-www-form-urlencoded" | "application/json" => self.texts,
            _ => self.files,
        }
    }
}

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
        .layer(RequestBodyTimeoutLayer::new(patience.piece))
        .layer(middleware::from_fn(move |request, next| {
            in_time(patience, request, next)
        }))
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

/// The body with its deadline: the other timeout begins anew with each piece.
async fn in_time(patience: Patience, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let whole = patience.whole(request.headers());
    next.run(request.map(|body| Body::new(Deadline::new(body, whole))))
        .await
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
    use std::time::Instant;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::{
        error::Refusal,
        forms::{self, FormBody},
    };

    async fn read(request: Request) -> String {
        let read = match request.uri().path() {
            "/" => forms::bytes(request, 1_000).await.map(|body| body.len()),
            _ => FormBody::read(request).await.map(|form| form.fields.len()),
        };
        match read {
            Ok(length) => format!("{length} read"),
            Err(error) => format!("{} {error}", error.problem().status),
        }
    }

    const SHORT: Patience = Patience {
        headers: Duration::from_millis(300),
        piece: Duration::from_millis(300),
        texts: Duration::from_millis(600),
        files: Duration::from_millis(1_200),
    };

    async fn connected() -> TcpStream {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(read);
        tokio::spawn(async move {
            serve_within(SHORT, listener, router, &CancellationToken::new()).await;
        });
        TcpStream::connect(address).await.unwrap()
    }

    /// What comes until the server closes.
    async fn rest(mut stream: TcpStream) -> String {
        let mut answer = String::new();
        let end = stream.read_to_string(&mut answer);
        let end = tokio::time::timeout(Duration::from_secs(5), end).await;
        end.expect("the connection is closed").unwrap();
        answer
    }

    /// What the server answers to `sent`.
    async fn answer_to(sent: &str) -> String {
        let mut stream = connected().await;
        stream.write_all(sent.as_bytes()).await.unwrap();
        rest(stream).await
    }

    /// The status in the answer to a body that comes one byte each tenth of a second, and after
    /// how long it came.
    async fn answer_to_drops(path: &str, kind: &str, length: usize) -> (String, Duration) {
        let begun = Instant::now();
        let (mut receiver, mut sender) = connected().await.into_split();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: a\r\ncontent-type: {kind}\r\n\
             content-length: {length}\r\n\r\n"
        );
        let drops = async move {
            let mut sent = sender.write_all(head.as_bytes()).await;
            while sent.is_ok() {
                tokio::time::sleep(Duration::from_millis(100)).await;
                sent = sender.write_all(b"a").await;
            }
        };
        let drops = tokio::spawn(drops);
        let mut answer = [0; 1_000];
        let received = receiver.read(&mut answer);
        let received = tokio::time::timeout(Duration::from_secs(5), received).await;
        drops.abort();
        let answer = String::from_utf8_lossy(&answer[..received.unwrap().unwrap()]).into_owned();
        let (_, told) = answer.split_once("\r\n\r\n").unwrap();
        (told.to_owned(), begun.elapsed())
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
        assert!(answer_to(&format!("{head}ab")).await.contains("408 "));
        assert!(answer_to(&format!("{head}abcd")).await.contains("4 read"));
    }

    #[tokio::test]
    async fn a_body_that_comes_in_drops_ends_at_its_deadline() {
        let texts = "application/x-www-form-urlencoded";
        for (path, kind, least) in [
            ("/", texts, SHORT.texts),
            ("/form", texts, SHORT.texts),
            ("/", "application/pdf", SHORT.files),
            ("/form", "multipart/form-data; boundary=x", SHORT.files),
        ] {
            let (told, after) = answer_to_drops(path, kind, 900).await;
            assert!(told.starts_with("408 "), "{path} {kind}: {told}");
            assert!(after >= least && after < least + SHORT.texts, "{after:?}");
        }
        let (told, _) = answer_to_drops("/", texts, 3).await;
        assert_eq!(told, "3 read", "slow, and in time");
    }
}
