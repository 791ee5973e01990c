//! Page data as HTML or JSON, with its status.

use std::sync::Arc;

use app::{
    api::{Backend, Page, PageData, Problem},
    shell,
};
use async_trait::async_trait;
use axum::{
    Json,
    body::Body,
    http::{HeaderValue, Request, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;

use crate::state::{Actor, Counter};

/// Answers the one page that was already made, so that a visit and a refused POST render alike.
struct Prepared(PageData);

#[async_trait]
impl Backend for Prepared {
    async fn page(&self, _: &str) -> PageData {
        self.0.clone()
    }
}

/// The page as HTML.
pub async fn html(counter: &Counter, data: PageData, path: &str, nonce: &str) -> Response {
    if let Page::Redirect { to } = &data.page {
        return Redirect::to(to).into_response();
    }
    let status = StatusCode::from_u16(data.status()).unwrap_or(StatusCode::OK);
    let backend: Arc<dyn Backend> = Arc::new(Prepared(data));
    let nonce: Arc<str> = nonce.into();
    let assets = counter.assets.clone();
    let render = leptos_axum::render_app_async_with_context(
        move || {
            provide_context(Arc::clone(&backend));
            provide_context(leptos::nonce::Nonce::from_value(Arc::clone(&nonce)));
        },
        move || shell::document(&assets),
    );
    let Ok(request) = Request::get(path).body(Body::empty()) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let mut response = render(request).await;
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    response
}

/// The same data as JSON; refusals as problem details.
pub fn json(data: PageData) -> Response {
    let status = StatusCode::from_u16(data.status()).unwrap_or(StatusCode::OK);
    (status, Json(data)).into_response()
}

/// A refusal, as page or as problem details.
pub async fn problem(
    counter: &Counter,
    actor: &Actor,
    problem: Problem,
    api: bool,
    nonce: &str,
) -> Response {
    if api {
        return problem_json(&problem);
    }
    let data = PageData {
        frame: counter.frame(actor),
        page: Page::Problem(problem),
    };
    html(counter, data, "/", nonce).await
}

/// `application/problem+json` (RFC 9457).
pub fn problem_json(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Json(problem)).into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    response
}
