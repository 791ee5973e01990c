//! Requests that a clerk fills at the counter: one open at a time for each clerk.

use sqlx::{Row, any::AnyRow};

use super::{Store, StoreError, Tx};

#[derive(Clone, Debug)]
pub struct DeskRow {
    pub id: String,
    /// Id of the clerk's person.
    pub operator: String,
    /// Id of the person whose request it is.
    pub citizen: String,
    pub slug: String,
    pub draft: String,
    /// The identity document.
    pub sealed: Vec<u8>,
    pub started_at: i64,
}

fn decode(row: &AnyRow) -> Result<DeskRow, StoreError> {
    Ok(DeskRow {
        id: row.try_get(0)?,
        operator: row.try_get(1)?,
        citizen: row.try_get(2)?,
        slug: row.try_get(3)?,
        draft: row.try_get(4)?,
        sealed: row.try_get(5)?,
        started_at: row.try_get(6)?,
    })
}

/// The one that the clerk has open.
pub async fn open(store: &Store, operator: &str) -> Result<Option<DeskRow>, StoreError> {
    let row = sqlx::query(
        "SELECT id, operator, citizen, slug, draft, sealed, started_at \
         FROM desks WHERE operator = $1 AND ended_at IS NULL",
    )
    .bind(operator)
    .fetch_optional(&mut *store.read().await?)
    .await?;
    row.as_ref().map(decode).transpose()
}

/// Whether the draft was begun at the counter by this clerk, be it over or not.
pub async fn began(store: &Store, operator: &str, draft: &str) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT id FROM desks WHERE operator = $1 AND draft = $2")
        .bind(operator)
        .bind(draft)
        .fetch_optional(&mut *store.read().await?)
        .await?;
    Ok(row.is_some())
}

pub async fn insert(tx: &mut Tx, row: &DeskRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO desks (id, operator, citizen, slug, draft, sealed, started_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&row.id)
    .bind(&row.operator)
    .bind(&row.citizen)
    .bind(&row.slug)
    .bind(&row.draft)
    .bind(&row.sealed)
    .bind(row.started_at)
    .execute(tx)
    .await?;
    Ok(())
}

/// The open one at which the draft of a citizen and service was begun.
pub async fn open_for(
    store: &Store,
    citizen: &str,
    slug: &str,
) -> Result<Option<DeskRow>, StoreError> {
    let row = sqlx::query(
        "SELECT d.id, d.operator, d.citizen, d.slug, d.draft, d.sealed, d.started_at \
         FROM desks d JOIN drafts ON drafts.id = d.draft \
         WHERE drafts.person = $1 AND drafts.slug = $2 AND d.ended_at IS NULL",
    )
    .bind(citizen)
    .bind(slug)
    .fetch_optional(&mut *store.read().await?)
    .await?;
    row.as_ref().map(decode).transpose()
}

/// `false`: it was over already.
pub async fn end(tx: &mut Tx, id: &str, now_ms: i64) -> Result<bool, StoreError> {
    let done = sqlx::query("UPDATE desks SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL")
        .bind(id)
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The citizen goes on with the draft by herself.
pub async fn end_of_draft(tx: &mut Tx, draft: &str, now_ms: i64) -> Result<(), StoreError> {
    sqlx::query("UPDATE desks SET ended_at = $2 WHERE draft = $1 AND ended_at IS NULL")
        .bind(draft)
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(())
}
