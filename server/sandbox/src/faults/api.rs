//! `GET` and `POST /faults`: the switches as JSON.

use axum::Json;
use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{Fault, set};
use crate::state::State;

/// `{"faults": [{"target", "kind", "count"}]}`: those that are on.
pub async fn get(Extract(state): Extract<State>) -> Json<Value> {
    Json(json!({ "faults": state.faults.list() }))
}

/// Sets one; the answer is that of `GET`, or 400 with `{"error"}`.
pub async fn post(Extract(state): Extract<State>, Json(fault): Json<Fault>) -> Response {
    match set(&state, fault) {
        Ok(()) => Json(json!({ "faults": state.faults.list() })).into_response(),
        Err(why) => {
            let body = json!({ "error": why.to_string() });
            (StatusCode::BAD_REQUEST, Json(body)).into_response()
        }
    }
}
