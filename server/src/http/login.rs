//! `/spid/*`, the same under `/cie`, and `/esci`.

use app::api::Problem;
use axum::{
    Extension, Form, Router,
    extract::{DefaultBodyLimit, Query, State, rejection::FormRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use axum_extra::extract::CookieJar;
use rules::t;
use saml::Scheme;
use serde::Deserialize;
use thiserror::Error;

use super::{cookies, document, security::ScriptNonce};
use crate::{
    clock::token,
    error::{Refusal, Refused},
    identity::{self, sessions},
    state::{Actor, Counter},
};

/// Most bytes of a provider's answer: anybody may send one.
const ASSERTION_BYTES: usize = 1 << 20;

/// The doors of one federation.
pub fn router(scheme: Scheme) -> Router<Counter> {
    Router::new()
        .route("/metadata", get(metadata))
        .route("/login", get(start))
        .route(
            "/acs",
            post(assertion).layer(DefaultBodyLimit::max(ASSERTION_BYTES)),
        )
        .layer(Extension(scheme))
}

async fn metadata(
    State(counter): State<Counter>,
    Extension(scheme): Extension<Scheme>,
) -> Response {
    let metadata = counter.identity.of(scheme).metadata();
    let mut response = metadata.to_owned().into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/samlmetadata+xml; charset=utf-8"),
    );
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=300"),
    );
    response
}

#[derive(Deserialize)]
pub struct LoginQuery {
    #[serde(default)]
    idp: Option<String>,
    #[serde(default)]
    next: Option<String>,
}

/// A bare page whose only form posts the signed request to the provider.
async fn start(
    State(counter): State<Counter>,
    Extension(scheme): Extension<Scheme>,
    Extension(ScriptNonce(nonce)): Extension<ScriptNonce>,
    jar: CookieJar,
    Query(query): Query<LoginQuery>,
) -> Response {
    let next = identity::local_path(query.next.as_deref().unwrap_or_default());
    match identity::start(&counter, scheme, query.idp.as_deref(), &next, &nonce).await {
        Ok(started) => {
            let jar = jar.add(cookies::login(&counter, started.browser_token));
            (StatusCode::OK, jar, Html(started.form)).into_response()
        }
        Err(error) => refuse(&counter, error.into(), &nonce).await,
    }
}

#[derive(Deserialize)]
pub struct AssertionForm {
    #[serde(rename = "SAMLResponse", default)]
    response: String,
    #[serde(rename = "RelayState", default)]
    relay_state: String,
}

#[derive(Debug, Error)]
#[error("the provider's answer cannot be read: {0}")]
struct Unreadable(FormRejection);

impl Refusal for Unreadable {
    fn problem(&self) -> Problem {
        Problem::new(
            self.0.status().as_u16(),
            t!("Accesso non riuscito"),
            t!(
                "La risposta del gestore della tua identità non si legge. Torna al servizio e premi di nuovo «Entra con SPID»."
            ),
        )
    }
}

/// The provider's answer: a session, or a page that says why not (403).
async fn assertion(
    State(counter): State<Counter>,
    Extension(scheme): Extension<Scheme>,
    Extension(ScriptNonce(nonce)): Extension<ScriptNonce>,
    headers: HeaderMap,
    jar: CookieJar,
    form: Result<Form<AssertionForm>, FormRejection>,
) -> Response {
    let form = match form {
        Ok(Form(form)) => form,
        Err(rejection) => return refuse(&counter, Unreadable(rejection).into(), &nonce).await,
    };
    let browser = cookies::login_token(&counter, &headers).unwrap_or_default();
    match identity::accept(
        &counter,
        scheme,
        &form.response,
        &form.relay_state,
        &browser,
    )
    .await
    {
        Ok(done) => {
            // The session of before the login ends: a fixed one is worth nothing.
            if let Some(old) = cookies::session_token(&counter, &headers) {
                let _ = sessions::end(&counter, &old).await;
            }
            let jar = jar
                .add(cookies::gone(cookies::login(&counter, String::new())))
                .add(cookies::session(&counter, done.session_token));
            (jar, Redirect::to(&done.next)).into_response()
        }
        Err(error) => refuse(&counter, error.into(), &nonce).await,
    }
}

pub async fn leave(State(counter): State<Counter>, headers: HeaderMap, jar: CookieJar) -> Response {
    if let Some(token) = cookies::session_token(&counter, &headers)
        && let Err(error) = sessions::end(&counter, &token).await
    {
        Refused::from(error).report(String::new);
    }
    let jar = jar.add(cookies::gone(cookies::session(&counter, String::new())));
    let clear = [(
        header::HeaderName::from_static("clear-site-data"),
        "\"cache\", \"storage\"",
    )];
    (jar, clear, Redirect::to("/")).into_response()
}

async fn refuse(counter: &Counter, refused: Refused, nonce: &str) -> Response {
    let problem = refused.report(|| token::<4>(&*counter.rng));
    document::problem(counter, &Actor::Anonymous, problem, false, nonce).await
}
