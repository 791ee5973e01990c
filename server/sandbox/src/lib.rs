#![forbid(unsafe_code)]
//! The other side of the counter's wires, for demo and tests: HTTP and SMTP only.
//!
//! An identity provider for SPID and CIE with a page of test citizens, the app IO with an inbox,
//! a mail server with a mailbox, a signing program with its authority, a journal of every call that came, and switches for faults. It
//! shares no state and no code with the counter beyond the SAML crate, and knows it only by its
//! address.

mod calls;
mod citizens;
mod faults;
mod gateway;
mod idp;
mod io;
mod journal;
mod lines;
mod mail;
mod page;
mod pagopa;
mod signer;
mod state;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use axum::routing::get;
use axum::{Router, middleware};
use tokio::net::TcpListener;

pub use citizens::{CITIZENS, Citizen};
pub use pagopa::PayDelay;
use state::State;

/// Where the sandbox stands.
#[derive(Clone, Debug)]
pub struct Options {
    /// Its own address as browsers see it, e.g. `http://localhost:3001`.
    pub base_url: String,
    /// Keys, journal and messages are kept in `sandbox/` under this folder.
    pub data_dir: PathBuf,
    /// The counter's address, e.g. `http://localhost:3000`: its metadata is read from there.
    pub counter_url: String,
    /// How long a payment takes to show in its debt position.
    pub pay_delay: PayDelay,
    /// How long IO takes from accepting a message to putting it into the inbox.
    pub io_delay: Duration,
}

/// Serves until the listener fails: pages and APIs on one, mail on the other. Keys are made at the
/// first start.
pub async fn serve(
    listener: TcpListener,
    smtp: TcpListener,
    options: Options,
) -> anyhow::Result<()> {
    let state = State::open(options).context("sandbox: cannot start")?;
    tokio::select! {
        served = axum::serve(listener, router(state.clone())).into_future() => {
            served.context("sandbox: cannot serve")
        }
        () = mail::serve(smtp, state) => Ok(()),
    }
}

fn router(state: State) -> Router {
    Router::new()
        .merge(idp::routes())
        .merge(pagopa::routes(&state))
        .merge(io::routes())
        .merge(mail::routes())
        .merge(signer::routes())
        .route("/", get(page::start))
        .route("/journal", get(journal::get))
        .route("/faults", get(faults::api::get).post(faults::api::post))
        .route("/guasti", get(faults::page::get).post(faults::page::post))
        .route("/healthz", get(|| async { "ok" }))
        .layer(middleware::from_fn_with_state(state.clone(), calls::guard))
        .with_state(state)
}
