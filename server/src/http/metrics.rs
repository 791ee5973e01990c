//! Requests as numbers, and the listener that tells them: never the public one.

use std::time::Instant;

use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{metrics, state::Counter, store::Counted};

/// Counts and times every request by its route.
pub async fn measure(State(counter): State<Counter>, request: Request, next: Next) -> Response {
    let (method, route) = (method(request.method()), route(&request));
    let under_way = Counted::new(&counter.metrics.requests_under_way);
    let begun = Instant::now();
    let response = next.run(request).await;
    drop(under_way);
    let status = response.status().as_u16();
    let took = begun.elapsed();
    counter.metrics.answered(method, &route, status, took);
    response
}

/// Clients may invent methods.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

/// The route's template: no id, no slug, nothing that a client made up.
pub fn route(request: &Request) -> String {
    match request.extensions().get::<MatchedPath>() {
        Some(path) => path.as_str().to_owned(),
        None => page(request.uri().path()),
    }
}

/// The pages, which one fallback serves (`pages.rs`).
fn page(path: &str) -> String {
    let (api, path) = match path.strip_prefix("/api/") {
        Some(rest) => ("/api", rest),
        None => ("", path),
    };
    let segments: Vec<&str> = path.split('/').filter(|s| !s.is_empty()).collect();
    let template = match segments[..] {
        [] => "/",
        ["servizi"] => "/servizi",
        ["servizi", _] => "/servizi/{slug}",
        ["servizi", _, "privacy"] => "/servizi/{slug}/privacy",
        ["servizi", _, "richiesta"] => "/servizi/{slug}/richiesta",
        ["accedi"] => "/accedi",
        ["area-personale"] => "/area-personale",
        ["pratiche", _] => "/pratiche/{id}",
        ["pratiche", _, "ricevuta"] => "/pratiche/{id}/ricevuta",
        ["pagamenti"] => "/pagamenti",
        ["pagamenti", _] => "/pagamenti/{id}",
        ["pagamenti", _, "esito"] => "/pagamenti/{id}/esito",
        ["ufficio"] => "/ufficio",
        ["ufficio", "consegne"] => "/ufficio/consegne",
        ["ufficio", "sportello"] => "/ufficio/sportello",
        ["ufficio", "sportello", "stampa"] => "/ufficio/sportello/stampa",
        ["ufficio", "ruoli"] => "/ufficio/ruoli",
        ["ufficio", "pratiche", _] => "/ufficio/pratiche/{id}",
        ["ufficio", "trattamenti"] => "/ufficio/trattamenti",
        ["ufficio", "valutazioni"] => "/ufficio/valutazioni",
        ["valutazioni"] => "/valutazioni",
        ["valutazioni", "grazie"] => "/valutazioni/grazie",
        ["domande-frequenti"] => "/domande-frequenti",
        ["privacy"] => "/privacy",
        ["note-legali"] => "/note-legali",
        ["offline"] => "/offline",
        _ => return "other".to_owned(),
    };
    format!("{api}{template}")
}

/// `/metrics`, and nothing else.
pub fn router(counter: Counter) -> Router {
    Router::new()
        .route("/metrics", get(show))
        .with_state(counter)
}

async fn show(State(counter): State<Counter>) -> Response {
    match metrics::text(&counter).await {
        Ok(text) => ([(header::CONTENT_TYPE, prometheus::TEXT_FORMAT)], text).into_response(),
        Err(error) => {
            tracing::error!(error.cause = %error, "metrics not told");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
