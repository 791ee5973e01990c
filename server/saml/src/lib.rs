#![forbid(unsafe_code)]
//! SAML 2 for SPID and CIE: the only place of the program that knows its XML.
//!
//! Used from both sides of the wire: by the counter as service provider and by the sandbox as
//! identity provider. Everything is a pure function: the time and the random bytes come in from
//! outside, nothing is read from the disk or from the network.
//!
//! Rules: AgID, "Regole tecniche SPID" (metadata, AuthnRequest, Response), and the CIE federation
//! manual; where the two differ there is a [`Scheme`].

mod binding;
mod form;
mod instant;
pub mod keys;
mod level;
pub mod logout;
pub mod metadata;
mod names;
pub mod request;
pub mod response;
mod signature;
mod xml;

pub use binding::{Field, Received};
pub use keys::KeyPair;
pub use level::Level;
pub use metadata::{IdentityProvider, ServiceProvider};
pub use names::{Scheme, new_id};
pub use response::{ErrorCode, Expectations, Identity, Refusal};

/// Something that we could not write or read ourselves: keys, metadata, signing.
///
/// What a provider's *response* does wrong is a [`Refusal`] instead.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("key or certificate: {0}")]
    Key(String),
    #[error("signing: {0}")]
    Sign(String),
    #[error("metadata: {0}")]
    Metadata(String),
    /// A message of the other side, other than a response, that is not acceptable.
    #[error("request: {0}")]
    Request(String),
}
