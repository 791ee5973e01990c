//! Both channels against small servers of these tests: what each answer makes of a row.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::State as Extract,
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
};

use super::*;
use crate::{
    cases::{self, NewCase},
    clock::ManualClock,
    config::{Endpoint, Secret},
    state::Person,
    store::{StoreError, outbox},
    testing::{NOW, definition, person, repository, sqlite, test_counter},
    worker::{Lane, RowState},
};

const CITIZEN: &str = "RSSMRA68A41A893X";

struct Town {
    counter: Counter,
    clock: ManualClock,
    citizen: Person,
    case: String,
}

/// A counter with one case of the service, whose messages wait.
async fn town(slug: &str, answers: Value) -> Town {
    let clock = ManualClock::at(NOW);
    let counter = test_counter(sqlite().await, clock.clone()).await;
    let citizen = person(&counter, "Maria", CITIZEN, &[]).await;
    let case = counter.new_id();
    let original = json!({
        "applicant": citizen.identity,
        "evidence": citizen.evidence,
        "answers": answers,
        "declarations": [],
        "attachments": [],
    });
    let bytes = serde_json_canonicalizer::to_vec(&original).unwrap();
    let definition = definition(&counter, slug);
    let new = NewCase::prepare(&counter, &citizen, &definition, &case, "b", bytes, NOW).unwrap();
    let opened = counter
        .store
        .write::<_, StoreError, _>(move |tx| Box::pin(async move { cases::open(tx, new).await }));
    opened.await.unwrap();
    Town {
        counter,
        clock,
        citizen,
        case,
    }
}

impl Town {
    async fn row(&self, channel: &str) -> OutboxRow {
        let rows = outbox::of_case(&self.counter.store, &self.case)
            .await
            .unwrap();
        rows.into_iter().find(|row| row.channel == channel).unwrap()
    }
}

/// IO as these tests want it: an answer for each path, and what it was sent.
#[derive(Default)]
struct Stub {
    profile: Mutex<Option<Response>>,
    message: Mutex<Option<Response>>,
    status: Mutex<Option<Response>>,
    received: Mutex<Vec<Value>>,
}

impl Stub {
    fn says(answer: &Mutex<Option<Response>>, response: impl IntoResponse) {
        *answer.lock().unwrap() = Some(response.into_response());
    }
}

async fn answer(Extract(stub): Extract<Arc<Stub>>, uri: Uri, body: String) -> Response {
    let path = uri.path().trim_start_matches("/api/v1");
    let body: Value = serde_json::from_str(&body).unwrap_or_default();
    stub.received
        .lock()
        .unwrap()
        .push(json!({ "path": path, "body": body }));
    let (place, default) = match path {
        "/profiles" => (
            &stub.profile,
            Json(json!({ "sender_allowed": true })).into_response(),
        ),
        "/messages" => (
            &stub.message,
            (StatusCode::CREATED, Json(json!({ "id": "01M" }))).into_response(),
        ),
        _ => (
            &stub.status,
            Json(json!({ "message": {}, "status": "ACCEPTED" })).into_response(),
        ),
    };
    place.lock().unwrap().take().unwrap_or(default)
}

async fn io() -> (Arc<Stub>, Arc<dyn Channel>) {
    let stub = Arc::new(Stub::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/api/v1", listener.local_addr().unwrap());
    let router = Router::new().fallback(answer).with_state(stub.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (stub, io_at(url))
}

fn io_at(url: String) -> Arc<dyn Channel> {
    let key = Secret::from("chiave");
    Arc::new(Io::new(Endpoint { url, key }, remote::client().unwrap()))
}

#[test]
fn every_template_keeps_the_limits() {
    let templates = read(&repository().join("app/catalogue")).unwrap();
    assert_eq!(templates.len(), 11);
    // A folder without templates has the built-in ones: the same.
    assert_eq!(read(&repository().join("server/data")).unwrap().len(), 11);
}

#[test]
fn a_bad_template_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let messages = folder.path().join("messaggi");
    std::fs::create_dir(&messages).unwrap();
    std::fs::write(
        messages.join("pratica-aperta.yaml"),
        "oggetto: x\nsconosciuta: 1\n",
    )
    .unwrap();
    std::fs::write(
        messages.join("mia.yaml"),
        "oggetto: corto\navviso: a\npulsante: b\nriservato: \"no\"\nvariabili: {}\ntesto: corto\n",
    )
    .unwrap();
    let faults = read(folder.path()).unwrap_err().to_string();
    assert!(
        faults.contains("mia.yaml: oggetto: 5 caratteri"),
        "{faults}"
    );
    assert!(faults.contains("mia.yaml: testo: "), "{faults}");
    assert!(
        faults.contains("pratica-aperta.yaml: riga 2: sconosciuta"),
        "{faults}"
    );
}

#[tokio::test]
async fn io_is_asked_whether_it_may_then_told_then_asked_again() {
    let town = town("passo-carrabile", json!({ "email": "maria@example.it" })).await;
    let (stub, channel) = io().await;
    let lane = Lane::new(&town.counter, channel);
    assert_eq!(lane.drain().await.unwrap(), 1);
    let row = town.row("io").await;
    assert_eq!((row.state, row.remote_id.as_str()), (RowState::Sent, "01M"));
    let received = stub.received.lock().unwrap().clone();
    assert_eq!(
        received[0],
        json!({ "path": "/profiles", "body": { "fiscal_code": CITIZEN } })
    );
    let content = &received[1]["body"]["content"];
    assert_eq!(received[1]["body"]["fiscal_code"], CITIZEN);
    assert_eq!(content["subject"], "Abbiamo ricevuto la tua pratica");
    let markdown = content["markdown"].as_str().unwrap();
    for part in [
        "it:\n  cta_1:\n    text: \"Segui la pratica\"",
        &format!(
            "iohandledlink://http://localhost:3000/pratiche/{}",
            town.case
        ),
        "pratica **0000001/2026** (Passo carrabile)",
        "Tempi: risposta entro il 24 dicembre 2026.",
        "Il Comune di Bitonto",
    ] {
        assert!(markdown.contains(part), "{part}: {markdown}");
    }
    // ACCEPTED four times at growing distances, then PROCESSED.
    for wait in [30, 120, 900, 7_200] {
        assert_eq!(lane.drain().await.unwrap(), 0);
        town.clock.advance(wait * 1_000);
        assert_eq!(lane.drain().await.unwrap(), 1);
        assert_eq!(town.row("io").await.state, RowState::Sent);
    }
    Stub::says(
        &stub.status,
        Json(json!({ "message": {}, "status": "PROCESSED" })),
    );
    town.clock.advance(86_400_000);
    assert_eq!(lane.drain().await.unwrap(), 1);
    assert_eq!(town.row("io").await.state, RowState::Done);
    let asked = stub.received.lock().unwrap().last().unwrap()["path"].clone();
    assert_eq!(asked, format!("/messages/{CITIZEN}/01M"));
}

#[tokio::test]
async fn a_service_that_tells_too_much_has_a_neutral_message() {
    let town = town("iscrizione-asilo-nido", json!({})).await;
    let (stub, channel) = io().await;
    Lane::new(&town.counter, channel).drain().await.unwrap();
    let content = stub.received.lock().unwrap()[1]["body"]["content"].clone();
    let markdown = content["markdown"].as_str().unwrap();
    assert_eq!(content["require_secure_channels"], true);
    assert!(
        markdown.contains("(la tua domanda per i servizi educativi)"),
        "{markdown}"
    );
    assert!(
        markdown.contains("Ufficio: Sportello telematico"),
        "{markdown}"
    );
    assert!(!markdown.to_lowercase().contains("nido"), "{markdown}");
}

#[tokio::test]
async fn every_answer_of_io_has_its_state() {
    let retry = [("x-rate-limit-retry-after", "7")];
    let status = |code: u16| StatusCode::from_u16(code).unwrap();
    // (profile, message, state of the row, part of its reason)
    let cases: Vec<(Option<Response>, Option<Response>, RowState, &str)> = vec![
        (
            Some(Json(json!({ "sender_allowed": false })).into_response()),
            None,
            RowState::Failed,
            "non accetta",
        ),
        (
            Some(status(404).into_response()),
            None,
            RowState::Failed,
            "non usa l'app IO",
        ),
        (
            Some(status(403).into_response()),
            None,
            RowState::Failed,
            "403",
        ),
        (
            Some(status(401).into_response()),
            None,
            RowState::Queued,
            "chiave",
        ),
        (
            Some((status(429), retry).into_response()),
            None,
            RowState::Queued,
            "rallentare",
        ),
        (
            Some(status(500).into_response()),
            None,
            RowState::Queued,
            "errore (500)",
        ),
        (
            Some("<html>".into_response()),
            None,
            RowState::Queued,
            "a metà",
        ),
        (
            None,
            Some(status(400).into_response()),
            RowState::Failed,
            "(400)",
        ),
        (
            None,
            Some((status(401), "non json").into_response()),
            RowState::Queued,
            "chiave",
        ),
        (
            None,
            Some((status(429), retry).into_response()),
            RowState::Queued,
            "rallentare",
        ),
        (
            None,
            Some(status(500).into_response()),
            RowState::Unknown,
            "non sappiamo",
        ),
        (
            None,
            Some((status(201), "<html>").into_response()),
            RowState::Unknown,
            "a metà",
        ),
        (
            None,
            Some((status(201), [("location", "/api/v1/messages/X/01L")], "{").into_response()),
            RowState::Sent,
            "",
        ),
    ];
    for (profile, message, state, reason) in cases {
        let town = town("passo-carrabile", json!({})).await;
        let (stub, channel) = io().await;
        *stub.profile.lock().unwrap() = profile;
        *stub.message.lock().unwrap() = message;
        Lane::new(&town.counter, channel).drain().await.unwrap();
        let row = town.row("io").await;
        assert_eq!(row.state, state, "{}", row.reason);
        assert!(row.reason.contains(reason), "{reason}: {}", row.reason);
        if row.reason.contains("rallentare") {
            assert!((NOW + 7_000..NOW + 8_000).contains(&row.next_at));
        }
        assert!(!row.reason.contains(CITIZEN));
    }
}

#[tokio::test]
async fn nobody_there_is_tried_again_and_no_answer_is_unknown() {
    let town = town("passo-carrabile", json!({})).await;
    let free = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    Lane::new(&town.counter, io_at(format!("http://{free}")))
        .drain()
        .await
        .unwrap();
    let row = town.row("io").await;
    assert_eq!(
        (row.state, row.reason.as_str()),
        (RowState::Queued, "IO non risponde.")
    );
    // The profile is given, then the line goes dead in the middle of the message.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let ok = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 23\r\nconnection: close\r\n\r\n{\"sender_allowed\":true}";
        for reply in [ok, ""] {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await.unwrap();
            stream.write_all(reply.as_bytes()).await.unwrap();
        }
    });
    town.clock.advance(3_600_000);
    Lane::new(&town.counter, io_at(format!("http://{address}")))
        .drain()
        .await
        .unwrap();
    let row = town.row("io").await;
    assert_eq!(row.state, RowState::Unknown, "{}", row.reason);
}

#[tokio::test]
async fn rejected_by_io_is_failed() {
    for (says, state) in [
        ("REJECTED", RowState::Failed),
        ("THROTTLED", RowState::Sent),
    ] {
        let town = town("passo-carrabile", json!({})).await;
        let (stub, channel) = io().await;
        let lane = Lane::new(&town.counter, channel);
        lane.drain().await.unwrap();
        Stub::says(&stub.status, Json(json!({ "message": {}, "status": says })));
        town.clock.advance(30_000);
        lane.drain().await.unwrap();
        assert_eq!(town.row("io").await.state, state);
    }
}

/// A mail server that answers each of `(start of line, reply)` and takes the text; what it heard.
/// An empty reply closes the line.
async fn smtp(
    replies: &'static [(&'static str, &'static str)],
    end: &'static str,
) -> (Arc<Mutex<String>>, Arc<dyn Channel>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let heard = Arc::new(Mutex::new(String::new()));
    let ear = heard.clone();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 prova\r\n").await.unwrap();
        let mut text = false;
        while let Ok(Some(line)) = lines.next_line().await {
            ear.lock().unwrap().push_str(&format!("{line}\n"));
            let reply = match line.as_str() {
                "." if text => end,
                _ if text => continue,
                line => replies
                    .iter()
                    .find_map(|(start, reply)| line.starts_with(start).then_some(*reply))
                    .unwrap_or("250 ok"),
            };
            text = reply.starts_with("354");
            if reply.is_empty() {
                return;
            }
            write
                .write_all(format!("{reply}\r\n").as_bytes())
                .await
                .unwrap();
        }
    });
    (heard, Arc::new(Mail::new(&Secret::from(url)).unwrap()))
}

#[tokio::test]
async fn an_email_says_nothing_of_the_case() {
    let town = town("passo-carrabile", json!({ "email": "maria@example.it" })).await;
    let (heard, channel) = smtp(&[("DATA", "354 go")], "250 taken").await;
    assert_eq!(Lane::new(&town.counter, channel).drain().await.unwrap(), 1);
    let row = town.row("email").await;
    assert_eq!(row.state, RowState::Done);
    let heard = heard.lock().unwrap().clone();
    for part in [
        "RCPT TO:<maria@example.it>".to_owned(),
        format!("Message-ID: <{}@localhost>", row.id),
        "Auto-Submitted: auto-generated".to_owned(),
        "Date: Tue, 24 Nov 2026 08:00:00 +0000".to_owned(),
        "http://localhost:3000/area-personale".to_owned(),
    ] {
        assert!(heard.contains(&part), "{part}: {heard}");
    }
    for secret in [
        town.case.as_str(),
        CITIZEN,
        "0000001",
        "Passo",
        "Maria",
        &town.citizen.id,
    ] {
        assert!(!heard.contains(secret), "{secret}: {heard}");
    }
}

#[tokio::test]
async fn every_end_of_an_smtp_conversation_has_its_state() {
    type Replies = &'static [(&'static str, &'static str)];
    const GO: Replies = &[("DATA", "354 go")];
    let cases: [(Replies, &str, RowState); 7] = [
        (&[("RCPT", "550 no such user")], "", RowState::Failed),
        (&[("RCPT", "451 later")], "", RowState::Queued),
        (&[("MAIL", "")], "", RowState::Queued),
        (&[("EHLO", "554 not you")], "", RowState::Queued),
        (GO, "554 refused", RowState::Failed),
        (GO, "451 later", RowState::Queued),
        (GO, "", RowState::Unknown),
    ];
    for (replies, end, state) in cases {
        let town = town("passo-carrabile", json!({ "email": "maria@example.it" })).await;
        let (_, channel) = smtp(replies, end).await;
        let drained = Lane::new(&town.counter, channel);
        let drained = tokio::time::timeout(Duration::from_secs(20), drained.drain());
        drained.await.unwrap().unwrap();
        let row = town.row("email").await;
        assert_eq!(row.state, state, "{replies:?} {end}: {}", row.reason);
    }
}

#[tokio::test]
async fn without_an_address_the_office_is_told() {
    let town = town("passo-carrabile", json!({})).await;
    let (_, channel) = smtp(&[], "").await;
    Lane::new(&town.counter, channel).drain().await.unwrap();
    let row = town.row("email").await;
    assert_eq!(row.state, RowState::Failed);
    assert_eq!(row.reason, "La persona non ha dato un indirizzo e-mail.");
}
