//! One channel's loop.

use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use futures::{FutureExt, StreamExt, stream};
use tokio::sync::watch;
use tracing::Instrument as _;

use super::{Channel, OutboxRow, Outcome, RowState, pace::Limiter, retry};
use crate::{
    clock::token,
    state::Counter,
    store::{
        StoreError,
        outbox::{self, Claim, Written},
    },
};

/// Rows claimed together.
const BATCH: usize = 16;
/// Time beyond the longest delivery before a lease runs out.
const SLACK_MS: i64 = 30_000;
/// Without news the table is looked at this often.
const TICK: Duration = Duration::from_secs(1);

const LAPSED: &str = "Il programma si è fermato durante l'invio.";
const CUT_OFF: &str = "L'invio è durato troppo ed è stato interrotto.";
const PANICKED: &str = "Il programma ha avuto un errore durante l'invio.";
const TOO_OLD: &str = "Non siamo riusciti a consegnare in tempo.";

pub struct Lane {
    counter: Counter,
    channel: Arc<dyn Channel>,
    limiter: Option<Limiter>,
    /// Names this lane in its leases.
    name: String,
    /// No call begins before, milliseconds.
    closed_until: AtomicI64,
}

impl Lane {
    pub fn new(counter: &Counter, channel: Arc<dyn Channel>) -> Self {
        let clock = counter.clock.clone();
        Self {
            limiter: channel.pace().map(|pace| Limiter::new(pace, clock)),
            name: token::<8>(&*counter.rng),
            closed_until: AtomicI64::new(0),
            counter: counter.clone(),
            channel,
        }
    }

    /// Until told to stop.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.pass(&stop).await {
                tracing::error!(outbox.channel = self.channel.name(), error.cause = %error, "outbox not read");
            }
            tokio::select! {
                () = self.counter.wake.notified() => {}
                () = tokio::time::sleep(TICK) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Delivers everything that is due; how many calls were made.
    pub async fn drain(&self) -> Result<usize, StoreError> {
        self.pass(&watch::channel(false).1).await
    }

    async fn pass(&self, stop: &watch::Receiver<bool>) -> Result<usize, StoreError> {
        if !self.channel.repeatable() {
            self.lapse().await?;
        }
        let mut calls = 0;
        while !*stop.borrow() && !self.is_closed() {
            let rows = self.claim().await?;
            let claimed = rows.len();
            let mut work = stream::iter(rows)
                .map(|row| self.work(row))
                .buffer_unordered(self.channel.at_once());
            // One row's trouble with the database must not cut off the calls beside it.
            let mut broken = Ok(());
            while let Some(called) = work.next().await {
                match called {
                    Ok(called) => calls += usize::from(called),
                    Err(error) => broken = Err(error),
                }
            }
            broken?;
            if claimed < BATCH {
                break;
            }
        }
        Ok(calls)
    }

    async fn lapse(&self) -> Result<(), StoreError> {
        let (channel, now) = (self.channel.name(), self.counter.now_ms());
        let lapsed = self
            .counter
            .store
            .write::<_, StoreError, _>(move |tx| {
                Box::pin(async move { outbox::lapse(tx, channel, LAPSED, now).await })
            })
            .await?;
        if lapsed > 0 {
            tracing::warn!(
                outbox.channel = channel,
                outbox.rows = lapsed,
                "calls without an end: unknown"
            );
        }
        Ok(())
    }

    async fn claim(&self) -> Result<Vec<OutboxRow>, StoreError> {
        let now_ms = self.counter.now_ms();
        let claim = Claim {
            channel: self.channel.name().to_owned(),
            repeatable: self.channel.repeatable(),
            worker: self.name.clone(),
            now_ms,
            until_ms: now_ms + self.lease_ms(),
            most: BATCH as i64,
        };
        self.counter
            .store
            .write(move |tx| Box::pin(async move { outbox::claim(tx, &claim).await }))
            .await
    }

    fn lease_ms(&self) -> i64 {
        self.channel.longest_ms() + SLACK_MS
    }

    fn is_closed(&self) -> bool {
        self.counter.now_ms() < self.closed_until.load(Ordering::SeqCst)
    }

    fn close(&self, until: i64) {
        self.closed_until.fetch_max(until, Ordering::SeqCst);
    }

    /// One claimed row; whether a call was made.
    async fn work(&self, row: OutboxRow) -> Result<bool, StoreError> {
        if !self.is_closed()
            && let Some(Err(wait)) = self.limiter.as_ref().map(Limiter::take)
        {
            self.close(self.counter.now_ms() + wait);
        }
        if self.is_closed() {
            self.release(&row, self.closed_until.load(Ordering::SeqCst))
                .await?;
            return Ok(false);
        }
        if self.is_too_old(&row) {
            let reason = TOO_OLD.to_owned();
            self.record(&row, Outcome::Failed { reason }).await?;
            return Ok(false);
        }
        let outcome = match self.prepare(&row).await {
            Err(outcome) => outcome,
            Ok(()) if !self.begin(&row).await? => return Ok(false),
            Ok(()) => self.deliver(&row).await,
        };
        self.record(&row, outcome).await?;
        Ok(true)
    }

    fn is_too_old(&self, row: &OutboxRow) -> bool {
        let age = self.counter.now_ms() - row.created_at;
        row.state == RowState::Queued && self.channel.give_up_ms().is_some_and(|most| age > most)
    }

    /// Committed before the call: from here on a crash leaves a trace.
    async fn begin(&self, row: &OutboxRow) -> Result<bool, StoreError> {
        let (id, name) = (row.id.clone(), self.name.clone());
        let now = self.counter.now_ms();
        let until = now + self.lease_ms();
        self.counter
            .store
            .write(move |tx| {
                Box::pin(async move { outbox::begin(tx, &id, &name, now, until).await })
            })
            .await
    }

    async fn prepare(&self, row: &OutboxRow) -> Result<(), Outcome> {
        if row.state == RowState::Sent {
            return Ok(());
        }
        let asked = self.bounded(self.channel.prepare(&self.counter, row)).await;
        asked.unwrap_or_else(|reason| Err(retry(&self.counter, row, reason)))
    }

    async fn deliver(&self, row: &OutboxRow) -> Outcome {
        let name = self.channel.name();
        let times = &self.counter.metrics.delivery_seconds;
        let timer = times.with_label_values(&[name]).start_timer();
        let span = tracing::info_span!("deliver", outbox.channel = name, outbox.id = %row.id);
        let call = self.channel.deliver(&self.counter, row).instrument(span);
        let done = self.bounded(call).await;
        timer.observe_duration();
        done.unwrap_or_else(|reason| {
            if self.channel.repeatable() || row.state == RowState::Sent {
                return retry(&self.counter, row, reason);
            }
            Outcome::Unknown {
                reason: reason.to_owned(),
            }
        })
    }

    /// A call that hangs or panics must not take its lane with it.
    async fn bounded<T>(&self, call: impl Future<Output = T>) -> Result<T, &'static str> {
        let longest = Duration::from_millis(self.channel.longest_ms().unsigned_abs());
        let call = AssertUnwindSafe(call).catch_unwind();
        match tokio::time::timeout(longest, call).await {
            Ok(done) => done.map_err(|_| PANICKED),
            Err(_) => Err(CUT_OFF),
        }
    }

    async fn release(&self, row: &OutboxRow, next_at: i64) -> Result<(), StoreError> {
        let (id, name) = (row.id.clone(), self.name.clone());
        self.counter
            .store
            .write(move |tx| {
                Box::pin(async move { outbox::release(tx, &id, &name, next_at).await })
            })
            .await
    }

    async fn record(&self, row: &OutboxRow, outcome: Outcome) -> Result<(), StoreError> {
        if let Outcome::Pause { until, reason } = &outcome {
            self.close(*until);
            tracing::error!(
                outbox.channel = self.channel.name(),
                outbox.until = until,
                reason,
                "channel paused"
            );
        }
        let written = written(row, outcome);
        self.counter
            .metrics
            .deliveries
            .with_label_values(&[self.channel.name(), written.state.code()])
            .inc();
        self.tell(row, &written);
        let (id, name, now) = (row.id.clone(), self.name.clone(), self.counter.now_ms());
        let kept = self
            .counter
            .store
            .write::<_, StoreError, _>(move |tx| {
                Box::pin(async move { outbox::record(tx, &id, &name, &written, now).await })
            })
            .await?;
        if !kept {
            tracing::warn!(outbox.id = %row.id, "taken over meanwhile: the outcome is dropped");
        }
        Ok(())
    }

    fn tell(&self, row: &OutboxRow, written: &Written) {
        let (id, channel, reason) = (&row.id, self.channel.name(), &written.reason);
        match written.state {
            RowState::Unknown | RowState::Failed => {
                tracing::warn!(outbox.id = %id, outbox.channel = channel, outbox.state = written.state.code(), reason, "not delivered");
            }
            state => {
                tracing::debug!(outbox.id = %id, outbox.channel = channel, outbox.state = state.code(), reason, "outbox row");
            }
        }
    }
}

/// The row after its call. Questions are counted from nought, and only those that were answered:
/// what is asked next depends on it.
fn written(row: &OutboxRow, outcome: Outcome) -> Written {
    let asking = row.state == RowState::Sent;
    let waiting = if asking {
        RowState::Sent
    } else {
        RowState::Queued
    };
    let calls = row.attempts + 1;
    let (state, next_at, remote_id, reason) = match outcome {
        Outcome::Done { remote_id } => (RowState::Done, 0, remote_id, String::new()),
        Outcome::Sent { remote_id, ask_at } => (RowState::Sent, ask_at, remote_id, String::new()),
        Outcome::Again { at, reason } => (waiting, at, row.remote_id.clone(), reason),
        Outcome::Pause { until, reason } => (waiting, until, row.remote_id.clone(), reason),
        Outcome::Unknown { reason } => (RowState::Unknown, 0, row.remote_id.clone(), reason),
        Outcome::Failed { reason } => (RowState::Failed, 0, row.remote_id.clone(), reason),
    };
    let attempts = match (asking, state, reason.is_empty()) {
        (false, RowState::Sent, _) => 0,
        (true, RowState::Sent, false) => row.attempts,
        _ => calls,
    };
    Written {
        state,
        next_at,
        attempts,
        remote_id,
        reason,
    }
}
