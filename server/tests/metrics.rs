//! What the counter tells of itself: over HTTP, on a listener of its own, and of nobody.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use std::time::Duration;

use common::{
    CARD, MOTHER, login, prepare_card,
    process::{command, free_port, kill},
    receipt, sandbox, settings, worlds,
};
use futures::StreamExt as _;
use reqwest::StatusCode;
use server::{http, metrics};

/// The value of a metric, by its name with labels.
fn value(text: &str, name: &str) -> f64 {
    let mut lines = text.lines();
    let line = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {name} in:\n{text}"))
        .parse()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_shows_in_numbers_and_nobody_in_them() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        prepare_card(&maria).await;
        let sent = receipt(maria.send(CARD).await.unwrap());
        let path = format!("/api/pratiche/{}/eventi", sent.id);
        let mut stream = maria.get(&path).await.bytes_stream();
        stream.next().await.unwrap().unwrap();
        maria.get("/servizi/nessuno-MARIA").await;
        maria.get("/una/pagina?di=MARIA").await;
        let text = until_delivered(&world.counter).await;

        let get = |route: &str, status: u16| {
            format!(
                "sportello_http_requests_total{{method=\"GET\",route=\"{route}\",status=\"{status}\"}}"
            )
        };
        assert_eq!(value(&text, &get("/servizi/{slug}", 404)), 1.0);
        assert_eq!(value(&text, &get("other", 404)), 1.0);
        assert_eq!(value(&text, &get("/api/pratiche/{case}/eventi", 200)), 1.0);
        let times = "sportello_http_request_seconds_count{method=\"POST\",route=\"/spid/acs\"}";
        assert_eq!(value(&text, times), 1.0);
        assert_eq!(value(&text, "sportello_event_streams"), 1.0);
        assert_eq!(value(&text, "sportello_database_up"), 1.0);
        assert!(value(&text, "sportello_write_seconds_count") > 5.0);
        assert!(value(&text, "sportello_write_batch_size_sum") > 5.0);
        let mail = "sportello_outbox_rows{channel=\"email\",state=\"done\"}";
        assert!(value(&text, mail) >= 1.0);
        let mail = "sportello_deliveries_total{channel=\"email\",state=\"done\"}";
        assert!(value(&text, mail) >= 1.0);
        for private in ["MARIA", "Lovascio", MOTHER, &sent.id, &sent.protocol] {
            assert!(!text.contains(private), "{private} in:\n{text}");
        }

        drop(stream);
        for _ in 0..500 {
            let text = metrics::text(&world.counter).await.unwrap();
            if value(&text, "sportello_event_streams") == 0.0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let text = metrics::text(&world.counter).await.unwrap();
        assert_eq!(value(&text, "sportello_event_streams"), 0.0);
        let public = maria.get("/metrics").await;
        assert_eq!(public.status(), StatusCode::NOT_FOUND);

        world.counter.store.close().await;
        let text = metrics::text(&world.counter).await.unwrap();
        assert_eq!(value(&text, "sportello_database_up"), 0.0);
        assert!(!text.contains("sportello_outbox_rows{"), "old numbers");
    }
}

/// What the metrics' own router tells once the e-mail of the request has arrived.
async fn until_delivered(counter: &server::state::Counter) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/metrics", listener.local_addr().unwrap());
    let (router, stop) = (http::metrics::router(counter.clone()), counter.stop.clone());
    tokio::spawn(async move { http::listen::serve(listener, router, &stop).await });
    for _ in 0..500 {
        let told = reqwest::get(&url).await.unwrap();
        assert_eq!(told.headers()["content-type"], "text/plain; version=0.0.4");
        let text = told.text().await.unwrap();
        if text.contains("sportello_outbox_rows{channel=\"email\",state=\"done\"}") {
            return text;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("no e-mail arrives");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_tells_them_where_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let url = format!("http://localhost:{port}");
    let ports = sandbox(folder.path(), &url).await;
    let mut settings = settings(folder.path(), port, ports.http);
    settings.platforms.smtp_port = Some(ports.smtp);
    let address = format!("127.0.0.1:{}", free_port());
    let mut command = command(&settings, folder.path(), "serve");
    let mut child = command.env("METRICS_ADDR", &address).spawn().unwrap();
    common::process::answering(&url).await;
    login(&url, &[("cf", MOTHER)]).await;
    let metrics = format!("http://{address}/metrics");
    let text = reqwest::get(metrics).await.unwrap().text().await.unwrap();
    let logged_in =
        "sportello_http_requests_total{method=\"POST\",route=\"/spid/acs\",status=\"303\"}";
    assert_eq!(value(&text, logged_in), 1.0);
    let other = reqwest::get(format!("http://{address}/servizi"))
        .await
        .unwrap();
    assert_eq!(other.status(), StatusCode::NOT_FOUND);
    kill(&mut child);
}

/// `server/RUNNING.md` names every metric, and no other.
#[tokio::test]
async fn every_metric_is_documented() {
    let world = worlds(|_| {}).await.remove(0);
    let maria = world.login(MOTHER).await;
    prepare_card(&maria).await;
    maria.send(CARD).await.unwrap();
    let text = until_delivered(&world.counter).await;
    let told = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let mut told: Vec<&str> = told.filter_map(|line| line.split(' ').next()).collect();
    // One has its first value with the first document, the other only while something waits.
    told.extend([
        "sportello_render_seconds",
        "sportello_outbox_overdue_seconds",
    ]);
    told.sort_unstable();
    told.dedup();
    let document = std::fs::read_to_string(common::root().join("server/RUNNING.md")).unwrap();
    let rows = document
        .lines()
        .filter_map(|line| line.strip_prefix("| `sportello_"));
    let mut named: Vec<String> = rows
        .map(|row| format!("sportello_{}", row.split('`').next().unwrap()))
        .collect();
    named.sort_unstable();
    assert_eq!(named, told);
}
