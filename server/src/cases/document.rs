//! A registered document, as its bytes were registered.

use rules::case::State;

use super::{LoadError, kind, load::load_for, view::title};
use crate::state::{Counter, Person};

/// Name, MIME type and bytes, for the applicant or an operator of the case's office.
pub async fn read_document(
    counter: &Counter,
    person: &Person,
    case: &str,
    document: &str,
) -> Result<(String, String, Vec<u8>), LoadError> {
    let case = load_for(counter, person, case).await?;
    let found = case.documents.iter().find(|d| d.id == document);
    let found = found.ok_or(LoadError::NotFound)?;
    let waits = case.state.state == State::AttesaPagamentoRilascio && found.kind == kind::DECISION;
    if waits && !person.works_for(&case.row.office) {
        return Err(LoadError::NotReleased);
    }
    let event = case.events.iter().find(|event| event.seq == found.seq);
    let number = event
        .and_then(|event| event.body.act())
        .map(|act| act.protocol.to_string().replace('/', "-"))
        .unwrap_or_default();
    let name = format!("{} {number}.json", title(found));
    Ok((name, "application/json".to_owned(), found.bytes.clone()))
}
