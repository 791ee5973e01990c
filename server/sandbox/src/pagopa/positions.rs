//! `/pagopa/positions`: every position, with a button for who pays elsewhere.

use axum::extract::State as Extract;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::page::{escape, page, wants_json};
use crate::pagopa::model::PaymentOption;
use crate::pagopa::moment::Moment;
use crate::pagopa::position::{Payment, Position, Status, Way};
use crate::pagopa::{euro, internal, receipt_id, view};
use crate::state::State;

#[derive(Deserialize)]
pub struct Paid {
    organization: String,
    nav: String,
}

/// A page; with `Accept: application/json` `{"positions": [PaymentPositionModelBaseResponse]}`.
pub async fn get(Extract(state): Extract<State>, headers: HeaderMap) -> Response {
    let now = Moment::now();
    let book = state.pagopa.book();
    if wants_json(&headers) {
        let all: Vec<Value> = book
            .all()
            .map(|position| view::detail(position, now))
            .collect();
        return Json(json!({ "positions": all })).into_response();
    }
    let mut all: Vec<&Position> = book.all().collect();
    all.sort_by_key(|position| std::cmp::Reverse(position.inserted));
    let items: String = all.iter().map(|position| item(position, now)).collect();
    let body = if items.is_empty() {
        "<p>Non c'è ancora niente da pagare.</p>".to_owned()
    } else {
        format!("<ul class=\"people\">{items}</ul>")
    };
    page(StatusCode::OK, "Posizioni debitorie", &body)
}

/// "Pagato altrove": the notice was taken to a tobacconist, so nobody returns to the counter.
pub async fn post(Extract(state): Extract<State>, Form(paid): Form<Paid>) -> Response {
    let now = Moment::now();
    let mut book = state.pagopa.book();
    let position = book.by_number(&paid.organization, &paid.nav).cloned();
    let iuv = position
        .as_ref()
        .and_then(|p| Some(p.option(&paid.nav)?.iuv.clone()));
    let (Some(mut position), Some(iuv)) = (position, iuv) else {
        return page(StatusCode::NOT_FOUND, "Questo avviso non c'è", "");
    };
    if position.payable(&iuv, now).is_err() {
        let why = "<p>È già pagato, o non si può ancora pagare.</p>";
        return page(StatusCode::CONFLICT, "Questo avviso non si può pagare", why);
    }
    let payment = Payment {
        receipt_id: receipt_id(),
        way: Way::Tobacconist,
        since: now,
        settles: Some(now),
        note: None,
    };
    position.pay(&iuv, payment);
    if let Err(error) = book.put(position) {
        return internal(&error);
    }
    Redirect::to("/pagopa/positions").into_response()
}

fn item(position: &Position, now: Moment) -> String {
    let options = position.body.payment_option.iter();
    let options: String = options.map(|one| option(position, one, now)).collect();
    format!(
        "<li><span class=\"who\">{name} <code>{debtor}</code><br>Stato: <strong>{status}</strong>, \
         IUPD <code>{iupd}</code></span>{options}</li>",
        name = escape(&position.body.full_name),
        debtor = escape(&position.body.fiscal_code),
        status = word(position.status(now)),
        iupd = escape(position.iupd()),
    )
}

fn option(position: &Position, option: &PaymentOption, now: Moment) -> String {
    let (nav, due) = (option.nav(), option.due_date.in_italy());
    let text = format!(
        "<p>{description}: {amount}, entro il {due}. Avviso <code>{nav}</code></p>",
        description = escape(&option.description),
        amount = euro(option.amount),
        due = due.strftime("%d/%m/%Y"),
        nav = escape(&nav),
    );
    if position.payable(&option.iuv, now).is_err() {
        return text;
    }
    format!(
        "{text}<form method=\"post\" action=\"/pagopa/positions\">\
         <input type=\"hidden\" name=\"organization\" value=\"{organization}\">\
         <button class=\"plain\" type=\"submit\" name=\"nav\" value=\"{nav}\">Pagato altrove\
         </button></form>",
        organization = escape(&position.organization),
        nav = escape(&nav),
    )
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Draft => "bozza, non si può pagare",
        Status::Published => "pubblicata, non ancora valida",
        Status::Valid => "da pagare",
        Status::Invalid => "annullata",
        Status::Expired => "scaduta",
        Status::PartiallyPaid => "pagata in parte",
        Status::Paid => "pagata",
        Status::Reported => "rendicontata",
    }
}
