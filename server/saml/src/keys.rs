//! The key pair of one party and its certificate.

use base64::Engine;
use bergshamra_dsig::DsigContext;
use bergshamra_keys::{KeysManager, loader};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rcgen::{
    CertificateParams, DistinguishedName, DnType, KeyUsagePurpose, PKCS_RSA_SHA256, RsaKeySize,
    SerialNumber,
};

use crate::Error;

/// An RSA key with its self-signed certificate. Cheap to share behind an `Arc`.
pub struct KeyPair {
    private_pem: String,
    certificate_der: Vec<u8>,
    context: DsigContext,
}

/// What the certificate says about its owner.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// The name of the body, as in the metadata's Organization.
    pub organization: &'a str,
    /// Its town.
    pub locality: &'a str,
    /// The entityID, in attribute `uri` (2.5.4.83), as SPID's certificate profile asks.
    pub entity_id: &'a str,
    /// Code in the index of public bodies (IPA), e.g. `c_a893`; in `organizationIdentifier`.
    pub ipa_code: Option<&'a str>,
}

impl KeyPair {
    /// Makes an RSA key of 3072 bits and a certificate valid for ten years from `now`.
    ///
    /// The key's randomness is the crypto library's own; `serial` only numbers the certificate.
    pub fn generate(
        subject: &Subject<'_>,
        now: Timestamp,
        serial: [u8; 16],
    ) -> Result<Self, Error> {
        let key = rcgen::KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_3072)
            .map_err(key_error)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = distinguished_name(subject);
        // The first bit stays clear: a serial number is a positive integer.
        let mut serial = serial;
        serial[0] = serial[0] & 0x7f | 0x40;
        params.serial_number = Some(SerialNumber::from_slice(&serial));
        params.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::ContentCommitment,
        ];
        let day = TimeZone::UTC.to_datetime(now).date();
        let at = |year: i16| {
            rcgen::date_time_ymd(
                year.into(),
                day.month().unsigned_abs(),
                day.day().unsigned_abs().min(28),
            )
        };
        params.not_before = at(day.year());
        params.not_after = at(day.year().saturating_add(10));
        let certificate = params.self_signed(&key).map_err(key_error)?;
        Self::from_pem(&key.serialize_pem(), &certificate.pem())
    }

    /// Reads back what [`private_pem`](Self::private_pem) and
    /// [`certificate_pem`](Self::certificate_pem) gave: PKCS#8 and X.509.
    pub fn from_pem(private_pem: &str, certificate_pem: &str) -> Result<Self, Error> {
        let key = loader::load_rsa_private_pem(private_pem.as_bytes()).map_err(key_error)?;
        let certificate_der = der_of(certificate_pem, "CERTIFICATE")?;
        let public = loader::load_x509_cert_der(&certificate_der).map_err(key_error)?;
        if key.to_spki_der() != public.to_spki_der() {
            return Err(Error::Key("the certificate belongs to another key".into()));
        }
        let mut keys = KeysManager::new();
        keys.add_key(key);
        Ok(Self {
            private_pem: private_pem.to_owned(),
            certificate_der,
            context: DsigContext::new(keys),
        })
    }

    /// PKCS#8 PEM: secret, to be stored with rights 0600.
    pub fn private_pem(&self) -> &str {
        &self.private_pem
    }

    pub fn certificate_pem(&self) -> String {
        let body = self.certificate_base64();
        let lines: Vec<&str> = body
            .as_bytes()
            .chunks(64)
            .filter_map(|chunk| std::str::from_utf8(chunk).ok())
            .collect();
        format!(
            "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
            lines.join("\n")
        )
    }

    /// DER, as [`crate::IdentityProvider::certificates`] wants it.
    pub fn certificate_der(&self) -> &[u8] {
        &self.certificate_der
    }

    pub(crate) fn certificate_base64(&self) -> String {
        base64::engine::general_purpose::STANDARD.encode(&self.certificate_der)
    }

    pub(crate) fn context(&self) -> &DsigContext {
        &self.context
    }
}

impl std::fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyPair(secret)")
    }
}

fn key_error(error: impl std::fmt::Display) -> Error {
    Error::Key(error.to_string())
}

fn distinguished_name(subject: &Subject<'_>) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CountryName, "IT");
    name.push(DnType::LocalityName, subject.locality);
    name.push(DnType::OrganizationName, subject.organization);
    name.push(DnType::CommonName, subject.organization);
    name.push(DnType::from_oid(&[2, 5, 4, 83]), subject.entity_id);
    if let Some(ipa) = subject.ipa_code {
        name.push(DnType::from_oid(&[2, 5, 4, 97]), format!("PA:IT-{ipa}"));
    }
    name
}

/// The first block with this label.
fn der_of(pem: &str, label: &str) -> Result<Vec<u8>, Error> {
    let begin = format!("-----BEGIN {label}-----");
    let end = format!("-----END {label}-----");
    let body = pem
        .split_once(&begin)
        .and_then(|(_, rest)| rest.split_once(&end))
        .map(|(body, _)| body)
        .ok_or_else(|| Error::Key(format!("no PEM block {label}")))?;
    let packed: String = body.chars().filter(|c| !c.is_whitespace()).collect();
    base64::engine::general_purpose::STANDARD
        .decode(packed)
        .map_err(key_error)
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::LazyLock;

    use super::*;

    pub fn made(entity_id: &str) -> KeyPair {
        let subject = Subject {
            organization: "Comune di Prova",
            locality: "Prova",
            entity_id,
            ipa_code: Some("c_a893"),
        };
        KeyPair::generate(&subject, "2026-11-24T09:00:00Z".parse().unwrap(), [7; 16]).unwrap()
    }

    /// Making keys is slow: the tests share three.
    pub static SP: LazyLock<KeyPair> = LazyLock::new(|| made("https://sp.example.it"));
    pub static IDP: LazyLock<KeyPair> = LazyLock::new(|| made("https://idp.example.it"));
    pub static OTHER: LazyLock<KeyPair> = LazyLock::new(|| made("https://altro.example.it"));

    #[test]
    fn survives_saving() {
        let again = KeyPair::from_pem(SP.private_pem(), &SP.certificate_pem()).unwrap();
        assert_eq!(again.certificate_der(), SP.certificate_der());
    }

    #[test]
    fn refuses_a_certificate_of_another_key() {
        assert!(KeyPair::from_pem(SP.private_pem(), &IDP.certificate_pem()).is_err());
        assert!(KeyPair::from_pem("niente", "niente").is_err());
    }
}
