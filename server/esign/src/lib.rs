#![forbid(unsafe_code)]
//! Digital signatures on a document that the counter gave out, verified when it comes back: a PDF
//! signed inside (PAdES, ETSI EN 319 142) or a `.p7m` around it (CAdES, EN 319 122).
//!
//! Law: CAD (D.Lgs. 82/2005) arts 20-24 on what a signed document is worth, Reg. (EU) 910/2014
//! arts 25-32 on what makes a signature qualified. Proved here: the document is the one that was
//! given out, byte for byte, and the update that carries a signature does nothing else to it; each
//! signature is whole and made with the key of a certificate that stands, at the time of the check,
//! under an authority of the caller's [`TrustList`]. Not proved: whether that certificate was
//! revoked (CRL and OCSP need the network; [`Report::revocation`] says so), when it was signed.
//!
//! Everything is a pure function: the time comes in from outside, nothing is read from the disk or
//! from the network. A file is a stranger's: all that is read of it has a limit, and what is not
//! plainly well-formed is refused instead of repaired, since a viewer might repair it otherwise.

mod algorithm;
mod asn1;
mod cades;
mod certificate;
mod chain;
mod cms;
mod pdf;
mod refusal;
mod report;
#[cfg(feature = "samples")]
pub mod samples;
mod trust;

pub use algorithm::{Algorithm, Digest};
pub use certificate::Qualified;
pub use refusal::Refusal;
pub use report::{Format, Report, Revocation, Signature, Signer};
pub use trust::{TrustError, TrustList};

use jiff::Timestamp;

/// Longest file, in bytes.
pub const MAX_FILE: usize = 64 << 20;
/// Most signatures in a file, in and around each other.
pub const MAX_SIGNATURES: usize = 8;
/// Most certificates in one CMS.
pub const MAX_CERTIFICATES: usize = 32;
/// How many `.p7m` may lie in each other.
pub const MAX_NESTING: usize = 4;

/// The document that was given out to be signed, if one was.
#[derive(Clone, Copy, Debug)]
pub enum Original<'a> {
    Bytes(&'a [u8]),
    /// SHA-256 of its bytes.
    Sha256([u8; 32]),
    /// None was given out: the file holds whatever its signers signed.
    Any,
}

impl<'a> From<&'a [u8]> for Original<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<[u8; 32]> for Original<'_> {
    fn from(hash: [u8; 32]) -> Self {
        Self::Sha256(hash)
    }
}

impl Original<'_> {
    pub(crate) fn is(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Bytes(original) => *original == bytes,
            Self::Sha256(hash) => *hash == algorithm::sha256(bytes),
            // Told by what it is not: signed.
            Self::Any => false,
        }
    }
}

/// Verifies a file that came back: is it our document, and who signed it?
///
/// `at` is the time of the check, at which certificates must be valid: the counter's clock at
/// receipt. A signature that is not good is in the report with its reason; the caller decides
/// whose must be good ([`Report::signed_by`]).
///
/// # Errors
/// The file is no signed copy of the original: another document, none, changed after signing, or
/// a structure that cannot be trusted. Nothing is told of its signatures then.
pub fn verify(
    file: &[u8],
    original: &Original<'_>,
    trust: &TrustList,
    at: Timestamp,
) -> Result<Report, Refusal> {
    if file.len() > MAX_FILE {
        return Err(Refusal::TooLarge);
    }
    let judge = cms::Judge { trust, at };
    let (format, signatures) = if file.starts_with(pdf::MARK) {
        (Format::Pades, pdf::verify(file, original, &judge)?)
    } else {
        let bytes = cades::decoded(file).ok_or(Refusal::NotRecognised)?;
        let signatures = cades::verify(&bytes, original, &judge, 0)?;
        (Format::Cades, signatures)
    };
    Ok(Report {
        format,
        signatures,
        revocation: Revocation::NotChecked,
        checked_at: at,
    })
}
