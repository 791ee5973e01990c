//! A receipt as it came.

use rules::roles::Operation;

use super::{PaymentError, settle::receipt_context};
use crate::{
    cases::{self, LoadError},
    state::{Counter, Person},
    store::payments,
};

/// Name, MIME type and bytes, for who paid, and who may at the case's office.
pub async fn read_receipt(
    counter: &Counter,
    person: &Person,
    payment: &str,
    receipt: &str,
) -> Result<(String, String, Vec<u8>), PaymentError> {
    let row = payments::get(&counter.store, payment).await?;
    let row = row.ok_or(LoadError::NotFound)?;
    let case = cases::load_for(counter, person, Operation::ReadReceipt, &row.case_id).await?;
    let kept = payments::receipts(&counter.store, &row.case_id).await?;
    let found = kept
        .iter()
        .find(|kept| kept.id == receipt && kept.payment == row.id)
        .ok_or(LoadError::NotFound)?;
    let xml = case.open(&receipt_context(&found.id), &found.sealed)?;
    let name = format!("Ricevuta {}.xml", row.notice);
    Ok((name, "application/xml".to_owned(), xml))
}
