//! What GPD refuses in a position: what its schema says, then what its code checks besides.

use axum::http::StatusCode;
use serde::de::DeserializeOwned;

use crate::pagopa::model::{Body, Metadata, PaymentOption, Transfer};
use crate::pagopa::moment::Moment;
use crate::pagopa::problem::Problem;

/// The segregation codes of the sandbox's key: those that a creditor may have. From 46 on they
/// are pagoPA's own (stamp duty, identity cards…).
const OWN_SEGREGATION_CODES: std::ops::RangeInclusive<u8> = 0..=45;

/// A JSON body, or the field at which it fails.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| Problem::unreadable(error.to_string()))?;
    reader
        .end()
        .map_err(|error| Problem::unreadable(error.to_string()))?;
    Ok(value)
}

/// 403 unless the key may use the segregation code of the first option: only that one is read.
pub fn segregation(organization: &str, body: &Body) -> Result<(), Problem> {
    let code = body
        .payment_option
        .first()
        .and_then(|option| option.iuv.get(..2));
    let known: Option<u8> = code.and_then(|code| code.parse().ok());
    if known.is_some_and(|code| OWN_SEGREGATION_CODES.contains(&code)) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::FORBIDDEN,
        "The caller does not have proper authorization",
        format!(
            "The caller is not authorized for the segregation code {} of the organization \
             {organization}",
            code.unwrap_or("(none)")
        ),
    ))
}

/// The limits of the schema: lengths, patterns, numbers.
pub fn shape(body: &Body) -> Result<(), Problem> {
    for (name, value) in [
        ("iupd", &body.iupd),
        ("fiscalCode", &body.fiscal_code),
        ("fullName", &body.full_name),
        ("companyName", &body.company_name),
    ] {
        holds(!value.trim().is_empty(), name, "must not be blank")?;
    }
    let long = "size must be between 0 and 140";
    holds(short(&body.company_name), "companyName", long)?;
    let office = body.office_name.as_deref().unwrap_or_default();
    holds(short(office), "officeName", long)?;
    let country = body.address.country.as_deref();
    holds(
        country.is_none_or(two_capitals),
        "country",
        "must match [A-Z]{2}",
    )?;
    let options = &body.payment_option;
    holds(!options.is_empty(), "paymentOption", "must not be empty")?;
    options.iter().try_for_each(option_shape)
}

fn option_shape(option: &PaymentOption) -> Result<(), Problem> {
    holds(!option.iuv.trim().is_empty(), "iuv", "must not be blank")?;
    holds(
        option.amount >= 1,
        "amount",
        "must be greater than or equal to 1",
    )?;
    let long = "size must be between 0 and 140";
    holds(short(&option.description), "description", long)?;
    metadata(&option.payment_option_metadata, "paymentOptionMetadata")?;
    option.transfer.iter().try_for_each(transfer_shape)
}

fn transfer_shape(transfer: &Transfer) -> Result<(), Problem> {
    holds(
        transfer.amount >= 1,
        "transfer.amount",
        "must be greater than or equal to 1",
    )?;
    let long = "size must be between 0 and 140";
    holds(
        short(&transfer.remittance_information),
        "remittanceInformation",
        long,
    )?;
    holds(
        !transfer.category.trim().is_empty(),
        "category",
        "must not be blank",
    )?;
    let plain = |iban: &str| {
        (1..=35).contains(&iban.len()) && iban.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    let iban = transfer.iban.as_deref();
    holds(
        iban.is_none_or(plain),
        "iban",
        "must match [A-Za-z0-9]{1,35}",
    )?;
    let postal = transfer.postal_iban.as_deref();
    let postal_ok = postal.is_none_or(|iban| iban.is_empty() || plain(iban));
    holds(postal_ok, "postalIban", "must match [A-Za-z0-9]{1,35}")?;
    if let Some(stamp) = &transfer.stamp {
        holds(
            stamp.hash_document.len() <= 72,
            "hashDocument",
            "size must be between 0 and 72",
        )?;
        holds(stamp.stamp_type.len() == 2, "stampType", "size must be 2")?;
        holds(
            two_capitals(&stamp.provincial_residence),
            "provincialResidence",
            "must match [A-Z]{2}",
        )?;
    }
    metadata(&transfer.transfer_metadata, "transferMetadata")
}

fn metadata(entries: &[Metadata], name: &str) -> Result<(), Problem> {
    holds(entries.len() <= 10, name, "size must be between 0 and 10")?;
    for (n, entry) in entries.iter().enumerate() {
        let new = entries.iter().take(n).all(|other| other.key != entry.key);
        holds(new, name, "keys must be unique")?;
        let fits = short(&entry.key) && short(&entry.value);
        holds(fits, name, "size must be between 0 and 140")?;
    }
    Ok(())
}

/// What the schema cannot say. Dates are compared in UTC.
pub fn sense(body: &Body, now: Moment) -> Result<(), Problem> {
    if let Some(validity) = body.validity_date.filter(|validity| *validity < now) {
        return Err(senseless(format!(
            "Dates congruence error: validity_date must be >= current_date \
             [validity_date={validity}; current_date={now}]"
        )));
    }
    body.payment_option
        .iter()
        .try_for_each(|option| option_sense(option, body.validity_date, now))
}

fn option_sense(
    option: &PaymentOption,
    validity: Option<Moment>,
    now: Moment,
) -> Result<(), Problem> {
    let due = option.due_date;
    if due < validity.unwrap_or(now) {
        return Err(senseless(format!(
            "Dates congruence error: due_date must be >= validity_date (if provided) or due_date \
             must be >= current_date [due_date={due}; current_date={now}]"
        )));
    }
    if let Some(retention) = option.retention_date.filter(|retention| *retention < due) {
        return Err(senseless(format!(
            "Dates congruence error: retention_date must be >= due_date \
             [retention_date={retention}; due_date={due}]"
        )));
    }
    transfers_sense(option)
}

fn transfers_sense(option: &PaymentOption) -> Result<(), Problem> {
    let transfers = &option.transfer;
    if transfers.len() > 5 {
        return Err(senseless(format!(
            "Number of transfers congruence error: Each payment option must have a maximum of 5 \
             transactions [transactions found={}]",
            transfers.len()
        )));
    }
    for transfer in transfers {
        let id = transfer.id_transfer.as_str();
        if !["1", "2", "3", "4", "5"].contains(&id) {
            return Err(senseless(format!(
                "Transfer ID congruence error [transaction id={id}]"
            )));
        }
        let iban = transfer
            .iban
            .as_deref()
            .is_some_and(|iban| !iban.is_empty());
        let postal = transfer
            .postal_iban
            .as_deref()
            .is_some_and(|iban| !iban.is_empty());
        if iban == transfer.stamp.is_some() || postal && !iban {
            return Err(senseless(
                "Iban and Stamp are mutually exclusive. One of them is required.",
            ));
        }
    }
    let total: i64 = transfers.iter().map(|transfer| transfer.amount).sum();
    if total != option.amount {
        return Err(senseless(format!(
            "Amounts congruence error: payment option amount must coincide with the total of the \
             transfers amount [payment_option_amount(in cent)={}; \
             total_tranfers_amount(in cent)={total}]",
            option.amount
        )));
    }
    Ok(())
}

pub fn senseless(detail: impl Into<String>) -> Problem {
    let title = "Error in the debt position request data";
    Problem::new(StatusCode::BAD_REQUEST, title, detail)
}

fn holds(ok: bool, name: &str, why: &str) -> Result<(), Problem> {
    let refusal = || Problem::unreadable(format!("{name}: {why}"));
    if ok { Ok(()) } else { Err(refusal()) }
}

fn short(text: &str) -> bool {
    text.chars().count() <= 140
}

fn two_capitals(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase())
}
