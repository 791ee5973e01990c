//! GPD v1, "debt positions": an operation a file.

pub mod create;
pub mod delete;
pub mod get;
pub mod iban;
pub mod invalidate;
pub mod list;
pub mod paid;
pub mod publish;
pub mod update;

use axum::Json;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::journal::Key;
use crate::pagopa::book::Book;
use crate::pagopa::internal;
use crate::pagopa::model::{Body, PaymentOption};
use crate::pagopa::moment::Moment;
use crate::pagopa::position::Position;
use crate::pagopa::problem::Problem;
use crate::state::random;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Publication {
    #[serde(default)]
    to_publish: bool,
}

/// `GET /info`.
pub async fn info() -> Response {
    let info = json!({ "name": "gpd", "version": "sandbox", "environment": "sandbox" });
    with_id(Json(info).into_response())
}

fn found<'a>(book: &'a Book, organization: &str, iupd: &str) -> Result<&'a Position, Problem> {
    book.get(organization, iupd).ok_or_else(|| {
        Problem::not_found(
            "Not found the debt position",
            format!(
                "Not found a debt position for Organization Fiscal Code {organization} and IUPD \
                 {iupd}"
            ),
        )
    })
}

/// Unique are (creditor, IUPD), (creditor, IUV) and (creditor, notice number).
fn unique(book: &Book, organization: &str, body: &Body, itself: bool) -> Result<(), Problem> {
    let options = &body.payment_option;
    let twice = options.iter().enumerate().any(|(n, option)| {
        let before = options.iter().take(n);
        before
            .clone()
            .any(|other| other.iuv == option.iuv || other.nav() == option.nav())
    });
    let others = book.of(organization);
    let taken = others
        .filter(|other| !itself || other.iupd() != body.iupd)
        .any(|other| {
            let same = |option: &PaymentOption| {
                other.option(&option.iuv).is_some() || other.option(&option.nav()).is_some()
            };
            other.iupd() == body.iupd || options.iter().any(same)
        });
    if !twice && !taken {
        return Ok(());
    }
    Err(Problem::conflict(
        "The debt position violated constraints of uniqueness",
        format!(
            "Already exists a debt position for the Organization Fiscal Code {organization} or one \
             of its payment options is not unique"
        ),
    ))
}

/// An answer about a position, with its line for the journal.
fn answer(status: StatusCode, body: Value, position: &Position, now: Moment) -> Response {
    let mut response = (status, Json(body)).into_response();
    response.extensions_mut().insert(noted(position, now));
    with_id(response)
}

/// What the journal says of a call: `{"iupd", "iuv": of the first option, "status"}`.
fn noted(position: &Position, now: Moment) -> Key {
    let first = position.body.payment_option.first();
    Key(json!({
        "iupd": position.iupd(),
        "iuv": first.map(|option| option.iuv.as_str()),
        "status": position.status(now),
    }))
}

/// A refusal, with the IUPD it is about.
fn refuse(problem: Problem, iupd: &str) -> Response {
    let noted = Key(json!({ "iupd": iupd, "detail": problem.detail() }));
    let mut response = problem.into_response();
    response.extensions_mut().insert(noted);
    with_id(response)
}

/// Stores a position and answers with it.
fn store(book: &mut Book, position: Position, status: StatusCode, now: Moment) -> Response {
    let body = crate::pagopa::view::model(&position, now);
    match book.put(position.clone()) {
        Ok(()) => answer(status, body, &position, now),
        Err(error) => internal(&error),
    }
}

fn with_id(mut response: Response) -> Response {
    let id = hex::encode(random::<16>());
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("X-Request-Id", id);
    }
    response
}
