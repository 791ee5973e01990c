//! `GET` and `POST /guasti`: the switches as a page.

use axum::Form;
use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{Fault, Refused, TARGETS, set};
use crate::page::{escape, page};
use crate::state::State;

/// A form's fields; an empty one is as good as none.
#[derive(Deserialize)]
pub struct Fields {
    target: String,
    kind: String,
    #[serde(default)]
    value: String,
    #[serde(default)]
    count: String,
}

const KINDS: [(&str, &str); 8] = [
    (
        "timeout_before",
        "Tempo scaduto: la chiamata non ha effetto",
    ),
    (
        "timeout_after",
        "Tempo scaduto: la chiamata ha effetto, la risposta non arriva",
    ),
    ("status", "Risponde con lo stato scritto sotto"),
    ("half", "Mezza risposta, poi la connessione cade"),
    ("type", "Risponde con una pagina invece che con i dati"),
    ("slow", "Lento: aspetta i millisecondi scritti sotto"),
    ("throttled", "Solo IO: i messaggi restano in attesa"),
    ("none", "Nessun guasto"),
];

pub async fn get(Extract(state): Extract<State>) -> Response {
    show(&state, StatusCode::OK, "")
}

pub async fn post(Extract(state): Extract<State>, Form(fields): Form<Fields>) -> Response {
    let done = fields.fault().and_then(|fault| set(&state, fault));
    match done {
        Ok(()) => Redirect::to("/guasti").into_response(),
        Err(why) => {
            let why = match why {
                Refused::Target => "Scegli che cosa si guasta.",
                Refused::Kind => {
                    "Scegli il guasto. Uno stato va da 200 a 599, i millisecondi sono un numero \
                     intero; gli altri guasti non vogliono numeri."
                }
                Refused::Unfit => "Questo guasto non può capitare lì.",
                Refused::Count => {
                    "Per quante chiamate: un numero intero; l'attesa di IO dura finché la spegni."
                }
            };
            let note = format!("<p class=\"box\" role=\"alert\">{why}</p>");
            show(&state, StatusCode::BAD_REQUEST, &note)
        }
    }
}

impl Fields {
    fn fault(&self) -> Result<Fault, Refused> {
        let (value, count) = (self.value.trim(), self.count.trim());
        Ok(Fault {
            target: self.target.clone(),
            kind: self.kind.clone(),
            value: number(value).map_err(|()| Refused::Kind)?,
            count: number(count).map_err(|()| Refused::Count)?,
            only: None,
        })
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Result<Option<T>, ()> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| ())
}

fn show(state: &State, status: StatusCode, note: &str) -> Response {
    let on: String = state.faults.list().iter().map(row).collect();
    let on = if on.is_empty() {
        "<p>Nessuno: tutto risponde.</p>".to_owned()
    } else {
        format!("<ul class=\"people\">{on}</ul>")
    };
    let targets: String = TARGETS
        .iter()
        .map(|target| format!("<option>{target}</option>"))
        .collect();
    let kinds: String = KINDS
        .iter()
        .map(|(kind, label)| format!("<option value=\"{kind}\">{label}</option>"))
        .collect();
    let body = format!(
        "{note}<h2>Accesi</h2>{on}<h2>Accendi un guasto</h2>\
         <form method=\"post\" action=\"/guasti\" class=\"box\">\
         <label for=\"target\">Che cosa si guasta</label>\
         <select id=\"target\" name=\"target\">{targets}</select>\
         <label for=\"kind\">Guasto</label><select id=\"kind\" name=\"kind\">{kinds}</select>\
         <label for=\"value\">Stato o millisecondi</label>\
         <input id=\"value\" name=\"value\" inputmode=\"numeric\" autocomplete=\"off\">\
         <label for=\"count\">Per quante chiamate (vuoto: finché lo spegni)</label>\
         <input id=\"count\" name=\"count\" inputmode=\"numeric\" autocomplete=\"off\">\
         <p><button type=\"submit\">Accendi</button></p></form>\
         <p>I programmi usano <code>POST /faults</code>. <a href=\"/\">Inizio</a></p>"
    );
    page(status, "Guasti", &body)
}

fn row(fault: &Fault) -> String {
    let target = escape(&fault.target);
    let count = match fault.count {
        None => "finché lo spegni".to_owned(),
        Some(1) => "per una chiamata".to_owned(),
        Some(count) => format!("per {count} chiamate"),
    };
    format!(
        "<li><form method=\"post\" action=\"/guasti\">\
         <span class=\"who\"><strong>{target}</strong>: <code>{kind}</code>, {count}</span>\
         <input type=\"hidden\" name=\"target\" value=\"{target}\">\
         <button class=\"plain\" name=\"kind\" value=\"none\">Spegni {target}</button></form></li>",
        kind = escape(&fault.kind),
    )
}
