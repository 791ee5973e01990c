//! The text of an act: canonical JSON, sealed under the case's key, registered by its hash.

use app::api::AttachmentView;
use rules::{case::Document, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    clock::token,
    state::Counter,
    store::cases::DocumentRow,
    vault::{Key, VaultError, sha256},
};

/// Kinds of documents.
pub mod kind {
    pub const ORIGINAL: &str = "originale";
    pub const REQUEST: &str = "richiesta_integrazione";
    pub const ANSWER: &str = "risposta_integrazione";
    pub const DECISION: &str = "provvedimento";
    pub const REFUSAL: &str = "irricevibilita";
    pub const WITHDRAWAL: &str = "ritiro";
}

/// An act of the office or of the citizen after the request itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Act {
    pub schema: u32,
    /// One of [`kind`].
    pub kind: String,
    /// Id of the case.
    pub case: String,
    /// Protocol number of the request.
    pub request: String,
    /// Title of the service.
    pub subject: String,
    /// Name of the office.
    pub office: String,
    /// Who writes: the operator or the citizen.
    pub author: String,
    /// To whom it goes; empty for what the office receives.
    pub to: String,
    /// Instant, RFC 3339.
    pub at: String,
    /// Reasons, note, or what the citizen wrote.
    pub text: String,
    /// Documents asked for.
    pub documents: Vec<String>,
    /// Last day for the answer.
    pub due: Option<Date>,
    /// Code, title and text of the outcome.
    pub outcome: Option<(String, String, String)>,
    /// Files sent with it; `id` is `richiesta_<n>`.
    pub files: Vec<AttachmentView>,
    /// How to oppose it (L. 241/1990 art. 3 c. 4).
    pub remedies: Vec<String>,
    /// As what it is handed out, where the outcome has a paper of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<Issued>,
}

/// What stands in a certificate or a permit: title, what the office writes, answers of the request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Issued {
    pub title: String,
    pub stated: Vec<(String, String)>,
    pub asked: Vec<(String, String)>,
}

/// A document ready to be stored.
pub struct Sealed {
    /// Its event's number is set when it is known.
    pub row: DocumentRow,
    /// What the event holds.
    pub reference: Document,
}

pub fn context(id: &str) -> String {
    format!("case_documents/{id}")
}

/// The context of a case's wrapped key.
pub fn key_context(case_id: &str) -> String {
    format!("case_keys/{case_id}")
}

/// Salted, so that the event tells nothing once the salt is erased.
pub fn salted(salt: &str, bytes: &[u8]) -> String {
    sha256(&[salt.as_bytes(), bytes].concat())
}

/// Seals `bytes`, which stay as they are for ever.
pub fn seal(
    counter: &Counter,
    key: &Key,
    case_id: &str,
    kind: &str,
    bytes: &[u8],
) -> Result<Sealed, VaultError> {
    let id = counter.new_id();
    let salt = token::<16>(&*counter.rng);
    let reference = Document {
        id: id.clone(),
        hash: salted(&salt, bytes),
    };
    let row = DocumentRow {
        sealed: key.seal(&*counter.rng, &context(&id), bytes)?,
        id,
        case_id: case_id.to_owned(),
        seq: 0,
        kind: kind.to_owned(),
        salt,
        hash: sha256(bytes),
    };
    Ok(Sealed { row, reference })
}
