//! Keys and certificates.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PSS_SHA256, RsaKeyPair};
use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_RSA_SHA256,
    RsaKeySize, SigningKey as _,
};
use time::OffsetDateTime;

use super::SampleError;
use crate::algorithm::{ECDSA_SHA256, ECDSA_SHA384, RSA, RSA_PSS, SHA256, SHA384};
use crate::asn1::{self, INTEGER, OID, SEQUENCE, context};
use crate::certificate::{QC_COMPLIANCE, QC_SSCD};

/// What a key signs with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Key {
    /// 2048 bits, PKCS#1 v1.5 with SHA-256.
    Rsa,
    /// 2048 bits, RSASSA-PSS with SHA-256.
    RsaPss,
    /// ECDSA with SHA-256.
    P256,
    /// ECDSA with SHA-384.
    P384,
}

/// Whose certificate, and what it says.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    pub given_name: &'a str,
    pub surname: &'a str,
    /// As it stands in serialNumber: `TINIT-RSSMRA80A01H501U`.
    pub serial_number: &'a str,
    /// First and last second.
    pub valid: (Timestamp, Timestamp),
    pub key: Key,
    /// With qcStatements: qualified, in a qualified device.
    pub qualified: bool,
    /// keyUsage nonRepudiation; else keyEncipherment, with which nothing is signed.
    pub may_sign: bool,
}

/// What an authority's certificate says of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    Authority,
    /// With a pathLenConstraint.
    Above(u8),
    /// Without basicConstraints: none.
    Plain,
}

/// Issues certificates.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    private_pem: String,
    certificate_pem: String,
    /// DER of the authorities from this one up, without the topmost.
    path: Vec<Vec<u8>>,
}

/// A person's key and certificate, with the authorities between.
pub struct Signer {
    key: KeyPair,
    kind: Key,
    pub(super) certificates: Vec<Vec<u8>>,
}

impl Authority {
    /// A new one that nobody stands above, valid for ten years around `now`.
    pub fn new(name: &str, now: Timestamp) -> Result<Self, SampleError> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(SampleError::of)?;
        let params = authority(name, Kind::Authority, now)?;
        let certificate = params.self_signed(&key).map_err(SampleError::of)?;
        Ok(Self {
            private_pem: key.serialize_pem(),
            certificate_pem: certificate.pem(),
            issuer: Issuer::new(params, key),
            path: Vec::new(),
        })
    }

    /// Reads back what [`private_pem`](Self::private_pem) and
    /// [`certificate_pem`](Self::certificate_pem) gave, of one that nobody stands above.
    pub fn from_pem(private_pem: &str, certificate_pem: &str) -> Result<Self, SampleError> {
        let key = KeyPair::from_pem(private_pem).map_err(SampleError::of)?;
        let trust = crate::TrustList::from_pem(certificate_pem).map_err(SampleError::of)?;
        let name = trust.names().next().unwrap_or_default().to_owned();
        // Only the name and the key go into what it issues.
        let params = authority(&name, Kind::Authority, Timestamp::UNIX_EPOCH)?;
        Ok(Self {
            private_pem: private_pem.to_owned(),
            certificate_pem: certificate_pem.to_owned(),
            issuer: Issuer::new(params, key),
            path: Vec::new(),
        })
    }

    /// One below this.
    pub fn below(&self, name: &str, kind: Kind, now: Timestamp) -> Result<Self, SampleError> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(SampleError::of)?;
        let params = authority(name, kind, now)?;
        let certificate = params.signed_by(&key, &self.issuer);
        let certificate = certificate.map_err(SampleError::of)?;
        let mut path = vec![certificate.der().to_vec()];
        path.extend(self.path.iter().cloned());
        Ok(Self {
            private_pem: key.serialize_pem(),
            certificate_pem: certificate.pem(),
            issuer: Issuer::new(params, key),
            path,
        })
    }

    /// For a [`crate::TrustList`].
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// PKCS#8 PEM: secret.
    pub fn private_pem(&self) -> &str {
        &self.private_pem
    }

    /// A new key and a certificate for it.
    pub fn issue(&self, owner: &Owner<'_>) -> Result<Signer, SampleError> {
        let key = match owner.key {
            Key::Rsa | Key::RsaPss => {
                KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)
            }
            Key::P256 => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256),
            Key::P384 => KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384),
        };
        let key = key.map_err(SampleError::of)?;
        let certificate = person(owner)?.signed_by(&key, &self.issuer);
        let mut certificates = vec![certificate.map_err(SampleError::of)?.der().to_vec()];
        certificates.extend(self.path.iter().cloned());
        Ok(Signer {
            key,
            kind: owner.key,
            certificates,
        })
    }
}

impl Signer {
    /// PKCS#8 PEM of the private key, and the certificates' PEM, for other programs.
    pub fn to_pem(&self) -> (String, String) {
        let blocks = self.certificates.iter().map(|der| {
            use base64::Engine as _;
            let body = base64::engine::general_purpose::STANDARD.encode(der);
            let lines: String = body
                .as_bytes()
                .chunks(64)
                .map(|line| String::from_utf8_lossy(line).into_owned() + "\n")
                .collect();
            format!("-----BEGIN CERTIFICATE-----\n{lines}-----END CERTIFICATE-----\n")
        });
        (self.key.serialize_pem(), blocks.collect())
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SampleError> {
        if self.kind != Key::RsaPss {
            return self.key.sign(message).map_err(SampleError::of);
        }
        let key = RsaKeyPair::from_pkcs8(self.key.serialized_der()).map_err(SampleError::of)?;
        let mut signature = vec![0; key.public_modulus_len()];
        let random = SystemRandom::new();
        key.sign(&RSA_PSS_SHA256, &random, message, &mut signature)
            .map_err(SampleError::of)?;
        Ok(signature)
    }

    pub(super) fn digest(&self) -> crate::Digest {
        match self.kind {
            Key::P384 => crate::Digest::Sha384,
            _ => crate::Digest::Sha256,
        }
    }

    /// DER of the digest's and of the signature's AlgorithmIdentifier.
    pub(super) fn algorithms(&self) -> [Vec<u8>; 2] {
        let plain = |oid: &x509_cert::der::asn1::ObjectIdentifier| {
            wrapped(SEQUENCE, &[&wrapped(OID, &[oid.as_bytes()])])
        };
        let digest = match self.digest() {
            crate::Digest::Sha384 => plain(&SHA384),
            _ => plain(&SHA256),
        };
        let signature = match self.kind {
            Key::Rsa => wrapped(SEQUENCE, &[&wrapped(OID, &[RSA.as_bytes()]), &[5, 0]]),
            Key::P256 => plain(&ECDSA_SHA256),
            Key::P384 => plain(&ECDSA_SHA384),
            Key::RsaPss => {
                let mgf1 = wrapped(OID, &[crate::algorithm::MGF1.as_bytes()]);
                let mgf = wrapped(SEQUENCE, &[&mgf1, &digest]);
                let parameters = [
                    wrapped(context(0), &[&digest]),
                    wrapped(context(1), &[&mgf]),
                    wrapped(context(2), &[&wrapped(INTEGER, &[&[32]])]),
                ];
                let parameters = wrapped(SEQUENCE, &[&parameters.concat()]);
                wrapped(
                    SEQUENCE,
                    &[&wrapped(OID, &[RSA_PSS.as_bytes()]), &parameters],
                )
            }
        };
        [digest, signature]
    }
}

/// One DER element around these.
pub(super) fn wrapped(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    asn1::write(tag, &parts.concat(), &mut out);
    out
}

fn instant(at: Timestamp) -> Result<OffsetDateTime, SampleError> {
    OffsetDateTime::from_unix_timestamp(at.as_second()).map_err(SampleError::of)
}

fn authority(name: &str, kind: Kind, now: Timestamp) -> Result<CertificateParams, SampleError> {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    let years = time::Duration::days(5 * 365);
    params.not_before = instant(now)? - years;
    params.not_after = instant(now)? + years;
    params.is_ca = match kind {
        Kind::Authority => IsCa::Ca(BasicConstraints::Unconstrained),
        Kind::Above(most) => IsCa::Ca(BasicConstraints::Constrained(most)),
        Kind::Plain => IsCa::NoCa,
    };
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

fn person(owner: &Owner<'_>) -> Result<CertificateParams, SampleError> {
    let mut params = CertificateParams::default();
    let full_name = format!("{} {}", owner.given_name, owner.surname);
    params.distinguished_name = DistinguishedName::new();
    for (kind, value) in [
        (DnType::CountryName, "IT"),
        (DnType::CommonName, &full_name),
        (DnType::from_oid(&[2, 5, 4, 42]), owner.given_name),
        (DnType::from_oid(&[2, 5, 4, 4]), owner.surname),
        (DnType::from_oid(&[2, 5, 4, 5]), owner.serial_number),
        // As real ones have it: a number of the provider's, no codice fiscale.
        (DnType::from_oid(&[2, 5, 4, 46]), "2026111234567"),
    ] {
        params.distinguished_name.push(kind, value);
    }
    (params.not_before, params.not_after) = (instant(owner.valid.0)?, instant(owner.valid.1)?);
    // With a key identifier, as all real ones have it.
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![if owner.may_sign {
        KeyUsagePurpose::ContentCommitment
    } else {
        KeyUsagePurpose::KeyEncipherment
    }];
    if owner.qualified {
        let statement = |oid: &[u8]| wrapped(SEQUENCE, &[&wrapped(OID, &[oid])]);
        let statements = [QC_COMPLIANCE, QC_SSCD].map(|oid| statement(oid.as_bytes()));
        let statements = wrapped(SEQUENCE, &[&statements.concat()]);
        let oid = [1, 3, 6, 1, 5, 5, 7, 1, 3];
        let extension = CustomExtension::from_oid_content(&oid, statements);
        params.custom_extensions.push(extension);
    }
    Ok(params)
}
