//! A message as a service sends it, and all that its own text can have wrong (400).

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::problem::Problem;

/// What the platform calls the type in its errors.
const TYPE: &str = "Invalid ApiNewMessageWithDefaults";

#[derive(Clone, Debug, Deserialize)]
pub struct NewMessage {
    #[serde(default, deserialize_with = "given")]
    pub fiscal_code: Option<String>,
    pub content: Content,
    #[serde(default = "shortest_life")]
    pub time_to_live: u32,
    #[serde(default)]
    pub feature_level_type: Level,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Level {
    #[default]
    Standard,
    Advanced,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Content {
    pub subject: String,
    pub markdown: String,
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub due_date: Option<String>,
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub payment_data: Option<PaymentData>,
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub third_party_data: Option<ThirdPartyData>,
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub require_secure_channels: Option<bool>,
    /// For health services, registered mail and certificates only: no service here may send them.
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub prescription_data: Option<Value>,
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub legal_data: Option<Value>,
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub eu_covid_cert: Option<Value>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PaymentData {
    /// Cents.
    pub amount: i64,
    pub notice_number: String,
    #[serde(default)]
    pub invalid_after_due_date: bool,
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub payee: Option<Payee>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Payee {
    pub fiscal_code: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ThirdPartyData {
    pub id: String,
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub configuration_id: Option<String>,
    #[serde(default)]
    pub has_attachments: bool,
    #[serde(default)]
    pub has_remote_content: bool,
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub has_precondition: Option<Precondition>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Precondition {
    Always,
    Once,
    Never,
}

/// Seconds.
fn shortest_life() -> u32 {
    3600
}

/// A field may be left out, but `null` is not a value of it.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

impl NewMessage {
    /// Reads a body and checks every field of it; the detail names them as the platform does.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        let mut json = serde_json::Deserializer::from_slice(body);
        let message: Self = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let (path, why) = (error.path(), error.inner());
            Problem::invalid(TYPE, format!("value at [root.{path}] is not valid: {why}"))
        })?;
        json.end()
            .map_err(|error| Problem::invalid(TYPE, error.to_string()))?;
        let faults = message.faults();
        if faults.is_empty() {
            return Ok(message);
        }
        let lines: Vec<String> = faults
            .iter()
            .map(|(field, wanted)| format!("value at [root.{field}] is not a valid [{wanted}]"))
            .collect();
        Err(Problem::invalid(TYPE, lines.join("\n")))
    }

    /// Fields that are wrong, with what they should be.
    fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let content = &self.content;
        let payment = content.payment_data.as_ref();
        let remote = content.third_party_data.as_ref();
        let checks = [
            (
                length(&content.subject, 10, 120),
                "content.subject",
                "string of length >= 10 and < 121",
            ),
            (
                length(&content.markdown, 80, 10_000),
                "content.markdown",
                "string of length >= 80 and < 10001",
            ),
            (
                (3600..=604_800).contains(&self.time_to_live),
                "time_to_live",
                "integer >= 3600 and < 604800 | 604800",
            ),
            (
                self.fiscal_code.as_deref().is_none_or(is_fiscal_code),
                "fiscal_code",
                "string that matches the pattern of a fiscal code",
            ),
            (
                content.due_date.as_deref().is_none_or(is_utc),
                "content.due_date",
                "UTCISODateFromString",
            ),
            (
                payment.is_none_or(|p| (1..=9_999_999_999).contains(&p.amount)),
                "content.payment_data.amount",
                "integer >= 1 and < 9999999999 | 9999999999",
            ),
            (
                payment.is_none_or(|p| is_notice_number(&p.notice_number)),
                "content.payment_data.notice_number",
                "string that matches the pattern \"^[0123][0-9]{17}$\"",
            ),
            (
                payment
                    .and_then(|p| p.payee.as_ref())
                    .is_none_or(|payee| digits(&payee.fiscal_code, 11)),
                "content.payment_data.payee.fiscal_code",
                "OrganizationFiscalCode",
            ),
            (
                remote.is_none_or(|remote| !remote.id.is_empty()),
                "content.third_party_data.id",
                "non empty string",
            ),
            (
                remote
                    .and_then(|remote| remote.configuration_id.as_deref())
                    .is_none_or(|id| ulid::Ulid::from_string(id).is_ok()),
                "content.third_party_data.configuration_id",
                "Ulid",
            ),
        ];
        let wrong = checks.into_iter().filter(|(good, ..)| !good);
        wrong.map(|(_, field, wanted)| (field, wanted)).collect()
    }
}

/// Lengths as the platform counts them, in UTF-16 units.
fn length(text: &str, from: usize, to: usize) -> bool {
    (from..=to).contains(&text.encode_utf16().count())
}

fn digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_notice_number(text: &str) -> bool {
    digits(text, 18) && matches!(text.as_bytes()[0], b'0'..=b'3')
}

/// `2027-01-31T22:59:59.000Z`: an instant, and in UTC.
fn is_utc(text: &str) -> bool {
    text.len() >= "2027-01-31T22:59:59Z".len()
        && text.as_bytes()[10] == b'T'
        && text.ends_with('Z')
        && text.parse::<Timestamp>().is_ok()
}

/// The pattern of the path's parameter; replacement letters for digits included, the check
/// character not verified.
pub fn is_fiscal_code(text: &str) -> bool {
    let digit = |c: u8| c.is_ascii_digit() || b"LMNPQRSTUV".contains(&c);
    text.len() == 16
        && text.bytes().enumerate().all(|(at, c)| match at {
            6 | 7 | 9 | 10 | 12..=14 => digit(c),
            8 => b"ABCDEHLMPRST".contains(&c),
            _ => c.is_ascii_uppercase(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fiscal_codes_and_instants() {
        for good in ["LVSMRA88C54A893I", "LVSMRAUUCRQAUVPI"] {
            assert!(is_fiscal_code(good), "{good}");
        }
        for bad in [
            "",
            "00382520724",
            "lvsmra88c54a893i",
            "LVSMRA88F54A893I",
            "LVSMRA88C54A893à",
        ] {
            assert!(!is_fiscal_code(bad), "{bad}");
        }
        assert!(is_utc("2027-01-31T22:59:59.000Z") && is_utc("2027-01-31T22:59:59Z"));
        for bad in [
            "domani",
            "2027-01-31",
            "2027-01-31T22:59:59+01:00",
            "2027-02-31T22:59:59Z",
        ] {
            assert!(!is_utc(bad), "{bad}");
        }
    }

    #[test]
    fn lengths_are_counted_in_utf16() {
        assert!(length("😀😀😀😀😀", 10, 10) && !length("à", 2, 2));
    }
}
