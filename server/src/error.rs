//! From an operation's error to what the outside sees.
//!
//! Each operation has its own error (thiserror) and says by [`Refusal`] what a person is told.
//! The boundary (`http`) logs what is nobody's fault once, with the reference code that she sees.

use app::api::Problem;

use crate::{files::FileError, http::client, store::StoreError, vault::VaultError};
use rules::t;

/// What an operation's error tells a person.
pub trait Refusal: std::error::Error + Send + Sync + 'static {
    /// Status, title and way out, in plain Italian; no personal data, nothing internal.
    fn problem(&self) -> Problem;
}

/// A refusal on its way out.
#[derive(Debug)]
pub struct Refused {
    pub problem: Box<Problem>,
    /// For the log, where the status is 5xx.
    cause: Box<dyn std::error::Error + Send + Sync>,
}

impl<E: Refusal> From<E> for Refused {
    fn from(error: E) -> Self {
        Self {
            problem: Box::new(error.problem()),
            cause: Box::new(error),
        }
    }
}

impl Refused {
    /// The problem to show. A fault of ours is logged here, once, with its reference code.
    pub fn report(mut self, reference: impl FnOnce() -> String) -> Problem {
        if self.problem.status >= 500 {
            self.problem.reference = reference();
            tracing::error!(
                error.reference = %self.problem.reference,
                error.cause = %self.cause,
                "operation failed"
            );
        } else if self.problem.status == 403 {
            // An address is written down only here and by `http::limits`: who tries doors leaves
            // a trace.
            let client = client::current().map(tracing::field::display);
            tracing::warn!(client.address = client, error.cause = %self.cause, "operation refused");
        }
        *self.problem
    }
}

/// The page for what nobody foresaw.
pub fn internal() -> Problem {
    Problem::new(
        500,
        t!("Qualcosa non ha funzionato"),
        t!(
            "È un errore nostro, non tuo. Quello che avevi salvato c'è ancora. Riprova tra qualche minuto."
        ),
    )
}

/// The page for a database that does not answer.
pub fn unavailable() -> Problem {
    Problem::new(
        503,
        t!("Servizio non disponibile"),
        t!(
            "In questo momento il servizio non risponde. Quello che avevi salvato c'è ancora. Riprova tra qualche minuto."
        ),
    )
}

/// Also for what belongs to somebody else: a stranger does not learn that it exists.
pub fn not_found() -> Problem {
    Problem::new(
        404,
        t!("Pagina non trovata"),
        t!(
            "L'indirizzo non porta a nessuna pagina. Controllalo, oppure riparti dall'elenco dei servizi."
        ),
    )
}

pub fn login_required() -> Problem {
    Problem::new(
        401,
        t!("Devi entrare"),
        t!(
            "La sessione è scaduta o non sei ancora entrato. Entra con la tua identità digitale: quello che avevi salvato c'è ancora."
        ),
    )
}

pub fn forbidden() -> Problem {
    Problem::new(
        403,
        t!("Non puoi fare questa operazione"),
        t!(
            "La tua identità non ha il permesso per questa operazione. Se pensi che sia un errore, scrivi al Comune."
        ),
    )
}

impl Refusal for StoreError {
    fn problem(&self) -> Problem {
        unavailable()
    }
}

impl Refusal for VaultError {
    fn problem(&self) -> Problem {
        internal()
    }
}

impl Refusal for FileError {
    fn problem(&self) -> Problem {
        internal()
    }
}
