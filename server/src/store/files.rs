//! Rows of stored files; their bytes lie in the file store.

use sqlx::{Row, any::AnyRow};

use super::{
    Store, StoreError, Tx,
    scans::{self, Scan},
};

#[derive(Clone)]
pub struct FileRow {
    pub id: String,
    /// Id of the draft, then of the case.
    pub owner: String,
    pub attachment: String,
    pub sealed_name: Vec<u8>,
    pub mime: String,
    pub bytes: i64,
    pub sha256: String,
    pub created_at: i64,
    /// What was found of its digital signatures, where they were asked for.
    pub sealed_report: Option<Vec<u8>>,
    /// As it comes, what the antivirus says of it (afterwards: `scans`).
    pub scan: Option<Scan>,
}

fn decode(row: &AnyRow) -> Result<FileRow, StoreError> {
    Ok(FileRow {
        id: row.try_get(0)?,
        owner: row.try_get(1)?,
        attachment: row.try_get(2)?,
        sealed_name: row.try_get(3)?,
        mime: row.try_get(4)?,
        bytes: row.try_get(5)?,
        sha256: row.try_get(6)?,
        created_at: row.try_get(7)?,
        sealed_report: row.try_get(8)?,
        scan: None,
    })
}

pub async fn insert(tx: &mut Tx, file: &FileRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO files (id, owner, attachment, sealed_name, mime, bytes, sha256, \
         created_at, sealed_report, place) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, \
         (SELECT COALESCE(MAX(place), 0) + 1 FROM files WHERE owner = $2))",
    )
    .bind(&file.id)
    .bind(&file.owner)
    .bind(&file.attachment)
    .bind(&file.sealed_name)
    .bind(&file.mime)
    .bind(file.bytes)
    .bind(&file.sha256)
    .bind(file.created_at)
    .bind(&file.sealed_report)
    .execute(&mut *tx)
    .await?;
    match &file.scan {
        Some(scan) => scans::put(tx, &file.id, scan, file.created_at).await,
        None => Ok(()),
    }
}

/// In the order in which they were given, unless she chose another.
pub async fn of_owner(store: &Store, owner: &str) -> Result<Vec<FileRow>, StoreError> {
    of_owner_in(&mut *store.read().await?, owner).await
}

/// The same inside a transaction.
pub async fn of_owner_in(tx: &mut Tx, owner: &str) -> Result<Vec<FileRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, owner, attachment, sealed_name, mime, bytes, sha256, created_at, \
         sealed_report FROM files WHERE owner = $1 ORDER BY place, id",
    )
    .bind(owner)
    .fetch_all(tx)
    .await?;
    rows.iter().map(decode).collect()
}

pub async fn get(store: &Store, id: &str) -> Result<Option<FileRow>, StoreError> {
    let row = sqlx::query(
        "SELECT id, owner, attachment, sealed_name, mime, bytes, sha256, created_at, \
         sealed_report FROM files WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(&mut *store.read().await?)
    .await?;
    row.as_ref().map(decode).transpose()
}

/// All files; for `server verify`.
pub async fn all(store: &Store) -> Result<Vec<FileRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, owner, attachment, sealed_name, mime, bytes, sha256, created_at, \
         sealed_report FROM files",
    )
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(decode).collect()
}

/// `false` if the owner has no such file.
pub async fn delete(tx: &mut Tx, id: &str, owner: &str) -> Result<bool, StoreError> {
    let done = sqlx::query("DELETE FROM files WHERE id = $1 AND owner = $2")
        .bind(id)
        .bind(owner)
        .execute(tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts a file before the one that comes before it for the same attachment, if there is one.
/// `false` if the owner has no such file.
pub async fn move_up(tx: &mut Tx, id: &str, owner: &str) -> Result<bool, StoreError> {
    let mut rows = of_owner_in(tx, owner).await?;
    let Some(at) = rows.iter().position(|row| row.id == id) else {
        return Ok(false);
    };
    let before = rows[..at]
        .iter()
        .rposition(|row| row.attachment == rows[at].attachment);
    let Some(before) = before else {
        return Ok(true);
    };
    rows.swap(before, at);
    for (place, row) in (1_i64..).zip(&rows) {
        sqlx::query("UPDATE files SET place = $1 WHERE id = $2")
            .bind(place)
            .bind(&row.id)
            .execute(&mut *tx)
            .await?;
    }
    Ok(true)
}

/// All files of an owner; their ids, for their bytes.
pub async fn delete_of(tx: &mut Tx, owner: &str) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query("DELETE FROM files WHERE owner = $1 RETURNING id")
        .bind(owner)
        .fetch_all(tx)
        .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// An owner's files of one attachment; their ids, for their bytes.
pub async fn delete_kind(
    tx: &mut Tx,
    owner: &str,
    attachment: &str,
) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query("DELETE FROM files WHERE owner = $1 AND attachment = $2 RETURNING id")
        .bind(owner)
        .bind(attachment)
        .fetch_all(tx)
        .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Gives one of the draft's files to the case; `false`: the draft has no such file.
pub async fn hand_over(tx: &mut Tx, id: &str, from: &str, to: &str) -> Result<bool, StoreError> {
    let done = sqlx::query("UPDATE files SET owner = $3 WHERE id = $1 AND owner = $2")
        .bind(id)
        .bind(from)
        .bind(to)
        .execute(tx)
        .await?;
    Ok(done.rows_affected() == 1)
}
