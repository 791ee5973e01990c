//! Places taken in the agendas: held for a draft, or a case's.

use sqlx::Row;

use super::{Store, StoreError, Tx};

/// A time of an agenda, and how many people it has place for.
#[derive(Clone, Debug)]
pub struct Time {
    pub agenda: String,
    /// `AAAA-MM-GGTHH:MM`, Europe/Rome.
    pub starts: String,
    pub seats: u16,
}

/// Keeps a place for the draft until `until`, instead of the one it had. `false`: all are taken.
pub async fn hold(
    tx: &mut Tx,
    time: &Time,
    draft: &str,
    now_ms: i64,
    until: i64,
) -> Result<bool, StoreError> {
    let kept = sqlx::query(
        "UPDATE bookings SET held_until = $4 WHERE draft = $1 AND agenda = $2 AND starts = $3",
    )
    .bind(draft)
    .bind(&time.agenda)
    .bind(&time.starts)
    .bind(until)
    .execute(&mut *tx)
    .await?;
    if kept.rows_affected() == 1 {
        return Ok(true);
    }
    let taken = seat(tx, time, now_ms, (Some(draft), None, Some(until))).await?;
    if taken {
        sqlx::query("DELETE FROM bookings WHERE draft = $1 AND NOT (agenda = $2 AND starts = $3)")
            .bind(draft)
            .bind(&time.agenda)
            .bind(&time.starts)
            .execute(tx)
            .await?;
    }
    Ok(taken)
}

/// The draft became a case: what was held for it, or another free place. `false`: all are taken.
pub async fn hand_over(
    tx: &mut Tx,
    time: &Time,
    draft: &str,
    case: &str,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let held = sqlx::query(
        "UPDATE bookings SET case_id = $4, draft = NULL, held_until = NULL \
         WHERE draft = $1 AND agenda = $2 AND starts = $3",
    )
    .bind(draft)
    .bind(&time.agenda)
    .bind(&time.starts)
    .bind(case)
    .execute(&mut *tx)
    .await?;
    let taken =
        held.rows_affected() == 1 || seat(tx, time, now_ms, (None, Some(case), None)).await?;
    let_go(tx, draft).await?;
    Ok(taken)
}

/// Another time for the case. `false`: all are taken, and it keeps the one it has.
pub async fn move_to(
    tx: &mut Tx,
    time: &Time,
    case: &str,
    now_ms: i64,
) -> Result<bool, StoreError> {
    if !seat(tx, time, now_ms, (None, Some(case), None)).await? {
        return Ok(false);
    }
    sqlx::query("DELETE FROM bookings WHERE case_id = $1 AND NOT (agenda = $2 AND starts = $3)")
        .bind(case)
        .bind(&time.agenda)
        .bind(&time.starts)
        .execute(tx)
        .await?;
    Ok(true)
}

/// The case gives its place back.
pub async fn free(tx: &mut Tx, case: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM bookings WHERE case_id = $1")
        .bind(case)
        .execute(tx)
        .await?;
    Ok(())
}

/// Nothing is held for the draft any more.
pub async fn let_go(tx: &mut Tx, draft: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM bookings WHERE draft = $1")
        .bind(draft)
        .execute(tx)
        .await?;
    Ok(())
}

/// Takes the first place that is free. Two at once on PostgreSQL never get the same one: the key
/// lets one of them in, and the other tries the next.
async fn seat(
    tx: &mut Tx,
    time: &Time,
    now_ms: i64,
    (draft, case, until): (Option<&str>, Option<&str>, Option<i64>),
) -> Result<bool, StoreError> {
    sqlx::query("DELETE FROM bookings WHERE agenda = $1 AND starts = $2 AND held_until <= $3")
        .bind(&time.agenda)
        .bind(&time.starts)
        .bind(now_ms)
        .execute(&mut *tx)
        .await?;
    for number in 0..i64::from(time.seats) {
        let done = sqlx::query(
            "INSERT INTO bookings (agenda, starts, seat, draft, case_id, held_until) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (agenda, starts, seat) DO NOTHING",
        )
        .bind(&time.agenda)
        .bind(&time.starts)
        .bind(number)
        .bind(draft)
        .bind(case)
        .bind(until)
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 1 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How many places are taken at each time, but for what is held for this draft.
pub async fn taken(
    store: &Store,
    agenda: &str,
    draft: &str,
    now_ms: i64,
) -> Result<Vec<(String, i64)>, StoreError> {
    let rows = sqlx::query(
        "SELECT starts, COUNT(*) FROM bookings \
         WHERE agenda = $1 AND (held_until IS NULL OR held_until > $2) \
         AND (draft IS NULL OR draft <> $3) GROUP BY starts",
    )
    .bind(agenda)
    .bind(now_ms)
    .bind(draft)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect()
}

/// Until when a place is held for the draft.
pub async fn held_until(
    store: &Store,
    draft: &str,
    now_ms: i64,
) -> Result<Option<i64>, StoreError> {
    let row = sqlx::query("SELECT held_until FROM bookings WHERE draft = $1 AND held_until > $2")
        .bind(draft)
        .bind(now_ms)
        .fetch_optional(&mut *store.read().await?)
        .await?;
    Ok(row.as_ref().map(|row| row.try_get(0)).transpose()?)
}

/// Time and case of who comes on a day (`AAAA-MM-GG`), in order of time.
pub async fn of_day(
    store: &Store,
    agenda: &str,
    day: &str,
) -> Result<Vec<(String, String)>, StoreError> {
    let rows = sqlx::query(
        "SELECT starts, case_id FROM bookings WHERE agenda = $1 AND case_id IS NOT NULL \
         AND starts >= $2 AND starts < $3 ORDER BY starts, seat",
    )
    .bind(agenda)
    .bind(format!("{day}T00:00"))
    .bind(format!("{day}T24:00"))
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect()
}

/// Agenda and time of the places that a case has: one, or none.
pub async fn of_case(store: &Store, case: &str) -> Result<Vec<(String, String)>, StoreError> {
    let rows = sqlx::query("SELECT agenda, starts FROM bookings WHERE case_id = $1")
        .bind(case)
        .fetch_all(&mut *store.read().await?)
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect()
}

/// Cases whose time is between these two (`AAAA-MM-GGTHH:MM`) and that nobody was reminded of.
pub async fn to_remind(store: &Store, from: &str, to: &str) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query(
        "SELECT case_id FROM bookings WHERE case_id IS NOT NULL AND reminded_at IS NULL \
         AND starts > $1 AND starts <= $2 ORDER BY starts",
    )
    .bind(from)
    .bind(to)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// `false`: it was done already.
pub async fn reminded(tx: &mut Tx, case: &str, now_ms: i64) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE bookings SET reminded_at = $2 WHERE case_id = $1 AND reminded_at IS NULL",
    )
    .bind(case)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(done.rows_affected() > 0)
}
