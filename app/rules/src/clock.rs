//! The legal clock: holidays, terms, suspensions. Civil days only; who calls knows the day.
//!
//! Terms: the first day does not count, all calendar days do, a last day that is a holiday
//! moves to the first that is not (c.c. 2963). Suspended days are added (L. 241/1990 art. 2 c. 7).

mod holidays;
#[cfg(test)]
mod tests;

pub use holidays::easter;

use serde::{Deserialize, Serialize};

use crate::{catalogue::Counting, civil::Date};

/// Longest suspension for information or certificates, days (L. 241/1990 art. 2 c. 7).
pub const INTEGRATION_DAYS: i64 = 30;
/// Days for observations on a rejection notice (L. 241/1990 art. 10-bis).
pub const OBSERVATION_DAYS: i64 = 10;

/// Which days are holidays, beyond Sundays and the national ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// Saturday counts as a holiday for taxes (D.L. 70/2011 art. 7 c. 2 l), else it does not.
    pub saturday: bool,
    /// Month and day of the patron, where it counts; by law it does not.
    pub patron: Option<(u8, u8)>,
}

/// Days for which a term stands still: from `from` until it runs again on `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Suspension {
    pub from: Date,
    pub to: Date,
}

impl Suspension {
    /// Suspended days: resume day − suspend day, never negative.
    pub fn days(self) -> i64 {
        self.from.days_until(self.to).max(0)
    }

    /// The standstill of a rejection notice (art. 10-bis): until 10 days after the observations,
    /// or, without them, until the end of the 10 days for presenting them.
    pub fn of_rejection_notice(received: Date, observed: Option<Date>) -> Self {
        let from = observed.unwrap_or(received);
        Self {
            from: received,
            to: from.plus_days(OBSERVATION_DAYS),
        }
    }
}

/// A last day: as counted, and moved off a holiday. Legal effects use the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    pub raw: Date,
    pub rolled: Date,
}

impl Calendar {
    pub fn is_holiday(&self, day: Date) -> bool {
        let patron = self.patron == Some((day.month(), day.day()));
        patron || (self.saturday && day.weekday() == 6) || holidays::is_national(day)
    }

    /// Neither Saturday, Sunday nor holiday.
    pub fn is_working_day(&self, day: Date) -> bool {
        day.weekday() != 6 && !self.is_holiday(day)
    }

    /// The day itself, or the first after it that is no holiday.
    pub fn roll(&self, day: Date) -> Date {
        first(day, |day| !self.is_holiday(day))
    }

    /// The day `days` working days after `start`, which does not count.
    pub fn plus_working_days(&self, start: Date, days: u32) -> Date {
        (0..days).fold(start, |day, _| {
            first(day.plus_days(1), |day| self.is_working_day(day))
        })
    }

    /// The last day of a term of `days` from `start` with these suspensions; where they overlap,
    /// a day is added once.
    pub fn deadline(
        &self,
        start: Date,
        days: u32,
        counting: Counting,
        suspensions: &[Suspension],
    ) -> Deadline {
        let still = suspended_days(suspensions);
        match counting {
            Counting::Lavorativi => {
                let raw = self.plus_working_days(start, days).plus_days(still);
                let rolled = first(raw, |day| self.is_working_day(day));
                Deadline { raw, rolled }
            }
            Counting::Solari | Counting::Immediato => {
                let raw = start.plus_days(i64::from(days) + still);
                Deadline {
                    raw,
                    rolled: self.roll(raw),
                }
            }
        }
    }
}

/// Days covered by at least one suspension.
pub fn suspended_days(suspensions: &[Suspension]) -> i64 {
    let mut sorted = suspensions.to_vec();
    sorted.sort_unstable();
    let mut total = 0;
    let mut covered: Option<Date> = None;
    for pause in sorted {
        let from = covered.map_or(pause.from, |until| until.max(pause.from));
        total += Suspension { from, to: pause.to }.days();
        covered = Some(covered.map_or(pause.to, |until| until.max(pause.to)));
    }
    total
}

/// The first day from `day` on that fits. No run of holidays is longer than a week, so a fortnight
/// is always enough; at the end of the calendar (year 9999) the last day stays.
fn first(day: Date, fits: impl Fn(Date) -> bool) -> Date {
    (0..14)
        .map(|ahead| day.plus_days(ahead))
        .find(|day| fits(*day))
        .unwrap_or(day)
}
