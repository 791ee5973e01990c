//! What the wizard knows while it is shown: answers as typed, and what the engine says of them.

use std::collections::BTreeMap;

use leptos::prelude::*;
use rules::{
    catalogue::{Field, FieldKind, Form},
    civil::Date,
    form::{Answer, Answers, Context, Evaluation, Issue, IssueKind, Lists},
    t,
};

use crate::{
    api::{AttachmentView, FormScreen, beside, step},
    components::message,
};

/// Reference lists that came with the page.
struct PageLists<'a>(&'a [(String, Vec<(String, String)>)]);

impl Lists for PageLists<'_> {
    fn contains(&self, list: &str, code: &str) -> Option<bool> {
        beside(self.0, list).map(|rows| rows.iter().any(|(known, _)| known == code))
    }
}

/// How saving goes, told beside the buttons.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Saving {
    #[default]
    Quiet,
    Running,
    Done(String),
    /// Not sent, for want of network: kept on this device.
    OnDevice,
    /// The session ended: what was typed stays here.
    LoggedOut,
    Failed {
        title: String,
        detail: String,
    },
}

/// Handles to the state of one shown step; copied into every closure.
#[derive(Clone, Copy)]
pub struct Wizard {
    pub page: StoredValue<FormScreen>,
    pub answers: RwSignal<Answers>,
    pub ticked: RwSignal<Vec<String>>,
    pub attachments: RwSignal<Vec<AttachmentView>>,
    pub evaluation: Memo<Evaluation>,
    /// What is shown as wrong.
    pub issues: RwSignal<Vec<Issue>>,
    pub version: RwSignal<i64>,
    pub saving: RwSignal<Saving>,
}

impl Wizard {
    pub fn new(page: FormScreen, today: Date) -> Self {
        let answers = RwSignal::new(padded(&page));
        let draft = &page.draft;
        let ticked = RwSignal::new(draft.declarations.clone());
        let attachments = RwSignal::new(draft.attachments.clone());
        let version = RwSignal::new(draft.version);
        let issues = RwSignal::new(page.issues.clone());
        let page = StoredValue::new(page);
        let evaluation = Memo::new(move |_| {
            page.with_value(|page| answers.with(|answers| evaluate(page, answers, today)))
        });
        Self {
            page,
            answers,
            ticked,
            attachments,
            evaluation,
            issues,
            version,
            saving: RwSignal::new(Saving::default()),
        }
    }

    pub fn path(&self) -> String {
        self.page
            .with_value(|page| format!("/servizi/{}/richiesta", page.slug))
    }

    /// The message of the error at `path`.
    pub fn error(self, path: &str) -> Signal<Option<String>> {
        let path = path.to_owned();
        let issues = self.issues;
        Memo::new(move |_| {
            issues.with(|issues| {
                let found = issues
                    .iter()
                    .find(|i| i.path == path && i.kind != IssueKind::Warning);
                found.map(message)
            })
        })
        .into()
    }

    /// The warning of the engine at `path`.
    pub fn warning(self, path: &str) -> Signal<Option<String>> {
        let path = path.to_owned();
        let evaluation = self.evaluation;
        Memo::new(move |_| {
            evaluation.with(|e| {
                let found = e
                    .issues
                    .iter()
                    .find(|i| i.path == path && i.kind == IssueKind::Warning);
                found.map(message)
            })
        })
        .into()
    }

    pub fn visible(self, path: &str) -> Memo<bool> {
        let path = path.to_owned();
        Memo::new(move |_| self.evaluation.with(|e| e.is_visible(&path)))
    }

    pub fn required(self, path: &str) -> Signal<bool> {
        let path = path.to_owned();
        Memo::new(move |_| self.evaluation.with(|e| e.required.contains(&path))).into()
    }

    /// What the engine finds wrong in the shown step, with what it does not know:
    /// files and ticks.
    pub fn step_errors(&self) -> Vec<Issue> {
        self.page.with_value(|page| {
            self.evaluation
                .with_untracked(|e| match page.step.as_str() {
                    step::ATTACHMENTS => self
                        .attachments
                        .with_untracked(|files| missing_files(&page.form, e, files)),
                    step::DECLARATIONS => self
                        .ticked
                        .with_untracked(|ticked| missing_ticks(&page.form, e, ticked)),
                    step::SUMMARY => Vec::new(),
                    id => e.errors_in(id).cloned().collect(),
                })
        })
    }
}

fn evaluate(page: &FormScreen, answers: &Answers, today: Date) -> Evaluation {
    let lists = PageLists(&page.lists);
    page.form.evaluate(
        answers,
        &Context {
            today,
            identity: &page.identity,
            lists: &lists,
        },
    )
}

/// Fields of the shown step, empty for the steps that every form gets.
pub fn step_fields(page: &FormScreen) -> impl Iterator<Item = &Field> {
    page.form
        .steps
        .iter()
        .filter(|s| s.id == page.step)
        .flat_map(|s| s.sections.iter())
        .flat_map(|s| s.fields.iter())
}

/// The draft's answers, with the least rows that a group asks for, ready to be filled.
fn padded(page: &FormScreen) -> Answers {
    let mut answers = page.draft.answers.clone();
    for field in step_fields(page).filter(|f| f.kind == FieldKind::Elenco) {
        let least = field.min_rows.unwrap_or(0) as usize;
        let slot = answers
            .0
            .entry(field.name.clone())
            .or_insert_with(|| Answer::Rows(Vec::new()));
        if let Answer::Rows(rows) = slot {
            rows.resize_with(rows.len().max(least), BTreeMap::new);
        }
    }
    answers
}

fn issue(path: String, step: &str, label: &str, message: String) -> Issue {
    Issue {
        path,
        step: step.into(),
        label: label.into(),
        kind: IssueKind::Missing,
        message,
        from_definition: false,
    }
}

fn missing_files(form: &Form, evaluation: &Evaluation, files: &[AttachmentView]) -> Vec<Issue> {
    let missing = evaluation
        .attachments
        .iter()
        .filter(|state| state.required && !files.iter().any(|file| file.id == state.id));
    missing
        .filter_map(|state| form.attachments.iter().find(|a| a.id == state.id))
        .map(|a| {
            let message = t!("Carica il documento «{title}».", title = a.title);
            issue(
                format!("allegati.{}", a.id),
                step::ATTACHMENTS,
                &a.title,
                message,
            )
        })
        .collect()
}

fn missing_ticks(form: &Form, evaluation: &Evaluation, ticked: &[String]) -> Vec<Issue> {
    let missing = evaluation
        .declarations
        .iter()
        .filter(|id| !ticked.contains(id));
    missing
        .filter_map(|id| form.declarations.iter().find(|d| &d.id == id))
        .map(|d| {
            let message = t!(
                "Per andare avanti devi mettere la spunta: «{text}»",
                text = d.text
            );
            issue(
                format!("dichiarazioni.{}", d.id),
                step::DECLARATIONS,
                "",
                message,
            )
        })
        .collect()
}

/// The answer at `path` (`campo` or `elenco.0.campo`).
pub fn answer_at<'a>(answers: &'a Answers, path: &str) -> Option<&'a Answer> {
    let mut parts = path.splitn(3, '.');
    let first = answers.0.get(parts.next()?)?;
    match (parts.next(), parts.next()) {
        (None, _) => Some(first),
        (Some(row), Some(name)) => match first {
            Answer::Rows(rows) => rows.get(row.parse::<usize>().ok()?)?.get(name),
            _ => None,
        },
        (Some(_), None) => None,
    }
}

/// The text at `path`, empty if it was not answered.
pub fn text_at(answers: &Answers, path: &str) -> String {
    match answer_at(answers, path) {
        Some(Answer::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

/// The chosen codes at `path`.
pub fn codes_at(answers: &Answers, path: &str) -> Vec<String> {
    match answer_at(answers, path) {
        Some(Answer::Many(codes)) => codes.clone(),
        Some(Answer::Text(code)) if !code.is_empty() => vec![code.clone()],
        _ => Vec::new(),
    }
}

/// Rows of the group `name`.
pub fn row_count(answers: &Answers, name: &str) -> usize {
    match answers.0.get(name) {
        Some(Answer::Rows(rows)) => rows.len(),
        _ => 0,
    }
}
