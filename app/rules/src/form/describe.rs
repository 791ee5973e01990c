//! Answers in human words: summary, receipt, the clerk's page.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Answer, Evaluation};
use crate::{
    catalogue::{Field, FieldKind, Form},
    civil::Date,
    language::quoted,
    number::{Number, euro},
    slot::Slot,
    t,
};

/// The answers of one visible step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Described {
    /// Id of the step.
    pub step: String,
    pub title: String,
    /// Label and value of what was answered, in the form's order; rows as "Anni, riga 1: Anno".
    pub lines: Vec<(String, String)>,
}

impl Form {
    /// The answers for people to read. `label` names the codes of reference lists
    /// (`A893` → "Bitonto"); a code that it does not know is shown as it is.
    pub fn describe(
        &self,
        evaluation: &Evaluation,
        label: &dyn Fn(&str) -> Option<String>,
    ) -> Vec<Described> {
        let shown = self
            .steps
            .iter()
            .filter(|step| evaluation.steps.contains(&step.id));
        shown
            .map(|step| {
                let mut lines = Vec::new();
                for field in step.fields() {
                    if let Some(answer) = evaluation.answers.0.get(&field.name) {
                        describe_field(field, answer, label, &mut lines);
                    }
                }
                Described {
                    step: step.id.clone(),
                    title: step.title.clone(),
                    lines,
                }
            })
            .collect()
    }
}

fn describe_field(
    field: &Field,
    answer: &Answer,
    label: &dyn Fn(&str) -> Option<String>,
    lines: &mut Vec<(String, String)>,
) {
    match answer {
        Answer::Rows(rows) => {
            for (i, row) in rows.iter().enumerate() {
                describe_row(field, i, row, label, lines);
            }
        }
        Answer::Many(codes) => {
            let names: Vec<String> = codes.iter().map(|code| option_label(field, code)).collect();
            lines.push((field.label.clone(), names.join(", ")));
        }
        Answer::Text(text) => lines.push((field.label.clone(), describe_text(field, text, label))),
    }
}

fn describe_row(
    group: &Field,
    i: usize,
    row: &BTreeMap<String, Answer>,
    label: &dyn Fn(&str) -> Option<String>,
    lines: &mut Vec<(String, String)>,
) {
    for column in &group.fields {
        let Some(answer) = row.get(&column.name) else {
            continue;
        };
        let from = lines.len();
        describe_field(column, answer, label, lines);
        for (name, _) in &mut lines[from..] {
            *name = row_label(group, i, name);
        }
    }
}

/// A column in row `i` (from 0).
pub(super) fn row_label(group: &Field, i: usize, column: &str) -> String {
    t!(
        "{group}, riga {n}: {column}",
        group = group.label,
        n = i + 1,
        column
    )
}

fn option_label(field: &Field, code: &str) -> String {
    let option = field.options.iter().find(|(known, _)| known == code);
    option.map_or_else(|| code.to_owned(), |(_, label)| quoted(label))
}

fn describe_text(field: &Field, text: &str, label: &dyn Fn(&str) -> Option<String>) -> String {
    use FieldKind as K;
    let number = Number::parse_plain(text);
    let read = match field.kind {
        K::SiNo if text == "true" => Some(t!("Sì").to_owned()),
        K::SiNo if text == "false" => Some(t!("No").to_owned()),
        K::Data => Date::parse_iso(text).map(Date::italian),
        K::DataOra => text.split_once('T').and_then(|(day, hour)| {
            Some(t!(
                "{day}, ore {hour}",
                day = Date::parse_iso(day)?.italian(),
                hour
            ))
        }),
        K::SlotAppuntamento => Slot::parse(text).map(Slot::words),
        K::Importo => number.map(|number| euro(number.to_cents())),
        K::Percentuale => number.map(|number| format!("{}%", number.italian())),
        K::Decimale => number.map(|number| with_unit(field, number.italian())),
        // Years have no thousands.
        K::Intero => Some(with_unit(field, text.to_owned())),
        K::Scelta => Some(option_label(field, text)),
        K::SceltaDaElenco
        | K::Comune
        | K::ComuneOEstero
        | K::Stato
        | K::LuogoBelfiore
        | K::Provincia => label(text),
        _ => None,
    };
    read.unwrap_or_else(|| text.to_owned())
}

fn with_unit(field: &Field, number: String) -> String {
    match &field.unit {
        Some(unit) => format!("{number} {unit}"),
        None => number,
    }
}
