//! The assisted counter: a clerk fills the request of who has no digital identity, prints it, has
//! it signed before her, and registers it with the signed copy (CAD art. 65 c. 1 c; D.P.R. 445/2000
//! art. 38 c. 3). Draft and case are the citizen's; operator and identity document are in the
//! evidence of the original.
//!
//! The guided form is the citizens' own. While a clerk has a desk open, the form of its service
//! shows her the draft of the desk's citizen: [`applicant`] says whose form it is.

mod action;
mod applicant;
mod page;
mod send;
mod start;

pub use action::action;
pub use applicant::{applicant, holds, words};
pub use page::{page, paper};

use app::api::Problem;
use thiserror::Error;

use crate::{
    error::{Refusal, internal},
    identity::sessions::SessionError,
    requests::{AttachError, OpenError, SaveError, SubmitError},
    roles::NotPermitted,
    store::StoreError,
    vault::VaultError,
};

/// Path of the page.
pub const PATH: &str = "/ufficio/sportello";

#[derive(Debug, Error)]
pub enum DeskError {
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// What is missing or wrong, by field.
    #[error("missing or wrong values")]
    Invalid(Vec<(String, String)>),
    #[error("the clerk has a desk open")]
    Open,
    #[error("the citizen has a draft of this service")]
    HasDraft,
    #[error("another clerk has a desk open for the same request")]
    Taken,
    #[error("the citizen sent the request herself")]
    SentByHer,
    #[error("the clerk would be her own applicant")]
    Own,
    #[error("there is no desk open, or its draft is gone")]
    Gone,
    #[error("the form on show is of another desk")]
    Stale,
    #[error("the draft is not what was printed")]
    Changed,
    #[error("something is missing in the draft")]
    Incomplete,
    #[error("no such command")]
    Unknown,
    #[error(transparent)]
    Request(#[from] OpenError),
    #[error(transparent)]
    Save(#[from] SaveError),
    #[error(transparent)]
    Attach(#[from] AttachError),
    #[error(transparent)]
    Submit(#[from] SubmitError),
    #[error(transparent)]
    Person(#[from] SessionError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for DeskError {
    fn problem(&self) -> Problem {
        match self {
            Self::NotPermitted(error) => error.problem(),
            Self::Invalid(_) => Problem::new(
                422,
                "Ci sono alcune informazioni mancanti o errate",
                "Correggi i campi indicati e riprova.",
            ),
            Self::Own => Problem::new(
                403,
                "Questa richiesta sarebbe tua",
                "Non puoi compilare allo sportello una richiesta per te: entra e inviala come tutti, o chiedi a un collega.",
            ),
            Self::Open
            | Self::HasDraft
            | Self::Taken
            | Self::SentByHer
            | Self::Gone
            | Self::Stale
            | Self::Changed
            | Self::Incomplete => Problem::new(409, "Non è stato fatto niente", self.words()),
            Self::Unknown => Problem::new(
                400,
                "Comando sconosciuto",
                "Il pulsante premuto non esiste. Ricarica la pagina e riprova.",
            ),
            Self::Request(error) => error.problem(),
            Self::Save(error) => error.problem(),
            Self::Attach(error) => error.problem(),
            Self::Submit(error) => error.problem(),
            Self::Store(error) => error.problem(),
            Self::Person(error) => error.problem(),
            Self::Vault(_) => internal(),
        }
    }
}

impl DeskError {
    /// Why it was not done, and what to do instead.
    fn words(&self) -> &'static str {
        match self {
            Self::Open => "Hai già una richiesta aperta allo sportello: finiscila o chiudila.",
            Self::HasDraft => {
                "Questa persona ha già cominciato da sé una richiesta per questo servizio. La finisce dal suo accesso, oppure la elimina lì e poi si comincia qui."
            }
            Self::Taken => {
                "Un collega ha aperto oggi questa richiesta allo sportello: la finisce o la chiude lui. Se resta aperta, domani puoi ricominciarla tu."
            }
            Self::SentByHer => {
                "La persona ha inviato la richiesta da sé, dal suo accesso: la copia firmata non serve più."
            }
            Self::Gone => "La richiesta non è più aperta: è stata chiusa, eliminata o inviata.",
            Self::Stale => {
                "Il modulo che avevi davanti non è quello aperto adesso allo sportello. Torna allo sportello e riapri il modulo."
            }
            Self::Changed => {
                "Dopo la stampa la richiesta è cambiata: stampala di nuovo e falla firmare di nuovo."
            }
            Self::Incomplete => "Manca ancora qualcosa: torna al modulo e completalo.",
            _ => "",
        }
    }
}
