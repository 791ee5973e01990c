//! People, sessions and pending logins.

use sqlx::{AssertSqlSafe, Row, any::AnyRow};

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

/// `false` if there is a row with the same `lookup`, which stays as it is.
pub async fn insert_person(
    tx: &mut Tx,
    id: &str,
    lookup: &str,
    sealed: &[u8],
    now_ms: i64,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO people (id, lookup, sealed, created_at, updated_at) VALUES ($1, $2, $3, $4, $4) \
         ON CONFLICT (lookup) DO NOTHING",
    )
    .bind(id)
    .bind(lookup)
    .bind(sealed)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The row as it is, held until the transaction ends: nobody changes it in between.
pub async fn hold_person(tx: &mut Tx, lookup: &str) -> Result<PersonRow, StoreError> {
    let row =
        sqlx::query("UPDATE people SET lookup = lookup WHERE lookup = $1 RETURNING id, sealed")
            .bind(lookup)
            .fetch_one(tx)
            .await?;
    Ok(PersonRow {
        id: row.try_get(0)?,
        sealed: row.try_get(1)?,
    })
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

#[derive(Clone, Debug)]
pub struct SessionRow {
    pub person: String,
    pub provider: String,
    pub level: i64,
    pub assertion: String,
    pub created_at: i64,
    pub seen_at: i64,
    pub expires_at: i64,
    /// `spid`, `cie`
    pub scheme: String,
    /// What the provider calls this session, for single logout.
    pub name: SessionName,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionName {
    pub name_id: String,
    pub qualifier: String,
    /// Empty: the provider keeps no session.
    pub index: String,
}

const SESSION: &str = "person, provider, level, assertion, created_at, seen_at, expires_at, scheme, name_id, \
     name_qualifier, session_index";

fn session_row(row: &AnyRow) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        person: row.try_get(0)?,
        provider: row.try_get(1)?,
        level: row.try_get(2)?,
        assertion: row.try_get(3)?,
        created_at: row.try_get(4)?,
        seen_at: row.try_get(5)?,
        expires_at: row.try_get(6)?,
        scheme: row.try_get(7)?,
        name: SessionName {
            name_id: row.try_get(8)?,
            qualifier: row.try_get(9)?,
            index: row.try_get(10)?,
        },
    })
}

pub async fn put_session(
    tx: &mut Tx,
    token_hash: &str,
    row: &SessionRow,
) -> Result<(), StoreError> {
    sqlx::query(AssertSqlSafe(format!(
        "INSERT INTO sessions (token_hash, {SESSION}) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
    )))
    .bind(token_hash)
    .bind(&row.person)
    .bind(&row.provider)
    .bind(row.level)
    .bind(&row.assertion)
    .bind(row.created_at)
    .bind(row.seen_at)
    .bind(row.expires_at)
    .bind(&row.scheme)
    .bind(&row.name.name_id)
    .bind(&row.name.qualifier)
    .bind(&row.name.index)
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn session(store: &Store, token_hash: &str) -> Result<Option<SessionRow>, StoreError> {
    let row = sqlx::query(AssertSqlSafe(format!(
        "SELECT {SESSION} FROM sessions WHERE token_hash = $1"
    )))
    .bind(token_hash)
    .fetch_optional(&mut *store.read().await?)
    .await?;
    row.as_ref().map(session_row).transpose()
}

/// Lets a session that is not over last until then; whether there was one.
pub async fn extend_session(
    tx: &mut Tx,
    token_hash: &str,
    now_ms: i64,
    until_ms: i64,
) -> Result<bool, StoreError> {
    let extended = sqlx::query(
        "UPDATE sessions SET expires_at = $3, seen_at = $2 WHERE token_hash = $1 AND expires_at > $2",
    )
    .bind(token_hash)
    .bind(now_ms)
    .bind(until_ms)
    .execute(tx)
    .await?;
    Ok(extended.rows_affected() > 0)
}

/// Ends a session and tells what it was.
pub async fn take_session(tx: &mut Tx, token_hash: &str) -> Result<Option<SessionRow>, StoreError> {
    let row = sqlx::query(AssertSqlSafe(format!(
        "DELETE FROM sessions WHERE token_hash = $1 RETURNING {SESSION}"
    )))
    .bind(token_hash)
    .fetch_optional(tx)
    .await?;
    row.as_ref().map(session_row).transpose()
}

/// Ends the sessions that a provider names: all of this name, or only those with these indexes.
/// How many.
pub async fn delete_named(
    tx: &mut Tx,
    provider: &str,
    name_id: &str,
    indexes: &[String],
) -> Result<u64, StoreError> {
    let all = [String::new()];
    let (any, indexes) = match indexes {
        [] => (1i64, &all[..]),
        some => (0, some),
    };
    let mut ended = 0;
    for index in indexes {
        let gone = sqlx::query(
            "DELETE FROM sessions WHERE provider = $1 AND name_id = $2 \
             AND (session_index = $3 OR $4 = 1)",
        )
        .bind(provider)
        .bind(name_id)
        .bind(index)
        .bind(any)
        .execute(&mut *tx)
        .await?;
        ended += gone.rows_affected();
    }
    Ok(ended)
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
    /// The request as it was sent.
    pub sealed_request: Option<Vec<u8>>,
}

pub async fn put_pending(tx: &mut Tx, login: &PendingLogin) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO saml_requests (id, scheme, provider, relay_state, next_path, browser_hash, \
         level, issued_at, expires_at, sealed_request) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
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
    .bind(&login.sealed_request)
    .execute(tx)
    .await?;
    Ok(())
}

/// Takes the pending login with this request id, once: a second answer finds nothing.
pub async fn take_pending(tx: &mut Tx, id: &str) -> Result<Option<PendingLogin>, StoreError> {
    let row = sqlx::query(
        "DELETE FROM saml_requests WHERE id = $1 RETURNING id, scheme, provider, relay_state, \
         next_path, browser_hash, level, issued_at, expires_at, sealed_request",
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
            sealed_request: row.try_get(9)?,
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
