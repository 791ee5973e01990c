//! The receipt (L. 241/1990 art. 18-bis): read from the registered original.

use app::api::{AttachmentView, Problem, ReceiptPage, SummarySection};
use rules::form::{Answers, Context, NoLists};
use serde::Deserialize;
use thiserror::Error;

use super::places;
use crate::{
    cases::{self, LoadError},
    clock::rome_text,
    error::{Refusal, internal, not_found},
    services::sheet,
    state::{Counter, Person, PersonData},
};

#[derive(Debug, Error)]
pub enum ReceiptError {
    #[error("no such case, or somebody else's")]
    NotFound,
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error("the original cannot be read: {0}")]
    Corrupt(#[from] serde_json::Error),
}

impl Refusal for ReceiptError {
    fn problem(&self) -> Problem {
        match self {
            Self::NotFound => not_found(),
            Self::Load(error) => error.problem(),
            Self::Corrupt(_) => internal(),
        }
    }
}

/// What the registered original holds; written by `submit`.
#[derive(Deserialize)]
pub struct OriginalView {
    pub applicant: PersonData,
    pub evidence: crate::state::Evidence,
    pub answers: Answers,
    pub declarations: Vec<DeclarationView>,
    pub attachments: Vec<AttachmentView>,
}

#[derive(Deserialize)]
pub struct DeclarationView {
    pub id: String,
    pub text: String,
}

pub async fn receipt(counter: &Counter, person: &Person, id: &str) -> Result<ReceiptPage, ReceiptError> {
    let case = cases::load(counter, id).await?;
    if case.row.person != person.id {
        return Err(ReceiptError::NotFound);
    }
    let service = &case.definition.service;
    let original: OriginalView = serde_json::from_slice(&case.original)?;
    let name = format!("{} {}", original.applicant.name, original.applicant.family_name);
    Ok(ReceiptPage {
        id: case.row.id.clone(),
        slug: service.slug.clone(),
        protocol: case.protocol().to_string(),
        submitted: rome_text(case.row.created_at),
        title: service.title.clone(),
        applicant: format!("{name}, {}", original.applicant.fiscal_code),
        represented: represented(&original.answers),
        office: counter.office_card(&service.office),
        due: case.due().map(|day| day.italian()).unwrap_or_default(),
        silence: sheet::silence(service),
        original_sha256: case.original_sha256().to_owned(),
        summary: summary(counter, &case, &original),
        attachments: original.attachments,
        declarations: original.declarations.into_iter().map(|d| d.text).collect(),
        fees: Vec::new(),
        remedies: service.remedies.iter().filter_map(|r| rules::catalogue::source::plain(r)).collect(),
        fresh: false,
    })
}

/// The person or body she acted for, from the shared block `titolo_presentazione`.
fn represented(answers: &Answers) -> Option<String> {
    let text = |name: &str| match answers.0.get(name) {
        Some(rules::form::Answer::Text(text)) => Some(text.clone()),
        _ => None,
    };
    match (text("rappresentato_nome"), text("rappresentato_cognome"), text("ente_denominazione")) {
        (Some(name), Some(family), _) => Some(format!("{name} {family}")),
        (_, _, body) => body,
    }
}

/// The answers in human words, from the original and its own definition.
pub fn summary(
    counter: &Counter,
    case: &cases::LoadedCase,
    original: &OriginalView,
) -> Vec<SummarySection> {
    let form = &case.definition.service.form;
    // Identity and computed values are already among the answers of the original.
    let context = Context {
        today: crate::clock::rome_day(case.row.created_at),
        identity: &original.answers,
        lists: &NoLists,
    };
    let evaluation = form.evaluate(&original.answers, &context);
    let lists = &counter.catalogue.lists;
    let label = |code: &str| {
        places::label(lists, code)
            .or_else(|| lists.0.values().find_map(|entries| entries.get(code).cloned()))
    };
    form.describe(&evaluation, &label)
        .into_iter()
        .map(|part| SummarySection { step: part.step, title: part.title, lines: part.lines })
        .collect()
}
