//! What is to be paid and what was paid.

use serde::{Deserialize, Serialize};

/// `/pagamenti`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PaymentsPage {
    /// Still to be paid, or not yet proven.
    pub due: Vec<PaymentView>,
    pub paid: Vec<PaymentView>,
}

/// `/pagamenti/{id}`, and `/pagamenti/{id}/esito` where checkout sends back to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaymentPage {
    /// Sequence number of the case's last event.
    pub seq: i64,
    pub payment: PaymentView,
    /// What she is told on the way back from paying.
    pub notice: Option<String>,
    /// Why paying online did not begin.
    pub error: Option<String>,
    /// Of the answer: 200, or why not.
    pub status: u16,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaymentView {
    pub id: String,
    /// Id of the case.
    pub case: String,
    /// Title of the service.
    pub title: String,
    /// Protocol number of the request.
    pub protocol: String,
    /// "Cartello ed esame della domanda"
    pub what: String,
    /// "40,00 €"
    pub amount: String,
    pub status: PaymentStatus,
    /// Last day, `gg/mm/aaaa`.
    pub due: String,
    /// In groups of four.
    pub notice: String,
    /// "Comune di Bitonto"
    pub creditor: String,
    pub creditor_fiscal_code: String,
    /// The dark modules of the QR code, the path of an SVG of 33 by 33; empty: none.
    pub qr: String,
    /// When an attempt that came to nothing may be repeated, "10:42".
    pub retry_at: Option<String>,
    /// As they came; more than one: paid twice.
    pub receipts: Vec<PaymentReceipt>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// pagoPA does not know the notice yet.
    InPreparazione,
    DaPagare,
    /// Somebody went to pay; nobody knows yet how it ended.
    InVerifica,
    /// Paid; the receipt is awaited.
    Pagato,
    Concluso,
    /// pagoPA refused the notice.
    Sospeso,
}

/// A receipt of pagoPA in human words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaymentReceipt {
    /// "24/11/2026, 10:31"; as told by who received the money.
    pub paid_at: String,
    pub amount: String,
    /// What the payment service took for itself.
    pub fee: Option<String>,
    /// Who received the money.
    pub received_by: String,
    /// pagoPA's id.
    pub receipt_id: String,
    /// Path of the XML.
    pub href: String,
}
