//! `GET /io/messages?cf=[&id=]`: a person's inbox as her phone shows it, or as JSON.

mod html;

use axum::Json;
use axum::extract::{Query, State as Extract};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::markdown;
use super::services::{ORGANIZATION, Service};
use super::store::Message;
use crate::page::wants_json;
use crate::state::State;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    cf: String,
    /// The message to open.
    id: Option<String>,
}

/// JSON: `{"messages": [{"id", "created_at", "fiscal_code", "organization", "service",
/// "subject", "markdown", "buttons": [{"text", "action"}], "due_date", "payment_data"}]}`, newest
/// first; only what is in the inbox, so neither waiting nor rejected messages.
pub async fn get(
    Extract(state): Extract<State>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    state.settle_io();
    let fiscal_code = asked.cf.trim().to_ascii_uppercase();
    let messages = state.io.messages.inbox(&fiscal_code);
    if wants_json(&headers) {
        let messages: Vec<Value> = messages.iter().map(data).collect();
        return Json(json!({ "messages": messages })).into_response();
    }
    if fiscal_code.is_empty() {
        return html::people(&state.io.messages.people());
    }
    match asked.id {
        None => html::list(&fiscal_code, &messages),
        Some(id) => match messages.iter().find(|message| message.id == id) {
            Some(message) => html::message(message),
            None => html::nothing(StatusCode::NOT_FOUND, &fiscal_code),
        },
    }
}

fn data(message: &Message) -> Value {
    let content = &message.content;
    json!({
        "id": message.id,
        "created_at": message.created_at.to_string(),
        "fiscal_code": message.fiscal_code,
        "organization": ORGANIZATION,
        "service": sender(message),
        "subject": content.subject,
        "markdown": content.markdown,
        "buttons": markdown::show(&content.markdown).buttons,
        "due_date": content.due_date,
        "payment_data": content.payment_data,
    })
}

fn sender(message: &Message) -> &'static str {
    Service::by_id(&message.service_id).map_or("", |service| service.name)
}
