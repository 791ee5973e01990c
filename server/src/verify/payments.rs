//! Payments and receipts against the events that tell of them.

use std::collections::BTreeSet;

use rules::case::{Event, EventBody};

use crate::{
    cases::salted,
    payments::receipt_context,
    store::{
        Store, StoreError,
        payments::{self, PaymentRow, ReceiptRow},
    },
    vault::{Key, sha256},
};

/// Each amount asked for has its payment and the other way round, each payment event its receipt.
/// Without the key (erased) what is sealed is not looked at.
pub async fn check(
    store: &Store,
    case_id: &str,
    events: &[Event],
    key: Option<&Key>,
    name: &str,
    found: &mut Vec<String>,
) -> Result<(), StoreError> {
    let rows = payments::of_case(store, case_id).await?;
    let receipts = payments::receipts(store, case_id).await?;
    let mut known = BTreeSet::new();
    for event in events {
        match &event.body {
            EventBody::ImportoDovuto { due } => {
                known.insert(event.seq);
                let fits = |row: &PaymentRow| {
                    let told = (&row.fee, row.cents, &row.notice, &row.due);
                    row.seq == event.seq
                        && told
                            == (
                                &due.fee,
                                due.cents,
                                &due.notice.to_string(),
                                &due.by.to_string(),
                            )
                };
                if !rows.iter().any(fits) {
                    found.push(format!(
                        "{name}: il pagamento dell'evento {} manca o è cambiato",
                        event.seq
                    ));
                }
            }
            EventBody::Pagato {
                ricevuta, impronta, ..
            } => {
                let fits =
                    |row: &ReceiptRow| row.receipt_id == *ricevuta && row.salted == *impronta;
                if !receipts.iter().any(fits) {
                    found.push(format!(
                        "{name}: manca la ricevuta dell'evento {}",
                        event.seq
                    ));
                }
            }
            _ => {}
        }
    }
    for row in rows.iter().filter(|row| !known.contains(&row.seq)) {
        found.push(format!("{name}: il pagamento {} non ha un evento", row.id));
    }
    for row in &receipts {
        if key.is_some_and(|key| !is_whole(key, row)) {
            found.push(format!("{name}: la ricevuta {} è cambiata", row.id));
        }
    }
    Ok(())
}

fn is_whole(key: &Key, row: &ReceiptRow) -> bool {
    key.open(&receipt_context(&row.id), &row.sealed)
        .is_ok_and(|xml| sha256(&xml) == row.hash && salted(&row.salt, &xml) == row.salted)
}
