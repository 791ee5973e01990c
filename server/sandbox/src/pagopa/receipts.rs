//! Receipts: `GET …/payments/{cf}/receipts` and `…/receipts/{iuv}`.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State as Extract};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::journal::Key;
use crate::pagopa::book::Book;
use crate::pagopa::model::PaymentOption;
use crate::pagopa::moment::Moment;
use crate::pagopa::position::{Payment, Position, Way};
use crate::pagopa::problem::Problem;
use crate::pagopa::receipt_xml;
use crate::state::State;

/// Three months, unless dates are given.
const WINDOW_MS: u64 = 92 * 86_400_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Filter {
    #[serde(default)]
    page_num: usize,
    #[serde(default = "twenty")]
    page_size: usize,
    from: Option<String>,
    to: Option<String>,
    debtor: Option<String>,
    debtor_or_iuv: Option<String>,
    segregation_codes: Option<String>,
}

/// The XML; 404 as long as there is none.
pub async fn get(
    Extract(state): Extract<State>,
    Path((organization, iuv)): Path<(String, String)>,
) -> Response {
    let now = Moment::now();
    let book = state.pagopa.book();
    let found = paid(&book, &organization, now).find(|(_, option, _)| option.iuv == iuv);
    let mut response = match found {
        Some((position, option, payment)) => {
            let xml = receipt_xml::receipt(position, option, payment);
            ([(header::CONTENT_TYPE, "application/xml")], xml).into_response()
        }
        None => Problem::not_found(
            "Not found the receipt",
            format!(
                "Not found a receipt for Organization Fiscal Code {organization} and IUV {iuv}"
            ),
        )
        .into_response(),
    };
    response.extensions_mut().insert(Key(json!({ "iuv": iuv })));
    response
}

pub async fn list(
    Extract(state): Extract<State>,
    Path(organization): Path<String>,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Response {
    let now = Moment::now();
    let book = state.pagopa.book();
    let filter = filter.map_err(|error| Problem::unreadable(error.body_text()));
    match filter.and_then(|Query(filter)| page(&book, &organization, &filter, now)) {
        Ok(page) => Json(page).into_response(),
        Err(problem) => problem.into_response(),
    }
}

fn page(book: &Book, organization: &str, filter: &Filter, now: Moment) -> Result<Value, Problem> {
    if !(1..=100).contains(&filter.page_size) {
        return Err(Problem::unreadable("pageSize: must be between 1 and 100"));
    }
    let to = end(&filter.to)?.unwrap_or(now);
    let from = begin(&filter.from)?.unwrap_or(to.minus_ms(WINDOW_MS));
    let mut found: Vec<_> = paid(book, organization, now)
        .filter(|(position, option, payment)| {
            payment.settles.is_some_and(|at| (from..=to).contains(&at))
                && wanted(filter, position, option)
        })
        .collect();
    found.sort_by_key(|(_, _, payment)| payment.settles);
    let shown = found
        .iter()
        .skip(filter.page_num.saturating_mul(filter.page_size))
        .take(filter.page_size);
    let shown: Vec<Value> = shown.map(|one| line(*one)).collect();
    if shown.is_empty() {
        return Err(Problem::new(
            StatusCode::NOT_FOUND,
            "Not found the receipts",
            format!(
                "Not found receipts for Organization Fiscal Code {organization} and page {}",
                filter.page_num
            ),
        ));
    }
    Ok(json!({
        "currentPageNumber": filter.page_num,
        "length": shown.len(),
        "totalPages": found.len().div_ceil(filter.page_size),
        "results": shown,
    }))
}

fn wanted(filter: &Filter, position: &Position, option: &PaymentOption) -> bool {
    let debtor = &position.body.fiscal_code;
    let codes = filter.segregation_codes.as_deref();
    let code = option.iuv.get(..2).unwrap_or_default();
    filter.debtor.as_ref().is_none_or(|wanted| wanted == debtor)
        && filter
            .debtor_or_iuv
            .as_ref()
            .is_none_or(|wanted| wanted == debtor || *wanted == option.iuv)
        && codes.is_none_or(|codes| codes.split(',').any(|one| one == code))
}

fn line((position, option, payment): Paid) -> Value {
    let at = payment
        .settles
        .map(|at| at.in_italy().strftime("%Y-%m-%dT%H:%M:%S").to_string());
    json!({
        "organizationFiscalCode": position.organization,
        "iuv": option.iuv,
        "debtor": position.body.fiscal_code,
        "paymentDateTime": at,
        "status": "PAID",
    })
}

type Paid<'a> = (&'a Position, &'a PaymentOption, &'a Payment);

/// What was paid through pagoPA.
fn paid<'a>(book: &'a Book, organization: &str, now: Moment) -> impl Iterator<Item = Paid<'a>> {
    book.of(organization).flat_map(move |position| {
        let options = position.body.payment_option.iter();
        options.filter_map(move |option| {
            let payment = position.payment(&option.iuv, now)?;
            (payment.way != Way::CashDesk).then_some((position, option, payment))
        })
    })
}

fn begin(text: &Option<String>) -> Result<Option<Moment>, Problem> {
    Ok(instants(text)?.map(|(begin, _)| begin))
}

fn end(text: &Option<String>) -> Result<Option<Moment>, Problem> {
    Ok(instants(text)?.map(|(_, end)| end))
}

/// `YYYY-MM-DD` is a day, `YYYY-MM-DDTHH:MM:SS` an instant.
fn instants(text: &Option<String>) -> Result<Option<(Moment, Moment)>, Problem> {
    let Some(text) = text else { return Ok(None) };
    if let Some(moment) = Moment::parse(text) {
        return Ok(Some((moment, moment)));
    }
    let date: Result<Date, _> = text.parse();
    let date = date.map_err(|_| Problem::unreadable(format!("Invalid value {text} for a date")))?;
    Ok(Some(Moment::day(date)))
}

fn twenty() -> usize {
    20
}
