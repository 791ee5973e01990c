//! What calls to other systems share. Errors of reqwest are never shown or logged as they are:
//! they hold addresses, and addresses may hold a codice fiscale.

use std::time::Duration;

use reqwest::{Client, Response, StatusCode, redirect::Policy};

use crate::{clock::Rng, state::Counter, worker::Outcome};

/// The header of every platform's key.
pub const KEY: &str = "Ocp-Apim-Subscription-Key";

const CONNECT: Duration = Duration::from_secs(5);
/// The whole call, the answer's body included.
const CALL: Duration = Duration::from_secs(10);
/// A key that is refused is not tried again for so long.
const REFUSED_KEY_MS: i64 = 10 * 60_000;
/// Wait after a 429 that does not say how long.
const SLOW_DOWN_S: i64 = 5;
/// The longest wait that is believed.
const LONGEST_WAIT_S: i64 = 3_600;

/// Follows no redirect: a platform's 302 is an answer, not a way on. Keeps no connection: one
/// that the other side has closed cannot be told from a call that broke off.
pub fn client() -> reqwest::Result<Client> {
    Client::builder()
        .redirect(Policy::none())
        .connect_timeout(CONNECT)
        .timeout(CALL)
        .pool_max_idle_per_host(0)
        .build()
}

/// Whether the request certainly took no effect: nobody was there to take it.
pub fn never_left(error: &reqwest::Error) -> bool {
    error.is_connect() || error.is_builder()
}

/// An answer that stops the whole channel for a while: the key is refused (401), or there were
/// too many calls (429). Bodies of both may be anything, and are not read.
pub fn pause(counter: &Counter, platform: &str, response: &Response) -> Option<Outcome> {
    let now = counter.now_ms();
    match response.status() {
        StatusCode::UNAUTHORIZED => Some(Outcome::Pause {
            until: now + REFUSED_KEY_MS,
            reason: format!("{platform} non accetta la chiave del Comune (401): va controllata."),
        }),
        StatusCode::TOO_MANY_REQUESTS => Some(Outcome::Pause {
            until: now + 1_000 * retry_after(response) + jitter(&*counter.rng),
            reason: format!("{platform} ha chiesto di rallentare (429)."),
        }),
        _ => None,
    }
}

/// Seconds.
fn retry_after(response: &Response) -> i64 {
    let headers = response.headers();
    let given = ["x-rate-limit-retry-after", "retry-after"]
        .into_iter()
        .find_map(|name| headers.get(name)?.to_str().ok()?.trim().parse().ok());
    given.unwrap_or(SLOW_DOWN_S).clamp(1, LONGEST_WAIT_S)
}

/// Up to one second.
fn jitter(rng: &dyn Rng) -> i64 {
    let mut bytes = [0; 2];
    rng.fill(&mut bytes);
    i64::from(u16::from_le_bytes(bytes)) % 1_000
}
