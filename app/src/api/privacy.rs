//! The privacy notice of a service, and the register of processing activities.

use serde::{Deserialize, Serialize};

/// `/servizi/{slug}/privacy?versione=<hash>`; without `versione`, the notice in force.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PrivacyPage {
    pub slug: String,
    pub title: String,
    /// The one on show.
    pub version: VersionView,
    pub in_force: bool,
    /// Title and paragraphs.
    pub sections: Vec<(String, Vec<String>)>,
    pub channels: Vec<ChannelView>,
    /// What comes after the channels.
    pub rest: Vec<(String, Vec<String>)>,
    /// The other versions, newest first.
    pub others: Vec<VersionView>,
}

/// A version of a notice.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VersionView {
    /// The first 12 hex digits of its hash.
    pub version: String,
    /// First day, "24/11/2026".
    pub since: String,
}

/// What a channel does with the data.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChannelView {
    pub name: String,
    /// Label and text.
    pub lines: Vec<(String, String)>,
}

/// `/ufficio/trattamenti` (GDPR art. 30).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProcessingPage {
    pub activities: Vec<ActivityView>,
}

/// One processing activity: that of a service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ActivityView {
    pub slug: String,
    /// Version of its notice.
    pub version: String,
    pub title: String,
    /// Label and text.
    pub lines: Vec<(String, String)>,
}
