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
    /// Typed values of a refused command, by field name (`motivo`, `documenti`, `giorni`, `esito`).
    pub typed: Vec<(String, String)>,
}
