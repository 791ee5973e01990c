//! The app IO: the API for public services ("API for Public Administration Services" 4.1.1,
//! pagopa/io-functions-services) and the inbox as its people see it.
//!
//! Beyond the specification it does what the servers' code and gateway do: the order of checks,
//! the 403 family, the rate limit, the processing that comes later.

mod caller;
mod inbox;
mod markdown;
mod message;
mod problem;
mod profile;
mod read;
mod send;
mod services;
mod store;

use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};

use crate::gateway::{self, Bucket};
use crate::state::State;
pub use store::Messages;

/// The institution's messages and its share of calls.
pub struct Io {
    pub messages: Messages,
    /// 150 calls in 5 seconds, all services of an institution together (pagopa/io-infra).
    bucket: Bucket,
}

impl Io {
    /// `delay`: between the acceptance of a message and its place in the inbox.
    pub fn open(folder: &Path, delay: Duration) -> anyhow::Result<Self> {
        Ok(Self {
            messages: Messages::open(folder.join("io.jsonl"), delay)?,
            bucket: Bucket::new(150, Duration::from_secs(5)),
        })
    }
}

pub fn routes() -> Router<State> {
    let api = Router::new()
        .route("/profiles", post(profile::post))
        .route("/profiles/{fiscal_code}", get(profile::get))
        .route("/messages", post(send::post))
        .route("/messages/{fiscal_code}", post(send::post_to))
        .route("/messages/{fiscal_code}/{id}", get(read::get))
        .fallback(|| async { gateway::not_found() });
    Router::new()
        .nest("/io/api/v1", api)
        .route("/io/messages", get(inbox::get))
}
