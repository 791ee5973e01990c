//! An instant as GPD writes it: UTC, with milliseconds.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::state;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(Timestamp);

impl Moment {
    pub fn now() -> Self {
        Self(state::now())
    }

    /// The instant so many milliseconds later; the last possible one if there is none.
    pub fn plus_ms(self, ms: u64) -> Self {
        let ms = i64::try_from(ms).unwrap_or(i64::MAX);
        let later = self.0.as_millisecond().saturating_add(ms);
        Self(Timestamp::from_millisecond(later).unwrap_or(Timestamp::MAX))
    }

    pub fn minus_ms(self, ms: u64) -> Self {
        let ms = i64::try_from(ms).unwrap_or(i64::MAX);
        let earlier = self.0.as_millisecond().saturating_sub(ms);
        Self(Timestamp::from_millisecond(earlier).unwrap_or(Timestamp::MIN))
    }

    pub fn days_until(self, later: Self) -> i64 {
        (later.0.as_millisecond() - self.0.as_millisecond()) / 86_400_000
    }

    /// Wall time in Italy: what people read, and what receipts say.
    pub fn in_italy(self) -> DateTime {
        let zone = TimeZone::get("Europe/Rome").unwrap_or(TimeZone::UTC);
        self.0.to_zoned_datetime(zone).datetime()
    }

    /// Begin and end of a day, in UTC like every date of GPD.
    pub fn day(date: Date) -> (Self, Self) {
        let begin = |date: Date| {
            let zoned = date.at(0, 0, 0, 0).to_zoned_datetime(TimeZone::UTC);
            Self(zoned.map_or(Timestamp::MAX, |zoned| zoned.timestamp()))
        };
        let tomorrow = date.tomorrow().unwrap_or(Date::MAX);
        let end = begin(tomorrow).0.as_millisecond() - 1;
        let end = Timestamp::from_millisecond(end).unwrap_or(Timestamp::MAX);
        (begin(date), Self(end))
    }

    /// RFC 3339; without an offset the time is UTC.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(instant) = text.parse() {
            return Some(Self(instant));
        }
        let civil: DateTime = text.contains('T').then(|| text.parse().ok())??;
        let zoned = civil.to_zoned_datetime(TimeZone::UTC).ok()?;
        Some(Self(zoned.timestamp()))
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.3}", self.0)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not a date and time"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_offsets_and_their_absence() {
        let utc = Moment::parse("2026-01-31T22:59:59Z").unwrap();
        assert_eq!(utc.to_string(), "2026-01-31T22:59:59.000Z");
        assert_eq!(Moment::parse("2026-01-31T23:59:59+01:00"), Some(utc));
        assert_eq!(Moment::parse("2026-01-31T22:59:59"), Some(utc));
        assert_eq!(utc.in_italy().to_string(), "2026-01-31T23:59:59");
        for wrong in ["", "domani", "2026-01-31", "2026-02-30T10:00:00Z"] {
            assert_eq!(Moment::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_day_is_a_day_of_utc() {
        let (begin, end) = Moment::day("2026-01-31".parse().unwrap());
        assert_eq!(begin.to_string(), "2026-01-31T00:00:00.000Z");
        assert_eq!(end.to_string(), "2026-01-31T23:59:59.999Z");
        assert_eq!(begin.days_until(end.plus_ms(1)), 1);
    }
}
