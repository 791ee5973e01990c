//! Delegations: rows that are added, and ended once; never deleted.

use sqlx::{Row, any::AnyRow};

use super::{Store, StoreError, Tx};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelegationRow {
    pub id: String,
    /// Id of the person who gave it.
    pub giver: String,
    /// By which the delegate is found: HMAC of her codice fiscale.
    pub delegate: String,
    /// `tutti`, `servizio`, `pratica`
    pub scope: String,
    /// Slug of the service, or id of the case; empty for `tutti`.
    pub target: String,
    /// First and last day, `AAAA-MM-GG`.
    pub from_day: String,
    pub to_day: String,
    pub sealed: Vec<u8>,
    pub created_at: i64,
    pub revoked_at: Option<i64>,
}

fn decode(row: &AnyRow) -> Result<DelegationRow, StoreError> {
    Ok(DelegationRow {
        id: row.try_get(0)?,
        giver: row.try_get(1)?,
        delegate: row.try_get(2)?,
        scope: row.try_get(3)?,
        target: row.try_get(4)?,
        from_day: row.try_get(5)?,
        to_day: row.try_get(6)?,
        sealed: row.try_get(7)?,
        created_at: row.try_get(8)?,
        revoked_at: row.try_get(9)?,
    })
}

pub async fn insert(tx: &mut Tx, row: &DelegationRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO delegations (id, giver, delegate, scope, target, from_day, to_day, sealed, \
         created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&row.id)
    .bind(&row.giver)
    .bind(&row.delegate)
    .bind(&row.scope)
    .bind(&row.target)
    .bind(&row.from_day)
    .bind(&row.to_day)
    .bind(&row.sealed)
    .bind(row.created_at)
    .execute(tx)
    .await?;
    Ok(())
}

/// Holds the giver's row until this transaction ends, so that two delegations of hers are counted
/// one after the other.
pub async fn lock_giver(tx: &mut Tx, giver: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE people SET updated_at = updated_at WHERE id = $1")
        .bind(giver)
        .execute(tx)
        .await?;
    Ok(())
}

/// Ends a delegation of the giver's, once; `false` if there is none that still stands.
pub async fn revoke(tx: &mut Tx, id: &str, giver: &str, now_ms: i64) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE delegations SET revoked_at = $3 \
         WHERE id = $1 AND giver = $2 AND revoked_at IS NULL",
    )
    .bind(id)
    .bind(giver)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn get(store: &Store, id: &str) -> Result<Option<DelegationRow>, StoreError> {
    get_in(&mut *store.read().await?, id).await
}

/// Holds the delegation until this transaction ends: who revokes it meanwhile waits.
pub async fn lock(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE delegations SET revoked_at = revoked_at WHERE id = $1")
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

pub async fn get_in(tx: &mut Tx, id: &str) -> Result<Option<DelegationRow>, StoreError> {
    let row = sqlx::query(
        "SELECT id, giver, delegate, scope, target, from_day, to_day, sealed, created_at, \
         revoked_at FROM delegations WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(tx)
    .await?;
    row.as_ref().map(decode).transpose()
}

/// Given by a person, newest first.
pub async fn given(store: &Store, giver: &str) -> Result<Vec<DelegationRow>, StoreError> {
    given_in(&mut *store.read().await?, giver).await
}

pub async fn given_in(tx: &mut Tx, giver: &str) -> Result<Vec<DelegationRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, giver, delegate, scope, target, from_day, to_day, sealed, created_at, \
         revoked_at FROM delegations WHERE giver = $1 ORDER BY created_at DESC, id DESC",
    )
    .bind(giver)
    .fetch_all(tx)
    .await?;
    rows.iter().map(decode).collect()
}

/// Given to who is found by `delegate`, newest first.
pub async fn received(store: &Store, delegate: &str) -> Result<Vec<DelegationRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, giver, delegate, scope, target, from_day, to_day, sealed, created_at, \
         revoked_at FROM delegations WHERE delegate = $1 ORDER BY created_at DESC, id DESC",
    )
    .bind(delegate)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(decode).collect()
}

/// All of them, for `server verify`.
pub async fn all(store: &Store) -> Result<Vec<DelegationRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, giver, delegate, scope, target, from_day, to_day, sealed, created_at, \
         revoked_at FROM delegations ORDER BY id",
    )
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(decode).collect()
}
