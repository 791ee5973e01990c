//! Page data as HTML or JSON, with its status.

use std::sync::Arc;

use app::{
    api::{Acted, Page, PageData, Problem, SCREEN_TYPE},
    document, pages,
};
use axum::{
    Json,
    body::Body,
    http::{HeaderMap, HeaderValue, Request, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;

use crate::state::{Actor, Counter};

/// The page as HTML.
pub async fn html(counter: &Counter, data: PageData, path: &str, nonce: &str) -> Response {
    if let Page::Redirect { to } = &data.page {
        return Redirect::to(to).into_response();
    }
    let status = StatusCode::from_u16(data.status()).unwrap_or(StatusCode::OK);
    let town = data.frame.town.clone();
    let screen = pages::screen(data);
    let nonce: Arc<str> = nonce.into();
    let assets = counter.assets.clone();
    let render = leptos_axum::render_app_async_with_context(
        move || {
            provide_context(leptos::nonce::Nonce::from_value(Arc::clone(&nonce)));
        },
        move || document::document(&assets, screen.clone(), &town),
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

/// What the client of the API wants of a page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The page's data: for programs.
    Data,
    /// What is shown of it: for our own pages in the browser.
    Screen,
}

impl Wanted {
    pub fn of(headers: &HeaderMap) -> Self {
        match headers.get(header::ACCEPT) {
            Some(accept) if accept == SCREEN_TYPE => Self::Screen,
            _ => Self::Data,
        }
    }
}

/// The same page as JSON, with its status.
pub fn json(data: PageData, wanted: Wanted) -> Response {
    let status = StatusCode::from_u16(data.status()).unwrap_or(StatusCode::OK);
    match wanted {
        Wanted::Data => (status, Json(data)).into_response(),
        Wanted::Screen => (status, Json(pages::screen(data))).into_response(),
    }
}

/// The page that an action led to.
pub fn acted(path: String, data: PageData, wanted: Wanted) -> Response {
    match wanted {
        Wanted::Data => Json(Acted { path, data }).into_response(),
        Wanted::Screen => {
            let data = pages::screen(data);
            Json(Acted { path, data }).into_response()
        }
    }
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
