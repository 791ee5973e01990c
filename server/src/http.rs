//! HTTP: three doors to one operation — the page, its JSON twin under `/api`, the plain form.
//! No logic here: who asks, which operation, how its answer is told.

mod actions;
mod anybodys;
pub mod assets;
pub(crate) mod client;
mod compress;
mod cookies;
mod deadline;
mod document;
mod drain;
mod events;
mod files;
mod health;
mod kept;
mod language;
mod limits;
pub mod listen;
mod lists;
mod login;
mod manifest;
pub mod metrics;
mod openapi;
mod pages;
mod parts;
mod security;
mod session;
mod upload;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{get, patch, post, put},
};
use saml::Scheme;
use tower_http::{catch_panic::CatchPanicLayer, trace::TraceLayer};

use crate::{forms::BODY_BYTES, state::Counter};

pub use actions::Outcome;
pub use anybodys::Anybodys;
pub use deadline::TooSlow;
pub use health::Probe;
pub use limits::Limits;
pub use pages::Visit;

/// The whole counter.
pub fn router(counter: Counter) -> Router {
    guarded(routes(&counter), counter)
}

/// Innermost first.
fn guarded(routes: Router<Counter>, counter: Counter) -> Router {
    // leptos renders on tokio; a second initialisation (tests) keeps the first.
    let _ = any_spawner::Executor::init_tokio();
    app::language::install();
    routes
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(middleware::from_fn_with_state(
            counter.clone(),
            security::caught,
        ))
        .layer(middleware::from_fn_with_state(
            counter.clone(),
            limits::limit,
        ))
        .layer(middleware::from_fn_with_state(
            counter.clone(),
            security::guard,
        ))
        .layer(compress::layer())
        .layer(middleware::from_fn(drain::drain))
        .layer(middleware::from_fn_with_state(
            counter.clone(),
            metrics::measure,
        ))
        .layer(middleware::from_fn(language::speak))
        .layer(CatchPanicLayer::custom(security::panicked))
        .layer(TraceLayer::new_for_http().make_span_with(security::span))
        .with_state(counter)
}

fn routes(counter: &Counter) -> Router<Counter> {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/api/openapi.json", get(openapi::document))
        .nest("/spid", login::router(Scheme::Spid))
        .nest("/cie", login::router(Scheme::Cie))
        .route("/esci", post(login::leave))
        .route("/api/sessione", get(login::time_left).post(login::extend))
        .route("/lingua", post(language::choose))
        .route("/allegati/{file}", get(files::download))
        .route("/servizi/{slug}/condizioni", get(files::terms))
        .route("/ufficio/pratiche/{case}/anteprima", post(files::preview))
        .route(
            "/servizi/{slug}/richiesta/firma/documento",
            get(files::to_sign),
        )
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
        .route(
            "/api/servizi/{slug}/richiesta/allegati/{id}/parti",
            post(parts::create),
        )
        .route(
            "/api/servizi/{slug}/richiesta/allegati/{id}/parti/{upload}",
            patch(parts::add).head(parts::reached).delete(parts::cancel),
        )
        .merge(assets::router(counter))
        .fallback(pages::any)
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, extract::Request, http::StatusCode};
    use tower::ServiceExt as _;

    use super::*;
    use crate::{
        clock::ManualClock,
        testing::{NOW, stores, test_counter},
    };

    async fn broken() {
        panic!("as told")
    }

    #[tokio::test]
    async fn a_panic_is_told_with_a_reference_and_the_usual_headers() {
        for store in stores().await {
            let counter = test_counter(store, ManualClock::at(NOW)).await;
            let routes = Router::new()
                .route("/rotta", get(broken))
                .route("/api/rotta", get(broken));
            let router = guarded(routes, counter);
            for (path, kind) in [
                ("/rotta", "text/html; charset=utf-8"),
                ("/api/rotta", "application/problem+json"),
            ] {
                let request = Request::get(path).body(Body::empty()).unwrap();
                let response = router.clone().oneshot(request).await.unwrap();
                assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
                assert_eq!(response.headers()["content-type"], kind);
                assert_eq!(response.headers()["cache-control"], "no-store");
                assert!(response.headers().contains_key("content-security-policy"));
                let body = axum::body::to_bytes(response.into_body(), 1 << 20).await;
                let body = String::from_utf8(body.unwrap().to_vec()).unwrap();
                assert!(body.contains("Qualcosa non ha funzionato"), "{body}");
                assert!(!body.contains("as told"), "{body}");
                assert!(body.contains("reference"), "{body}");
            }
        }
    }
}
