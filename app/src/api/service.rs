//! Services: the list and the sheet.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServicesPage {
    pub services: Vec<ServiceCard>,
    /// What was searched for (`?cerca=`).
    pub query: String,
    /// The one that was chosen (`?categoria=`), and all.
    pub category: String,
    pub categories: Vec<Facet>,
    /// The same of life events (`?evento=`).
    pub event: String,
    pub events: Vec<Facet>,
}

/// A way to narrow the list, and what is left then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facet {
    pub name: String,
    pub services: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServiceCard {
    pub slug: String,
    pub title: String,
    pub description: String,
    pub category: String,
    /// What finds it besides what is shown: its topics.
    pub words: String,
    pub open: bool,
}

/// `/servizi/{slug}/requisiti`: a few questions before the login.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PrecheckPage {
    pub slug: String,
    /// Of the service.
    pub title: String,
    /// Text and answer: `si`, `no`, or nothing yet.
    pub questions: Vec<(String, String)>,
    /// All were answered.
    pub answered: bool,
    /// What stands against it, with the way out; empty and `answered`: nothing does.
    pub against: Vec<String>,
    /// Control and what is wrong with it.
    pub errors: Vec<(String, String)>,
}

/// The sheet of a service, ready to read: doubtful facts are already left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SheetPage {
    pub slug: String,
    pub title: String,
    pub description: String,
    pub category: String,
    pub topics: Vec<String>,
    pub open: bool,
    /// Why it is closed, or from when to when it is open.
    pub window: Option<String>,
    pub who: String,
    pub requirements: Vec<String>,
    /// Whether it asks before the login if one has them.
    pub precheck: bool,
    /// "Come fare": sentences.
    pub how: Vec<String>,
    pub needed: Vec<String>,
    /// Attachments asked for: title and note.
    pub attachments: Vec<(String, String)>,
    pub obtained: String,
    pub term: String,
    /// What silence means, in words.
    pub silence: Option<String>,
    pub costs: Vec<CostLine>,
    pub norms: Vec<NormLine>,
    pub remedies: Vec<String>,
    pub office: OfficeCard,
    /// Whether the person has an open draft.
    pub draft: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CostLine {
    pub description: String,
    /// "32,00 €", "Da definire"
    pub amount: String,
    /// "Alla presentazione", "Al rilascio", "Ogni anno"
    pub when: String,
    pub condition: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NormLine {
    pub source: String,
    pub articles: String,
    pub about: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OfficeCard {
    pub name: String,
    pub sector: String,
    pub responsible: String,
    pub address: String,
    pub hours: String,
    pub phone: String,
    pub email: String,
}
