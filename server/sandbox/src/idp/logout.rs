//! Single logout, from both sides: `/{scheme}/slo` takes the counter's messages, `/{scheme}/logout`
//! begins one. CIE's is the simple one: an address that is visited.

use axum::Form;
use axum::extract::{Path, Query, RawQuery, State as Extract};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::SignedDuration;
use saml::Scheme;
use saml::logout::{self, Head, Incoming, LogoutRequest, LogoutResponse, Outcome};
use saml::request::{Words, post_form};
use saml::response::post_form_in;
use serde_json::json;

use crate::idp::login::page_to;
use crate::idp::{Fields, entity_id, known, refused, sender, unknown};
use crate::page;
use crate::state::{State, now, random};

const WORDS: Words<'static> = Words {
    lang: "it",
    title: "Uscita",
    text: "Ti riportiamo allo sportello del Comune. Se non succede nulla, premi il pulsante.",
    button: "Continua",
};

/// A message by Redirect or, for CIE, just a visit.
pub async fn get(
    Extract(state): Extract<State>,
    Path(scheme): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    match query.filter(|query| query.contains("SAML")) {
        Some(query) => {
            take(
                &state,
                &scheme,
                &Fields::from([("query".to_owned(), query)]),
            )
            .await
        }
        None => {
            state
                .journal
                .add(Scheme::Cie.as_str(), json!({ "what": "simple logout" }));
            over(&state)
        }
    }
}

pub async fn post(
    Extract(state): Extract<State>,
    Path(scheme): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    take(&state, &scheme, &fields).await
}

/// `/{scheme}/logout?name_id=…&session=…`: this provider ends its session and says so.
pub async fn begin(
    Extract(state): Extract<State>,
    Path(scheme): Path<String>,
    Query(fields): Query<Fields>,
) -> Response {
    let Some(scheme) = known(&scheme) else {
        return unknown();
    };
    match request(&state, scheme, &fields).await {
        Ok((to, xml)) => {
            let nonce = hex::encode(random::<16>());
            page_to(&to, post_form(WORDS, &to, &xml, "uscita", &nonce), &nonce)
        }
        Err(error) => refused(&format!("{error:#}")),
    }
}

async fn request(state: &State, scheme: &str, fields: &Fields) -> anyhow::Result<(String, String)> {
    let to = counter_slo(state, scheme).await?;
    let issuer = entity_id(state, scheme);
    let field = |name: &str| fields.get(name).map(String::as_str);
    let id = saml::new_id(&random());
    let message = LogoutRequest {
        head: Head {
            id: &id,
            issued_at: now(),
            destination: &to,
            issuer: &issuer,
        },
        name_id: field("name_id").unwrap_or_default(),
        name_qualifier: &issuer,
        session_index: field("session"),
    };
    let xml = message.to_xml(&state.key)?;
    Ok((to, xml))
}

async fn counter_slo(state: &State, scheme: &str) -> anyhow::Result<String> {
    let metadata = sender::metadata(state, scheme).await?;
    metadata
        .slo_post
        .ok_or_else(|| anyhow::anyhow!("i metadati dello sportello non dicono dove si esce"))
}

async fn take(state: &State, scheme: &str, fields: &Fields) -> Response {
    let Some(scheme) = known(scheme) else {
        return unknown();
    };
    match answer(state, scheme, fields).await {
        Ok(Some((to, html, nonce))) => page_to(&to, html, &nonce),
        Ok(None) => over(state),
        Err(error) => {
            let reason = format!("{error:#}");
            state.journal.add(
                scheme,
                json!({ "what": "logout refused", "reason": reason }),
            );
            refused(&reason)
        }
    }
}

/// The page that brings the answer back, if there is one to give.
async fn answer(
    state: &State,
    scheme: &'static str,
    fields: &Fields,
) -> anyhow::Result<Option<(String, String, String)>> {
    let received = sender::received(fields)?;
    let counter = sender::metadata(state, scheme).await?;
    let own = format!("{}/slo", entity_id(state, scheme));
    let skew = SignedDuration::from_secs(60);
    let keys = &counter.certificates;
    match logout::read(&received, &counter.entity_id, keys, &own, now(), skew)? {
        Incoming::Response {
            in_response_to,
            outcome,
        } => {
            let done = outcome == Outcome::Done;
            let data = json!({ "what": "logout answered", "in_response_to": in_response_to, "done": done });
            state.journal.add(scheme, data);
            Ok(None)
        }
        Incoming::Request {
            id,
            name_id,
            session_indexes,
        } => {
            let data = json!({ "what": "logout", "name_id": name_id, "sessions": session_indexes });
            state.journal.add(scheme, data);
            let (to, nonce) = (
                counter_slo(state, scheme).await?,
                hex::encode(random::<16>()),
            );
            let answer = LogoutResponse {
                head: Head {
                    id: &saml::new_id(&random()),
                    issued_at: now(),
                    destination: &to,
                    issuer: &entity_id(state, scheme),
                },
                in_response_to: &id,
                outcome: Outcome::Done,
            };
            let xml = answer.to_xml(&state.key)?;
            let relay_state = received.relay_state.unwrap_or_default();
            let html = post_form_in(WORDS, &to, &xml, &relay_state, &nonce);
            Ok(Some((to, html, nonce)))
        }
    }
}

fn over(state: &State) -> Response {
    let body = format!(
        "<p>La sessione di prova è chiusa.</p><p><a href=\"{}\">Torna allo sportello</a></p>",
        page::escape(&state.options.counter_url)
    );
    page::page(StatusCode::OK, "Sei uscito", &body)
}
