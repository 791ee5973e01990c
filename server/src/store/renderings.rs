//! PDFs of registered documents, sealed under the case's key.

use sqlx::{Row, any::AnyRow};

use super::{Store, StoreError, Tx};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderingRow {
    pub id: String,
    pub case_id: String,
    /// Of the event whose document it shows.
    pub seq: i64,
    /// `istanza`, `ricevuta`, …
    pub kind: String,
    pub salt: String,
    /// SHA-256 of the PDF.
    pub hash: String,
    pub sealed: Vec<u8>,
    pub created_at: i64,
}

/// Which renderings there are: all but their content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderingName {
    pub id: String,
    pub seq: i64,
    pub kind: String,
}

fn rendering(row: &AnyRow) -> Result<RenderingRow, StoreError> {
    Ok(RenderingRow {
        id: row.try_get(0)?,
        case_id: row.try_get(1)?,
        seq: row.try_get(2)?,
        kind: row.try_get(3)?,
        salt: row.try_get(4)?,
        hash: row.try_get(5)?,
        sealed: row.try_get(6)?,
        created_at: row.try_get(7)?,
    })
}

/// False if there is one of this event and kind already: it stays.
pub async fn insert(tx: &mut Tx, row: &RenderingRow) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO case_renderings (id, case_id, seq, kind, salt, hash, sealed, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (case_id, seq, kind) DO NOTHING",
    )
    .bind(&row.id)
    .bind(&row.case_id)
    .bind(row.seq)
    .bind(&row.kind)
    .bind(&row.salt)
    .bind(&row.hash)
    .bind(&row.sealed)
    .bind(row.created_at)
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn names(store: &Store, case_id: &str) -> Result<Vec<RenderingName>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, seq, kind FROM case_renderings WHERE case_id = $1 ORDER BY seq, kind",
    )
    .bind(case_id)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(RenderingName {
                id: row.try_get(0)?,
                seq: row.try_get(1)?,
                kind: row.try_get(2)?,
            })
        })
        .collect()
}

pub async fn get(
    store: &Store,
    case_id: &str,
    id: &str,
) -> Result<Option<RenderingRow>, StoreError> {
    let row = sqlx::query(
        "SELECT id, case_id, seq, kind, salt, hash, sealed, created_at \
         FROM case_renderings WHERE case_id = $1 AND id = $2",
    )
    .bind(case_id)
    .bind(id)
    .fetch_optional(&mut *store.read().await?)
    .await?;
    row.as_ref().map(rendering).transpose()
}

/// All of a case; for `server verify`.
pub async fn of_case(store: &Store, case_id: &str) -> Result<Vec<RenderingRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, case_id, seq, kind, salt, hash, sealed, created_at \
         FROM case_renderings WHERE case_id = $1 ORDER BY seq, kind",
    )
    .bind(case_id)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(rendering).collect()
}

/// A PDF that the outbox was told to have made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub seq: i64,
    pub kind: String,
    pub failed: bool,
}

pub async fn orders(store: &Store, case_id: &str) -> Result<Vec<Order>, StoreError> {
    let rows = sqlx::query(
        "SELECT seq, template, state FROM outbox \
         WHERE case_id = $1 AND channel = 'document' ORDER BY seq, template",
    )
    .bind(case_id)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter()
        .map(|row| {
            let state: String = row.try_get(2)?;
            Ok(Order {
                seq: row.try_get(0)?,
                kind: row.try_get(1)?,
                failed: state == "failed",
            })
        })
        .collect()
}
