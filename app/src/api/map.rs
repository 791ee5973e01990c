//! The map on which a point is chosen.

use serde::{Deserialize, Serialize};

/// `/servizi/{slug}/richiesta/mappa?campo=…`: the point is the middle of the picture.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MapPage {
    pub slug: String,
    /// Of the service.
    pub title: String,
    /// The hidden control `bozza`: id of the draft.
    pub draft: String,
    /// Step of the field.
    pub step: String,
    /// The field and its question.
    pub field: String,
    pub label: String,
    /// Degrees (WGS84).
    pub lat: f64,
    pub lon: f64,
    /// How near: 0 is the nearest.
    pub level: usize,
    /// Address of the picture.
    pub image: String,
    /// Where the point is, in words.
    pub place: String,
    /// Whose map it is.
    pub source: Option<String>,
    /// The street that was looked for.
    pub street: String,
    /// Control and what is wrong with it.
    pub errors: Vec<(String, String)>,
}

/// A point among the answers, as the office sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointView {
    pub label: String,
    /// Address of the picture.
    pub image: String,
    /// Where it is, in words.
    pub place: String,
    /// Whose map it is.
    pub source: Option<String>,
    /// RFC 5870: `geo:41.1089,16.6921`.
    pub href: String,
}
