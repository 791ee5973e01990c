//! IO over HTTP: who can be written to, what a message must be, what becomes of it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::{IO_DELAY, Sandbox, start};
use reqwest::{Method, Response};
use serde_json::{Value, json};

const MOTHER: &str = "LVSMRA88C54A893I";
const PENSIONER: &str = "CNNVTI41T08A893D";
const BLOCKER: &str = "HXHLRE90H61Z100U";
const STRANGER: &str = "RSSMRA80A01H501U";
const NOTICE: &str = "302202600000012372";

impl Sandbox {
    async fn io(&self, key: &str, method: Method, path: &str, body: Option<&Value>) -> Response {
        let url = format!("{}/io/api/v1{path}", self.url);
        let mut request = self.client.request(method, url);
        request = request.header("Ocp-Apim-Subscription-Key", key);
        if let Some(body) = body {
            request = request.json(body);
        }
        request.send().await.unwrap()
    }

    async fn send(&self, key: &str, body: &Value) -> Response {
        self.io(key, Method::POST, "/messages", Some(body)).await
    }

    /// Sends with the ordinary service; the id.
    async fn sent(&self, body: &Value) -> String {
        let answer = self.send("sandbox-io", body).await;
        assert_eq!(answer.status(), 201);
        let place = answer.headers()["location"].to_str().unwrap().to_owned();
        let id = answer.json::<Value>().await.unwrap()["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let whom = body["fiscal_code"].as_str().unwrap();
        assert_eq!(place, format!("/api/v1/messages/{whom}/{id}"));
        id
    }

    async fn message(&self, whom: &str, id: &str) -> Value {
        let path = format!("/messages/{whom}/{id}");
        let answer = self.io("sandbox-io", Method::GET, &path, None).await;
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }

    async fn status(&self, whom: &str, id: &str) -> String {
        self.message(whom, id).await["status"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

fn message(whom: &str) -> Value {
    json!({
        "fiscal_code": whom,
        "content": {
            "subject": "La tua pratica è aperta",
            "markdown": "---\nit:\n  cta_1:\n    text: \"Apri la pratica\"\n    action: \
                \"iohandledlink://https://sportello.example.it/pratiche/1\"\n---\n\
                Abbiamo ricevuto la tua richiesta. **Non devi fare altro**, ti scriviamo noi.\n",
        },
    })
}

/// The message changed at a place (`/content/subject`).
fn with(place: &str, value: Value) -> Value {
    let mut message = message(MOTHER);
    let (parent, name) = place.rsplit_once('/').unwrap();
    message.pointer_mut(parent).unwrap()[name] = value;
    message
}

async fn problem(answer: Response) -> (u16, String, String) {
    let status = answer.status().as_u16();
    let kind = answer.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    let body: Value = answer.json().await.unwrap();
    assert_eq!(kind, "application/problem+json");
    assert_eq!(body["status"], status);
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    (status, text("title"), text("detail"))
}

#[tokio::test]
async fn profiles_tell_who_can_be_written_to() {
    let sandbox = start().await;
    for (whom, allowed) in [(MOTHER, true), (STRANGER, true), (BLOCKER, false)] {
        let body = json!({ "fiscal_code": whom });
        let answer = sandbox
            .io("sandbox-io", Method::POST, "/profiles", Some(&body))
            .await;
        assert_eq!(answer.status(), 200);
        let profile: Value = answer.json().await.unwrap();
        assert_eq!(profile["sender_allowed"], allowed);
        assert_eq!(profile["preferred_languages"], json!(["it_IT"]));
    }
    let path = format!("/profiles/{PENSIONER}");
    let answer = sandbox.io("sandbox-io", Method::GET, &path, None).await;
    assert_eq!(problem(answer).await.0, 404);
    for body in [json!({}), json!({ "fiscal_code": "00382520724" })] {
        let answer = sandbox
            .io("sandbox-io", Method::POST, "/profiles", Some(&body))
            .await;
        assert_eq!(problem(answer).await.0, 400);
    }
    let body = json!({ "fiscal_code": STRANGER });
    let answer = sandbox
        .io(
            "sandbox-io-in-prova",
            Method::POST,
            "/profiles",
            Some(&body),
        )
        .await;
    assert_eq!(problem(answer).await.1, "Recipient forbidden");
}

#[tokio::test]
async fn the_gateway_answers_without_problem_details() {
    let sandbox = start().await;
    let url = format!("{}/io/api/v1/messages", sandbox.url);
    let missing = sandbox
        .client
        .post(&url)
        .json(&message(MOTHER))
        .send()
        .await
        .unwrap();
    let wrong = sandbox.send("sandbox-gpd", &message(MOTHER)).await;
    for (answer, word) in [(missing, "missing"), (wrong, "invalid")] {
        assert_eq!(answer.status(), 401);
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["statusCode"], 401);
        assert!(body["message"].as_str().unwrap().contains(word));
        assert!(body.get("title").is_none());
    }
    let answer = sandbox
        .io("sandbox-io", Method::GET, "/nothing", None)
        .await;
    assert_eq!(answer.status(), 404);
    assert_eq!(
        answer.json::<Value>().await.unwrap()["message"],
        "Resource not found"
    );
    let address = sandbox
        .send("sandbox-io-altro-indirizzo", &message(MOTHER))
        .await;
    assert_eq!(problem(address).await.1, "You are not allowed here");
}

#[tokio::test]
async fn every_field_is_checked() {
    let sandbox = start().await;
    let payment =
        |amount: Value, notice: &str| json!({ "amount": amount, "notice_number": notice });
    for (place, value, field) in [
        ("/content/subject", json!("Nove cara"), "content.subject"),
        (
            "/content/subject",
            json!("a".repeat(121)),
            "content.subject",
        ),
        ("/content/subject", Value::Null, "content.subject"),
        (
            "/content/markdown",
            json!("a".repeat(79)),
            "content.markdown",
        ),
        (
            "/content/markdown",
            json!("a".repeat(10_001)),
            "content.markdown",
        ),
        ("/content/due_date", json!("domani"), "content.due_date"),
        (
            "/content/due_date",
            json!("2027-01-31T23:59:59+01:00"),
            "content.due_date",
        ),
        ("/content/due_date", Value::Null, "content.due_date"),
        ("/fiscal_code", json!("lvsmra88c54a893i"), "fiscal_code"),
        ("/fiscal_code", json!("LVSMRA88C54A893"), "fiscal_code"),
        ("/time_to_live", json!(3599), "time_to_live"),
        ("/time_to_live", json!(604_801), "time_to_live"),
        ("/feature_level_type", json!("GOLD"), "feature_level_type"),
        (
            "/content/payment_data",
            payment(json!(0), NOTICE),
            "payment_data.amount",
        ),
        (
            "/content/payment_data",
            payment(json!("100"), NOTICE),
            "payment_data.amount",
        ),
        (
            "/content/payment_data",
            payment(json!(10_000_000_000_u64), NOTICE),
            "payment_data.amount",
        ),
        (
            "/content/payment_data",
            payment(json!(100), "402202600000012372"),
            "notice_number",
        ),
        (
            "/content/payment_data",
            payment(json!(100), &NOTICE[1..]),
            "notice_number",
        ),
        (
            "/content/payment_data",
            json!({ "amount": 100 }),
            "payment_data",
        ),
        (
            "/content/third_party_data",
            json!({ "id": "" }),
            "third_party_data.id",
        ),
        (
            "/content/third_party_data",
            json!({ "id": "1", "has_precondition": true }),
            "has_precondition",
        ),
        (
            "/content/third_party_data",
            json!({ "id": "1", "configuration_id": "x" }),
            "configuration_id",
        ),
    ] {
        let (status, title, detail) =
            problem(sandbox.send("sandbox-io", &with(place, value)).await).await;
        assert_eq!(
            (status, title.as_str()),
            (400, "Invalid ApiNewMessageWithDefaults"),
            "{place}"
        );
        assert!(detail.contains(field), "{place}: {detail}");
    }
    for body in ["", "[]", "{", "{\"content\":{}}"] {
        let url = format!("{}/io/api/v1/messages", sandbox.url);
        let request = sandbox
            .client
            .post(url)
            .header("Ocp-Apim-Subscription-Key", "sandbox-io");
        assert_eq!(
            problem(request.body(body).send().await.unwrap()).await.0,
            400,
            "{body}"
        );
    }
    for length in [10, 120] {
        sandbox
            .sent(&with("/content/subject", json!("à".repeat(length))))
            .await;
    }
}

#[tokio::test]
async fn the_recipient_is_in_the_body_or_in_the_path() {
    let sandbox = start().await;
    let mut bare = message(MOTHER);
    bare.as_object_mut().unwrap().remove("fiscal_code");
    let (status, title, _) = problem(sandbox.send("sandbox-io", &bare).await).await;
    assert_eq!((status, title.as_str()), (400, "Bad parameters"));
    let to = async |code: &str, body: &Value| {
        let path = format!("/messages/{code}");
        sandbox
            .io("sandbox-io", Method::POST, &path, Some(body))
            .await
    };
    assert_eq!(to(MOTHER, &bare).await.status(), 201);
    assert_eq!(
        problem(to(MOTHER, &message(MOTHER)).await).await.1,
        "Bad parameters"
    );
    assert_eq!(
        problem(to("abc", &bare).await).await.1,
        "Invalid FiscalCode"
    );
}

#[tokio::test]
async fn what_a_service_may_not_send() {
    let sandbox = start().await;
    let remote = |id: Option<&str>, more: Value| {
        let mut data = json!({ "id": "1" });
        if let Some(id) = id {
            data["configuration_id"] = json!(id);
        }
        data.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        with("/content/third_party_data", data)
    };
    let (ours, theirs) = ("01HZSANDB0XC0NF1GVRAT10N00", "01HZSANDB0XC0NF1GVRAT10N01");
    let unknown = "01HZSANDB0XC0NF1GVRAT10N02";
    let payee = json!({
        "amount": 100, "notice_number": NOTICE, "payee": { "fiscal_code": "00382520724" },
    });
    for (body, status, title) in [
        (
            with("/feature_level_type", json!("ADVANCED")),
            403,
            "You are not allowed here",
        ),
        (
            with("/content/payment_data", payee),
            403,
            "You are not allowed here",
        ),
        (
            with("/content/legal_data", json!({})),
            403,
            "You are not allowed here",
        ),
        (
            remote(None, json!({})),
            403,
            "No configuration id for remote content",
        ),
        (
            remote(Some(theirs), json!({})),
            403,
            "Not your configuration",
        ),
        (
            remote(Some(unknown), json!({})),
            404,
            "Remote Content Configuration NOT FOUND",
        ),
        (
            remote(Some(ours), json!({ "has_attachments": true })),
            403,
            "Attachments call forbidden",
        ),
    ] {
        let (got, said, _) = problem(sandbox.send("sandbox-io", &body).await).await;
        assert_eq!((got, said.as_str()), (status, title));
    }
    sandbox
        .sent(&remote(Some(ours), json!({ "has_remote_content": true })))
        .await;
    let trial = sandbox
        .send("sandbox-io-in-prova", &message(STRANGER))
        .await;
    assert_eq!(problem(trial).await.1, "Recipient forbidden");
    assert_eq!(
        sandbox
            .send("sandbox-io-in-prova", &message(MOTHER))
            .await
            .status(),
        201
    );
    let body = with(
        "/content/payment_data",
        json!({ "amount": 1, "notice_number": NOTICE }),
    );
    let (status, title, detail) =
        problem(sandbox.send("sandbox-io-senza-pagamenti", &body).await).await;
    assert_eq!(
        (status, title.as_str()),
        (400, "Error while sending payment metadata")
    );
    assert!(
        detail.contains("(1 cents)") && detail.contains("(0 cents)"),
        "{detail}"
    );
}

#[tokio::test]
async fn a_message_is_processed_later() {
    let sandbox = start().await;
    let payment = json!({ "amount": 1605, "notice_number": NOTICE });
    let id = sandbox.sent(&with("/content/payment_data", payment)).await;
    assert_eq!(id.len(), 26);
    assert_eq!(sandbox.status(MOTHER, &id).await, "ACCEPTED");
    assert_eq!(
        sandbox.json(&format!("/io/messages?cf={MOTHER}")).await["messages"],
        json!([])
    );
    tokio::time::sleep(IO_DELAY).await;
    let whole = sandbox.message(MOTHER, &id).await;
    assert_eq!(whole["status"], "PROCESSED");
    assert_eq!(whole["message"]["feature_level_type"], "STANDARD");
    assert_eq!(whole["message"]["time_to_live"], 3600);
    assert_eq!(
        whole["message"]["content"]["payment_data"]["payee"]["fiscal_code"],
        "00382520724"
    );
    let inbox = sandbox.json(&format!("/io/messages?cf={MOTHER}")).await;
    let first = &inbox["messages"][0];
    assert_eq!(first["id"], id.as_str());
    assert_eq!(first["buttons"][0]["text"], "Apri la pratica");
    for (whom, known) in [
        (PENSIONER, "REJECTED"),
        (BLOCKER, "REJECTED"),
        (STRANGER, "PROCESSED"),
    ] {
        let id = sandbox.sent(&message(whom)).await;
        tokio::time::sleep(IO_DELAY).await;
        assert_eq!(sandbox.status(whom, &id).await, known, "{whom}");
    }
}

#[tokio::test]
async fn only_the_sender_reads_a_message() {
    let sandbox = start().await;
    let id = sandbox.sent(&message(MOTHER)).await;
    let get = async |key: &str, whom: &str, id: &str| {
        let path = format!("/messages/{whom}/{id}");
        sandbox.io(key, Method::GET, &path, None).await
    };
    let other = get("sandbox-io-premium", MOTHER, &id).await;
    assert_eq!(problem(other).await.1, "You are not allowed here");
    assert_eq!(problem(get("sandbox-io", STRANGER, &id).await).await.0, 404);
    assert_eq!(problem(get("sandbox-io", MOTHER, "01").await).await.0, 404);
}

#[tokio::test]
async fn throttled_messages_wait_for_the_switch() {
    let sandbox = start().await;
    let before = sandbox.sent(&message(MOTHER)).await;
    tokio::time::sleep(IO_DELAY).await;
    sandbox.fault("io", "throttled").await;
    let id = sandbox.sent(&message(MOTHER)).await;
    assert_eq!(sandbox.status(MOTHER, &id).await, "ACCEPTED");
    tokio::time::sleep(IO_DELAY).await;
    assert_eq!(sandbox.status(MOTHER, &id).await, "THROTTLED");
    assert_eq!(sandbox.status(MOTHER, &before).await, "PROCESSED");
    sandbox.fault("io", "none").await;
    assert_eq!(sandbox.status(MOTHER, &id).await, "PROCESSED");
}

#[tokio::test]
async fn too_many_calls_are_told_to_wait() {
    let sandbox = start().await;
    let calls = (0..400).map(|n| {
        // Two services of one institution draw from one bucket.
        let key = ["sandbox-io", "sandbox-io-premium"][n % 2];
        let url = format!("{}/io/api/v1/profiles/{MOTHER}", sandbox.url);
        let request = sandbox
            .client
            .get(url)
            .header("Ocp-Apim-Subscription-Key", key);
        async move { request.send().await.unwrap() }
    });
    let answers = futures::future::join_all(calls).await;
    let good = answers
        .iter()
        .filter(|answer| answer.status() == 200)
        .count();
    assert!((150..400).contains(&good), "{good}");
    let refused = answers
        .iter()
        .find(|answer| answer.status() == 429)
        .unwrap();
    assert_eq!(refused.headers()["x-rate-limit-remaining"], "0");
    assert!(refused.headers().get("retry-after").is_none());
    let wait = refused.headers()["x-rate-limit-retry-after"]
        .to_str()
        .unwrap();
    assert!((1..=5).contains(&wait.parse::<u64>().unwrap()));
}

#[tokio::test]
async fn a_call_without_an_answer_had_its_effect() {
    let sandbox = start().await;
    sandbox.fault("io", "timeout_after").await;
    let url = format!("{}/io/api/v1/messages", sandbox.url);
    let request = sandbox.client.post(url).json(&message(MOTHER));
    let request = request.header("Ocp-Apim-Subscription-Key", "sandbox-io");
    let error = request
        .timeout(Duration::from_millis(400))
        .send()
        .await
        .unwrap_err();
    assert!(error.is_timeout());
    sandbox.fault("io", "none").await;
    let calls = sandbox.calls("io").await;
    let key = &calls[0]["key"];
    assert_eq!(calls[0]["status"], 201);
    assert_eq!(key["fiscal_code"], MOTHER);
    assert_eq!(key["subject"], "La tua pratica è aperta");
    let id = key["id"].as_str().unwrap();
    assert_eq!(sandbox.message(MOTHER, id).await["message"]["id"], id);
}

#[tokio::test]
async fn messages_survive_a_restart() {
    let mut sandbox = start().await;
    let done = sandbox.sent(&message(MOTHER)).await;
    tokio::time::sleep(IO_DELAY).await;
    assert_eq!(sandbox.status(MOTHER, &done).await, "PROCESSED");
    let waiting = sandbox.sent(&message(PENSIONER)).await;
    sandbox.restart().await;
    assert_eq!(sandbox.status(MOTHER, &done).await, "PROCESSED");
    tokio::time::sleep(IO_DELAY).await;
    assert_eq!(sandbox.status(PENSIONER, &waiting).await, "REJECTED");
}

#[tokio::test]
async fn the_phone_shows_list_and_message() {
    let sandbox = start().await;
    let mut body = with(
        "/content/payment_data",
        json!({ "amount": 1605, "notice_number": NOTICE }),
    );
    body["content"]["due_date"] = json!("2027-01-31T22:59:59.000Z");
    body["content"]["subject"] = json!("Un oggetto con <b>segni</b>");
    let id = sandbox.sent(&body).await;
    tokio::time::sleep(IO_DELAY).await;
    let text = async |path: &str| sandbox.get(path).await.text().await.unwrap();
    let list = text(&format!("/io/messages?cf={MOTHER}")).await;
    assert!(list.contains("Comune di Bitonto") && list.contains("Pratiche e istanze"));
    assert!(list.contains("Un oggetto con &lt;b&gt;segni"), "{list}");
    let opened = text(&format!("/io/messages?cf={MOTHER}&id={id}")).await;
    for part in [
        "<strong>Non devi fare altro</strong>",
        "href=\"https://sportello.example.it/pratiche/1\">Apri la pratica</a>",
        "16,05 €",
        "3022 0260 0000 0123 72",
        "31/01/2027, 23:59",
    ] {
        assert!(opened.contains(part), "{part}: {opened}");
    }
    assert!(!opened.contains("cta_1"));
    let strange = format!("/io/messages?cf={STRANGER}&id={id}");
    assert_eq!(sandbox.get(&strange).await.status(), 404);
    assert!(text("/io/messages").await.contains("non usa IO"));
}
