//! AuthnRequest: written by the counter, read by the sandbox.

mod read;
mod write;

pub use crate::form::{Words, post_form};
pub use read::{IncomingRequest, read};
pub use write::AuthnRequest;
