//! `/ufficio/valutazioni`: what people think, subject by subject, and their newest words.

use std::collections::BTreeMap;

use app::api::{RatedRow, RatedText, RatingsPage, rating};
use rules::roles::{Operation, Place};

use super::give::{about, context};
use crate::{
    clock::rome_text,
    deliveries::DeliveriesError,
    roles,
    state::{Counter, Person},
    store::ratings::{self, RatingRow},
};

/// Words on the page.
const MOST: i64 = 100;

pub async fn list(counter: &Counter, person: &Person) -> Result<RatingsPage, DeliveriesError> {
    roles::check(person, Operation::SeeRatings, Place::Town)?;
    let mut subjects: BTreeMap<String, [i64; 5]> = BTreeMap::new();
    for (subject, stars, count) in ratings::counts(&counter.store).await? {
        let place = usize::try_from(stars - 1).unwrap_or_default();
        if let Some(slot) = subjects.entry(subject).or_default().get_mut(place) {
            *slot = count;
        }
    }
    let rows = subjects
        .into_iter()
        .map(|(subject, counts)| RatedRow {
            title: title(counter, &subject),
            counts: counts.to_vec(),
        })
        .collect();
    let told = ratings::told(&counter.store, MOST).await?;
    Ok(RatingsPage {
        rows,
        texts: told.into_iter().map(|row| text(counter, row)).collect(),
    })
}

/// A service that is no longer offered is told by its code.
fn title(counter: &Counter, subject: &str) -> String {
    let title = about(counter, subject).map_or_else(|_| subject.to_owned(), |page| page.title);
    match subject.strip_prefix(rating::SERVICE) {
        Some(_) => format!("{title} (richiesta inviata)"),
        None => title,
    }
}

fn text(counter: &Counter, row: RatingRow) -> RatedText {
    let stars = row.stars.to_string();
    let opened = counter.vault.master().open(&context(&row.id), &row.details);
    RatedText {
        title: title(counter, &row.subject),
        when: rome_text(row.created_at),
        answer: rating::answer(&stars, &row.aspect)
            .unwrap_or_default()
            .to_owned(),
        text: opened
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default(),
        stars,
    }
}
