//! A platform's limit on calls, kept by the counter's own clock. Each node keeps its own.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use governor::{
    Quota, RateLimiter, middleware::NoOpMiddleware, state::InMemoryState, state::NotKeyed,
};

use crate::clock::{Clock, Ticks};

/// So many calls in any stretch of time so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    pub calls: u32,
    pub per: Duration,
    /// Calls that one delivery makes.
    pub each: u32,
}

pub struct Limiter {
    limiter: RateLimiter<NotKeyed, InMemoryState, Ticks, NoOpMiddleware<Duration>>,
    ticks: Ticks,
    each: NonZeroU32,
}

impl Limiter {
    pub fn new(pace: Pace, clock: Arc<dyn Clock>) -> Self {
        let ticks = Ticks(clock);
        Self {
            limiter: RateLimiter::direct_with_clock(quota(pace), ticks.clone()),
            ticks,
            each: at_least_one(pace.each),
        }
    }

    /// Takes one delivery's calls; `Err`: milliseconds until they are free.
    pub fn take(&self) -> Result<(), i64> {
        let now = governor::clock::Clock::now(&self.ticks);
        match self.limiter.check_n(self.each) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(not_until)) => {
                let wait = not_until.wait_time_from(now).as_millis();
                Err(i64::try_from(wait).unwrap_or(i64::MAX).max(1))
            }
            // More calls in one delivery than the burst: never so by the quota below.
            Err(_) => Err(1_000),
        }
    }
}

/// A burst fills up again while it is spent: a third at once and two thirds in the given time
/// never come to more than the limit.
fn quota(pace: Pace) -> Quota {
    let burst = at_least_one((pace.calls / 3).max(pace.each));
    let steady = at_least_one(pace.calls - pace.calls / 3);
    // `steady` is not zero, so there is a period; governor refuses only a period of zero.
    let period = (pace.per / steady.get()).max(Duration::from_nanos(1));
    Quota::with_period(period)
        .unwrap_or_else(|| Quota::per_second(steady))
        .allow_burst(burst)
}

fn at_least_one(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    /// 150 calls in 5 seconds, two a message, for one minute: no 5 seconds see more than 150.
    #[test]
    fn no_stretch_of_time_sees_more_than_the_limit() {
        let clock = ManualClock::at(1_000_000);
        let pace = Pace {
            calls: 150,
            per: Duration::from_secs(5),
            each: 2,
        };
        let limiter = Limiter::new(pace, Arc::new(clock.clone()));
        let mut calls = Vec::new();
        for ms in 0..60_000 {
            while limiter.take().is_ok() {
                calls.extend([ms, ms]);
            }
            clock.advance(1);
        }
        let most = (0..calls.len()).map(|first| {
            let inside = calls[first..]
                .iter()
                .take_while(|at| **at < calls[first] + 5_000);
            inside.count()
        });
        assert!(most.max().unwrap() <= 150);
        assert!(
            calls.len() > 1_100,
            "two thirds of the limit are used: {}",
            calls.len()
        );
    }
}
