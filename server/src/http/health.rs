//! For who watches the machine.

use axum::{extract::State, http::StatusCode};

use crate::state::Counter;

/// 200 while serving.
pub async fn alive() -> &'static str {
    "ok"
}

/// 200 while the database answers.
pub async fn ready(State(counter): State<Counter>) -> (StatusCode, &'static str) {
    if counter.store.ready().await {
        (StatusCode::OK, "ok")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "database")
    }
}
