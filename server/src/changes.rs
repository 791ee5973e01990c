//! What offices change of their services, each change from a day on (`rules::changes`), and what
//! holds on a day: the changes over comune.toml, comune.toml over the definition. Everybody who asks
//! whether a service takes requests and what it costs asks here.

mod action;
mod amounts;
mod chain;
mod known;
mod list;
mod make;
mod page;
mod window;
mod words;

pub use action::action;
pub use amounts::{announced, tariffs};
pub use chain::check_all;
pub use known::{Changes, Known, lately, now};
pub use list::list;
pub use page::page;
pub use window::{announcement, is_open};

use app::api::Problem;
use thiserror::Error;

use crate::{
    error::{Refusal, not_found},
    identity::sessions::SessionError,
    roles::NotPermitted,
    store::StoreError,
};

/// Why a service's settings were neither shown nor changed.
#[derive(Debug, Error)]
pub enum ChangeError {
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    #[error("no such service")]
    UnknownService,
    #[error("no such command")]
    UnknownCommand,
    /// What is missing or wrong, by field.
    #[error("missing or wrong values")]
    Invalid(Vec<(String, String)>),
    /// It was so already.
    #[error("nothing changes: {0}")]
    Nothing(&'static str),
    #[error("the change has begun, or was taken back")]
    Gone,
    #[error(transparent)]
    Person(#[from] SessionError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for ChangeError {
    fn problem(&self) -> Problem {
        let wrong = |detail: &str| Problem::new(422, "Il servizio non è cambiato", detail);
        match self {
            Self::NotPermitted(error) => error.problem(),
            Self::UnknownService => not_found(),
            Self::UnknownCommand => Problem::new(
                400,
                "Comando sconosciuto",
                "Il pulsante premuto non esiste. Ricarica la pagina e riprova.",
            ),
            Self::Invalid(_) => wrong("Correggi i campi indicati e riprova."),
            Self::Nothing(told) => wrong(told),
            Self::Gone => Problem::new(
                409,
                "La modifica non si può ritirare",
                "È già cominciata, o qualcuno l'ha ritirata nel frattempo. Guarda l'elenco: se serve, fanne un'altra.",
            ),
            Self::Person(error) => error.problem(),
            Self::Store(error) => error.problem(),
        }
    }
}
