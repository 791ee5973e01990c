//! The notice number of a payment (numero avviso, pagoPA SACI §3.2.1): auxiliary digit 3, the
//! segregation code of the creditor's intermediary, a base of 13 digits, two check digits.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The auxiliary digit of new notices; 0, 1 and 2 are of old ones.
const AUX: u64 = 3;
/// One more than the largest base.
const BASES: u64 = 10_000_000_000_000;

/// `302202600000012372`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NoticeNumber(u64);

impl NoticeNumber {
    /// `segregation` below 100, `base` below 10¹³; else `None`.
    pub fn mint(segregation: u8, base: u64) -> Option<Self> {
        if segregation > 99 || base >= BASES {
            return None;
        }
        let body = (AUX * 100 + u64::from(segregation)) * BASES + base;
        Some(Self(body * 100 + body % 93))
    }

    /// Eighteen digits, spaces allowed between them; the check digits must be right.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| *c != ' ').collect();
        if digits.len() != 18 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let number: u64 = digits.parse().ok()?;
        let body = number / 100;
        (body / 1_000_000_000_000_000 == AUX && number % 100 == body % 93).then_some(Self(number))
    }

    /// The code of the payment at the creditor's (identificativo univoco di versamento): the
    /// number without its auxiliary digit.
    pub fn iuv(self) -> String {
        self.to_string()[1..].to_owned()
    }

    /// As printed, in groups of four: `3022 0260 0000 0123 72`.
    pub fn grouped(self) -> String {
        let digits = self.to_string();
        let groups: Vec<&str> = (0..digits.len())
            .step_by(4)
            .map(|at| &digits[at..digits.len().min(at + 4)])
            .collect();
        groups.join(" ")
    }

    /// Text of the notice's QR code (avviso di pagamento, "codice QR"); `creditor`: its codice
    /// fiscale, eleven digits.
    pub fn qr_text(self, creditor: &str, cents: i64) -> String {
        format!("PAGOPA|002|{self}|{creditor}|{cents}")
    }
}

impl fmt::Display for NoticeNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:018}", self.0)
    }
}

impl Serialize for NoticeNumber {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for NoticeNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a notice number"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_worked_examples() {
        let number = NoticeNumber::mint(2, 2_026_000_000_123).unwrap();
        assert_eq!(number.to_string(), "302202600000012372");
        assert_eq!(number.iuv(), "02202600000012372");
        assert_eq!(number.grouped(), "3022 0260 0000 0123 72");
        assert_eq!(
            NoticeNumber::mint(1, 1234).unwrap().to_string(),
            "301000000000123468"
        );
        assert_eq!(
            number.qr_text("00382520724", 4000),
            "PAGOPA|002|302202600000012372|00382520724|4000"
        );
    }

    #[test]
    fn numbers_of_real_notices_are_right_and_samples_of_the_papers_are_not() {
        for real in [
            "300715700000000032",
            "301011100007347557",
            "3481 7549 8304 5593 15",
        ] {
            assert!(NoticeNumber::parse(real).is_some(), "{real}");
        }
        for wrong in [
            "302012387654312384",
            "311111111112222222",
            // Auxiliary digit 0, with its right check digits.
            "001000000000123465",
            "30220260000001237",
            "3022026000000123722",
            "30220260000001237a",
            "",
        ] {
            assert_eq!(NoticeNumber::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_does_not_fit_is_not_minted() {
        assert_eq!(NoticeNumber::mint(100, 1), None);
        assert_eq!(NoticeNumber::mint(1, BASES), None);
        assert!(NoticeNumber::mint(99, BASES - 1).is_some());
    }

    proptest! {
        #[test]
        fn minted_numbers_read_back_and_one_wrong_digit_is_seen(
            segregation in 0u8..100,
            base in 0..BASES,
            at in 0usize..16,
            by in 1u8..10,
        ) {
            let number = NoticeNumber::mint(segregation, base).unwrap();
            let text = number.to_string();
            prop_assert_eq!(text.len(), 18);
            prop_assert_eq!(NoticeNumber::parse(&text), Some(number));
            prop_assert_eq!(NoticeNumber::parse(&number.grouped()), Some(number));
            prop_assert_eq!(number.iuv().len(), 17);
            prop_assert_eq!(format!("3{}", number.iuv()), text.clone());
            let json = serde_json::to_string(&number).unwrap();
            prop_assert_eq!(&json, &format!("\"{text}\""));
            prop_assert_eq!(serde_json::from_str::<NoticeNumber>(&json).unwrap(), number);
            // A single wrong digit changes the remainder: 93 divides no difference of the kind.
            let mut digits = text.into_bytes();
            digits[at] = b'0' + (digits[at] - b'0' + by) % 10;
            let wrong = String::from_utf8(digits).unwrap();
            prop_assert_eq!(NoticeNumber::parse(&wrong), None);
        }
    }
}
