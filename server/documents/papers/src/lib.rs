//! What a document shows, as data: written by the counter, printed by the renderer.
//!
//! Texts only, each ready to be read: the renderer adds the fixed words of a kind and the look,
//! never a fact. A crate of its own, so that the counter does not link the typesetter.

use serde::{Deserialize, Serialize};

/// One document to be printed. The same job gives the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Names the document for ever; only its hash gets into the file.
    pub identifier: String,
    pub made: Moment,
    pub paper: Paper,
}

/// An instant with its wall clock, as a PDF tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    pub year: i32,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    /// Minutes east of UTC.
    pub offset: i32,
}

/// What all documents have, and what each kind shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Title of the document: "Ricevuta - Passo carrabile".
    pub title: String,
    /// Title of the service.
    pub service: String,
    pub town: Town,
    pub office: Office,
    /// "0000123/2026"
    pub protocol: String,
    /// "24/11/2026, 10:31"
    pub registered: String,
    /// SHA-256 of the registered original, hex.
    pub original: String,
    #[serde(flatten)]
    pub kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Town {
    /// "Bitonto"
    pub name: String,
    /// `#rrggbb`
    pub colour: String,
    /// Source of an SVG, if there is one.
    pub crest: Option<String>,
    pub address: String,
    pub phone: String,
    pub email: String,
    pub pec: String,
    pub fiscal_code: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    pub name: String,
    pub sector: String,
    /// The responsabile del procedimento.
    pub responsible: String,
    pub address: String,
    pub hours: String,
    pub phone: String,
    pub email: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "content", rename_all = "snake_case")]
pub enum Kind {
    Petition(Petition),
    /// The same before it is sent: to be signed digitally.
    ToSign(Petition),
    Receipt(Receipt),
    Request(Request),
    Decision(Decision),
    Refusal(Refusal),
    /// A decision as the paper that was asked for: by a template of its own.
    Issued(Issued),
    /// What a service offers and asks: anybody's, of a day, in no register.
    Terms(Terms),
}

/// A certificate, a permit: what the template of the definition may show. Without a protocol number
/// it is a preview.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    pub head: Head,
    /// "Certificato di destinazione urbanistica"
    pub title: String,
    /// The template's source; it reads this document as the others do.
    pub source: String,
    /// Title and text of the outcome, and the office's note.
    pub outcome: String,
    pub text: String,
    pub note: String,
    /// What the office writes in it.
    pub stated: Vec<Line>,
    /// Answers of the request.
    pub asked: Vec<Line>,
    pub remedies: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub sections: Vec<Passage>,
}

/// Paragraphs, then a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    pub title: String,
    pub text: Vec<String>,
    pub items: Vec<String>,
}

/// Label and value.
pub type Line = (String, String);

/// What a citizen sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Petition {
    /// Who asks, and for whom.
    pub applicant: Vec<Line>,
    pub sections: Vec<Section>,
    pub attachments: Vec<Attachment>,
    pub declarations: Vec<String>,
    /// How she was identified (CAD art. 65 c. 1 b), or before whom she signed.
    pub identity: Vec<Line>,
    /// Signed on paper at the counter (CAD art. 65 c. 1 c).
    pub on_paper: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    pub title: String,
    pub lines: Vec<Line>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// What the service asked for.
    pub title: String,
    pub file: String,
    /// "1,2 MB"
    pub size: String,
    pub sha256: String,
}

/// The receipt (L. 241/1990 art. 18-bis), with what art. 8 wants of a notice of start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub applicant: String,
    /// The person or body she acted for.
    pub represented: Option<String>,
    /// "23/01/2027"
    pub due: String,
    /// Why that day.
    pub due_note: Option<String>,
    /// The effect of silence.
    pub silence: Option<String>,
    pub attachments: Vec<Attachment>,
    pub remedies: Vec<String>,
}

/// What an act of the office answers, and who wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub to: String,
    /// Protocol number and day of the request: "0000123/2026", "24/11/2026".
    pub request: String,
    pub request_day: String,
    pub author: String,
}

/// A request for documents (L. 241/1990 art. 6 c. 1 b).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    pub head: Head,
    pub reason: String,
    pub documents: Vec<String>,
    pub due: String,
    /// What becomes of the term.
    pub pause: String,
    /// Address of the page where she answers.
    pub answer_at: String,
}

/// The request is granted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub head: Head,
    /// Title and text of the outcome, in the definition's words.
    pub outcome: String,
    pub text: String,
    pub note: String,
    pub remedies: Vec<String>,
}

/// The request is not admissible (L. 241/1990 art. 2 c. 1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    pub head: Head,
    pub reason: String,
    pub remedies: Vec<String>,
}
