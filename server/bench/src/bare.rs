//! What a page is compared with: a bare axum route that answers the same bytes.

use std::net::Ipv4Addr;

use axum::{
    Router,
    http::{HeaderMap, HeaderName, header},
    routing::get,
};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;

use crate::wire::{Wire, target};

/// Headers that axum writes itself.
const OWN: [HeaderName; 3] = [
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::DATE,
];

#[derive(clap::Args)]
pub struct Arguments {
    /// The page whose head and body are served.
    #[arg(long)]
    of: Url,
    #[arg(long, default_value = "")]
    cookie: String,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<Value> {
    let Arguments { of, cookie } = arguments;
    let mut wire = Wire::open(&of, &cookie).await?;
    let page = wire.get(&target(&of), "text/html").await?;
    let (head, body) = page.into_parts();
    let body = body.collect().await?.to_bytes();
    // How the body comes is axum's to say.
    let kept = head.headers.into_iter();
    let headers: HeaderMap = kept
        .filter_map(|(name, value)| Some((name?, value)))
        .filter(|(name, _)| !OWN.contains(name))
        .collect();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = format!("http://{}{}", listener.local_addr()?, of.path());
    println!("{}", json!({ "url": address, "bytes": body.len() }));
    let route = get(move || async move { (headers, body) });
    axum::serve(listener, Router::new().route(of.path(), route)).await?;
    Ok(Value::Null)
}
