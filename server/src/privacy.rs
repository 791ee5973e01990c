//! Privacy: the notice of each service with its versions (GDPR art. 13), and the register of
//! processing activities (art. 30). Both are made from the definitions and comune.toml.

mod page;
mod register;

use std::sync::Arc;

use app::api::VersionView;
use rules::{
    catalogue::Service,
    privacy::{Notice, VERSION_DIGITS},
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use page::page;
pub use register::{RegisterError, register, write_csv};

use crate::{
    clock::rome_day,
    config::Comune,
    store::{Store, StoreError, privacy as rows},
    vault::sha256,
};

#[derive(Debug, Error)]
pub enum NoticeError {
    #[error("the notice of {slug} cannot be written: {error}")]
    Unwritable {
        slug: String,
        error: serde_json::Error,
    },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The notice of a service that holds now.
#[derive(Clone, Debug)]
pub struct InForce {
    /// SHA-256 of its canonical JSON, hex.
    pub hash: String,
    pub notice: Arc<Notice>,
    /// Milliseconds.
    pub since: i64,
}

/// Which notice held, as a registered original tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeRef {
    pub hash: String,
    /// First day, `AAAA-MM-GG`.
    pub since: String,
}

impl InForce {
    pub fn reference(&self) -> NoticeRef {
        NoticeRef {
            hash: self.hash.clone(),
            since: rome_day(self.since).to_string(),
        }
    }
}

impl NoticeRef {
    /// For who reads it.
    pub fn told(&self) -> VersionView {
        let day = rules::civil::Date::parse_iso(&self.since);
        VersionView {
            version: version(&self.hash).to_owned(),
            since: day.map(rules::civil::Date::italian).unwrap_or_default(),
        }
    }
}

/// By which people name a notice.
pub fn version(hash: &str) -> &str {
    hash.get(..VERSION_DIGITS).unwrap_or(hash)
}

/// Keeps the notices that are new, and gives those in force.
pub async fn install<'a>(
    store: &Store,
    services: impl Iterator<Item = &'a Service>,
    comune: &Comune,
    now_ms: i64,
) -> Result<Vec<InForce>, NoticeError> {
    let town = comune.privacy();
    let mut notices = services
        .map(|service| written(Notice::of(service, &town), now_ms))
        .collect::<Result<Vec<_>, _>>()?;
    let new: Vec<_> = notices.iter().map(|(_, row)| row.clone()).collect();
    let since = store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                let mut since = Vec::with_capacity(new.len());
                for row in &new {
                    since.push(rows::keep(tx, row).await?);
                }
                Ok(since)
            })
        })
        .await?;
    for ((notice, _), since) in notices.iter_mut().zip(since) {
        notice.since = since;
    }
    Ok(notices.into_iter().map(|(notice, _)| notice).collect())
}

fn written(notice: Notice, now_ms: i64) -> Result<(InForce, rows::NoticeRow), NoticeError> {
    let body = serde_json_canonicalizer::to_vec(&notice).map_err(|error| {
        let slug = notice.slug.clone();
        NoticeError::Unwritable { slug, error }
    })?;
    let hash = sha256(&body);
    let row = rows::NoticeRow {
        slug: notice.slug.clone(),
        hash: hash.clone(),
        body,
        since: now_ms,
    };
    let notice = Arc::new(notice);
    Ok((
        InForce {
            hash,
            notice,
            since: now_ms,
        },
        row,
    ))
}
