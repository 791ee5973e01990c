//! What is due on acceptance: its notice number is minted and its position queued in the
//! transaction of the decision.

use rules::{
    case::{Due, Event, EventBody},
    catalogue::Fee,
    civil::Date,
    form::NoLists,
    notice::NoticeNumber,
};

use crate::{
    cases::{self, LoadError, LoadedCase},
    changes,
    clock::rome_day,
    config::is_taxonomy,
    state::Counter,
    store::{
        StoreError, Tx, outbox,
        payments::{self, PaymentRow, PaymentState},
    },
};

/// All of a payment that needs no database.
pub struct NewDue {
    row: PaymentRow,
    segregation: u8,
    by: Date,
    /// Of the row in the outbox.
    outbox: String,
}

/// A payment with its number; its event is still to be written.
pub struct Minted {
    new: NewDue,
    notice: NoticeNumber,
}

/// What the acceptance of this case makes due; nothing where the comune does not collect. The
/// amounts are those of the day of "Invia": what she was shown.
pub async fn prepare(counter: &Counter, case: &LoadedCase) -> Result<Vec<NewDue>, LoadError> {
    let Some(pagopa) = &counter.comune.pagopa else {
        return Ok(Vec::new());
    };
    let evaluation = cases::evaluate(case, &cases::read_original(case)?, &NoLists);
    let service = &case.definition.service;
    let changes = changes::now(counter).await?;
    let sent = rome_day(case.row.created_at);
    let tariffs = changes::tariffs(&counter.comune, &changes, service, sent);
    let fees = service.due_on_acceptance(&evaluation, &tariffs);
    let creditor = &counter.comune.comune.codice_fiscale;
    let now = counter.now_ms();
    let due = rome_day(now).plus_days(pagopa.giorni_per_pagare);
    let new = |(fee, cents): (&Fee, i64)| {
        let id = counter.new_id();
        let category = fee.taxonomy.clone().filter(|code| is_taxonomy(code));
        NewDue {
            row: PaymentRow {
                case_id: case.row.id.clone(),
                seq: 0,
                fee: fee.id.clone(),
                cents,
                notice: String::new(),
                iupd: format!("{creditor}-{id}"),
                reason: fee.remittance(case.protocol()),
                category: category.unwrap_or_else(|| pagopa.tassonomia.clone()),
                due: due.to_string(),
                state: PaymentState::New,
                attempt_at: 0,
                attempt_until: 0,
                returned_at: 0,
                published_at: 0,
                paid_at: 0,
                created_at: now,
                id,
            },
            // `check-config` has read the code.
            segregation: pagopa.segregation().unwrap_or_default(),
            by: due,
            outbox: counter.new_id(),
        }
    };
    Ok(fees.into_iter().map(new).collect())
}

/// The year and nine digits: the base of a notice number.
const BASES_OF_A_YEAR: i64 = 1_000_000_000;

/// Takes the next number: it exists only if the caller's transaction does.
pub async fn mint(tx: &mut Tx, new: NewDue) -> Result<Minted, StoreError> {
    let segregation = format!("{:02}", new.segregation);
    let last = payments::next_base(tx, &segregation).await?;
    let year = i64::from(rome_day(new.row.created_at).year());
    let base = u64::try_from(year * BASES_OF_A_YEAR + last % BASES_OF_A_YEAR).ok();
    let notice = base
        .and_then(|base| NoticeNumber::mint(new.segregation, base))
        .ok_or_else(|| StoreError::Corrupt("base of a notice number".into()))?;
    Ok(Minted { new, notice })
}

impl Minted {
    /// As the event tells it.
    pub fn due(&self) -> Due {
        Due {
            fee: self.new.row.fee.clone(),
            cents: self.new.row.cents,
            notice: self.notice,
            by: self.new.by,
        }
    }
}

/// Stores the payments with the events that ask for them, and queues their positions.
pub async fn record(
    tx: &mut Tx,
    events: &[Event],
    minted: Vec<Minted>,
    now_ms: i64,
) -> Result<(), StoreError> {
    for Minted { new, notice } in minted {
        let event = events.iter().find(
            |event| matches!(&event.body, EventBody::ImportoDovuto { due } if due.notice == notice),
        );
        let event = event.ok_or_else(|| StoreError::Corrupt("a payment without event".into()))?;
        let row = PaymentRow {
            seq: event.seq,
            notice: notice.to_string(),
            ..new.row
        };
        payments::insert(tx, &row).await?;
        let position = outbox::NewRow {
            id: new.outbox,
            case_id: row.case_id,
            seq: row.seq,
            channel: "gpd".to_owned(),
            template: row.fee,
            priority: outbox::CASE,
        };
        outbox::queue(tx, &[position], now_ms).await?;
    }
    Ok(())
}
