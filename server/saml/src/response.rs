//! The provider's answer: written by the sandbox, validated by the counter.

mod assertion;
#[cfg(any(test, feature = "attacks"))]
pub mod attacks;
mod refusal;
#[cfg(test)]
mod tests;
mod validate;
mod write;

pub use refusal::{BadInstant, ErrorCode, Refusal};
pub use validate::{Expectations, Identity, Peek, peek, validate};
pub use write::{Denial, Success, post_form, post_form_in};
