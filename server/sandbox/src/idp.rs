//! The identity provider: metadata, the page of test citizens, the answer.

mod foreigners;
pub mod login;
pub mod logout;
pub mod metadata;
mod sender;
pub mod sso;

use std::collections::BTreeMap;

use axum::Router;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

use crate::page;
use crate::state::State;

/// Fields of a form, or parameters of an address.
pub type Fields = BTreeMap<String, String>;

pub fn routes() -> Router<State> {
    Router::new()
        .route("/{scheme}/metadata", get(metadata::get))
        .route("/{scheme}/sso", get(sso::get).post(sso::post))
        .route("/{scheme}/slo", get(logout::get).post(logout::post))
        .route("/{scheme}/logout", get(logout::begin))
        .route("/registry", get(metadata::list))
        .route("/registry.crt", get(metadata::certificate))
        .route("/{scheme}/login", post(login::post))
}

/// The providers have the same code and different names; to the counter the eIDAS node is one more
/// provider of SPID.
fn known(scheme: &str) -> Option<&'static str> {
    ["spid", "cie", "eidas"]
        .into_iter()
        .find(|known| *known == scheme)
}

fn entity_id(state: &State, scheme: &str) -> String {
    format!("{}/{scheme}", state.options.base_url)
}

fn unknown() -> Response {
    page::page(
        StatusCode::NOT_FOUND,
        "Pagina non trovata",
        "<p><a href=\"/\">Inizio</a></p>",
    )
}

/// The request cannot be answered to anybody: the page says why, for who develops.
fn refused(reason: &str) -> Response {
    let body = format!(
        "<p>La richiesta di accesso non va bene: lo sportello deve correggerla.</p>\
         <p class=\"box\"><code>{}</code></p><p><a href=\"/\">Inizio</a></p>",
        page::escape(reason)
    );
    page::page(StatusCode::BAD_REQUEST, "Richiesta non valida", &body)
}
