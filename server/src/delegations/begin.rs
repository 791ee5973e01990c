//! A delegate begins a request for who delegated her: the draft knows for whom it is.

use super::{DelegationError, Ended, covering, give, lookup};
use crate::{
    requests::{self, Begun, DraftError},
    state::{Counter, Person},
    store::delegations,
};
use rules::t;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum BeginError {
    /// Told on the page.
    #[error("cannot begin: {0}")]
    Refused(String),
    #[error(transparent)]
    Delegation(#[from] DelegationError),
    #[error(transparent)]
    Draft(#[from] DraftError),
}

/// Path of the form.
pub async fn begin(
    counter: &Counter,
    person: &Person,
    id: &str,
    slug: &str,
) -> Result<String, BeginError> {
    let own = lookup(counter, &person.identity.fiscal_code);
    let row = delegations::get(&counter.store, id)
        .await
        .map_err(DelegationError::from)?;
    let row = row
        .filter(|row| row.delegate == own)
        .ok_or(DelegationError::NotFound)?;
    if !give::admits(counter, slug) {
        let message = t!("Scegli un servizio dell'elenco.");
        return Err(BeginError::Refused(message.to_owned()));
    }
    let delegation = covering(counter, &own, &row.giver, slug, None).await;
    let delegation = delegation.map_err(|error| match error {
        // The service is not among those that she may ask for.
        DelegationError::Ended(Ended::Elsewhere) => {
            BeginError::Refused(t!("La delega non vale per questo servizio.").to_owned())
        }
        other => other.into(),
    })?;
    match requests::begin_for(counter, person, slug, delegation).await? {
        Begun::Ready => Ok(format!("/servizi/{slug}/richiesta")),
        Begun::Busy => Err(BeginError::Refused(
            t!("Hai già una bozza di questo servizio, per te o per un'altra persona. Inviala o eliminala, poi ricomincia da qui.").to_owned(),
        )),
    }
}
