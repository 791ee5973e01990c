//! Whom a case is about, where somebody else sent it.

use sqlx::Row;

use super::{Store, StoreError, Tx};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepresentationRow {
    pub case_id: String,
    /// By which the represented person is found when she logs in.
    pub lookup: String,
    /// `delegato`, `professionista`, …: the answer to `qualita`.
    pub quality: String,
    /// The delegation in the counter by which the request was sent.
    pub delegation: Option<String>,
    /// Last day of a delegation on paper, or of a guardian's appointment: `AAAA-MM-GG`.
    pub until_day: Option<String>,
    /// When the represented person took a delegation on paper back.
    pub ended_at: Option<i64>,
}

pub async fn insert(tx: &mut Tx, row: &RepresentationRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO representations (case_id, lookup, quality, delegation, until_day) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&row.case_id)
    .bind(&row.lookup)
    .bind(&row.quality)
    .bind(&row.delegation)
    .bind(&row.until_day)
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn get(store: &Store, case_id: &str) -> Result<Option<RepresentationRow>, StoreError> {
    get_in(&mut *store.read().await?, case_id).await
}

pub async fn get_in(tx: &mut Tx, case_id: &str) -> Result<Option<RepresentationRow>, StoreError> {
    let row = sqlx::query(
        "SELECT case_id, lookup, quality, delegation, until_day, ended_at FROM representations \
         WHERE case_id = $1",
    )
    .bind(case_id)
    .fetch_optional(tx)
    .await?;
    row.map(|row| {
        Ok(RepresentationRow {
            case_id: row.try_get(0)?,
            lookup: row.try_get(1)?,
            quality: row.try_get(2)?,
            delegation: row.try_get(3)?,
            until_day: row.try_get(4)?,
            ended_at: row.try_get(5)?,
        })
    })
    .transpose()
}

/// The represented person takes a delegation on paper back, once.
pub async fn end(tx: &mut Tx, case_id: &str, now_ms: i64) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE representations SET ended_at = $2 \
         WHERE case_id = $1 AND delegation IS NULL AND ended_at IS NULL",
    )
    .bind(case_id)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(())
}
