//! One pass over a form and its answers.

use serde::{Deserialize, Serialize};

use super::{Answers, Path};
use crate::{catalogue::Form, civil::Date};

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
    /// Values of the read-only and identity fields, by field name: they replace whatever was posted.
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
    /// Plain Italian: what is wrong and how to mend it.
    pub message: String,
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
        let _ = (answers, context);
        unimplemented!()
    }
}

/// [`Form::evaluate`] on JSON texts.
pub fn evaluate_json(form: &str, answers: &str, context: &str) -> String {
    let _ = (form, answers, context);
    unimplemented!()
}
