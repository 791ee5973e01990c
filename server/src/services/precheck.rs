//! `/servizi/{slug}/requisiti`: whether a request makes sense, before any login. Nothing is kept.

use app::api::{Page, PrecheckPage};
use rules::{catalogue::Service, t};

use super::sheet::SheetError;
use crate::{error::Refused, forms::FormBody, http::Outcome, state::Counter};

/// The service, if it asks anything.
fn service<'a>(counter: &'a Counter, slug: &str) -> Result<&'a Service, SheetError> {
    let found = counter.catalogue.get(slug);
    let service = found.map(|definition| &*definition.service);
    let asks = service.filter(|service| !service.questions.is_empty());
    asks.ok_or(SheetError::Unknown)
}

pub fn page(counter: &Counter, slug: &str) -> Result<PrecheckPage, SheetError> {
    Ok(answered(service(counter, slug)?, &FormBody::default()))
}

/// `POST`: `d0`, `d1`, …: `si` or `no`.
pub fn answer(counter: &Counter, slug: &str, form: &FormBody) -> Result<Outcome, Refused> {
    let service = service(counter, slug)?;
    let mut page = answered(service, form);
    let missing = page.questions.iter().enumerate();
    let missing = missing.filter(|(_, (_, answer))| answer.is_empty());
    page.errors = missing
        .map(|(n, _)| (format!("d{n}"), t!("Rispondi sì o no.").to_owned()))
        .collect();
    page.answered = page.errors.is_empty();
    let refused = !page.answered;
    let page = Box::new(Page::Precheck(Box::new(page)));
    Ok(match refused {
        true => Outcome::Again(page),
        false => Outcome::Shown(page),
    })
}

fn answered(service: &Service, form: &FormBody) -> PrecheckPage {
    let answer = |n: usize| form.get(&format!("d{n}"));
    let known = |n: usize| Some(answer(n)).filter(|text| ["si", "no"].contains(text));
    let questions = service.questions.iter().enumerate();
    PrecheckPage {
        slug: service.slug.clone(),
        title: service.title.clone(),
        against: questions
            .clone()
            .filter(|(n, question)| known(*n).is_some_and(|a| (a == "si") != question.wanted))
            .map(|(_, question)| question.otherwise.clone())
            .collect(),
        questions: questions
            .map(|(n, question)| {
                let answer = known(n).unwrap_or_default();
                (question.text.clone(), answer.to_owned())
            })
            .collect(),
        ..PrecheckPage::default()
    }
}
