//! The receipt: the words of its page, as they were on the day of the submission.

use papers::Receipt;

use super::paper::{self, PaperError};
use crate::{
    cases::{self, LoadedCase},
    requests,
    state::Counter,
};

pub fn content(counter: &Counter, case: &LoadedCase) -> Result<Receipt, PaperError> {
    let original = cases::read_original(case)?;
    let page = requests::receipt_page(counter, case, &original);
    Ok(Receipt {
        applicant: page.applicant,
        represented: page.represented,
        due: page.due,
        due_note: cases::due_note(case),
        silence: page.silence,
        attachments: paper::attachments(case, page.attachments.iter()),
        remedies: page.remedies,
    })
}
