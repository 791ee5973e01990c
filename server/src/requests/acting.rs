//! The draft of who acts for another person by a delegation in the counter.

use std::sync::Arc;

use rules::{
    case::Actor,
    catalogue::{Field, Origin, Service},
    t,
};

use super::draft::{self, Content, Draft, DraftError};
use crate::{
    catalogue::Definition,
    changes,
    delegations::{self, Acting, Delegation},
    state::{Counter, Person},
    store::{StoreError, delegations as rows, drafts},
};

/// Fields that the delegation answers: nobody may type them.
const GIVEN: [&str; 4] = [
    "qualita",
    "rappresentato_nome",
    "rappresentato_cognome",
    "rappresentato_codice_fiscale",
];
/// What is asked of a delegation on paper.
const ON_PAPER: [&str; 3] = ["delega_ambito", "delega_dal", "delega_al"];
const PAPER: &str = "delega";

/// The delegation of a draft, asked again: it, or a newer one of the same person, must hold today.
pub async fn resume(
    counter: &Counter,
    person: &Person,
    slug: &str,
    content: &Content,
) -> Result<Option<Acting>, DraftError> {
    let Some(id) = &content.delegation else {
        return Ok(None);
    };
    let row = rows::get(&counter.store, id).await?;
    let row = row.ok_or_else(|| DraftError::Corrupt(format!("delegation {id} is missing")))?;
    let own = delegations::lookup(counter, &person.identity.fiscal_code);
    let delegation = delegations::covering(counter, &own, &row.giver, slug, None).await?;
    Ok(Some(delegation.into()))
}

/// The form without what the delegation already answers; its hash stays the definition's.
pub fn bind(definition: &Definition) -> Definition {
    let mut service = Service::clone(&definition.service);
    let form = &mut service.form;
    form.attachments.retain(|attachment| attachment.id != PAPER);
    let sections = form.steps.iter_mut().flat_map(|step| &mut step.sections);
    for section in sections {
        let on_paper = |field: &Field| ON_PAPER.contains(&field.name.as_str());
        section.fields.retain(|field| !on_paper(field));
        for field in &mut section.fields {
            if GIVEN.contains(&field.name.as_str()) {
                field.read_only = true;
                field.origin = Some(Origin::Identita);
            }
        }
    }
    Definition {
        hash: definition.hash.clone(),
        service: Arc::new(service),
    }
}

/// Told on every page of the form.
pub fn notice(acting: &Acting) -> String {
    t!(
        "Compili per conto di {name}, con la delega che vale fino al {to}.",
        name = acting.represented.full(),
        to = acting.to.italian()
    )
}

/// Who sends it, as the event says.
pub fn actor(person: &Person, acting: Option<&Acting>) -> Actor {
    match acting {
        None => Actor::Cittadino(person.id.clone()),
        Some(acting) => Actor::Delegato {
            person: person.id.clone(),
            delegation: acting.delegation.clone(),
        },
    }
}

/// Whether a request for another person could be begun.
pub enum Begun {
    Ready,
    /// There is a draft of this service already, for somebody else.
    Busy,
}

/// Begins a draft for who gave the delegation, or finds it again.
pub async fn begin_for(
    counter: &Counter,
    person: &Person,
    slug: &str,
    delegation: Delegation,
) -> Result<Begun, DraftError> {
    let known = counter.catalogue.get(slug);
    let definition = known.ok_or(DraftError::UnknownService)?.clone();
    let giver = delegation.giver.clone();
    let changes = changes::now(counter).await?;
    let draft = Draft::begun(counter, person, definition, delegation.into(), changes);
    let row = drafts::DraftRow {
        version: 1,
        ..draft.row(counter, person)?
    };
    let made = counter
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { drafts::insert(tx, &row).await })
        })
        .await?;
    if made || is_for(counter, person, slug, &giver).await? {
        return Ok(Begun::Ready);
    }
    Ok(Begun::Busy)
}

/// Whether her draft of this service is for that person.
async fn is_for(
    counter: &Counter,
    person: &Person,
    slug: &str,
    giver: &str,
) -> Result<bool, DraftError> {
    let row = drafts::get(&counter.store, &person.id, slug).await?;
    let content = row.map(|row| draft::content(counter, &row)).transpose()?;
    let Some(id) = content.and_then(|content| content.delegation) else {
        return Ok(false);
    };
    let row = rows::get(&counter.store, &id).await?;
    Ok(row.is_some_and(|row| row.giver == giver))
}
