//! Evidence of logins: request and response as they travelled, and who read them.

use sqlx::{Row, any::AnyRow};

use super::{Store, StoreError, Tx};

/// One login. What is sealed is opened by `identity::evidence` only.
#[derive(Clone, Debug)]
pub struct LoginRow {
    /// Id of our request.
    pub request: String,
    pub scheme: String,
    pub provider: String,
    pub requested_at: i64,
    pub answered_at: i64,
    /// `aperto` while it is judged, `riuscito`, `rifiutato`
    pub outcome: String,
    /// Why it was refused.
    pub reason: String,
    pub response: String,
    pub assertion: String,
    /// 0 where nobody was recognised.
    pub level: i64,
    /// `None` for a request of before this was kept.
    pub sealed_request: Option<Vec<u8>>,
    pub sealed_response: Vec<u8>,
}

const COLUMNS: &str = "request, scheme, provider, requested_at, answered_at, outcome, reason, response, \
     assertion, level, sealed_request, sealed_response";

fn login(row: &AnyRow) -> Result<LoginRow, StoreError> {
    Ok(LoginRow {
        request: row.try_get(0)?,
        scheme: row.try_get(1)?,
        provider: row.try_get(2)?,
        requested_at: row.try_get(3)?,
        answered_at: row.try_get(4)?,
        outcome: row.try_get(5)?,
        reason: row.try_get(6)?,
        response: row.try_get(7)?,
        assertion: row.try_get(8)?,
        level: row.try_get(9)?,
        sealed_request: row.try_get(10)?,
        sealed_response: row.try_get(11)?,
    })
}

pub async fn insert(tx: &mut Tx, row: &LoginRow) -> Result<(), StoreError> {
    sqlx::query(sqlx::AssertSqlSafe(format!(
        "INSERT INTO logins ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
    )))
    .bind(&row.request)
    .bind(&row.scheme)
    .bind(&row.provider)
    .bind(row.requested_at)
    .bind(row.answered_at)
    .bind(&row.outcome)
    .bind(&row.reason)
    .bind(&row.response)
    .bind(&row.assertion)
    .bind(row.level)
    .bind(&row.sealed_request)
    .bind(&row.sealed_response)
    .execute(tx)
    .await?;
    Ok(())
}

/// How it ended.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    pub outcome: &'static str,
    pub reason: String,
    pub response: String,
    pub assertion: String,
    pub level: i64,
    /// `None`: what the row says stays.
    pub sealed_response: Option<Vec<u8>>,
}

pub async fn judge(tx: &mut Tx, request: &str, judged: &Judged) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE logins SET outcome = $2, reason = $3, response = $4, assertion = $5, level = $6, \
         sealed_response = COALESCE($7, sealed_response) WHERE request = $1",
    )
    .bind(request)
    .bind(judged.outcome)
    .bind(&judged.reason)
    .bind(&judged.response)
    .bind(&judged.assertion)
    .bind(judged.level)
    .bind(&judged.sealed_response)
    .execute(tx)
    .await?;
    Ok(())
}

/// What is asked for: all that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub request: Option<String>,
    pub assertion: Option<String>,
    /// Milliseconds, both included.
    pub from: i64,
    pub to: i64,
}

/// Newest first.
pub async fn find(store: &Store, wanted: &Wanted, most: i64) -> Result<Vec<LoginRow>, StoreError> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM logins WHERE answered_at >= $1 AND answered_at <= $2 \
         AND (request = $3 OR $3 = '') AND (assertion = $4 OR $4 = '') \
         ORDER BY answered_at DESC, request LIMIT $5"
    )))
    .bind(wanted.from)
    .bind(wanted.to)
    .bind(wanted.request.clone().unwrap_or_default())
    .bind(wanted.assertion.clone().unwrap_or_default())
    .bind(most)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(login).collect()
}

/// Deletes what is older; how many.
pub async fn purge(tx: &mut Tx, before_ms: i64) -> Result<u64, StoreError> {
    let gone = sqlx::query("DELETE FROM logins WHERE answered_at < $1")
        .bind(before_ms)
        .execute(tx)
        .await?;
    Ok(gone.rows_affected())
}

/// One look at the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingRow {
    pub number: i64,
    pub at: i64,
    pub reader: String,
    pub reason: String,
    /// What was asked for, in words.
    pub wanted: String,
    pub found: i64,
    pub previous: String,
    pub hash: String,
}

const READING: &str = "number, at, reader, reason, wanted, found, previous, hash";

fn reading(row: &AnyRow) -> Result<ReadingRow, StoreError> {
    Ok(ReadingRow {
        number: row.try_get(0)?,
        at: row.try_get(1)?,
        reader: row.try_get(2)?,
        reason: row.try_get(3)?,
        wanted: row.try_get(4)?,
        found: row.try_get(5)?,
        previous: row.try_get(6)?,
        hash: row.try_get(7)?,
    })
}

/// The last one. Two who read at once get the same: the second's number is then taken, and it
/// fails.
pub async fn last_reading(tx: &mut Tx) -> Result<Option<ReadingRow>, StoreError> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {READING} FROM login_readings ORDER BY number DESC LIMIT 1"
    )))
    .fetch_optional(tx)
    .await?;
    row.as_ref().map(reading).transpose()
}

pub async fn insert_reading(tx: &mut Tx, row: &ReadingRow) -> Result<(), StoreError> {
    sqlx::query(sqlx::AssertSqlSafe(format!(
        "INSERT INTO login_readings ({READING}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    )))
    .bind(row.number)
    .bind(row.at)
    .bind(&row.reader)
    .bind(&row.reason)
    .bind(&row.wanted)
    .bind(row.found)
    .bind(&row.previous)
    .bind(&row.hash)
    .execute(tx)
    .await?;
    Ok(())
}

/// All of them, oldest first.
pub async fn readings(store: &Store) -> Result<Vec<ReadingRow>, StoreError> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {READING} FROM login_readings ORDER BY number"
    )))
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(reading).collect()
}
