//! "Firma la richiesta": with the identity of her session.

use app::api::Page;

use super::{
    CosignError, page,
    page::{hers, level},
    signature_context,
};
use crate::{
    error::{Refusal as _, Refused},
    forms::FormBody,
    http::Outcome,
    state::{Counter, Person, PersonData},
    store::{StoreError, cosignatures},
};

/// `POST /firme/{id}`: `azione` is `firma`, `impronta` the hash of what she read.
pub async fn action(
    counter: &Counter,
    person: &Person,
    id: &str,
    form: &FormBody,
) -> Result<Outcome, Refused> {
    match sign(counter, person, id, form.get("impronta")).await {
        Ok(()) => Ok(Outcome::Done {
            path: format!("/firme/{id}"),
        }),
        Err(error @ CosignError::Changed) => {
            let now = page(counter, person, id).await?;
            Ok(Outcome::Overtaken(
                Box::new(Page::Cosign(Box::new(now))),
                error.problem(),
            ))
        }
        // To a safer login, and back.
        Err(CosignError::Level(level)) => Ok(Outcome::Done {
            path: format!("/accedi?livello={}&next=/firme/{id}", level.number()),
        }),
        Err(error) => Err(error.into()),
    }
}

/// As herself, not for another and not at the counter: a clerk never signs with a citizen's name.
async fn sign(counter: &Counter, person: &Person, id: &str, read: &str) -> Result<(), CosignError> {
    let (row, frozen) = hers(counter, person, id).await?;
    if frozen.hash != read || row.signed_at.is_some() {
        return Err(CosignError::Changed);
    }
    let level = level(counter, &frozen).await?;
    if !person.proves(level) {
        return Err(CosignError::Level(level));
    }
    let who = PersonData {
        profile: Default::default(),
        told_at: Default::default(),
        ..person.identity.clone()
    };
    let bytes = serde_json::to_vec(&(who, &person.evidence))
        .map_err(|error| CosignError::Corrupt(error.to_string()))?;
    let master = counter.vault.master();
    let sealed = master.seal(&*counter.rng, &signature_context(id), &bytes)?;
    let (id, now) = (id.to_owned(), counter.now_ms());
    let signed = counter
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { cosignatures::sign(tx, &id, &sealed, now).await })
        })
        .await?;
    match signed {
        true => Ok(()),
        false => Err(CosignError::Changed),
    }
}
