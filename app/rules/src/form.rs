//! The form engine: what of a form is visible, required, wrong; what it computes.

mod answers;
mod evaluate;

pub use answers::{Answer, Answers, Path};
pub use evaluate::{
    AttachmentState, Context, Evaluation, Issue, IssueKind, Lists, NoLists, evaluate_json,
};
