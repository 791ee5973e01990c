//! The protocol register: rows that are only ever added.

use sqlx::{Row, any::AnyRow};

use super::{Store, StoreError, Tx};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterRow {
    pub year: i64,
    pub number: i64,
    pub at: i64,
    pub day: String,
    /// `entrata`, `uscita`
    pub direction: String,
    pub case_id: String,
    /// Id of the person who wrote it, or to whom it goes.
    pub correspondent: String,
    pub subject: String,
    pub document_hash: String,
    pub previous: String,
    pub hash: String,
}

/// Takes the year's next number, and the hash of the entry before it (empty for the first).
/// No gap, no repetition: who registers meanwhile waits until this transaction ends.
pub async fn next(tx: &mut Tx, year: i64) -> Result<(i64, String), StoreError> {
    let row = sqlx::query(
        "INSERT INTO register_years (year, last, hash) VALUES ($1, 1, '') \
         ON CONFLICT (year) DO UPDATE SET last = register_years.last + 1 RETURNING last, hash",
    )
    .bind(year)
    .fetch_one(tx)
    .await?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}

/// Adds the entry and makes it the year's last.
pub async fn insert(tx: &mut Tx, row: &RegisterRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO register (year, number, at, day, direction, case_id, correspondent, subject, \
         document_hash, previous, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(row.year)
    .bind(row.number)
    .bind(row.at)
    .bind(&row.day)
    .bind(&row.direction)
    .bind(&row.case_id)
    .bind(&row.correspondent)
    .bind(&row.subject)
    .bind(&row.document_hash)
    .bind(&row.previous)
    .bind(&row.hash)
    .execute(&mut *tx)
    .await?;
    sqlx::query("UPDATE register_years SET hash = $2 WHERE year = $1")
        .bind(row.year)
        .bind(&row.hash)
        .execute(tx)
        .await?;
    Ok(())
}

fn decode(row: &AnyRow) -> Result<RegisterRow, StoreError> {
    Ok(RegisterRow {
        year: row.try_get(0)?,
        number: row.try_get(1)?,
        at: row.try_get(2)?,
        day: row.try_get(3)?,
        direction: row.try_get(4)?,
        case_id: row.try_get(5)?,
        correspondent: row.try_get(6)?,
        subject: row.try_get(7)?,
        document_hash: row.try_get(8)?,
        previous: row.try_get(9)?,
        hash: row.try_get(10)?,
    })
}

/// The whole register, in order.
pub async fn all(store: &Store) -> Result<Vec<RegisterRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT year, number, at, day, direction, case_id, correspondent, subject, \
         document_hash, previous, hash FROM register ORDER BY year, number",
    )
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(decode).collect()
}

/// Year, last number and last hash.
pub async fn years(store: &Store) -> Result<Vec<(i64, i64, String)>, StoreError> {
    let rows = sqlx::query("SELECT year, last, hash FROM register_years ORDER BY year")
        .fetch_all(&mut *store.read().await?)
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)))
        .collect()
}
