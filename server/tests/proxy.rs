//! Whose address the log names for a request that was refused.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use std::process::Stdio;

use common::process::{answering, command, free_port, terminate};
use reqwest::{Client, StatusCode};

/// What the program writes about a write from another site.
async fn log_of(trusted: Option<&str>, forwarded: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let settings = common::settings(folder.path(), port, free_port());
    let mut command = command(&settings, folder.path(), "serve");
    command.env("RUST_LOG", "warn").env("NO_COLOR", "1");
    if let Some(trusted) = trusted {
        command.env("TRUSTED_PROXY", trusted);
    }
    let log = folder.path().join("log");
    let file = std::fs::File::create(&log).unwrap();
    let child = command.stderr(Stdio::from(file)).spawn().unwrap();
    let url = format!("http://127.0.0.1:{port}");
    answering(&url).await;
    let foreign = Client::new().post(format!("{url}/esci"));
    let foreign = foreign.header("origin", "https://altrove.it");
    let refused = foreign.header("x-forwarded-for", forwarded).send().await;
    assert_eq!(refused.unwrap().status(), StatusCode::FORBIDDEN);
    assert!(terminate(child).await.success());
    let text = std::fs::read_to_string(log).unwrap();
    let line = text.lines().find(|line| line.contains("client.address"));
    line.unwrap_or_else(|| panic!("no trace: {text}"))
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_trusted_proxy_says_who_asks() {
    let believed = log_of(Some("10.0.0.0/8,127.0.0.1"), "6.6.6.6, 198.51.100.1").await;
    assert!(
        believed.contains("client.address=198.51.100.1"),
        "{believed}"
    );
    for trusted in [None, Some("10.0.0.0/8")] {
        let ignored = log_of(trusted, "198.51.100.1").await;
        assert!(ignored.contains("client.address=127.0.0.1"), "{ignored}");
        assert!(!ignored.contains("198.51.100.1"), "{ignored}");
    }
}
