//! Which algorithms count, and the verification itself (aws-lc).
//!
//! AgID's rules on qualified signatures and ETSI TS 119 312 leave SHA-2 with RSA from 2048 bits
//! or the NIST curves; what is weaker is refused by name, so that the log tells why.

use aws_lc_rs::digest;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P256_SHA512_ASN1, ECDSA_P384_SHA256_ASN1,
    ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA512_ASN1, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, UnparsedPublicKey, VerificationAlgorithm,
};
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::spki::SubjectPublicKeyInfoOwned;

use crate::Refusal;
use crate::asn1::{self, INTEGER, Item, SEQUENCE, context};

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const SHA1: ObjectIdentifier = oid("1.3.14.3.2.26");
const MD5: ObjectIdentifier = oid("1.2.840.113549.2.5");
pub(crate) const SHA256: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.1");
pub(crate) const SHA384: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.2");
pub(crate) const SHA512: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.3");
pub(crate) const RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.1");
pub(crate) const RSA_PSS: ObjectIdentifier = oid("1.2.840.113549.1.1.10");
pub(crate) const MGF1: ObjectIdentifier = oid("1.2.840.113549.1.1.8");
const RSA_MD5: ObjectIdentifier = oid("1.2.840.113549.1.1.4");
const RSA_SHA1: ObjectIdentifier = oid("1.2.840.113549.1.1.5");
const RSA_SHA256: ObjectIdentifier = oid("1.2.840.113549.1.1.11");
const RSA_SHA384: ObjectIdentifier = oid("1.2.840.113549.1.1.12");
const RSA_SHA512: ObjectIdentifier = oid("1.2.840.113549.1.1.13");
const ECDSA_SHA1: ObjectIdentifier = oid("1.2.840.10045.4.1");
pub(crate) const ECDSA_SHA256: ObjectIdentifier = oid("1.2.840.10045.4.3.2");
pub(crate) const ECDSA_SHA384: ObjectIdentifier = oid("1.2.840.10045.4.3.3");
const ECDSA_SHA512: ObjectIdentifier = oid("1.2.840.10045.4.3.4");
const EC_KEY: ObjectIdentifier = oid("1.2.840.10045.2.1");
const P256: ObjectIdentifier = oid("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = oid("1.3.132.0.34");

/// A digest that counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Digest {
    Sha256,
    Sha384,
    Sha512,
}

impl Digest {
    /// `SHA-256` and the like.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    pub(crate) fn read(item: Item<'_>) -> Result<Self, Refusal> {
        let read = asn1::algorithm(item).ok_or(Refusal::BadCms("digest algorithm"))?;
        match read.0 {
            SHA256 => Ok(Self::Sha256),
            SHA384 => Ok(Self::Sha384),
            SHA512 => Ok(Self::Sha512),
            SHA1 => Err(Refusal::WeakAlgorithm("SHA-1")),
            MD5 => Err(Refusal::WeakAlgorithm("MD5")),
            _ => Err(Refusal::UnknownAlgorithm("digest")),
        }
    }

    /// Over the parts as if they were one.
    pub(crate) fn of(self, parts: &[&[u8]]) -> digest::Digest {
        let algorithm = match self {
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        };
        let mut context = digest::Context::new(algorithm);
        for part in parts {
            context.update(part);
        }
        context.finish()
    }

    /// Bytes.
    fn length(self) -> u8 {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// How the signature was made, without the key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1(Digest),
    /// RSASSA-PSS, with a salt as long as the digest.
    RsaPss(Digest),
    /// On P-256 or P-384, as the key says.
    Ecdsa(Digest),
}

impl Algorithm {
    /// `rsaEncryption` leaves the digest to the structure around it: `otherwise`.
    pub(crate) fn read(item: Item<'_>, otherwise: Option<Digest>) -> Result<Self, Refusal> {
        let malformed = Refusal::BadCms("signature algorithm");
        let (oid, parameters) = asn1::algorithm(item).ok_or(malformed.clone())?;
        Ok(match oid {
            RSA => Self::RsaPkcs1(otherwise.ok_or(malformed)?),
            RSA_SHA256 => Self::RsaPkcs1(Digest::Sha256),
            RSA_SHA384 => Self::RsaPkcs1(Digest::Sha384),
            RSA_SHA512 => Self::RsaPkcs1(Digest::Sha512),
            RSA_PSS => Self::RsaPss(pss(parameters.ok_or(Refusal::WeakAlgorithm("SHA-1"))?)?),
            ECDSA_SHA256 => Self::Ecdsa(Digest::Sha256),
            ECDSA_SHA384 => Self::Ecdsa(Digest::Sha384),
            ECDSA_SHA512 => Self::Ecdsa(Digest::Sha512),
            RSA_SHA1 | ECDSA_SHA1 => return Err(Refusal::WeakAlgorithm("SHA-1")),
            RSA_MD5 => return Err(Refusal::WeakAlgorithm("MD5")),
            _ => return Err(Refusal::UnknownAlgorithm("signature")),
        })
    }

    /// Verifies `signature` over `message` with the key of a certificate.
    ///
    /// # Errors
    /// Of the key: another kind than the algorithm's, another curve, RSA under 2048 bits. Of the
    /// signature: [`Refusal::BadSignature`].
    pub(crate) fn verify(
        self,
        key: &SubjectPublicKeyInfoOwned,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Refusal> {
        let bytes = key
            .subject_public_key
            .as_bytes()
            .ok_or(Refusal::UnknownAlgorithm("public key"))?;
        if !matches!(self, Self::Ecdsa(_)) && rsa_bits(bytes) < 2048 {
            return Err(Refusal::WeakAlgorithm("RSA under 2048 bits"));
        }
        UnparsedPublicKey::new(self.verifier(key)?, bytes)
            .verify(message, signature)
            .map_err(|_| Refusal::BadSignature)
    }

    fn verifier(
        self,
        key: &SubjectPublicKeyInfoOwned,
    ) -> Result<&'static dyn VerificationAlgorithm, Refusal> {
        use Digest::{Sha256, Sha384, Sha512};
        let parameters = key.algorithm.parameters.as_ref();
        let curve = parameters.and_then(|curve| curve.decode_as::<ObjectIdentifier>().ok());
        let kinds: &[ObjectIdentifier] = match self {
            Self::RsaPkcs1(_) => &[RSA],
            Self::RsaPss(_) => &[RSA, RSA_PSS],
            Self::Ecdsa(_) => &[EC_KEY],
        };
        if !kinds.contains(&key.algorithm.oid) {
            return Err(Refusal::UnknownAlgorithm("key of another kind"));
        }
        Ok(match (self, curve) {
            (Self::RsaPkcs1(Sha256), _) => &RSA_PKCS1_2048_8192_SHA256,
            (Self::RsaPkcs1(Sha384), _) => &RSA_PKCS1_2048_8192_SHA384,
            (Self::RsaPkcs1(Sha512), _) => &RSA_PKCS1_2048_8192_SHA512,
            (Self::RsaPss(Sha256), _) => &RSA_PSS_2048_8192_SHA256,
            (Self::RsaPss(Sha384), _) => &RSA_PSS_2048_8192_SHA384,
            (Self::RsaPss(Sha512), _) => &RSA_PSS_2048_8192_SHA512,
            (Self::Ecdsa(Sha256), Some(P256)) => &ECDSA_P256_SHA256_ASN1,
            (Self::Ecdsa(Sha384), Some(P256)) => &ECDSA_P256_SHA384_ASN1,
            (Self::Ecdsa(Sha512), Some(P256)) => &ECDSA_P256_SHA512_ASN1,
            (Self::Ecdsa(Sha256), Some(P384)) => &ECDSA_P384_SHA256_ASN1,
            (Self::Ecdsa(Sha384), Some(P384)) => &ECDSA_P384_SHA384_ASN1,
            (Self::Ecdsa(Sha512), Some(P384)) => &ECDSA_P384_SHA512_ASN1,
            (Self::Ecdsa(_), _) => return Err(Refusal::UnknownAlgorithm("curve")),
        })
    }
}

impl std::fmt::Display for Algorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::RsaPkcs1(digest) => write!(f, "RSA PKCS#1 v1.5, {}", digest.name()),
            Self::RsaPss(digest) => write!(f, "RSASSA-PSS, {}", digest.name()),
            Self::Ecdsa(digest) => write!(f, "ECDSA, {}", digest.name()),
        }
    }
}

/// `RSASSA-PSS-params` (RFC 8017, A.2.3), whose defaults are SHA-1. One digest for both uses and
/// a salt of its length: what EN 319 122 writes and the library verifies.
fn pss(parameters: Item<'_>) -> Result<Digest, Refusal> {
    let malformed = || Refusal::BadCms("RSASSA-PSS parameters");
    let weak = || Refusal::WeakAlgorithm("SHA-1");
    let inner = |item: Item<'_>| item.reader().next(SEQUENCE).map(|inner| inner.raw.to_vec());
    let mut reader = parameters.reader();
    let hash = reader.optional(context(0)).ok_or_else(weak)?;
    let hash = inner(hash).ok_or_else(malformed)?;
    let digest = Digest::read(asn1::single(&hash, SEQUENCE).ok_or_else(malformed)?)?;
    let mgf = reader.optional(context(1)).ok_or_else(weak)?;
    let mgf = inner(mgf).ok_or_else(malformed)?;
    let mgf = asn1::single(&mgf, SEQUENCE).ok_or_else(malformed)?;
    let same = match asn1::algorithm(mgf) {
        Some((MGF1, Some(hash))) => Digest::read(hash)? == digest,
        _ => false,
    };
    let salt = reader
        .optional(context(2))
        .and_then(|salt| asn1::single(salt.value, INTEGER));
    if same && salt.is_some_and(|salt| salt.value == [digest.length()]) {
        Ok(digest)
    } else {
        Err(Refusal::UnknownAlgorithm("RSASSA-PSS parameters"))
    }
}

/// Length of the modulus of an `RSAPublicKey` (RFC 8017, A.1.1); 0 if it is none.
fn rsa_bits(key: &[u8]) -> usize {
    let modulus = asn1::single(key, SEQUENCE).and_then(|key| key.reader().next(INTEGER));
    let digits = modulus.map_or(&[][..], |modulus| modulus.value);
    let zeros = digits.iter().take_while(|digit| **digit == 0).count();
    let significant = &digits[zeros..];
    let unused = significant.first().map_or(0, |first| first.leading_zeros());
    (significant.len() * 8).saturating_sub(unused as usize)
}

/// SHA-256 of the whole, as the caller keeps it of the document that was given out.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(aws_lc_rs::digest::digest(&digest::SHA256, bytes).as_ref());
    out
}
