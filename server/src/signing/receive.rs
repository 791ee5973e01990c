//! The signed document comes back.

use app::api::{Page, step};
use rules::t;

use super::{
    SignatureReport, SigningError,
    page::{self, waiting},
    trust::examine,
};
use crate::{
    cosign,
    error::{Refusal as _, Refused},
    forms::FormBody,
    http::Outcome,
    requests,
    state::{Counter, Person},
    store::{drafts, signing},
};

/// The control of the signed file.
pub const FILE: &str = "documento";

/// `POST /servizi/{slug}/richiesta/firma`: `azione` is `carica`, with the file, or `riapri`.
pub async fn action(
    counter: &Counter,
    person: &Person,
    slug: &str,
    form: &FormBody,
) -> Result<Outcome, Refused> {
    let summary = || Outcome::Done {
        path: format!("/servizi/{slug}/richiesta?passo={}", step::SUMMARY),
    };
    if form.get("azione") == "riapri" {
        if let Some(row) = drafts::get(&counter.store, &person.id, slug).await? {
            cosign::reopen(counter, &row.id).await?;
        }
        return Ok(summary());
    }
    match receive(counter, person, slug, form).await {
        Ok(()) => Ok(summary()),
        Err(SigningError::Refused(told)) => {
            let problem = SigningError::Refused(told.clone()).problem();
            let mut page = page::page(counter, person, slug).await?;
            page.errors = vec![(FILE.to_owned(), told)];
            Ok(Outcome::refused(Page::Signing(Box::new(page)), problem))
        }
        Err(error) => Err(error.into()),
    }
}

/// Verifies the file and keeps it with the draft, in the place of an earlier one.
async fn receive(
    counter: &Counter,
    person: &Person,
    slug: &str,
    form: &FormBody,
) -> Result<(), SigningError> {
    let (draft, signer) = waiting(counter, person, slug).await?;
    let file = form.files.iter().find(|file| file.field == FILE);
    let Some(file) = file.filter(|file| !file.bytes.is_empty()) else {
        let told = t!("Scegli il documento firmato: il PDF firmato, o il file .p7m.");
        return Err(SigningError::Refused(told.to_owned()));
    };
    let Some(given) = signing::get(&counter.store, &draft.id).await? else {
        let told = t!("Scarica prima il documento, firma quello, poi caricalo qui.");
        return Err(SigningError::Refused(told.to_owned()));
    };
    let mut hash = [0; 32];
    hex::decode_to_slice(&given.sha256, &mut hash)
        .map_err(|error| SigningError::Corrupt(error.to_string()))?;
    let report = examine(counter, file.bytes.clone(), Some(hash), Some(&signer)).await?;
    let report = SignatureReport::of(&report);
    let kept = requests::attach_document(counter, &given, &file.name, &file.bytes, &report);
    kept.await.map_err(|error| match error.of_file() {
        Some(told) => SigningError::Refused(told),
        None => error.into(),
    })
}
