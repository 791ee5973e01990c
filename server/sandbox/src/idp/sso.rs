//! `/spid/sso`: takes the AuthnRequest, by POST or Redirect, and shows the test citizens.
//!
//! With `cf=` or `outcome=` among the fields or in the address it answers at once.

use axum::Form;
use axum::extract::{Path, Query, RawQuery, State as Extract};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use crate::CITIZENS;
use crate::citizens::Citizen;
use crate::idp::foreigners::{FOREIGNERS, Foreigner};
use crate::idp::{Fields, known, login, refused, sender, unknown};
use crate::page::{escape, page};
use crate::state::State;

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
    asked(&state, scheme, fields).await
}

pub async fn get(
    Extract(state): Extract<State>,
    Path(scheme): Path<String>,
    Query(query): Query<Fields>,
    RawQuery(raw): RawQuery,
) -> Response {
    let Some(scheme) = known(&scheme) else {
        return unknown();
    };
    let mut fields = query;
    fields.insert("query".to_owned(), raw.unwrap_or_default());
    asked(&state, scheme, fields).await
}

async fn asked(state: &State, scheme: &'static str, fields: Fields) -> Response {
    match sender::verified(state, scheme, &fields).await {
        Err(error) => {
            let reason = format!("{error:#}");
            state.journal.add(
                scheme,
                json!({ "what": "request refused", "reason": reason }),
            );
            refused(&reason)
        }
        Ok((request, _)) => {
            let data = json!({
                "what": "request", "id": request.id, "issuer": request.issuer,
                "level": request.level.number(), "attributes": request.attributes,
            });
            state.journal.add(scheme, data);
            if fields.contains_key("cf") || fields.contains_key("outcome") {
                return login::answer(state, scheme, &fields).await;
            }
            choice(scheme, &fields)
        }
    }
}

/// "Identità di prova": who do you want to be?
fn choice(scheme: &str, fields: &Fields) -> Response {
    let hidden = hidden(fields);
    let action = format!("/{scheme}/login");
    let people: String = match scheme {
        "eidas" => FOREIGNERS
            .iter()
            .map(|person| foreigner(person, &action, &hidden))
            .collect(),
        _ => CITIZENS
            .iter()
            .map(|citizen| person(citizen, &action, &hidden))
            .collect(),
    };
    let body = format!(
        "<p>Scegli chi vuoi essere: torni allo sportello con la sua identità.</p>\
         <ul class=\"people\">{people}</ul>\
         <h2>Un'altra persona</h2><form method=\"post\" action=\"{action}\" class=\"box\">{hidden}\
         {other}<p><button type=\"submit\">Entra con questi dati</button></p></form>\
         <h2>Oppure l'accesso non riesce</h2>\
         <form method=\"post\" action=\"{action}\">{hidden}<div class=\"choices\">{outcomes}</div>\
         </form>",
        other = inputs("altro", |_| ""),
        outcomes = outcomes(),
    );
    page(StatusCode::OK, "Identità di prova", &body)
}

/// The request travels with the page: the sandbox keeps nothing in memory.
fn hidden(fields: &Fields) -> String {
    ["SAMLRequest", "RelayState", "query", "sessione"]
        .into_iter()
        .filter_map(|name| Some((name, fields.get(name)?)))
        // By Redirect the query holds the other two.
        .filter(|(name, _)| {
            !fields.contains_key("query") || !matches!(*name, "SAMLRequest" | "RelayState")
        })
        .map(|(name, value)| {
            format!(
                "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
                escape(value)
            )
        })
        .collect()
}

fn person(citizen: &Citizen, action: &str, hidden: &str) -> String {
    let value = |name: &str| {
        citizen
            .attributes()
            .into_iter()
            .find(|(n, _)| *n == name)
            .map_or("", |(_, value)| value)
    };
    format!(
        "<li><form method=\"post\" action=\"{action}\">{hidden}\
         <span class=\"who\">{about}, {place}<br><code>{cf}</code></span>\
         <button type=\"submit\" name=\"cf\" value=\"{cf}\">Entra come {name} {family}</button>\
         <details><summary>Modifica i dati</summary>{inputs}</details></form></li>",
        about = escape(citizen.about),
        place = escape(citizen.place_name),
        cf = citizen.fiscal_number,
        name = escape(citizen.name),
        family = escape(citizen.family_name),
        inputs = inputs(citizen.fiscal_number, value),
    )
}

fn foreigner(person: &Foreigner, action: &str, hidden: &str) -> String {
    format!(
        "<li><form method=\"post\" action=\"{action}\">{hidden}\
         <span class=\"who\">{about}<br><code>{code}</code></span>\
         <button type=\"submit\" name=\"cf\" value=\"{code}\">Entra come {name} {family}</button>\
         </form></li>",
        about = escape(person.about),
        code = escape(person.spid_code),
        name = escape(person.name),
        family = escape(person.family_name),
    )
}

/// Names of the attributes, with their labels.
const LABELS: [(&str, &str); 8] = [
    ("fiscalNumber", "Codice fiscale"),
    ("name", "Nome"),
    ("familyName", "Cognome"),
    ("gender", "Sesso (F o M)"),
    ("dateOfBirth", "Data di nascita (aaaa-mm-gg)"),
    (
        "placeOfBirth",
        "Luogo di nascita (codice catastale, per esempio A893)",
    ),
    ("email", "Email"),
    ("mobilePhone", "Cellulare"),
];

fn inputs<'a>(group: &str, value: impl Fn(&str) -> &'a str) -> String {
    LABELS
        .into_iter()
        .map(|(name, label)| {
            format!(
                "<label for=\"{group}-{name}\">{label}</label>\
                 <input id=\"{group}-{name}\" name=\"{name}\" value=\"{}\" autocomplete=\"off\">",
                escape(value(name))
            )
        })
        .collect()
}

fn outcomes() -> String {
    let label = |number| match number {
        19 => "Password sbagliata più volte",
        20 => "Livello troppo basso",
        21 => "Tempo scaduto",
        22 => "Consenso negato",
        23 => "Identità sospesa",
        24 => "Codice riservato",
        25 => "Accesso annullato",
        _ => "Tipo di identità diverso",
    };
    saml::ErrorCode::ALL
        .into_iter()
        .map(|code| {
            let number = code.number();
            format!(
                "<button class=\"plain\" type=\"submit\" name=\"outcome\" value=\"nr{number}\">\
                 {} (nr{number})</button>",
                label(number)
            )
        })
        .collect()
}
