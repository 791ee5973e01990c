//! The cookies: the session, the one that binds a login to its browser, the chosen language.

use app::rules::language::Language;
use axum::http::HeaderMap;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

use crate::state::Counter;

const LANGUAGE: &str = "lingua";

fn name(counter: &Counter, plain: &'static str, host: &'static str) -> &'static str {
    if counter.is_https() { host } else { plain }
}

fn session_name(counter: &Counter) -> &'static str {
    name(counter, "sessione", "__Host-sessione")
}

fn login_name(counter: &Counter) -> &'static str {
    name(counter, "accesso", "__Host-accesso")
}

fn cookie(counter: &Counter, name: &'static str, value: String, site: SameSite) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(counter.is_https())
        .same_site(site)
        .build()
}

pub fn session(counter: &Counter, token: String) -> Cookie<'static> {
    cookie(counter, session_name(counter), token, SameSite::Lax)
}

/// The provider's answer is a cross-site POST: over https only `None` brings this cookie along.
pub fn login(counter: &Counter, token: String) -> Cookie<'static> {
    let site = if counter.is_https() {
        SameSite::None
    } else {
        SameSite::Lax
    };
    cookie(counter, login_name(counter), token, site)
}

/// As long as the browser keeps it. The service worker reads it too.
pub fn chosen(counter: &Counter, language: Language) -> Cookie<'static> {
    let mut cookie = cookie(counter, LANGUAGE, language.code().to_owned(), SameSite::Lax);
    cookie.set_http_only(false);
    cookie.make_permanent();
    cookie
}

pub fn language(headers: &HeaderMap) -> Option<String> {
    read(headers, LANGUAGE)
}

pub fn session_token(counter: &Counter, headers: &HeaderMap) -> Option<String> {
    read(headers, session_name(counter))
}

pub fn login_token(counter: &Counter, headers: &HeaderMap) -> Option<String> {
    read(headers, login_name(counter))
}

fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    CookieJar::from_headers(headers)
        .get(name)
        .map(|cookie| cookie.value().to_owned())
}

/// Ends a cookie.
pub fn gone(mut cookie: Cookie<'static>) -> Cookie<'static> {
    cookie.make_removal();
    cookie
}
