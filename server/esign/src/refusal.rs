//! Why a file or a signature is not good enough.

/// `Display` is the technical reason, for the log: it never says who signed or what is written
/// in the file. [`sentence`](Refusal::sentence) is for the citizen.
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

impl Refusal {
    /// What is told to the citizen, in Italian.
    pub fn sentence(&self) -> &'static str {
        match self {
            Self::TooLarge => "Il file è troppo grande: carica solo il documento firmato.",
            Self::NotRecognised => {
                "Questo non è un documento firmato: carica il PDF firmato o il file .p7m."
            }
            Self::NotSigned => {
                "Il file non è firmato: firmalo con la tua firma digitale e caricalo di nuovo."
            }
            Self::Detached => {
                "Il file contiene la firma ma non il documento: scegli nel programma di firma il formato PAdES, o CAdES con il documento incluso."
            }
            Self::OtherDocument => {
                "È stato firmato un documento diverso da quello che ti abbiamo dato: scarica di nuovo il PDF e firma quello, senza salvarlo con altri programmi."
            }
            Self::Altered(_) | Self::BadSignature | Self::Coverage(_) => {
                "Il file è stato cambiato dopo la firma: firmalo di nuovo."
            }
            Self::Rewritten(_) => {
                "Insieme alla firma il documento è stato cambiato: scarica di nuovo il PDF e firma quello, senza aggiungere altro."
            }
            Self::BadPdf(_) | Self::BadCms(_) | Self::Attribute(_) => {
                "Non riusciamo a leggere la firma: firma di nuovo il documento, o prova con un altro programma di firma."
            }
            Self::DocumentTimestamp => {
                "Il file ha una marca temporale al posto della firma: firmalo senza aggiungere marche temporali al documento."
            }
            Self::TooMany(_) => "Il file contiene troppe firme o troppi certificati.",
            Self::OtherKind | Self::UnknownAlgorithm(_) => {
                "Il tipo di firma non è tra quelli ammessi: scegli nel programma di firma il formato PAdES o CAdES."
            }
            Self::WeakAlgorithm(_) | Self::SigningCertificate => {
                "La firma non ha la sicurezza che la legge chiede: aggiorna il programma di firma e firma di nuovo."
            }
            Self::NoCertificate => {
                "Nella firma manca il certificato di chi ha firmato: firma di nuovo con un altro programma di firma."
            }
            Self::Expired => {
                "Il certificato di firma è scaduto: rinnovalo e firma di nuovo il documento."
            }
            Self::NotYetValid => {
                "Il certificato di firma non è ancora valido: firma di nuovo quando lo sarà."
            }
            Self::KeyUsage => {
                "Il certificato usato non serve a firmare documenti: scegli quello di firma digitale, non quello di autenticazione."
            }
            Self::UnknownAuthority | Self::BadPath(_) => {
                "Il certificato non è di un ente che conosciamo per la firma digitale qualificata: firma con una firma digitale qualificata."
            }
            Self::OtherSigner => {
                "Il documento è firmato da un'altra persona: deve firmarlo chi presenta la richiesta."
            }
        }
    }
}
