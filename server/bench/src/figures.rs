//! Durations as figures.

use std::time::Duration;

use serde_json::{Value, json};

/// Count, median, 99th percentile and largest, milliseconds; without values, nulls.
pub fn percentiles(mut values: Vec<Duration>) -> Value {
    values.sort_unstable();
    let at = |share: f64| {
        // Nearest rank: the smallest value that so many are not above.
        let rank = (share * values.len() as f64).ceil() as usize;
        values.get(rank.saturating_sub(1)).copied().map(millis)
    };
    json!({ "count": values.len(), "p50_ms": at(0.5), "p99_ms": at(0.99), "max_ms": at(1.0) })
}

fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e5).round() / 100.0
}

/// So many in that time, a second.
pub fn rate(count: usize, time: Duration) -> f64 {
    (count as f64 / time.as_secs_f64() * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let values = (1..=200).rev().map(Duration::from_millis).collect();
        let told = json!({ "count": 200, "p50_ms": 100.0, "p99_ms": 198.0, "max_ms": 200.0 });
        assert_eq!(percentiles(values), told);
        let one = percentiles(vec![Duration::from_micros(1500)]);
        assert_eq!(one["p99_ms"], json!(1.5));
        assert_eq!(percentiles(Vec::new())["p50_ms"], Value::Null);
    }

    #[test]
    fn a_rate_is_a_second_s() {
        assert_eq!(rate(50, Duration::from_millis(500)), 100.0);
    }
}
