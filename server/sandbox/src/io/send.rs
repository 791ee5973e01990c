//! `POST /messages` and the older `POST /messages/{fiscal_code}`: a message is taken in charge.

use axum::body::Bytes;
use axum::extract::{Path, State as Extract};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::{Value, json};
use ulid::Ulid;

use super::caller::Caller;
use super::message::{Level, NewMessage, Payee, is_fiscal_code};
use super::problem::Problem;
use super::services::{ORGANIZATION_FISCAL_CODE, Service, configuration};
use super::store::{Message, Status};
use crate::journal::Key;
use crate::state::{State, now, random};

pub async fn post(Extract(state): Extract<State>, caller: Caller, body: Bytes) -> Response {
    send(&state, &caller, None, &body)
}

pub async fn post_to(
    Extract(state): Extract<State>,
    caller: Caller,
    Path(fiscal_code): Path<String>,
    body: Bytes,
) -> Response {
    send(&state, &caller, Some(fiscal_code), &body)
}

/// 201 with `{"id"}` and the message's place. Nothing here is idempotent: the same body twice
/// makes two messages.
fn send(state: &State, caller: &Caller, in_path: Option<String>, body: &[u8]) -> Response {
    let mut key = key(in_path.as_deref(), body);
    let answer = accept(state, caller.0, in_path, body).map(|message| {
        key["id"] = json!(message.id);
        let place = format!("/api/v1/messages/{}/{}", message.fiscal_code, message.id);
        let id = Json(json!({ "id": message.id }));
        (StatusCode::CREATED, [(header::LOCATION, place)], id)
    });
    (Extension(Key(key)), answer).into_response()
}

/// For the journal: what the body says, be it good or not.
fn key(in_path: Option<&str>, body: &[u8]) -> Value {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let fiscal_code = in_path.map_or_else(|| body["fiscal_code"].clone(), |path| json!(path));
    json!({ "fiscal_code": fiscal_code, "subject": body["content"]["subject"] })
}

/// The checks are in the order of the platform's.
fn accept(
    state: &State,
    service: &Service,
    in_path: Option<String>,
    body: &[u8],
) -> Result<Message, Problem> {
    let new = NewMessage::read(body)?;
    may_send_such(service, &new)?;
    let fiscal_code = recipient(in_path, new.fiscal_code.clone())?;
    remote_content(&new)?;
    if !service.may_write_to(&fiscal_code) {
        return Err(Problem::recipient());
    }
    payable(service, &new)?;
    let message = message(service, fiscal_code, new);
    let kept = state.io.messages.add(message.clone());
    kept.map_err(|error| Problem::internal(error.to_string()))?;
    Ok(message)
}

/// Kinds of message that need an agreement or a group of their own.
fn may_send_such(service: &Service, new: &NewMessage) -> Result<(), Problem> {
    let content = &new.content;
    let special = content.prescription_data.is_some()
        || content.legal_data.is_some()
        || content.eu_covid_cert.is_some();
    let payee = content.payment_data.as_ref().and_then(|p| p.payee.as_ref());
    let advanced = new.feature_level_type == Level::Advanced && !service.premium;
    if special || payee.is_some() || advanced {
        return Err(Problem::not_here());
    }
    Ok(())
}

/// The recipient stands in the path or in the body, not in both.
fn recipient(in_path: Option<String>, in_body: Option<String>) -> Result<String, Problem> {
    let title = "Bad parameters";
    match (in_path, in_body) {
        (Some(_), Some(_)) => Err(Problem::invalid(
            title,
            "The fiscalcode parameter must be specified in the path or in the payload but not in \
             both",
        )),
        (None, None) => Err(Problem::invalid(
            title,
            "The fiscalcode parameter must be specified in the path or in the payload",
        )),
        (Some(code), None) | (None, Some(code)) if is_fiscal_code(&code) => Ok(code),
        _ => Err(Problem::invalid(
            "Invalid FiscalCode",
            "value at [root] is not a valid [FiscalCode]",
        )),
    }
}

fn remote_content(new: &NewMessage) -> Result<(), Problem> {
    let Some(remote) = &new.content.third_party_data else {
        return Ok(());
    };
    let id = remote.configuration_id.as_deref();
    match configuration(id.ok_or_else(Problem::no_configuration)?) {
        Some(true) => {}
        Some(false) => return Err(Problem::not_your_configuration()),
        None => {
            return Err(Problem::not_found(
                "Remote Content Configuration NOT FOUND",
                "Cannot find any Remote Content Configuration with the given id",
            ));
        }
    }
    if remote.has_attachments && new.feature_level_type == Level::Standard {
        return Err(Problem::attachments());
    }
    Ok(())
}

fn payable(service: &Service, new: &NewMessage) -> Result<(), Problem> {
    let max = service.max_payment;
    match &new.content.payment_data {
        Some(payment) if payment.amount > max => Err(Problem::invalid(
            "Error while sending payment metadata",
            format!(
                "The requested amount ({} cents) exceeds the maximum allowed for this service \
                 ({max} cents)",
                payment.amount
            ),
        )),
        _ => Ok(()),
    }
}

fn message(service: &Service, fiscal_code: String, new: NewMessage) -> Message {
    let created_at = now();
    let mut content = new.content;
    if let Some(payment) = &mut content.payment_data {
        // Whom the payment is for is filled in by the platform.
        payment.payee = Some(Payee {
            fiscal_code: ORGANIZATION_FISCAL_CODE.to_owned(),
        });
    }
    let ms = created_at.as_millisecond().unsigned_abs();
    Message {
        id: Ulid::from_parts(ms, u128::from_be_bytes(random())).to_string(),
        fiscal_code,
        created_at,
        service_id: service.id.to_owned(),
        time_to_live: new.time_to_live,
        feature_level_type: new.feature_level_type,
        content,
        status: Status::Accepted,
    }
}
