//! Whose form a logged-in person fills: her own, or that of her desk's citizen.

use std::borrow::Cow;

use rules::roles::{Operation, Place};

use super::DeskError;
use crate::{
    identity::sessions,
    state::{AtDesk, Counter, Evidence, Person, PersonData},
    store::{
        StoreError,
        desks::{self, DeskRow},
        drafts,
    },
};

pub fn context(id: &str) -> String {
    format!("desks/{id}")
}

/// Whether she may assist at the office of this service. What must be signed digitally is only sent
/// by who prepares it (D.P.R. 160/2010 art. 2 c. 2).
pub fn may_assist(counter: &Counter, person: &Person, slug: &str) -> bool {
    let found = counter.catalogue.get(slug);
    found.is_some_and(|found| {
        let place = Place::Office(&found.service.office.id);
        person.may(Operation::Assist, place) && !found.service.signature.is_digital()
    })
}

/// The desk that she has open, as long as she may assist at its service's office.
pub async fn open(counter: &Counter, person: &Person) -> Result<Option<DeskRow>, StoreError> {
    if !person.may(Operation::Assist, Place::Somewhere) {
        return Ok(None);
    }
    let open = desks::open(&counter.store, &person.id).await?;
    Ok(open.filter(|desk| may_assist(counter, person, &desk.slug)))
}

/// Whether the desk's draft is still there: the citizen may have sent or deleted it, and begun
/// another one that is no business of the counter's.
pub async fn has_draft(counter: &Counter, desk: &DeskRow) -> Result<bool, StoreError> {
    drafts::belongs(&counter.store, &desk.draft, &desk.citizen).await
}

/// The person whose form of this service it is. `draft`: the one that the page shows, where
/// something is written: a window left open on another citizen's form never writes into this one's.
pub async fn applicant<'a>(
    counter: &Counter,
    person: &'a Person,
    slug: &str,
    draft: Option<&str>,
) -> Result<Cow<'a, Person>, DeskError> {
    if !person.may(Operation::Assist, Place::Somewhere) {
        return Ok(Cow::Borrowed(person));
    }
    let open = open(counter, person).await?;
    let Some(desk) = open.filter(|desk| desk.slug == slug) else {
        let began = match draft {
            Some(draft) => desks::began(&counter.store, &person.id, draft).await?,
            None => false,
        };
        return match began {
            true => Err(DeskError::Stale),
            false => Ok(Cow::Borrowed(person)),
        };
    };
    if draft.is_some_and(|draft| draft != desk.draft) {
        return Err(DeskError::Stale);
    }
    if !has_draft(counter, &desk).await? {
        return Err(DeskError::Gone);
    }
    Ok(Cow::Owned(citizen(counter, person, &desk).await?))
}

/// The citizen of a desk, as the guided form and the submission need her: nothing of her that she
/// told the counter by herself (e-mail, address) is shown to the clerk.
pub async fn citizen(
    counter: &Counter,
    operator: &Person,
    desk: &DeskRow,
) -> Result<Person, DeskError> {
    let known = sessions::person_data(counter, &desk.citizen).await?;
    let known = known.ok_or(DeskError::Gone)?;
    let document = counter
        .vault
        .master()
        .open(&context(&desk.id), &desk.sealed)?;
    Ok(Person {
        id: desk.citizen.clone(),
        identity: PersonData {
            email: String::new(),
            mobile: String::new(),
            profile: Default::default(),
            told_at: Default::default(),
            by_hand: false,
            ..known
        },
        roles: Vec::new(),
        expires_at: operator.expires_at,
        scheme: String::new(),
        evidence: Evidence {
            at: desk.started_at,
            desk: Some(AtDesk {
                operator: operator.id.clone(),
                operator_name: operator.display_name(),
                document: String::from_utf8_lossy(&document).into_owned(),
            }),
            ..Evidence::default()
        },
    })
}

/// What the clerk reads above the form; `None` on her own.
pub fn words(applicant: &Person) -> Option<String> {
    applicant.evidence.desk.as_ref()?;
    Some(format!(
        "Allo sportello per {}. Quando è tutto scritto premi «Invia»: prima di registrare la richiesta si stampa e si firma.",
        applicant.display_name()
    ))
}

/// Whether this is the draft of the desk that she has open: its files are hers to read.
pub async fn holds(counter: &Counter, person: &Person, draft: &str) -> Result<bool, StoreError> {
    match open(counter, person).await? {
        Some(desk) if desk.draft == draft => has_draft(counter, &desk).await,
        _ => Ok(false),
    }
}
