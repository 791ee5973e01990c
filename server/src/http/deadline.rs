//! A body that must be whole by a time.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::body::{Body, Bytes, HttpBody};
use http_body::{Frame, SizeHint};
use thiserror::Error;
use tokio::time::{Sleep, sleep};

#[derive(Debug, Error)]
#[error("the body was not whole in time")]
pub struct TooSlow;

/// Fails with [`TooSlow`] once its time is over.
pub struct Deadline {
    body: Body,
    over: Pin<Box<Sleep>>,
}

impl Deadline {
    /// The time begins now.
    pub fn new(body: Body, whole: Duration) -> Self {
        Self {
            body,
            over: Box::pin(sleep(whole)),
        }
    }
}

impl HttpBody for Deadline {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match self.over.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Some(Err(axum::Error::new(TooSlow)))),
            Poll::Pending => Pin::new(&mut self.body).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
