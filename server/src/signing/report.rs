//! What was found of a file's signatures, as it is kept with the file and told to people.

use esign::{Report, Signature};
use serde::{Deserialize, Serialize};

use crate::clock::{rome_day, rome_text};

/// Kept for ever: the certificates will have expired, the authorities will have gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureReport {
    /// "PAdES" or "CAdES".
    pub format: String,
    /// Milliseconds since 1970, UTC: certificates were valid then.
    pub checked_at: i64,
    /// CRL and OCSP: `not_checked`.
    pub revocation: String,
    pub signatures: Vec<SignatureLine>,
}

/// One good signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureLine {
    pub name: String,
    /// Codice fiscale, if the certificate has one.
    pub code: Option<String>,
    pub issuer: String,
    /// Of the certificate, hexadecimal.
    pub serial: String,
    /// Last millisecond of the certificate.
    pub valid_until: Option<i64>,
    /// When the signer's computer says that it was.
    pub claimed_at: Option<i64>,
    /// The authority of the trust list.
    pub anchor: String,
    /// Whether the key lies in a qualified device.
    pub device: bool,
}

impl SignatureReport {
    pub fn of(report: &Report) -> Self {
        Self {
            format: report.format.name().to_owned(),
            checked_at: report.checked_at.as_millisecond(),
            revocation: "not_checked".to_owned(),
            signatures: report.valid().map(line).collect(),
        }
    }

    /// Codici fiscali of who signed.
    pub fn signers(&self) -> Vec<String> {
        let codes = self.signatures.iter().filter_map(|line| line.code.clone());
        codes.collect()
    }

    /// In words, for the citizen and for the clerk.
    pub fn told(&self) -> String {
        let lines = self.signatures.iter().map(|line| self.line_told(line));
        let checked = rome_text(self.checked_at);
        format!(
            "{}. Controllata il {checked}; non abbiamo chiesto all'ente se il certificato è stato revocato.",
            lines.collect::<Vec<_>>().join("; ")
        )
    }

    fn line_told(&self, line: &SignatureLine) -> String {
        let code = line.code.as_deref();
        let code = code.map(|code| format!(" ({code})")).unwrap_or_default();
        let until = line.valid_until.map(|until| rome_day(until).italian());
        let until = until.map(|day| format!(", valido fino al {day}"));
        format!(
            "Firma {} di {}{code}, certificato {} di {}{}",
            self.format,
            line.name,
            line.serial,
            line.issuer,
            until.unwrap_or_default()
        )
    }
}

fn line(signature: &Signature) -> SignatureLine {
    let signer = signature.signer.as_ref();
    let given = signer.and_then(|who| Some([who.given_name.as_deref()?, who.surname.as_deref()?]));
    let name = given.map(|parts| parts.join(" "));
    let common = || signer.and_then(|who| who.common_name.clone());
    SignatureLine {
        name: name.or_else(common).unwrap_or_default(),
        code: signer.and_then(|who| who.codice_fiscale.clone()),
        issuer: signature.issuer.clone().unwrap_or_default(),
        serial: signature.serial.clone().unwrap_or_default(),
        valid_until: signature.validity.map(|(_, last)| last.as_millisecond()),
        claimed_at: signature.claimed_at.map(|at| at.as_millisecond()),
        anchor: signature.anchor.clone().unwrap_or_default(),
        device: signature.qualified.device,
    }
}
