//! The citizen's side of a case.

use serde::{Deserialize, Serialize};

use super::{AttachmentView, OfficeCard, PaymentView, SummarySection};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AreaPage {
    /// What needs her first comes first.
    /// What others ask her to sign.
    #[serde(default)]
    pub to_sign: Vec<CosignCard>,
    pub drafts: Vec<DraftCard>,
    pub cases: Vec<CaseCard>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CosignCard {
    pub id: String,
    pub title: String,
    /// Who prepared it.
    pub applicant: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftCard {
    pub slug: String,
    pub title: String,
    /// The person who delegated her, if it is that person's.
    #[serde(default)]
    pub for_whom: Option<String>,
    /// The delegation ended: it can only be deleted.
    #[serde(default)]
    pub stopped: bool,
    pub saved_at: String,
    /// Day after which it is deleted.
    pub expires: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseCard {
    pub id: String,
    pub title: String,
    /// For whom she follows it, if not for herself.
    #[serde(default)]
    pub for_whom: Option<String>,
    pub protocol: String,
    pub submitted: String,
    pub state: StateView,
    /// `gg/mm/aaaa`, while it is open.
    pub due: Option<String>,
    /// "Servono documenti entro il 10/12/2026": what she must do.
    pub todo: Option<String>,
}

/// A state of procedure rules §3.1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StateView {
    /// `protocollata`, `attesa_integrazione`, …
    pub code: String,
    /// "Servono documenti"
    pub label: String,
    pub model: ModelState,
}

/// Modello Comuni, "stati pratica".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelState {
    NonAvviato,
    InCorso,
    SospesoUtente,
    SospesoPa,
    Positivo,
    Negativo,
}

/// `/pratiche/{id}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CasePage {
    pub id: String,
    /// Sequence number of the last event.
    pub seq: i64,
    pub slug: String,
    pub title: String,
    pub protocol: String,
    pub submitted: String,
    pub state: StateView,
    pub due: Option<String>,
    /// Why the date is that: "60 giorni dalla presentazione, fermi 10 giorni per l'integrazione".
    pub due_note: Option<String>,
    pub office: OfficeCard,
    /// The person who has it in charge.
    pub operator: Option<String>,
    pub timeline: Vec<Milestone>,
    pub documents: Vec<DocumentView>,
    /// The PDF of the receipt.
    pub receipt_pdf: Option<PdfView>,
    pub summary: Vec<SummarySection>,
    pub attachments: Vec<AttachmentView>,
    /// What is to be paid, and what was.
    pub payments: Vec<PaymentView>,
    /// An open integration request.
    pub integration: Option<IntegrationView>,
    /// Who sent it, for whom, by which delegation: label and value; empty where it is her own.
    #[serde(default)]
    pub people: Vec<(String, String)>,
    /// Whether she may send away who sent it for her with a paper.
    #[serde(default)]
    pub can_send_away: bool,
    /// Text of a refused command that has no form any more.
    #[serde(default)]
    pub unsent: Option<String>,
    /// Errors of a refused answer: field and message.
    pub errors: Vec<(String, String)>,
    pub can_withdraw: bool,
    /// Whether her answers may go into a new draft.
    #[serde(default)]
    pub can_restart: bool,
    #[serde(default)]
    pub appointment: Option<AppointmentView>,
    /// "Richiesta inviata", after an action.
    pub notice: Option<String>,
    /// Final outcome, in the definition's words.
    pub outcome: Option<(String, String)>,
    pub remedies: Vec<String>,
}

/// When she comes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AppointmentView {
    /// "giovedì 3 dicembre 2026, ore 9:20"
    pub when: String,
    /// Free times to move it to (control `slot`): each day's name with an empty code, then its
    /// times. Empty: it cannot be moved any more.
    pub times: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Milestone {
    /// Sequence number of its event; `None` for what is to come.
    pub seq: Option<i64>,
    pub title: String,
    pub text: String,
    /// "24/11/2026, 10:31", or "entro il 23/01/2027" for what is to come.
    pub at: Option<String>,
    pub status: MilestoneStatus,
    /// Protocol number of the act, if it has one.
    pub protocol: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MilestoneStatus {
    Done,
    Current,
    Future,
}

/// A registered document: received or sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DocumentView {
    pub title: String,
    pub protocol: String,
    pub date: String,
    pub sha256: String,
    /// Path to read it; empty: not before the payment.
    pub href: String,
    /// The PDF made of it; `None` for what is only kept as it was registered.
    pub pdf: Option<PdfView>,
    /// The act's text, for acts of the office.
    pub text: Option<String>,
}

/// How far a PDF is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stato", rename_all = "snake_case")]
pub enum PdfView {
    Ready {
        /// Path to read it.
        href: String,
    },
    Preparing,
    Failed,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IntegrationView {
    pub reason: String,
    /// What is asked for, one control `allegati.richiesta_<n>` each, `n` from 0.
    pub documents: Vec<String>,
    pub due: String,
    /// Files already sent for each document.
    pub files: Vec<AttachmentView>,
    /// What was typed in `testo`.
    pub text: String,
}

/// `/pratiche/{id}/ricevuta` (L. 241/1990 art. 18-bis), also as JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReceiptPage {
    pub id: String,
    /// Sequence number of the case's last event.
    pub seq: i64,
    pub slug: String,
    pub protocol: String,
    /// "24/11/2026, 10:31"
    pub submitted: String,
    pub title: String,
    pub applicant: String,
    pub represented: Option<String>,
    pub office: OfficeCard,
    pub due: String,
    /// The effect of silence, in words.
    pub silence: Option<String>,
    pub original_sha256: String,
    /// The receipt as PDF.
    pub pdf: Option<PdfView>,
    pub summary: Vec<SummarySection>,
    pub attachments: Vec<AttachmentView>,
    pub declarations: Vec<String>,
    /// The privacy notice that was in force.
    #[serde(default)]
    pub privacy: Option<super::VersionView>,
    pub fees: Vec<super::CostLine>,
    pub remedies: Vec<String>,
    /// True right after the submission: "Richiesta inviata".
    pub fresh: bool,
}
