//! The changes in memory. Who decides asks the database each time whether there is a newer one;
//! who only shows is content with what was so a second ago, and goes on without the database.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use rules::{
    changes::{Change, What},
    civil::Date,
};
use serde_json::json;

use crate::{
    state::Counter,
    store::{
        Store, StoreError,
        service_changes::{self as rows, ChangeRow},
    },
};

/// For how long a page may show what another node has changed, milliseconds.
const SHOWN_MS: i64 = 1_000;

/// The changes of all services, as they were at one moment.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    last: i64,
    by_slug: BTreeMap<String, Vec<Change>>,
}

impl Changes {
    /// Number of the last one; 0: there is none.
    pub fn last(&self) -> i64 {
        self.last
    }

    /// Of a service, in the order in which they were made.
    pub fn of(&self, slug: &str) -> &[Change] {
        self.by_slug.get(slug).map_or(&[], Vec::as_slice)
    }

    /// Those of one service.
    pub fn of_one(slug: &str, changes: Vec<Change>) -> Self {
        Self {
            last: changes.last().map_or(0, |change| change.number),
            by_slug: [(slug.to_owned(), changes)].into(),
        }
    }

    async fn read(store: &Store) -> Result<Self, StoreError> {
        let mut changes = Self::default();
        for row in rows::all(store).await? {
            changes.last = row.number;
            let change = decode(&row)?;
            changes.by_slug.entry(row.slug).or_default().push(change);
        }
        Ok(changes)
    }
}

/// A row as the rules know it.
pub fn decode(row: &ChangeRow) -> Result<Change, StoreError> {
    let corrupt = || StoreError::Corrupt(format!("change {} of a service", row.number));
    let value: serde_json::Value = serde_json::from_str(&row.value).map_err(|_| corrupt())?;
    let what: What = serde_json::from_value(json!({ "kind": row.kind, "value": value }))
        .map_err(|_| corrupt())?;
    Ok(Change {
        number: row.number,
        from: Date::parse_iso(&row.from_day).ok_or_else(corrupt)?,
        what,
        reason: row.reason.clone(),
    })
}

/// What was read last.
pub struct Known(RwLock<Read>);

struct Read {
    at: i64,
    changes: Arc<Changes>,
}

impl Known {
    /// As stored when the counter starts.
    pub async fn open(store: &Store, now_ms: i64) -> Result<Self, StoreError> {
        Ok(Self(RwLock::new(Read {
            at: now_ms,
            changes: Arc::new(Changes::read(store).await?),
        })))
    }

    fn last(&self) -> Arc<Changes> {
        let read = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&read.changes)
    }

    /// Whether it is time to look again. Only one asks: the others go on with what is known.
    fn is_old(&self, now_ms: i64) -> bool {
        let old = |read: &Read| (now_ms - read.at).abs() >= SHOWN_MS;
        if !old(&self.0.read().unwrap_or_else(PoisonError::into_inner)) {
            return false;
        }
        let mut read = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let is_old = old(&read);
        read.at = now_ms;
        is_old
    }

    fn keep(&self, changes: &Arc<Changes>) {
        let mut read = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if read.changes.last < changes.last {
            read.changes = Arc::clone(changes);
        }
    }
}

/// As stored now: for everything that decides.
pub async fn now(counter: &Counter) -> Result<Arc<Changes>, StoreError> {
    let known = counter.changes.last();
    let (last, _) = rows::last(&counter.store).await?;
    if known.last == last {
        return Ok(known);
    }
    let read = Arc::new(Changes::read(&counter.store).await?);
    counter.changes.keep(&read);
    Ok(read)
}

/// As of a second ago at most, where the database answers: for what is only shown.
pub async fn lately(counter: &Counter) -> Arc<Changes> {
    if !counter.changes.is_old(counter.now_ms()) {
        return counter.changes.last();
    }
    match now(counter).await {
        Ok(changes) => changes,
        Err(error) => {
            tracing::warn!(error.cause = %error, "services are shown as they were");
            counter.changes.last()
        }
    }
}
