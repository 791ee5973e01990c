//! A draft that has become a case: what a page is told that still shows the draft.

use app::api::{Problem, SentPage};
use rules::{protocol::ProtocolNumber, t};

use crate::{
    state::{Counter, Person},
    store::{StoreError, cases as case_rows},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submitted {
    pub case_id: String,
    pub protocol: ProtocolNumber,
}

impl Submitted {
    pub fn problem(&self) -> Problem {
        Problem::new(
            409,
            t!("Hai già inviato questa richiesta"),
            t!(
                "Il numero di protocollo è {number}. La trovi nella tua area personale.",
                number = self.protocol
            ),
        )
    }

    pub fn page(&self, counter: &Counter, slug: &str) -> SentPage {
        SentPage {
            slug: slug.to_owned(),
            title: counter
                .catalogue
                .get(slug)
                .map_or_else(|| slug.to_owned(), |d| d.service.title.clone()),
            case: self.case_id.clone(),
            protocol: self.protocol.to_string(),
        }
    }
}

/// The case that the person's draft of this id has become.
pub async fn already(
    counter: &Counter,
    person: &Person,
    draft: &str,
) -> Result<Option<Submitted>, StoreError> {
    if draft.is_empty() {
        return Ok(None);
    }
    let row = case_rows::by_draft(&counter.store, draft).await?;
    Ok(row
        .filter(|row| row.person == person.id)
        .map(|row| Submitted {
            protocol: ProtocolNumber {
                year: row.year,
                number: row.number,
            },
            case_id: row.id,
        }))
}
