//! What holds for every request: origin of writes, headers, nonce, one answer for a panic.

use std::panic::AssertUnwindSafe;

use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use app::api::Problem;
use futures::FutureExt as _;

use super::{client, document};
use crate::{
    clock::token,
    error::{Refusal, Refused, internal},
    payments,
    state::{Actor, Counter},
};
use rules::t;
use thiserror::Error;

/// The nonce of this answer's scripts (CSP).
#[derive(Clone)]
pub struct ScriptNonce(pub String);

pub async fn guard(State(counter): State<Counter>, mut request: Request, next: Next) -> Response {
    let nonce = token::<16>(&*counter.rng);
    request.extensions_mut().insert(ScriptNonce(nonce.clone()));
    let client = client::address(&request, &counter.trusted_proxies);
    let answer = async {
        if is_foreign_write(&counter, &request) {
            let api = request.uri().path().starts_with("/api/");
            let problem = Refused::from(ForeignWrite).report(String::new);
            document::problem(&counter, &Actor::Anonymous, problem, api, &nonce).await
        } else {
            next.run(request).await
        }
    };
    let mut response = client::during(client, answer).await;
    add_headers(&counter, response.headers_mut(), &nonce);
    response
}

/// A write must come from our own pages; what identity providers send is the one exception.
fn is_foreign_write(counter: &Counter, request: &Request) -> bool {
    if matches!(*request.method(), Method::GET | Method::HEAD)
        || matches!(
            request.uri().path(),
            "/spid/acs" | "/cie/acs" | "/spid/slo" | "/cie/slo"
        )
    {
        return false;
    }
    let header = |name| {
        request
            .headers()
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    match (header("sec-fetch-site"), header("origin")) {
        (Some("same-origin"), _) => false,
        (Some(_), _) => true,
        (None, Some(origin)) => !is_own_origin(counter, origin, header("host")),
        // No browser of today writes without either.
        (None, None) => true,
    }
}

fn is_own_origin(counter: &Counter, origin: &str, host: Option<&str>) -> bool {
    let own = counter.settings.base_url();
    origin == own || (counter.is_sandbox() && host.is_some_and(|h| origin == format!("http://{h}")))
}

#[derive(Debug, Error)]
#[error("a write that does not come from a page of ours")]
struct ForeignWrite;

impl Refusal for ForeignWrite {
    fn problem(&self) -> Problem {
        Problem::new(
            403,
            t!("Richiesta non accettata"),
            t!(
                "La richiesta non arriva da una pagina di questo sito. Apri il servizio da qui e riprova."
            ),
        )
    }
}

fn add_headers(counter: &Counter, headers: &mut HeaderMap, nonce: &str) {
    // Forms lead to the identity provider, and by a redirect to checkout.
    let mut origins = counter.identity.origins();
    origins.extend(payments::checkout_pages(&counter.settings));
    let form_action = origins.join(" ");
    let csp = format!(
        "default-src 'none'; script-src 'strict-dynamic' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
         manifest-src 'self'; worker-src 'self'; base-uri 'none'; frame-ancestors 'none'; \
         form-action 'self' {form_action}"
    );
    let mut set = |name: header::HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.entry(name).or_insert(value);
        }
    };
    set(header::CONTENT_SECURITY_POLICY, &csp);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::CACHE_CONTROL, "no-store");
    set(
        header::HeaderName::from_static("permissions-policy"),
        "geolocation=(self), camera=(), microphone=(), payment=()",
    );
    set(
        header::HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    if counter.is_https() {
        set(
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        );
    }
}

/// A panic is our fault: she gets the page of any other fault of ours, the log its reference.
pub async fn caught(
    State(counter): State<Counter>,
    Extension(ScriptNonce(nonce)): Extension<ScriptNonce>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(_) => {
            let problem = Problem {
                reference: token::<4>(&*counter.rng),
                ..internal()
            };
            tracing::error!(
                error.reference = %problem.reference,
                http.path = %path,
                "a request panicked"
            );
            let api = path.starts_with("/api/");
            document::problem(&counter, &Actor::Anonymous, problem, api, &nonce).await
        }
    }
}

/// The last resort, where the page of a panic panics too.
pub fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a panic without a page");
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    (status, headers, internal().detail).into_response()
}

/// Path without query: queries may hold what people search for.
pub fn span(request: &Request) -> tracing::Span {
    tracing::info_span!(
        "http",
        http.method = %request.method(),
        http.route = %super::metrics::route(request),
        http.path = %request.uri().path(),
    )
}
