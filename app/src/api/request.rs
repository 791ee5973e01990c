//! The guided form: a draft and its attachments.

use std::collections::BTreeMap;

use rules::{
    catalogue::Form,
    form::{Answer, Answers, Issue},
};
use serde::{Deserialize, Serialize};

/// Ids of the steps that every form gets after its own.
pub mod step {
    /// Left out when no attachment is visible.
    pub const ATTACHMENTS: &str = "allegati";
    pub const DECLARATIONS: &str = "dichiarazioni";
    pub const SUMMARY: &str = "riepilogo";

    /// Whether the definition has given the step with this id.
    pub fn is_defined(id: &str) -> bool {
        !matches!(id, ATTACHMENTS | DECLARATIONS | SUMMARY)
    }
}

/// `/servizi/{slug}/richiesta?passo=<id>`; without `passo`, the first incomplete step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestPage {
    pub slug: String,
    pub title: String,
    pub form: Form,
    /// The step shown.
    pub step: String,
    /// Today in Europe/Rome, `AAAA-MM-GG`: the engine's day on both sides.
    pub today: String,
    pub draft: DraftView,
    /// Values that nobody may type (`origine: identita`), by field name.
    pub identity: Answers,
    /// Small reference lists (`scelta_da_elenco`): list name to codes and labels.
    pub lists: BTreeMap<String, Vec<(String, String)>>,
    /// Fields of the step that what is known of her fills: field name, and from where in words.
    #[serde(default)]
    pub known: BTreeMap<String, String>,
    /// Names of the Belfiore codes among the answers.
    pub places: BTreeMap<String, String>,
    /// What the server refused in the last action; empty on a plain visit.
    pub issues: Vec<Issue>,
    /// On the summary: what is worth a look before sending, and blocks nothing.
    #[serde(default)]
    pub warnings: Vec<Issue>,
    /// "Bozza salvata", "Hai ripreso la bozza del …"
    pub notice: Option<String>,
    /// What is due: fees that hold with these answers.
    pub fees: Vec<super::CostLine>,
    /// The summary, filled when `step` is the summary.
    pub summary: Vec<SummarySection>,
    /// On the summary, where others sign too.
    #[serde(default)]
    pub signing: Option<SigningView>,
    /// Name of the person for what her browser keeps without network: it tells nobody who she is.
    #[serde(default)]
    pub device: String,
    /// Version of the service's privacy notice: the hidden control `informativa`, sent back with
    /// the ticks.
    #[serde(default)]
    pub privacy: String,
    /// Whether a point can be chosen on a map.
    #[serde(default)]
    pub map: bool,
}

/// Who signs a request besides who sends it, or digitally.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SigningView {
    /// Their signatures are asked for: nothing in the request changes.
    pub frozen: bool,
    /// One person signs the document digitally; else each with her own identity.
    #[serde(default)]
    pub digital: bool,
    pub people: Vec<SignerView>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignerView {
    /// Codice fiscale, as written in the form.
    pub code: String,
    /// Where she signs, once she is asked to.
    pub link: Option<String>,
    /// "24/11/2026, 10:31"; of a digital signature what was found.
    pub signed: Option<String>,
}

/// `/servizi/{slug}/richiesta/firma`: a document to download, sign digitally, and upload.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SigningPage {
    pub slug: String,
    /// Of the service.
    pub title: String,
    /// Codice fiscale of who signs.
    pub signer: String,
    /// Whether that is who prepares it.
    pub own: bool,
    /// What was uploaded.
    pub signed: Option<AttachmentView>,
    /// Control and what is wrong with it.
    pub errors: Vec<(String, String)>,
}

/// `/firme/{id}`: what somebody else asks her to sign.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CosignPage {
    pub id: String,
    /// Of what is signed: sent back as `impronta`.
    pub hash: String,
    pub title: String,
    /// Who prepared it.
    pub applicant: String,
    pub summary: Vec<SummarySection>,
    pub declarations: Vec<String>,
    pub attachments: Vec<AttachmentView>,
    /// "24/11/2026, 10:31": she did.
    pub signed: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftView {
    /// Row version: sent back with every save.
    pub version: i64,
    /// As typed, also where wrong.
    pub answers: Answers,
    /// Ids of the ticked declarations.
    pub declarations: Vec<String>,
    pub attachments: Vec<AttachmentView>,
    /// "24/11/2026, 10:31"; `None`: never saved.
    pub saved_at: Option<String>,
    /// Id of the draft: the hidden control `bozza`, by which a repeated submission is recognised.
    #[serde(default)]
    pub draft_id: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttachmentView {
    /// Id of the stored file.
    pub file: String,
    /// Id of the definition's attachment.
    pub id: String,
    pub name: String,
    pub bytes: i64,
    pub sha256: String,
    /// Codici fiscali of who signed it digitally, where signatures are asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signers: Vec<String>,
    /// The same in words, with the certificates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<String>,
    /// Why it cannot be opened, in words, on pages: never in what is registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<String>,
    /// It holds a virus.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub infected: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SummarySection {
    /// Id of the step, for "Modifica".
    pub step: String,
    pub title: String,
    /// Label and value in human words; rows of a group come as "Anni, riga 1: Anno".
    pub lines: Vec<(String, String)>,
}

/// `/pratiche/{id}/ricomincia`: her answers go into a new draft of the same service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RestartPage {
    pub case: String,
    pub slug: String,
    pub title: String,
    pub protocol: String,
    /// The draft of that service that is there already: it is kept or replaced.
    pub draft: Option<OpenDraft>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenDraft {
    pub id: String,
    pub version: i64,
    pub saved_at: String,
}

/// A save over a newer draft: nothing was written, choose field by field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConflictPage {
    pub slug: String,
    pub title: String,
    pub step: String,
    /// Id and version of the stored draft, to be sent with the choice.
    pub draft: String,
    pub version: i64,
    pub fields: Vec<ConflictField>,
}

/// The control `scelta.<path>` takes `mia` or `salvata`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConflictField {
    pub path: String,
    pub label: String,
    /// In human words.
    pub mine: String,
    pub stored: String,
    /// As typed, to be sent again.
    pub mine_raw: Option<Answer>,
}

/// The draft was sent from elsewhere; nothing of what was posted is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentPage {
    pub slug: String,
    pub title: String,
    /// Id of the case.
    pub case: String,
    pub protocol: String,
}

/// Body of `PUT /api/servizi/{slug}/richiesta` (autosave) and, with `azione`, of the `POST`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SaveRequest {
    /// `avanti`, `indietro`, `salva`, `invia`, `aggiungi:<elenco>`, `rimuovi:<elenco>.<n>`,
    /// `togli:<file>`, `su:<file>`, `mappa:<campo>`, `elimina`; empty: autosave.
    #[serde(default)]
    pub azione: String,
    pub passo: String,
    pub versione: i64,
    /// The answers of the shown step, all of them: a name left out was emptied.
    #[serde(default)]
    pub risposte: Answers,
    /// Ticked declarations, when `passo` is the declarations' step.
    #[serde(default)]
    pub dichiarazioni: Vec<String>,
    /// Id of the draft.
    #[serde(default)]
    pub bozza: String,
    /// Version of the privacy notice that the page named; empty: the one in force.
    #[serde(default)]
    pub informativa: String,
}

/// Answer to an autosave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    pub version: i64,
    pub saved_at: String,
}
