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

/// The provider's answer is a cross-site POST: over https only `None` brings a cookie along.
fn with_answer(counter: &Counter) -> SameSite {
    if counter.is_https() {
        SameSite::None
    } else {
        SameSite::Lax
    }
}

pub fn login(counter: &Counter, token: String) -> Cookie<'static> {
    let site = with_answer(counter);
    cookie(counter, login_name(counter), token, site)
}

/// As long as the browser keeps it. The service worker reads it too; a refused login is told in
/// it.
pub fn chosen(counter: &Counter, language: Language) -> Cookie<'static> {
    let (code, site) = (language.code().to_owned(), with_answer(counter));
    let mut cookie = cookie(counter, LANGUAGE, code, site);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::ManualClock,
        testing::{NOW, counter_with, stores},
    };

    #[tokio::test]
    async fn a_refused_login_is_told_in_the_chosen_language() {
        for (url, wanted) in [
            ("https://sportello.example", SameSite::None),
            ("http://localhost:3000", SameSite::Lax),
        ] {
            let store = stores().await.remove(0);
            let clock = ManualClock::at(NOW);
            let counter = counter_with(store, clock, |s| s.base_url = Some(url.to_owned())).await;
            let cookie = chosen(&counter, Language::English);
            assert_eq!(cookie.same_site(), Some(wanted));
            // A browser takes `None` only with `Secure`.
            assert_eq!(cookie.secure(), Some(wanted == SameSite::None));
            assert_eq!(
                session(&counter, String::new()).same_site(),
                Some(SameSite::Lax)
            );
        }
    }
}
