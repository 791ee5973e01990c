//! `POST /spid/login`: answers the counter as the chosen citizen, or with an error.

use axum::Form;
use axum::extract::{Path, Query, State as Extract};
use axum::response::{Html, IntoResponse, Response};
use jiff::SignedDuration;
use saml::request::IncomingRequest;
use saml::response::{Denial, Success, post_form};
use saml::{ErrorCode, Level};
use serde_json::json;

use crate::citizens::Citizen;
use crate::idp::{Fields, entity_id, known, refused, sender, unknown};
use crate::page::with_policy;
use crate::state::{State, now, random};

pub async fn post(
    Extract(state): Extract<State>,
    Path(scheme): Path<String>,
    Query(query): Query<Fields>,
    Form(mut fields): Form<Fields>,
) -> Response {
    let Some(scheme) = known(&scheme) else {
        return unknown();
    };
    fields.extend(query);
    answer(&state, scheme, &fields).await
}

/// Verifies the request again (it travelled through the browser) and answers it.
pub async fn answer(state: &State, scheme: &'static str, fields: &Fields) -> Response {
    let saml_request = fields
        .get("SAMLRequest")
        .map(String::as_str)
        .unwrap_or_default();
    let request = match sender::verified(state, scheme, saml_request).await {
        Ok((request, _)) => request,
        Err(error) => return refused(&format!("{error:#}")),
    };
    let made = match outcome(fields) {
        Err(why) => return refused(&why),
        Ok(Some(code)) => Ok(deny(state, scheme, &request, code)),
        Ok(None) => match attributes(fields, &request.attributes) {
            Err(why) => return refused(&why),
            Ok(attributes) => assert(state, scheme, &request, &attributes),
        },
    };
    match made {
        Err(error) => refused(&error.to_string()),
        Ok(xml) => {
            let done = fields.get("outcome").map_or("ok", String::as_str);
            state.journal.add(
                scheme,
                json!({
                    "what": "response", "in_response_to": request.id, "outcome": done,
                }),
            );
            let relay_state = fields
                .get("RelayState")
                .map(String::as_str)
                .unwrap_or_default();
            send(&request.acs_url, &xml, relay_state)
        }
    }
}

/// `ok` or nothing: no error; `nr19` … `nr25`, `nr30`.
fn outcome(fields: &Fields) -> Result<Option<ErrorCode>, String> {
    match fields.get("outcome").map(String::as_str) {
        None | Some("" | "ok") => Ok(None),
        Some(text) => {
            let number = text
                .strip_prefix("nr")
                .and_then(|number| number.parse().ok());
            let code = number.and_then(ErrorCode::from_number);
            code.map(Some)
                .ok_or_else(|| "outcome: ok, nr19…nr25 o nr30".to_owned())
        }
    }
}

/// What is sent: the citizen's data, changed by the fields of the page, and of these only what
/// the counter asked for.
fn attributes(fields: &Fields, asked: &[String]) -> Result<Vec<(String, String)>, String> {
    let field = |name: &str| {
        fields
            .get(name)
            .map(|value| value.trim())
            .filter(|v| !v.is_empty())
    };
    let known = field("cf").map(str::to_ascii_uppercase);
    let citizen = known.as_deref().and_then(Citizen::find);
    let own = |name: &str| {
        let attributes = citizen.map(Citizen::attributes).into_iter().flatten();
        attributes
            .into_iter()
            .find(|(own, _)| *own == name)
            .map(|(_, value)| value)
    };
    let value = |name: &str| {
        let typed = if name == "fiscalNumber" {
            field(name).or(known.as_deref())
        } else {
            field(name)
        };
        typed.or(own(name)).map(str::to_owned)
    };
    for needed in ["fiscalNumber", "name", "familyName"] {
        if value(needed).is_none() {
            return Err(format!(
                "manca {needed}: la persona non è tra quelle di prova"
            ));
        }
    }
    let attributes = asked.iter().filter_map(|name| {
        let value = value(name)?;
        let value = match name.as_str() {
            "fiscalNumber" => format!("TINIT-{}", value.to_ascii_uppercase()),
            _ => value,
        };
        Some((name.clone(), value))
    });
    Ok(attributes.collect())
}

fn assert(
    state: &State,
    scheme: &str,
    request: &IncomingRequest,
    attributes: &[(String, String)],
) -> Result<String, saml::Error> {
    let session = saml::new_id(&random());
    let success = Success {
        response_id: &saml::new_id(&random()),
        assertion_id: &saml::new_id(&random()),
        in_response_to: &request.id,
        acs_url: &request.acs_url,
        issuer: &entity_id(state, scheme),
        audience: &request.issuer,
        issued_at: now(),
        valid_for: SignedDuration::from_secs(300),
        level: request.level,
        name_id: &saml::new_id(&random()),
        // Only at level 1 does a provider keep a session.
        session_index: (request.level == Level::L1).then_some(session.as_str()),
        attributes,
        sign_response: true,
    };
    success.to_xml(&state.key)
}

fn deny(state: &State, scheme: &str, request: &IncomingRequest, code: ErrorCode) -> String {
    let denial = Denial {
        response_id: &saml::new_id(&random()),
        in_response_to: &request.id,
        acs_url: &request.acs_url,
        issuer: &entity_id(state, scheme),
        issued_at: now(),
        code,
    };
    denial.to_xml()
}

/// The page that posts the response to the counter: `'self'` would not do, it is another origin.
fn send(acs_url: &str, xml: &str, relay_state: &str) -> Response {
    let nonce = hex::encode(random::<16>());
    let origin = url::Url::parse(acs_url).map(|url| url.origin().ascii_serialization());
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; form-action {}; base-uri 'none'; \
         frame-ancestors 'none'",
        origin.unwrap_or_else(|_| "'none'".to_owned())
    );
    let html = post_form(acs_url, xml, relay_state, &nonce);
    with_policy(Html(html).into_response(), &policy)
}
