//! Around every route of the other platforms: a call meets its fault and goes into the journal.

use std::io;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State as Extract};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use futures::stream::{self, StreamExt};

use crate::faults::Effect;
use crate::gateway;
use crate::journal::{Call, Key};
use crate::state::State;

/// How long a held call waits before its connection is closed.
pub const HOLD: Duration = Duration::from_secs(120);

/// Where each target's API lies; pages for people are not among these.
const PREFIXES: [(&str, &str); 8] = [
    ("/spid/", "spid"),
    ("/eidas/", "spid"),
    ("/registry", "spid"),
    ("/cie/", "cie"),
    ("/io/api/", "io"),
    ("/gpd/debt-positions-service/", "gpd"),
    ("/gpd/payments-receipts-service/", "receipts"),
    ("/checkout/ec/", "checkout"),
];

/// The layer over the whole router.
pub async fn guard(Extract(state): Extract<State>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let Some((_, target)) = PREFIXES
        .into_iter()
        .find(|(prefix, _)| path.starts_with(prefix))
    else {
        return next.run(request).await;
    };
    let (effect, fault) = state.faults.take(target, path);
    let call = Call {
        target,
        method: request.method().to_string(),
        path: path.to_owned(),
        fault,
    };
    match effect {
        Effect::TimeoutBefore => {
            state.journal.call(&call, None, None);
            hold().await
        }
        Effect::Status(status) => {
            state.journal.call(&call, Some(status.as_u16()), None);
            gateway::fault(status)
        }
        Effect::Slow(time) => {
            tokio::time::sleep(time).await;
            run(state, call, request, next).await
        }
        Effect::TimeoutAfter => {
            run(state, call, request, next).await;
            hold().await
        }
        Effect::Half => half(run(state, call, request, next).await).await,
        Effect::Type => typed(run(state, call, request, next).await),
        // A switch that the handlers look at.
        Effect::Throttled | Effect::None => run(state, call, request, next).await,
    }
}

/// The handler and its line in the journal, in a task of their own: what a call began is ended
/// and written down even if the caller is gone.
async fn run(state: State, call: Call, request: Request, next: Next) -> Response {
    let work = tokio::spawn(async move {
        let mut response = next.run(request).await;
        let key = response.extensions_mut().remove::<Key>();
        state
            .journal
            .call(&call, Some(response.status().as_u16()), key);
        response
    });
    work.await
        .unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

async fn hold() -> Response {
    tokio::time::sleep(HOLD).await;
    StatusCode::GATEWAY_TIMEOUT.into_response()
}

/// The right headers and half of what they announce; then the connection closes.
async fn half(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let first = bytes.slice(..bytes.len() / 2);
    parts
        .headers
        .insert(header::CONTENT_LENGTH, bytes.len().max(1).into());
    let cut = stream::once(async {
        // Lets the first half leave, else the error would take it along.
        tokio::time::sleep(Duration::from_millis(100)).await;
        Err(io::Error::other("guasto di prova"))
    });
    let body = Body::from_stream(stream::iter([Ok(first)]).chain(cut));
    Response::from_parts(parts, body)
}

/// The right status with a page instead of data, as a proxy in between would send.
fn typed(response: Response) -> Response {
    let page = "<!doctype html><title>Guasto di prova</title><p>Questo non è JSON.";
    (response.status(), Html(page)).into_response()
}
