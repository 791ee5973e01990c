//! New events of cases, fanned out to the open pages of this node.

use tokio::sync::broadcast;

/// A case got an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseChanged {
    pub case: String,
    pub seq: i64,
}

#[derive(Clone)]
pub struct Hub {
    sender: broadcast::Sender<CaseChanged>,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            sender: broadcast::channel(1024).0,
        }
    }
}

impl Hub {
    /// Called after the commit; a slow reader that misses some reads the table again.
    pub fn publish(&self, changed: CaseChanged) {
        // No open page is not an error.
        let _ = self.sender.send(changed);
    }

    pub fn subscribe(&self) -> broadcast::Receiver<CaseChanged> {
        self.sender.subscribe()
    }
}
