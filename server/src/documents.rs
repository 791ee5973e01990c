//! Documents for people: what was registered, as PDF/A-2a and PDF/UA-1 in one file.
//!
//! The registered original is JSON. Its PDF is made once, by another program (`renderer`) within
//! bounds of time and memory, after the request that caused it; a later event of the case
//! names it. One kind of document, one file.

mod channel;
mod decision;
mod make;
mod paper;
mod petition;
mod receipt;
mod refusal;
mod renderer;
mod request;
#[cfg(test)]
mod tests;

pub use channel::{Documents, NAME as CHANNEL};
pub use make::{MakeError, make};
pub use paper::{office, preview, town};
pub use renderer::{Bounds, PrintError, print};

use crate::cases;

/// Kinds of PDFs: `template` of the outbox's channel `document`.
pub mod kind {
    pub const PETITION: &str = "istanza";
    pub const RECEIPT: &str = "ricevuta";
    pub const REQUEST: &str = "richiesta_integrazione";
    pub const DECISION: &str = "provvedimento";
    pub const REFUSAL: &str = "irricevibilita";
}

/// The PDFs made of a registered document, the one that shows it first.
pub fn kinds_of(document: &str) -> &'static [&'static str] {
    match document {
        cases::kind::ORIGINAL => &[kind::PETITION, kind::RECEIPT],
        cases::kind::REQUEST => &[kind::REQUEST],
        cases::kind::DECISION => &[kind::DECISION],
        cases::kind::REFUSAL => &[kind::REFUSAL],
        _ => &[],
    }
}

/// Name of a PDF for people.
pub fn title(kind: &str) -> &'static str {
    match kind {
        kind::PETITION => "Richiesta",
        kind::RECEIPT => "Ricevuta della richiesta",
        kind::REQUEST => "Richiesta di documenti",
        kind::DECISION => "Decisione",
        kind::REFUSAL => "Dichiarazione di irricevibilità",
        _ => "Documento",
    }
}
