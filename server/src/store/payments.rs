//! What is to be paid, the numbers to pay it by, and the receipts.

use sqlx::{Row, any::AnyRow};

use super::{Store, StoreError, Tx, cases::Reader};

/// Where a payment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentState {
    /// pagoPA does not know it yet.
    New,
    /// May be paid.
    Open,
    /// pagoPA says that it is paid; the receipt is awaited.
    Paid,
    /// The receipt is here.
    Settled,
    /// pagoPA refused it: the office must look.
    Refused,
}

impl PaymentState {
    const ALL: [(Self, &'static str); 5] = [
        (Self::New, "da_creare"),
        (Self::Open, "aperta"),
        (Self::Paid, "pagata"),
        (Self::Settled, "conclusa"),
        (Self::Refused, "rifiutata"),
    ];

    pub fn code(self) -> &'static str {
        let found = Self::ALL.iter().find(|(state, _)| *state == self);
        found.map_or("", |(_, code)| code)
    }

    fn parse(code: &str) -> Result<Self, StoreError> {
        let found = Self::ALL.iter().find(|(_, known)| *known == code);
        found
            .map(|(state, _)| *state)
            .ok_or_else(|| StoreError::Corrupt(format!("state of a payment: {code}")))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentRow {
    pub id: String,
    pub case_id: String,
    /// Of the event that asks for it.
    pub seq: i64,
    /// Id of the definition's fee.
    pub fee: String,
    pub cents: i64,
    /// Notice number, 18 digits.
    pub notice: String,
    /// Id of the position at pagoPA.
    pub iupd: String,
    /// What the payer reads.
    pub reason: String,
    /// Code of the taxonomy.
    pub category: String,
    /// Last day, `AAAA-MM-GG`.
    pub due: String,
    pub state: PaymentState,
    /// When she last went to pay online; 0: never.
    pub attempt_at: i64,
    /// Until when that may still come to something; 0: it cannot.
    pub attempt_until: i64,
    /// When she last came back from there; 0: never.
    pub returned_at: i64,
    /// 0: not yet.
    pub published_at: i64,
    /// 0: not yet.
    pub paid_at: i64,
    pub created_at: i64,
}

fn payment(row: &AnyRow) -> Result<PaymentRow, StoreError> {
    Ok(PaymentRow {
        id: row.try_get(0)?,
        case_id: row.try_get(1)?,
        seq: row.try_get(2)?,
        fee: row.try_get(3)?,
        cents: row.try_get(4)?,
        notice: row.try_get(5)?,
        iupd: row.try_get(6)?,
        reason: row.try_get(7)?,
        category: row.try_get(8)?,
        due: row.try_get(9)?,
        state: PaymentState::parse(row.try_get(10)?)?,
        attempt_at: row.try_get(11)?,
        attempt_until: row.try_get(12)?,
        returned_at: row.try_get(13)?,
        published_at: row.try_get(14)?,
        paid_at: row.try_get(15)?,
        created_at: row.try_get(16)?,
    })
}

/// The next base of a segregation code, from 1; without gaps but for transactions undone.
pub async fn next_base(tx: &mut Tx, segregation: &str) -> Result<i64, StoreError> {
    let row = sqlx::query(
        "INSERT INTO notice_bases (segregation, last) VALUES ($1, 1) \
         ON CONFLICT (segregation) DO UPDATE SET last = notice_bases.last + 1 RETURNING last",
    )
    .bind(segregation)
    .fetch_one(tx)
    .await?;
    Ok(row.try_get(0)?)
}

pub async fn insert(tx: &mut Tx, row: &PaymentRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO payments (id, case_id, seq, fee, cents, notice, iupd, reason, category, due, \
         state, attempt_at, attempt_until, returned_at, published_at, paid_at, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    )
    .bind(&row.id)
    .bind(&row.case_id)
    .bind(row.seq)
    .bind(&row.fee)
    .bind(row.cents)
    .bind(&row.notice)
    .bind(&row.iupd)
    .bind(&row.reason)
    .bind(&row.category)
    .bind(&row.due)
    .bind(row.state.code())
    .bind(row.attempt_at)
    .bind(row.attempt_until)
    .bind(row.returned_at)
    .bind(row.published_at)
    .bind(row.paid_at)
    .bind(row.created_at)
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn get(store: &Store, id: &str) -> Result<Option<PaymentRow>, StoreError> {
    let row = sqlx::query(
        "SELECT id, case_id, seq, fee, cents, notice, iupd, reason, category, due, state, \
         attempt_at, attempt_until, returned_at, published_at, paid_at, created_at \
         FROM payments WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(&mut *store.read().await?)
    .await?;
    row.as_ref().map(payment).transpose()
}

/// What the event `seq` of a case asks for.
pub async fn of_event(
    store: &Store,
    case_id: &str,
    seq: i64,
) -> Result<Option<PaymentRow>, StoreError> {
    let row = sqlx::query(
        "SELECT id, case_id, seq, fee, cents, notice, iupd, reason, category, due, state, \
         attempt_at, attempt_until, returned_at, published_at, paid_at, created_at \
         FROM payments WHERE case_id = $1 AND seq = $2",
    )
    .bind(case_id)
    .bind(seq)
    .fetch_optional(&mut *store.read().await?)
    .await?;
    row.as_ref().map(payment).transpose()
}

/// In the order of their events.
pub async fn of_case(store: &Store, case_id: &str) -> Result<Vec<PaymentRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, case_id, seq, fee, cents, notice, iupd, reason, category, due, state, \
         attempt_at, attempt_until, returned_at, published_at, paid_at, created_at \
         FROM payments WHERE case_id = $1 ORDER BY seq",
    )
    .bind(case_id)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(payment).collect()
}

/// Most rows of a list.
const ROWS: i64 = 200;

/// The payments of a person's cases (as in [`super::cases::of_person`]), newest first.
pub async fn of_person(store: &Store, reader: &Reader) -> Result<Vec<PaymentRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT p.id, p.case_id, p.seq, p.fee, p.cents, p.notice, p.iupd, p.reason, p.category, \
         p.due, p.state, p.attempt_at, p.attempt_until, p.returned_at, p.published_at, p.paid_at, p.created_at \
         FROM payments p \
         WHERE p.case_id IN (SELECT id FROM cases WHERE person = $1 \
         UNION SELECT case_id FROM representations WHERE lookup IN ($2, $3) \
         UNION SELECT target FROM delegations WHERE delegate = $2 AND scope = 'pratica') \
         ORDER BY p.created_at DESC, p.id LIMIT $4",
    )
    .bind(&reader.person)
    .bind(&reader.proven)
    .bind(&reader.named)
    .bind(ROWS)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(payment).collect()
}

/// pagoPA holds it, to be paid. `false`: another worker came first.
pub async fn publish(tx: &mut Tx, id: &str, now_ms: i64) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE payments SET state = 'aperta', published_at = $2 \
         WHERE id = $1 AND state IN ('da_creare', 'rifiutata')",
    )
    .bind(id)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// pagoPA says that it is paid.
pub async fn pay(tx: &mut Tx, id: &str, now_ms: i64) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE payments SET state = 'pagata', paid_at = $2, attempt_until = 0 \
         WHERE id = $1 AND state IN ('da_creare', 'aperta', 'rifiutata')",
    )
    .bind(id)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(())
}

/// Its receipt is here.
pub async fn settle(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE payments SET state = 'conclusa', attempt_until = 0 WHERE id = $1")
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

pub async fn refuse(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE payments SET state = 'rifiutata' \
         WHERE id = $1 AND state IN ('da_creare', 'aperta')",
    )
    .bind(id)
    .execute(tx)
    .await?;
    Ok(())
}

/// She goes to pay. `false`: it may not be paid now, or an attempt is still open.
pub async fn begin_attempt(
    tx: &mut Tx,
    id: &str,
    now_ms: i64,
    until_ms: i64,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE payments SET attempt_at = $2, attempt_until = $3 \
         WHERE id = $1 AND state = 'aperta' AND attempt_until <= $2",
    )
    .bind(id)
    .bind(now_ms)
    .bind(until_ms)
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The attempt begun at `started` may come to something until then.
pub async fn hold_attempt(
    tx: &mut Tx,
    id: &str,
    started: i64,
    until_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE payments SET attempt_until = $3 WHERE id = $1 AND attempt_at = $2")
        .bind(id)
        .bind(started)
        .bind(until_ms)
        .execute(tx)
        .await?;
    Ok(())
}

/// She came back from paying.
pub async fn come_back(tx: &mut Tx, id: &str, now_ms: i64) -> Result<(), StoreError> {
    sqlx::query("UPDATE payments SET returned_at = $2 WHERE id = $1")
        .bind(id)
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(())
}

/// The attempt begun at `started` came to nothing; a later one stays.
pub async fn end_attempt(tx: &mut Tx, id: &str, started: i64) -> Result<(), StoreError> {
    sqlx::query("UPDATE payments SET attempt_until = 0 WHERE id = $1 AND attempt_at = $2")
        .bind(id)
        .bind(started)
        .execute(tx)
        .await?;
    Ok(())
}

/// A receipt, sealed under the key of its case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptRow {
    pub id: String,
    /// Id of the payment.
    pub payment: String,
    pub case_id: String,
    /// pagoPA's id.
    pub receipt_id: String,
    pub salt: String,
    /// Hash of salt and XML, as in the event.
    pub salted: String,
    /// SHA-256 of the XML.
    pub hash: String,
    pub sealed: Vec<u8>,
    pub created_at: i64,
}

fn receipt(row: &AnyRow) -> Result<ReceiptRow, StoreError> {
    Ok(ReceiptRow {
        id: row.try_get(0)?,
        payment: row.try_get(1)?,
        case_id: row.try_get(2)?,
        receipt_id: row.try_get(3)?,
        salt: row.try_get(4)?,
        salted: row.try_get(5)?,
        hash: row.try_get(6)?,
        sealed: row.try_get(7)?,
        created_at: row.try_get(8)?,
    })
}

/// `false`: it is here already.
pub async fn insert_receipt(tx: &mut Tx, row: &ReceiptRow) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO receipts (id, payment, case_id, receipt_id, salt, salted, hash, sealed, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (payment, receipt_id) DO NOTHING",
    )
    .bind(&row.id)
    .bind(&row.payment)
    .bind(&row.case_id)
    .bind(&row.receipt_id)
    .bind(&row.salt)
    .bind(&row.salted)
    .bind(&row.hash)
    .bind(&row.sealed)
    .bind(row.created_at)
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// As they came.
pub async fn receipts(store: &Store, case_id: &str) -> Result<Vec<ReceiptRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, payment, case_id, receipt_id, salt, salted, hash, sealed, created_at \
         FROM receipts WHERE case_id = $1 ORDER BY created_at, id",
    )
    .bind(case_id)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(receipt).collect()
}
