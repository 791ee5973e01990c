//! Rules across fields, from a small closed set.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    #[default]
    Errore,
    /// Told, never blocking.
    Avviso,
}

/// A rule in words, and its typed form if it has one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// The catalogue's words: the message, or what the office checks.
    pub text: String,
    /// `None`: left in words, "checked by the office".
    pub check: Option<Check>,
    #[serde(default)]
    pub severity: Severity,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {}
