//! The form engine: what of a form is visible, required, wrong; what it computes.

mod answers;
mod describe;
mod evaluate;
mod report;
#[cfg(feature = "sample")]
mod sample;
pub(crate) mod scope;

pub use answers::{Answer, Answers, Path};
pub use describe::Described;
pub use evaluate::{
    AttachmentState, Context, Evaluation, GivenContext, Issue, IssueKind, Lists, NoLists,
    evaluate_json,
};
#[cfg(feature = "sample")]
pub use sample::sample;
pub use scope::ITALY;
