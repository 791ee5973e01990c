//! `POST …/paymentoptions/paids/{nav}`: paid at the creditor's own desk, outside pagoPA.

use axum::body::Bytes;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::pagopa::book::Book;
use crate::pagopa::gpd::{answer, refuse};
use crate::pagopa::model::PaymentOption;
use crate::pagopa::moment::Moment;
use crate::pagopa::position::{Payment, Position, Unpayable, Way};
use crate::pagopa::problem::Problem;
use crate::pagopa::{checks, internal, view};
use crate::state::State;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    payment_date: Option<Moment>,
}

pub async fn post(
    Extract(state): Extract<State>,
    Path((organization, nav)): Path<(String, String)>,
    bytes: Bytes,
) -> Response {
    let now = Moment::now();
    let mut book = state.pagopa.book();
    let (position, option) = match book_payment(&book, &organization, &nav, &bytes, now) {
        Ok(paid) => paid,
        Err(problem) => return refuse(problem, &nav),
    };
    if let Err(error) = book.put(position.clone()) {
        return internal(&error);
    }
    let body = view::paid(&position, &option, now);
    answer(StatusCode::OK, body, &position, now)
}

/// The position with the payment, and what was paid.
fn book_payment(
    book: &Book,
    organization: &str,
    nav: &str,
    bytes: &[u8],
    now: Moment,
) -> Result<(Position, PaymentOption), Problem> {
    let body: Body = checks::read(bytes)?;
    let position = book.by_number(organization, nav);
    let mut position = position
        .cloned()
        .ok_or_else(|| missing(organization, nav))?;
    let option = position
        .option(nav)
        .cloned()
        .ok_or_else(|| missing(organization, nav))?;
    position
        .payable(&option.iuv, now)
        .map_err(|why| refusal(why, organization, &option.iuv))?;
    let at = body.payment_date.unwrap_or(now).min(now);
    let payment = Payment {
        receipt_id: String::new(),
        way: Way::CashDesk,
        since: at,
        settles: Some(at),
        note: None,
    };
    position.pay(&option.iuv, payment);
    Ok((position, option))
}

fn missing(organization: &str, nav: &str) -> Problem {
    let detail = format!(
        "Not found a payment option for Organization Fiscal Code {organization} and NAV {nav}"
    );
    Problem::not_found("Not found the payment option", detail)
}

fn refusal(why: Unpayable, organization: &str, iuv: &str) -> Problem {
    let which = format!("Organization Fiscal Code {organization} and IUV {iuv}");
    match why {
        Unpayable::Paid | Unpayable::InProgress => Problem::conflict(
            "Existing related payment found",
            format!("A payment transaction has already been carried out for the {which}"),
        ),
        Unpayable::NotPayable => Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Not in payable state",
            format!("The payment option with {which} is not in payable state"),
        ),
    }
}
