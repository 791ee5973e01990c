//! `/firme/{id}`: what she is asked to sign, for her alone; and the list in her area.

use app::api::{AttachmentView, CosignCard, CosignPage, SummarySection};
use rules::{
    catalogue::Service,
    form::{Answers, Context, NoLists},
};
use saml::Level;
use serde::Deserialize;

use super::{CosignError, frozen_context};
use crate::{
    cases,
    clock::{rome_day, rome_text},
    requests, scan,
    state::{Counter, Person, PersonData},
    store::{
        cosignatures::{self, CosignatureRow, FrozenRow},
        definitions,
    },
};

/// What was frozen, as far as it is shown.
#[derive(Deserialize)]
pub struct Frozen {
    service: ServiceRef,
    pub applicant: PersonData,
    answers: Answers,
    pub declarations: Vec<Declaration>,
    pub attachments: Vec<AttachmentView>,
}

#[derive(Deserialize)]
struct ServiceRef {
    title: String,
    definition: String,
}

#[derive(Deserialize)]
pub struct Declaration {
    pub text: String,
}

/// Her row and what it is about; a stranger gets 404.
pub(super) async fn hers(
    counter: &Counter,
    person: &Person,
    id: &str,
) -> Result<(CosignatureRow, FrozenRow), CosignError> {
    let row = cosignatures::get(&counter.store, id).await?;
    let lookup = counter.vault.lookup(&person.identity.key());
    let row = row.filter(|row| row.lookup == lookup);
    let row = row.ok_or(CosignError::NotFound)?;
    let frozen = cosignatures::frozen(&counter.store, &row.draft).await?;
    Ok((row, frozen.ok_or(CosignError::NotFound)?))
}

pub fn read(counter: &Counter, row: &FrozenRow) -> Result<Frozen, CosignError> {
    let master = counter.vault.master();
    let bytes = master.open(&frozen_context(&row.draft), &row.sealed)?;
    serde_json::from_slice(&bytes).map_err(corrupt)
}

fn corrupt(error: impl std::fmt::Display) -> CosignError {
    CosignError::Corrupt(error.to_string())
}

pub async fn page(counter: &Counter, person: &Person, id: &str) -> Result<CosignPage, CosignError> {
    let (row, stored) = hers(counter, person, id).await?;
    let frozen = read(counter, &stored)?;
    let declarations = frozen.declarations.iter();
    Ok(CosignPage {
        id: row.id.clone(),
        hash: stored.hash.clone(),
        title: frozen.service.title.clone(),
        applicant: cases::name(&frozen.applicant),
        declarations: declarations.map(|d| d.text.clone()).collect(),
        attachments: scan::told(counter, &row.draft, frozen.attachments.clone()).await?,
        signed: row.signed_at.map(rome_text),
        summary: summary(counter, &stored, &service(counter, &frozen).await?, &frozen),
    })
}

/// The definition by which it was filled in.
pub async fn service(counter: &Counter, frozen: &Frozen) -> Result<Service, CosignError> {
    let body = definitions::body(&counter.store, &frozen.service.definition).await?;
    let body = body.ok_or_else(|| corrupt("its definition is missing"))?;
    serde_json::from_slice(&body).map_err(corrupt)
}

/// With which login it is signed.
pub(super) async fn level(counter: &Counter, stored: &FrozenRow) -> Result<Level, CosignError> {
    let frozen = read(counter, stored)?;
    Ok(requests::level(&service(counter, &frozen).await?))
}

/// The answers in human words.
pub fn summary(
    counter: &Counter,
    stored: &FrozenRow,
    service: &Service,
    frozen: &Frozen,
) -> Vec<SummarySection> {
    let context = Context {
        today: rome_day(stored.frozen_at),
        identity: &frozen.answers,
        lists: &NoLists,
    };
    let evaluation = service.form.evaluate(&frozen.answers, &context);
    requests::describe(counter, &service.form, &evaluation)
}

/// What waits for her signature.
pub async fn asked_of(counter: &Counter, person: &Person) -> Result<Vec<CosignCard>, CosignError> {
    let lookup = counter.vault.lookup(&person.identity.key());
    let mut cards = Vec::new();
    for row in cosignatures::asked_of(&counter.store, &lookup).await? {
        let Some(stored) = cosignatures::frozen(&counter.store, &row.draft).await? else {
            continue;
        };
        let frozen = read(counter, &stored)?;
        cards.push(CosignCard {
            id: row.id,
            title: frozen.service.title,
            applicant: cases::name(&frozen.applicant),
        });
    }
    Ok(cards)
}
