//! A receipt as pagoPA keeps it: the `paSendRTV2` that its node sent (schema `paForNode.xsd`,
//! `ctReceiptV2`). Amounts are euro with two decimals here.

use std::fmt::Write;

use crate::page::escape;
use crate::pagopa::model::{PaymentOption, Stamp, Transfer};
use crate::pagopa::position::{Payment, Position, Way};
use crate::pagopa::view::{FEE, method, psp};

/// pagoPA is the broker of who uses its debt positions.
const BROKER: &str = "15376371009";
const NAMESPACE: &str = "http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd";

pub fn receipt(position: &Position, option: &PaymentOption, payment: &Payment) -> String {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <ns2:paSendRTV2Request xmlns:ns2=\"{NAMESPACE}\">"
    );
    element(&mut xml, "idPA", &position.organization);
    element(&mut xml, "idBrokerPA", BROKER);
    element(&mut xml, "idStation", &format!("{BROKER}_01"));
    xml.push_str("<receipt>");
    what(&mut xml, position, option, payment);
    subject(&mut xml, "debtor", position);
    xml.push_str("<transferList>");
    for one in &option.transfer {
        transfer(&mut xml, position, one);
    }
    xml.push_str("</transferList>");
    how(&mut xml, position, payment);
    xml.push_str("</receipt></ns2:paSendRTV2Request>\n");
    xml
}

fn what(xml: &mut String, position: &Position, option: &PaymentOption, payment: &Payment) {
    element(xml, "receiptId", &payment.receipt_id);
    element(xml, "noticeNumber", &option.nav());
    element(xml, "fiscalCode", &position.organization);
    element(xml, "outcome", "OK");
    element(xml, "creditorReferenceId", &option.iuv);
    element(xml, "paymentAmount", &decimal(option.amount));
    element(xml, "description", cut(&option.description, 140));
    element(xml, "companyName", cut(&position.body.company_name, 140));
    let office = position.body.office_name.as_deref();
    optional(xml, "officeName", office, 140);
}

/// The debtor, also as payer: checkout does not ask who holds the card.
fn subject(xml: &mut String, name: &str, position: &Position) {
    let (body, address) = (&position.body, &position.body.address);
    let _ = write!(xml, "<{name}><uniqueIdentifier>");
    let kind = format!("{:?}", body.kind);
    element(xml, "entityUniqueIdentifierType", &kind);
    element(
        xml,
        "entityUniqueIdentifierValue",
        cut(&body.fiscal_code, 16),
    );
    xml.push_str("</uniqueIdentifier>");
    element(xml, "fullName", cut(&body.full_name, 70));
    optional(xml, "streetName", address.street_name.as_deref(), 70);
    optional(xml, "civicNumber", address.civic_number.as_deref(), 16);
    optional(xml, "postalCode", address.postal_code.as_deref(), 16);
    optional(xml, "city", address.city.as_deref(), 35);
    optional(xml, "stateProvinceRegion", address.province.as_deref(), 35);
    optional(xml, "country", address.country.as_deref(), 2);
    optional(
        xml,
        "e-mail",
        address.email.as_deref().filter(|email| mail(email)),
        256,
    );
    let _ = write!(xml, "</{name}>");
}

fn transfer(xml: &mut String, position: &Position, transfer: &Transfer) {
    xml.push_str("<transfer>");
    element(xml, "idTransfer", &transfer.id_transfer);
    element(xml, "transferAmount", &decimal(transfer.amount));
    let organization = transfer.organization_fiscal_code.as_ref();
    element(
        xml,
        "fiscalCodePA",
        organization.unwrap_or(&position.organization),
    );
    element(xml, "companyName", cut(&position.body.company_name, 140));
    match (&transfer.iban, &transfer.stamp) {
        (Some(iban), _) => element(xml, "IBAN", iban),
        (None, Some(stamp)) => element(xml, "MBDAttachment", mark(stamp)),
        (None, None) => {}
    }
    element(
        xml,
        "remittanceInformation",
        cut(&transfer.remittance_information, 140),
    );
    element(xml, "transferCategory", cut(&transfer.category, 140));
    metadata(xml, transfer);
    xml.push_str("</transfer>");
}

/// The mark itself is made by the stamp duty service; what stands here is the document's hash,
/// which is Base64 already.
fn mark(stamp: &Stamp) -> &str {
    &stamp.hash_document
}

fn metadata(xml: &mut String, transfer: &Transfer) {
    if transfer.transfer_metadata.is_empty() {
        return;
    }
    xml.push_str("<metadata>");
    for entry in &transfer.transfer_metadata {
        xml.push_str("<mapEntry>");
        element(xml, "key", &entry.key);
        element(xml, "value", &entry.value);
        xml.push_str("</mapEntry>");
    }
    xml.push_str("</metadata>");
}

fn how(xml: &mut String, position: &Position, payment: &Payment) {
    let channel = match payment.way {
        Way::Tobacconist => "OTHER",
        Way::Checkout | Way::CashDesk => "WISP",
    };
    element(xml, "idPSP", "SANDBOX");
    element(xml, "pspFiscalCode", "00000000000");
    element(xml, "PSPCompanyName", psp(payment.way));
    element(xml, "idChannel", "00000000000_01");
    element(xml, "channelDescription", channel);
    if payment.way == Way::Checkout {
        subject(xml, "payer", position);
    }
    element(xml, "paymentMethod", method(payment.way));
    optional(xml, "paymentNote", payment.note.as_deref(), 210);
    element(xml, "fee", &decimal(FEE));
    if let Some(at) = payment.settles {
        let at = at.in_italy();
        let next = at.date().tomorrow().unwrap_or(at.date());
        element(
            xml,
            "paymentDateTime",
            &at.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
        );
        element(xml, "applicationDate", &at.date().to_string());
        element(xml, "transferDate", &next.to_string());
    }
    element(xml, "standIn", "false");
}

/// Control characters are what XML cannot say at all.
fn element(xml: &mut String, name: &str, text: &str) {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    let _ = write!(xml, "<{name}>{}</{name}>", escape(&text));
}

fn optional(xml: &mut String, name: &str, text: Option<&str>, most: usize) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        element(xml, name, cut(text, most));
    }
}

/// The first so many characters: the schema is narrower than GPD.
fn cut(text: &str, most: usize) -> &str {
    let end = text
        .char_indices()
        .nth(most)
        .map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text)
}

fn decimal(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// The schema's pattern for addresses: ASCII, one `@`, no empty part behind it.
fn mail(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else {
        return false;
    };
    let plain = |text: &str, more: &[u8]| {
        let ok = |b: u8| b.is_ascii_alphanumeric() || more.contains(&b);
        !text.is_empty() && text.bytes().all(ok)
    };
    plain(name, b"_.+-") && domain.split('.').all(|part| plain(part, b"-"))
}
