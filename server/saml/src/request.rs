//! AuthnRequest by HTTP-POST: written by the counter, read by the sandbox.

mod read;
mod write;

pub use crate::form::{Words, post_form};
pub use read::{IncomingRequest, issuer_of, read};
pub use write::AuthnRequest;
