//! Conditions on answers.

use serde::{Deserialize, Serialize};

use crate::number::Number;

/// `visibile_se`, `obbligatorio_se`, `se`. A condition on a field that is hidden,
/// or not answered yet, is false.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// `tutte`
    All(Vec<Condition>),
    /// `almeno_una`
    Any(Vec<Condition>),
    /// `nessuna`
    None(Vec<Condition>),
    /// `{campo: X, op: v}`
    Field(Test),
}

/// `field` is `campo`, a group, or `elenco.campo` ("at least one row").
/// Inside a row a bare name is the row's field first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Test {
    pub field: String,
    pub is: Operator,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// `uguale`
    Equal(String),
    /// `diverso`
    Different(String),
    /// `in`
    In(Vec<String>),
    /// `vero`
    True(bool),
    /// `contiene`: a multiple choice holds this code
    Contains(String),
    /// `non_vuoto`
    NotEmpty,
    /// `non_italiana`: a citizenship other than Italy's
    Foreign,
    /// `contiene_maggiorenni`: a row holds the codice fiscale of an adult
    HasAdults,
    /// `contiene_minorenni`
    HasMinors,
    /// `maggiore`, `minore`, `almeno`, `al_massimo`: a number
    Number(Comparison, Number),
    /// `somma_campo` with `uguale` or one of the above: the sum of a group's column
    Sum {
        column: String,
        compare: Comparison,
        value: Number,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    Equal,
    Different,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    pub fn holds<T: Ord>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Different => left != right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }
}

impl Condition {
    /// Calls `visit` with every test of the condition.
    pub fn each_test<'a>(&'a self, visit: &mut dyn FnMut(&'a Test)) {
        match self {
            Self::All(list) | Self::Any(list) | Self::None(list) => {
                for condition in list {
                    condition.each_test(visit);
                }
            }
            Self::Field(test) => visit(test),
        }
    }
}
