//! The bodies of GPD v1. Amounts are cents.

use serde::{Deserialize, Serialize};

use crate::pagopa::moment::Moment;

/// `PaymentPositionModel` without what only answers have. Unknown fields are ignored, as there.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    pub iupd: String,
    #[serde(rename = "type")]
    pub kind: Kind,
    #[serde(default = "yes")]
    pub pay_stand_in: bool,
    pub fiscal_code: String,
    pub full_name: String,
    #[serde(flatten)]
    pub address: Address,
    pub switch_to_expired: bool,
    pub company_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validity_date: Option<Moment>,
    #[serde(default)]
    pub payment_option: Vec<PaymentOption>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum Kind {
    F,
    G,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Address {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub civic_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentOption {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nav: Option<String>,
    pub iuv: String,
    pub amount: i64,
    pub description: String,
    pub is_partial_payment: bool,
    pub due_date: Moment,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_date: Option<Moment>,
    #[serde(default)]
    pub transfer: Vec<Transfer>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payment_option_metadata: Vec<Metadata>,
}

impl PaymentOption {
    /// The notice number: given, or aux digit 3 before the IUV.
    pub fn nav(&self) -> String {
        self.nav.clone().unwrap_or_else(|| format!("3{}", self.iuv))
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transfer {
    pub id_transfer: String,
    pub amount: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_fiscal_code: Option<String>,
    pub remittance_information: String,
    pub category: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iban: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_iban: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamp: Option<Stamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company_name: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transfer_metadata: Vec<Metadata>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stamp {
    pub hash_document: String,
    pub stamp_type: String,
    pub provincial_residence: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Metadata {
    pub key: String,
    pub value: String,
}

fn yes() -> bool {
    true
}
