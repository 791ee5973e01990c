//! The counter in numbers, in Prometheus's text format. `server/RUNNING.md` lists them.
//!
//! No label tells of a person, a case or an address: routes are templates, states are few.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use prometheus::{
    GaugeVec, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    TextEncoder, core::Collector,
};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::{Layer, layer::Context};

use crate::{
    state::Counter,
    store::{Store, outbox},
};

/// From a cached asset to a document that is printed.
const SECONDS: [f64; 12] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

pub struct Metrics {
    registry: Registry,
    /// By method, route and status.
    pub requests: IntCounterVec,
    /// By method and route.
    pub request_seconds: HistogramVec,
    pub requests_under_way: IntGauge,
    /// Open pages that wait for news.
    pub streams: IntGauge,
    /// Calls of the outbox, by channel and the state that they led to.
    pub deliveries: IntCounterVec,
    /// By channel.
    pub delivery_seconds: HistogramVec,
    /// Documents, by result (`ok`, `error`).
    pub render_seconds: HistogramVec,
    log_events: IntCounterVec,
    database_up: IntGauge,
    connections: IntGaugeVec,
    outbox_rows: IntGaugeVec,
    outbox_overdue: GaugeVec,
}

impl Metrics {
    /// Of a counter on this store.
    pub fn new(store: &Store) -> prometheus::Result<Self> {
        let registry = Registry::new();
        for collector in store.meters().collectors() {
            registry.register(collector)?;
        }
        let build = IntGaugeVec::new(
            Opts::new("sportello_build_info", "1, with the version of the program"),
            &["version"],
        )?;
        build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
        add(&registry, &build)?;
        let counter = |name, help, labels: &[&str]| {
            let counter = IntCounterVec::new(Opts::new(name, help), labels)?;
            add(&registry, &counter).map(|()| counter)
        };
        let seconds = |name, help, labels: &[&str]| {
            let options = HistogramOpts::new(name, help).buckets(SECONDS.to_vec());
            let histogram = HistogramVec::new(options, labels)?;
            add(&registry, &histogram).map(|()| histogram)
        };
        let gauge = |name, help| {
            let gauge = IntGauge::new(name, help)?;
            add(&registry, &gauge).map(|()| gauge)
        };
        let gauges = |name, help, labels: &[&str]| {
            let gauges = IntGaugeVec::new(Opts::new(name, help), labels)?;
            add(&registry, &gauges).map(|()| gauges)
        };
        let overdue = GaugeVec::new(
            Opts::new(
                "sportello_outbox_overdue_seconds",
                "Age of the oldest delivery that is due and not made",
            ),
            &["channel"],
        )?;
        add(&registry, &overdue)?;
        Ok(Self {
            requests: counter(
                "sportello_http_requests_total",
                "Requests answered",
                &["method", "route", "status"],
            )?,
            request_seconds: seconds(
                "sportello_http_request_seconds",
                "From a request's headers to its answer's",
                &["method", "route"],
            )?,
            requests_under_way: gauge(
                "sportello_http_requests_under_way",
                "Requests not yet answered",
            )?,
            streams: gauge("sportello_event_streams", "Open pages that wait for news")?,
            deliveries: counter(
                "sportello_deliveries_total",
                "Calls of the outbox, by the state that they led to",
                &["channel", "state"],
            )?,
            delivery_seconds: seconds(
                "sportello_delivery_seconds",
                "Duration of the outbox's calls",
                &["channel"],
            )?,
            render_seconds: seconds(
                "sportello_render_seconds",
                "Duration of the renderer, a document each",
                &["result"],
            )?,
            log_events: counter(
                "sportello_log_events_total",
                "Warnings and errors in the log",
                &["level"],
            )?,
            database_up: gauge("sportello_database_up", "Whether the database answered")?,
            connections: gauges(
                "sportello_database_connections",
                "Connections of the pool",
                &["state"],
            )?,
            outbox_rows: gauges(
                "sportello_outbox_rows",
                "Deliveries, by channel and state",
                &["channel", "state"],
            )?,
            outbox_overdue: overdue,
            registry,
        })
    }

    /// A request that was answered.
    pub fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let status = status.to_string();
        self.requests
            .with_label_values(&[method, route, &status])
            .inc();
        self.request_seconds
            .with_label_values(&[method, route])
            .observe(took.as_secs_f64());
    }
}

fn add<C: Collector + Clone + 'static>(registry: &Registry, metric: &C) -> prometheus::Result<()> {
    registry.register(Box::new(metric.clone()))
}

/// All metrics as text; what lies in the database is asked now.
pub async fn text(counter: &Counter) -> prometheus::Result<String> {
    let metrics = &counter.metrics;
    for (level, seen) in [("warn", &WARNINGS), ("error", &ERRORS)] {
        let metric = metrics.log_events.with_label_values(&[level]);
        let known = metric.get();
        metric.inc_by(seen.load(Ordering::Relaxed).saturating_sub(known));
    }
    let (all, idle) = counter.store.connections();
    let used = all.saturating_sub(idle);
    for (state, count) in [("idle", idle), ("used", used)] {
        metrics
            .connections
            .with_label_values(&[state])
            .set(i64::try_from(count).unwrap_or(i64::MAX));
    }
    outbox_rows(counter).await;
    TextEncoder::new().encode_to_string(&metrics.registry.gather())
}

/// A database that is gone shows no old numbers.
async fn outbox_rows(counter: &Counter) {
    let metrics = &counter.metrics;
    let rows = outbox::by_channel(&counter.store).await;
    metrics.database_up.set(i64::from(rows.is_ok()));
    metrics.outbox_rows.reset();
    metrics.outbox_overdue.reset();
    let now = counter.now_ms();
    for of in rows.unwrap_or_default() {
        let labels = [of.channel.as_str(), of.state.code()];
        metrics.outbox_rows.with_label_values(&labels).set(of.count);
        if of.state == outbox::RowState::Queued {
            let age = (now - of.first_due).max(0);
            metrics
                .outbox_overdue
                .with_label_values(&labels[..1])
                .set(age as f64 / 1_000.0);
        }
    }
}

static WARNINGS: AtomicU64 = AtomicU64::new(0);
static ERRORS: AtomicU64 = AtomicU64::new(0);

/// Counts what is logged, whatever RUST_LOG shows of it.
pub struct CountingLog;

impl<S: Subscriber> Layer<S> for CountingLog {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        match *event.metadata().level() {
            Level::ERROR => ERRORS.fetch_add(1, Ordering::Relaxed),
            Level::WARN => WARNINGS.fetch_add(1, Ordering::Relaxed),
            _ => 0,
        };
    }
}
