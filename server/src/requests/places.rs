//! Names of places, as people type them, become Belfiore codes.

use rules::{
    catalogue::{Field, FieldKind, Form},
    form::{Answer, Answers},
};

use crate::catalogue::{ReferenceLists, streets};

/// The reference list of a field of places.
fn list(kind: FieldKind) -> Option<&'static str> {
    match kind {
        FieldKind::Comune => Some("comuni"),
        FieldKind::ComuneOEstero => Some("comuni_o_stati"),
        FieldKind::Stato => Some("stati"),
        FieldKind::LuogoBelfiore => Some("luoghi"),
        FieldKind::Provincia => Some("province"),
        FieldKind::Stradario => Some(streets::LIST),
        _ => None,
    }
}

/// Whether a step asks for a field.
pub fn is_in_step(form: &Form, step: &str, field: &str) -> bool {
    let steps = form.steps.iter().filter(|known| known.id == step);
    steps
        .flat_map(|step| step.fields())
        .any(|known| known.name == field)
}

/// The answers with the names of places turned into codes; what is not found stays as typed.
pub fn resolve(form: &Form, answers: &Answers, lists: &ReferenceLists) -> Answers {
    let mut resolved = answers.clone();
    for field in fields(form) {
        if let Some(Answer::Text(text)) = resolved.0.get_mut(&field.name)
            && let Some(code) = code(lists, field.kind, text)
        {
            *text = code;
        }
        if let Some(Answer::Rows(rows)) = resolved.0.get_mut(&field.name) {
            for row in rows {
                for inner in &field.fields {
                    if let Some(Answer::Text(text)) = row.get_mut(&inner.name)
                        && let Some(code) = code(lists, inner.kind, text)
                    {
                        *text = code;
                    }
                }
            }
        }
    }
    resolved
}

fn code(lists: &ReferenceLists, kind: FieldKind, typed: &str) -> Option<String> {
    let name = list(kind)?;
    let codes = lists.0.get(name)?;
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    if codes.contains_key(&typed.to_uppercase()) {
        return Some(typed.to_uppercase());
    }
    lists.code(name, typed).map(str::to_owned)
}

/// The name of a code, for people.
pub fn label(lists: &ReferenceLists, code: &str) -> Option<String> {
    ["luoghi", "comuni_o_stati", "stati"]
        .iter()
        .find_map(|list| lists.label(list, code))
        .map(str::to_owned)
}

pub fn fields(form: &Form) -> impl Iterator<Item = &Field> {
    form.steps
        .iter()
        .flat_map(|step| &step.sections)
        .flat_map(|section| &section.fields)
}

/// Codes among the answers, with their names.
pub fn names(
    form: &Form,
    answers: &Answers,
    lists: &ReferenceLists,
) -> std::collections::BTreeMap<String, String> {
    fields(form)
        .filter(|field| list(field.kind).is_some())
        .filter_map(|field| match answers.0.get(&field.name) {
            Some(Answer::Text(code)) => Some((code.clone(), label(lists, code)?)),
            _ => None,
        })
        .collect()
}
