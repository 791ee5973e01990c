//! Signatures as CMS.

use jiff::Timestamp;
use x509_cert::der::asn1::ObjectIdentifier;

use super::authority::wrapped;
use super::{SampleError, Signer};
use crate::Digest;
use crate::asn1::{INTEGER, OCTET_STRING, OID, SEQUENCE, SET, context};
use crate::certificate::Certificate;
use crate::cms::{
    CONTENT_TYPE, DATA, MESSAGE_DIGEST, SIGNED_DATA, SIGNING_CERTIFICATE, SIGNING_TIME,
};

const UTC_TIME: u8 = 0x17;

/// What is wrong with a signature; nothing, by default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    pub no_signing_certificate: bool,
    /// signing-certificate-v2 names another certificate.
    pub other_certificate: bool,
    /// The digest calls itself SHA-1.
    pub sha1: bool,
    /// The signature is of another message.
    pub other_message: bool,
    /// The certificates are left out.
    pub no_certificates: bool,
    /// The content is left out.
    pub detached: bool,
}

/// The document inside a signature, a `.p7m` in DER; `at` is the time that it claims.
pub fn sign_cades(content: &[u8], signer: &Signer, at: Timestamp) -> Result<Vec<u8>, SampleError> {
    sign_cades_with(content, &[signer], at, Faults::default())
}

/// As [`sign_cades`], with several signers beside each other, and faults.
pub fn sign_cades_with(
    content: &[u8],
    signers: &[&Signer],
    at: Timestamp,
    faults: Faults,
) -> Result<Vec<u8>, SampleError> {
    let inside = (!faults.detached).then_some(content);
    signed_data(inside, &[content], signers, Some(at), faults)
}

/// The signature only, over these parts, without a time: what goes into a PDF.
pub fn sign_detached(
    parts: &[&[u8]],
    signer: &Signer,
    faults: Faults,
) -> Result<Vec<u8>, SampleError> {
    signed_data(None, parts, &[signer], None, faults)
}

fn oid(oid: ObjectIdentifier) -> Vec<u8> {
    wrapped(OID, &[oid.as_bytes()])
}

fn signed_data(
    inside: Option<&[u8]>,
    parts: &[&[u8]],
    signers: &[&Signer],
    at: Option<Timestamp>,
    faults: Faults,
) -> Result<Vec<u8>, SampleError> {
    let content = inside.map_or_else(Vec::new, |content| {
        wrapped(context(0), &[&wrapped(OCTET_STRING, &[content])])
    });
    let content = wrapped(SEQUENCE, &[&oid(DATA), &content]);
    let digests: Vec<u8> = signers
        .iter()
        .flat_map(|s| s.algorithms()[0].clone())
        .collect();
    let all = signers.iter().flat_map(|signer| &signer.certificates);
    let certificates: Vec<u8> = all.flatten().copied().collect();
    let mut infos = Vec::new();
    for signer in signers {
        infos.extend(signer_info(parts, signer, at, faults)?);
    }
    let body = [
        wrapped(INTEGER, &[&[1]]),
        wrapped(SET, &[&digests]),
        content,
        if faults.no_certificates {
            Vec::new()
        } else {
            wrapped(context(0), &[&certificates])
        },
        wrapped(SET, &[&infos]),
    ];
    let body = wrapped(SEQUENCE, &[&body.concat()]);
    Ok(wrapped(
        SEQUENCE,
        &[&oid(SIGNED_DATA), &wrapped(context(0), &[&body])],
    ))
}

fn signer_info(
    parts: &[&[u8]],
    signer: &Signer,
    at: Option<Timestamp>,
    faults: Faults,
) -> Result<Vec<u8>, SampleError> {
    let own = signer.certificates.first();
    let own = own.and_then(|der| Certificate::read(der));
    let own = own.ok_or_else(|| SampleError("certificate".into()))?;
    let attributes = attributes(parts, signer, &own, at, faults);
    let message = wrapped(SET, &[&attributes]);
    let signature = signer.sign(if faults.other_message {
        b"another message"
    } else {
        &message
    })?;
    let [mut digest, algorithm] = signer.algorithms();
    if faults.sha1 {
        digest = wrapped(
            SEQUENCE,
            &[&oid(ObjectIdentifier::new_unwrap("1.3.14.3.2.26"))],
        );
    }
    let serial = wrapped(INTEGER, &[own.serial()]);
    let parts = [
        wrapped(INTEGER, &[&[1]]),
        wrapped(SEQUENCE, &[own.issuer(), &serial]),
        digest,
        wrapped(context(0), &[&attributes]),
        algorithm,
        wrapped(OCTET_STRING, &[&signature]),
    ];
    Ok(wrapped(SEQUENCE, &[&parts.concat()]))
}

/// The signed attributes, in the order of DER.
fn attributes(
    parts: &[&[u8]],
    signer: &Signer,
    own: &Certificate,
    at: Option<Timestamp>,
    faults: Faults,
) -> Vec<u8> {
    let attribute = |name, value: &[u8]| {
        let values = wrapped(SET, &[value]);
        wrapped(SEQUENCE, &[&oid(name), &values])
    };
    let digest = signer.digest().of(parts);
    let named = if faults.other_certificate {
        b"another"
    } else {
        own.der()
    };
    let hash = Digest::Sha256.of(&[named]);
    let id = wrapped(SEQUENCE, &[&wrapped(OCTET_STRING, &[hash.as_ref()])]);
    let ids = wrapped(SEQUENCE, &[&wrapped(SEQUENCE, &[&id])]);
    let mut all = vec![
        attribute(CONTENT_TYPE, &oid(DATA)),
        attribute(MESSAGE_DIGEST, &wrapped(OCTET_STRING, &[digest.as_ref()])),
    ];
    if !faults.no_signing_certificate {
        all.push(attribute(SIGNING_CERTIFICATE, &ids));
    }
    if let Some(at) = at {
        let text = at.strftime("%y%m%d%H%M%SZ").to_string();
        all.push(attribute(
            SIGNING_TIME,
            &wrapped(UTC_TIME, &[text.as_bytes()]),
        ));
    }
    all.sort();
    all.concat()
}
