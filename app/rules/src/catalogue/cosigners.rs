//! Who must sign a request: besides who sends it, and digitally.

use super::Service;
use crate::{
    fields::fiscal_code,
    form::{Answer, Answers, Evaluation},
};

/// Years: who is younger signs nothing (c.c. art. 2).
const OF_AGE: i32 = 18;

impl Service {
    /// Codici fiscali of the adults whom the answers name in the definition's `cofirmatari`, each
    /// once, without who sends it.
    pub fn cosigners(&self, evaluation: &Evaluation) -> Vec<String> {
        let today = evaluation.today;
        let own = texts(&evaluation.answers, "codice_fiscale");
        let mut codes: Vec<String> = Vec::new();
        let named = self.signature.cosigners.iter();
        for code in named.flat_map(|name| texts(&evaluation.answers, name)) {
            let birth = fiscal_code::birth(code, today);
            let is_adult = birth.is_some_and(|birth| birth.age_on(today) >= OF_AGE);
            if is_adult && !own.contains(&code) && !codes.iter().any(|known| known == code) {
                codes.push(code.to_owned());
            }
        }
        codes
    }
}

impl Service {
    /// The codice fiscale of who signs the document digitally; `None`: the service asks no digital
    /// signature.
    pub fn digital_signer<'a>(&self, evaluation: &'a Evaluation) -> Option<&'a str> {
        let field = self.signature.digital_signer.as_deref();
        let codes = texts(&evaluation.answers, field.unwrap_or("codice_fiscale"));
        let code = codes.first().copied().unwrap_or_default();
        self.signature.is_digital().then_some(code)
    }
}

/// Of a field, or of a column in every row.
fn texts<'a>(answers: &'a Answers, name: &str) -> Vec<&'a str> {
    let text = |answer: Option<&'a Answer>| match answer {
        Some(Answer::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    let Some((group, column)) = name.split_once('.') else {
        return text(answers.0.get(name)).into_iter().collect();
    };
    match answers.0.get(group) {
        Some(Answer::Rows(rows)) => rows
            .iter()
            .filter_map(|row| text(row.get(column)))
            .collect(),
        _ => Vec::new(),
    }
}
