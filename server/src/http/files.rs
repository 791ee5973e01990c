//! Attachments and registered documents, for who may read them.

use axum::{
    Extension,
    extract::{Path, Request, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use super::{actions::NotLoggedIn, document as render, security::ScriptNonce, session::Who};
use crate::{
    cases,
    clock::token,
    error::Refused,
    forms::FormBody,
    payments, requests, services, signing,
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
        let (name, mime, bytes) = requests::read_file(&counter, person, &file).await?;
        Ok::<_, Refused>(File {
            show: "attachment",
            name,
            mime,
            bytes,
        })
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
        let found = cases::read_document(&counter, person, &case, &document).await?;
        Ok::<_, Refused>(File {
            // Our own PDF may open in the browser; what people sent never does.
            show: if found.mime == "application/pdf" {
                "inline"
            } else {
                "attachment"
            },
            name: found.name,
            mime: found.mime.to_owned(),
            bytes: found.bytes,
        })
    };
    send(&counter, found.await, &nonce).await
}

/// The document of a request that is to be signed digitally.
pub async fn to_sign(
    State(counter): State<Counter>,
    Who(actor): Who,
    Extension(ScriptNonce(nonce)): Extension<ScriptNonce>,
    Path(slug): Path<String>,
) -> Response {
    let found = async {
        let actor = actor?;
        let person = actor.person().ok_or(NotLoggedIn)?;
        let pdf = signing::document(&counter, person, &slug).await?;
        Ok::<_, Refused>(File {
            // It is to be signed as it is: no viewer stands between.
            show: "attachment",
            name: pdf.name,
            mime: "application/pdf".to_owned(),
            bytes: pdf.bytes,
        })
    };
    send(&counter, found.await, &nonce).await
}

/// The terms of a service: anybody's.
pub async fn terms(
    State(counter): State<Counter>,
    Extension(ScriptNonce(nonce)): Extension<ScriptNonce>,
    Path(slug): Path<String>,
) -> Response {
    let found = async {
        let pdf = services::terms(&counter, &slug).await?;
        Ok::<_, Refused>(File {
            show: "inline",
            name: format!("{slug}-condizioni.pdf"),
            mime: "application/pdf".to_owned(),
            bytes: pdf.to_vec(),
        })
    };
    send(&counter, found.await, &nonce).await
}

/// The paper of a decision before it is one, for who may decide.
pub async fn preview(
    State(counter): State<Counter>,
    Who(actor): Who,
    Extension(ScriptNonce(nonce)): Extension<ScriptNonce>,
    Path(case): Path<String>,
    request: Request,
) -> Response {
    let found = async {
        let actor = actor?;
        let person = actor.person().ok_or(NotLoggedIn)?;
        let form = FormBody::read(request).await?;
        let pdf = cases::office_preview(&counter, person, &case, &form).await?;
        Ok::<_, Refused>(File {
            show: "inline",
            name: "anteprima.pdf".to_owned(),
            mime: "application/pdf".to_owned(),
            bytes: pdf,
        })
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
        let (name, mime, bytes) =
            payments::read_receipt(&counter, person, &payment, &receipt).await?;
        Ok::<_, Refused>(File {
            show: "attachment",
            name,
            mime,
            bytes,
        })
    };
    send(&counter, found.await, &nonce).await
}

/// For a PDF of ours: browsers show it in a page of their own making, with inline styles and an
/// object, to which the answer's policy applies.
const PDF_POLICY: &str = "default-src 'none'; object-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

struct File {
    /// Content-Disposition: `attachment` or `inline`.
    show: &'static str,
    name: String,
    mime: String,
    bytes: Vec<u8>,
}

async fn send(counter: &Counter, found: Result<File, Refused>, nonce: &str) -> Response {
    match found {
        Ok(File {
            show,
            name,
            mime,
            bytes,
        }) => {
            let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
            let disposition = format!("{show}; filename*=UTF-8''{}", name.replace('+', "%20"));
            let mut response = bytes.into_response();
            let headers = response.headers_mut();
            if let (Ok(mime), Ok(disposition)) = (
                HeaderValue::from_str(&mime),
                HeaderValue::from_str(&disposition),
            ) {
                headers.insert(header::CONTENT_TYPE, mime);
                headers.insert(header::CONTENT_DISPOSITION, disposition);
            }
            if show == "inline" {
                headers.insert(
                    header::CONTENT_SECURITY_POLICY,
                    HeaderValue::from_static(PDF_POLICY),
                );
            }
            response
        }
        Err(refused) => {
            let problem = refused.report(|| token::<4>(&*counter.rng));
            render::problem(counter, &Actor::Anonymous, problem, false, nonce).await
        }
    }
}
