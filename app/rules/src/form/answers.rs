//! What a person typed, as typed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One answer. Text is kept as typed (`"3,20"`, `"1/2/2026"`, `"true"`), so that a
/// refused form shows it again; the engine reads it by the field's type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    Text(String),
    /// `scelta_multipla`: the chosen codes.
    Many(Vec<String>),
    /// `elenco`: the rows.
    Rows(Vec<BTreeMap<String, Answer>>),
}

/// Answers by field name. A name that is absent was not answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(pub BTreeMap<String, Answer>);

/// Where an answer stands: `campo` or `elenco.0.campo`; also the `name` of its HTML control.
pub type Path = String;
