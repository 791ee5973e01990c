//! Each kind of fault over HTTP, and what the journal says of it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::{Sandbox, start};
use serde_json::{Value, json};

const CALL: &str = "/spid/metadata";

/// Calls with little patience.
async fn impatient(sandbox: &Sandbox) -> reqwest::Result<reqwest::Response> {
    let request = sandbox.client.get(format!("{}{CALL}", sandbox.url));
    request.timeout(Duration::from_millis(400)).send().await
}

/// Status and fault of the last call in the journal.
async fn last(sandbox: &Sandbox) -> (Value, Value) {
    let calls = sandbox.calls("spid").await;
    let call = calls.last().unwrap();
    assert_eq!(call["method"], "GET");
    assert_eq!(call["path"], CALL);
    assert!(call["at"].as_str().unwrap().ends_with('Z'));
    (call["status"].clone(), call["fault"].clone())
}

#[tokio::test]
async fn a_held_call_says_whether_it_had_an_effect() {
    let sandbox = start().await;
    sandbox.fault("spid", "timeout_before").await;
    assert!(impatient(&sandbox).await.unwrap_err().is_timeout());
    assert_eq!(last(&sandbox).await, (Value::Null, json!("timeout_before")));
    sandbox.fault("spid", "timeout").await;
    assert!(impatient(&sandbox).await.unwrap_err().is_timeout());
    assert_eq!(last(&sandbox).await, (Value::Null, json!("timeout")));
    sandbox.fault("spid", "timeout_after").await;
    assert!(impatient(&sandbox).await.unwrap_err().is_timeout());
    assert_eq!(last(&sandbox).await, (json!(200), json!("timeout_after")));
    sandbox.fault("spid", "none").await;
    assert_eq!(impatient(&sandbox).await.unwrap().status(), 200);
    assert_eq!(last(&sandbox).await, (json!(200), Value::Null));
}

#[tokio::test]
async fn half_an_answer_announces_all_of_it() {
    let sandbox = start().await;
    let whole = sandbox.get(CALL).await.text().await.unwrap();
    sandbox.fault("spid", "half").await;
    let mut answer = sandbox.get(CALL).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.content_length(), Some(whole.len() as u64));
    let mut came = Vec::new();
    let error = loop {
        match answer.chunk().await {
            Ok(Some(chunk)) => came.extend_from_slice(&chunk),
            Ok(None) => panic!("the answer came whole"),
            Err(error) => break error,
        }
    };
    assert!(!error.is_timeout());
    // Each is signed anew: only the beginning is the same.
    assert_eq!(came.len(), whole.len() / 2);
    assert_eq!(came[..40], whole.as_bytes()[..40]);
    assert_eq!(last(&sandbox).await, (json!(200), json!("half")));
}

#[tokio::test]
async fn other_answers_than_expected() {
    let sandbox = start().await;
    sandbox.fault("spid", "type").await;
    let answer = sandbox.get(CALL).await;
    assert_eq!(answer.status(), 200);
    assert!(
        answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    for status in [401, 403, 429, 500, 503] {
        sandbox.fault("spid", &format!("status:{status}")).await;
        let answer = sandbox.get(CALL).await;
        assert_eq!(answer.status(), status);
        let waits = answer.headers().contains_key("x-rate-limit-retry-after");
        assert_eq!(waits, status == 429);
        assert_eq!(last(&sandbox).await.0, json!(status));
    }
    sandbox.fault("spid", "slow:300").await;
    assert!(
        sandbox
            .client
            .get(format!("{}{CALL}", sandbox.url))
            .timeout(Duration::from_millis(100))
            .send()
            .await
            .unwrap_err()
            .is_timeout()
    );
    assert_eq!(sandbox.get(CALL).await.status(), 200);
}

#[tokio::test]
async fn faults_are_set_on_their_page_too() {
    let sandbox = start().await;
    let page = format!("{}/guasti", sandbox.url);
    let post = |fields: &'static [(&str, &str)]| {
        let request = sandbox.client.post(&page).form(fields);
        async move { request.send().await.unwrap() }
    };
    let fields = &[
        ("target", "gpd"),
        ("kind", "status"),
        ("value", "503"),
        ("count", "2"),
    ];
    let shown = post(fields).await.text().await.unwrap();
    assert!(
        shown.contains("<code>status:503</code>, per 2 chiamate"),
        "{shown}"
    );
    let on = sandbox.json("/faults").await;
    assert_eq!(
        on["faults"],
        json!([{ "target": "gpd", "kind": "status:503", "count": 2 }])
    );
    for wrong in [
        &[("target", "io"), ("kind", "slow"), ("value", "poco")][..],
        &[("target", "smtp"), ("kind", "type")],
        &[("target", "io"), ("kind", "throttled"), ("count", "1")],
        &[("target", "mare"), ("kind", "half")],
    ] {
        assert_eq!(post(wrong).await.status(), 400, "{wrong:?}");
    }
    post(&[("target", "gpd"), ("kind", "none")]).await;
    assert_eq!(sandbox.json("/faults").await["faults"], json!([]));
}

#[tokio::test]
async fn the_journal_is_filtered_and_survives_a_restart() {
    let mut sandbox = start().await;
    sandbox.get(CALL).await;
    sandbox.get("/cie/metadata").await;
    sandbox.get("/spid/nothing").await;
    let paths = |calls: &[Value]| -> Vec<String> {
        let paths = calls
            .iter()
            .map(|call| call["path"].as_str().unwrap().to_owned());
        paths.collect()
    };
    assert_eq!(paths(&sandbox.calls("spid").await), [CALL, "/spid/nothing"]);
    assert_eq!(sandbox.calls("spid").await[1]["status"], 404);
    sandbox.restart().await;
    assert_eq!(paths(&sandbox.calls("cie").await), ["/cie/metadata"]);
    let all = sandbox.json("/journal").await;
    assert_eq!(all["entries"].as_array().unwrap().len(), 3);
}
