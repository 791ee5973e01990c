//! Privacy notices for ever: what people read is told by hash.

use sqlx::{Row, any::AnyRow};

use super::{Store, StoreError, Tx};

/// A version of a service's notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeRow {
    pub slug: String,
    /// SHA-256 of the body, hex.
    pub hash: String,
    /// Canonical JSON.
    pub body: Vec<u8>,
    /// Since when it holds, milliseconds.
    pub since: i64,
}

fn notice(row: &AnyRow) -> Result<NoticeRow, StoreError> {
    Ok(NoticeRow {
        slug: row.try_get(0)?,
        hash: row.try_get(1)?,
        body: row.try_get(2)?,
        since: row.try_get(3)?,
    })
}

/// Adds a notice that is not the last one of its service; since when it holds.
pub async fn keep(tx: &mut Tx, row: &NoticeRow) -> Result<i64, StoreError> {
    let last = sqlx::query(
        "SELECT number, hash, since FROM privacy_notices WHERE slug = $1 \
         ORDER BY number DESC LIMIT 1",
    )
    .bind(&row.slug)
    .fetch_optional(&mut *tx)
    .await?;
    let mut number: i64 = 0;
    if let Some(last) = last {
        let hash: String = last.try_get(1)?;
        if hash == row.hash {
            return Ok(last.try_get(2)?);
        }
        number = last.try_get(0)?;
    }
    // Another node that starts at the same time writes the same.
    sqlx::query(
        "INSERT INTO privacy_notices (slug, number, hash, body, since) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (slug, number) DO NOTHING",
    )
    .bind(&row.slug)
    .bind(number + 1)
    .bind(&row.hash)
    .bind(&row.body)
    .bind(row.since)
    .execute(&mut *tx)
    .await?;
    Ok(row.since)
}

/// The versions of a service's notice, newest first.
pub async fn of(store: &Store, slug: &str) -> Result<Vec<NoticeRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT slug, hash, body, since FROM privacy_notices WHERE slug = $1 \
         ORDER BY number DESC",
    )
    .bind(slug)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(notice).collect()
}

/// Every version of every notice; for `server verify`.
pub async fn all(store: &Store) -> Result<Vec<NoticeRow>, StoreError> {
    let rows =
        sqlx::query("SELECT slug, hash, body, since FROM privacy_notices ORDER BY slug, number")
            .fetch_all(&mut *store.read().await?)
            .await?;
    rows.iter().map(notice).collect()
}
