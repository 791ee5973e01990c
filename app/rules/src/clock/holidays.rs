//! National holidays (L. 260/1949 art. 2 as amended by L. 54/1977, D.P.R. 792/1985, L. 336/2000,
//! L. 151/2025).

use crate::civil::Date;

/// Month and day of the fixed ones.
const FIXED: [(u8, u8); 10] = [
    (1, 1),
    (1, 6),
    (4, 25),
    (5, 1),
    (6, 2),
    (8, 15),
    (11, 1),
    (12, 8),
    (12, 25),
    (12, 26),
];

/// From this year on 4 October is a holiday (L. 151/2025).
const SAINT_FRANCIS_FROM: i32 = 2026;

/// Sundays and national holidays. The patron's day is none of them.
pub fn is_national(day: Date) -> bool {
    let date = (day.month(), day.day());
    let saint_francis = date == (10, 4) && day.year() >= SAINT_FRANCIS_FROM;
    let easter_monday = matches!(day.month(), 3 | 4)
        && easter(day.year()).is_some_and(|easter| easter.plus_days(1) == day);
    day.weekday() == 7 || FIXED.contains(&date) || saint_francis || easter_monday
}

/// Easter Sunday of the Gregorian calendar (Meeus, Jones, Butcher).
pub fn easter(year: i32) -> Option<Date> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (b - (b + 8) / 25 + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Date::new(
        year,
        u8::try_from(n / 31).ok()?,
        u8::try_from(n % 31 + 1).ok()?,
    )
}
