//! Rules across fields, from a small closed set.

use serde::{Deserialize, Serialize};

use super::{Comparison, Condition, Expression};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    #[default]
    Errore,
    /// Told, never blocking.
    Avviso,
}

/// A rule in words, and its typed form if it has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// The message told to the citizen, or (without `check`) what the office checks.
    pub text: String,
    /// `None`: left in words, "checked by the office".
    pub check: Option<Check>,
    #[serde(default)]
    pub severity: Severity,
    /// The rule counts only when this holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// Rules of the whole form: the field that shows the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// What a codice fiscale says of a person, beside the date of birth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Surname,
    GivenName,
    /// Given name and surname in one answer, in either order.
    FullName,
    Place,
}

/// What must be true. A check that lacks an answer passes: the missing answer is told by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// `confronta`: numbers with numbers, dates with dates, times with times.
    Compare {
        left: Expression,
        compare: Comparison,
        right: Expression,
    },
    /// `eta`: from a codice fiscale or a date of birth, on a given day.
    Age {
        of: String,
        on: Day,
        /// At least this old.
        min: Option<Span>,
        /// At most this old (the day of the birthday included).
        max: Option<Span>,
        /// Not yet this old.
        under: Option<Span>,
    },
    /// `distanza`: `to` is at least `min` and at most `max` after `from`.
    Distance {
        from: Day,
        to: Day,
        min: Option<Span>,
        max: Option<Span>,
    },
    /// `righe_distinte`: no two rows have the same values in these columns.
    DistinctRows { group: String, columns: Vec<String> },
    /// `coerente`: a codice fiscale and other answers speak of one person. Each answer with
    /// the part of the code that it must agree with. Stored under its first name, when it knew
    /// only the date (the browser's reader takes no `alias`).
    #[serde(rename = "birth_date")]
    Coherent {
        code: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        date: Option<String>,
        #[serde(default)]
        with: Vec<(Part, String)>,
    },
    /// `diverso_da`: the answer is none of the others.
    DifferentFrom { of: String, others: Vec<String> },
    /// `deve`: a condition holds.
    Holds(Condition),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    /// `oggi`
    Today,
    Field(String),
}

/// `{anni: 5}`, `{mesi: 36}`, `{giorni: 30}`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    Days(u16),
    Months(u16),
    Years(u16),
}
