//! What is known of a file's signatures after the check.

use jiff::Timestamp;

use crate::certificate::{Certificate, Qualified};
use crate::{Algorithm, Digest, Refusal};

/// How a signature and its document are put together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    /// Inside the PDF.
    Pades,
    /// A `.p7m` around the document.
    Cades,
}

impl Format {
    /// As people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pades => "PAdES",
            Self::Cades => "CAdES",
        }
    }
}

/// Whether the certificates were asked after.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Revocation {
    /// CRL and OCSP need the network: who relies on the signature asks there (eIDAS art. 32 c. 1
    /// b wants the certificate valid at the time of signing).
    NotChecked,
}

/// A file that holds our document, with signatures good or not.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Report {
    /// Of the file; what lies inside may be of the other kind.
    pub format: Format,
    /// A `.p7m`'s from the outside to the inside, a PDF's from the first to the last.
    pub signatures: Vec<Signature>,
    pub revocation: Revocation,
    pub checked_at: Timestamp,
}

impl Report {
    /// The good signature of the person with this codice fiscale, in whatever letter case.
    ///
    /// # Errors
    /// If that person's is not good, why; else if one is good, [`Refusal::OtherSigner`]; else why
    /// the first is not.
    pub fn signed_by(&self, codice_fiscale: &str) -> Result<&Signature, Refusal> {
        let hers = |signature: &&Signature| {
            let code = signature.signer.as_ref().and_then(Signer::code);
            code.is_some_and(|code| code.eq_ignore_ascii_case(codice_fiscale))
        };
        if let Some(signature) = self.valid().find(hers) {
            return Ok(signature);
        }
        let hers = self.signatures.iter().find(hers);
        let refused = match hers {
            Some(signature) => Some(signature),
            None if self.valid().next().is_some() => None,
            None => self.signatures.first(),
        };
        let reason = refused.and_then(|signature| signature.refusal.clone());
        Err(reason.unwrap_or(Refusal::OtherSigner))
    }

    /// The good ones.
    pub fn valid(&self) -> impl Iterator<Item = &Signature> {
        self.signatures.iter().filter(|s| s.is_valid())
    }

    /// Whether none is bad.
    pub fn all_valid(&self) -> bool {
        self.signatures.iter().all(Signature::is_valid)
    }
}

/// One signature, with what its certificate tells. Of a refused one these are only claims.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Signature {
    pub format: Format,
    /// None if its certificate is missing.
    pub signer: Option<Signer>,
    /// The name of who issued the certificate.
    pub issuer: Option<String>,
    /// The certificate's number, hexadecimal.
    pub serial: Option<String>,
    /// The certificate's first and last second.
    pub validity: Option<(Timestamp, Timestamp)>,
    pub qualified: Qualified,
    /// What the signer's computer said (signingTime, or /M of the PDF): claimed, proved by nobody.
    pub claimed_at: Option<Timestamp>,
    pub digest: Option<Digest>,
    pub algorithm: Option<Algorithm>,
    /// The authority of the trust list under which the certificate stands.
    pub anchor: Option<String>,
    /// None if it is good.
    pub refusal: Option<Refusal>,
}

impl Signature {
    pub fn is_valid(&self) -> bool {
        self.refusal.is_none()
    }

    pub(crate) fn unknown(format: Format) -> Self {
        Self {
            format,
            signer: None,
            issuer: None,
            serial: None,
            validity: None,
            qualified: Qualified::default(),
            claimed_at: None,
            digest: None,
            algorithm: None,
            anchor: None,
            refusal: None,
        }
    }

    pub(crate) fn describe(&mut self, certificate: &Certificate) {
        let digits = certificate.serial().iter();
        self.signer = Some(certificate.signer());
        self.issuer = certificate.issuer_name();
        self.serial = Some(digits.map(|byte| format!("{byte:02x}")).collect());
        self.validity = certificate.validity();
        self.qualified = certificate.qualified();
    }
}

/// Who signed, in the words of the certificate (EN 319 412-2, 4.2.4).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Signer {
    pub common_name: Option<String>,
    pub given_name: Option<String>,
    pub surname: Option<String>,
    /// Of `TINIT-…` or `IT:…` in serialNumber: upper case, its shape checked, its last letter not.
    pub codice_fiscale: Option<String>,
}

impl Signer {
    fn code(&self) -> Option<&str> {
        self.codice_fiscale.as_deref()
    }
}
