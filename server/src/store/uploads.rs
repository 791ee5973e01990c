//! Files on their way, in parts.

use sqlx::{Row, any::AnyRow};

use super::{Store, StoreError, Tx};

pub struct UploadRow {
    pub id: String,
    pub person: String,
    /// Id of the draft.
    pub owner: String,
    pub attachment: String,
    pub sealed_name: Vec<u8>,
    /// Of the whole file.
    pub bytes: i64,
    /// How many of them have come.
    pub received: i64,
    /// What it became when all had come.
    pub file: Option<String>,
    pub updated_at: i64,
}

fn decode(row: &AnyRow) -> Result<UploadRow, StoreError> {
    Ok(UploadRow {
        id: row.try_get(0)?,
        person: row.try_get(1)?,
        owner: row.try_get(2)?,
        attachment: row.try_get(3)?,
        sealed_name: row.try_get(4)?,
        bytes: row.try_get(5)?,
        received: row.try_get(6)?,
        file: row.try_get(7)?,
        updated_at: row.try_get(8)?,
    })
}

pub async fn insert(tx: &mut Tx, row: &UploadRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO uploads (id, person, owner, attachment, sealed_name, bytes, received, \
         updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&row.id)
    .bind(&row.person)
    .bind(&row.owner)
    .bind(&row.attachment)
    .bind(&row.sealed_name)
    .bind(row.bytes)
    .bind(row.received)
    .bind(row.updated_at)
    .execute(tx)
    .await?;
    Ok(())
}

/// Only to who began it.
pub async fn get(store: &Store, id: &str, person: &str) -> Result<Option<UploadRow>, StoreError> {
    let row = sqlx::query(
        "SELECT id, person, owner, attachment, sealed_name, bytes, received, file, \
         updated_at FROM uploads WHERE id = $1 AND person = $2",
    )
    .bind(id)
    .bind(person)
    .fetch_optional(&mut *store.read().await?)
    .await?;
    row.as_ref().map(decode).transpose()
}

/// Adds the part that begins at `position`; `false`: the file is no longer that far, or gone.
pub async fn add(
    tx: &mut Tx,
    id: &str,
    position: i64,
    bytes: i64,
    file: &str,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE uploads SET received = received + $3, updated_at = $4 \
         WHERE id = $1 AND received = $2",
    )
    .bind(id)
    .bind(position)
    .bind(bytes)
    .bind(now_ms)
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() != 1 {
        return Ok(false);
    }
    sqlx::query("INSERT INTO upload_parts (upload, position, file) VALUES ($1, $2, $3)")
        .bind(id)
        .bind(position)
        .bind(file)
        .execute(tx)
        .await?;
    Ok(true)
}

/// Ids of the parts' bytes, in the file's order.
pub async fn parts(store: &Store, id: &str) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query("SELECT file FROM upload_parts WHERE upload = $1 ORDER BY position")
        .bind(id)
        .fetch_all(&mut *store.read().await?)
        .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// The file is whole: its parts are not needed any more; the ids of their bytes.
pub async fn finish(tx: &mut Tx, id: &str, file: &str) -> Result<Vec<String>, StoreError> {
    sqlx::query("UPDATE uploads SET file = $2 WHERE id = $1")
        .bind(id)
        .bind(file)
        .execute(&mut *tx)
        .await?;
    delete_parts(tx, id).await
}

async fn delete_parts(tx: &mut Tx, id: &str) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query("DELETE FROM upload_parts WHERE upload = $1 RETURNING file")
        .bind(id)
        .fetch_all(tx)
        .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Forgets a file on its way; the ids of its bytes.
pub async fn delete(tx: &mut Tx, id: &str) -> Result<Vec<String>, StoreError> {
    let parts = delete_parts(tx, id).await?;
    sqlx::query("DELETE FROM uploads WHERE id = $1")
        .bind(id)
        .execute(tx)
        .await?;
    Ok(parts)
}

/// What nobody has gone on with since `before_ms`.
pub async fn idle(store: &Store, before_ms: i64) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query("SELECT id FROM uploads WHERE updated_at < $1 LIMIT 1000")
        .bind(before_ms)
        .fetch_all(&mut *store.read().await?)
        .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// A person's, the newest first.
pub async fn of_person(tx: &mut Tx, person: &str) -> Result<Vec<String>, StoreError> {
    let rows =
        sqlx::query("SELECT id FROM uploads WHERE person = $1 ORDER BY updated_at DESC, id DESC")
            .bind(person)
            .fetch_all(tx)
            .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}
