//! Definitions for ever: drafts and cases refer to them by hash.

use sqlx::Row;

use super::{Store, StoreError, Tx};

/// Stores a definition's canonical JSON once.
pub async fn keep(
    tx: &mut Tx,
    hash: &str,
    slug: &str,
    body: &[u8],
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO definitions (hash, slug, body, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (hash) DO NOTHING",
    )
    .bind(hash)
    .bind(slug)
    .bind(body)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(())
}

/// The canonical JSON under `hash`.
pub async fn body(store: &Store, hash: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let row = sqlx::query("SELECT body FROM definitions WHERE hash = $1")
        .bind(hash)
        .fetch_optional(&mut *store.read().await?)
        .await?;
    row.map(|row| row.try_get(0).map_err(StoreError::from))
        .transpose()
}

/// Every definition: hash and canonical JSON; for `server verify`.
pub async fn all(store: &Store) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    let rows = sqlx::query("SELECT hash, body FROM definitions")
        .fetch_all(&mut *store.read().await?)
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect()
}
