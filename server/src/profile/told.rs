//! A value that she told, as it lies sealed with her row.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{EMAIL, MOBILE};

/// One answer that she gave, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored")]
pub struct Told {
    /// As the form's engine reads it: places by code, numbers without spaces.
    pub value: String,
    /// `None`: kept before sources were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Milliseconds.
    pub at: i64,
    /// `None`: on the page of the profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<InRequest>,
}

/// The request in which she wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InRequest {
    /// Of its service.
    pub slug: String,
    pub case: String,
    /// `0000011/2026`
    pub protocol: String,
}

/// Rows written before sources were kept hold the value alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum Stored {
    Bare(String),
    Whole {
        value: String,
        #[serde(default)]
        source: Option<Source>,
    },
}

impl From<Stored> for Told {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Bare(value) => Self {
                value,
                source: None,
            },
            Stored::Whole { value, source } => Self { value, source },
        }
    }
}

/// What a provider told just now.
pub fn told_at(email: &str, mobile: &str, now_ms: i64) -> BTreeMap<String, i64> {
    let told = [(EMAIL, email), (MOBILE, mobile)].into_iter();
    told.filter(|(_, value)| !value.is_empty())
        .map(|(field, _)| (field.to_owned(), now_ms))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::PersonData;

    #[test]
    fn a_row_of_before_is_still_read() {
        let old = r#"{"fiscal_code":"A","name":"M","family_name":"R","birth_date":"","birth_place":"",
            "email":"a@b.it","mobile":"","profile":{"residenza_cap":"70032"}}"#;
        let data: PersonData = serde_json::from_str(old).unwrap();
        assert_eq!(data.profile["residenza_cap"].value, "70032");
        assert_eq!(data.profile["residenza_cap"].source, None);
        assert!(data.told_at.is_empty());
    }

    #[test]
    fn what_is_kept_comes_back() {
        for request in [
            None,
            Some(InRequest {
                slug: "s".to_owned(),
                case: "c".to_owned(),
                protocol: "0000001/2026".to_owned(),
            }),
        ] {
            let source = Some(Source { at: 7, request });
            let told = Told {
                value: "Via Roma".to_owned(),
                source,
            };
            let json = serde_json::to_string(&told).unwrap();
            assert_eq!(serde_json::from_str::<Told>(&json).unwrap(), told);
        }
    }
}
