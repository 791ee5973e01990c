//! Serial numbers of paper stamps, as keyed hashes: the same one in two cases is told.

use sqlx::Row;

use super::{Store, StoreError, Tx};

pub async fn insert(tx: &mut Tx, lookup: &str, case_id: &str) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO stamps (lookup, case_id) VALUES ($1, $2) \
         ON CONFLICT (lookup, case_id) DO NOTHING",
    )
    .bind(lookup)
    .bind(case_id)
    .execute(tx)
    .await?;
    Ok(())
}

/// Year and number of the other cases that name the stamp, in order.
pub async fn others(
    store: &Store,
    lookup: &str,
    case_id: &str,
) -> Result<Vec<(i64, i64)>, StoreError> {
    let rows = sqlx::query(
        "SELECT c.year, c.number FROM stamps s JOIN cases c ON c.id = s.case_id \
         WHERE s.lookup = $1 AND s.case_id <> $2 ORDER BY c.year, c.number",
    )
    .bind(lookup)
    .bind(case_id)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect()
}
