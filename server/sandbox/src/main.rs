#![forbid(unsafe_code)]
//! `sandbox`: the counter's counterparts, on a port of their own.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use tokio::net::TcpListener;

#[derive(Parser)]
#[command(about = "The sandbox: identity provider, IO, mail, journal, faults")]
struct Arguments {
    #[arg(long, env = "SANDBOX_PORT", default_value_t = 3001)]
    port: u16,
    /// Port of the mail server; the one after the pages' if absent.
    #[arg(long, env = "SMTP_PORT")]
    smtp_port: Option<u16>,
    /// Folder for keys, journal and messages.
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
    /// Milliseconds from the acceptance of a message by IO to its place in the inbox.
    #[arg(long, env = "IO_DELAY_MS", default_value_t = 2000)]
    io_delay_ms: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_target(false).init();
    let arguments = Arguments::parse();
    let smtp_port = arguments
        .smtp_port
        .unwrap_or(arguments.port.saturating_add(1));
    let (listener, smtp) = (bind(arguments.port).await?, bind(smtp_port).await?);
    let base_url = arguments
        .url
        .unwrap_or_else(|| format!("http://localhost:{}", arguments.port));
    tracing::info!("sandbox at {base_url}, mail on port {smtp_port}");
    let options = sandbox::Options {
        base_url,
        data_dir: arguments.data_dir,
        counter_url: arguments.counter,
        pay_delay: arguments.pay_delay,
        io_delay: Duration::from_millis(arguments.io_delay_ms),
    };
    sandbox::serve(listener, smtp, options).await
}

async fn bind(port: u16) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(("0.0.0.0", port)).await;
    listener.with_context(|| format!("port {port} is not free"))
}
