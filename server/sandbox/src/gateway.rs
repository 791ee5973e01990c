//! What the platforms' gateway (Azure API Management) answers by itself, before any service: its
//! bodies are not problem details. Sources: IO's documentation "errori comuni", pagopa/io-infra.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::json;

/// The key that came, if any.
pub fn subscription_key(headers: &HeaderMap) -> Option<&str> {
    headers.get("ocp-apim-subscription-key")?.to_str().ok()
}

/// 401 for a key that is missing or that no subscription of this product has.
pub fn unauthorized(key: Option<&str>) -> Response {
    let message = match key {
        None => {
            "Access denied due to missing subscription key. Make sure to include subscription \
             key when making requests to an API."
        }
        Some(_) => {
            "Access denied due to invalid subscription key. Make sure to provide a valid key for \
             an active subscription."
        }
    };
    refusal(StatusCode::UNAUTHORIZED, message)
}

/// 404 for a path that no API has.
pub fn not_found() -> Response {
    refusal(StatusCode::NOT_FOUND, "Resource not found")
}

fn refusal(status: StatusCode, message: &str) -> Response {
    let body = json!({ "statusCode": status.as_u16(), "message": message });
    (status, Json(body)).into_response()
}

/// 429, without a body; the waiting time in IO's own header, in whole seconds.
pub fn too_many(wait: Duration) -> Response {
    let seconds = wait.as_millis().div_ceil(1000).max(1).to_string();
    let headers = [
        ("x-rate-limit-retry-after", seconds.as_str()),
        ("x-rate-limit-remaining", "0"),
    ];
    (StatusCode::TOO_MANY_REQUESTS, headers).into_response()
}

/// What a fault `status:…` answers.
pub fn fault(status: StatusCode) -> Response {
    match status {
        StatusCode::UNAUTHORIZED => unauthorized(Some("")),
        StatusCode::TOO_MANY_REQUESTS => too_many(Duration::from_secs(1)),
        status => (status, "guasto di prova").into_response(),
    }
}

/// A token bucket: so many calls each period, all of them at once if one likes.
pub struct Bucket {
    // All in microseconds: the period, the time that one token takes to come back, the instant
    // at which the bucket will be full again.
    period: i64,
    interval: i64,
    full_at: Mutex<i64>,
}

impl Bucket {
    pub const fn new(calls: u32, period: Duration) -> Self {
        let period = period.as_micros() as i64;
        Self {
            period,
            interval: period / calls as i64,
            full_at: Mutex::new(0),
        }
    }

    /// Takes a token: how many are left, or how long to wait for the next.
    pub fn take(&self, now: Timestamp) -> Result<u32, Duration> {
        let now = now.as_microsecond();
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let next = now.max(*full_at) + self.interval;
        let over = next - now - self.period;
        if over > 0 {
            return Err(Duration::from_micros(over.unsigned_abs()));
        }
        *full_at = next;
        Ok(u32::try_from((now + self.period - next) / self.interval).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills() {
        let bucket = Bucket::new(150, Duration::from_secs(5));
        let at = |ms: i64| Timestamp::from_millisecond(1_000_000 + ms).unwrap();
        let taken = (0..200).filter(|_| bucket.take(at(0)).is_ok()).count();
        assert_eq!(taken, 150);
        let wait = bucket.take(at(0)).unwrap_err();
        assert!(wait <= Duration::from_millis(34), "{wait:?}");
        assert_eq!(bucket.take(at(34)), Ok(0));
        assert!(bucket.take(at(34)).is_err());
        assert_eq!(bucket.take(at(60_000)), Ok(149));
    }
}
