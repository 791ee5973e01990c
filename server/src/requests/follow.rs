//! What a person corrects in her profile is corrected in what she is writing too.

use rules::{
    catalogue::Form,
    form::{Answer, Answers},
};

use super::draft::{self, DraftError, seal};
use crate::{
    profile,
    state::Counter,
    store::{
        Tx,
        drafts::{self, DraftRow},
    },
};

/// A value of the profile that is another now.
#[derive(Clone, Debug)]
pub struct Corrected {
    pub field: String,
    /// Both as the engine reads them.
    pub before: String,
    pub now: String,
}

/// `rows`: her drafts, held by this transaction; `form`: the fields of the profile. An answer that
/// is still the old value becomes the new one, and the version goes on: who has the summary open
/// reads it again before she sends it. What a clerk writes for her at the counter is left alone.
pub async fn follow(
    counter: &Counter,
    tx: &mut Tx,
    rows: Vec<DraftRow>,
    form: &Form,
    corrected: &[Corrected],
) -> Result<(), DraftError> {
    for row in rows {
        let mut content = draft::content(counter, &row)?;
        if content.at_desk || !replace(counter, form, &mut content.answers, corrected) {
            continue;
        }
        let sealed = seal(counter, &row.id, &content)?;
        drafts::update(tx, &row.id, row.version, &sealed, counter.now_ms()).await?;
    }
    Ok(())
}

/// Whether something was replaced.
fn replace(counter: &Counter, form: &Form, answers: &mut Answers, corrected: &[Corrected]) -> bool {
    let read = profile::read(counter, form, answers).answers;
    let mut replaced = false;
    for Corrected { field, before, now } in corrected {
        let old = Answer::Text(before.clone());
        let same = |of: &Answers| of.0.get(field) == Some(&old);
        if same(answers) || same(&read) {
            answers.0.insert(field.clone(), Answer::Text(now.clone()));
            replaced = true;
        }
    }
    replaced
}
