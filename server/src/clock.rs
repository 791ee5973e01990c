//! Time and randomness, passed in: nothing else reads the clock or makes random bytes.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::{Timestamp, tz::TimeZone};
use rules::civil::Date;

/// The time, in milliseconds since 1970 (UTC).
pub trait Clock: Send + Sync {
    fn now_ms(&self) -> i64;
}

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    fn now_ms(&self) -> i64 {
        Timestamp::now().as_millisecond()
    }
}

/// A clock that moves only when told: a test can jump 30 days.
#[derive(Clone)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    pub fn at(ms: i64) -> Self {
        Self(Arc::new(AtomicI64::new(ms)))
    }

    pub fn set(&self, ms: i64) {
        self.0.store(ms, Ordering::SeqCst);
    }

    pub fn advance(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }

    pub fn advance_days(&self, days: i64) {
        self.advance(days * 86_400_000);
    }
}

impl Clock for ManualClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// The counter's clock as governor wants it.
#[derive(Clone)]
pub struct Ticks(pub Arc<dyn Clock>);

impl governor::clock::Clock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_millis(self.0.now_ms().unsigned_abs())
    }
}

/// Random bytes.
pub trait Rng: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);

    /// `N` random bytes.
    fn bytes<const N: usize>(&self) -> [u8; N]
    where
        Self: Sized,
    {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }
}

/// The operating system's generator, through aws-lc.
pub struct SystemRng;

impl Rng for SystemRng {
    fn fill(&self, bytes: &mut [u8]) {
        // aws-lc aborts rather than returning weak bytes; an error here has no way on.
        if aws_lc_rs::rand::fill(bytes).is_err() {
            std::process::abort();
        }
    }
}

fn rome() -> TimeZone {
    // The database of zones is compiled in: the name is always found.
    TimeZone::get("Europe/Rome").unwrap_or(TimeZone::UTC)
}

/// The civil day of an instant in Europe/Rome: a submission at 23:59 counts for that day.
pub fn rome_day(ms: i64) -> Date {
    let day = zoned(ms).date();
    Date::new(
        day.year().into(),
        day.month().unsigned_abs(),
        day.day().unsigned_abs(),
    )
    .unwrap_or_else(|| Date::new(1970, 1, 1).unwrap_or_else(|| unreachable!()))
}

/// `24/11/2026, 10:31` in Europe/Rome.
pub fn rome_text(ms: i64) -> String {
    let at = zoned(ms);
    format!(
        "{}, {:02}:{:02}",
        rome_day(ms).italian(),
        at.hour(),
        at.minute()
    )
}

/// Date, time and distance from UTC of an instant in Europe/Rome.
pub fn rome_wall(ms: i64) -> papers::Moment {
    let at = zoned(ms);
    papers::Moment {
        year: at.year().into(),
        month: at.month().unsigned_abs(),
        day: at.day().unsigned_abs(),
        hour: at.hour().unsigned_abs(),
        minute: at.minute().unsigned_abs(),
        second: at.second().unsigned_abs(),
        offset: at.offset().seconds() / 60,
    }
}

/// The last second of a day in Europe/Rome: what is due that day is due until then.
pub fn end_of_day(day: Date) -> i64 {
    let civil = |day: Date| {
        let month = i8::try_from(day.month()).ok()?;
        jiff::civil::Date::new(
            i16::try_from(day.year()).ok()?,
            month,
            i8::try_from(day.day()).ok()?,
        )
        .ok()
    };
    let midnight = civil(day.plus_days(1)).and_then(|next| next.to_zoned_datetime(rome()).ok());
    midnight.map_or(0, |midnight| midnight.timestamp().as_millisecond() - 1_000)
}

/// RFC 3339 in UTC, milliseconds.
pub fn rfc3339(ms: i64) -> String {
    Timestamp::from_millisecond(ms)
        .map(|t| format!("{t:.3}"))
        .unwrap_or_default()
}

fn zoned(ms: i64) -> jiff::ZonedDateTime {
    Timestamp::from_millisecond(ms)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_zoned_datetime(rome())
}

/// A new public id: 26 characters, time first (sorts by creation), 80 random bits; Crockford base 32.
pub fn new_id(now_ms: i64, rng: &dyn Rng) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut random = [0u8; 10];
    rng.fill(&mut random);
    let mut value = u128::from(now_ms.unsigned_abs() & 0xffff_ffff_ffff) << 80;
    value |= random
        .iter()
        .fold(0u128, |acc, b| (acc << 8) | u128::from(*b));
    (0..26)
        .rev()
        .map(|i| char::from(ALPHABET[usize::try_from((value >> (i * 5)) & 31).unwrap_or(0)]))
        .collect()
}

/// `N` random bytes in hexadecimal.
pub fn token<const N: usize>(rng: &dyn Rng) -> String {
    let mut bytes = [0u8; N];
    rng.fill(&mut bytes);
    hex::encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_by_the_clock_of_rome() {
        let end = |text| rfc3339(end_of_day(Date::parse_iso(text).unwrap()));
        assert_eq!(end("2027-01-31"), "2027-01-31T22:59:59.000Z");
        assert_eq!(end("2027-07-31"), "2027-07-31T21:59:59.000Z");
        // The clocks go forward in the night before this day ends.
        assert_eq!(end("2027-03-28"), "2027-03-28T21:59:59.000Z");
    }
}
