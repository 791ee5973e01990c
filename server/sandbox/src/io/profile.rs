//! `POST /profiles` and the older `GET /profiles/{fiscal_code}`: may we write to this person?

use axum::body::Bytes;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::json;

use super::caller::Caller;
use super::message::is_fiscal_code;
use super::problem::Problem;
use crate::citizens::{Citizen, OnIo};
use crate::journal::Key;

#[derive(Deserialize)]
struct Payload {
    fiscal_code: String,
}

/// The test citizens are as their record says; anybody else uses IO and lets us write, so that
/// tests can have people of their own.
pub fn of(fiscal_code: &str) -> OnIo {
    Citizen::find(fiscal_code).map_or(OnIo::Allowed, |citizen| citizen.on_io)
}

/// Body `{"fiscal_code"}`.
pub async fn post(caller: Caller, body: Bytes) -> Response {
    match serde_json::from_slice::<Payload>(&body) {
        Ok(payload) => answer(&caller, &payload.fiscal_code),
        Err(error) => {
            Problem::invalid("Invalid FiscalCodePayload", error.to_string()).into_response()
        }
    }
}

pub async fn get(caller: Caller, Path(fiscal_code): Path<String>) -> Response {
    answer(&caller, &fiscal_code)
}

fn answer(caller: &Caller, fiscal_code: &str) -> Response {
    let key = Key(json!({ "fiscal_code": fiscal_code }));
    (Extension(key), profile(caller, fiscal_code)).into_response()
}

fn profile(Caller(service): &Caller, fiscal_code: &str) -> Result<Response, Problem> {
    if !is_fiscal_code(fiscal_code) {
        let detail = "value at [root.fiscal_code] is not a valid [FiscalCode]";
        return Err(Problem::invalid("Invalid FiscalCodePayload", detail));
    }
    if !service.may_write_to(fiscal_code) {
        return Err(Problem::recipient());
    }
    let allowed = match of(fiscal_code) {
        OnIo::Allowed => true,
        OnIo::Blocked => false,
        OnIo::Absent => {
            let detail = "The profile you requested was not found in the system.";
            return Err(Problem::not_found("Profile not found", detail));
        }
    };
    let body = json!({ "sender_allowed": allowed, "preferred_languages": ["it_IT"] });
    Ok(Json(body).into_response())
}
