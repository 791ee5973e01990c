//! Page data as HTML or JSON, with its status.

use std::sync::Arc;

use app::{
    api::{Acted, Page, PageData, Problem, SCREEN_TYPE, Screen},
    document, pages,
};
use axum::{
    Json,
    body::Body,
    http::{HeaderMap, HeaderValue, Request, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Serialize;

use super::anybodys::is_anybodys;
use crate::state::{Actor, Counter};

/// What the browser shows of a page.
fn screen(data: PageData) -> Screen {
    alone(|| pages::screen(data))
}

/// Renders under no other owner: leptos leaves that of another request's page current on the
/// thread, and the end of that request would dispose of the signals of this one.
fn alone<T>(render: impl FnOnce() -> T) -> T {
    Owner::new_root(None).with(render)
}

/// The page as HTML.
pub async fn html(counter: &Counter, data: PageData, path: &str, nonce: &str) -> Response {
    let status = data.status();
    html_as(counter, data, status, path, nonce).await
}

/// The page as HTML, with a status that the page alone does not tell.
pub async fn html_as(
    counter: &Counter,
    data: PageData,
    status: u16,
    path: &str,
    nonce: &str,
) -> Response {
    if let Page::Redirect { to } = &data.page {
        return Redirect::to(to).into_response();
    }
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let town = data.frame.town.clone();
    let anybodys = is_anybodys(&data);
    let screen = screen(data);
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
    if anybodys {
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(header::VARY, HeaderValue::from_static("cookie"));
    }
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
        Wanted::Screen => (status, Json(screen(data))).into_response(),
    }
}

/// The page that an action led to.
pub fn acted(path: String, data: PageData, wanted: Wanted) -> Response {
    match wanted {
        Wanted::Data => Json(Acted { path, data }).into_response(),
        Wanted::Screen => {
            let data = screen(data);
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

/// A refusal of the guided form, its conflict told as the client of the API wants it.
pub fn refused_json(
    counter: &Counter,
    actor: &Actor,
    problem: Problem,
    wanted: Wanted,
) -> Response {
    if wanted == Wanted::Data {
        return problem_json(&problem);
    }
    problem_json(&problem.map_conflict(|page| {
        screen(PageData {
            frame: counter.frame(actor),
            page: Page::Conflict(Box::new(page)),
        })
    }))
}

/// A refusal with the page that takes the place of the shown one: our own pages in the browser
/// find it where a conflict is told.
pub fn overtaken(data: PageData, problem: Problem, wanted: Wanted) -> Response {
    match wanted {
        Wanted::Data => problem_json(&problem),
        Wanted::Screen => {
            let mut told = Problem::<Screen>::new(problem.status, problem.title, problem.detail);
            told.conflict = Some(Box::new(screen(data)));
            problem_json(&told)
        }
    }
}

/// `application/problem+json` (RFC 9457).
pub fn problem_json<C: Serialize>(problem: &Problem<C>) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Json(problem)).into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_another_request_takes_nothing_away() {
        let another = Owner::new_root(None);
        let seen = alone(|| {
            let page = Owner::new();
            page.with(|| {
                let signal = RwSignal::new("shown");
                another.cleanup();
                signal.try_get()
            })
        });
        assert_eq!(seen, Some("shown"));
    }
}
