//! A certificate: its bytes as they were signed, and what it says.

use jiff::Timestamp;
use x509_cert::der::asn1::{
    BmpString, Ia5StringRef, ObjectIdentifier, PrintableStringRef, Utf8StringRef,
};
use x509_cert::der::{Any, Decode as _, Encode as _, Tag, Tagged as _};
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};
use x509_cert::name::Name;
use x509_cert::spki::SubjectPublicKeyInfoOwned;

use crate::algorithm::Algorithm;
use crate::asn1::{self, BIT_STRING, OCTET_STRING, OID, SEQUENCE};
use crate::{Refusal, Signer};

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const SURNAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.4");
const SERIAL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.5");
const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
const GIVEN_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.42");
const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
const SUBJECT_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.14");
const QC_STATEMENTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.1.3");
/// Critical extensions whose meaning is kept here, or does not limit who signed: basicConstraints,
/// keyUsage, extKeyUsage, certificatePolicies, qcStatements, subjectAltName.
const UNDERSTOOD: [ObjectIdentifier; 6] = [
    BASIC_CONSTRAINTS,
    KEY_USAGE,
    QC_STATEMENTS,
    ObjectIdentifier::new_unwrap("2.5.29.37"),
    ObjectIdentifier::new_unwrap("2.5.29.32"),
    ObjectIdentifier::new_unwrap("2.5.29.17"),
];
/// EN 319 412-5: esi4-qcStatement-1, -4 and, in -6, the type "for electronic signatures".
pub(crate) const QC_COMPLIANCE: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.1862.1.1");
pub(crate) const QC_SSCD: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.1862.1.4");

/// What a certificate says in its qcStatements (EN 319 412-5). Facts told by its issuer: whether
/// that issuer may say so is the trust list's matter.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Qualified {
    /// `id-etsi-qcs-QcCompliance`: a qualified certificate under Reg. (EU) 910/2014.
    pub compliance: bool,
    /// `id-etsi-qcs-QcSSCD`: its key lies in a qualified device.
    pub device: bool,
}

pub(crate) struct Certificate {
    der: Vec<u8>,
    inner: x509_cert::Certificate,
    subject: Vec<u8>,
    issuer: Vec<u8>,
}

impl Certificate {
    pub fn read(der: &[u8]) -> Option<Self> {
        let inner = x509_cert::Certificate::from_der(der).ok()?;
        let subject = inner.tbs_certificate.subject.to_der().ok()?;
        let issuer = inner.tbs_certificate.issuer.to_der().ok()?;
        let der = der.to_vec();
        Some(Self {
            der,
            inner,
            subject,
            issuer,
        })
    }

    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// DER of the subject's name.
    pub fn subject(&self) -> &[u8] {
        &self.subject
    }

    /// DER of the issuer's name.
    pub fn issuer(&self) -> &[u8] {
        &self.issuer
    }

    /// Content of the INTEGER.
    pub fn serial(&self) -> &[u8] {
        self.inner.tbs_certificate.serial_number.as_bytes()
    }

    pub fn key(&self) -> &SubjectPublicKeyInfoOwned {
        &self.inner.tbs_certificate.subject_public_key_info
    }

    /// Content of subjectKeyIdentifier.
    pub fn key_identifier(&self) -> Option<&[u8]> {
        let value = self.extension(SUBJECT_KEY).ok()??;
        Some(asn1::single(value, OCTET_STRING)?.value)
    }

    /// From when until when, both included.
    pub fn validity(&self) -> Option<(Timestamp, Timestamp)> {
        let validity = self.inner.tbs_certificate.validity;
        let at = |time: x509_cert::time::Time| {
            let seconds = time.to_unix_duration().as_secs();
            Timestamp::from_second(i64::try_from(seconds).ok()?).ok()
        };
        Some((at(validity.not_before)?, at(validity.not_after)?))
    }

    /// Whether this key signed that certificate, over its bytes as they lie in the file.
    pub fn verifies(&self, other: &Self) -> Result<(), Refusal> {
        let malformed = Refusal::BadPath("certificate");
        let parts = asn1::single(&other.der, SEQUENCE).and_then(|whole| {
            let mut reader = whole.reader();
            let signed = reader.next(SEQUENCE)?;
            let algorithm = reader.next(SEQUENCE)?;
            let bits = reader.next(BIT_STRING)?;
            let (unused, signature) = bits.value.split_first()?;
            (*unused == 0).then_some((signed, algorithm, signature))
        });
        let (signed, algorithm, signature) = parts.ok_or(malformed)?;
        Algorithm::read(algorithm, None)?.verify(self.key(), signed.raw, signature)
    }

    /// Whether it may issue certificates, with at most so many authorities below it (RFC 5280,
    /// 4.2.1.9 and 4.2.1.3).
    pub fn is_authority(&self, below: usize) -> Result<(), Refusal> {
        let constraints: BasicConstraints = self
            .decoded(BASIC_CONSTRAINTS)?
            .ok_or(Refusal::BadPath("issuer without basicConstraints"))?;
        if !constraints.ca {
            return Err(Refusal::BadPath("issuer is no authority"));
        }
        let longest = constraints.path_len_constraint.map(usize::from);
        if longest.is_some_and(|longest| below > longest) {
            return Err(Refusal::BadPath("path longer than allowed"));
        }
        let usage: Option<KeyUsage> = self.decoded(KEY_USAGE)?;
        if usage.is_some_and(|usage| !usage.key_cert_sign()) {
            return Err(Refusal::BadPath("issuer may not sign certificates"));
        }
        Ok(())
    }

    /// keyUsage must be there and name digitalSignature or nonRepudiation (EN 319 412-2, 4.3.2).
    pub fn may_sign(&self) -> Result<(), Refusal> {
        let usage: KeyUsage = self.decoded(KEY_USAGE)?.ok_or(Refusal::KeyUsage)?;
        if usage.digital_signature() || usage.non_repudiation() {
            Ok(())
        } else {
            Err(Refusal::KeyUsage)
        }
    }

    /// A critical extension that is not understood makes a certificate useless (RFC 5280, 4.2).
    pub fn is_understood(&self) -> Result<(), Refusal> {
        let extensions = self.inner.tbs_certificate.extensions.iter().flatten();
        let mut critical = extensions.filter(|extension| extension.critical);
        if critical.all(|extension| UNDERSTOOD.contains(&extension.extn_id)) {
            Ok(())
        } else {
            Err(Refusal::BadPath("critical extension not understood"))
        }
    }

    pub fn qualified(&self) -> Qualified {
        let value = self.extension(QC_STATEMENTS).ok().flatten();
        let statements = value
            .and_then(|value| asn1::single(value, SEQUENCE))
            .and_then(|list| list.reader().all(32))
            .unwrap_or_default();
        let has = |wanted| {
            let mut oids = statements
                .iter()
                .filter_map(|s| s.reader().next(OID)?.oid());
            oids.any(|oid| oid == wanted)
        };
        Qualified {
            compliance: has(QC_COMPLIANCE),
            device: has(QC_SSCD),
        }
    }

    /// Who the certificate says its owner is.
    pub fn signer(&self) -> Signer {
        let name = &self.inner.tbs_certificate.subject;
        Signer {
            common_name: attribute(name, COMMON_NAME),
            given_name: attribute(name, GIVEN_NAME),
            surname: attribute(name, SURNAME),
            codice_fiscale: attribute(name, SERIAL_NUMBER).and_then(|text| fiscal_code(&text)),
        }
    }

    /// The issuer's name for people: its common name, else its organization.
    pub fn issuer_name(&self) -> Option<String> {
        called(&self.inner.tbs_certificate.issuer)
    }

    /// As [`issuer_name`](Self::issuer_name), of the owner.
    pub fn name(&self) -> Option<String> {
        called(&self.inner.tbs_certificate.subject)
    }

    /// The extension's content; one that stands twice is refused.
    fn extension(&self, oid: ObjectIdentifier) -> Result<Option<&[u8]>, Refusal> {
        let extensions = self.inner.tbs_certificate.extensions.iter().flatten();
        let mut found = extensions.filter(|extension| extension.extn_id == oid);
        let first = found.next();
        if found.next().is_some() {
            return Err(Refusal::BadPath("extension repeated"));
        }
        Ok(first.map(|extension| extension.extn_value.as_bytes()))
    }

    fn decoded<'a, T: x509_cert::der::Decode<'a>>(
        &'a self,
        oid: ObjectIdentifier,
    ) -> Result<Option<T>, Refusal> {
        let value = self.extension(oid)?;
        value
            .map(|value| T::from_der(value).map_err(|_| Refusal::BadPath("extension")))
            .transpose()
    }
}

fn called(name: &Name) -> Option<String> {
    attribute(name, COMMON_NAME).or_else(|| attribute(name, ORGANIZATION))
}

/// The attribute's text if it stands there once: of two nobody knows which one counts.
fn attribute(name: &Name, oid: ObjectIdentifier) -> Option<String> {
    let attributes = name.0.iter().flat_map(|rdn| rdn.0.iter());
    let mut found = attributes.filter(|attribute| attribute.oid == oid);
    let value = text(&found.next()?.value)?;
    found.next().is_none().then_some(value)
}

fn text(value: &Any) -> Option<String> {
    let text = match value.tag() {
        Tag::Utf8String => value.decode_as::<Utf8StringRef<'_>>().ok()?.to_string(),
        Tag::PrintableString => value
            .decode_as::<PrintableStringRef<'_>>()
            .ok()?
            .to_string(),
        Tag::Ia5String => value.decode_as::<Ia5StringRef<'_>>().ok()?.to_string(),
        // Latin-1 in practice, whatever T.61 says; the library takes ASCII only.
        Tag::TeletexString => value.value().iter().map(|byte| char::from(*byte)).collect(),
        Tag::BmpString => value.decode_as::<BmpString>().ok()?.to_string(),
        _ => return None,
    };
    Some(text)
}

/// The codice fiscale in a subject's serialNumber: `TINIT-…` (EN 319 412-1, 5.1.3) or, in older
/// certificates, `IT:…`. Other schemes (`IDCIT-`, `PASIT-`, VAT numbers) are no codes of people.
fn fiscal_code(serial: &str) -> Option<String> {
    let code = serial
        .strip_prefix("TINIT-")
        .or_else(|| serial.strip_prefix("IT:"))?
        .to_ascii_uppercase();
    let bytes = code.as_bytes();
    let fits = bytes.len() == 16
        && bytes.iter().all(u8::is_ascii_alphanumeric)
        && bytes[..6].iter().all(u8::is_ascii_uppercase)
        && bytes[15].is_ascii_uppercase();
    fits.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::fiscal_code;

    #[test]
    fn a_code_is_only_what_stands_under_its_scheme() {
        let code = Some("RSSMRA80A01H501U".to_owned());
        assert_eq!(fiscal_code("TINIT-RSSMRA80A01H501U"), code);
        assert_eq!(fiscal_code("IT:RSSMRA80A01H501U"), code);
        assert_eq!(fiscal_code("TINIT-rssmra80a01h501u"), code);
        for other in [
            "RSSMRA80A01H501U",
            "IDCIT-RSSMRA80A01H501U",
            "VATIT-01234567890",
            "TINIT-01234567890",
            "TINDE-RSSMRA80A01H501U",
            "TINIT-RSSMRA80A01H501Uè",
            "IT:",
        ] {
            assert_eq!(fiscal_code(other), None, "{other}");
        }
    }
}
