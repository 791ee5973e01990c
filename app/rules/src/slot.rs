//! A place in an office's agenda: a day and a time by the clock of Europe/Rome.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{civil::Date, t};

/// Serialises as `AAAA-MM-GGTHH:MM`, the value of a field `slot_appuntamento`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    pub day: Date,
    /// Of the day, 0 to 1439.
    minute: u16,
}

impl Slot {
    /// `None`: the day has not so many minutes.
    pub fn new(day: Date, minute: u16) -> Option<Self> {
        (minute < 24 * 60).then_some(Self { day, minute })
    }

    pub fn parse(text: &str) -> Option<Self> {
        let (day, time) = text.split_once('T')?;
        Self::new(Date::parse_iso(day)?, minute_of_day(time)?)
    }

    /// "9:20"
    pub fn time(self) -> String {
        format!("{}:{:02}", self.minute / 60, self.minute % 60)
    }

    /// "giovedì 3 dicembre 2026, ore 9:20"
    pub fn words(self) -> String {
        t!(
            "{day}, ore {time}",
            day = day_in_words(self.day),
            time = self.time()
        )
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hours, minutes) = (self.minute / 60, self.minute % 60);
        write!(f, "{}T{hours:02}:{minutes:02}", self.day)
    }
}

impl Serialize for Slot {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Slot {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("a slot AAAA-MM-GGTHH:MM"))
    }
}

/// Of `HH:MM`, with two digits each.
pub fn minute_of_day(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let digits = |s: &str| s.len() == 2 && s.bytes().all(|b| b.is_ascii_digit());
    if !(digits(hours) && digits(minutes)) {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// "giovedì 3 dicembre 2026"
pub fn day_in_words(day: Date) -> String {
    t!(
        "{weekday} {day} {month} {year}",
        weekday = weekday_name(day),
        day = day.day(),
        month = month_name(day),
        year = day.year()
    )
}

fn weekday_name(day: Date) -> &'static str {
    match day.weekday() {
        1 => t!("lunedì"),
        2 => t!("martedì"),
        3 => t!("mercoledì"),
        4 => t!("giovedì"),
        5 => t!("venerdì"),
        6 => t!("sabato"),
        _ => t!("domenica"),
    }
}

/// "novembre"
pub fn month_name(day: Date) -> &'static str {
    match day.month() {
        1 => t!("gennaio"),
        2 => t!("febbraio"),
        3 => t!("marzo"),
        4 => t!("aprile"),
        5 => t!("maggio"),
        6 => t!("giugno"),
        7 => t!("luglio"),
        8 => t!("agosto"),
        9 => t!("settembre"),
        10 => t!("ottobre"),
        11 => t!("novembre"),
        _ => t!("dicembre"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_and_read() {
        let slot = Slot::parse("2026-12-03T09:20").unwrap();
        assert_eq!(slot.to_string(), "2026-12-03T09:20");
        assert_eq!(slot.words(), "giovedì 3 dicembre 2026, ore 9:20");
        for wrong in [
            "",
            "2026-12-03",
            "2026-12-03T24:00",
            "2026-12-03T9:20",
            "2026-02-30T09:00",
            "2026-12-03T09:60",
        ] {
            assert_eq!(Slot::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn in_order_of_time() {
        let slot = |text| Slot::parse(text).unwrap();
        assert!(slot("2026-12-03T09:20") < slot("2026-12-03T10:00"));
        assert!(slot("2026-12-03T23:00") < slot("2026-12-04T08:00"));
    }
}
