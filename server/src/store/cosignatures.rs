//! Drafts that wait for others' signatures, and these.

use sqlx::{Row, any::AnyRow};

use super::{Store, StoreError, Tx};

/// What all sign.
pub struct FrozenRow {
    pub draft: String,
    /// SHA-256 of the canonical JSON, hex.
    pub hash: String,
    /// The same JSON.
    pub sealed: Vec<u8>,
    pub frozen_at: i64,
}

#[derive(Clone, Debug)]
pub struct CosignatureRow {
    pub id: String,
    pub draft: String,
    pub lookup: String,
    /// Once signed.
    pub sealed: Option<Vec<u8>>,
    pub signed_at: Option<i64>,
}

fn decode(row: &AnyRow) -> Result<CosignatureRow, StoreError> {
    Ok(CosignatureRow {
        id: row.try_get(0)?,
        draft: row.try_get(1)?,
        lookup: row.try_get(2)?,
        sealed: row.try_get(3)?,
        signed_at: row.try_get(4)?,
    })
}

/// `false`: it is frozen already.
pub async fn freeze(
    tx: &mut Tx,
    row: &FrozenRow,
    signers: &[(String, String)],
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO frozen_drafts (draft, hash, sealed, frozen_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (draft) DO NOTHING",
    )
    .bind(&row.draft)
    .bind(&row.hash)
    .bind(&row.sealed)
    .bind(row.frozen_at)
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    for (id, lookup) in signers {
        sqlx::query("INSERT INTO cosignatures (id, draft, lookup) VALUES ($1, $2, $3)")
            .bind(id)
            .bind(&row.draft)
            .bind(lookup)
            .execute(&mut *tx)
            .await?;
    }
    Ok(true)
}

/// Takes the signatures away; the draft changes again.
pub async fn thaw(tx: &mut Tx, draft: &str) -> Result<(), StoreError> {
    for statement in [
        "DELETE FROM signing_documents WHERE draft = $1",
        "DELETE FROM cosignatures WHERE draft = $1",
        "DELETE FROM frozen_drafts WHERE draft = $1",
    ] {
        sqlx::query(statement).bind(draft).execute(&mut *tx).await?;
    }
    Ok(())
}

pub async fn frozen(store: &Store, draft: &str) -> Result<Option<FrozenRow>, StoreError> {
    let row = sqlx::query("SELECT hash, sealed, frozen_at FROM frozen_drafts WHERE draft = $1")
        .bind(draft)
        .fetch_optional(&mut *store.read().await?)
        .await?;
    row.map(|row| {
        Ok(FrozenRow {
            draft: draft.to_owned(),
            hash: row.try_get(0)?,
            sealed: row.try_get(1)?,
            frozen_at: row.try_get(2)?,
        })
    })
    .transpose()
}

pub async fn get(store: &Store, id: &str) -> Result<Option<CosignatureRow>, StoreError> {
    let row =
        sqlx::query("SELECT id, draft, lookup, sealed, signed_at FROM cosignatures WHERE id = $1")
            .bind(id)
            .fetch_optional(&mut *store.read().await?)
            .await?;
    row.as_ref().map(decode).transpose()
}

pub async fn of_draft(store: &Store, draft: &str) -> Result<Vec<CosignatureRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, draft, lookup, sealed, signed_at FROM cosignatures \
         WHERE draft = $1 ORDER BY id",
    )
    .bind(draft)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(decode).collect()
}

/// What a person is asked to sign and has not signed.
pub async fn asked_of(store: &Store, lookup: &str) -> Result<Vec<CosignatureRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, draft, lookup, sealed, signed_at FROM cosignatures \
         WHERE lookup = $1 AND signed_at IS NULL ORDER BY id",
    )
    .bind(lookup)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(decode).collect()
}

/// `false`: signed before, or taken away meanwhile.
pub async fn sign(tx: &mut Tx, id: &str, sealed: &[u8], now_ms: i64) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE cosignatures SET sealed = $2, signed_at = $3 WHERE id = $1 AND signed_at IS NULL",
    )
    .bind(id)
    .bind(sealed)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}
