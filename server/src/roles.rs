//! Who may do what at the office: the matrix is in `rules::roles`; here, who has which role now,
//! the one question that every operation of the office asks, and the administrators' page.

mod action;
mod end;
mod grant;
mod held;
mod may;
mod page;

pub use action::action;
pub use held::{held, of_operator};
pub use may::{NotPermitted, check, offices};
pub use page::page;

use app::api::Problem;
use thiserror::Error;

use crate::{
    error::{Refusal, forbidden, internal},
    identity::sessions::SessionError,
    store::StoreError,
    vault::VaultError,
};

/// Why a role was neither given nor ended.
#[derive(Debug, Error)]
pub enum RoleError {
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// What is missing or wrong, by field.
    #[error("missing or wrong values")]
    Invalid(Vec<(String, String)>),
    #[error("she has this role already, in these days")]
    Held,
    #[error("there is no such role any more")]
    Gone,
    #[error("her own last role as administrator")]
    OwnLast,
    #[error("the last day is not between today and the day on which it ends anyway")]
    LastDay,
    #[error("she is no administrator any more")]
    NoLonger,
    #[error("no such command")]
    Unknown,
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Person(#[from] SessionError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for RoleError {
    fn problem(&self) -> Problem {
        let wrong = |detail: &str| Problem::new(422, "Il ruolo non è cambiato", detail);
        match self {
            Self::NotPermitted(error) => error.problem(),
            Self::Invalid(_) => wrong("Correggi i campi indicati e riprova."),
            Self::Held => Problem::new(
                409,
                "Ce l'ha già",
                "Questa persona ha già questo ruolo, in quei giorni. Guarda l'elenco: se deve durare di più o di meno, prima toglilo.",
            ),
            Self::Gone => Problem::new(
                409,
                "Il ruolo non c'è più",
                "Nel frattempo è finito, o qualcuno l'ha tolto. Guarda l'elenco.",
            ),
            Self::OwnLast => wrong(
                "È il tuo ultimo ruolo di amministratore: senza, nessuno potrebbe più ridartelo da qui. Fallo togliere a un altro amministratore.",
            ),
            Self::LastDay => wrong(
                "Scrivi un giorno da oggi in poi, quando il ruolo vale, e prima di quando finisce da sé.",
            ),
            Self::NoLonger => forbidden(),
            Self::Unknown => Problem::new(
                400,
                "Comando sconosciuto",
                "Il pulsante premuto non esiste. Ricarica la pagina e riprova.",
            ),
            Self::Store(error) => error.problem(),
            Self::Person(error) => error.problem(),
            Self::Vault(_) => internal(),
        }
    }
}

impl RoleError {
    fn invalid(field: &str, message: &str) -> Self {
        Self::Invalid(vec![(field.to_owned(), message.to_owned())])
    }
}
