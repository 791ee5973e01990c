//! Messages to be sent: written with the event that causes them, sent later by workers.

use sqlx::Row;

use super::{Store, StoreError, Tx};

/// Queues one message; a repeat of the same one is dropped.
pub async fn queue(
    tx: &mut Tx,
    id: &str,
    case_id: &str,
    seq: i64,
    channel: &str,
    template: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO outbox (id, case_id, seq, channel, template, state, created_at) \
         VALUES ($1, $2, $3, $4, $5, 'queued', $6) \
         ON CONFLICT (case_id, seq, channel, template) DO NOTHING",
    )
    .bind(id)
    .bind(case_id)
    .bind(seq)
    .bind(channel)
    .bind(template)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(())
}

/// Event, channel, template and state of a case's messages, in order.
pub async fn of_case(
    store: &Store,
    case_id: &str,
) -> Result<Vec<(i64, String, String, String)>, StoreError> {
    let rows = sqlx::query(
        "SELECT seq, channel, template, state FROM outbox WHERE case_id = $1 ORDER BY seq, channel",
    )
    .bind(case_id)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.try_get(0)?,
                row.try_get(1)?,
                row.try_get(2)?,
                row.try_get(3)?,
            ))
        })
        .collect()
}
