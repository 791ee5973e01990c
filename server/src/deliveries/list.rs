//! `/ufficio/consegne`: everything that was, or is to be, delivered.

use app::api::{DeliveriesPage, Problem};
use rules::{
    protocol::ProtocolNumber,
    roles::{Operation, Place},
};
use thiserror::Error;

use super::row::delivery;
use crate::{
    error::Refusal,
    roles::{self, NotPermitted},
    state::{Counter, Person},
    store::{
        StoreError,
        outbox::{self, Listed, RowState},
    },
};

#[derive(Debug, Error)]
pub enum DeliveriesError {
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    /// Not there, or on its way: only what failed or is unknown is sent again.
    #[error("nothing to send again")]
    Nothing,
    #[error("no such command")]
    Unknown,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for DeliveriesError {
    fn problem(&self) -> Problem {
        match self {
            Self::NotPermitted(error) => error.problem(),
            Self::Nothing => Problem::new(
                409,
                "Non c'è niente da mandare di nuovo",
                "Nel frattempo è cambiato qualcosa. Torna all'elenco e guarda a che punto è.",
            ),
            Self::Unknown => Problem::new(
                400,
                "Comando sconosciuto",
                "Il pulsante premuto non esiste. Ricarica la pagina e riprova.",
            ),
            Self::Store(error) => error.problem(),
        }
    }
}

/// Filter, its label and its state; the first one is the default.
const FILTERS: [(&str, &str, Option<RowState>); 7] = [
    ("tutte", "Tutte", None),
    ("non_riuscite", "Non riuscite", Some(RowState::Failed)),
    ("incerte", "Incerte", Some(RowState::Unknown)),
    ("in_partenza", "In partenza", Some(RowState::Queued)),
    ("in_corso", "In corso", Some(RowState::Sending)),
    ("da_confermare", "Da confermare", Some(RowState::Sent)),
    ("fatte", "Fatte", Some(RowState::Done)),
];

/// Rows on the page.
const MOST: i64 = 200;

/// The code of a filter; an unknown one is the first.
pub fn filter_code(typed: &str) -> &'static str {
    let known = FILTERS.iter().find(|(code, ..)| *code == typed);
    known.unwrap_or(&FILTERS[0]).0
}

pub async fn list(
    counter: &Counter,
    person: &Person,
    filter: &str,
) -> Result<DeliveriesPage, DeliveriesError> {
    roles::check(person, Operation::SeeDeliveries, Place::Town)?;
    let filter = filter_code(filter);
    let state = FILTERS
        .iter()
        .find_map(|(code, _, state)| (*code == filter).then_some(*state))
        .flatten();
    let rows = outbox::list(&counter.store, state, MOST).await?;
    let totals = outbox::counts(&counter.store).await?;
    let total = |wanted: Option<RowState>| -> i64 {
        let counted = totals
            .iter()
            .filter(|(state, _)| wanted.is_none_or(|w| w == *state));
        counted.map(|(_, count)| count).sum()
    };
    let shown = i64::try_from(rows.len()).unwrap_or(MOST);
    Ok(DeliveriesPage {
        more: (total(state) - shown).max(0),
        rows: rows
            .into_iter()
            .map(|listed| row(counter, listed))
            .collect(),
        filter: filter.to_owned(),
        counts: FILTERS
            .iter()
            .map(|(code, label, state)| ((*code).to_owned(), (*label).to_owned(), total(*state)))
            .collect(),
    })
}

fn row(counter: &Counter, listed: Listed) -> app::api::DeliveryRow {
    let protocol = match listed.number {
        0 => String::new(),
        number => ProtocolNumber {
            year: i32::try_from(listed.year).unwrap_or_default(),
            number,
        }
        .to_string(),
    };
    delivery(counter, listed.row, &protocol)
}
