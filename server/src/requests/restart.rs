//! "Ricomincia": what she wrote in a request goes into a new draft of the same service.

use std::sync::Arc;

use app::api::{OpenDraft, Page, Problem, RestartPage};
use rules::{
    catalogue::{Field, FieldKind, Form},
    form::{Answer, Answers},
    t,
};
use thiserror::Error;

use super::{
    draft::{Draft, DraftError},
    foreign::adapt,
    forget, places,
    save::{accept, is_writable},
};
use crate::{
    cases::{self, LoadError, LoadedCase, Side},
    catalogue::{Definition, ReferenceLists},
    changes::{self, Changes},
    clock::rome_text,
    error::Refusal,
    payments, profile,
    state::{Counter, Person},
    store::{
        StoreError, bookings,
        drafts::{self, DraftRow},
        files,
    },
};

#[derive(Debug, Error)]
pub enum RestartError {
    #[error("the service is closed")]
    Closed {
        slug: String,
        title: String,
        reason: String,
    },
    /// It is not among the services any more.
    #[error("the service is gone")]
    Gone,
    /// She has a draft of this service, another than the one that she gave up.
    #[error("a draft is open")]
    Busy,
    #[error(transparent)]
    Case(#[from] LoadError),
    #[error(transparent)]
    Draft(#[from] DraftError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for RestartError {
    fn problem(&self) -> Problem {
        match self {
            Self::Closed { reason, .. } => Problem::new(403, t!("Servizio chiuso"), reason.clone()),
            Self::Gone => Problem::new(
                410,
                t!("Questo servizio non c'è più"),
                t!("Qui non si può più chiedere. Guarda tra i servizi se ce n'è uno al suo posto."),
            ),
            Self::Busy => Problem::new(
                409,
                t!("Hai già una bozza"),
                t!("Di questo servizio hai già una bozza: scegli se tenerla o sostituirla."),
            ),
            Self::Case(error) => error.problem(),
            Self::Draft(error) => error.problem(),
            Self::Store(error) => error.problem(),
        }
    }
}

impl RestartError {
    /// The page of a closed service, where that is what is wrong.
    pub fn closed(self) -> Result<Page, Self> {
        match self {
            Self::Closed {
                slug,
                title,
                reason,
            } => Ok(Page::Closed {
                slug,
                title,
                reason,
            }),
            other => Err(other),
        }
    }
}

/// The draft that she gives up, as she saw it.
#[derive(Clone, Debug)]
pub struct Replace {
    pub draft: String,
    pub version: i64,
}

/// Begins the new draft; the path of its form.
pub async fn restart(
    counter: &Counter,
    person: &Person,
    case: &str,
    replace: Option<Replace>,
) -> Result<String, RestartError> {
    let case = own(counter, person, case).await?;
    let changes = changes::now(counter).await?;
    let definition = in_force(counter, &changes, &case)?;
    let draft = copied(counter, person, &case, definition, changes)?;
    let row = DraftRow {
        version: 1,
        ..draft.row(counter, person)?
    };
    let path = format!("/servizi/{}/richiesta", row.slug);
    let old = drafts::get(&counter.store, &person.id, &row.slug).await?;
    let replace = match (old, replace) {
        (None, _) => None,
        (Some(old), Some(seen)) if old.id == seen.draft => Some(seen),
        (Some(_), _) => return Err(RestartError::Busy),
    };
    let left = counter.store.write::<_, RestartError, _>(move |tx| {
        Box::pin(async move {
            let left = match replace {
                None => Vec::new(),
                // As she saw it, or she is asked again.
                Some(old) => {
                    if !drafts::delete_at(tx, &old.draft, old.version).await? {
                        return Err(RestartError::Busy);
                    }
                    bookings::let_go(tx, &old.draft).await?;
                    files::delete_of(tx, &old.draft).await?
                }
            };
            match drafts::insert(tx, &row).await? {
                true => Ok(left),
                false => Err(RestartError::Busy),
            }
        })
    });
    forget(counter, &left.await?).await;
    Ok(path)
}

/// `/pratiche/{id}/ricomincia`: what is copied, and the draft that is there already.
pub async fn page(
    counter: &Counter,
    person: &Person,
    case: &str,
) -> Result<RestartPage, RestartError> {
    let case = own(counter, person, case).await?;
    let changes = changes::now(counter).await?;
    let definition = in_force(counter, &changes, &case)?;
    let old = drafts::get(&counter.store, &person.id, &case.row.slug).await?;
    Ok(RestartPage {
        case: case.row.id.clone(),
        slug: case.row.slug.clone(),
        title: definition.service.title.clone(),
        protocol: case.protocol().to_string(),
        draft: old.map(|row| OpenDraft {
            id: row.id,
            version: row.version,
            saved_at: rome_text(row.updated_at),
        }),
    })
}

/// Her own case: what she wrote for herself, a child or a body. What a delegation let her write for
/// another person is that person's, and what another wrote for her is theirs.
async fn own(counter: &Counter, person: &Person, case: &str) -> Result<LoadedCase, RestartError> {
    let case = cases::of_citizen(counter, person, case).await?;
    match case.side {
        Side::Applicant(_) => Ok(case),
        _ => Err(LoadError::NotFound.into()),
    }
}

fn in_force<'a>(
    counter: &'a Counter,
    changes: &Changes,
    case: &LoadedCase,
) -> Result<&'a Definition, RestartError> {
    let definition = counter.catalogue.get(&case.row.slug);
    let definition = definition.ok_or(RestartError::Gone)?;
    let service = &definition.service;
    match changes::is_open(&counter.comune, changes, service, counter.today()) {
        Ok(()) => Ok(definition),
        Err(reason) => Err(RestartError::Closed {
            slug: service.slug.clone(),
            title: service.title.clone(),
            reason,
        }),
    }
}

fn copied(
    counter: &Counter,
    person: &Person,
    case: &LoadedCase,
    definition: &Definition,
    changes: Arc<Changes>,
) -> Result<Draft, RestartError> {
    let original = cases::read_original(case)?;
    let mut draft = Draft::fresh(counter, person, adapt(definition.clone(), person), changes);
    let form = &draft.definition.service.form;
    let lists = &counter.catalogue.lists;
    let mut answers = copy(form, &original.answers, lists);
    // What she corrected in her profile since then counts.
    let is_known = |name: &str| profile::value(&person.identity, name).is_some();
    answers
        .0
        .retain(|name, _| !(profile::FIELDS.contains(&name.as_str()) && is_known(name)));
    draft.content.answers.0.extend(answers.0);
    draft.content.copied = Some(case.protocol().to_string());
    let evaluation = draft.evaluate(counter, person);
    draft.forget_hidden(&evaluation);
    Ok(draft)
}

/// The answers that the form still asks for and she may type. A time and a stamp are used once.
fn copy(form: &Form, old: &Answers, lists: &ReferenceLists) -> Answers {
    let again = places::fields(form).filter(|field| {
        is_writable(field)
            && field.kind != FieldKind::SlotAppuntamento
            && !payments::is_of_stamp(&field.name)
    });
    let answers = again.filter_map(|field| {
        let answer = accept(field, old.0.get(&field.name)?)?;
        Some((field.name.clone(), offered(field, answer, lists)?))
    });
    Answers(answers.collect())
}

/// Without the choices that are not offered any more.
fn offered(field: &Field, answer: Answer, lists: &ReferenceLists) -> Option<Answer> {
    let is_option = |code: &str| match (field.kind, &field.list) {
        (FieldKind::Scelta | FieldKind::SceltaMultipla, _) => {
            field.options.iter().any(|(known, _)| known == code)
        }
        (FieldKind::SceltaDaElenco, Some(list)) => lists
            .0
            .get(list)
            .is_some_and(|codes| codes.contains_key(code)),
        _ => true,
    };
    match answer {
        Answer::Text(code) => is_option(&code).then_some(Answer::Text(code)),
        Answer::Many(mut codes) => {
            codes.retain(|code| is_option(code));
            (!codes.is_empty()).then_some(Answer::Many(codes))
        }
        Answer::Rows(mut rows) => {
            for row in &mut rows {
                row.retain(|name, value| {
                    let column = field.fields.iter().find(|column| column.name == *name);
                    column.is_some_and(|column| offered(column, value.clone(), lists).is_some())
                });
            }
            Some(Answer::Rows(rows))
        }
    }
}
