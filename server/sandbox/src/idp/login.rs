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
use crate::idp::foreigners::Foreigner;
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
    let (request, relay_state) = match sender::verified(state, scheme, fields).await {
        Ok(verified) => verified,
        Err(error) => return refused(&format!("{error:#}")),
    };
    let session = Session {
        name_id: saml::new_id(&random()),
        // Only at level 1 does a provider keep a session; this one also when it is told to.
        index: (request.level == Level::L1 || fields.contains_key("sessione"))
            .then(|| saml::new_id(&random())),
    };
    let made = match outcome(fields) {
        Err(why) => return refused(&why),
        Ok(Some(code)) => Ok(deny(state, scheme, &request, code)),
        Ok(None) => match attributes(fields, &request.attributes) {
            Err(why) => return refused(&why),
            Ok(attributes) => assert(state, scheme, &request, &attributes, &session),
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
                    "name_id": session.name_id, "session": session.index,
                }),
            );
            send(&request.acs_url, &xml, &relay_state)
        }
    }
}

/// What a login is called here.
struct Session {
    name_id: String,
    index: Option<String>,
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
    let foreigner = field("cf").and_then(Foreigner::find);
    let own = |name: &str| {
        let citizen = citizen.map(Citizen::attributes).into_iter().flatten();
        let foreigner = foreigner.map(Foreigner::attributes).into_iter().flatten();
        citizen
            .chain(foreigner)
            .find(|(own, _)| *own == name)
            .map(|(_, value)| value)
    };
    let names_her = match asked.iter().any(|name| name == "spidCode") {
        true => "spidCode",
        false => "fiscalNumber",
    };
    let value = |name: &str| {
        let typed = if name == "fiscalNumber" {
            field(name).or(known.as_deref())
        } else {
            field(name)
        };
        typed.or(own(name)).map(str::to_owned)
    };
    for needed in [names_her, "name", "familyName"] {
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
    session: &Session,
) -> Result<String, saml::Error> {
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
        name_id: &session.name_id,
        session_index: session.index.as_deref(),
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
    page_to(
        acs_url,
        post_form(acs_url, xml, relay_state, &nonce),
        &nonce,
    )
}

/// A page whose form goes to this address of the counter's.
pub fn page_to(address: &str, html: String, nonce: &str) -> Response {
    let origin = url::Url::parse(address).map(|url| url.origin().ascii_serialization());
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; form-action {}; base-uri 'none'; \
         frame-ancestors 'none'",
        origin.unwrap_or_else(|_| "'none'".to_owned())
    );
    with_policy(Html(html).into_response(), &policy)
}
