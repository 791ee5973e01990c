//! Electronic mail: a server that takes every message, and the mailbox to read them.

mod inbox;
mod session;
mod store;
mod wire;

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::state::State;
pub use store::Mailbox;

pub fn routes() -> Router<State> {
    Router::new().route("/mail", get(inbox::get))
}

/// Takes connections for ever.
pub async fn serve(listener: TcpListener, state: State) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(session::run(stream, state.clone()));
            }
            Err(error) => {
                tracing::warn!("smtp: {error}");
                // Out of file handles, for one: others may end meanwhile.
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}
