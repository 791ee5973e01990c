//! The projection of a case: for lists only, never for a decision.

use rules::case::CaseState;

use crate::store::cases::IndexRow;

/// The row that follows from the state; `server verify` makes it again and compares.
pub fn index_row(case_id: &str, office: &str, title: &str, state: &CaseState) -> IndexRow {
    let open = !state.state.is_decided();
    IndexRow {
        case_id: case_id.to_owned(),
        office: office.to_owned(),
        state: state.state.code().to_owned(),
        due: open.then(|| state.due.rolled.to_string()),
        answer_by: state.integration.as_ref().map(|i| i.due.to_string()),
        must_act: state.must_act.code().to_owned(),
        operator: state.operator.clone(),
        title: title.to_owned(),
        seq: state.seq,
    }
}
