//! What people see of payments.

use app::api::{PaymentPage, PaymentReceipt, PaymentStatus, PaymentView, PaymentsPage, Problem};
use rules::{civil::Date, notice::NoticeNumber, number::euro};
use thiserror::Error;

use super::{gpd::company, qr, receipts, settle::receipt_context};
use crate::{
    cases::{self, LoadError, LoadedCase},
    clock::rome_text,
    error::{Refusal, internal},
    state::{Counter, Person},
    store::{
        StoreError,
        payments::{self, PaymentRow, PaymentState, ReceiptRow},
    },
    vault::VaultError,
};

#[derive(Debug, Error)]
pub enum PaymentError {
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error("a receipt cannot be read: {0}")]
    Receipt(#[from] receipts::ReceiptError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for PaymentError {
    fn problem(&self) -> Problem {
        match self {
            Self::Load(error) => error.problem(),
            Self::Store(error) => error.problem(),
            Self::Receipt(_) | Self::Vault(_) => internal(),
        }
    }
}

/// Everything that she has to pay, and has paid; newest first.
pub async fn list(counter: &Counter, person: &Person) -> Result<PaymentsPage, PaymentError> {
    let mut page = PaymentsPage::default();
    let mut seen: Vec<String> = Vec::new();
    for row in payments::of_person(&counter.store, &cases::circle(counter, person)).await? {
        if seen.contains(&row.case_id) {
            continue;
        }
        let case = match cases::of_citizen(counter, person, &row.case_id).await {
            Ok(case) => case,
            // A delegation that ended: what is to be paid is the other person's.
            Err(LoadError::Delegation(_)) => continue,
            Err(other) => return Err(other.into()),
        };
        for view in of_case(counter, &case).await? {
            match view.status {
                PaymentStatus::Concluso => page.paid.push(view),
                _ => page.due.push(view),
            }
        }
        seen.push(row.case_id);
    }
    Ok(page)
}

/// Her payment `id`, and its case.
pub async fn own(
    counter: &Counter,
    person: &Person,
    id: &str,
) -> Result<(PaymentRow, LoadedCase), PaymentError> {
    let row = payments::get(&counter.store, id).await?;
    let row = row.ok_or(LoadError::NotFound)?;
    let case = cases::of_citizen(counter, person, &row.case_id).await?;
    Ok((row, case))
}

/// One payment, for who owes it.
pub async fn page(
    counter: &Counter,
    person: &Person,
    id: &str,
) -> Result<PaymentPage, PaymentError> {
    let (_, case) = own(counter, person, id).await?;
    let all = of_case(counter, &case).await?;
    let payment = all.into_iter().find(|payment| payment.id == id);
    Ok(PaymentPage {
        seq: case.state.seq,
        payment: payment.ok_or(LoadError::NotFound)?,
        notice: None,
        error: None,
        status: 200,
    })
}

/// The payments of a case, in the order in which they were asked for.
pub async fn of_case(
    counter: &Counter,
    case: &LoadedCase,
) -> Result<Vec<PaymentView>, PaymentError> {
    let rows = payments::of_case(&counter.store, &case.row.id).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let kept = payments::receipts(&counter.store, &case.row.id).await?;
    rows.into_iter()
        .map(|row| {
            let own = kept.iter().filter(|receipt| receipt.payment == row.id);
            let receipts = own.map(|receipt| read(case, &row, receipt));
            let receipts = receipts.collect::<Result<_, _>>()?;
            Ok(view(counter, case, row, receipts))
        })
        .collect()
}

fn view(
    counter: &Counter,
    case: &LoadedCase,
    row: PaymentRow,
    receipts: Vec<PaymentReceipt>,
) -> PaymentView {
    let service = &case.definition.service;
    let what = service.fees.iter().find(|fee| fee.id == row.fee);
    let creditor = counter.comune.comune.codice_fiscale.clone();
    let notice = NoticeNumber::parse(&row.notice);
    let status = status(&row, counter.now_ms());
    PaymentView {
        title: service.title.clone(),
        protocol: case.protocol().to_string(),
        what: what.map_or_else(|| row.reason.clone(), |fee| fee.description.clone()),
        amount: euro(row.cents),
        status,
        due: Date::parse_iso(&row.due).map_or_else(String::new, Date::italian),
        notice: notice.map_or_else(|| row.notice.clone(), NoticeNumber::grouped),
        creditor: company(counter),
        qr: match (status, notice) {
            (PaymentStatus::DaPagare | PaymentStatus::InVerifica, Some(notice)) => {
                qr::path(&notice.qr_text(&creditor, row.cents))
            }
            _ => String::new(),
        },
        creditor_fiscal_code: creditor,
        retry_at: (status == PaymentStatus::InVerifica).then(|| {
            let at = rome_text(row.attempt_until + 60_000);
            at.rsplit(", ").next().unwrap_or_default().to_owned()
        }),
        receipts,
        case: row.case_id,
        id: row.id,
    }
}

fn status(row: &PaymentRow, now_ms: i64) -> PaymentStatus {
    match row.state {
        PaymentState::New => PaymentStatus::InPreparazione,
        PaymentState::Open if row.attempt_until > now_ms => PaymentStatus::InVerifica,
        PaymentState::Open => PaymentStatus::DaPagare,
        PaymentState::Paid => PaymentStatus::Pagato,
        PaymentState::Settled => PaymentStatus::Concluso,
        PaymentState::Refused => PaymentStatus::Sospeso,
    }
}

/// A kept receipt in human words.
fn read(
    case: &LoadedCase,
    payment: &PaymentRow,
    row: &ReceiptRow,
) -> Result<PaymentReceipt, PaymentError> {
    let xml = case.open(&receipt_context(&row.id), &row.sealed)?;
    let receipt = receipts::read(&xml)?;
    Ok(PaymentReceipt {
        paid_at: instant(&receipt.paid_at).unwrap_or_else(|| rome_text(row.created_at)),
        amount: euro(receipt.cents),
        fee: receipt.fee.filter(|fee| *fee > 0).map(euro),
        received_by: receipt.psp,
        receipt_id: receipt.receipt_id,
        href: format!("/pagamenti/{}/ricevute/{}", payment.id, row.id),
    })
}

/// `2026-11-25T10:31:00` (Italian time) as `25/11/2026, 10:31`.
fn instant(text: &str) -> Option<String> {
    let (day, time) = text.split_once('T')?;
    let day = Date::parse_iso(day)?;
    Some(format!("{}, {}", day.italian(), time.get(..5)?))
}
