//! Values in human words.

use rules::{
    catalogue::{Field, FieldKind},
    civil::Date,
    form::Answer,
    t,
};

use crate::api::beside;

/// A value as one reads it: `2026-12-10` as `10/12/2026`, codes as their labels.
pub fn human(field: &Field, answer: Option<&Answer>, places: &[(String, String)]) -> String {
    match answer {
        Some(Answer::Text(text)) => text_in_words(field, text, places),
        Some(Answer::Many(codes)) => codes
            .iter()
            .map(|code| label(field, code))
            .collect::<Vec<_>>()
            .join(", "),
        Some(Answer::Rows(rows)) => rows.len().to_string(),
        None => String::new(),
    }
}

fn text_in_words(field: &Field, text: &str, places: &[(String, String)]) -> String {
    match field.kind {
        FieldKind::Data => Date::parse(text).map_or_else(|| text.to_owned(), Date::italian),
        FieldKind::Decimale | FieldKind::Importo | FieldKind::Percentuale => text.replace('.', ","),
        FieldKind::SiNo => match text {
            "true" => t!("Sì").into(),
            "false" => t!("No").into(),
            other => other.to_owned(),
        },
        FieldKind::Scelta => label(field, text),
        FieldKind::Comune
        | FieldKind::ComuneOEstero
        | FieldKind::Stato
        | FieldKind::LuogoBelfiore => beside(places, text)
            .cloned()
            .unwrap_or_else(|| text.to_owned()),
        _ => text.to_owned(),
    }
}

fn label(field: &Field, code: &str) -> String {
    let found = field.options.iter().find(|(known, _)| known == code);
    found.map_or_else(|| code.to_owned(), |(_, label)| label.clone())
}
