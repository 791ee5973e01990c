//! The receipt of a payment (ricevuta telematica): its fetching and its reading.

use quick_xml::{
    Reader,
    events::{BytesRef, Event},
};
use reqwest::Client;
use thiserror::Error;

use super::call::{CallError, send};
use crate::{state::Counter, store::payments::PaymentRow};

/// The XML as it came; `None`: not there yet.
pub async fn fetch(
    client: &Client,
    counter: &Counter,
    payment: &PaymentRow,
) -> Result<Option<Vec<u8>>, CallError> {
    let receipts = counter.settings.receipts().ok_or(CallError::Off)?;
    let creditor = &counter.comune.comune.codice_fiscale;
    let iuv = payment.notice.get(1..).unwrap_or_default();
    let url = format!("{}/payments/{creditor}/receipts/{iuv}", receipts.url);
    match send(counter, client.get(url), &receipts, "application/xml").await {
        Ok(answer) => Ok(Some(answer.body)),
        Err(CallError::Status {
            status: 404 | 422, ..
        }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What people read of a receipt (`ctReceiptV2` of paForNode.xsd; the older `ctReceipt` too).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    pub receipt_id: String,
    pub notice: String,
    /// Codice fiscale of the creditor.
    pub creditor: String,
    pub outcome: String,
    pub iuv: String,
    pub cents: i64,
    pub description: String,
    /// Who received the money.
    pub psp: String,
    /// What the psp took for itself, cents; `None`: not told.
    pub fee: Option<i64>,
    /// `AAAA-MM-GGThh:mm:ss`, Italian time; may be empty.
    pub paid_at: String,
}

#[derive(Debug, Error)]
pub enum ReceiptError {
    #[error("not XML: {0}")]
    Xml(#[from] quick_xml::Error),
    #[error("no receipt in it, or more than one")]
    NotOne,
    #[error("{0} is missing or cannot be read")]
    Part(&'static str),
}

/// Reads by local names: prefixes and the envelope are the platform's own business.
pub fn read(xml: &[u8]) -> Result<Receipt, ReceiptError> {
    let text = std::str::from_utf8(xml).map_err(|_| ReceiptError::Part("text"))?;
    let mut parts = Parts::default();
    let mut path: Vec<String> = Vec::new();
    let mut seen = 0;
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event()? {
            Event::Start(start) => {
                let name: &str = start.local_name().into_inner();
                seen += usize::from(name == "receipt");
                path.push(name.to_owned());
            }
            Event::End(_) => {
                path.pop();
            }
            Event::Text(text) => parts.add(&path, &text.xml10_content()),
            Event::CData(text) => parts.add(&path, &text.xml10_content()),
            Event::GeneralRef(entity) => parts.add(&path, &resolved(&entity)),
            Event::Eof => break,
            _ => {}
        }
    }
    if seen != 1 || !path.is_empty() {
        return Err(ReceiptError::NotOne);
    }
    parts.whole()
}

/// What was read so far.
#[derive(Default)]
struct Parts {
    receipt: Receipt,
    amount: String,
    fee: String,
}

impl Parts {
    /// Text of the element at `path`, if it is a child of the receipt.
    fn add(&mut self, path: &[String], text: &str) {
        let [.., parent, name] = path else {
            return;
        };
        if parent != "receipt" {
            return;
        }
        let receipt = &mut self.receipt;
        let place = match name.as_str() {
            "receiptId" => &mut receipt.receipt_id,
            "noticeNumber" => &mut receipt.notice,
            "fiscalCode" => &mut receipt.creditor,
            "outcome" => &mut receipt.outcome,
            "creditorReferenceId" => &mut receipt.iuv,
            "paymentAmount" => &mut self.amount,
            "description" => &mut receipt.description,
            "PSPCompanyName" => &mut receipt.psp,
            "fee" => &mut self.fee,
            "paymentDateTime" => &mut receipt.paid_at,
            _ => return,
        };
        place.push_str(text);
    }

    fn whole(self) -> Result<Receipt, ReceiptError> {
        let receipt = Receipt {
            cents: cents(&self.amount).ok_or(ReceiptError::Part("paymentAmount"))?,
            fee: cents(&self.fee),
            ..self.receipt
        };
        for (part, text) in [
            ("receiptId", &receipt.receipt_id),
            ("creditorReferenceId", &receipt.iuv),
            ("outcome", &receipt.outcome),
        ] {
            if text.trim().is_empty() {
                return Err(ReceiptError::Part(part));
            }
        }
        Ok(receipt)
    }
}

/// The five entities of XML and characters by number; any other is left as it is written.
fn resolved(entity: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = entity.resolve_char_ref() {
        return character.to_string();
    }
    match &**entity {
        "amp" => "&".into(),
        "lt" => "<".into(),
        "gt" => ">".into(),
        "quot" => "\"".into(),
        "apos" => "'".into(),
        other => format!("&{other};"),
    }
}

/// `16.00`: euro with two decimals.
fn cents(text: &str) -> Option<i64> {
    let (whole, decimals) = text.trim().split_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(decimals) || decimals.len() != 2 || whole.len() > 12 {
        return None;
    }
    Some(whole.parse::<i64>().ok()? * 100 + decimals.parse::<i64>().ok()?)
}

impl Receipt {
    /// Whether it proves that the payment was made.
    pub fn proves(&self, payment: &PaymentRow) -> bool {
        self.outcome == "OK"
            && payment.notice.get(1..) == Some(self.iuv.as_str())
            && self.cents == payment.cents
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECEIPT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<pafn:paSendRTV2Request xmlns:pafn="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd">
  <idPA>00382520724</idPA>
  <receipt>
    <receiptId>c110729d258c4ab1b765fe902aae41d6</receiptId>
    <noticeNumber>302202600000012372</noticeNumber>
    <fiscalCode>00382520724</fiscalCode>
    <outcome>OK</outcome>
    <creditorReferenceId>02202600000012372</creditorReferenceId>
    <paymentAmount>1040.05</paymentAmount>
    <description>Cartello &amp; istruttoria &#8211; pratica 0000002/2026</description>
    <companyName>Comune di Bitonto</companyName>
    <debtor><uniqueIdentifier><entityUniqueIdentifierType>F</entityUniqueIdentifierType></uniqueIdentifier><fullName>Maria Rossi</fullName></debtor>
    <transferList><transfer><idTransfer>1</idTransfer><transferAmount>1040.05</transferAmount><fiscalCodePA>00382520724</fiscalCodePA></transfer></transferList>
    <idPSP>BANK</idPSP>
    <PSPCompanyName>Banca di prova</PSPCompanyName>
    <fee>1.50</fee>
    <paymentDateTime>2026-11-25T10:31:00</paymentDateTime>
  </receipt>
</pafn:paSendRTV2Request>"#;

    #[test]
    fn a_receipt_reads_in_human_words() {
        let receipt = read(RECEIPT.as_bytes()).unwrap();
        assert_eq!(receipt.receipt_id, "c110729d258c4ab1b765fe902aae41d6");
        assert_eq!(receipt.notice, "302202600000012372");
        assert_eq!(receipt.creditor, "00382520724");
        assert_eq!((receipt.cents, receipt.fee), (104_005, Some(150)));
        assert_eq!(
            receipt.description,
            "Cartello & istruttoria – pratica 0000002/2026"
        );
        assert_eq!(receipt.psp, "Banca di prova");
        assert_eq!(receipt.paid_at, "2026-11-25T10:31:00");
    }

    #[test]
    fn what_is_no_receipt_is_refused() {
        for wrong in [
            "",
            "<html><body>non trovata</body></html>",
            &RECEIPT[..600],
            &RECEIPT.replace("1040.05", "104005"),
            &RECEIPT.replace("<receiptId>c110729d258c4ab1b765fe902aae41d6", "<receiptId>"),
            &RECEIPT.replace("</receipt>", "</receipt><receipt></receipt>"),
        ] {
            assert!(read(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
