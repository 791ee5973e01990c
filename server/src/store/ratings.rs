//! Ratings of pages and services.

use sqlx::{Row, any::AnyRow};

use super::{Store, StoreError, Tx};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RatingRow {
    pub id: String,
    /// Path of a public page, or `servizio/<slug>`.
    pub subject: String,
    /// 1 to 5.
    pub stars: i64,
    /// Code of the chosen answer, empty if none.
    pub aspect: String,
    /// Sealed; empty if nothing was written.
    pub details: Vec<u8>,
    pub created_at: i64,
}

fn rating(row: &AnyRow) -> Result<RatingRow, StoreError> {
    Ok(RatingRow {
        id: row.try_get(0)?,
        subject: row.try_get(1)?,
        stars: row.try_get(2)?,
        aspect: row.try_get(3)?,
        details: row.try_get(4)?,
        created_at: row.try_get(5)?,
    })
}

/// Keeps a rating, unless `most` came since `since_ms`: then `false`.
pub async fn insert(
    tx: &mut Tx,
    row: &RatingRow,
    since_ms: i64,
    most: i64,
) -> Result<bool, StoreError> {
    let recent = sqlx::query("SELECT COUNT(*) FROM ratings WHERE created_at > $1")
        .bind(since_ms)
        .fetch_one(&mut *tx)
        .await?;
    if recent.try_get::<i64, _>(0)? >= most {
        return Ok(false);
    }
    sqlx::query(
        "INSERT INTO ratings (id, subject, stars, aspect, details, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&row.id)
    .bind(&row.subject)
    .bind(row.stars)
    .bind(&row.aspect)
    .bind(&row.details)
    .bind(row.created_at)
    .execute(tx)
    .await?;
    Ok(true)
}

/// How many gave so many stars to a subject, by subject.
pub async fn counts(store: &Store) -> Result<Vec<(String, i64, i64)>, StoreError> {
    let rows = sqlx::query(
        "SELECT subject, stars, COUNT(*) FROM ratings GROUP BY subject, stars \
         ORDER BY subject, stars",
    )
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)))
        .collect()
}

/// The newest with an answer or a text.
pub async fn told(store: &Store, most: i64) -> Result<Vec<RatingRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, subject, stars, aspect, details, created_at FROM ratings \
         WHERE aspect <> '' OR LENGTH(details) > 0 ORDER BY created_at DESC, id DESC LIMIT $1",
    )
    .bind(most)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(rating).collect()
}
