//! Why a file or a signature is not good enough.

/// `Display` is the technical reason, for the log: it never says who signed or what is written in
/// the file. What the citizen is told is the counter's matter.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Longer than [`crate::MAX_FILE`].
    #[error("file too large")]
    TooLarge,
    #[error("neither a PDF nor a CMS SignedData")]
    NotRecognised,
    /// The original as it was given out, or a PDF without any signature.
    #[error("no signature")]
    NotSigned,
    /// A CMS whose content is elsewhere.
    #[error("detached CMS: no content in it")]
    Detached,
    #[error("another document was signed")]
    OtherDocument,
    #[error("changed after signing: {0}")]
    Altered(&'static str),
    /// A revision that does more to the document than sign it.
    #[error("the signed revision changes the document: {0}")]
    Rewritten(&'static str),
    /// A ByteRange or Contents that does not cover what it must (PDF 32000-1 12.8.1).
    #[error("signature does not cover its revision: {0}")]
    Coverage(&'static str),
    #[error("malformed PDF update: {0}")]
    BadPdf(&'static str),
    #[error("malformed CMS: {0}")]
    BadCms(&'static str),
    /// A PDF signature of another kind than CAdES or PKCS#7 detached.
    #[error("SubFilter not supported")]
    OtherKind,
    /// A document timestamp, which says nothing of who signed (EN 319 142-1, 5.4.3).
    #[error("document timestamp")]
    DocumentTimestamp,
    #[error("too many: {0}")]
    TooMany(&'static str),
    /// SHA-1, MD5, RSA under 2048 bits.
    #[error("broken algorithm: {0}")]
    WeakAlgorithm(&'static str),
    #[error("algorithm not supported: {0}")]
    UnknownAlgorithm(&'static str),
    #[error("signed attribute missing or repeated: {0}")]
    Attribute(&'static str),
    /// EN 319 122-1, 5.2.2: the certificate must be among what is signed.
    #[error("signing-certificate-v2 is missing or names another certificate")]
    SigningCertificate,
    #[error("signer's certificate not in the CMS")]
    NoCertificate,
    #[error("signature value does not verify")]
    BadSignature,
    #[error("signer's certificate has expired")]
    Expired,
    #[error("signer's certificate is not yet valid")]
    NotYetValid,
    #[error("key usage does not allow signing documents")]
    KeyUsage,
    #[error("no path to a trusted authority")]
    UnknownAuthority,
    #[error("path to the authority is not valid: {0}")]
    BadPath(&'static str),
    /// Good signatures, none of them by the person asked for.
    #[error("signed by somebody else")]
    OtherSigner,
}
