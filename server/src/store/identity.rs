//! People, sessions and pending logins.

use sqlx::Row;

use super::{Store, StoreError, Tx};

/// A person's row.
pub struct PersonRow {
    pub id: String,
    pub sealed: Vec<u8>,
}

pub async fn person_by_lookup(tx: &mut Tx, lookup: &str) -> Result<Option<PersonRow>, StoreError> {
    let row = sqlx::query("SELECT id, sealed FROM people WHERE lookup = $1")
        .bind(lookup)
        .fetch_optional(tx)
        .await?;
    row.map(|row| {
        Ok(PersonRow {
            id: row.try_get(0)?,
            sealed: row.try_get(1)?,
        })
    })
    .transpose()
}

pub async fn person(store: &Store, id: &str) -> Result<Option<PersonRow>, StoreError> {
    let row = sqlx::query("SELECT id, sealed FROM people WHERE id = $1")
        .bind(id)
        .fetch_optional(&mut *store.read().await?)
        .await?;
    row.map(|row| {
        Ok(PersonRow {
            id: row.try_get(0)?,
            sealed: row.try_get(1)?,
        })
    })
    .transpose()
}

pub async fn put_person(
    tx: &mut Tx,
    id: &str,
    lookup: &str,
    sealed: &[u8],
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO people (id, lookup, sealed, created_at, updated_at) VALUES ($1, $2, $3, $4, $4) \
         ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at",
    )
    .bind(id)
    .bind(lookup)
    .bind(sealed)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(())
}

pub struct SessionRow {
    pub person: String,
    pub provider: String,
    pub level: i64,
    pub assertion: String,
    pub created_at: i64,
    pub seen_at: i64,
    pub expires_at: i64,
}

pub async fn put_session(
    tx: &mut Tx,
    token_hash: &str,
    row: &SessionRow,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO sessions \
         (token_hash, person, provider, level, assertion, created_at, seen_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(token_hash)
    .bind(&row.person)
    .bind(&row.provider)
    .bind(row.level)
    .bind(&row.assertion)
    .bind(row.created_at)
    .bind(row.seen_at)
    .bind(row.expires_at)
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn session(store: &Store, token_hash: &str) -> Result<Option<SessionRow>, StoreError> {
    let row = sqlx::query(
        "SELECT person, provider, level, assertion, created_at, seen_at, expires_at \
         FROM sessions WHERE token_hash = $1",
    )
    .bind(token_hash)
    .fetch_optional(&mut *store.read().await?)
    .await?;
    row.map(|row| {
        Ok(SessionRow {
            person: row.try_get(0)?,
            provider: row.try_get(1)?,
            level: row.try_get(2)?,
            assertion: row.try_get(3)?,
            created_at: row.try_get(4)?,
            seen_at: row.try_get(5)?,
            expires_at: row.try_get(6)?,
        })
    })
    .transpose()
}

/// Notes that the session was used, and until when it now lasts.
pub async fn touch_session(
    tx: &mut Tx,
    token_hash: &str,
    now_ms: i64,
    expires_at: i64,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE sessions SET seen_at = $2, expires_at = $3 WHERE token_hash = $1")
        .bind(token_hash)
        .bind(now_ms)
        .bind(expires_at)
        .execute(tx)
        .await?;
    Ok(())
}

pub async fn delete_session(tx: &mut Tx, token_hash: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sessions WHERE token_hash = $1")
        .bind(token_hash)
        .execute(tx)
        .await?;
    Ok(())
}

/// A login under way.
#[derive(Clone, Debug)]
pub struct PendingLogin {
    pub id: String,
    pub scheme: String,
    pub provider: String,
    pub relay_state: String,
    pub next_path: String,
    pub browser_hash: String,
    pub level: i64,
    pub issued_at: i64,
    pub expires_at: i64,
}

pub async fn put_pending(tx: &mut Tx, login: &PendingLogin) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO saml_requests (id, scheme, provider, relay_state, next_path, browser_hash, \
         level, issued_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&login.id)
    .bind(&login.scheme)
    .bind(&login.provider)
    .bind(&login.relay_state)
    .bind(&login.next_path)
    .bind(&login.browser_hash)
    .bind(login.level)
    .bind(login.issued_at)
    .bind(login.expires_at)
    .execute(tx)
    .await?;
    Ok(())
}

/// Takes the pending login with this request id, once: a second answer finds nothing.
pub async fn take_pending(tx: &mut Tx, id: &str) -> Result<Option<PendingLogin>, StoreError> {
    let row = sqlx::query(
        "DELETE FROM saml_requests WHERE id = $1 RETURNING id, scheme, provider, relay_state, \
         next_path, browser_hash, level, issued_at, expires_at",
    )
    .bind(id)
    .fetch_optional(tx)
    .await?;
    row.map(|row| {
        Ok(PendingLogin {
            id: row.try_get(0)?,
            scheme: row.try_get(1)?,
            provider: row.try_get(2)?,
            relay_state: row.try_get(3)?,
            next_path: row.try_get(4)?,
            browser_hash: row.try_get(5)?,
            level: row.try_get(6)?,
            issued_at: row.try_get(7)?,
            expires_at: row.try_get(8)?,
        })
    })
    .transpose()
}

/// Forgets logins never finished and sessions long over.
pub async fn purge(tx: &mut Tx, now_ms: i64) -> Result<(), StoreError> {
    const DAY: i64 = 86_400_000;
    sqlx::query("DELETE FROM saml_requests WHERE expires_at < $1")
        .bind(now_ms - DAY)
        .execute(&mut *tx)
        .await?;
    sqlx::query("DELETE FROM sessions WHERE expires_at < $1")
        .bind(now_ms - DAY)
        .execute(tx)
        .await?;
    Ok(())
}
