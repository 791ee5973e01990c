//! One kept-alive HTTP/1 connection: the load must cost less than what it loads.

use anyhow::{Context, bail, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request, Response, StatusCode,
    body::Incoming,
    client::conn::http1::{self, SendRequest},
    header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, ORIGIN},
};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use url::Url;

/// What the counter's own pages ask for (`app::api::SCREEN_TYPE`).
const SCREEN: &str = "application/vnd.sportello.screen+json";

pub struct Wire {
    sender: SendRequest<Full<Bytes>>,
    host: String,
    origin: String,
    /// Empty: nobody is logged in.
    cookie: String,
}

impl Wire {
    /// `base`: `http://localhost:3000`.
    pub async fn open(base: &Url, cookie: &str) -> anyhow::Result<Self> {
        let (Some(name), Some(port)) = (base.host_str(), base.port_or_known_default()) else {
            bail!("{base}: no address");
        };
        let host = format!("{name}:{port}");
        let stream = TcpStream::connect(&host).await.context(host.clone())?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(async move {
            // Its end is told by the next request.
            let _ = connection.await;
        });
        Ok(Self {
            sender,
            host,
            origin: base.origin().ascii_serialization(),
            cookie: cookie.to_owned(),
        })
    }

    /// The answer's head; its body is still to be read.
    pub async fn get(&mut self, path: &str, accept: &str) -> anyhow::Result<Response<Incoming>> {
        let request = self.request("GET", path).header(ACCEPT, accept);
        let request = request.body(Full::default())?;
        self.sender.ready().await?;
        Ok(self.sender.send_request(request).await?)
    }

    /// A page as the counter's own pages get it.
    pub async fn screen(&mut self, path: &str) -> anyhow::Result<Value> {
        let response = self.get(&format!("/api{path}"), SCREEN).await?;
        read_json(response, path).await
    }

    /// A page's data.
    pub async fn page(&mut self, path: &str) -> anyhow::Result<Value> {
        let response = self.get(&format!("/api{path}"), "application/json").await?;
        read_json(response, path).await
    }

    /// An action as the counter's own pages send it.
    pub async fn act(&mut self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.post(path, "application/json", SCREEN, body.to_string())
            .await
    }

    /// An action's form, answered with the data of the page after it.
    pub async fn post_form(&mut self, path: &str, body: String) -> anyhow::Result<Value> {
        let kind = "application/x-www-form-urlencoded";
        self.post(path, kind, "application/json", body).await
    }

    async fn post(
        &mut self,
        path: &str,
        kind: &str,
        accept: &str,
        body: String,
    ) -> anyhow::Result<Value> {
        let request = self
            .request("POST", &format!("/api{path}"))
            .header(ACCEPT, accept)
            .header(CONTENT_TYPE, kind)
            .header(ORIGIN, &self.origin)
            .body(Full::from(body))?;
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        read_json(response, path).await
    }

    fn request(&self, method: &str, path: &str) -> hyper::http::request::Builder {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, &self.host);
        match self.cookie.is_empty() {
            true => request,
            false => request.header(COOKIE, &self.cookie),
        }
    }
}

/// What is asked for: path and query.
pub fn target(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

async fn read_json(response: Response<Incoming>, path: &str) -> anyhow::Result<Value> {
    let status = response.status();
    let body = response.into_body().collect().await?.to_bytes();
    let shown = || String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned();
    ensure!(status == StatusCode::OK, "{path}: {status}: {}", shown());
    serde_json::from_slice(&body).with_context(|| format!("{path}: {}", shown()))
}
