//! A test authority, people with certificates of it, and what they sign: for tests and for the
//! demo's sandbox. Nothing of it is trusted unless somebody puts the authority on a trust list.

mod authority;
mod cms;
mod pdf;

pub use authority::{Authority, Key, Kind, Owner, Signer};
pub use cms::{Faults, sign_cades, sign_cades_with, sign_detached};
pub use pdf::{Beside, minimal, minimal_newer, sign_pades, sign_pades_with};

/// Something that could not be made.
#[derive(Debug, thiserror::Error)]
#[error("sample: {0}")]
pub struct SampleError(pub(crate) String);

impl SampleError {
    fn of(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}
