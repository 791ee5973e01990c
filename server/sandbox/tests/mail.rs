//! Mail over SMTP, with the counter's client and by hand.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::{Sandbox, start};
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

const TO: &str = "maria.lovascio@example.it";

/// A client that speaks by hand.
struct Client(BufReader<TcpStream>);

impl Client {
    async fn new(sandbox: &Sandbox) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", sandbox.smtp))
            .await
            .unwrap();
        let mut client = Self(BufReader::new(stream));
        assert_eq!(client.reply().await, 220);
        client
    }

    async fn write(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// The code of the next reply, all its lines read.
    async fn reply(&mut self) -> u16 {
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).await.unwrap();
            assert!(line.ends_with("\r\n"), "{line:?}");
            if line.as_bytes()[3] == b' ' {
                return line[..3].parse().unwrap();
            }
        }
    }

    async fn say(&mut self, line: &str) -> u16 {
        self.write(&format!("{line}\r\n")).await;
        self.reply().await
    }

    /// Up to the permission to write the message.
    async fn begin(&mut self) {
        assert_eq!(self.say("EHLO here").await, 250);
        assert_eq!(self.say("MAIL FROM:<comune@example.it>").await, 250);
        assert_eq!(self.say(&format!("RCPT TO:<{TO}>")).await, 250);
        assert_eq!(self.say("DATA").await, 354);
    }
}

async fn mailbox(sandbox: &Sandbox) -> Vec<Value> {
    let answer = sandbox.json(&format!("/mail?to={TO}")).await;
    answer["messages"].as_array().unwrap().clone()
}

/// Sends as the counter does, with little patience.
async fn send(sandbox: &Sandbox, subject: &str) -> Result<(), String> {
    let message = Message::builder()
        .from("Comune di Bitonto <comune@example.it>".parse().unwrap())
        .to(TO.parse().unwrap())
        .subject(subject)
        .message_id(Some("<1@example.it>".into()))
        .header(ContentType::TEXT_PLAIN)
        .body("C'è una novità sulla tua pratica.\n.\nPerché così.\n".to_owned())
        .unwrap();
    let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
        .port(sandbox.smtp)
        .timeout(Some(Duration::from_secs(1)))
        .build();
    // Its own time-out is only for the connection.
    match tokio::time::timeout(Duration::from_secs(3), transport.send(message)).await {
        Ok(sent) => sent.map(|_| ()).map_err(|error| format!("{error:?}")),
        Err(_) => Err("no answer".to_owned()),
    }
}

#[tokio::test]
async fn a_message_comes_as_it_was_sent() {
    let mut sandbox = start().await;
    send(&sandbox, "Novità sulla pratica").await.unwrap();
    let check = |mail: &Value| {
        assert_eq!(mail["from"], "comune@example.it");
        assert_eq!(mail["to"], json!([TO]));
        assert_eq!(mail["subject"], "Novità sulla pratica");
        assert_eq!(mail["message_id"], "1@example.it");
        assert!(mail["date"].as_str().unwrap().starts_with("20"));
        let text = mail["text"].as_str().unwrap().replace("\r\n", "\n");
        assert_eq!(
            text.trim_end(),
            "C'è una novità sulla tua pratica.\n.\nPerché così."
        );
    };
    check(&mailbox(&sandbox).await[0]);
    assert_eq!(
        sandbox.json("/mail?to=altri@example.it").await["messages"],
        json!([])
    );
    let calls = sandbox.calls("smtp").await;
    assert_eq!(
        (&calls[0]["status"], &calls[0]["method"]),
        (&json!(250), &json!("DATA"))
    );
    assert_eq!(calls[0]["key"]["message_id"], "1@example.it");
    sandbox.restart().await;
    check(&mailbox(&sandbox).await[0]);
    let list = sandbox.get("/mail").await.text().await.unwrap();
    assert!(list.contains("Novità sulla pratica") && list.contains(TO));
    let id = mailbox(&sandbox).await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let opened = sandbox
        .get(&format!("/mail?id={id}"))
        .await
        .text()
        .await
        .unwrap();
    assert!(opened.contains("C&#39;è una novità"), "{opened}");
    assert_eq!(sandbox.get("/mail?id=no").await.status(), 404);
}

#[tokio::test]
async fn commands_have_an_order() {
    let sandbox = start().await;
    let mut client = Client::new(&sandbox).await;
    assert_eq!(client.say("MAIL FROM:<a@example.it>").await, 503);
    assert_eq!(client.say("HELO here").await, 250);
    assert_eq!(client.say("RCPT TO:<a@example.it>").await, 503);
    assert_eq!(client.say("DATA").await, 503);
    assert_eq!(
        client.say("MAIL FROM:<a@example.it> SIZE=2000000").await,
        552
    );
    assert_eq!(client.say("MAIL FROM:<>").await, 250);
    assert_eq!(client.say("MAIL FROM:<b@example.it>").await, 503);
    assert_eq!(client.say("DATA").await, 503);
    assert_eq!(client.say("RSET").await, 250);
    assert_eq!(client.say("RCPT TO:<a@example.it>").await, 503);
    assert_eq!(client.say("NOOP").await, 250);
    assert_eq!(client.say("VRFY maria").await, 252);
    assert_eq!(client.say("STARTTLS").await, 502);
    assert_eq!(client.say("BOOM").await, 500);
    assert_eq!(client.say(&"a".repeat(5000)).await, 500);
    client.write("NOOP\n").await;
    assert_eq!(client.reply().await, 500);
    assert_eq!(client.say("QUIT").await, 221);
    assert_eq!(client.0.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test]
async fn dots_and_line_feeds_smuggle_nothing() {
    let sandbox = start().await;
    let mut client = Client::new(&sandbox).await;
    client.begin().await;
    client
        .write("Subject: prova\r\n\r\n..uno\r\na\n.\r\nQUIT\n.\nb\r\n.\r\nRSET\r\n")
        .await;
    assert_eq!(client.reply().await, 250);
    assert_eq!(
        client.reply().await,
        250,
        "what follows in one piece is a command"
    );
    let mails = mailbox(&sandbox).await;
    assert_eq!(mails.len(), 1);
    let raw = mails[0]["raw"].as_str().unwrap();
    assert_eq!(raw, "Subject: prova\r\n\r\n.uno\r\na\n.\r\nQUIT\n.\nb\r\n");
    client.begin().await;
    assert_eq!(client.say(".").await, 250, "an empty message");
}

#[tokio::test]
async fn a_message_may_be_too_large() {
    let sandbox = start().await;
    let mut client = Client::new(&sandbox).await;
    client.begin().await;
    let line = format!("{}\r\n", "a".repeat(998));
    client.write(&line.repeat(1100)).await;
    assert_eq!(client.say(".").await, 552);
    assert!(mailbox(&sandbox).await.is_empty());
    client.begin().await;
    assert_eq!(client.say(".").await, 250);
}

#[tokio::test]
async fn faults_before_and_after_the_message_is_kept() {
    let sandbox = start().await;
    for (kind, kept, status) in [
        ("timeout_before", 0, Value::Null),
        ("status:451", 0, json!(451)),
        ("status:550", 0, json!(550)),
        ("timeout_after", 1, json!(250)),
        ("half", 2, json!(250)),
    ] {
        sandbox.fault("smtp", kind).await;
        send(&sandbox, kind).await.unwrap_err();
        assert_eq!(mailbox(&sandbox).await.len(), kept, "{kind}");
        let calls = sandbox.calls("smtp").await;
        let last = calls.last().unwrap();
        assert_eq!((&last["status"], &last["fault"]), (&status, &json!(kind)));
    }
    sandbox.fault("smtp", "slow:100").await;
    send(&sandbox, "lento").await.unwrap();
    sandbox.fault("smtp", "none").await;
    send(&sandbox, "bene").await.unwrap();
    assert_eq!(mailbox(&sandbox).await.len(), 4);
}
