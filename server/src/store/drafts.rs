//! Drafts: one a person and service, with a row version.

use sqlx::{Row, any::AnyRow};

use super::{Store, StoreError, Tx};

pub struct DraftRow {
    pub id: String,
    pub person: String,
    pub slug: String,
    pub definition: String,
    pub version: i64,
    pub sealed: Vec<u8>,
    pub created_at: i64,
    pub updated_at: i64,
}

fn decode(row: &AnyRow) -> Result<DraftRow, StoreError> {
    Ok(DraftRow {
        id: row.try_get(0)?,
        person: row.try_get(1)?,
        slug: row.try_get(2)?,
        definition: row.try_get(3)?,
        version: row.try_get(4)?,
        sealed: row.try_get(5)?,
        created_at: row.try_get(6)?,
        updated_at: row.try_get(7)?,
    })
}

pub async fn get(store: &Store, person: &str, slug: &str) -> Result<Option<DraftRow>, StoreError> {
    let row = sqlx::query(
        "SELECT id, person, slug, definition, version, sealed, created_at, updated_at \
         FROM drafts WHERE person = $1 AND slug = $2",
    )
    .bind(person)
    .bind(slug)
    .fetch_optional(&mut *store.read().await?)
    .await?;
    row.as_ref().map(decode).transpose()
}

pub async fn exists(store: &Store, person: &str, slug: &str) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT version FROM drafts WHERE person = $1 AND slug = $2")
        .bind(person)
        .bind(slug)
        .fetch_optional(&mut *store.read().await?)
        .await?;
    Ok(row.is_some())
}

/// The drafts of a person, newest first.
pub async fn of_person(store: &Store, person: &str) -> Result<Vec<DraftRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, person, slug, definition, version, sealed, created_at, updated_at \
         FROM drafts WHERE person = $1 ORDER BY updated_at DESC",
    )
    .bind(person)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(decode).collect()
}

/// The same, held until the transaction ends: nobody saves or sends them in between.
pub async fn hold_of(tx: &mut Tx, person: &str) -> Result<Vec<DraftRow>, StoreError> {
    let rows = sqlx::query(
        "UPDATE drafts SET person = person WHERE person = $1 \
         RETURNING id, person, slug, definition, version, sealed, created_at, updated_at",
    )
    .bind(person)
    .fetch_all(tx)
    .await?;
    rows.iter().map(decode).collect()
}

/// `false` if the person got a draft of this service meanwhile.
pub async fn insert(tx: &mut Tx, draft: &DraftRow) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO drafts (id, person, slug, definition, version, sealed, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (person, slug) DO NOTHING",
    )
    .bind(&draft.id)
    .bind(&draft.person)
    .bind(&draft.slug)
    .bind(&draft.definition)
    .bind(draft.version)
    .bind(&draft.sealed)
    .bind(draft.created_at)
    .bind(draft.updated_at)
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Saves over version `seen`; `false` if somebody saved meanwhile, or others are signing it.
pub async fn update(
    tx: &mut Tx,
    id: &str,
    seen: i64,
    sealed: &[u8],
    now_ms: i64,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE drafts SET version = version + 1, sealed = $3, updated_at = $4 \
         WHERE id = $1 AND version = $2 \
         AND NOT EXISTS (SELECT 1 FROM frozen_drafts WHERE draft = drafts.id)",
    )
    .bind(id)
    .bind(seen)
    .bind(sealed)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A file of the draft changes, its answers do not: the version stays. Holds the row until the
/// transaction ends, so that a submission comes before or after it. `false` if it is
/// gone, or others are signing it.
pub async fn touch(tx: &mut Tx, id: &str, now_ms: i64) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE drafts SET updated_at = $2 WHERE id = $1 \
         AND NOT EXISTS (SELECT 1 FROM frozen_drafts WHERE draft = drafts.id)",
    )
    .bind(id)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes the draft at version `seen`; `false` if it changed or is gone.
pub async fn delete_at(tx: &mut Tx, id: &str, seen: i64) -> Result<bool, StoreError> {
    let done = sqlx::query("DELETE FROM drafts WHERE id = $1 AND version = $2")
        .bind(id)
        .bind(seen)
        .execute(tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn delete(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM drafts WHERE id = $1")
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Ids of drafts not saved since `before_ms`.
pub async fn idle(store: &Store, before_ms: i64) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query("SELECT id FROM drafts WHERE updated_at < $1")
        .bind(before_ms)
        .fetch_all(&mut *store.read().await?)
        .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Deletes the draft if it was not saved since `before_ms`; `false` if it was, or is gone.
pub async fn delete_idle(tx: &mut Tx, id: &str, before_ms: i64) -> Result<bool, StoreError> {
    let done = sqlx::query("DELETE FROM drafts WHERE id = $1 AND updated_at < $2")
        .bind(id)
        .bind(before_ms)
        .execute(tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether the draft is this person's.
pub async fn belongs(store: &Store, id: &str, person: &str) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT version FROM drafts WHERE id = $1 AND person = $2")
        .bind(id)
        .bind(person)
        .fetch_optional(&mut *store.read().await?)
        .await?;
    Ok(row.is_some())
}

/// Whether there is a draft of this id, of somebody else.
pub async fn is_anothers(store: &Store, id: &str, person: &str) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT version FROM drafts WHERE id = $1 AND person <> $2")
        .bind(id)
        .bind(person)
        .fetch_optional(&mut *store.read().await?)
        .await?;
    Ok(row.is_some())
}
