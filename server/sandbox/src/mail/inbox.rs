//! `GET /mail?to=[&id=]`: the mailbox, as a page or as JSON.

use axum::Json;
use axum::extract::{Query, State as Extract};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::store::Mail;
use crate::page::{escape, page, wants_json};
use crate::state::{State, local};

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    to: String,
    /// The message to open.
    id: Option<String>,
}

/// JSON: `{"messages": [{"id", "received_at", "from", "to": [], "subject", "date", "text",
/// "message_id", "raw"}]}`, newest first; everybody's without `to`.
pub async fn get(
    Extract(state): Extract<State>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let to = asked.to.trim();
    let messages = state.mail.of(to);
    if wants_json(&headers) {
        return Json(json!({ "messages": messages })).into_response();
    }
    let Some(id) = asked.id else {
        return list(to, &messages);
    };
    match messages.iter().find(|mail| mail.id == id) {
        Some(mail) => show(mail),
        None => page(
            StatusCode::NOT_FOUND,
            "Posta",
            "<p>Questo messaggio non c'è.</p><p><a href=\"/mail\">Tutta la posta</a></p>",
        ),
    }
}

fn list(to: &str, messages: &[Mail]) -> Response {
    let rows: String = messages.iter().map(row).collect();
    let rows = if rows.is_empty() {
        "<p>Non ci sono messaggi.</p>".to_owned()
    } else {
        format!("<ul class=\"inbox box\">{rows}</ul>")
    };
    let body = format!(
        "{rows}<form action=\"/mail\" class=\"box\"><label for=\"to\">Posta di un indirizzo</label>\
         <input id=\"to\" name=\"to\" value=\"{to}\" autocomplete=\"off\">\
         <p><button>Mostra</button></p></form>\
         <p><a href=\"/mail\">Tutta la posta</a>, <a href=\"/\">inizio</a></p>",
        to = escape(to),
    );
    page(StatusCode::OK, "Posta", &body)
}

fn row(mail: &Mail) -> String {
    format!(
        "<li><a href=\"/mail?id={id}\"><span class=\"from\">{from}, per {to} \
         <time datetime=\"{at}\">{shown}</time></span><strong>{subject}</strong></a></li>",
        id = mail.id,
        from = escape(&mail.from),
        to = escape(&mail.to.join(", ")),
        at = mail.received_at,
        shown = local(mail.received_at, "%d/%m/%Y, %H:%M"),
        subject = escape(&mail.subject),
    )
}

fn show(mail: &Mail) -> Response {
    let to = mail.to.iter().map(|to| escape(to)).collect::<Vec<_>>();
    let body = format!(
        "<p><a href=\"/mail\">Tutta la posta</a></p><article class=\"box\">\
         <p class=\"from\">Da {from}<br>A {to}<br><time datetime=\"{at}\">{shown}</time></p>\
         <h2>{subject}</h2><pre>{text}</pre>\
         <details><summary>Com'è arrivato</summary><pre>{raw}</pre></details></article>",
        from = escape(&mail.from),
        to = to.join(", "),
        at = mail.received_at,
        shown = local(mail.received_at, "%d/%m/%Y, %H:%M"),
        subject = escape(&mail.subject),
        text = escape(&mail.text),
        raw = escape(&mail.raw),
    );
    page(StatusCode::OK, "Posta", &body)
}
