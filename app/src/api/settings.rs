//! What an office sets of its services, and a definition before it is in force.

use serde::{Deserialize, Serialize};

use super::{RequestPage, RoleLine, SheetPage};

/// `/ufficio/servizi`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SettingsPage {
    /// By number.
    pub services: Vec<SettingsRow>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SettingsRow {
    pub slug: String,
    pub title: String,
    pub office: String,
    pub open: bool,
    /// Why it is closed; empty: it is open.
    pub closed: String,
    /// What is planned, in words, by day.
    pub later: Vec<String>,
}

/// `/ufficio/servizi/{slug}`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServiceSettingsPage {
    pub slug: String,
    pub title: String,
    pub office: String,
    pub open: bool,
    /// Why it is closed, as citizens read it; empty: it is open.
    pub closed: String,
    /// "tutto l'anno", "ogni anno dal 1 aprile al 31 maggio"
    pub period: String,
    pub amounts: Vec<AmountView>,
    /// Amounts that nobody sets here: what it is, and how much.
    pub settled: Vec<(String, String)>,
    /// What has not begun, by day.
    pub planned: Vec<PlannedView>,
    /// Whether a closing can be ended: it is closed, or will be.
    pub can_reopen: bool,
    /// Whether she may change what is shown.
    pub may_change: bool,
    /// The newest first: when, and who did what.
    pub history: Vec<RoleLine>,
    /// Lines that the history leaves out, older than those it shows.
    pub more: i64,
    /// `gg/mm/aaaa`
    pub today: String,
    pub tomorrow: String,
    /// After an action.
    pub notice: Option<String>,
    /// Typed values of a refused action: `azione`, `dal`, `al`, `motivo`; `costo`, `importo`;
    /// `periodo`, `periodo_dal`, `periodo_al`; `numero`.
    pub typed: Vec<(String, String)>,
    /// Field and message.
    pub errors: Vec<(String, String)>,
}

/// An amount that the office may set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AmountView {
    /// Of the fee or of the tariff.
    pub name: String,
    pub label: String,
    /// "40,00 €", "non stabilito"
    pub amount: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlannedView {
    pub number: i64,
    pub text: String,
}

/// `/ufficio/anteprima`: nothing of it is stored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PreviewPage {
    /// The definition as typed or uploaded.
    pub text: String,
    /// What the compiler finds wrong.
    pub faults: Vec<PreviewFault>,
    /// `None`: nothing to show yet, or faults.
    pub shown: Option<PreviewShown>,
    /// Why there is nothing to compile.
    pub error: Option<String>,
}

/// One fault of a definition.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PreviewFault {
    /// From 1; 0: not known, or in a shared block.
    pub line: u64,
    /// `modulo.larghezza.visibile_se`
    pub key: String,
    pub message: String,
}

/// One part of the service, as citizens will see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreviewShown {
    pub title: String,
    /// Whether a service of this slug is in force already.
    pub replaces: bool,
    /// Facts that the definition marks as to be verified: citizens do not see them.
    pub doubts: Vec<String>,
    /// Rules left in words: checked by the office.
    pub office_rules: Vec<String>,
    /// All parts: id and title; the sheet first, then the steps that the answers ask for.
    pub parts: Vec<(String, String)>,
    /// Id of the shown part.
    pub part: String,
    /// Answers of the steps that are not shown, as form fields.
    pub answers: Vec<(String, String)>,
    pub content: PreviewContent,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PreviewContent {
    Sheet(Box<SheetPage>),
    Step(Box<RequestPage>),
}

impl PreviewShown {
    /// Id of the part that is the sheet: no step can be called so.
    pub const SHEET: &'static str = "(scheda)";
}

impl PreviewPage {
    /// Whether there was something to compile that could not be.
    pub fn is_refused(&self) -> bool {
        !self.faults.is_empty() || self.error.is_some()
    }
}
