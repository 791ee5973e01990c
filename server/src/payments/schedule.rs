//! When to ask pagoPA again what became of a position.

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// Milliseconds since the last news (published, gone to pay, come back, paid) of the first times.
const FIRST: [i64; 4] = [2 * SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND];
/// How long it is asked each minute.
const CLOSE: i64 = 30 * MINUTE;

/// The next time, for news that came at `since_ms`: soon at first, then each minute, then hourly.
pub fn ask_at(since_ms: i64, now_ms: i64) -> i64 {
    let elapsed = (now_ms - since_ms).max(0);
    match FIRST.iter().find(|after| **after > elapsed) {
        Some(after) => since_ms + after,
        None if elapsed < CLOSE => now_ms + MINUTE,
        None => now_ms + HOUR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_soon_then_each_minute_then_hourly() {
        let mut now = 5_000;
        let mut asked = Vec::new();
        while now < 5_000 + 4 * HOUR {
            now = ask_at(5_000, now);
            asked.push((now - 5_000) / SECOND);
        }
        assert_eq!(asked[..6], [2, 5, 10, 30, 90, 150]);
        assert_eq!(asked.iter().filter(|at| **at <= 1800).count(), 33);
        assert_eq!(asked[34] - asked[33], 3600);
    }
}
