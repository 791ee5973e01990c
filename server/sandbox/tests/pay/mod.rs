#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panicking")]
#![expect(dead_code, reason = "each test file uses its part")]

//! A creditor's calls to pagoPA's side of the sandbox.

use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response};
use sandbox::PayDelay;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

pub const CREDITOR: &str = "00382520724";

pub struct Pagopa {
    pub url: String,
    /// Follows no redirect.
    pub client: Client,
    pub folder: TempDir,
}

pub async fn start() -> Pagopa {
    start_with(PayDelay::NONE).await
}

pub async fn start_with(delay: PayDelay) -> Pagopa {
    let folder = tempfile::tempdir().unwrap();
    let url = serve(folder.path(), delay).await;
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    Pagopa {
        url,
        client,
        folder,
    }
}

/// Serves what is in this folder on another port; its address.
pub async fn serve(folder: &Path, pay_delay: PayDelay) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let options = sandbox::Options {
        base_url: url.clone(),
        data_dir: folder.to_owned(),
        counter_url: "http://localhost:1".into(),
        pay_delay,
        io_delay: Duration::ZERO,
    };
    let smtp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    tokio::spawn(sandbox::serve(listener, smtp, options));
    url
}

#[expect(
    clippy::disallowed_methods,
    reason = "the sandbox runs on the machine's clock"
)]
pub fn in_seconds(seconds: i64) -> String {
    let then = Timestamp::now() + SignedDuration::from_secs(seconds);
    format!("{then:.3}")
}

/// A position of 40,00 € that is due in ten days; `n` makes its IUPD and IUV.
pub fn position(n: u32) -> Value {
    json!({
        "iupd": format!("{CREDITOR}-{n}"),
        "type": "F",
        "fiscalCode": "LVSMRA88C54A893I",
        "fullName": "Maria Lovascio",
        "email": "maria.lovascio@example.it",
        "switchToExpired": false,
        "companyName": "Comune di Bitonto",
        "paymentOption": [{
            "iuv": iuv(n),
            "amount": 4000,
            "description": "Istruttoria e cartello - pratica 2026/1",
            "isPartialPayment": false,
            "dueDate": in_seconds(864_000),
            "transfer": [{
                "idTransfer": "1",
                "amount": 4000,
                "remittanceInformation": "Istruttoria e cartello",
                "category": "9/0105101TS/",
                "iban": "IT60X0542811101000000123456",
            }],
        }],
    })
}

pub fn iuv(n: u32) -> String {
    format!("02{n:015}")
}

pub fn nav(n: u32) -> String {
    format!("302{n:015}")
}

/// A cart with the notice of `position(n)`.
pub fn cart(n: u32) -> Value {
    json!({
        "paymentNotices": [{
            "noticeNumber": nav(n),
            "fiscalCode": CREDITOR,
            "amount": 4000,
            "companyName": "Comune di Bitonto",
            "description": "Istruttoria e cartello",
        }],
        "returnUrls": {
            "returnOkUrl": "https://sportello.example.it/esito?ok",
            "returnCancelUrl": "https://sportello.example.it/esito?annullato",
            "returnErrorUrl": "https://sportello.example.it/esito?errore",
            "returnWaitingUrl": "https://sportello.example.it/esito?attesa",
        },
        "idCart": "pratica-1",
    })
}

impl Pagopa {
    fn request(&self, method: Method, url: &str, key: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{url}", self.url));
        request.header("Ocp-Apim-Subscription-Key", key)
    }

    /// A call to GPD; `path` follows `/organizations/{creditor}/`.
    pub fn gpd(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("/gpd/debt-positions-service/v1/organizations/{CREDITOR}/{path}");
        self.request(method, &url, "sandbox-gpd")
    }

    pub async fn create(&self, body: &Value, query: &str) -> Response {
        let path = format!("debtpositions{query}");
        self.gpd(Method::POST, &path)
            .json(body)
            .send()
            .await
            .unwrap()
    }

    /// Creates `position(n)` and publishes it.
    pub async fn publish(&self, n: u32) {
        let answer = self.create(&position(n), "?toPublish=true").await;
        assert_eq!(answer.status(), 201);
    }

    /// `publish` or `invalidate`.
    pub async fn act(&self, n: u32, what: &str) -> Response {
        let path = format!("debtpositions/{CREDITOR}-{n}/{what}");
        self.gpd(Method::POST, &path).send().await.unwrap()
    }

    pub async fn get(&self, n: u32) -> Value {
        let path = format!("debtpositions/{CREDITOR}-{n}");
        let answer = self.gpd(Method::GET, &path).send().await.unwrap();
        answer.json().await.unwrap()
    }

    pub async fn status(&self, n: u32) -> String {
        self.get(n).await["status"].as_str().unwrap().to_owned()
    }

    pub async fn cart(&self, body: &Value) -> Response {
        let request = self.request(Method::POST, "/checkout/ec/v2/carts", "sandbox-checkout");
        request.json(body).send().await.unwrap()
    }

    /// A cart for `position(n)`: the address of its page.
    pub async fn page(&self, n: u32) -> String {
        let answer = self.cart(&cart(n)).await;
        assert_eq!(answer.status(), 302);
        answer.headers()["location"].to_str().unwrap().to_owned()
    }

    /// Presses a button of a cart's page.
    pub async fn press(&self, page: &str, button: &str) -> Response {
        let form = self.client.post(page).form(&[("azione", button)]);
        form.send().await.unwrap()
    }

    pub async fn receipts(&self, path: &str) -> Response {
        let url = format!("/gpd/payments-receipts-service/v1/payments/{CREDITOR}/receipts{path}");
        let request = self.request(Method::GET, &url, "sandbox-receipts");
        request.send().await.unwrap()
    }

    /// "Pagato altrove".
    pub async fn elsewhere(&self, n: u32) -> Response {
        let form = [("organization", CREDITOR.to_owned()), ("nav", nav(n))];
        let url = format!("{}/pagopa/positions", self.url);
        self.client.post(url).form(&form).send().await.unwrap()
    }

    /// The keys that the journal has of a target's calls.
    pub async fn journal(&self, target: &str) -> Vec<Value> {
        let url = format!("{}/journal?target={target}", self.url);
        let journal: Value = self
            .client
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let entries = journal["entries"].as_array().unwrap().iter();
        entries
            .filter(|entry| entry["kind"] == "call")
            .cloned()
            .collect()
    }
}
