//! The language of the reader: chosen in the header, remembered in a cookie.

use app::rules::language::Language;
use axum::{
    Form,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use url::Url;

use super::cookies;
use crate::{identity::local_path, state::Counter};

/// Every answer in the language that its request asks for.
pub async fn speak(request: Request, next: Next) -> Response {
    let language = asked(&request);
    let mut response = language.scope(next.run(request)).await;
    response.headers_mut().insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(language.code()),
    );
    response
}

/// `?lingua=` for this one answer (the service worker asks without cookies), else what was
/// chosen, else Italian.
fn asked(request: &Request) -> Language {
    // The office works in Italian, in which its pages are written.
    let path = request.uri().path();
    if path.starts_with("/ufficio") || path.starts_with("/api/ufficio") {
        return Language::Italian;
    }
    let query = request.uri().query().unwrap_or_default();
    let here = url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "lingua")
        .and_then(|(_, code)| Language::parse(&code));
    let chosen = || Language::parse(&cookies::language(request.headers())?);
    here.or_else(chosen).unwrap_or_default()
}

#[derive(Deserialize)]
pub struct Choice {
    #[serde(default)]
    lingua: String,
}

/// `POST /lingua`: from now on in that language, on the page that it was asked from.
pub async fn choose(
    State(counter): State<Counter>,
    headers: HeaderMap,
    jar: CookieJar,
    Form(choice): Form<Choice>,
) -> Response {
    let back = Redirect::to(&page_before(&headers));
    match Language::parse(&choice.lingua) {
        Some(language) => (jar.add(cookies::chosen(&counter, language)), back).into_response(),
        None => back.into_response(),
    }
}

/// The local path that the browser comes from: pages send it to this site only (Referrer-Policy).
/// Its origin does not matter, only its path is used.
fn page_before(headers: &HeaderMap) -> String {
    let referer = headers
        .get(header::REFERER)
        .and_then(|value| value.to_str().ok());
    let page = referer.and_then(|referer| Url::parse(referer).ok());
    page.map_or_else(
        || "/".to_owned(),
        |page| match page.query() {
            Some(query) => local_path(&format!("{}?{query}", page.path())),
            None => local_path(page.path()),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_a_path_of_ours() {
        let back = |referer: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::REFERER, HeaderValue::from_str(referer).unwrap());
            page_before(&headers)
        };
        assert_eq!(
            back("https://sportello.it/servizi?cerca=tari"),
            "/servizi?cerca=tari"
        );
        assert_eq!(
            back("https://altrove.it//evil.it/"),
            local_path("//evil.it/")
        );
        assert_eq!(back("about:blank"), local_path("blank"));
        assert_eq!(page_before(&HeaderMap::new()), "/");
    }
}
