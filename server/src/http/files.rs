//! Attachments and registered documents, for who may read them.

use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use super::{actions::NotLoggedIn, document as render, security::ScriptNonce, session::Who};
use crate::{
    cases,
    clock::token,
    error::Refused,
    payments, requests,
    state::{Actor, Counter},
};

/// An attachment of a draft or a case.
pub async fn download(
    State(counter): State<Counter>,
    Who(actor): Who,
    Extension(ScriptNonce(nonce)): Extension<ScriptNonce>,
    Path(file): Path<String>,
) -> Response {
    let found = async {
        let actor = actor?;
        let person = actor.person().ok_or(NotLoggedIn)?;
        Ok::<_, Refused>(requests::read_file(&counter, person, &file).await?)
    };
    send(&counter, found.await, &nonce).await
}

/// A registered document of a case.
pub async fn document(
    State(counter): State<Counter>,
    Who(actor): Who,
    Extension(ScriptNonce(nonce)): Extension<ScriptNonce>,
    Path((case, document)): Path<(String, String)>,
) -> Response {
    let found = async {
        let actor = actor?;
        let person = actor.person().ok_or(NotLoggedIn)?;
        Ok::<_, Refused>(cases::read_document(&counter, person, &case, &document).await?)
    };
    send(&counter, found.await, &nonce).await
}

/// A receipt of pagoPA, as it came.
pub async fn receipt(
    State(counter): State<Counter>,
    Who(actor): Who,
    Extension(ScriptNonce(nonce)): Extension<ScriptNonce>,
    Path((payment, receipt)): Path<(String, String)>,
) -> Response {
    let found = async {
        let actor = actor?;
        let person = actor.person().ok_or(NotLoggedIn)?;
        Ok::<_, Refused>(payments::read_receipt(&counter, person, &payment, &receipt).await?)
    };
    send(&counter, found.await, &nonce).await
}

async fn send(
    counter: &Counter,
    found: Result<(String, String, Vec<u8>), Refused>,
    nonce: &str,
) -> Response {
    match found {
        Ok((name, mime, bytes)) => {
            let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
            let disposition = format!("attachment; filename*=UTF-8''{}", name.replace('+', "%20"));
            let mut response = bytes.into_response();
            let headers = response.headers_mut();
            if let (Ok(mime), Ok(disposition)) = (
                HeaderValue::from_str(&mime),
                HeaderValue::from_str(&disposition),
            ) {
                headers.insert(header::CONTENT_TYPE, mime);
                headers.insert(header::CONTENT_DISPOSITION, disposition);
            }
            response
        }
        Err(refused) => {
            let problem = refused.report(|| token::<4>(&*counter.rng));
            render::problem(counter, &Actor::Anonymous, problem, false, nonce).await
        }
    }
}
