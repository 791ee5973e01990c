#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panicking")]
#![expect(dead_code, reason = "each test file uses its part")]

//! A sandbox on free ports.

use std::path::Path;

use reqwest::{Client, Response};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

pub struct Sandbox {
    pub url: String,
    pub client: Client,
    pub folder: TempDir,
}

/// A new sandbox with a folder of its own.
pub async fn start() -> Sandbox {
    let folder = tempfile::tempdir().unwrap();
    let url = serve(folder.path()).await;
    Sandbox {
        url,
        client: Client::new(),
        folder,
    }
}

/// Serves what is in this folder on another port; its address.
pub async fn serve(folder: &Path) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let options = sandbox::Options {
        base_url: url.clone(),
        data_dir: folder.to_owned(),
        counter_url: "http://localhost:1".into(),
        pay_delay: sandbox::PayDelay::NONE,
    };
    tokio::spawn(sandbox::serve(listener, options));
    url
}

impl Sandbox {
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

    /// The calls that a target received.
    pub async fn calls(&self, target: &str) -> Vec<Value> {
        let journal = self.json(&format!("/journal?target={target}")).await;
        let entries = journal["entries"].as_array().unwrap();
        let calls = entries.iter().filter(|entry| entry["kind"] == "call");
        calls.cloned().collect()
    }
}
