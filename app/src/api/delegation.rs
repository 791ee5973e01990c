//! Who may act for whom.

use serde::{Deserialize, Serialize};

/// `/area-personale/deleghe`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DelegationsPage {
    /// Newest first.
    pub given: Vec<DelegationView>,
    pub received: Vec<DelegationView>,
    /// Services that admit a delegate: slug and title.
    pub services: Vec<(String, String)>,
    /// Her own cases: id and words.
    pub cases: Vec<(String, String)>,
    /// What was typed in a refused form, by field name.
    pub typed: Vec<(String, String)>,
    /// Field and message.
    pub errors: Vec<(String, String)>,
    /// What was just done.
    pub notice: Option<String>,
    /// What she confirms by giving one.
    pub meaning: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DelegationView {
    pub id: String,
    /// The other person.
    pub who: String,
    /// What it is for, in words.
    pub what: String,
    pub from: String,
    pub to: String,
    /// When, and with which identity it was given.
    pub given: String,
    /// `valida`, `futura`, `scaduta`, `revocata`
    pub state: String,
    /// The state in words.
    pub label: String,
    /// Whether the giver may still take it back.
    pub can_revoke: bool,
    /// Services that the delegate may begin now: slug and title.
    pub begin: Vec<(String, String)>,
    /// The case that she may follow now.
    pub case: Option<String>,
}
