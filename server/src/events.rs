//! New events of cases, fanned out to the open pages of this node. What another node wrote comes
//! through PostgreSQL's NOTIFY (`store/listen.rs`).

use tokio::sync::broadcast;

use crate::store::{Store, listen};

/// Between two tries to listen.
const AGAIN: std::time::Duration = std::time::Duration::from_secs(5);

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

/// Passes on what other nodes write, for as long as the program runs; nothing to do on SQLite.
pub async fn follow_other_nodes(store: Store, hub: Hub) {
    let tell = |case: &str, seq| {
        hub.publish(CaseChanged {
            case: case.to_owned(),
            seq,
        });
    };
    while let Err(error) = listen::follow(&store, tell).await {
        // Meanwhile open pages look at the table by themselves.
        tracing::warn!(error.cause = %error, "news of other nodes not heard");
        tokio::time::sleep(AGAIN).await;
    }
}
