//! How long to wait before the next try.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};

use super::{OutboxRow, Outcome};
use crate::{clock::Rng, state::Counter};

/// The first wait; each later one is twice as long.
const FIRST: Duration = Duration::from_secs(5);
/// The longest, before jitter adds at most as much again.
const LONGEST: Duration = Duration::from_secs(300);

/// Milliseconds before the try after `attempts` failed ones.
pub fn back_off(attempts: i64, rng: &dyn Rng) -> i64 {
    let mut seed = [0; 8];
    rng.fill(&mut seed);
    let mut waits = ExponentialBuilder::new()
        .with_min_delay(FIRST)
        .with_max_delay(LONGEST)
        .without_max_times()
        // Rows that failed together come back apart.
        .with_jitter()
        .with_jitter_seed(u64::from_le_bytes(seed))
        .build();
    // The wait no longer grows after a few: nobody counts a million of them.
    let before = usize::try_from(attempts.clamp(1, 16) - 1).unwrap_or_default();
    let wait = waits.nth(before).unwrap_or(LONGEST);
    i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)
}

/// The row once more, after its back-off. `row.attempts` is the number of calls before this one.
pub fn retry(counter: &Counter, row: &OutboxRow, reason: impl Into<String>) -> Outcome {
    Outcome::Again {
        at: counter.now_ms() + back_off(row.attempts + 1, &*counter.rng),
        reason: reason.into(),
    }
}
