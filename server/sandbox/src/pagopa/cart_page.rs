//! `/checkout/carts/{id}`: where a person pays, or does one of the other things people do.

use axum::Form;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::page::{escape, page, page_with_forms_to};
use crate::pagopa::book::Book;
use crate::pagopa::cart::{Cart, Notice, Outcome};
use crate::pagopa::moment::Moment;
use crate::pagopa::position::{Payment, Way};
use crate::pagopa::{Pagopa, euro, internal, receipt_id};
use crate::state::State;

/// How much longer a payment takes that is "being worked on".
const WAITING_MS: u64 = 5_000;

/// Value, label, what happens.
const BUTTONS: [(&str, &str, &str); 6] = [
    (
        "paga",
        "Paga",
        "Il pagamento riesce e torni allo sportello.",
    ),
    (
        "rifiuta",
        "Pagamento rifiutato",
        "La banca dice di no: torni allo sportello con un errore.",
    ),
    ("annulla", "Annulla", "Ci ripensi e torni allo sportello."),
    (
        "attesa",
        "In attesa",
        "Torni allo sportello mentre il pagamento è in lavorazione: va a buon fine dopo qualche \
         secondo.",
    ),
    (
        "attesa_vana",
        "In attesa, senza esito",
        "Torni allo sportello mentre il pagamento è in lavorazione: non arriverà mai.",
    ),
    (
        "chiudi",
        "Chiudi il browser",
        "Il pagamento riesce, ma nessuno torna allo sportello.",
    ),
];

#[derive(Deserialize)]
pub struct Action {
    azione: String,
}

pub async fn get(Extract(state): Extract<State>, Path(id): Path<String>) -> Response {
    let book = state.pagopa.book();
    let Some(cart) = book.cart(&id) else {
        return unknown();
    };
    if let Some(over) = over(cart) {
        return over;
    }
    show(cart)
}

pub async fn post(
    Extract(state): Extract<State>,
    Path(id): Path<String>,
    Form(action): Form<Action>,
) -> Response {
    let Some(outcome) = outcome(&action.azione) else {
        return page(StatusCode::BAD_REQUEST, "Azione sconosciuta", "");
    };
    let mut book = state.pagopa.book();
    let Some(mut cart) = book.cart(&id).cloned() else {
        return unknown();
    };
    if let Some(over) = over(&cart) {
        return over;
    }
    let outcome = match settle(&mut book, &cart, outcome, &state.pagopa) {
        Ok(outcome) => outcome,
        Err(error) => return internal(&error),
    };
    state.journal.add(
        "checkout",
        json!({ "what": "outcome", "cart": cart.id, "outcome": outcome }),
    );
    cart.outcome = Some(outcome);
    let end = end(&cart, outcome);
    match book.put_cart(cart) {
        Ok(()) => end,
        Err(error) => internal(&error),
    }
}

fn outcome(action: &str) -> Option<Outcome> {
    Some(match action {
        "paga" => Outcome::Paid,
        "rifiuta" => Outcome::Refused,
        "annulla" => Outcome::Cancelled,
        "attesa" => Outcome::Waiting,
        "attesa_vana" => Outcome::Stuck,
        "chiudi" => Outcome::Closed,
        _ => return None,
    })
}

/// Books the payments, if there are any. A notice that was paid meanwhile refuses the whole.
fn settle(
    book: &mut Book,
    cart: &Cart,
    outcome: Outcome,
    pagopa: &Pagopa,
) -> anyhow::Result<Outcome> {
    let now = Moment::now();
    let settles = match outcome {
        Outcome::Refused | Outcome::Cancelled => return Ok(outcome),
        Outcome::Stuck => None,
        Outcome::Paid | Outcome::Closed => pagopa.settles(now),
        Outcome::Waiting => pagopa.settles(now.plus_ms(WAITING_MS)),
    };
    let notices = &cart.request.payment_notices;
    let payable = |notice: &Notice| {
        let number = &notice.notice_number;
        let position = book.by_number(&notice.fiscal_code, number);
        let found = position.and_then(|p| Some((p, p.option(number)?)));
        found.is_some_and(|(position, option)| position.payable(&option.iuv, now).is_ok())
    };
    if !notices.iter().all(payable) {
        return Ok(Outcome::Refused);
    }
    for notice in notices {
        let number = &notice.notice_number;
        let Some(mut position) = book.by_number(&notice.fiscal_code, number).cloned() else {
            continue;
        };
        let Some(iuv) = position.option(number).map(|option| option.iuv.clone()) else {
            continue;
        };
        let payment = Payment {
            receipt_id: receipt_id(),
            way: Way::Checkout,
            since: now,
            settles,
            note: cart.request.id_cart.clone(),
        };
        position.pay(&iuv, payment);
        book.put(position)?;
    }
    Ok(outcome)
}

fn show(cart: &Cart) -> Response {
    let notices: String = cart.request.payment_notices.iter().map(notice).collect();
    let buttons: String = BUTTONS
        .iter()
        .map(|(value, label, about)| {
            let class = if *value == "paga" {
                ""
            } else {
                " class=\"plain\""
            };
            format!(
                "<li><button type=\"submit\" name=\"azione\" value=\"{value}\"{class}>{label}\
                 </button><span class=\"who\">{about}</span></li>"
            )
        })
        .collect();
    let body = format!(
        "<p>Questa pagina fa la parte di pagoPA: non muove denaro.</p>\
         <ul class=\"people\">{notices}</ul>\
         <p>Da pagare: <strong>{total}</strong></p>\
         <form method=\"post\"><ul class=\"people\">{buttons}</ul></form>",
        total = euro(cart.total()),
    );
    // The browser follows the answer back to the counter, which is another origin.
    let urls = cart.request.return_urls.all().into_iter();
    let origin = |url| Some(Url::parse(url).ok()?.origin().ascii_serialization());
    let mut origins: Vec<String> = urls.filter_map(origin).collect();
    origins.dedup();
    page_with_forms_to(StatusCode::OK, "Pagamento", &body, &origins.join(" "))
}

fn notice(notice: &Notice) -> String {
    format!(
        "<li><strong>{description}</strong><span class=\"who\">{company}<br>Avviso \
         <code>{number}</code></span>{amount}</li>",
        description = escape(&notice.description),
        company = escape(&notice.company_name),
        number = escape(&notice.notice_number),
        amount = euro(notice.amount),
    )
}

/// The answer of a cart that ended or is too old: checkout calls both an error.
fn over(cart: &Cart) -> Option<Response> {
    if let Some(outcome) = cart.outcome {
        return Some(end(cart, outcome));
    }
    let urls = &cart.request.return_urls;
    let expired = cart.expired(Moment::now());
    expired.then(|| Redirect::to(&urls.return_error_url).into_response())
}

/// Back to the counter; or nowhere.
fn end(cart: &Cart, outcome: Outcome) -> Response {
    match cart.way_back(outcome) {
        Some(url) => Redirect::to(url).into_response(),
        None => page(
            StatusCode::OK,
            "Il browser è chiuso",
            "<p>Il pagamento è fatto. Nessuno torna allo sportello: deve accorgersene da solo.</p>\
             <p><a href=\"/pagopa/positions\">Tutte le posizioni</a></p>",
        ),
    }
}

fn unknown() -> Response {
    page(
        StatusCode::NOT_FOUND,
        "Questo carrello non c'è",
        "<p>Torna allo sportello e ricomincia da lì il pagamento.</p>",
    )
}
