//! Digital signatures (CAD arts 20-24, 65 c. 1 a): of the document that a request becomes, and of
//! files that must come signed.
//!
//! Preparing the document freezes the draft, as asking others for their signatures does
//! ([`crate::cosign`]). The PDF is downloaded, signed with a program of the signer's (PAdES or
//! CAdES), and uploaded: [`esign`] verifies it, the report stays with the file, and "Invia" sends
//! it with the request. Which authorities are trusted, the file of `SIGNATURE_TRUST` says.

mod document;
mod page;
mod receive;
mod report;
mod trust;
mod words;

use app::api::Problem;
use rules::t;
use thiserror::Error;

pub use document::{Pdf, document};
pub use page::{page, view};
pub use receive::action;
pub use report::{SignatureLine, SignatureReport};
pub use trust::{examine, fault};

use crate::{
    cosign::CosignError,
    documents::PrintError,
    error::{Refusal, internal, not_found},
    requests::{AttachError, DraftError},
    store::StoreError,
    vault::VaultError,
};

/// The id under which the signed document lies among the request's files.
pub const DOCUMENT: &str = "documento_firmato";

#[derive(Debug, Error)]
pub enum SigningError {
    /// No request that waits for a digital signature.
    #[error("there is nothing to sign")]
    Nothing,
    /// What was uploaded, in plain words.
    #[error("the signed document is refused: {0}")]
    Refused(String),
    #[error("the list of trusted authorities cannot be used: {0}")]
    Trust(String),
    #[error("the document cannot be printed: {0}")]
    Print(#[from] PrintError),
    #[error("a stored request cannot be read: {0}")]
    Corrupt(String),
    #[error(transparent)]
    Cosign(#[from] CosignError),
    #[error(transparent)]
    Attach(#[from] AttachError),
    #[error(transparent)]
    Draft(#[from] DraftError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for SigningError {
    fn problem(&self) -> Problem {
        match self {
            Self::Nothing => not_found(),
            Self::Refused(told) => Problem::new(422, t!("File non accettato"), told.clone()),
            Self::Trust(_) | Self::Print(_) => Problem::new(
                503,
                t!("Servizio non disponibile"),
                t!(
                    "Adesso non riusciamo a preparare o a controllare il documento. Quello che hai scritto resta salvato: riprova tra qualche minuto."
                ),
            ),
            Self::Cosign(error) => error.problem(),
            Self::Attach(error) => error.problem(),
            Self::Draft(error) => error.problem(),
            Self::Store(error) => error.problem(),
            Self::Corrupt(_) | Self::Vault(_) => internal(),
        }
    }
}
