//! A receipt becomes an event of its case; what cannot be one is kept all the same, and told.

use rules::{
    case::{self, Command},
    notice::NoticeNumber,
};
use thiserror::Error;

use super::receipts::{self, Receipt, ReceiptError};
use crate::{
    cases::{self, CommandError, LoadError, LoadedCase, salted},
    clock::token,
    state::Counter,
    store::{
        StoreError,
        payments::{self, PaymentRow, ReceiptRow},
    },
    vault::{VaultError, sha256},
};

#[derive(Debug, Error)]
pub enum SettleError {
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
    #[error(transparent)]
    Command(#[from] CommandError),
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the case changes too often")]
    Busy,
}

/// Tries before the worker is asked to come back.
const TRIES: usize = 5;

/// Keeps the receipt and tells the case; pagoPA's id of it. A repeat changes nothing.
pub async fn settle(
    counter: &Counter,
    payment: &PaymentRow,
    xml: &[u8],
) -> Result<String, SettleError> {
    let receipt = receipts::read(xml)?;
    if !receipt.proves(payment) {
        return Err(ReceiptError::Part("the same payment").into());
    }
    for _ in 0..TRIES {
        let case = cases::load(counter, &payment.case_id).await?;
        let row = sealed(counter, &case, payment, &receipt, xml)?;
        match cases::receive_payment(counter, &case, row.clone(), command(payment, &row)?).await {
            Ok(_) => return Ok(receipt.receipt_id),
            Err(CommandError::Changed) => {}
            // Paid twice, or told before: no event, but nothing is lost.
            Err(CommandError::Refused(refusal)) => {
                keep(counter, row, refusal).await?;
                return Ok(receipt.receipt_id);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(SettleError::Busy)
}

fn command(payment: &PaymentRow, row: &ReceiptRow) -> Result<Command, StoreError> {
    let avviso = NoticeNumber::parse(&payment.notice)
        .ok_or_else(|| StoreError::Corrupt("a notice number".into()))?;
    Ok(Command::Incassa {
        avviso,
        ricevuta: row.receipt_id.clone(),
        impronta: row.salted.clone(),
    })
}

/// The context of a receipt's encryption.
pub fn receipt_context(id: &str) -> String {
    format!("receipts/{id}")
}

fn sealed(
    counter: &Counter,
    case: &LoadedCase,
    payment: &PaymentRow,
    receipt: &Receipt,
    xml: &[u8],
) -> Result<ReceiptRow, VaultError> {
    let id = counter.new_id();
    let salt = token::<16>(&*counter.rng);
    Ok(ReceiptRow {
        sealed: case.seal(counter, &receipt_context(&id), xml)?,
        payment: payment.id.clone(),
        case_id: payment.case_id.clone(),
        receipt_id: receipt.receipt_id.trim().to_owned(),
        salted: salted(&salt, xml),
        hash: sha256(xml),
        created_at: counter.now_ms(),
        salt,
        id,
    })
}

async fn keep(
    counter: &Counter,
    row: ReceiptRow,
    refusal: case::Refusal,
) -> Result<(), StoreError> {
    let (id, payment) = (row.id.clone(), row.payment.clone());
    let is_new = counter
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                let is_new = payments::insert_receipt(tx, &row).await?;
                payments::settle(tx, &row.payment).await?;
                Ok(is_new)
            })
        })
        .await?;
    if is_new {
        tracing::warn!(receipt.id = %id, payment.id = %payment, error.cause = %refusal, "a receipt without event is kept");
    }
    Ok(())
}
