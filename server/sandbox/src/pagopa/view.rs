//! Positions as the API shows them.

use serde_json::{Value, json};

use crate::pagopa::model::{PaymentOption, Transfer};
use crate::pagopa::moment::Moment;
use crate::pagopa::position::{Payment, Position, Way};

/// What the payer's bank takes, cents.
pub const FEE: i64 = 150;

/// The answer to creation, change, publication: the body that was sent, with what became of it.
pub fn model(position: &Position, now: Moment) -> Value {
    let mut value = json!(position.body);
    value["status"] = json!(position.status(now));
    put(&mut value, "paymentDate", position.payment_date(now));
    if let Some(options) = value["paymentOption"].as_array_mut() {
        for (value, option) in options.iter_mut().zip(&position.body.payment_option) {
            value["nav"] = json!(option.nav());
            value["fee"] = json!(fee(position.payment(&option.iuv, now)));
            value["notificationFee"] = json!(0);
        }
    }
    value
}

/// The answer to a question: `PaymentPositionModelBaseResponse`, without the debtor.
pub fn detail(position: &Position, now: Moment) -> Value {
    let options = position.body.payment_option.iter();
    let mut value = json!({
        "iupd": position.iupd(),
        "organizationFiscalCode": position.organization,
        "type": position.body.kind,
        "companyName": position.body.company_name,
        "insertedDate": position.inserted,
        "status": position.status(now),
        "lastUpdatedDate": position.last_change(now),
        "paymentOption": options.map(|o| option(position, o, now)).collect::<Vec<_>>(),
    });
    put(&mut value, "officeName", position.body.office_name.as_ref());
    put(&mut value, "publishDate", position.published);
    put(&mut value, "validityDate", position.body.validity_date);
    put(&mut value, "paymentDate", position.payment_date(now));
    value
}

/// `PaymentOptionModelResponse`.
fn option(position: &Position, option: &PaymentOption, now: Moment) -> Value {
    let payment = position.payment(&option.iuv, now);
    let transfers = option.transfer.iter();
    let mut value = json!({
        "nav": option.nav(),
        "iuv": option.iuv,
        "organizationFiscalCode": position.organization,
        "amount": option.amount,
        "description": option.description,
        "isPartialPayment": option.is_partial_payment,
        "dueDate": option.due_date,
        "insertedDate": position.inserted,
        "fee": fee(payment),
        "notificationFee": 0,
        "status": if payment.is_some() { "PO_PAID" } else { "PO_UNPAID" },
        "lastUpdatedDate": position.last_change(now),
        "transfer": transfers.map(|t| transfer(position, t)).collect::<Vec<_>>(),
        "paymentOptionMetadata": option.payment_option_metadata,
    });
    put(&mut value, "retentionDate", option.retention_date);
    if let Some(payment) = payment {
        put(&mut value, "paymentDate", payment.settles);
        value["paymentMethod"] = json!(method(payment.way));
        if payment.way != Way::CashDesk {
            value["pspCompany"] = json!(psp(payment.way));
            value["idReceipt"] = json!(payment.receipt_id);
        }
    }
    value
}

fn transfer(position: &Position, transfer: &Transfer) -> Value {
    let mut value = json!(transfer);
    let organization = transfer.organization_fiscal_code.as_ref();
    value["organizationFiscalCode"] = json!(organization.unwrap_or(&position.organization));
    value["companyName"] = json!(position.body.company_name);
    value["insertedDate"] = json!(position.inserted);
    value["status"] = json!("T_UNREPORTED");
    value["lastUpdatedDate"] = json!(position.updated);
    value
}

/// The answer to "paid elsewhere": `PaymentsModelResponse`.
pub fn paid(position: &Position, paid: &PaymentOption, now: Moment) -> Value {
    let mut value = option(position, paid, now);
    value["serviceType"] = json!("GPD");
    value
}

fn fee(payment: Option<&Payment>) -> i64 {
    match payment.map(|payment| payment.way) {
        None | Some(Way::CashDesk) => 0,
        Some(Way::Checkout | Way::Tobacconist) => FEE,
    }
}

pub fn method(way: Way) -> &'static str {
    match way {
        Way::Checkout => "creditCard",
        Way::Tobacconist => "cash",
        Way::CashDesk => "NO_PAGOPA",
    }
}

pub fn psp(way: Way) -> &'static str {
    match way {
        Way::Tobacconist => "Tabacchi di prova",
        Way::Checkout | Way::CashDesk => "Banca di prova",
    }
}

/// The API leaves out what it does not know.
fn put(value: &mut Value, name: &str, field: Option<impl serde::Serialize>) {
    if let Some(field) = field {
        value[name] = json!(field);
    }
}
