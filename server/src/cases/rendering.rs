//! The PDF of a document joins its case: sealed, and named by an event.

use rules::case::{Actor, Document, EventBody, Terms, fold};
use thiserror::Error;

use super::{LoadError, LoadedCase, act::salted, chain, index_row};
use crate::{
    clock::token,
    events::CaseChanged,
    state::Counter,
    store::{
        StoreError, Tx, cases,
        renderings::{self, RenderingRow},
    },
    vault::{Key, VaultError, sha256},
};

#[derive(Debug, Error)]
pub enum RenderingError {
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The row as its content is bound to it.
pub fn context(row: &RenderingRow) -> String {
    format!("case_renderings/{}/{}/{}", row.id, row.seq, row.kind)
}

/// Opens a stored PDF.
pub fn open(key: &Key, row: &RenderingRow) -> Result<Vec<u8>, VaultError> {
    key.open(&context(row), &row.sealed)
}

/// Stores `pdf` as the rendering `kind` of event `seq`; its id. If there is one, that stays.
pub async fn add_rendering(
    counter: &Counter,
    case: &LoadedCase,
    seq: i64,
    kind: &str,
    pdf: &[u8],
) -> Result<String, RenderingError> {
    let row = seal(counter, case, seq, kind, pdf)?;
    let event = EventBody::DocumentoPronto {
        documento: Document {
            id: row.id.clone(),
            hash: salted(&row.salt, pdf),
        },
        originale_seq: seq,
    };
    let (id, case_id) = (row.id.clone(), row.case_id.clone());
    let index = (
        case.row.office.clone(),
        case.definition.service.title.clone(),
        Terms::from(&case.definition.service.term),
    );
    let written = counter
        .store
        .write(move |tx| Box::pin(write(tx, row, event, index)))
        .await?;
    match written {
        Some(last) => {
            counter.announce(CaseChanged {
                case: case_id,
                seq: last,
            });
            Ok(id)
        }
        // Another node was faster.
        None => {
            let made = renderings::names(&counter.store, &case_id).await?;
            let found = made.into_iter().find(|r| r.seq == seq && r.kind == kind);
            Ok(found.map_or(id, |found| found.id))
        }
    }
}

fn seal(
    counter: &Counter,
    case: &LoadedCase,
    seq: i64,
    kind: &str,
    pdf: &[u8],
) -> Result<RenderingRow, VaultError> {
    let mut row = RenderingRow {
        id: counter.new_id(),
        case_id: case.row.id.clone(),
        seq,
        kind: kind.to_owned(),
        salt: token::<16>(&*counter.rng),
        hash: sha256(pdf),
        sealed: Vec::new(),
        created_at: counter.now_ms(),
    };
    row.sealed = case.key.seal(&*counter.rng, &context(&row), pdf)?;
    Ok(row)
}

/// The number of the event; `None` if the rendering was there.
async fn write(
    tx: &mut Tx,
    row: RenderingRow,
    event: EventBody,
    (office, title, terms): (String, String, Terms),
) -> Result<Option<i64>, RenderingError> {
    cases::lock(tx, &row.case_id).await?;
    if !renderings::insert(tx, &row).await? {
        return Ok(None);
    }
    let rows = cases::events_in(tx, &row.case_id).await?;
    let mut events = chain::read(&rows)?;
    let (last, at) = (rows.last(), row.created_at);
    let added = chain::append(tx, &row.case_id, last, &Actor::Sistema, at, vec![event]).await?;
    events.extend(added);
    let state = fold(&events, &terms).map_err(LoadError::from)?;
    cases::put_index(tx, &index_row(&row.case_id, &office, &title, &state)).await?;
    Ok(Some(state.seq))
}
