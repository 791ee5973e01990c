//! Civil dates of the proleptic Gregorian calendar, without time zones: the
//! server turns instants into days of Europe/Rome and passes them in.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A civil date. Serialises as `AAAA-MM-GG` (ISO 8601).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

impl Date {
    /// `None` if the day does not exist (31 February) or the year is outside 1..=9999.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let exists = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        exists.then_some(Self { year, month, day })
    }

    pub fn year(self) -> i32 {
        self.year
    }

    pub fn month(self) -> u8 {
        self.month
    }

    pub fn day(self) -> u8 {
        self.day
    }

    /// Reads `AAAA-MM-GG`.
    pub fn parse_iso(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (y, m, d) = (parts.next()?, parts.next()?, parts.next()?);
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        let shaped = parts.next().is_none() && (y.len(), m.len(), d.len()) == (4, 2, 2);
        if !(shaped && digits(y) && digits(m) && digits(d)) {
            return None;
        }
        Self::new(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?)
    }

    /// Reads what people write: `gg/mm/aaaa`, also with `-` or `.` and without leading zeros.
    pub fn parse_italian(text: &str) -> Option<Self> {
        let mut parts = text.trim().split(['/', '-', '.']);
        let (d, m, y) = (parts.next()?, parts.next()?, parts.next()?);
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if parts.next().is_some() || y.len() != 4 || ![d, m, y].into_iter().all(digits) {
            return None;
        }
        Self::new(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?)
    }

    /// ISO or Italian form.
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_iso(text.trim()).or_else(|| Self::parse_italian(text))
    }

    /// `gg/mm/aaaa`.
    pub fn italian(self) -> String {
        format!("{:02}/{:02}/{:04}", self.day, self.month, self.year)
    }

    /// Days since 1970-01-01 (Howard Hinnant's `days_from_civil`).
    pub fn days_since_epoch(self) -> i64 {
        let (m, d) = (i64::from(self.month), i64::from(self.day));
        let y = i64::from(self.year) - i64::from(m <= 2);
        let era = y.div_euclid(400);
        let yoe = y.rem_euclid(400);
        let doy = (153 * ((m + 9) % 12) + 2) / 5 + d - 1;
        let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
        era * 146_097 + doe - 719_468
    }

    /// The inverse of [`Date::days_since_epoch`]; `None` outside years 1..=9999.
    pub fn from_days_since_epoch(days: i64) -> Option<Self> {
        let z = days.checked_add(719_468)?;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = doy - (153 * mp + 2) / 5 + 1;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        let year = yoe + era * 400 + i64::from(month <= 2);
        Self::new(
            i32::try_from(year).ok()?,
            u8::try_from(month).ok()?,
            u8::try_from(day).ok()?,
        )
    }

    /// The date `days` later (earlier if negative), kept inside years 1..=9999.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        let limit = if days < 0 {
            Self {
                year: 1,
                month: 1,
                day: 1,
            }
        } else {
            Self {
                year: 9999,
                month: 12,
                day: 31,
            }
        };
        Self::from_days_since_epoch(self.days_since_epoch().saturating_add(days)).unwrap_or(limit)
    }

    /// The same day `months` later; the last day of the month if it is missing (c.c. 2963 c. 5).
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let count = self.year * 12 + i32::from(self.month) - 1 + months;
        let (year, month) = (
            count.div_euclid(12).clamp(1, 9999),
            count.rem_euclid(12) + 1,
        );
        let month = u8::try_from(month).unwrap_or(1);
        Self {
            year,
            month,
            day: self.day.min(days_in_month(year, month)),
        }
    }

    /// Days from `self` to `later` (negative if `later` comes before).
    pub fn days_until(self, later: Self) -> i64 {
        later.days_since_epoch() - self.days_since_epoch()
    }

    /// Completed years of age on `day`, 0 if born later.
    pub fn age_on(self, day: Self) -> i32 {
        let before_birthday = (day.month, day.day) < (self.month, self.day);
        (day.year - self.year - i32::from(before_birthday)).max(0)
    }

    /// 1 = Monday … 7 = Sunday.
    pub fn weekday(self) -> u8 {
        u8::try_from((self.days_since_epoch() + 3).rem_euclid(7) + 1).unwrap_or(1)
    }
}

pub fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse_iso(&text).ok_or_else(|| serde::de::Error::custom("a date AAAA-MM-GG"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn other(date: Date) -> time::Date {
        let month = time::Month::try_from(date.month()).unwrap();
        time::Date::from_calendar_date(date.year(), month, date.day()).unwrap()
    }

    proptest! {
        #[test]
        fn agrees_with_another_calendar(days in -719_162_i64..=2_932_896) {
            let date = Date::from_days_since_epoch(days).unwrap();
            let epoch = time::Date::from_calendar_date(1970, time::Month::January, 1).unwrap();
            let same = other(date);
            prop_assert_eq!((same - epoch).whole_days(), days);
            prop_assert_eq!(date.days_since_epoch(), days);
            prop_assert_eq!(date.weekday(), same.weekday().number_from_monday());
            prop_assert_eq!(Date::parse(&date.to_string()), Some(date));
            prop_assert_eq!(Date::parse(&date.italian()), Some(date));
        }

        #[test]
        fn a_date_exists_in_both_or_in_none(y in 1..=9999_i32, m in 0_u8..14, d in 0_u8..33) {
            let theirs = time::Month::try_from(m)
                .ok()
                .and_then(|month| time::Date::from_calendar_date(y, month, d).ok());
            prop_assert_eq!(Date::new(y, m, d).is_some(), theirs.is_some());
        }

        #[test]
        fn reading_never_panics(text in "\\PC{0,12}|[0-9/.-]{0,12}") {
            let _ = Date::parse(&text);
        }
    }

    #[test]
    fn months_end_where_they_end() {
        let day = |y, m, d| Date::new(y, m, d).unwrap();
        assert_eq!(day(2024, 1, 31).plus_months(1), day(2024, 2, 29));
        assert_eq!(day(2024, 2, 29).plus_months(-12), day(2023, 2, 28));
        assert_eq!(day(2008, 2, 29).age_on(day(2026, 2, 28)), 17);
        assert_eq!(day(2008, 2, 29).age_on(day(2026, 3, 1)), 18);
    }
}
