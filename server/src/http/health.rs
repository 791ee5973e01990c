//! For who watches the machine.

use std::time::{Duration, Instant};

use axum::{extract::State, http::StatusCode};
use tokio::sync::Mutex;

use crate::state::Counter;

/// 200 while serving.
pub async fn alive() -> &'static str {
    "ok"
}

/// 200 while everything that a citizen does can be kept: the database answers and writes, and a
/// file can be stored. 503 names what is missing.
pub async fn ready(State(counter): State<Counter>) -> (StatusCode, &'static str) {
    // Asked first: whoever shares out requests must send them elsewhere.
    let missing = match counter.stop.is_cancelled() {
        true => Some("stopping"),
        false => counter.probe.missing(&counter).await,
    };
    match missing {
        None => (StatusCode::OK, "ok"),
        Some(missing) => (StatusCode::SERVICE_UNAVAILABLE, missing),
    }
}

/// An answer holds so long: anybody may ask, and each question writes.
const FRESH: Duration = Duration::from_millis(500);
/// A disk or a database that takes longer is as good as gone.
const LONGEST: Duration = Duration::from_secs(2);

/// The last answer, and when it was found.
#[derive(Default)]
pub struct Probe(Mutex<Option<(Instant, Option<&'static str>)>>);

impl Probe {
    /// What is missing; those who ask meanwhile wait for the same answer.
    async fn missing(&self, counter: &Counter) -> Option<&'static str> {
        let mut last = self.0.lock().await;
        match *last {
            Some((at, missing)) if at.elapsed() < FRESH => missing,
            _ => {
                let missing = look(counter).await;
                *last = Some((Instant::now(), missing));
                missing
            }
        }
    }
}

async fn look(counter: &Counter) -> Option<&'static str> {
    let now = counter.now_ms();
    let database = tokio::time::timeout(LONGEST, counter.store.probe(now)).await;
    if let Ok(Ok(())) = database {
        let files = tokio::time::timeout(LONGEST, counter.files.probe()).await;
        return match files {
            Ok(Ok(())) => None,
            Ok(Err(error)) => told("files", &error),
            Err(_) => told("files", &"no answer"),
        };
    }
    match database {
        Ok(Err(error)) => told("database", &error),
        _ => told("database", &"no answer"),
    }
}

fn told(what: &'static str, cause: &dyn std::fmt::Display) -> Option<&'static str> {
    tracing::error!(health.missing = what, error.cause = %cause, "not ready");
    Some(what)
}
