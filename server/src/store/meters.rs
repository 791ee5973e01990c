//! How the database is written, as numbers for `/metrics`.

use prometheus::{Histogram, HistogramOpts, IntGauge, core::Collector, exponential_buckets};

#[derive(Clone)]
pub struct Meters {
    /// Writes begun and not yet durable or undone.
    pub waiting: IntGauge,
    /// From the call until it is durable, seconds.
    pub seconds: Histogram,
    /// Writes in one commit (SQLite's writer groups them).
    pub batch: Histogram,
}

impl Meters {
    pub fn new() -> prometheus::Result<Self> {
        let seconds = HistogramOpts::new(
            "sportello_write_seconds",
            "From a write's call until it is durable or undone",
        );
        let batch = HistogramOpts::new("sportello_write_batch_size", "Writes in one commit");
        Ok(Self {
            waiting: IntGauge::new("sportello_writes_waiting", "Writes not yet durable")?,
            seconds: Histogram::with_opts(seconds.buckets(exponential_buckets(0.001, 2.0, 14)?))?,
            batch: Histogram::with_opts(batch.buckets(exponential_buckets(1.0, 2.0, 7)?))?,
        })
    }

    pub fn collectors(&self) -> [Box<dyn Collector>; 3] {
        [
            Box::new(self.waiting.clone()),
            Box::new(self.seconds.clone()),
            Box::new(self.batch.clone()),
        ]
    }
}

/// One more while it lives.
pub struct Counted(IntGauge);

impl Counted {
    pub fn new(gauge: &IntGauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}
