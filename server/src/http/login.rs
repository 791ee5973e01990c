//! `/spid/*`, the same under `/cie`, and `/esci`.

use app::api::{Left, Problem};
use axum::{
    Extension, Form, Json, Router,
    extract::{DefaultBodyLimit, Query, RawQuery, State, rejection::FormRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use axum_extra::extract::CookieJar;
use rules::t;
use saml::{Field, Received, Scheme, logout::LogoutRefusal};
use serde::Deserialize;
use thiserror::Error;

use super::{cookies, document, security::ScriptNonce};
use crate::{
    clock::token,
    error::{Refusal, Refused, login_required},
    identity::{
        self, Way, Wish,
        logout::{self, Onward},
        sessions::{self, SessionError},
    },
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
        .route(
            "/slo",
            get(logout_by_redirect)
                .post(logout_by_post)
                .layer(DefaultBodyLimit::max(ASSERTION_BYTES)),
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
    #[serde(default)]
    livello: Option<String>,
}

/// A bare page whose only form posts the signed request to the provider, or the way there.
async fn start(
    State(counter): State<Counter>,
    Extension(scheme): Extension<Scheme>,
    Extension(ScriptNonce(nonce)): Extension<ScriptNonce>,
    jar: CookieJar,
    Query(query): Query<LoginQuery>,
) -> Response {
    let next = identity::local_path(query.next.as_deref().unwrap_or_default());
    let wish = Wish {
        provider: query.idp.as_deref(),
        next: &next,
        level: identity::asked_level(query.livello.as_deref()),
    };
    match identity::start(&counter, scheme, wish, &nonce).await {
        Ok(started) => {
            let jar = jar.add(cookies::login(&counter, started.browser_token));
            match started.way {
                Way::Form(page) => (jar, Html(page)).into_response(),
                Way::Address(url) => (jar, found(url)).into_response(),
            }
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
            403,
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
        Err(refused) => {
            let problem = Problem {
                again: refused.again(),
                ..Refused::from(refused.error).report(|| token::<4>(&*counter.rng))
            };
            document::problem(&counter, &Actor::Anonymous, problem, false, &nonce).await
        }
    }
}

/// 302, not 303: SAML's own examiner knows no other.
fn found(url: String) -> Response {
    let mut response = StatusCode::FOUND.into_response();
    if let Ok(location) = HeaderValue::from_str(&url) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// "Esci".
pub async fn leave(
    State(counter): State<Counter>,
    Extension(ScriptNonce(nonce)): Extension<ScriptNonce>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Response {
    let onward = match cookies::session_token(&counter, &headers) {
        Some(token) => logout::leave(&counter, &token, &nonce).await,
        None => Ok(Onward::Home),
    };
    // The cookie goes even where the database does not answer.
    let onward = onward.unwrap_or_else(|error| {
        Refused::from(error).report(String::new);
        Onward::Home
    });
    let jar = jar.add(cookies::gone(cookies::session(&counter, String::new())));
    (jar, CLEAR, go(&counter, onward, &nonce).await).into_response()
}

const CLEAR: [(header::HeaderName, &str); 1] = [(
    header::HeaderName::from_static("clear-site-data"),
    "\"cache\", \"storage\"",
)];

async fn go(counter: &Counter, onward: Onward, nonce: &str) -> Response {
    match onward {
        Onward::Home => Redirect::to("/").into_response(),
        Onward::Address(url) => Redirect::to(&url).into_response(),
        Onward::Form(page) => Html(page).into_response(),
        Onward::Partly => {
            let problem = Problem::new(
                200,
                t!("Sei uscito da questo sito"),
                t!(
                    "Il tuo gestore di identità non ha chiuso del tutto la sua sessione. Se il dispositivo non è tuo, chiudi il browser."
                ),
            );
            document::problem(counter, &Actor::Anonymous, problem, false, nonce).await
        }
    }
}

async fn logout_by_redirect(
    State(counter): State<Counter>,
    Extension(scheme): Extension<Scheme>,
    Extension(ScriptNonce(nonce)): Extension<ScriptNonce>,
    RawQuery(query): RawQuery,
) -> Response {
    let received = Received::from_redirect(&query.unwrap_or_default());
    logged_out(&counter, scheme, received, &nonce).await
}

#[derive(Deserialize)]
struct LogoutForm {
    #[serde(rename = "SAMLRequest")]
    request: Option<String>,
    #[serde(rename = "SAMLResponse")]
    response: Option<String>,
    #[serde(rename = "RelayState")]
    relay_state: Option<String>,
}

async fn logout_by_post(
    State(counter): State<Counter>,
    Extension(scheme): Extension<Scheme>,
    Extension(ScriptNonce(nonce)): Extension<ScriptNonce>,
    form: Result<Form<LogoutForm>, FormRejection>,
) -> Response {
    let form = match form {
        Ok(Form(form)) => form,
        Err(rejection) => return refuse(&counter, Unreadable(rejection).into(), &nonce).await,
    };
    let received = match (form.request, form.response) {
        (Some(message), None) => Received::from_post(Field::Request, &message, form.relay_state),
        (None, Some(message)) => Received::from_post(Field::Response, &message, form.relay_state),
        _ => Err(saml::Error::Request("not one SAML message".to_owned())),
    };
    logged_out(&counter, scheme, received, &nonce).await
}

/// What a provider says about a logout. A message that cannot be read is refused like one that
/// is not believed.
async fn logged_out(
    counter: &Counter,
    scheme: Scheme,
    received: Result<Received, saml::Error>,
    nonce: &str,
) -> Response {
    let told = match received {
        Ok(received) => logout::told(counter, scheme, &received, nonce).await,
        Err(_) => Err(LogoutRefusal::NotXml.into()),
    };
    match told {
        Ok(onward) => go(counter, onward, nonce).await,
        Err(error) => refuse(counter, error.into(), nonce).await,
    }
}

/// `GET /api/sessione`: how long it still lasts.
pub async fn time_left(State(counter): State<Counter>, headers: HeaderMap) -> Response {
    let left = match cookies::session_token(&counter, &headers) {
        Some(token) => sessions::time_left(&counter, &token).await,
        None => Ok(None),
    };
    tell(&counter, left)
}

/// `POST /api/sessione`: another stretch of it.
pub async fn extend(State(counter): State<Counter>, headers: HeaderMap) -> Response {
    let left = match cookies::session_token(&counter, &headers) {
        Some(token) => sessions::extend(&counter, &token).await,
        None => Ok(None),
    };
    tell(&counter, left)
}

fn tell(counter: &Counter, left: Result<Option<Left>, SessionError>) -> Response {
    let problem = match left {
        Ok(Some(left)) => return Json(left).into_response(),
        Ok(None) => login_required(),
        Err(error) => Refused::from(error).report(|| token::<4>(&*counter.rng)),
    };
    document::problem_json(&problem)
}

async fn refuse(counter: &Counter, refused: Refused, nonce: &str) -> Response {
    let problem = refused.report(|| token::<4>(&*counter.rng));
    document::problem(counter, &Actor::Anonymous, problem, false, nonce).await
}
