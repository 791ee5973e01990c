//! The registered original, read.

use app::api::{AttachmentView, SummarySection};
use rules::{
    catalogue::Form,
    form::{Answers, Context, Evaluation, Lists, NoLists},
};
use serde::Deserialize;

use super::{LoadError, LoadedCase, represented};
use crate::{
    clock::rome_day,
    delegations::Acting,
    privacy::NoticeRef,
    state::{Counter, Evidence, PersonData},
};

/// What the submission wrote.
#[derive(Clone, Debug, Deserialize)]
pub struct OriginalView {
    pub applicant: PersonData,
    pub evidence: Evidence,
    pub answers: Answers,
    pub declarations: Vec<DeclarationView>,
    pub attachments: Vec<AttachmentView>,
    /// The delegation in the counter by which it was sent.
    #[serde(default)]
    pub acting: Option<Acting>,
    /// The document that was signed digitally.
    #[serde(default)]
    pub signed_document: Option<AttachmentView>,
    /// The privacy notice in force when it was sent; older originals name none.
    #[serde(default)]
    pub privacy: Option<NoticeRef>,
}

impl OriginalView {
    /// All that came with it, the signed document first.
    pub fn files(&self) -> impl Iterator<Item = &AttachmentView> {
        self.signed_document.iter().chain(&self.attachments)
    }
}

/// A declaration as it was shown and ticked.
#[derive(Clone, Debug, Deserialize)]
pub struct DeclarationView {
    pub text: String,
}

pub fn read(case: &LoadedCase) -> Result<OriginalView, LoadError> {
    serde_json::from_slice(&case.original).map_err(|e| LoadError::Corrupt(e.to_string()))
}

/// To whom the office writes: the one whom the request is about.
pub fn addressee(case: &LoadedCase) -> Result<String, LoadError> {
    Ok(represented::addressee(&read(case)?))
}

pub fn name(person: &PersonData) -> String {
    format!("{} {}", person.name, person.family_name)
        .trim()
        .to_owned()
}

/// The form with the sent answers; identity and computed values are among them. Against
/// today's lists its warnings are right; without, its answers are those that were sent.
pub fn evaluate(case: &LoadedCase, original: &OriginalView, lists: &dyn Lists) -> Evaluation {
    let context = Context {
        today: rome_day(case.row.created_at),
        identity: &original.answers,
        lists,
    };
    case.definition
        .service
        .form
        .evaluate(&original.answers, &context)
}

/// The answers in human words, by the definition of their day.
pub fn summary(
    counter: &Counter,
    case: &LoadedCase,
    original: &OriginalView,
) -> Vec<SummarySection> {
    described(counter, case, original, &case.definition.service.form)
}

/// The same for these fields only.
pub fn answers_of(
    counter: &Counter,
    case: &LoadedCase,
    names: &[String],
) -> Result<Vec<SummarySection>, LoadError> {
    let mut form = case.definition.service.form.clone();
    let sections = form.steps.iter_mut().flat_map(|step| &mut step.sections);
    for section in sections {
        section.fields.retain(|field| names.contains(&field.name));
    }
    Ok(described(counter, case, &read(case)?, &form))
}

fn described(
    counter: &Counter,
    case: &LoadedCase,
    original: &OriginalView,
    form: &Form,
) -> Vec<SummarySection> {
    let lists = &counter.catalogue.lists;
    let label = |code: &str| {
        let places = ["luoghi", "comuni_o_stati", "stati"];
        let place = places.iter().find_map(|list| lists.label(list, code));
        place
            .map(str::to_owned)
            .or_else(|| lists.0.values().find_map(|list| list.get(code).cloned()))
    };
    form.describe(&evaluate(case, original, &NoLists), &label)
        .into_iter()
        .map(|part| SummarySection {
            step: part.step,
            title: part.title,
            lines: part.lines,
        })
        .collect()
}
