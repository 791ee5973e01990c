//! The authorities that are trusted: for Italy those of AgID's list of qualified trust service
//! providers (eIDAS art. 22), whose certificates the caller brings as PEM.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::certificate::Certificate;

/// More would be no trust list: the whole Union's has about 3,000 services.
const MOST: usize = 8192;

/// Certificates of authorities, each the end of a path. None of them was checked: being on the
/// list is what makes them trusted.
#[derive(Default)]
pub struct TrustList(Vec<Anchor>);

pub(crate) struct Anchor {
    pub name: String,
    pub certificate: Certificate,
}

/// Why a trust list cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TrustError {
    #[error("no PEM block CERTIFICATE")]
    Empty,
    /// The block's number, from 1.
    #[error("certificate {0} of the list cannot be read")]
    Unreadable(usize),
    #[error("certificate {0} of the list is no authority's")]
    NoAuthority(usize),
    #[error("more than {MOST} certificates")]
    TooMany,
}

impl TrustList {
    /// Reads one or several blocks `CERTIFICATE`; what stands between them is ignored, as in
    /// bundles with comments.
    ///
    /// # Errors
    /// No certificate, one that cannot be read, or one that may not issue certificates: a list
    /// with a hole is not used.
    pub fn from_pem(pem: &str) -> Result<Self, TrustError> {
        let mut anchors = Vec::new();
        for block in pem.split("-----BEGIN CERTIFICATE-----").skip(1) {
            let number = anchors.len() + 1;
            if number > MOST {
                return Err(TrustError::TooMany);
            }
            let certificate = read(block).ok_or(TrustError::Unreadable(number))?;
            let authority = certificate.is_authority(0);
            authority.map_err(|_| TrustError::NoAuthority(number))?;
            let name = certificate.name().unwrap_or_default();
            anchors.push(Anchor { name, certificate });
        }
        if anchors.is_empty() {
            return Err(TrustError::Empty);
        }
        Ok(Self(anchors))
    }

    /// The authorities' names, as their certificates tell them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|anchor| anchor.name.as_str())
    }

    pub(crate) fn anchors(&self) -> impl Iterator<Item = &Anchor> {
        self.0.iter()
    }
}

impl std::fmt::Debug for TrustList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

fn read(block: &str) -> Option<Certificate> {
    let (body, _) = block.split_once("-----END CERTIFICATE-----")?;
    let packed: String = body.split_whitespace().collect();
    Certificate::read(&STANDARD.decode(packed).ok()?)
}
