//! The operator's side.

use rules::catalogue::Field;
use serde::{Deserialize, Serialize};

use super::{AttachmentView, CasePage, CostLine, StateView, SummarySection};

/// `/ufficio`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OfficePage {
    /// Titles of the operator's offices.
    pub offices: Vec<String>,
    /// What needs the operator first comes first.
    pub cases: Vec<OfficeRow>,
    /// `?stato=`: `da_fare` (default), `in_attesa`, `concluse`, `tutte`
    pub filter: String,
    /// Cases per filter.
    pub counts: Vec<(String, String, i64)>,
    /// Other pages of the office that are hers to see: path and words.
    pub links: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfficeRow {
    pub id: String,
    pub protocol: String,
    pub service: String,
    pub applicant: String,
    pub submitted: String,
    pub state: StateView,
    pub due: Option<String>,
    /// Days left; negative = late.
    pub days_left: Option<i64>,
    pub operator: Option<String>,
    /// Who must act: "tocca a te", "tocca al cittadino"
    pub mine: bool,
}

/// `/ufficio/pratiche/{id}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfficeCasePage {
    pub case: CasePage,
    /// Points among the answers.
    #[serde(default)]
    pub points: Vec<super::PointView>,
    pub applicant: String,
    pub applicant_fiscal_code: String,
    /// For whom she asks, in which capacity and with which proof: label and value.
    #[serde(default)]
    pub acting: Vec<(String, String)>,
    pub identity: String,
    /// What the office checks, from the definition.
    pub checks: Vec<String>,
    /// Rules left in words: "checked by the office".
    pub office_rules: Vec<String>,
    /// Warnings of the form engine.
    pub warnings: Vec<String>,
    /// Doubtful facts of the definition ("da verificare con l'ufficio").
    pub doubts: Vec<String>,
    /// What the operator may do now, buttons `azione`:
    /// `prendi_in_carico`, `chiedi_integrazione`, `accogli`, `irricevibile`.
    pub commands: Vec<String>,
    /// Whether more could be done now, by a role that she does not have here.
    #[serde(default)]
    pub others: bool,
    /// Positive outcomes to choose from: code and title (field `esito`).
    pub outcomes: Vec<(String, String)>,
    /// What the office writes where an outcome has a paper of its own (fields
    /// `documento.<outcome>.<name>`).
    #[serde(default)]
    pub papers: Vec<OutcomePaper>,
    /// What the case caused elsewhere: messages, payments, papers.
    pub deliveries: Vec<DeliveryRow>,
    /// Typed values of a refused command, by field name (`motivo`, `documenti`, `giorni`, `esito`).
    pub typed: Vec<(String, String)>,
}

/// A certificate, a permit: what is written in it by hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutcomePaper {
    /// Code of the outcome.
    pub outcome: String,
    pub title: String,
    pub fields: Vec<Field>,
}

/// `/ufficio/agenda`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AgendaPage {
    /// `?agenda=`: name and title of hers.
    pub agendas: Vec<(String, String)>,
    pub agenda: String,
    /// `?giorno=`, `gg/mm/aaaa`.
    pub day: String,
    /// "giovedì 3 dicembre 2026"
    pub day_words: String,
    /// The days around it, `AAAA-MM-GG`.
    pub before: String,
    pub after: String,
    pub rows: Vec<AgendaRow>,
}

/// Who comes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgendaRow {
    pub time: String,
    /// Id of the case.
    pub case: String,
    pub applicant: String,
    pub service: String,
    pub protocol: String,
}

/// `/ufficio/consegne`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DeliveriesPage {
    /// What changed last comes first.
    pub rows: Vec<DeliveryRow>,
    /// `?stato=`, one of the codes in `counts`.
    pub filter: String,
    /// Code, label and number of rows.
    pub counts: Vec<(String, String, i64)>,
    /// Rows that the list leaves out, older than those it shows.
    pub more: i64,
}

/// One thing to be done elsewhere, and how far it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeliveryRow {
    pub id: String,
    /// Id of its case.
    pub case: String,
    /// Protocol number of its case.
    pub protocol: String,
    /// "Abbiamo ricevuto la tua pratica"
    pub what: String,
    /// "App IO"
    pub channel: String,
    /// `queued`, `sending`, `sent`, `unknown`, `done`, `failed`
    pub state: String,
    /// The state in plain words.
    pub label: String,
    /// Why it is so; empty where all goes well.
    pub reason: String,
    /// When it was queued.
    pub queued: String,
    /// When it changed last.
    pub changed: String,
    /// Whether it may be sent again.
    pub again: bool,
}

/// `/ufficio/ruoli`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RolesPage {
    /// Who has a role now, or will.
    pub views: Vec<RoleView>,
    /// Offices where nobody may decide.
    pub unheaded: Vec<String>,
    /// What was given and ended, the newest first.
    pub history: Vec<RoleLine>,
    /// Lines that the history leaves out, older than those it shows.
    pub more: i64,
    pub roles: Vec<RolePermits>,
    /// Id and name.
    pub offices: Vec<(String, String)>,
    /// `gg/mm/aaaa`
    pub today: String,
    /// After an action.
    pub notice: Option<String>,
    /// Typed values of a refused action: `azione`, `codice_fiscale`, `ruolo`, `ufficio`, `dal`, `al`;
    /// `id`, `ultimo_giorno`.
    pub typed: Vec<(String, String)>,
    /// Field and message.
    pub errors: Vec<(String, String)>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RoleView {
    /// Empty: it stands in comune.toml and is not ended here.
    pub id: String,
    /// Empty: she never logged in.
    pub name: String,
    pub fiscal_code: String,
    pub role: String,
    pub office: String,
    /// "dal 1/12/2026 al 31/12/2026"
    pub period: String,
    /// Whether it has begun.
    pub now: bool,
}

/// A role that can be given, and what it permits.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RolePermits {
    pub code: String,
    pub label: String,
    /// For the whole town, not for an office.
    pub town: bool,
    /// In words.
    pub operations: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RoleLine {
    pub when: String,
    pub text: String,
}

/// `/ufficio/sportello`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DeskPage {
    pub open: Option<DeskOpen>,
    /// Slug and title.
    pub services: Vec<(String, String)>,
    /// Kinds of identity documents: code and words.
    pub documents: Vec<(String, String)>,
    /// Typed values of a refused form: `codice_fiscale`, `nome`, `cognome`, `data_nascita`,
    /// `servizio`, `documento`, `documento_numero`, `documento_ente`, `documento_scadenza`.
    pub typed: Vec<(String, String)>,
    /// Field and message.
    pub errors: Vec<(String, String)>,
}

/// The request that a clerk is filling.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DeskOpen {
    pub applicant: String,
    pub fiscal_code: String,
    pub document: String,
    pub service: String,
    /// Path of the guided form.
    pub form: String,
    /// What is to be printed now, as posted back with the signed copy; empty: not complete.
    pub stamp: String,
    /// Why it can only be closed; empty: it can go on.
    pub over: String,
    /// Id of the case that it became; empty: not yet.
    pub case: String,
}

/// `/ufficio/sportello/stampa`: to be signed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DeskPaper {
    pub title: String,
    pub applicant: String,
    pub fiscal_code: String,
    pub document: String,
    pub operator: String,
    pub summary: Vec<SummarySection>,
    pub attachments: Vec<AttachmentView>,
    pub declarations: Vec<String>,
    pub fees: Vec<CostLine>,
    /// Printed at the foot; see [`DeskOpen::stamp`].
    pub stamp: String,
    /// `gg/mm/aaaa`
    pub day: String,
}
