//! What people think of pages and services.

use rules::t;
use serde::{Deserialize, Serialize};

/// In front of a service's slug, where what is rated is the use of it and not its page.
pub const SERVICE: &str = "servizio/";

/// Longest text, characters.
pub const LONGEST: usize = 200;

/// Answers to "Quali sono stati gli aspetti che hai preferito?" (four and five stars) and to
/// "Dove hai incontrato le maggiori difficoltà?", in the words of Modello Comuni.
pub fn good() -> [(&'static str, &'static str); 5] {
    [
        ("chiare", t!("Le indicazioni erano chiare")),
        ("complete", t!("Le indicazioni erano complete")),
        (
            "procedere",
            t!("Capivo sempre che stavo procedendo correttamente"),
        ),
        ("tecnici", t!("Non ho avuto problemi tecnici")),
        ("altro", t!("Altro")),
    ]
}

pub fn bad() -> [(&'static str, &'static str); 5] {
    [
        ("non_chiare", t!("A volte le indicazioni non erano chiare")),
        (
            "non_complete",
            t!("A volte le indicazioni non erano complete"),
        ),
        (
            "non_procedere",
            t!("A volte non capivo se stavo procedendo correttamente"),
        ),
        ("problemi", t!("Ho avuto problemi tecnici")),
        ("non_altro", t!("Altro")),
    ]
}

/// One to five.
pub fn stars(typed: &str) -> Option<i64> {
    typed.parse().ok().filter(|stars| (1..=5).contains(stars))
}

/// The words of an answer, if it belongs to so many stars.
pub fn answer(typed: &str, code: &str) -> Option<&'static str> {
    let answers = if stars(typed)? > 3 { good() } else { bad() };
    let found = answers.iter().find(|(known, _)| *known == code);
    found.map(|(_, text)| *text)
}

/// The form, as it was typed so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RatingPage {
    /// Path of a page, or [`SERVICE`] and a slug.
    pub subject: String,
    /// What it is called.
    pub title: String,
    pub stars: String,
    pub aspect: String,
    pub details: String,
    pub error: Option<String>,
}

impl RatingPage {
    /// The empty form at the end of a page.
    pub fn of(subject: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            ..Self::default()
        }
    }

    /// Where one was: the page, or the services.
    pub fn back(&self) -> &str {
        match self.subject.strip_prefix(SERVICE) {
            Some(_) => "/area-personale",
            None => &self.subject,
        }
    }
}

/// `/ufficio/valutazioni`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RatingsPage {
    pub rows: Vec<RatedRow>,
    /// Newest first.
    pub texts: Vec<RatedText>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RatedRow {
    pub title: String,
    /// How many gave one star, two, … five.
    pub counts: Vec<i64>,
}

impl RatedRow {
    pub fn total(&self) -> i64 {
        self.counts.iter().sum()
    }

    /// "4,2"; empty where there is none.
    pub fn average(&self) -> String {
        let total = self.total();
        if total == 0 {
            return String::new();
        }
        let points: i64 = (1..)
            .zip(&self.counts)
            .map(|(stars, count)| stars * count)
            .sum();
        let tenths = (points * 10 + total / 2) / total;
        format!("{},{}", tenths / 10, tenths % 10)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RatedText {
    pub title: String,
    pub when: String,
    pub stars: String,
    pub answer: String,
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_belong_to_their_stars() {
        assert_eq!(answer("5", "chiare"), Some("Le indicazioni erano chiare"));
        assert_eq!(answer("3", "chiare"), None);
        assert_eq!(answer("3", "problemi"), Some("Ho avuto problemi tecnici"));
        assert_eq!(answer("6", "chiare"), None);
        assert_eq!(stars("0"), None);
    }

    #[test]
    fn the_average_has_one_decimal() {
        let row = |counts: [i64; 5]| RatedRow {
            title: String::new(),
            counts: counts.to_vec(),
        };
        assert_eq!(row([0, 0, 0, 1, 2]).average(), "4,7");
        assert_eq!(row([1, 0, 0, 0, 0]).average(), "1,0");
        assert_eq!(row([0; 5]).average(), "");
    }
}
