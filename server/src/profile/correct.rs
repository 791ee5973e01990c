//! "Salva" and "Cancella" on the page of the profile.

use app::api::{Page, Problem};
use rules::{
    catalogue::Form,
    form::{Answer, Answers, IssueKind},
};
use thiserror::Error;

use super::{
    PATH, Source, Told,
    form::{form, read},
    known::{known, value},
    page::{as_typed, page},
};
use crate::{
    error::{Refusal, Refused},
    forms::FormBody,
    http::Outcome,
    identity::sessions::{self, SessionError},
    requests::{self, Corrected, DraftError},
    state::{Counter, Person, PersonData},
    store::{StoreError, drafts},
};

#[derive(Debug, Error)]
pub enum CorrectError {
    /// Field and message.
    #[error("wrong values")]
    Invalid(Vec<(String, String)>),
    #[error(transparent)]
    Draft(#[from] DraftError),
    #[error(transparent)]
    Session(#[from] SessionError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for CorrectError {
    fn problem(&self) -> Problem {
        match self {
            // Told on the page.
            Self::Invalid(_) => crate::error::internal(),
            Self::Draft(error) => error.problem(),
            Self::Session(error) => error.problem(),
            Self::Store(error) => error.problem(),
        }
    }
}

/// `azione` is `salva` or `cancella:<campo>`; both take all that was typed, so that nothing is lost.
pub async fn action(
    counter: &Counter,
    person: &Person,
    body: &FormBody,
) -> Result<Outcome, Refused> {
    let deleted = body.get("azione").strip_prefix("cancella:");
    let typed = |name: &str| {
        let posted = body.fields.iter().any(|(known, _)| known == name);
        match deleted == Some(name) {
            true => Some(""),
            false => posted.then(|| body.get(name).trim()),
        }
    };
    let form = form(counter);
    let changed = changed(counter, person, &form, body, &typed);
    match correct(counter, person, &form, changed).await {
        Ok(()) => {
            let done = if deleted.is_some() {
                "cancellato"
            } else {
                "salvato"
            };
            Ok(Outcome::Done {
                path: format!("{PATH}?fatto={done}"),
            })
        }
        Err(CorrectError::Invalid(errors)) => {
            let mut page = page(counter, person, "").await?;
            page.errors = errors;
            for shown in &mut page.fields {
                if let Some(typed) = typed(&shown.field.name) {
                    shown.value = typed.to_owned();
                }
            }
            Ok(Outcome::Again(Box::new(Page::Profile(Box::new(page)))))
        }
        Err(error) => Err(error.into()),
    }
}

/// What she changed of what the page showed her (`prima.<campo>`): a window left open for long
/// does not bring back what was corrected since.
fn changed<'a>(
    counter: &Counter,
    person: &Person,
    form: &Form,
    body: &FormBody,
    typed: &impl Fn(&str) -> Option<&'a str>,
) -> Answers {
    let mut changed = Answers::default();
    for field in form.fields() {
        let Some(typed) = typed(&field.name) else {
            continue;
        };
        let before = format!("prima.{}", field.name);
        let before = match body.fields.iter().any(|(name, _)| *name == before) {
            true => body.get(&before).to_owned(),
            false => {
                let known = value(&person.identity, &field.name).unwrap_or_default();
                as_typed(counter, field, &known)
            }
        };
        if typed != before {
            let typed = Answer::Text(typed.to_owned());
            changed.0.insert(field.name.clone(), typed);
        }
    }
    changed
}

/// Writes what reads well, and puts it into her drafts where they still say the old value.
async fn correct(
    counter: &Counter,
    person: &Person,
    form: &Form,
    typed: Answers,
) -> Result<(), CorrectError> {
    let evaluation = read(counter, form, &typed);
    let errors = evaluation.issues.iter();
    let errors = errors.filter(|issue| issue.kind != IssueKind::Warning);
    let errors: Vec<_> = errors
        .map(|issue| (issue.path.clone(), issue.message.clone()))
        .collect();
    if !errors.is_empty() {
        return Err(CorrectError::Invalid(errors));
    }
    if typed.0.is_empty() {
        return Ok(());
    }
    let (inner, person, form) = (counter.clone(), person.clone(), form.clone());
    let names: Vec<String> = typed.0.into_keys().collect();
    let write = counter.store.write::<_, CorrectError, _>(move |tx| {
        Box::pin(async move {
            // Drafts before the person, as "Invia" does.
            let rows = drafts::hold_of(tx, &person.id).await?;
            let at = inner.now_ms();
            let corrected = sessions::change(&inner, tx, &person, |data| {
                let put = |name: &String| put(data, name, evaluation.answers.0.get(name), at);
                names.iter().filter_map(put).collect::<Vec<_>>()
            });
            let corrected = corrected.await?;
            requests::follow(&inner, tx, rows, &form, &corrected).await?;
            Ok(())
        })
    });
    write.await
}

/// Keeps or, without a value, deletes one; what was there before and is another now.
fn put(data: &mut PersonData, name: &str, given: Option<&Answer>, at: i64) -> Option<Corrected> {
    let before = value(data, name);
    match given {
        Some(Answer::Text(value)) if before.as_ref() != Some(value) => {
            let told = Told {
                value: value.clone(),
                source: Some(Source { at, request: None }),
            };
            data.profile.insert(name.to_owned(), told);
        }
        Some(_) => {}
        None => {
            data.profile.remove(name);
        }
    }
    let now = known(data, name)?.value.to_owned();
    let before = before.filter(|before| *before != now)?;
    Some(Corrected {
        field: name.to_owned(),
        before,
        now,
    })
}
