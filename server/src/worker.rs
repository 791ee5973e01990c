//! Delivers what the outbox holds: the only part of the counter that calls other systems for it.
//!
//! One lane a channel. A row is claimed with a lease, prepared, marked `sending` in a commit of
//! its own, then delivered; what came of it is recorded. A crash in between leaves `sending`: where a
//! second call does no harm the row is claimed again, else it becomes `unknown`, and a person
//! decides.

mod delay;
mod lane;
mod pace;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio::{sync::watch, task::JoinSet};

pub use delay::{back_off, retry};
pub use lane::Lane;
pub use pace::Pace;

use crate::state::Counter;
pub use crate::store::outbox::{OutboxRow, RowState};

/// What came of a call. Reasons are shown to the office as they are: plain Italian, the other
/// side's status if there was one, no personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It took effect; nothing more to do.
    Done { remote_id: String },
    /// Accepted; delivered again with the row `Sent`, to ask what became of it, at `ask_at`.
    Sent { remote_id: String, ask_at: i64 },
    /// It took no effect: once more at `at`. See [`retry`].
    Again { at: i64, reason: String },
    /// The other side wants no calls until then (429) or takes none of ours (401): the row
    /// waits, and so does its whole channel.
    Pause { until: i64, reason: String },
    /// Nobody can tell whether it took effect.
    Unknown { reason: String },
    /// It did not, and another try would not change that.
    Failed { reason: String },
}

/// One way out of the counter.
#[async_trait]
pub trait Channel: Send + Sync + 'static {
    /// As in the outbox: `io`, `email`, `gpd`, `document`.
    fn name(&self) -> &'static str;

    /// Whether a call may be made a second time when nobody knows how the first one ended.
    fn repeatable(&self) -> bool;

    /// The platform's limit.
    fn pace(&self) -> Option<Pace> {
        None
    }

    /// Deliveries at the same time.
    fn at_once(&self) -> usize {
        4
    }

    /// Longest that a delivery may take, milliseconds; it is cut off then.
    fn longest_ms(&self) -> i64 {
        60_000
    }

    /// Age at which a row that never got through is given up, milliseconds; `None`: never.
    fn give_up_ms(&self) -> Option<i64> {
        None
    }

    /// Asks what must be known before the delivery. An outcome ends it: nothing was sent, so that
    /// a crash here leaves the row as it was.
    async fn prepare(&self, _counter: &Counter, _row: &OutboxRow) -> Result<(), Outcome> {
        Ok(())
    }

    /// Delivers the row; where its state is [`RowState::Sent`], asks what became of it.
    async fn deliver(&self, counter: &Counter, row: &OutboxRow) -> Outcome;
}

/// Below systemd's 90 seconds.
pub const LONGEST_STOP: Duration = Duration::from_secs(30);

/// The running lanes.
pub struct Worker {
    lanes: JoinSet<()>,
    stop: watch::Sender<bool>,
}

impl Worker {
    /// A lane for each channel. Rows of channels that are off stay queued.
    pub fn start(counter: &Counter, channels: Vec<Arc<dyn Channel>>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut lanes = JoinSet::new();
        for channel in channels {
            lanes.spawn(Lane::new(counter, channel).run(stopped.clone()));
        }
        Self { lanes, stop }
    }

    /// Claims nothing more, and waits for the calls that have begun; one that takes longer than
    /// the service manager would wait is left, as after a crash.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        let ended = async { while self.lanes.join_next().await.is_some() {} };
        if tokio::time::timeout(LONGEST_STOP, ended).await.is_err() {
            tracing::warn!("a call was cut off by the stop");
        }
    }
}
