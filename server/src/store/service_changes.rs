//! What offices changed of the services: rows are only added, in one chain.

use sqlx::{AssertSqlSafe, Row, any::AnyRow};

use super::{Store, StoreError, Tx};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeRow {
    /// From 1, without a gap.
    pub number: i64,
    pub slug: String,
    /// See [`rules::changes::What`].
    pub kind: String,
    /// JSON.
    pub value: String,
    /// `AAAA-MM-GG`
    pub from_day: String,
    pub reason: String,
    /// Id of the person.
    pub made_by: String,
    pub made_at: i64,
    pub previous: String,
    pub hash: String,
}

const COLUMNS: &str =
    "number, slug, kind, value, from_day, reason, made_by, made_at, previous, hash";

fn decode(row: &AnyRow) -> Result<ChangeRow, StoreError> {
    Ok(ChangeRow {
        number: row.try_get(0)?,
        slug: row.try_get(1)?,
        kind: row.try_get(2)?,
        value: row.try_get(3)?,
        from_day: row.try_get(4)?,
        reason: row.try_get(5)?,
        made_by: row.try_get(6)?,
        made_at: row.try_get(7)?,
        previous: row.try_get(8)?,
        hash: row.try_get(9)?,
    })
}

/// Takes the next number, and the hash of the change before (empty for the first). Who makes
/// another change meanwhile waits until this transaction ends.
pub async fn next(tx: &mut Tx) -> Result<(i64, String), StoreError> {
    let row = sqlx::query(
        "INSERT INTO service_changes_last (name, number, hash) VALUES ('services', 1, '') \
         ON CONFLICT (name) DO UPDATE SET number = service_changes_last.number + 1 \
         RETURNING number, hash",
    )
    .fetch_one(tx)
    .await?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}

/// Adds the change and makes it the last.
pub async fn insert(tx: &mut Tx, row: &ChangeRow) -> Result<(), StoreError> {
    sqlx::query(AssertSqlSafe(format!(
        "INSERT INTO service_changes ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    )))
    .bind(row.number)
    .bind(&row.slug)
    .bind(&row.kind)
    .bind(&row.value)
    .bind(&row.from_day)
    .bind(&row.reason)
    .bind(&row.made_by)
    .bind(row.made_at)
    .bind(&row.previous)
    .bind(&row.hash)
    .execute(&mut *tx)
    .await?;
    sqlx::query("UPDATE service_changes_last SET hash = $1")
        .bind(&row.hash)
        .execute(tx)
        .await?;
    Ok(())
}

/// All changes of a service, in order, inside the caller's transaction.
pub async fn of_service(tx: &mut Tx, slug: &str) -> Result<Vec<ChangeRow>, StoreError> {
    let rows = sqlx::query(AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM service_changes WHERE slug = $1 ORDER BY number"
    )))
    .bind(slug)
    .fetch_all(tx)
    .await?;
    rows.iter().map(decode).collect()
}

/// Every change, in order.
pub async fn all(store: &Store) -> Result<Vec<ChangeRow>, StoreError> {
    let rows = sqlx::query(AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM service_changes ORDER BY number"
    )))
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(decode).collect()
}

/// Number and hash of the last change; 0 and empty before the first.
pub async fn last(store: &Store) -> Result<(i64, String), StoreError> {
    let row = sqlx::query("SELECT number, hash FROM service_changes_last")
        .fetch_optional(&mut *store.read().await?)
        .await?;
    match row {
        Some(row) => Ok((row.try_get(0)?, row.try_get(1)?)),
        None => Ok((0, String::new())),
    }
}
