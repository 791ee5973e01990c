//! The request for documents.

use papers::Request;
use rules::case::EventBody;

use super::paper::{self, PaperError, Source};
use crate::{cases::LoadedCase, state::Counter};

pub fn content(
    counter: &Counter,
    case: &LoadedCase,
    source: &Source<'_>,
) -> Result<Request, PaperError> {
    let EventBody::ChiediIntegrazione {
        entro, sospende, ..
    } = &source.event.body
    else {
        return Err(PaperError::NoDocument);
    };
    let act = paper::act(case, source)?;
    let pause = match sospende {
        true => "Intanto il termine per la decisione è fermo.",
        false => "Il termine per la decisione non si ferma.",
    };
    Ok(Request {
        head: paper::head(case, &act),
        reason: act.text,
        documents: act.documents,
        due: entro.italian(),
        pause: pause.to_owned(),
        answer_at: format!("{}/pratiche/{}", counter.settings.base_url(), case.row.id),
    })
}
