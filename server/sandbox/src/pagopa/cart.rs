//! `POST /checkout/ec/v2/carts`: a cart of notices, answered with the address of its page.

use axum::body::Bytes;
use axum::extract::State as Extract;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use crate::journal::Key;
use crate::pagopa::book::Book;
use crate::pagopa::moment::Moment;
use crate::pagopa::position::Unpayable;
use crate::pagopa::problem::Problem;
use crate::pagopa::{checks, internal};
use crate::state::{State, random};

/// A cart is of no use after ten minutes.
const LIFE_MS: u64 = 10 * 60 * 1000;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cart {
    pub id: String,
    pub created: Moment,
    pub request: Request,
    /// How it ended; a cart ends once.
    pub outcome: Option<Outcome>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    pub payment_notices: Vec<Notice>,
    pub return_urls: ReturnUrls,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_notice: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_cart: Option<String>,
    #[serde(rename = "allCCP", skip_serializing_if = "Option::is_none")]
    pub all_ccp: Option<bool>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    pub notice_number: String,
    /// The creditor's.
    pub fiscal_code: String,
    /// Cents.
    pub amount: i64,
    pub company_name: String,
    pub description: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReturnUrls {
    pub return_ok_url: String,
    pub return_cancel_url: String,
    pub return_error_url: String,
    pub return_waiting_url: String,
}

impl ReturnUrls {
    pub fn all(&self) -> [&str; 4] {
        [
            &self.return_ok_url,
            &self.return_cancel_url,
            &self.return_error_url,
            &self.return_waiting_url,
        ]
    }
}

/// What the person did on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Paid,
    Refused,
    Cancelled,
    /// The payment is being worked on, and goes well later.
    Waiting,
    /// The payment is being worked on, and comes to nothing.
    Stuck,
    /// Paid, but the browser was closed: nobody returns.
    Closed,
}

impl Cart {
    pub fn expired(&self, now: Moment) -> bool {
        self.created.plus_ms(LIFE_MS) <= now
    }

    /// Where the browser goes afterwards; nowhere if it was closed.
    pub fn way_back(&self, outcome: Outcome) -> Option<&str> {
        let urls = &self.request.return_urls;
        match outcome {
            Outcome::Paid => Some(&urls.return_ok_url),
            Outcome::Refused => Some(&urls.return_error_url),
            Outcome::Cancelled => Some(&urls.return_cancel_url),
            Outcome::Waiting | Outcome::Stuck => Some(&urls.return_waiting_url),
            Outcome::Closed => None,
        }
    }

    pub fn total(&self) -> i64 {
        self.request
            .payment_notices
            .iter()
            .map(|notice| notice.amount)
            .sum()
    }
}

/// 302 to the page; the gateway asks for no key here, though the documentation does.
pub async fn post(Extract(state): Extract<State>, bytes: Bytes) -> Response {
    let now = Moment::now();
    let mut book = state.pagopa.book();
    let request = match accept(&book, &bytes, now) {
        Ok(request) => request,
        Err(problem) => {
            let noted = Key(json!({ "detail": problem.detail() }));
            let mut response = problem.into_response();
            response.extensions_mut().insert(noted);
            return response;
        }
    };
    let cart = Cart {
        id: hex::encode(random::<16>()),
        created: now,
        request,
        outcome: None,
    };
    let location = format!("{}/checkout/carts/{}", state.options.base_url, cart.id);
    let notices = cart.request.payment_notices.iter();
    let numbers: Vec<_> = notices
        .map(|notice| notice.notice_number.as_str())
        .collect();
    let noted = Key(json!({ "cart": cart.id, "notices": numbers }));
    if let Err(error) = book.put_cart(cart) {
        return internal(&error);
    }
    let mut response = (StatusCode::FOUND, [(header::LOCATION, location)]).into_response();
    response.extensions_mut().insert(noted);
    response
}

fn accept(book: &Book, bytes: &[u8], now: Moment) -> Result<Request, Problem> {
    let request: Request = checks::read(bytes)?;
    shape(&request)?;
    let notices = &request.payment_notices;
    for (n, notice) in notices.iter().enumerate() {
        let before = notices.iter().take(n);
        if before
            .clone()
            .any(|other| other.notice_number == notice.notice_number)
        {
            return Err(unprocessable("Duplicated payment notices"));
        }
        payable(book, notice, now)?;
    }
    Ok(request)
}

fn shape(request: &Request) -> Result<(), Problem> {
    let wrong = |what: &str| Err(Problem::unreadable(what));
    if !(1..=5).contains(&request.payment_notices.len()) {
        return wrong("paymentNotices: size must be between 1 and 5");
    }
    for notice in &request.payment_notices {
        let digits = |text: &str, n| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(&notice.notice_number, 18) || !digits(&notice.fiscal_code, 11) {
            return wrong("paymentNotices: 18 digits of the notice, 11 of the creditor");
        }
        if notice.amount < 1 {
            return wrong("paymentNotices: amount must be at least 1");
        }
        let long = |text: &str| text.chars().count() > 140;
        if long(&notice.company_name) || long(&notice.description) {
            return wrong("paymentNotices: at most 140 characters");
        }
    }
    // https in the real one; here a counter of a test may stand on http.
    let web = |text: &str| {
        let plain = text.bytes().all(|b| b.is_ascii_graphic());
        plain && Url::parse(text).is_ok_and(|url| ["http", "https"].contains(&url.scheme()))
    };
    if !request.return_urls.all().into_iter().all(web) {
        return wrong("returnUrls: only http and https");
    }
    Ok(())
}

/// The node is asked about every notice, so the position must be payable already.
fn payable(book: &Book, notice: &Notice, now: Moment) -> Result<(), Problem> {
    let position = book.by_number(&notice.fiscal_code, &notice.notice_number);
    let found = position.and_then(|p| Some((p, p.option(&notice.notice_number)?)));
    let Some((position, option)) = found else {
        return Err(unprocessable(
            "PPT_ERRORE_EMESSO_DA_PAA: PAA_PAGAMENTO_SCONOSCIUTO",
        ));
    };
    position
        .payable(&option.iuv, now)
        .map_err(|why| match why {
            Unpayable::Paid => unprocessable("PPT_PAGAMENTO_DUPLICATO"),
            Unpayable::InProgress => unprocessable("PPT_PAGAMENTO_IN_CORSO"),
            Unpayable::NotPayable => {
                unprocessable("PPT_ERRORE_EMESSO_DA_PAA: the notice is not payable")
            }
        })?;
    if option.amount != notice.amount {
        return Err(unprocessable("The amount is not the notice's"));
    }
    Ok(())
}

fn unprocessable(detail: &str) -> Problem {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Problem::new(status, "Invalid payment info", detail)
}
