//! A registered document as its bytes were registered, or as the PDF made of it.

use app::api::PdfView;
use rules::{
    case::State,
    roles::{Operation, Place},
};

use super::{LoadError, LoadedCase, kind, load::load_for, rendering, view::title};
use crate::{
    documents,
    state::{Counter, Person},
    store::renderings,
};

/// A document to be read.
#[derive(Debug)]
pub struct Readable {
    pub name: String,
    pub mime: &'static str,
    pub bytes: Vec<u8>,
}

/// For the applicant, and who may at the case's office.
pub async fn read_document(
    counter: &Counter,
    person: &Person,
    case: &str,
    document: &str,
) -> Result<Readable, LoadError> {
    let case = load_for(counter, person, Operation::ReadDocument, case).await?;
    if let Some(found) = case.documents.iter().find(|d| d.id == document) {
        released(&case, person, &found.kind)?;
        let number = case.number_of(found.seq);
        return Ok(Readable {
            name: format!("{} {number}.json", title(found)),
            mime: "application/json",
            bytes: found.bytes.clone(),
        });
    }
    let row = renderings::get(&counter.store, &case.row.id, document).await?;
    let row = row.ok_or(LoadError::NotFound)?;
    released(&case, person, &row.kind)?;
    let number = case.number_of(row.seq);
    Ok(Readable {
        name: format!("{} {number}.pdf", documents::title(&row.kind)),
        mime: "application/pdf",
        bytes: rendering::open(&case.key, &row)?,
    })
}

/// A decision with something to pay is the citizen's once it is paid.
fn released(case: &LoadedCase, person: &Person, of: &str) -> Result<(), LoadError> {
    let waits = case.state.state == State::AttesaPagamentoRilascio
        && [kind::DECISION, documents::kind::DECISION].contains(&of);
    let place = Place::Office(&case.row.office);
    if waits && !person.may(Operation::ReadDocument, place) {
        return Err(LoadError::NotReleased);
    }
    Ok(())
}

impl LoadedCase {
    /// Protocol number of an event's act, as a name of a file may hold it.
    fn number_of(&self, seq: i64) -> String {
        let event = self.events.iter().find(|event| event.seq == seq);
        event
            .and_then(|event| event.body.act())
            .map(|act| act.protocol.to_string().replace('/', "-"))
            .unwrap_or_default()
    }

    /// How far the PDF `kind` of event `seq` is; `None` if none was ever ordered.
    pub fn pdf(&self, seq: i64, kind: &str) -> Option<PdfView> {
        if let Some(ready) = self.pdfs.iter().find(|r| r.seq == seq && r.kind == kind) {
            let href = format!("/pratiche/{}/documenti/{}", self.row.id, ready.id);
            return Some(PdfView::Ready { href });
        }
        let order = self
            .orders
            .iter()
            .find(|o| o.seq == seq && o.kind == kind)?;
        Some(match order.failed {
            true => PdfView::Failed,
            false => PdfView::Preparing,
        })
    }
}
