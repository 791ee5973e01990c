//! "Chiedi documenti" (L. 241/1990 art. 6 c. 1 b): the first request stops the clock.

use rules::{
    case::{Actor, CaseState, Command},
    clock::INTEGRATION_DAYS,
    roles::Operation,
};

use super::{
    CommandError,
    act::kind,
    change::{self, Change},
};
use crate::{
    clock::rome_day,
    register::Direction,
    state::{Counter, Person},
};

/// Documents in one request.
const DOCUMENTS: usize = 20;
const DOCUMENT_CHARS: usize = 200;

/// What the operator typed.
pub struct Asked<'a> {
    pub reason: &'a str,
    /// One document a line.
    pub documents: &'a str,
    /// Days for the answer; empty: 30.
    pub days: &'a str,
}

pub async fn ask_integration(
    counter: &Counter,
    person: &Person,
    id: &str,
    seen: i64,
    asked: Asked<'_>,
) -> Result<i64, CommandError> {
    let case = change::operated(counter, person, Operation::AskIntegration, id).await?;
    let now = counter.now_ms();
    let today = rome_day(now);
    let (reason, documents, giorni) = check(&asked)?;
    let mut act = change::blank_act(counter, &case, kind::REQUEST, person, now);
    act.to = super::original::addressee(&case)?;
    act.text = reason;
    act.documents = documents;
    act.due = Some(CaseState::answer_by(today, giorni));
    let change = Change::Act {
        act: Box::new(act),
        direction: Direction::Out,
        command: Box::new(move |act| Command::ChiediIntegrazione { act, today, giorni }),
        template: Some("pratica-integrazione"),
    };
    let actor = Actor::Operatore(person.id.clone());
    change::run(counter, &case, seen, actor, now, change).await
}

/// Everything that is wrong, told together.
fn check(asked: &Asked<'_>) -> Result<(String, Vec<String>, i64), CommandError> {
    let reason = change::text("motivo", asked.reason, true);
    let documents = documents(asked.documents);
    let days = days(asked.days);
    match (reason, documents, days) {
        (Ok(reason), Ok(documents), Ok(days)) => Ok((reason, documents, days)),
        (reason, documents, days) => {
            let mut errors = Vec::new();
            for error in [documents.err(), reason.err(), days.err()] {
                match error {
                    Some(CommandError::Invalid(found)) => errors.extend(found),
                    Some(other) => return Err(other),
                    None => {}
                }
            }
            Err(CommandError::Invalid(errors))
        }
    }
}

fn documents(typed: &str) -> Result<Vec<String>, CommandError> {
    let refuse = |message: &str| Err(CommandError::invalid("documenti", message));
    let clean = change::text("documenti", typed, false)?;
    let documents: Vec<String> = clean
        .lines()
        .map(|line| line.trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect();
    match documents.len() {
        0 => refuse("Scrivi almeno un documento, uno per riga."),
        n if n > DOCUMENTS => refuse("Puoi chiedere al massimo 20 documenti, uno per riga."),
        _ if documents.iter().any(|d| d.chars().count() > DOCUMENT_CHARS) => {
            refuse("Ogni riga può avere al massimo 200 caratteri: accorcia i nomi dei documenti.")
        }
        _ => Ok(documents),
    }
}

fn days(typed: &str) -> Result<i64, CommandError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(INTEGRATION_DAYS);
    }
    match typed.parse::<i64>() {
        Ok(days) if (1..=INTEGRATION_DAYS).contains(&days) => Ok(days),
        _ => Err(CommandError::invalid(
            "giorni",
            "Scrivi un numero intero da 1 a 30.",
        )),
    }
}
