//! The decision that grants the request.

use papers::Decision;

use super::paper::{self, PaperError, Source};
use crate::cases::LoadedCase;

pub fn content(case: &LoadedCase, source: &Source<'_>) -> Result<Decision, PaperError> {
    let act = paper::act(case, source)?;
    let head = paper::head(case, &act);
    let (_, outcome, text) = act.outcome.ok_or(PaperError::NoDocument)?;
    Ok(Decision {
        head,
        outcome,
        text,
        note: act.text,
        remedies: act.remedies,
    })
}
