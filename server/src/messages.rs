//! What the citizen is told outside the counter: the app IO, and e-mail as the second channel.
//! Templates are data; the outbox says which one goes to whom and when.

mod facts;
mod io;
mod load;
mod mail;
mod recipient;
mod template;
#[cfg(test)]
mod tests;

pub use io::Io;
pub use load::{TemplateError, Templates, read};
pub use mail::Mail;
pub use recipient::{is_sensitive, template_of, to_represented};

use std::sync::Arc;

use crate::{
    cases::LoadError,
    config::Settings,
    remote,
    state::Counter,
    worker::{Channel, OutboxRow, Outcome, retry},
};

/// Age after which a message that never got through is no longer news, milliseconds.
const STALE_MS: i64 = 7 * 86_400_000;

/// The channels that have an address and a key.
pub fn channels(settings: &Settings) -> anyhow::Result<Vec<Arc<dyn Channel>>> {
    let mut channels: Vec<Arc<dyn Channel>> = Vec::new();
    if let Some(endpoint) = settings.io() {
        channels.push(Arc::new(Io::new(endpoint, remote::client()?)));
    }
    if let Some(url) = settings.smtp() {
        channels.push(Arc::new(Mail::new(&url)?));
    }
    Ok(channels)
}

/// A message whose case cannot be read: later, or never.
fn unreadable(counter: &Counter, row: &OutboxRow, error: &LoadError) -> Outcome {
    match error {
        LoadError::Store(_) => retry(counter, row, "La base dati non risponde."),
        LoadError::Erased => Outcome::Failed {
            reason: "I dati della pratica sono stati cancellati.".to_owned(),
        },
        other => {
            tracing::error!(outbox.id = %row.id, error.cause = %other, "case not read");
            Outcome::Failed {
                reason: "La pratica non si legge: è un errore del programma.".to_owned(),
            }
        }
    }
}
