//! Others sign a request too, each with her own identity, before it is sent (CAD art. 65 c. 1 b).
//!
//! Asking for the signatures freezes the draft: its content is stored as its canonical JSON, whose
//! hash each of them signs. "Invia" needs them all, and the same hash again.

mod ask;
mod page;
mod sign;
mod standing;

use app::api::Problem;
use rules::t;
use thiserror::Error;

pub use ask::{ask, reopen};
pub use page::{Frozen, asked_of, page, read, service, summary};
pub use sign::action;
pub use standing::{Cosignature, Standing, view};

use crate::{
    error::{Refusal, internal, not_found},
    identity::sessions::SessionError,
    store::StoreError,
    vault::VaultError,
};

#[derive(Debug, Error)]
pub enum CosignError {
    #[error("no such signature, or somebody else's")]
    NotFound,
    /// What she read is not what waits for her signature.
    #[error("the request changed meanwhile")]
    Changed,
    #[error("the login has a level below the one asked")]
    Level(saml::Level),
    #[error("a stored request cannot be read: {0}")]
    Corrupt(String),
    #[error(transparent)]
    Person(#[from] SessionError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for CosignError {
    fn problem(&self) -> Problem {
        match self {
            Self::NotFound => not_found(),
            Self::Changed => Problem::new(
                409,
                t!("La richiesta è cambiata"),
                t!(
                    "Chi l'ha preparata l'ha riaperta, oppure hai già firmato. Ricarica la pagina per vedere a che punto è."
                ),
            ),
            Self::Level(_) => Problem::new(
                403,
                t!("Serve un accesso più sicuro"),
                t!("Per firmare questa richiesta entra di nuovo con il livello 3."),
            ),
            Self::Person(error) => error.problem(),
            Self::Store(error) => error.problem(),
            Self::Corrupt(_) | Self::Vault(_) => internal(),
        }
    }
}

/// The context of the frozen content's sealed bytes.
fn frozen_context(draft: &str) -> String {
    format!("frozen_drafts/{draft}")
}

/// The context of a signature's sealed bytes.
fn signature_context(id: &str) -> String {
    format!("cosignatures/{id}")
}
