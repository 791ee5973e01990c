//! The gateway before each API: the product's key, and how many calls a caller may make.
//! Limits: pagopa/pagopa-debt-position (infra, `_base_policy.xml`), pagopa/pagopa-infra.

use std::time::Duration;

use axum::Json;
use axum::extract::{Request, State as Extract};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::gateway::{Bucket, subscription_key, unauthorized};
use crate::state::{State, now};

const PERIOD: Duration = Duration::from_secs(10);
const GPD_KEY: &str = "sandbox-gpd";
const RECEIPTS_KEY: &str = "sandbox-receipts";

/// The sandbox has one caller, so a bucket an API.
pub struct Doors {
    positions: Bucket,
    receipts: Bucket,
    checkout: Bucket,
}

impl Default for Doors {
    fn default() -> Self {
        Self {
            positions: Bucket::new(100, PERIOD),
            receipts: Bucket::new(100, PERIOD),
            checkout: Bucket::new(150, PERIOD),
        }
    }
}

pub async fn positions(Extract(state): Extract<State>, request: Request, next: Next) -> Response {
    let key = subscription_key(request.headers());
    if key != Some(GPD_KEY) {
        return unauthorized(key);
    }
    match state.pagopa.doors.positions.take(now()) {
        Err(wait) => too_many(wait),
        Ok(left) => {
            let mut response = next.run(request).await;
            let headers = response.headers_mut();
            headers.insert("x-remaining-calls-per-min", HeaderValue::from(left));
            response
        }
    }
}

pub async fn receipts(Extract(state): Extract<State>, request: Request, next: Next) -> Response {
    let key = subscription_key(request.headers());
    if key != Some(RECEIPTS_KEY) {
        return unauthorized(key);
    }
    match state.pagopa.doors.receipts.take(now()) {
        Err(wait) => too_many(wait),
        Ok(_) => next.run(request).await,
    }
}

/// The documentation asks for a key, the gateway does not: who calls is counted by address.
pub async fn checkout(Extract(state): Extract<State>, request: Request, next: Next) -> Response {
    match state.pagopa.doors.checkout.take(now()) {
        Err(wait) => too_many(wait),
        Ok(_) => next.run(request).await,
    }
}

/// 429 as the gateway says it: whole seconds in `Retry-After`, and a body of its own.
fn too_many(wait: Duration) -> Response {
    let seconds = wait.as_millis().div_ceil(1000).max(1);
    let status = StatusCode::TOO_MANY_REQUESTS;
    let message = format!("Rate limit is exceeded. Try again in {seconds} seconds.");
    let body = json!({ "statusCode": status.as_u16(), "message": message });
    let headers = [
        (header::RETRY_AFTER.as_str(), seconds.to_string()),
        ("x-remaining-calls-per-min", "0".to_owned()),
    ];
    (status, headers, Json(body)).into_response()
}
