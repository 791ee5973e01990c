//! Refusals, as RFC 9457 problem details.

use rules::form::Issue;
use serde::{Deserialize, Serialize};

use super::ConflictPage;

/// `application/problem+json`; the same object fills the error page. `C` is how a conflict is
/// told: by its data, or, to our own pages in the browser, by what is shown of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem<C = ConflictPage> {
    /// `about:blank` or a stable URN.
    #[serde(rename = "type")]
    pub kind: String,
    pub status: u16,
    /// Short and plain, in the reader's language: "Pagina non trovata".
    pub title: String,
    /// What happened and the way out.
    pub detail: String,
    /// Reference code, also in the one log line; empty for what a person can mend.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reference: String,
    /// Local path where it can be tried again.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub again: String,
    /// 422: the fields that are missing or wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Issue>,
    /// 409 on a draft: the newer draft against what was sent.
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    pub conflict: Option<Box<C>>,
    /// Version of the draft, if the refused action wrote one (the values are kept): the next
    /// save starts from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

impl<C> Problem<C> {
    pub fn new(status: u16, title: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank".into(),
            status,
            title: title.into(),
            detail: detail.into(),
            reference: String::new(),
            again: String::new(),
            errors: Vec::new(),
            conflict: None,
            version: None,
        }
    }

    /// The same problem with its conflict told in another way.
    pub fn map_conflict<D>(self, tell: impl FnOnce(C) -> D) -> Problem<D> {
        Problem {
            kind: self.kind,
            status: self.status,
            title: self.title,
            detail: self.detail,
            reference: self.reference,
            again: self.again,
            errors: self.errors,
            conflict: self.conflict.map(|conflict| Box::new(tell(*conflict))),
            version: self.version,
        }
    }
}
