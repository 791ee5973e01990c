//! The declaration that the request is not admissible.

use papers::Refusal;

use super::paper::{self, PaperError, Source};
use crate::cases::LoadedCase;

pub fn content(case: &LoadedCase, source: &Source<'_>) -> Result<Refusal, PaperError> {
    let act = paper::act(case, source)?;
    Ok(Refusal {
        head: paper::head(case, &act),
        reason: act.text,
        remedies: act.remedies,
    })
}
