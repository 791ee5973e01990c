//! Exact decimal numbers: amounts, measures, percentages. No floating point.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Millionths in one unit.
const SCALE: i64 = 1_000_000;

/// A decimal number with six exact digits after the point.
/// Serialises as text (`"3.2"`), so that no reader turns it into a float.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(i64);

impl Number {
    pub const ZERO: Self = Self(0);

    pub fn from_cents(cents: i64) -> Option<Self> {
        cents.checked_mul(SCALE / 100).map(Self)
    }

    pub fn from_integer(value: i64) -> Option<Self> {
        value.checked_mul(SCALE).map(Self)
    }

    /// For numbers written in the catalogue's YAML; `None` if not finite, too large, or finer
    /// than a millionth. By arithmetic: the standard library's printer of floats weighs
    /// 8 KB in the browser's program.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "within the limits checked here both are exact"
    )]
    pub fn from_f64(value: f64) -> Option<Self> {
        const LIMIT: f64 = 9e12;
        if value.is_nan() || value.abs() >= LIMIT {
            return None;
        }
        let whole = value.trunc();
        let millionths = ((value - whole) * SCALE as f64).round_ties_even();
        let number = (whole as i64)
            .checked_mul(SCALE)?
            .checked_add(millionths as i64)?;
        let back = number as f64 / SCALE as f64;
        let as_written = (back - value).abs() <= value.abs() * f64::EPSILON;
        as_written.then_some(Self(number))
    }

    /// The nearest cent, halves away from zero.
    pub fn to_cents(self) -> i64 {
        divide_rounding(i128::from(self.0), i128::from(SCALE / 100)).unwrap_or_default()
    }

    pub fn is_integer(self) -> bool {
        self.0 % SCALE == 0
    }

    /// Reads `-12.345678`: the form without thousands, as stored.
    pub fn parse_plain(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || !all_digits(fraction) || whole.len() > 15 || fraction.len() > 6 {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        let millionths: i64 = format!("{fraction:0<6}").parse().ok()?;
        let value = whole.checked_mul(SCALE)?.checked_add(millionths)?;
        Some(Self(if negative { -value } else { value }))
    }

    /// Reads what people write: `1.234,56`, `1234,56`, `1234.56`, `1.234` (a thousand).
    /// At most two decimals, so that a point before three digits can only mean thousands.
    pub fn parse_italian(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, body) = match text.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = match body.rsplit_once(',') {
            Some((whole, fraction)) => (without_thousands(whole)?, fraction),
            None => match body.rsplit_once('.') {
                Some((whole, last)) if last.len() != 3 => (whole.to_owned(), last),
                _ => (without_thousands(body)?, "0"),
            },
        };
        if fraction.is_empty() || fraction.len() > 2 {
            return None;
        }
        let sign = if negative { "-" } else { "" };
        Self::parse_plain(&format!("{sign}{whole}.{fraction}"))
    }

    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    pub fn minus(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    pub fn times(self, other: Self) -> Option<Self> {
        let product = i128::from(self.0) * i128::from(other.0);
        divide_rounding(product, i128::from(SCALE)).map(Self)
    }

    /// `None` if `other` is zero.
    pub fn divided_by(self, other: Self) -> Option<Self> {
        divide_rounding(i128::from(self.0) * i128::from(SCALE), i128::from(other.0)).map(Self)
    }

    /// Up to the next whole number (3.2 gives 4).
    pub fn rounded_up(self) -> Option<Self> {
        let floor = self.0.div_euclid(SCALE);
        Self::from_integer(floor + i64::from(self.0.rem_euclid(SCALE) != 0))
    }

    /// With exactly two decimals and a point: `1234.50`.
    pub fn two_decimals(self) -> String {
        let cents = self.to_cents();
        let sign = if cents < 0 { "-" } else { "" };
        format!(
            "{sign}{}.{:02}",
            cents.unsigned_abs() / 100,
            cents.unsigned_abs() % 100
        )
    }

    /// For people: `1.234,5`.
    pub fn italian(self) -> String {
        let plain = self.to_string();
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let comma = if fraction.is_empty() { "" } else { "," };
        format!("{}{comma}{fraction}", with_thousands(whole))
    }
}

/// Cents as people read them: `1.234,56 €`.
pub fn euro(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let absolute = cents.unsigned_abs();
    let whole = with_thousands(&(absolute / 100).to_string());
    format!("{sign}{whole},{:02} €", absolute % 100)
}

/// Half away from zero; `None` by zero or out of range.
fn divide_rounding(value: i128, by: i128) -> Option<i64> {
    if by == 0 {
        return None;
    }
    let (quotient, remainder) = (value / by, value % by);
    let away = i128::from((value < 0) == (by < 0)) * 2 - 1;
    let rounded = if remainder.abs() * 2 >= by.abs() {
        quotient + away
    } else {
        quotient
    };
    i64::try_from(rounded).ok()
}

/// `1.234.567` → `1234567`; points only where thousands stand.
fn without_thousands(text: &str) -> Option<String> {
    let mut groups = text.split('.');
    let first = groups.next()?;
    let mut digits = first.to_owned();
    let mut grouped = false;
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        grouped = true;
        digits.push_str(group);
    }
    let sound = (1..=3).contains(&first.len()) && !first.starts_with('0');
    (!grouped || sound).then_some(digits)
}

fn with_thousands(whole: &str) -> String {
    let (sign, digits) = match whole.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", whole),
    };
    let mut out = String::from(sign);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}

impl fmt::Display for Number {
    /// The shortest plain form: `3.2`, `-0.05`, `12`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, fraction) = (
            self.0.unsigned_abs() / 1_000_000,
            self.0.unsigned_abs() % 1_000_000,
        );
        if fraction == 0 {
            return write!(f, "{sign}{whole}");
        }
        let digits = format!("{fraction:06}");
        write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse_plain(&text).ok_or_else(|| serde::de::Error::custom("a decimal number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(text: &str) -> Number {
        Number::parse_plain(text).unwrap()
    }

    #[test]
    fn reads_what_people_write() {
        for (text, expected) in [
            ("1.234,56", "1234.56"),
            ("1234.56", "1234.56"),
            ("1234,5", "1234.5"),
            ("1.234", "1234"),
            ("1.234.567", "1234567"),
            ("3,20", "3.2"),
            ("3.2", "3.2"),
            (" 0 ", "0"),
            ("-10", "-10"),
            ("0.01", "0.01"),
        ] {
            assert_eq!(
                Number::parse_italian(text).unwrap().to_string(),
                expected,
                "{text}"
            );
        }
        for text in [
            "",
            "-",
            ",",
            "1,",
            ",5",
            "1,234",
            "12.34.567",
            "1.2.3",
            "1e3",
            "١",
            "1 000",
            "0x1",
            "+1",
            "1.2345",
            "0.125",
            "1234.567",
            "9999999999999999",
        ] {
            assert_eq!(Number::parse_italian(text), None, "{text}");
        }
    }

    #[test]
    fn calculates_exactly() {
        assert_eq!(n("0.1").plus(n("0.2")), Some(n("0.3")));
        assert_eq!(n("3.2").times(n("24.15")), Some(n("77.28")));
        assert_eq!(n("1").divided_by(n("3")), Some(n("0.333333")));
        assert_eq!(n("-2").divided_by(n("3")), Some(n("-0.666667")));
        assert_eq!(n("1").divided_by(Number::ZERO), None);
        assert_eq!(n("3.01").rounded_up(), Some(n("4")));
        assert_eq!(n("-3.01").rounded_up(), Some(n("-3")));
        assert_eq!(n("999999999999").times(n("999999999999")), None);
    }

    #[test]
    fn writes_for_people_and_for_data() {
        assert_eq!(n("1234567.5").italian(), "1.234.567,5");
        assert_eq!(n("-999").italian(), "-999");
        assert_eq!(n("1.005").two_decimals(), "1.01");
        assert_eq!(n("-0.5").two_decimals(), "-0.50");
        assert_eq!(euro(123_456), "1.234,56 €");
        assert_eq!(euro(-5), "-0,05 €");
        assert_eq!(Number::from_f64(0.26), Some(n("0.26")));
        assert_eq!(Number::from_f64(f64::NAN), None);
    }

    #[test]
    fn floats_are_taken_as_they_were_written() {
        for whole in [
            "0",
            "-0",
            "1",
            "-7",
            "16",
            "1234",
            "-65535",
            "8388608",
            "999999999",
        ] {
            for n in 0..10_000 {
                for fraction in [format!("{n:04}"), format!("{n:06}"), format!("{n:04}99")] {
                    let text = format!("{whole}.{fraction}");
                    let float: f64 = text.parse().unwrap();
                    let number = Number::parse_plain(&text);
                    assert_eq!(Number::from_f64(float), number, "{text}");
                }
            }
        }
        let large = 8_999_999_999_999.0;
        assert_eq!(
            Number::from_f64(large).unwrap().to_string(),
            "8999999999999"
        );
        for refused in [0.123_456_7, f64::INFINITY, -f64::INFINITY, 1e300, 9e12] {
            assert_eq!(Number::from_f64(refused), None, "{refused}");
        }
    }
}
