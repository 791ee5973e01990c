//! One pass over a form and its answers.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    Answer, Answers, Path, report,
    scope::{self, Index, Scope},
};
use crate::{
    catalogue::{Field, FieldKind, Form},
    civil::Date,
    fields::{self, pattern::Pattern},
};

/// Reference lists: the server knows them all, the browser only small ones.
pub trait Lists {
    /// Whether `code` stands in `list`; `None` if the list is not known on this side
    /// (the server will decide).
    fn contains(&self, list: &str, code: &str) -> Option<bool>;
}

/// No list is known.
pub struct NoLists;

impl Lists for NoLists {
    fn contains(&self, _: &str, _: &str) -> Option<bool> {
        None
    }
}

/// What the engine needs besides form and answers.
pub struct Context<'a> {
    /// Today in Europe/Rome.
    pub today: Date,
    /// Values of the read-only fields, by field name: they replace whatever was posted.
    pub identity: &'a Answers,
    pub lists: &'a dyn Lists,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssueKind {
    Missing,
    Wrong,
    /// Told, never blocking.
    Warning,
}

/// One thing to tell about one answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    pub path: Path,
    /// Id of the step that shows the field.
    pub step: String,
    /// The field's label, for the summary of errors.
    pub label: String,
    pub kind: IssueKind,
    /// Plain words: what is wrong and how to mend it.
    pub message: String,
    /// Whether the words are the definition's: Italian, whoever reads.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub from_definition: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentState {
    pub id: String,
    pub required: bool,
}

/// The state of a form with given answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Ids of the visible steps, in order (definition's steps only).
    pub steps: Vec<String>,
    /// Paths of the visible fields, rows included (`elenco.0.campo`).
    pub visible: Vec<Path>,
    /// Paths of the visible fields that must be answered.
    pub required: Vec<Path>,
    /// The answers that count: hidden and unknown ones dropped, identity and computed ones put in,
    /// values normalised where valid (dates ISO, codes upper case, decimals with a point).
    pub answers: Answers,
    /// Missing, wrong and warnings, in the form's order.
    pub issues: Vec<Issue>,
    /// Visible attachments, in order.
    pub attachments: Vec<AttachmentState>,
    /// Ids of the declarations that must be ticked, in order.
    pub declarations: Vec<String>,
    /// The day of the evaluation, in Europe/Rome.
    pub today: Date,
}

impl Evaluation {
    pub fn is_visible(&self, path: &str) -> bool {
        self.visible.iter().any(|p| p == path)
    }

    /// Errors (not warnings) of one step.
    pub fn errors_in<'a>(&'a self, step: &'a str) -> impl Iterator<Item = &'a Issue> {
        self.issues
            .iter()
            .filter(move |i| i.step == step && i.kind != IssueKind::Warning)
    }

    /// The first visible step with an error; `None` if all are complete.
    pub fn first_incomplete(&self) -> Option<&str> {
        self.steps
            .iter()
            .map(String::as_str)
            .find(|step| self.errors_in(step).next().is_some())
    }
}

impl Form {
    /// Everything at once: visibility, clean answers, computed fields, issues.
    /// Deterministic and total: any answers give an evaluation, none a panic.
    pub fn evaluate(&self, answers: &Answers, context: &Context<'_>) -> Evaluation {
        let index = scope::index(self);
        let clean = settle(self, &index, answers, context);
        report::report(self, &index, clean, context)
    }
}

/// Visibility and values to a fixed point: a field may show others, in definition order.
/// Cycles are refused when the catalogue is loaded; here the passes are limited anyway.
fn settle(
    form: &Form,
    index: &Index<'_>,
    raw: &Answers,
    context: &Context<'_>,
) -> BTreeMap<String, Answer> {
    let mut clean = BTreeMap::new();
    for _ in 0..=index.len() {
        let before = clean.clone();
        for step in &form.steps {
            for field in step.fields() {
                let scope = scope_of(index, &clean, context);
                let shown = scope.holds_if(step.visible_if.as_ref())
                    && scope.holds_if(field.visible_if.as_ref());
                match shown
                    .then(|| settle_field(field, raw, scope, context))
                    .flatten()
                {
                    Some(value) => clean.insert(field.name.clone(), value),
                    None => clean.remove(&field.name),
                };
            }
        }
        if clean == before {
            break;
        }
    }
    clean
}

pub(super) fn scope_of<'a>(
    index: &'a Index<'a>,
    answers: &'a BTreeMap<String, Answer>,
    context: &Context<'_>,
) -> Scope<'a> {
    Scope {
        index,
        answers,
        row: None,
        today: context.today,
        tariff: &|_| None,
    }
}

fn settle_field(
    field: &Field,
    raw: &Answers,
    scope: Scope<'_>,
    context: &Context<'_>,
) -> Option<Answer> {
    let given = if field.is_locked() {
        context.identity
    } else {
        raw
    };
    let given = given.0.get(&field.name);
    if field.kind != FieldKind::Elenco {
        return clean_value(field, given, scope);
    }
    let Some(Answer::Rows(rows)) = given else {
        return None;
    };
    // One row too many stays, so that the person sees it and is told.
    let rows = rows.iter().take(field.row_limit().saturating_add(1));
    let rows: Vec<_> = rows.map(|row| settle_row(field, row, scope)).collect();
    (!rows.is_empty()).then_some(Answer::Rows(rows))
}

/// A row settles by itself: its conditions look at its own columns and at the whole form.
fn settle_row(
    group: &Field,
    raw: &BTreeMap<String, Answer>,
    scope: Scope<'_>,
) -> BTreeMap<String, Answer> {
    let mut clean = BTreeMap::new();
    for _ in 0..=group.fields.len() {
        let before = clean.clone();
        for column in &group.fields {
            let row = scope.in_row(group, &clean);
            let shown = row.holds_if(column.visible_if.as_ref());
            let value = shown
                .then(|| clean_value(column, raw.get(&column.name), row))
                .flatten();
            match value {
                Some(value) => clean.insert(column.name.clone(), value),
                None => clean.remove(&column.name),
            };
        }
        if clean == before {
            break;
        }
    }
    clean
}

/// The value that counts: normalised if it reads well, as typed if not; `None` if empty.
fn clean_value(field: &Field, given: Option<&Answer>, scope: Scope<'_>) -> Option<Answer> {
    if field.is_computed() {
        return computed_value(field, scope).map(Answer::Text);
    }
    match (field.kind, given?) {
        (FieldKind::SceltaMultipla, Answer::Many(codes)) => chosen(field, codes),
        (FieldKind::SceltaMultipla, Answer::Text(code)) => {
            chosen(field, std::slice::from_ref(code))
        }
        (FieldKind::SceltaMultipla | FieldKind::Elenco, _) | (_, Answer::Rows(_)) => None,
        (_, Answer::Text(text)) => clean_text(field, text, scope.today),
        // A control posted twice: the last one counts, as with a box and its hidden twin.
        (_, Answer::Many(texts)) => clean_text(field, texts.last()?, scope.today),
    }
}

fn clean_text(field: &Field, text: &str, today: Date) -> Option<Answer> {
    if text.trim().is_empty() {
        return None;
    }
    let text = match fields::read(field.kind, text, today) {
        Ok(valid) => with_case_of_pattern(field, valid.value),
        Err(_) => text.to_owned(),
    };
    Some(Answer::Text(text))
}

/// A pattern of upper-case letters takes lower-case typing too.
fn with_case_of_pattern(field: &Field, value: String) -> String {
    let Some(Ok(pattern)) = field.pattern.as_deref().map(Pattern::parse) else {
        return value;
    };
    let upper = value.to_ascii_uppercase();
    if !pattern.matches(&value) && pattern.matches(&upper) {
        upper
    } else {
        value
    }
}

/// Codes in the list's order, without repetitions; unknown ones last, to be told.
fn chosen(field: &Field, codes: &[String]) -> Option<Answer> {
    let known = field
        .options
        .iter()
        .map(|(code, _)| code)
        .filter(|code| codes.contains(code));
    let mut chosen: Vec<String> = known.cloned().collect();
    for code in codes.iter().filter(|code| !code.trim().is_empty()) {
        if !chosen.contains(code) && chosen.len() <= field.options.len() {
            chosen.push(code.clone());
        }
    }
    (!chosen.is_empty()).then_some(Answer::Many(chosen))
}

fn computed_value(field: &Field, scope: Scope<'_>) -> Option<String> {
    let number = scope.compute(field.formula.as_ref()?)?;
    Some(match field.kind {
        FieldKind::Importo => number.two_decimals(),
        _ => number.to_string(),
    })
}

/// What [`Form::evaluate`] needs, as data. Lists that are not given are not decided.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenContext {
    today: Date,
    #[serde(default)]
    identity: Answers,
    #[serde(default)]
    lists: BTreeMap<String, BTreeSet<String>>,
}

impl GivenContext {
    pub fn as_context(&self) -> Context<'_> {
        Context {
            today: self.today,
            identity: &self.identity,
            lists: &self.lists,
        }
    }
}

impl Lists for BTreeMap<String, BTreeSet<String>> {
    fn contains(&self, list: &str, code: &str) -> Option<bool> {
        self.get(list).map(|codes| codes.contains(code))
    }
}

/// [`Form::evaluate`] on JSON texts; `context` is `{today, identity, lists: {name: [codes]}}`.
/// An unreadable text gives `{"error": "…"}`.
pub fn evaluate_json(form: &str, answers: &str, context: &str) -> String {
    let evaluate = || -> Result<String, serde_json::Error> {
        let form: Form = serde_json::from_str(form)?;
        let answers: Answers = serde_json::from_str(answers)?;
        let given: GivenContext = serde_json::from_str(context)?;
        serde_json::to_string(&form.evaluate(&answers, &given.as_context()))
    };
    evaluate().unwrap_or_else(|error| serde_json::json!({ "error": error.to_string() }).to_string())
}
