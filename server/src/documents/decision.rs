//! The decision that grants the request: as it is, or as the paper that was asked for.

use papers::{Decision, Issued, Kind};

use super::paper::{self, PaperError, Source};
use crate::cases::{Act, LoadedCase};

pub fn content(case: &LoadedCase, source: &Source<'_>) -> Result<Kind, PaperError> {
    of_act(case, paper::act(case, source)?)
}

pub fn of_act(case: &LoadedCase, act: Act) -> Result<Kind, PaperError> {
    let head = paper::head(case, &act);
    let (code, outcome, text) = act.outcome.ok_or(PaperError::NoDocument)?;
    let (note, remedies) = (act.text, act.remedies);
    let Some(issued) = act.issued else {
        return Ok(Kind::Decision(Decision {
            head,
            outcome,
            text,
            note,
            remedies,
        }));
    };
    // The definition by which the request was made: the template is that of its day.
    let mut outcomes = case.definition.service.outcomes.iter();
    let document = outcomes.find(|known| known.code == code);
    let document = document.and_then(|known| known.document.as_ref());
    let source = document.ok_or(PaperError::NoDocument)?.source.clone();
    Ok(Kind::Issued(Issued {
        head,
        title: issued.title,
        source,
        outcome,
        text,
        note,
        stated: issued.stated,
        asked: issued.asked,
        remedies,
    }))
}
