//! CMS SignedData (RFC 5652) with the attributes that CAdES and PAdES baseline signatures must
//! have (EN 319 122-1 section 6.3, EN 319 142-1 section 6.3): whose signature, over what, valid?

use jiff::Timestamp;
use x509_cert::der::asn1::{GeneralizedTime, ObjectIdentifier, UtcTime};
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::name::Name;

use crate::algorithm::{Algorithm, Digest};
use crate::asn1::{self, INTEGER, Item, OCTET_STRING, OID, SEQUENCE, SET, context};
use crate::certificate::Certificate;
use crate::{Format, MAX_CERTIFICATES, MAX_SIGNATURES, Refusal, Signature, TrustList, chain};

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

pub(crate) const DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.1");
pub(crate) const SIGNED_DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.2");
pub(crate) const CONTENT_TYPE: ObjectIdentifier = oid("1.2.840.113549.1.9.3");
pub(crate) const MESSAGE_DIGEST: ObjectIdentifier = oid("1.2.840.113549.1.9.4");
pub(crate) const SIGNING_TIME: ObjectIdentifier = oid("1.2.840.113549.1.9.5");
pub(crate) const SIGNING_CERTIFICATE: ObjectIdentifier = oid("1.2.840.113549.1.9.16.2.47");

/// Attributes of one signer: baseline signatures have fewer than ten.
const MOST_ATTRIBUTES: usize = 64;
/// `[0]` IMPLICIT OCTET STRING of a SignerIdentifier.
const KEY_IDENTIFIER: u8 = 0x80;

/// What a SignedData holds.
pub(crate) struct SignedData<'a> {
    pub content: Option<&'a [u8]>,
    certificates: Vec<Certificate>,
    signers: Vec<SignerInfo<'a>>,
}

struct SignerInfo<'a> {
    id: Item<'a>,
    digest: Item<'a>,
    attributes: Option<Item<'a>>,
    algorithm: Item<'a>,
    signature: &'a [u8],
}

/// Against what signatures are judged.
pub(crate) struct Judge<'a> {
    pub trust: &'a TrustList,
    pub at: Timestamp,
}

impl<'a> SignedData<'a> {
    /// Reads a ContentInfo in DER ([`asn1::to_der`]).
    pub fn read(der: &'a [u8]) -> Result<Self, Refusal> {
        let malformed = |what| move || Refusal::BadCms(what);
        let body = content_info(der).ok_or(Refusal::BadCms("ContentInfo"))?;
        let mut reader = body.reader();
        let head = (|| {
            reader.next(INTEGER)?;
            reader.next(SET)?;
            encapsulated(reader.next(SEQUENCE)?)
        })();
        let content = head.ok_or_else(malformed("encapContentInfo"))?;
        let certificates = reader.optional(context(0));
        let certificates = certificates.map_or(Ok(Vec::new()), certificates_of)?;
        reader.optional(context(1));
        let infos = reader.next(SET).filter(|_| reader.is_empty());
        let infos = infos.ok_or_else(malformed("signerInfos"))?;
        let infos = infos.reader().all(MAX_SIGNATURES);
        let infos = infos.ok_or(Refusal::TooMany("signers in one CMS"))?;
        let signers: Option<Vec<_>> = infos.into_iter().map(signer_info).collect();
        Ok(Self {
            content,
            certificates,
            signers: signers.ok_or_else(malformed("signerInfo"))?,
        })
    }

    pub fn signers(&self) -> usize {
        self.signers.len()
    }

    /// Judges each signer over this content, given in parts.
    pub fn judge(&self, format: Format, content: &[&[u8]], judge: &Judge<'_>) -> Vec<Signature> {
        let signers = self.signers.iter();
        let judged = signers.map(|info| {
            let mut signature = Signature::unknown(format);
            let judged = self.judge_one(info, content, judge, &mut signature);
            signature.refusal = judged.err();
            signature
        });
        judged.collect()
    }

    /// Writes into `signature` what becomes known on the way: a refused one still tells whose it
    /// says to be.
    fn judge_one(
        &self,
        info: &SignerInfo<'_>,
        content: &[&[u8]],
        judge: &Judge<'_>,
        signature: &mut Signature,
    ) -> Result<(), Refusal> {
        let certificate = self.signer(info);
        if let Some(certificate) = certificate {
            signature.describe(certificate);
        }
        let attributes = info.attributes.ok_or(Refusal::Attribute("all"))?;
        let signed = Attributes::read(attributes)?;
        signature.claimed_at = signed.claimed_at();
        let digest = Digest::read(info.digest)?;
        signature.digest = Some(digest);
        let algorithm = Algorithm::read(info.algorithm, Some(digest))?;
        signature.algorithm = Some(algorithm);
        signed.cover(digest, content)?;
        let certificate = certificate.ok_or(Refusal::NoCertificate)?;
        signed.name(certificate)?;
        verify(algorithm, certificate, attributes, info.signature)?;
        let anchor = chain::anchor(certificate, &self.certificates, judge.trust, judge.at)?;
        signature.anchor = Some(anchor.name.clone());
        Ok(())
    }

    /// The certificate that the signer's identifier points to.
    fn signer(&self, info: &SignerInfo<'_>) -> Option<&Certificate> {
        if info.id.tag == KEY_IDENTIFIER {
            let wanted = Some(info.id.value);
            return self
                .certificates
                .iter()
                .find(|certificate| certificate.key_identifier() == wanted);
        }
        let mut reader = info.id.reader();
        let issuer = Name::from_der(reader.next(SEQUENCE)?.raw).ok()?;
        let issuer = issuer.to_der().ok()?;
        let serial = reader.next(INTEGER)?.value;
        self.certificates
            .iter()
            .find(|certificate| certificate.issuer() == issuer && certificate.serial() == serial)
    }
}

/// The signature is over the attributes with the tag of a SET (RFC 5652, 5.4): in the order of
/// DER, and if a program did not sort them, in its own.
fn verify(
    algorithm: Algorithm,
    certificate: &Certificate,
    attributes: Item<'_>,
    signature: &[u8],
) -> Result<(), Refusal> {
    let mut items = attributes.reader().all(MOST_ATTRIBUTES).unwrap_or_default();
    let mut as_sent = Vec::new();
    asn1::write(SET, attributes.value, &mut as_sent);
    let verified = algorithm.verify(certificate.key(), &as_sent, signature);
    if verified != Err(Refusal::BadSignature) {
        return verified;
    }
    items.sort_by(|a, b| a.raw.cmp(b.raw));
    let sorted: Vec<u8> = items.iter().flat_map(|item| item.raw).copied().collect();
    let mut in_order = Vec::new();
    asn1::write(SET, &sorted, &mut in_order);
    algorithm.verify(certificate.key(), &in_order, signature)
}

fn content_info(der: &[u8]) -> Option<Item<'_>> {
    let mut reader = asn1::single(der, SEQUENCE)?.reader();
    let kind = reader.next(OID)?.oid()?;
    let body = asn1::single(reader.next(context(0))?.value, SEQUENCE)?;
    (kind == SIGNED_DATA && reader.is_empty()).then_some(body)
}

/// The content, if it is there. Its type must be plain data: of other types (timestamps, say) the
/// same bytes would mean something else.
fn encapsulated(info: Item<'_>) -> Option<Option<&[u8]>> {
    let mut reader = info.reader();
    if reader.next(OID)?.oid()? != DATA {
        return None;
    }
    if reader.is_empty() {
        return Some(None);
    }
    let content = asn1::single(reader.next(context(0))?.value, OCTET_STRING)?;
    reader.is_empty().then_some(Some(content.value))
}

/// Those that can be read: what else lies there (attribute certificates) can be no signer's.
fn certificates_of(set: Item<'_>) -> Result<Vec<Certificate>, Refusal> {
    let items = set.reader().all(MAX_CERTIFICATES);
    let items = items.ok_or(Refusal::TooMany("certificates"))?;
    let plain = items.iter().filter(|item| item.tag == SEQUENCE);
    Ok(plain
        .filter_map(|item| Certificate::read(item.raw))
        .collect())
}

fn signer_info(item: Item<'_>) -> Option<SignerInfo<'_>> {
    let mut reader = item.reader();
    reader.next(INTEGER)?;
    let id = reader.any()?;
    let digest = reader.next(SEQUENCE)?;
    let attributes = reader.optional(context(0));
    let algorithm = reader.next(SEQUENCE)?;
    let signature = reader.next(OCTET_STRING)?.value;
    reader.optional(context(1));
    let whole = item.tag == SEQUENCE && reader.is_empty();
    whole.then_some(SignerInfo {
        id,
        digest,
        attributes,
        algorithm,
        signature,
    })
}

/// Signed attributes, each with its only value.
struct Attributes<'a>(Vec<(ObjectIdentifier, Option<Item<'a>>)>);

impl<'a> Attributes<'a> {
    fn read(set: Item<'a>) -> Result<Self, Refusal> {
        let malformed = Refusal::BadCms("signed attributes");
        let items = set.reader().all(MOST_ATTRIBUTES);
        let items = items.ok_or(Refusal::TooMany("signed attributes"))?;
        let read = |item: &Item<'a>| {
            let mut reader = item.reader();
            let oid = reader.next(OID)?.oid()?;
            let values = reader.next(SET)?.reader().all(MOST_ATTRIBUTES)?;
            let only = match values[..] {
                [only] => Some(only),
                _ => None,
            };
            (item.tag == SEQUENCE && reader.is_empty()).then_some((oid, only))
        };
        let attributes: Option<Vec<_>> = items.iter().map(read).collect();
        Ok(Self(attributes.ok_or(malformed)?))
    }

    /// The value of an attribute that must stand there once with one value.
    fn value(&self, oid: ObjectIdentifier) -> Option<Item<'a>> {
        let mut found = self.0.iter().filter(|(name, _)| *name == oid);
        let (_, value) = found.next()?;
        found.next().is_none().then_some(*value)?
    }

    /// contentType and messageDigest (RFC 5652, 11.1 and 11.2).
    fn cover(&self, digest: Digest, content: &[&[u8]]) -> Result<(), Refusal> {
        let kind = self.value(CONTENT_TYPE).and_then(Item::oid);
        if kind != Some(DATA) {
            return Err(Refusal::Attribute("contentType"));
        }
        let said = self.value(MESSAGE_DIGEST);
        let said = said.filter(|said| said.tag == OCTET_STRING);
        let said = said.ok_or(Refusal::Attribute("messageDigest"))?;
        if said.value == digest.of(content).as_ref() {
            Ok(())
        } else {
            Err(Refusal::Altered("messageDigest"))
        }
    }

    /// signing-certificate-v2 (RFC 5035): the first entry is the signer's certificate.
    fn name(&self, certificate: &Certificate) -> Result<(), Refusal> {
        let value = self.value(SIGNING_CERTIFICATE);
        let value = value.ok_or(Refusal::SigningCertificate)?;
        let first = value.reader().next(SEQUENCE);
        let first = first.and_then(|list| list.reader().next(SEQUENCE));
        let mut reader = first.ok_or(Refusal::SigningCertificate)?.reader();
        let digest = match reader.optional(SEQUENCE) {
            Some(algorithm) => Digest::read(algorithm)?,
            None => Digest::Sha256,
        };
        let hash = reader.next(OCTET_STRING).map(|hash| hash.value);
        if hash == Some(digest.of(&[certificate.der()]).as_ref()) {
            Ok(())
        } else {
            Err(Refusal::SigningCertificate)
        }
    }

    /// signingTime (RFC 5652, 11.3): what the signer's computer said.
    fn claimed_at(&self) -> Option<Timestamp> {
        let value = self.value(SIGNING_TIME)?;
        let since = UtcTime::from_der(value.raw)
            .map(|time| time.to_unix_duration())
            .or_else(|_| GeneralizedTime::from_der(value.raw).map(|time| time.to_unix_duration()));
        Timestamp::from_second(i64::try_from(since.ok()?.as_secs()).ok()?).ok()
    }
}

/// Whether these bytes look like the beginning of a ContentInfo.
pub(crate) fn looks_like(bytes: &[u8]) -> bool {
    let mut oid = Vec::new();
    asn1::write(OID, SIGNED_DATA.as_bytes(), &mut oid);
    let head = &bytes[..bytes.len().min(32)];
    head.first() == Some(&SEQUENCE) && head.windows(oid.len()).any(|window| window == oid)
}

/// DER of a signature in a PDF: its value, then zeros up to the end of the space left for it.
pub(crate) fn padded(bytes: &[u8]) -> Option<Vec<u8>> {
    let (der, rest) = asn1::to_der(bytes)?;
    rest.iter().all(|byte| *byte == 0).then_some(der)
}

/// DER of a whole file.
pub(crate) fn whole(bytes: &[u8]) -> Option<Vec<u8>> {
    let (der, rest) = asn1::to_der(bytes)?;
    rest.is_empty().then_some(der)
}
