//! Documents that wait for a digital signature.

use sqlx::Row;

use super::{Store, StoreError, Tx};

pub struct DocumentRow {
    pub draft: String,
    /// Of the PDF, hex.
    pub sha256: String,
    pub sealed: Vec<u8>,
}

/// The one that stands afterwards: this, or the one that came first. `None`: the draft was opened
/// again meanwhile.
pub async fn insert(tx: &mut Tx, row: &DocumentRow) -> Result<Option<DocumentRow>, StoreError> {
    sqlx::query(
        "INSERT INTO signing_documents (draft, sha256, sealed) \
         SELECT draft, $2, $3 FROM frozen_drafts WHERE draft = $1 \
         ON CONFLICT (draft) DO NOTHING",
    )
    .bind(&row.draft)
    .bind(&row.sha256)
    .bind(&row.sealed)
    .execute(&mut *tx)
    .await?;
    get_in(tx, &row.draft).await
}

/// Whether this is the document that the draft still waits with. Holds the draft's row until the
/// transaction ends, so that "Invia" and "Riapri" come before or after it.
pub async fn touch(
    tx: &mut Tx,
    draft: &str,
    sha256: &str,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE drafts SET updated_at = $3 WHERE id = $1 AND EXISTS \
         (SELECT 1 FROM signing_documents WHERE draft = $1 AND sha256 = $2)",
    )
    .bind(draft)
    .bind(sha256)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn get(store: &Store, draft: &str) -> Result<Option<DocumentRow>, StoreError> {
    get_in(&mut *store.read().await?, draft).await
}

async fn get_in(tx: &mut Tx, draft: &str) -> Result<Option<DocumentRow>, StoreError> {
    let row = sqlx::query("SELECT sha256, sealed FROM signing_documents WHERE draft = $1")
        .bind(draft)
        .fetch_optional(tx)
        .await?;
    row.map(|row| {
        Ok(DocumentRow {
            draft: draft.to_owned(),
            sha256: row.try_get(0)?,
            sealed: row.try_get(1)?,
        })
    })
    .transpose()
}
