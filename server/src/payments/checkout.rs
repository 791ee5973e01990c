//! Checkout v2: a cart of one notice, and where the citizen goes to pay it.

use std::time::Duration;

use serde::Serialize;
use thiserror::Error;

use super::{
    call::{CallError, send},
    gpd::company,
};
use crate::{
    config::{Mode, Settings},
    remote,
    state::Counter,
    store::payments::PaymentRow,
};

/// She waits for it.
const LONGEST: Duration = Duration::from_secs(10);

#[derive(Debug, Error)]
pub enum CartError {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error("the client cannot be made: {0}")]
    Client(#[from] reqwest::Error),
    /// No address, or one that nobody should be sent to.
    #[error("checkout leads nowhere")]
    Nowhere,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Cart<'a> {
    payment_notices: [Notice<'a>; 1],
    return_urls: ReturnUrls,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Notice<'a> {
    notice_number: &'a str,
    /// Of the creditor.
    fiscal_code: &'a str,
    amount: i64,
    company_name: String,
    description: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReturnUrls {
    return_ok_url: String,
    return_cancel_url: String,
    return_error_url: String,
    return_waiting_url: String,
}

impl ReturnUrls {
    fn of(counter: &Counter, payment: &PaymentRow) -> Self {
        let base = counter.settings.base_url();
        let to = |how: &str| format!("{base}/pagamenti/{}/esito?come={how}", payment.id);
        Self {
            return_ok_url: to("ok"),
            return_cancel_url: to("annullato"),
            return_error_url: to("errore"),
            return_waiting_url: to("attesa"),
        }
    }
}

/// The page to pay on. A cart lives ten minutes: it is made at the click and never kept.
pub async fn cart(counter: &Counter, payment: &PaymentRow) -> Result<String, CartError> {
    let checkout = counter.settings.checkout().ok_or(CallError::Off)?;
    let body = Cart {
        payment_notices: [Notice {
            notice_number: &payment.notice,
            fiscal_code: &counter.comune.comune.codice_fiscale,
            amount: payment.cents,
            company_name: company(counter),
            description: &payment.reason,
        }],
        return_urls: ReturnUrls::of(counter, payment),
    };
    let request = remote::client()?
        .post(format!("{}/carts", checkout.url))
        .timeout(LONGEST)
        .json(&body);
    let answer = send(counter, request, &checkout, "").await?;
    let location = answer.location.filter(|_| answer.status == 302);
    let known = pages(&counter.settings);
    location
        .filter(|url| origin(url).is_some_and(|origin| known.contains(&origin)))
        .ok_or(CartError::Nowhere)
}

/// Origins of the pages that a citizen may be sent to for paying.
pub fn pages(settings: &Settings) -> Vec<String> {
    let service = settings.checkout().and_then(|at| origin(&at.url));
    let more = match (settings.mode, service.as_deref()) {
        (Mode::Sandbox, _) => Some(settings.sandbox_url()),
        (_, Some("https://api.platform.pagopa.it")) => {
            Some("https://checkout.pagopa.it".to_owned())
        }
        (_, Some("https://api.uat.platform.pagopa.it")) => {
            Some("https://uat.checkout.pagopa.it".to_owned())
        }
        _ => None,
    };
    let mut origins: Vec<String> = service.into_iter().chain(more).collect();
    origins.dedup();
    origins
}

/// Scheme, host and port of an address of the web.
fn origin(url: &str) -> Option<String> {
    let url = url::Url::parse(url).ok()?;
    matches!(url.scheme(), "https" | "http").then(|| url.origin().ascii_serialization())
}
