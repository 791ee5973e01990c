#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panicking")]

//! A sandbox on free ports.

use std::path::Path;
use std::time::Duration;

use reqwest::{Client, Response};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

pub struct Sandbox {
    pub url: String,
    pub smtp: u16,
    pub client: Client,
    pub folder: TempDir,
}

/// A new sandbox with a folder of its own.
pub async fn start() -> Sandbox {
    let folder = tempfile::tempdir().unwrap();
    let (url, smtp) = serve(folder.path()).await;
    let sandbox = Sandbox {
        url,
        smtp,
        client: Client::new(),
        folder,
    };
    sandbox.is_up().await;
    sandbox
}

/// How fast IO works here.
pub const IO_DELAY: Duration = Duration::from_millis(700);

/// Serves what is in this folder on other ports; its address, and the mail server's port.
pub async fn serve(folder: &Path) -> (String, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let options = sandbox::Options {
        base_url: url.clone(),
        data_dir: folder.to_owned(),
        counter_url: "http://localhost:1".into(),
        pay_delay: sandbox::PayDelay::NONE,
        io_delay: IO_DELAY,
    };
    let smtp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let smtp_port = smtp.local_addr().unwrap().port();
    tokio::spawn(sandbox::serve(listener, smtp, options));
    (url, smtp_port)
}

impl Sandbox {
    /// Both ports answer.
    async fn is_up(&self) {
        assert_eq!(self.get("/healthz").await.status(), 200);
        let mut mail = TcpStream::connect(("127.0.0.1", self.smtp)).await.unwrap();
        let mut greeting = [0; 3];
        mail.read_exact(&mut greeting).await.unwrap();
        assert_eq!(&greeting, b"220");
    }

    pub async fn get(&self, path: &str) -> Response {
        let request = self.client.get(format!("{}{path}", self.url));
        request.send().await.unwrap()
    }

    /// Data of a path, asked for as JSON.
    pub async fn json(&self, path: &str) -> Value {
        let request = self.client.get(format!("{}{path}", self.url));
        let answer = request.header("accept", "application/json").send().await;
        answer.unwrap().json().await.unwrap()
    }

    pub async fn fault(&self, target: &str, kind: &str) {
        let request = self.client.post(format!("{}/faults", self.url));
        let fault = json!({ "target": target, "kind": kind });
        assert_eq!(request.json(&fault).send().await.unwrap().status(), 200);
    }

    /// As after a restart: another sandbox on the same folder, which reads what is there.
    pub async fn restart(&mut self) {
        (self.url, self.smtp) = serve(self.folder.path()).await;
    }

    /// The calls that a target received.
    pub async fn calls(&self, target: &str) -> Vec<Value> {
        let journal = self.json(&format!("/journal?target={target}")).await;
        let entries = journal["entries"].as_array().unwrap();
        let calls = entries.iter().filter(|entry| entry["kind"] == "call");
        calls.cloned().collect()
    }
}
