//! What is to be done elsewhere: rows written with the event that causes them, delivered by
//! the workers. A row belongs to the worker that leased it until the lease runs out.

use sqlx::{AssertSqlSafe, Row, any::AnyRow};

use super::{Store, StoreError, Tx};

/// How far a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowState {
    /// To be delivered when `next_at` has come.
    Queued,
    /// The call has begun: committed before it, so that a crash leaves a trace.
    Sending,
    /// Accepted; what became of it is asked when `next_at` has come.
    Sent,
    /// Nobody can tell whether it took effect.
    Unknown,
    Done,
    Failed,
}

impl RowState {
    pub const ALL: [Self; 6] = [
        Self::Queued,
        Self::Sending,
        Self::Sent,
        Self::Unknown,
        Self::Done,
        Self::Failed,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Unknown => "unknown",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// Priority of what a case causes; what goes to many people at once comes after (a higher number).
pub const CASE: i64 = 0;

/// A row to be queued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRow {
    pub id: String,
    pub case_id: String,
    /// Of the event that causes it.
    pub seq: i64,
    /// `io`, `email`, `gpd`, `document`
    pub channel: String,
    /// What exactly: a message's template, a fee's id, a kind of document.
    pub template: String,
    /// 0 first.
    pub priority: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    pub id: String,
    pub case_id: String,
    pub seq: i64,
    pub channel: String,
    pub template: String,
    pub state: RowState,
    pub priority: i64,
    /// When it is due, milliseconds.
    pub next_at: i64,
    /// Calls begun since the state was last `queued` afresh or became `sent`.
    pub attempts: i64,
    /// What the other side calls it; empty until it says so.
    pub remote_id: String,
    /// Why it is as it is, in words for the office; no personal data.
    pub reason: String,
    /// When it was queued, for the first time or again.
    pub created_at: i64,
    pub updated_at: i64,
}

fn outbox_row(row: &AnyRow) -> Result<OutboxRow, StoreError> {
    let state: String = row.try_get(5)?;
    Ok(OutboxRow {
        id: row.try_get(0)?,
        case_id: row.try_get(1)?,
        seq: row.try_get(2)?,
        channel: row.try_get(3)?,
        template: row.try_get(4)?,
        state: RowState::parse(&state)
            .ok_or_else(|| StoreError::Corrupt(format!("outbox state {state}")))?,
        priority: row.try_get(6)?,
        next_at: row.try_get(7)?,
        attempts: row.try_get(8)?,
        remote_id: row.try_get(9)?,
        reason: row.try_get(10)?,
        created_at: row.try_get(11)?,
        updated_at: row.try_get(12)?,
    })
}

/// Queues rows, due at once, in one statement; a repeat of the same one is dropped.
pub async fn queue(tx: &mut Tx, rows: &[NewRow], now_ms: i64) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let values = |n: usize| {
        let [id, case, seq, channel, template, priority] =
            std::array::from_fn(|column| n * 6 + column + 2);
        format!(
            "(${id}, ${case}, ${seq}, ${channel}, ${template}, 'queued', ${priority}, $1, $1, $1)"
        )
    };
    let all: Vec<String> = (0..rows.len()).map(values).collect();
    let sql = format!(
        "INSERT INTO outbox (id, case_id, seq, channel, template, state, priority, next_at, \
         created_at, updated_at) VALUES {} \
         ON CONFLICT (case_id, seq, channel, template) DO NOTHING",
        all.join(", ")
    );
    let mut query = sqlx::query(AssertSqlSafe(sql)).bind(now_ms);
    for row in rows {
        query = query
            .bind(&row.id)
            .bind(&row.case_id)
            .bind(row.seq)
            .bind(&row.channel)
            .bind(&row.template)
            .bind(row.priority);
    }
    query.execute(tx).await?;
    Ok(())
}

/// Who claims what, and until when it is hers.
#[derive(Clone, Debug)]
pub struct Claim {
    pub channel: String,
    /// Whether a call that nobody finished may be made again.
    pub repeatable: bool,
    pub worker: String,
    pub now_ms: i64,
    pub until_ms: i64,
    pub most: i64,
}

/// Leases what is due, first by priority, then by age. Several workers never get the same row:
/// the outer conditions are checked again on the row as it is when it is written.
pub async fn claim(tx: &mut Tx, claim: &Claim) -> Result<Vec<OutboxRow>, StoreError> {
    let lapsed = if claim.repeatable {
        "sending"
    } else {
        "queued"
    };
    let rows = sqlx::query(
        "UPDATE outbox SET lease_by = $1, lease_until = $2 \
         WHERE id IN (SELECT id FROM outbox WHERE channel = $3 AND state IN ('queued', 'sent', $4) \
         AND next_at <= $5 AND lease_until <= $5 ORDER BY priority, next_at, id LIMIT $6) \
         AND state IN ('queued', 'sent', $4) AND next_at <= $5 AND lease_until <= $5 \
         RETURNING id, case_id, seq, channel, template, state, priority, next_at, attempts, \
         remote_id, reason, created_at, updated_at",
    )
    .bind(&claim.worker)
    .bind(claim.until_ms)
    .bind(&claim.channel)
    .bind(lapsed)
    .bind(claim.now_ms)
    .bind(claim.most)
    .fetch_all(tx)
    .await?;
    let mut rows: Vec<OutboxRow> = rows.iter().map(outbox_row).collect::<Result<_, _>>()?;
    // RETURNING keeps no order.
    rows.sort_by(|a, b| (a.priority, a.next_at, &a.id).cmp(&(b.priority, b.next_at, &b.id)));
    Ok(rows)
}

/// Calls that nobody finished, on a channel where a second one could do harm; how many.
pub async fn lapse(
    tx: &mut Tx,
    channel: &str,
    reason: &str,
    now_ms: i64,
) -> Result<u64, StoreError> {
    let done = sqlx::query(
        "UPDATE outbox SET state = 'unknown', reason = $1, updated_at = $2 \
         WHERE channel = $3 AND state = 'sending' AND lease_until <= $2",
    )
    .bind(reason)
    .bind(now_ms)
    .bind(channel)
    .execute(tx)
    .await?;
    Ok(done.rows_affected())
}

/// After a restore: what waited to be sent when the backup was made may have been sent since. Only
/// calls that may be repeated stay; how many become unknown, for a person to decide.
pub async fn doubt(tx: &mut Tx, reason: &str, now_ms: i64) -> Result<u64, StoreError> {
    let done = sqlx::query(
        "UPDATE outbox SET state = 'unknown', reason = $1, updated_at = $2, lease_by = '', \
         lease_until = 0 \
         WHERE channel IN ('io', 'email') AND state IN ('queued', 'sending')",
    )
    .bind(reason)
    .bind(now_ms)
    .execute(&mut *tx)
    .await?;
    // The workers that held a lease are gone.
    sqlx::query("UPDATE outbox SET lease_by = '', lease_until = 0")
        .execute(tx)
        .await?;
    Ok(done.rows_affected())
}

/// The call begins: counted, and the lease starts anew. False: the row is no longer this worker's.
pub async fn begin(
    tx: &mut Tx,
    id: &str,
    worker: &str,
    now_ms: i64,
    until_ms: i64,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE outbox SET state = CASE WHEN state = 'sent' THEN 'sent' ELSE 'sending' END, \
         attempts = attempts + 1, lease_until = $1, updated_at = $2 \
         WHERE id = $3 AND lease_by = $4 AND lease_until > $2 \
         AND state IN ('queued', 'sending', 'sent')",
    )
    .bind(until_ms)
    .bind(now_ms)
    .bind(id)
    .bind(worker)
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What a call led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub state: RowState,
    pub next_at: i64,
    pub attempts: i64,
    pub remote_id: String,
    pub reason: String,
}

/// Writes the outcome and gives the row back. False: somebody else has taken it meanwhile.
/// A row that was given up as unknown while its call still ran takes the true outcome.
pub async fn record(
    tx: &mut Tx,
    id: &str,
    worker: &str,
    result: &Written,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE outbox SET state = $1, next_at = $2, attempts = $3, remote_id = $4, reason = $5, \
         lease_by = '', lease_until = 0, updated_at = $6 \
         WHERE id = $7 AND lease_by = $8",
    )
    .bind(result.state.code())
    .bind(result.next_at)
    .bind(result.attempts)
    .bind(&result.remote_id)
    .bind(&result.reason)
    .bind(now_ms)
    .bind(id)
    .bind(worker)
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives rows back untouched, due again at `next_at`.
pub async fn release(tx: &mut Tx, id: &str, worker: &str, next_at: i64) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE outbox SET lease_by = '', lease_until = 0, next_at = $1 \
         WHERE id = $2 AND lease_by = $3",
    )
    .bind(next_at)
    .bind(id)
    .bind(worker)
    .execute(tx)
    .await?;
    Ok(())
}

/// Queues again what failed or is unknown, as if it were new. False: there is nothing to repeat.
pub async fn resend(tx: &mut Tx, id: &str, now_ms: i64) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE outbox SET state = 'queued', next_at = $1, attempts = 0, remote_id = '', \
         reason = '', lease_by = '', lease_until = 0, created_at = $1, updated_at = $1 \
         WHERE id = $2 AND state IN ('failed', 'unknown')",
    )
    .bind(now_ms)
    .bind(id)
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A case's rows, in the order of its events.
pub async fn of_case(store: &Store, case_id: &str) -> Result<Vec<OutboxRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, case_id, seq, channel, template, state, priority, next_at, attempts, \
         remote_id, reason, created_at, updated_at \
         FROM outbox WHERE case_id = $1 ORDER BY seq, channel, template",
    )
    .bind(case_id)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(outbox_row).collect()
}

/// A row with the protocol number of its case: year and number, 0 where there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub row: OutboxRow,
    pub year: i64,
    pub number: i64,
}

/// All rows, or those in a state; what changed last comes first.
pub async fn list(
    store: &Store,
    state: Option<RowState>,
    most: i64,
) -> Result<Vec<Listed>, StoreError> {
    let rows = sqlx::query(
        "SELECT o.id, o.case_id, o.seq, o.channel, o.template, o.state, o.priority, o.next_at, \
         o.attempts, o.remote_id, o.reason, o.created_at, o.updated_at, \
         COALESCE(c.year, 0), COALESCE(c.number, 0) \
         FROM outbox o LEFT JOIN cases c ON c.id = o.case_id \
         WHERE $1 = '' OR o.state = $1 ORDER BY o.updated_at DESC, o.id DESC LIMIT $2",
    )
    .bind(state.map_or("", RowState::code))
    .bind(most)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Listed {
                row: outbox_row(row)?,
                year: row.try_get(13)?,
                number: row.try_get(14)?,
            })
        })
        .collect()
}

/// Rows in each state that has any.
pub async fn counts(store: &Store) -> Result<Vec<(RowState, i64)>, StoreError> {
    let rows = sqlx::query("SELECT state, COUNT(*) FROM outbox GROUP BY state")
        .fetch_all(&mut *store.read().await?)
        .await?;
    rows.iter()
        .map(|row| {
            let state: String = row.try_get(0)?;
            let state = RowState::parse(&state)
                .ok_or_else(|| StoreError::Corrupt(format!("outbox state {state}")))?;
            Ok((state, row.try_get(1)?))
        })
        .collect()
}

/// Rows of a channel in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfChannel {
    pub channel: String,
    pub state: RowState,
    pub count: i64,
    /// When the first of them is due, milliseconds.
    pub first_due: i64,
}

/// All rows, counted; the index holds all that is asked.
pub async fn by_channel(store: &Store) -> Result<Vec<OfChannel>, StoreError> {
    let rows = sqlx::query(
        "SELECT channel, state, COUNT(*), MIN(next_at) FROM outbox GROUP BY channel, state",
    )
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter()
        .map(|row| {
            let state: String = row.try_get(1)?;
            Ok(OfChannel {
                channel: row.try_get(0)?,
                state: RowState::parse(&state)
                    .ok_or_else(|| StoreError::Corrupt(format!("outbox state {state}")))?,
                count: row.try_get(2)?,
                first_due: row.try_get(3)?,
            })
        })
        .collect()
}

/// What waits to be asked about is asked at the latest then.
pub async fn hasten(
    tx: &mut Tx,
    case_id: &str,
    seq: i64,
    channel: &str,
    at_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE outbox SET next_at = $4 \
         WHERE case_id = $1 AND seq = $2 AND channel = $3 AND state = 'sent' AND next_at > $4",
    )
    .bind(case_id)
    .bind(seq)
    .bind(channel)
    .bind(at_ms)
    .execute(tx)
    .await?;
    Ok(())
}
