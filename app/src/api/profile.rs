//! What the counter knows of who is in.

use rules::catalogue::Field;
use serde::{Deserialize, Serialize};

/// `/area-personale/profilo`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProfilePage {
    /// What her identity says: label and value.
    pub identity: Vec<(String, String)>,
    /// "Da SPID, accesso del 26/11/2026."
    pub attested: String,
    /// What she may correct, in the order of the forms.
    pub fields: Vec<ProfileField>,
    /// The service by which a new address is told to the registry: slug and title.
    pub registry: Option<(String, String)>,
    /// Her drafts: slug and title.
    pub drafts: Vec<(String, String)>,
    /// Field and message.
    pub errors: Vec<(String, String)>,
    /// What was just done.
    pub notice: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProfileField {
    pub field: Field,
    /// As people type it.
    pub value: String,
    /// What is stored, in the same way: the hidden control `prima.<campo>`.
    pub before: String,
    /// From where, in words; `None`: nothing is known.
    pub source: Option<String>,
    /// Id of the case in which she wrote it.
    pub case: Option<String>,
    /// Whether she told it: what her provider tells is not ours to delete.
    pub can_delete: bool,
}
