//! The key pair of one party and its certificate.

use aws_lc_rs::digest;
use base64::Engine;
use bergshamra_dsig::DsigContext;
use bergshamra_keys::{KeysManager, loader};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rcgen::{
    CertificateParams, CustomExtension, DistinguishedName, DnType, KeyUsagePurpose,
    PKCS_RSA_SHA256, RsaKeySize, SerialNumber,
};
use x509_cert::{
    Certificate,
    der::{Decode as _, Encode as _, asn1::ObjectIdentifier},
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
        // basicConstraints: there, empty (no authority) and not critical, as the profile wants it;
        // the library would make it critical.
        let no_authority = CustomExtension::from_oid_content(&[2, 5, 29, 19], der(0x30, &[]));
        params.custom_extensions.push(no_authority);
        params.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::ContentCommitment,
        ];
        if subject.ipa_code.is_some() {
            let policies = CustomExtension::from_oid_content(&[2, 5, 29, 32], public_policies());
            params.custom_extensions.push(policies);
        }
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

    /// What the certificate says its owner's entityID is (attribute `uri`, 2.5.4.83).
    pub fn entity_id(&self) -> Option<String> {
        const URI: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.83");
        let certificate = Certificate::from_der(&self.certificate_der).ok()?;
        let subject = certificate.tbs_certificate.subject;
        let mut attributes = subject.0.iter().flat_map(|rdn| rdn.0.iter());
        let uri = attributes.find(|attribute| attribute.oid == URI)?;
        uri.value.decode_as::<String>().ok()
    }

    /// The certificate's SHA-256, hexadecimal.
    pub fn fingerprint(&self) -> String {
        let hash = digest::digest(&digest::SHA256, &self.certificate_der);
        hash.as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// PKCS#8.
    pub(crate) fn private_der(&self) -> Result<Vec<u8>, Error> {
        der_of(&self.private_pem, "PRIVATE KEY")
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

/// `certificatePolicies` of a public service provider, as AgID's certificate profile (Avviso 29)
/// asks: 1.3.76.16.6 "agIDcert" and 1.3.76.16.4.2.1 "cert_SP_Pub", each with its user notice.
fn public_policies() -> Vec<u8> {
    const USER_NOTICE: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 2, 2];
    let policy = |oid: &[u8], text: &str| {
        let notice = der(0x30, &der(0x0c, text.as_bytes()));
        let qualifier = der(0x30, &[der(0x06, USER_NOTICE), notice].concat());
        der(0x30, &[der(0x06, oid), der(0x30, &qualifier)].concat())
    };
    let agid = policy(&[0x2b, 76, 16, 6], "agIDcert");
    let public = policy(&[0x2b, 76, 16, 4, 2, 1], "cert_SP_Pub");
    der(0x30, &[agid, public].concat())
}

/// One DER value; ours are all shorter than the 128 bytes that the short form of lengths holds.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap_or(u8::MAX);
    debug_assert!(length < 128, "the short form of a length");
    [&[tag, length], content].concat()
}

/// The certificates of a PEM file, as DER.
pub fn certificates(pem: &str) -> Result<Vec<Vec<u8>>, Error> {
    let blocks = Certificate::load_pem_chain(pem.as_bytes()).map_err(key_error)?;
    if blocks.is_empty() {
        return Err(Error::Key("no PEM block CERTIFICATE".into()));
    }
    blocks
        .iter()
        .map(|certificate| certificate.to_der().map_err(key_error))
        .collect()
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
    fn the_policies_are_der_of_the_declared_length() {
        let policies = public_policies();
        assert_eq!(usize::from(policies[1]) + 2, policies.len());
        let holds = |text: &[u8]| {
            let der = SP.certificate_der();
            der.windows(text.len()).any(|window| window == text)
        };
        assert!(holds(&policies));
    }

    #[test]
    fn survives_saving() {
        let again = KeyPair::from_pem(SP.private_pem(), &SP.certificate_pem()).unwrap();
        assert_eq!(again.certificate_der(), SP.certificate_der());
    }

    #[test]
    fn knows_its_owner() {
        assert_eq!(SP.entity_id().as_deref(), Some("https://sp.example.it"));
        assert_eq!(SP.fingerprint().len(), 64);
        assert_ne!(SP.fingerprint(), IDP.fingerprint());
        let two = SP.certificate_pem() + &IDP.certificate_pem();
        let read = certificates(&two).unwrap();
        assert_eq!(read, [SP.certificate_der(), IDP.certificate_der()]);
        assert!(certificates("niente").is_err());
    }

    #[test]
    fn refuses_a_certificate_of_another_key() {
        assert!(KeyPair::from_pem(SP.private_pem(), &IDP.certificate_pem()).is_err());
        assert!(KeyPair::from_pem("niente", "niente").is_err());
    }
}
