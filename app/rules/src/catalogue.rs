//! Service definitions: the resolved form that drafts and cases refer to by hash,
//! and the source form that municipal staff edit (`app/catalogue/*.yaml`).

mod condition;
mod expression;
mod rule;
mod service;
pub mod source;

pub use condition::Condition;
pub use expression::Expression;
pub use rule::{Check, Rule, Severity};
pub use service::*;
