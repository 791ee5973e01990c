//! The duty of a paper stamp (D.P.R. 642/1972): its serial number, once in the whole comune.

use rules::{
    form::{Answer, Answers},
    protocol::ProtocolNumber,
};

use crate::{
    cases::LoadedCase,
    state::Counter,
    store::{StoreError, stamps},
};

/// Field of the shared block `bollo`.
const MODE: &str = "bollo_modalita";
/// So begin the names of the fields with a stamp's serial number; a definition may ask for more
/// than one.
const SERIAL: &str = "bollo_identificativo";

/// Printed on the same stamp.
const PRINTED: &str = "bollo_data";

/// Whether a field tells which stamp was used: a stamp is used once.
pub fn is_of_stamp(field: &str) -> bool {
    field.starts_with(SERIAL) || field.starts_with(PRINTED)
}

fn text<'a>(answers: &'a Answers, name: &str) -> Option<&'a str> {
    match answers.0.get(name) {
        Some(Answer::Text(text)) if !text.is_empty() => Some(text),
        _ => None,
    }
}

/// The stamps' serial numbers as they are kept: nobody reads them back.
pub fn stamp_lookups(counter: &Counter, answers: &Answers) -> Vec<String> {
    let names = answers.0.keys().filter(|name| name.starts_with(SERIAL));
    names
        .filter_map(|name| text(answers, name))
        .map(|serial| counter.vault.lookup(&format!("bollo/{serial}")))
        .collect()
}

/// What the clerk must know of the stamp.
pub async fn stamp_warnings(
    counter: &Counter,
    case: &LoadedCase,
    answers: &Answers,
) -> Result<Vec<String>, StoreError> {
    let mut warnings = Vec::new();
    if text(answers, MODE) == Some("non_ancora") {
        warnings.push(
            "Manca la marca da bollo: chiedila. Se non arriva, entro 30 giorni dalla presentazione \
             la richiesta va segnalata all'Agenzia delle Entrate (D.P.R. 642/1972, artt. 19 e 31)."
                .to_owned(),
        );
    }
    for lookup in stamp_lookups(counter, answers) {
        let others = stamps::others(&counter.store, &lookup, &case.row.id).await?;
        if others.is_empty() {
            continue;
        }
        let numbers: Vec<String> = others.into_iter().map(number).collect();
        warnings.push(format!(
            "La marca da bollo con questo numero di serie è già stata usata: protocollo {}. Ogni \
             marca vale per una sola pratica.",
            numbers.join(", ")
        ));
    }
    Ok(warnings)
}

fn number((year, number): (i64, i64)) -> String {
    let year = i32::try_from(year).unwrap_or_default();
    ProtocolNumber { year, number }.to_string()
}
