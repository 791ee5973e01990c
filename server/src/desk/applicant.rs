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
    },
};

pub fn context(id: &str) -> String {
    format!("desks/{id}")
}

fn may_assist(person: &Person) -> bool {
    person.may(Operation::Assist, Place::Somewhere)
}

/// The person whose form of this service it is. `draft`: the one that the page shows, if it tells:
/// a window left open on another citizen's form never writes into this one's.
pub async fn applicant<'a>(
    counter: &Counter,
    person: &'a Person,
    slug: &str,
    draft: &str,
) -> Result<Cow<'a, Person>, DeskError> {
    if !may_assist(person) {
        return Ok(Cow::Borrowed(person));
    }
    let open = desks::open(&counter.store, &person.id).await?;
    let open = open.filter(|desk| desk.slug == slug);
    if !draft.is_empty() {
        let here = open.as_ref().is_some_and(|desk| desk.draft == draft);
        let wanted = open.is_some() || desks::began(&counter.store, &person.id, draft).await?;
        if wanted && !here {
            return Err(DeskError::Stale);
        }
    }
    match open {
        Some(desk) => Ok(Cow::Owned(citizen(counter, person, &desk).await?)),
        None => Ok(Cow::Borrowed(person)),
    }
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
            ..known
        },
        roles: Vec::new(),
        expires_at: operator.expires_at,
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
    if !may_assist(person) {
        return Ok(false);
    }
    let open = desks::open(&counter.store, &person.id).await?;
    Ok(open.is_some_and(|desk| desk.draft == draft))
}
