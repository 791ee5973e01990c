//! HTTP: three doors to one operation — the page, its JSON twin under `/api`, the plain form.
//! No logic here: who asks, which operation, how its answer is told.

mod actions;
pub mod assets;
mod cookies;
mod document;
mod drain;
mod events;
mod files;
mod health;
mod login;
mod openapi;
mod pages;
mod security;
mod session;
mod upload;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{get, post, put},
};
use tower_http::{catch_panic::CatchPanicLayer, trace::TraceLayer};

use crate::{forms::BODY_BYTES, state::Counter};

pub use actions::Outcome;
pub use pages::Visit;

/// The whole counter.
pub fn router(counter: Counter) -> Router {
    // leptos renders on tokio; a second initialisation (tests) keeps the first.
    let _ = any_spawner::Executor::init_tokio();
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/api/openapi.json", get(openapi::document))
        .route("/spid/metadata", get(login::metadata))
        .route("/spid/login", get(login::start))
        .route("/spid/acs", post(login::assertion))
        .route("/esci", post(login::leave))
        .route("/allegati/{file}", get(files::download))
        .route(
            "/pratiche/{case}/documenti/{document}",
            get(files::document),
        )
        .route(
            "/pagamenti/{payment}/ricevute/{receipt}",
            get(files::receipt),
        )
        .route("/api/pratiche/{case}/eventi", get(events::stream))
        .route(
            "/api/servizi/{slug}/richiesta",
            put(actions::autosave).fallback(pages::any),
        )
        .route(
            "/api/servizi/{slug}/richiesta/allegati/{id}",
            put(upload::put).delete(upload::delete),
        )
        .merge(assets::router(&counter))
        .fallback(pages::any)
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(middleware::from_fn(drain::drain))
        .layer(middleware::from_fn_with_state(
            counter.clone(),
            security::guard,
        ))
        .layer(CatchPanicLayer::custom(security::panicked))
        .layer(TraceLayer::new_for_http().make_span_with(security::span))
        .with_state(counter)
}
