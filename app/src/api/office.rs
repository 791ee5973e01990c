//! The operator's side.

use serde::{Deserialize, Serialize};

use super::{CasePage, StateView};

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
    /// Whether the list of what is delivered is hers to see.
    pub administrator: bool,
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
    /// Positive outcomes to choose from: code and title (field `esito`).
    pub outcomes: Vec<(String, String)>,
    /// What the case caused elsewhere: messages, payments, papers.
    pub deliveries: Vec<DeliveryRow>,
    /// Typed values of a refused command, by field name (`motivo`, `documenti`, `giorni`, `esito`).
    pub typed: Vec<(String, String)>,
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
