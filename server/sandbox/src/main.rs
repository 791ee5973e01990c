#![forbid(unsafe_code)]
//! `sandbox`: the counter's counterparts, on a port of their own.

use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;

#[derive(Parser)]
#[command(about = "The sandbox: identity provider with test citizens, journal, faults")]
struct Arguments {
    #[arg(long, env = "SANDBOX_PORT", default_value_t = 3001)]
    port: u16,
    /// Folder for keys and journal.
    #[arg(long, env = "DATA_DIR", default_value = "data")]
    data_dir: PathBuf,
    /// The sandbox's own address, if it is not http://localhost:PORT.
    #[arg(long, env = "SANDBOX_URL")]
    url: Option<String>,
    /// The counter's address.
    #[arg(long, env = "BASE_URL", default_value = "http://localhost:3000")]
    counter: String,
    /// How long a payment takes to show in its debt position: milliseconds, or `never`.
    #[arg(long, env = "PAY_DELAY_MS", default_value = "0")]
    pay_delay: sandbox::PayDelay,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_target(false).init();
    let arguments = Arguments::parse();
    let listener = tokio::net::TcpListener::bind(("0.0.0.0", arguments.port))
        .await
        .with_context(|| format!("port {} is not free", arguments.port))?;
    let base_url = arguments
        .url
        .unwrap_or_else(|| format!("http://localhost:{}", arguments.port));
    tracing::info!("sandbox at {base_url}");
    let options = sandbox::Options {
        base_url,
        data_dir: arguments.data_dir,
        counter_url: arguments.counter,
        pay_delay: arguments.pay_delay,
    };
    sandbox::serve(listener, options).await
}
