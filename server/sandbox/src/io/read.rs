//! `GET /messages/{fiscal_code}/{id}`: where a message stands, for the service that sent it.

use axum::extract::{Path, State as Extract};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::caller::Caller;
use super::message::Level;
use super::problem::Problem;
use super::store::{Message, Status};
use crate::journal::Key;
use crate::state::State;

pub async fn get(
    Extract(state): Extract<State>,
    caller: Caller,
    Path((fiscal_code, id)): Path<(String, String)>,
) -> Response {
    state.settle_io();
    let key = Key(json!({ "fiscal_code": fiscal_code, "id": id }));
    let answer = match state.io.messages.find(&fiscal_code, &id) {
        None => Err(Problem::not_found(
            "Message not found",
            "The message that you requested was not found in the system.",
        )),
        Some(message) if message.service_id != caller.0.id => Err(Problem::not_here()),
        Some(message) => Ok(Json(body(&message))),
    };
    (Extension(key), answer).into_response()
}

/// `ExternalMessageResponseWithContent`; the notification of each channel is never filled, as the
/// platform no longer does.
fn body(message: &Message) -> Value {
    let mut body = json!({
        "message": {
            "id": message.id,
            "fiscal_code": message.fiscal_code,
            "time_to_live": message.time_to_live,
            "created_at": format!("{:.3}", message.created_at),
            "content": message.content,
            "sender_service_id": message.service_id,
            "feature_level_type": message.feature_level_type,
        },
        "status": message.status,
    });
    if message.feature_level_type == Level::Advanced && message.status == Status::Processed {
        // Nobody here let the institutions know whether she read.
        body["read_status"] = json!("UNAVAILABLE");
    }
    body
}
