//! One page asked for again and again, by several connections that each wait for their answer.

use std::time::{Duration, Instant};

use futures::future;
use http_body_util::BodyExt as _;
use hyper::StatusCode;
use serde_json::{Value, json};
use url::Url;

use crate::{
    figures::{percentiles, rate},
    wire::{Wire, target},
};

#[derive(clap::Args)]
pub struct Arguments {
    /// The page.
    #[arg(long)]
    url: Url,
    /// Of who is logged in.
    #[arg(long, default_value = "")]
    cookie: String,
    #[arg(long, default_value_t = 16)]
    connections: usize,
    #[arg(long, default_value_t = 4)]
    seconds: u64,
}

#[derive(Default)]
struct Told {
    took: Vec<Duration>,
    failed: usize,
    bytes: usize,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<Value> {
    let begun = Instant::now();
    let end = begun + Duration::from_secs(arguments.seconds);
    let askers = (0..arguments.connections).map(|_| {
        let (url, cookie) = (arguments.url.clone(), arguments.cookie.clone());
        tokio::spawn(async move { ask(&url, &cookie, end).await })
    });
    let mut all = Told::default();
    for told in future::try_join_all(askers).await? {
        let told = told?;
        all.took.extend(told.took);
        all.failed += told.failed;
        all.bytes = all.bytes.max(told.bytes);
    }
    let per_second = rate(all.took.len(), begun.elapsed());
    Ok(json!({
        "per_second": per_second,
        "failed": all.failed,
        "bytes": all.bytes,
        "took": percentiles(all.took),
    }))
}

async fn ask(url: &Url, cookie: &str, end: Instant) -> anyhow::Result<Told> {
    let mut wire = Wire::open(url, cookie).await?;
    let mut told = Told::default();
    while Instant::now() < end {
        let begun = Instant::now();
        let response = wire.get(&target(url), "text/html").await?;
        let status = response.status();
        told.bytes = response.into_body().collect().await?.to_bytes().len();
        match status {
            StatusCode::OK => told.took.push(begun.elapsed()),
            _ => told.failed += 1,
        }
    }
    Ok(told)
}
