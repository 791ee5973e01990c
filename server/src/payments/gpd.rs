//! Debt positions: the client of GPD v1.

use reqwest::Client;
use serde::{Deserialize, Serialize};

use super::call::{Answer, CallError, send};
use crate::{clock::rome_day, config::Endpoint, state::Counter, store::payments::PaymentRow};

/// Who owes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Debtor {
    /// `F` a person, `G` a body.
    pub kind: &'static str,
    pub fiscal_code: String,
    pub name: String,
}

/// A position as GPD tells it; the rest is not read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Position {
    pub iupd: String,
    /// `DRAFT`, `PUBLISHED`, `VALID`, `INVALID`, `EXPIRED`, `PARTIALLY_PAID`, `PAID`, `REPORTED`
    pub status: String,
    pub payment_option: Vec<PaymentOption>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PaymentOption {
    pub iuv: String,
    pub amount: i64,
}

impl Position {
    pub fn is_paid(&self) -> bool {
        matches!(self.status.as_str(), "PAID" | "REPORTED")
    }

    /// Whether it asks for the same as the payment.
    pub fn is_of(&self, payment: &PaymentRow) -> bool {
        let same = |option: &PaymentOption| {
            payment.notice.get(1..) == Some(option.iuv.as_str()) && option.amount == payment.cents
        };
        self.iupd == payment.iupd && self.payment_option.iter().any(same)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewPosition<'a> {
    iupd: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    fiscal_code: &'a str,
    full_name: &'a str,
    company_name: &'a str,
    /// A notice stays payable after its last day.
    switch_to_expired: bool,
    payment_option: [NewOption<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewOption<'a> {
    nav: &'a str,
    iuv: &'a str,
    amount: i64,
    description: &'a str,
    is_partial_payment: bool,
    /// End of the day, UTC.
    due_date: String,
    transfer: [Transfer<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Transfer<'a> {
    id_transfer: &'a str,
    organization_fiscal_code: &'a str,
    amount: i64,
    remittance_information: &'a str,
    category: &'a str,
    iban: &'a str,
}

/// Creates and publishes in one call; safe to repeat: a second one is a 409.
pub async fn create(
    client: &Client,
    counter: &Counter,
    payment: &PaymentRow,
    debtor: &Debtor,
    iban: &str,
) -> Result<Position, CallError> {
    let gpd = endpoint(counter)?;
    let creditor = &counter.comune.comune.codice_fiscale;
    let body = NewPosition {
        iupd: &payment.iupd,
        kind: debtor.kind,
        fiscal_code: &debtor.fiscal_code,
        full_name: &debtor.name,
        company_name: &company(counter),
        switch_to_expired: false,
        payment_option: [NewOption {
            nav: &payment.notice,
            iuv: payment.notice.get(1..).unwrap_or_default(),
            amount: payment.cents,
            description: &payment.reason,
            is_partial_payment: false,
            due_date: format!("{}T23:59:59.000Z", last_day(counter, payment)),
            transfer: [Transfer {
                id_transfer: "1",
                organization_fiscal_code: creditor,
                amount: payment.cents,
                remittance_information: &payment.reason,
                category: &payment.category,
                iban,
            }],
        }],
    };
    let url = positions(&gpd, creditor);
    let request = client.post(format!("{url}?toPublish=true")).json(&body);
    read(send(counter, request, &gpd, JSON).await?)
}

/// GPD takes no position whose last day has passed: after a long outage it is today.
fn last_day(counter: &Counter, payment: &PaymentRow) -> String {
    let today = rome_day(counter.now_ms()).to_string();
    payment.due.clone().max(today)
}

/// `None`: GPD does not know it.
pub async fn find(
    client: &Client,
    counter: &Counter,
    payment: &PaymentRow,
) -> Result<Option<Position>, CallError> {
    let gpd = endpoint(counter)?;
    let url = positions(&gpd, &counter.comune.comune.codice_fiscale);
    let request = client.get(format!("{url}/{}", payment.iupd));
    match send(counter, request, &gpd, JSON).await {
        Ok(answer) => read(answer).map(Some),
        Err(CallError::Status { status: 404, .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// From DRAFT to what may be paid.
pub async fn publish(
    client: &Client,
    counter: &Counter,
    payment: &PaymentRow,
) -> Result<Position, CallError> {
    let gpd = endpoint(counter)?;
    let url = positions(&gpd, &counter.comune.comune.codice_fiscale);
    let request = client.post(format!("{url}/{}/publish", payment.iupd));
    read(send(counter, request, &gpd, JSON).await?)
}

/// Name of the creditor, at most 140 characters.
pub fn company(counter: &Counter) -> String {
    let name = format!("Comune di {}", counter.comune.comune.nome);
    name.chars().take(140).collect()
}

const JSON: &str = "application/json";

fn endpoint(counter: &Counter) -> Result<Endpoint, CallError> {
    counter.settings.gpd().ok_or(CallError::Off)
}

fn positions(gpd: &Endpoint, creditor: &str) -> String {
    format!("{}/organizations/{creditor}/debtpositions", gpd.url)
}

fn read(answer: Answer) -> Result<Position, CallError> {
    serde_json::from_slice(&answer.body).map_err(|e| CallError::NoAnswer(e.to_string()))
}
