//! What a refused request is still sending.
//!
//! A body that nobody reads makes the connection be cut, and a browser that is still sending
//! shows "connection reset" instead of the page that explains. So what is left of a body is
//! read and thrown away, within limits. Outermost: whoever refuses, refuses in words.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::Request,
    middleware::Next,
    response::Response,
};
use futures::StreamExt as _;
use tokio::{runtime::Handle, sync::Semaphore};

use crate::forms::BODY_BYTES;

const PATIENCE: Duration = Duration::from_secs(20);

/// Bodies that are thrown away at the same time; beyond them the connection is cut.
const AT_ONCE: usize = 64;
static ROOM: Semaphore = Semaphore::const_new(AT_ONCE);

pub async fn drain(request: Request, next: Next) -> Response {
    let request = request.map(|body| Body::new(Drained(Some(body))));
    next.run(request).await
}

/// A body that is read to its end even if it is dropped before.
struct Drained(Option<Body>);

impl HttpBody for Drained {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        match &mut self.0 {
            Some(body) => Pin::new(body).poll_frame(context),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.0.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.0.as_ref().map(HttpBody::size_hint).unwrap_or_default()
    }
}

impl Drop for Drained {
    fn drop(&mut self) {
        let Some(body) = self.0.take().filter(|body| !body.is_end_stream()) else {
            return;
        };
        if let (Ok(runtime), Ok(place)) = (Handle::try_current(), ROOM.try_acquire()) {
            runtime.spawn(async move {
                let _ = tokio::time::timeout(PATIENCE, discard(body)).await;
                drop(place);
            });
        }
    }
}

async fn discard(body: Body) {
    let mut chunks = body.into_data_stream();
    let mut read = 0;
    while let Some(Ok(chunk)) = chunks.next().await {
        read += chunk.len();
        if read > BODY_BYTES {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// A body that never ends, and holds `token` as long as somebody reads it.
    fn endless(token: Arc<()>) -> Body {
        let chunks = futures::stream::unfold(token, |token| async {
            std::future::pending::<()>().await;
            Some((Ok::<_, std::io::Error>(Bytes::new()), token))
        });
        Body::from_stream(chunks)
    }

    #[tokio::test]
    async fn only_so_many_bodies_are_thrown_away_at_once() {
        let token = Arc::new(());
        for _ in 0..AT_ONCE + 10 {
            drop(Drained(Some(endless(Arc::clone(&token)))));
        }
        tokio::task::yield_now().await;
        assert_eq!(Arc::strong_count(&token) - 1, AT_ONCE);
    }
}
