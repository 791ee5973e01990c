//! Service definitions: the resolved form that drafts and cases refer to by hash,
//! and the source form that municipal staff edit (`app/catalogue/*.yaml`).

mod condition;
mod cosigners;
mod expression;
mod fees;
mod rule;
mod service;
pub mod source;

pub use condition::{Comparison, Condition, Operator, Test};
pub use expression::{Expression, Reference};
pub use fees::FeeDue;
pub use rule::{Check, Day, Part, Rule, Severity, Span};
pub use service::*;
pub use source::plain;
