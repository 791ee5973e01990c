#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

//! A real counter and a real sandbox on free ports, and people who log in through SAML.

pub mod log;
pub mod office;
pub mod process;
pub mod samples;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use app::api::{Acted, Page, PageData, Problem, ReceiptPage, RequestPage, SaveRequest};
use reqwest::{Client, Response, StatusCode, header::LOCATION, redirect::Policy};
use rules::form::{Answer, Answers};
use server::{
    clock::{Clock, ManualClock, SystemClock},
    config::{Mode, Platforms, Registry, Settings},
    state::Counter,
};
use tempfile::TempDir;
use tokio::net::TcpListener;

pub const MOTHER: &str = "LVSMRA88C54A893I";
pub const STUDENT: &str = "MRNLCU06P02A662C";
pub const CLERK_POLICE: &str = "BBTGNN75A70A893Q";
/// Of the electoral office; an administrator too.
pub const CLERK_CARDS: &str = "SNNRSO79E63A893P";
pub const CLERK_TAXES: &str = "SRCMHL82S11A662E";

pub struct World {
    pub url: String,
    pub sandbox: String,
    pub settings: Settings,
    pub folder: TempDir,
    /// The one that serves, to look behind the pages.
    pub counter: Counter,
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Settings of a counter on free ports; the bundle is left out, these tests need none.
pub fn settings(folder: &Path, port: u16, sandbox_port: u16) -> Settings {
    let site = folder.join("site");
    std::fs::create_dir_all(&site).unwrap();
    std::fs::write(
        site.join("manifest.json"),
        r#"{"js":"","wasm":"","css":""}"#,
    )
    .unwrap();
    Settings {
        port,
        sandbox_port,
        data_dir: folder.join("data"),
        database_url: None,
        mode: Mode::Sandbox,
        catalogue: root().join("app/catalogue"),
        base_url: Some(format!("http://localhost:{port}")),
        spid_idp_metadata: None,
        registry: Registry::default(),
        limits: None,
        comune: root().join("comune.toml"),
        site,
        renderer: server::testing::renderer(),
        listen: std::net::Ipv4Addr::UNSPECIFIED.into(),
        trusted_proxy: None,
        metrics_addr: None,
        signature_trust: Some(folder.join("sandbox/firma.pem")),
        streets: None,
        map: None,
        clamd: None,
        platforms: Platforms::default(),
    }
}

/// Where a sandbox listens.
pub struct SandboxPorts {
    pub http: u16,
    pub smtp: u16,
}

/// The sandbox on free ports, for a counter at `counter_url`.
pub async fn sandbox(folder: &Path, counter_url: &str) -> SandboxPorts {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let smtp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let ports = SandboxPorts {
        http: listener.local_addr().unwrap().port(),
        smtp: smtp.local_addr().unwrap().port(),
    };
    let options = sandbox::Options {
        base_url: format!("http://localhost:{}", ports.http),
        data_dir: folder.to_owned(),
        counter_url: counter_url.to_owned(),
        pay_delay: sandbox::PayDelay::NONE,
        io_delay: Duration::from_millis(200),
    };
    tokio::spawn(sandbox::serve(listener, smtp, options));
    ports
}

/// The sandbox's platforms, behind the proxies that hold every call against the official
/// descriptions, where there are some (`.ci/contracts.sh`). They let no wrong answer through:
/// not for tests with faults.
pub fn read_contracts(settings: &mut Settings) {
    let sandbox = settings.sandbox_port;
    let address = |name: &str| std::env::var(format!("TEST_{name}_URL")).ok();
    let key = |name: &str| Some(format!("sandbox-{name}@{sandbox}").as_str().into());
    let platforms = &mut settings.platforms;
    if let Some(io) = address("IO") {
        (platforms.io_url, platforms.io_api_key) = (Some(io), key("io"));
    }
    if let Some(gpd) = address("GPD") {
        (platforms.gpd_url, platforms.gpd_api_key) = (Some(gpd), key("gpd"));
    }
    if let Some(checkout) = address("CHECKOUT") {
        (platforms.checkout_url, platforms.checkout_api_key) = (Some(checkout), key("checkout"));
    }
    if let Some(receipts) = address("RECEIPTS") {
        (platforms.receipts_url, platforms.receipts_api_key) = (Some(receipts), key("receipts"));
    }
}

/// Makes the sandbox's calls fail; see its `Fault`.
pub async fn set_fault(sandbox: &str, fault: serde_json::Value) {
    let request = Client::new().post(format!("{sandbox}/faults")).json(&fault);
    let set = request.send().await.unwrap();
    assert!(set.status().is_success(), "{fault}");
}

/// One world a database: SQLite, and PostgreSQL where TEST_POSTGRES_URL is set.
pub async fn worlds(change: impl Fn(&mut Settings)) -> Vec<World> {
    worlds_at(Arc::new(SystemClock), change).await
}

/// The same with a clock of their own.
pub async fn worlds_at(clock: Arc<dyn Clock>, change: impl Fn(&mut Settings)) -> Vec<World> {
    let change = |settings: &mut Settings| {
        read_contracts(settings);
        change(settings);
    };
    let mut worlds = vec![world(None, Arc::clone(&clock), &change).await];
    if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
        let url = server::testing::new_postgres_database(&url).await;
        worlds.push(world(Some(url), clock, &change).await);
    }
    worlds
}

/// The same, by clocks that tests move. They begin now: the sandbox keeps the machine's time.
pub async fn clocked_worlds(change: impl Fn(&mut Settings)) -> Vec<(World, ManualClock)> {
    let mut urls = vec![None];
    if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
        urls.push(Some(server::testing::new_postgres_database(&url).await));
    }
    let mut worlds = Vec::new();
    for url in urls {
        let clock = ManualClock::at(SystemClock.now_ms());
        let world = world(url, Arc::new(clock.clone()), &|settings: &mut Settings| {
            long_sessions(settings);
            change(settings);
        })
        .await;
        worlds.push((world, clock));
    }
    worlds
}

/// Whose clock runs days ahead stays logged in: nobody can log in at two times.
pub fn long_sessions(settings: &mut Settings) {
    let comune = std::fs::read_to_string(&settings.comune).unwrap();
    let longer = comune.replace("sessione_minuti = 120", "sessione_minuti = 60000");
    assert_ne!(longer, comune);
    settings.comune = settings.data_dir.with_file_name("comune.toml");
    std::fs::write(&settings.comune, longer).unwrap();
}

async fn world(
    database_url: Option<String>,
    clock: Arc<dyn Clock>,
    change: &impl Fn(&mut Settings),
) -> World {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let url = format!("http://localhost:{port}");
    let ports = sandbox(folder.path(), &url).await;
    let mut settings = settings(folder.path(), port, ports.http);
    settings.database_url = database_url;
    settings.platforms.smtp_port = Some(ports.smtp);
    change(&mut settings);
    let counter = server::program::build_at(settings.clone(), clock)
        .await
        .unwrap();
    tokio::spawn(server::program::serve_on(
        listener,
        counter.clone(),
        std::future::pending(),
    ));
    World {
        url,
        sandbox: format!("http://localhost:{}", ports.http),
        settings,
        folder,
        counter,
    }
}

/// A browser without JavaScript: cookies, no redirects followed.
pub struct Browser {
    pub client: Client,
    pub url: String,
}

pub fn browser(url: &str) -> Browser {
    let client = Client::builder()
        .cookie_store(true)
        .redirect(Policy::none())
        .build()
        .unwrap();
    Browser {
        client,
        url: url.to_owned(),
    }
}

/// Logs in through the sandbox's provider; panics where a login would fail.
pub async fn login(url: &str, person: &[(&str, &str)]) -> Browser {
    login_by("spid", url, person).await
}

/// The same with SPID ("spid") or CIE ("cie").
pub async fn login_by(scheme: &str, url: &str, person: &[(&str, &str)]) -> Browser {
    let browser = browser(url);
    let start = format!("/{scheme}/login?next=/area-personale");
    let start = browser.get(&start).await;
    assert_eq!(start.status(), StatusCode::OK);
    let (action, fields) = provider_answer(&browser, start, person).await;
    let done = browser
        .client
        .post(action)
        .form(&fields)
        .send()
        .await
        .unwrap();
    assert_eq!(done.status(), StatusCode::SEE_OTHER);
    assert_eq!(done.headers()[LOCATION], "/area-personale");
    browser
}

/// Somebody with another country's identity, who has no codice fiscale.
pub async fn login_foreign(world: &World) -> Browser {
    let browser = browser(&world.url);
    let start = format!("/spid/login?idp={}/eidas", world.sandbox);
    let start = browser.get(&start).await;
    let who = [("cf", "ES/IT/12345678Z")];
    let (action, fields) = provider_answer(&browser, start, &who).await;
    let done = browser.client.post(action).form(&fields).send().await;
    assert_eq!(done.unwrap().status(), StatusCode::SEE_OTHER);
    browser
}

/// The `n`th person who does not exist, logged in; see [`fiscal_code`].
pub async fn login_nth(url: &str, n: usize) -> Browser {
    let cf = fiscal_code(n);
    let who = [
        ("cf", cf.as_str()),
        ("name", "Prova"),
        ("familyName", "Prova"),
        ("dateOfBirth", "1980-01-01"),
        ("placeOfBirth", "A893"),
    ];
    login(url, &who).await
}

/// What the provider answers to a login begun by `start`: where it is to be posted, and what.
pub async fn provider_answer(
    browser: &Browser,
    start: Response,
    person: &[(&str, &str)],
) -> (String, HashMap<String, String>) {
    let (provider, mut fields) = form(&start.text().await.unwrap());
    fields.extend(
        person
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned())),
    );
    let answer = browser
        .client
        .post(provider)
        .form(&fields)
        .send()
        .await
        .unwrap();
    form(&answer.text().await.unwrap())
}

impl World {
    /// Another counter on the same data; its address.
    pub async fn started_again(&self) -> (String, Counter) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let clock = Arc::clone(&self.counter.clock);
        let counter = server::program::build_at(self.settings.clone(), clock);
        let counter = counter.await.unwrap();
        tokio::spawn(server::program::serve_on(
            listener,
            counter.clone(),
            std::future::pending(),
        ));
        (url, counter)
    }

    pub async fn login(&self, cf: &str) -> Browser {
        login(&self.url, &[("cf", cf)]).await
    }
}

impl Browser {
    pub async fn get(&self, path: &str) -> Response {
        self.client
            .get(format!("{}{path}", self.url))
            .send()
            .await
            .unwrap()
    }

    pub async fn page(&self, path: &str) -> PageData {
        self.get(&format!("/api{path}")).await.json().await.unwrap()
    }

    pub async fn request_page(&self, slug: &str) -> RequestPage {
        match self.page(&format!("/servizi/{slug}/richiesta")).await.page {
            Page::Request(page) => *page,
            other => panic!("not the form: {other:?}"),
        }
    }

    /// A plain form's POST.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let url = format!("{}{path}", self.url);
        self.client
            .post(url)
            .header("origin", &self.url)
            .form(fields)
            .send()
            .await
            .unwrap()
    }

    pub async fn post_json(&self, path: &str, body: &SaveRequest) -> Response {
        let url = format!("{}/api{path}", self.url);
        self.client
            .post(url)
            .header("origin", &self.url)
            .json(body)
            .send()
            .await
            .unwrap()
    }

    /// An autosave.
    pub async fn put(&self, slug: &str, body: &SaveRequest) -> Response {
        let url = format!("{}/api/servizi/{slug}/richiesta", self.url);
        let request = self.client.put(url).header("origin", &self.url);
        request.json(body).send().await.unwrap()
    }

    /// Takes a file out of the draft.
    pub async fn remove(&self, slug: &str, file: &str) -> Response {
        let url = format!("{}/api/servizi/{slug}/richiesta/allegati/{file}", self.url);
        let request = self.client.delete(url).header("origin", &self.url);
        request.send().await.unwrap()
    }

    /// Answers a step and goes on; what the server says.
    pub async fn answer(
        &self,
        slug: &str,
        step: &str,
        answers: &[(&str, &str)],
    ) -> Result<Acted, Problem> {
        let draft = self.request_page(slug).await.draft;
        let save = SaveRequest {
            azione: "avanti".into(),
            passo: step.into(),
            versione: draft.version,
            risposte: texts(answers),
            bozza: draft.draft_id,
            ..SaveRequest::default()
        };
        self.act(slug, &save).await
    }

    pub async fn act(&self, slug: &str, save: &SaveRequest) -> Result<Acted, Problem> {
        self.try_act(slug, save).await.unwrap()
    }

    /// The same; an error is a server that is gone.
    pub async fn try_act(
        &self,
        slug: &str,
        save: &SaveRequest,
    ) -> reqwest::Result<Result<Acted, Problem>> {
        let url = format!("{}/api/servizi/{slug}/richiesta", self.url);
        let request = self.client.post(url).header("origin", &self.url);
        let response = request.json(save).send().await?;
        Ok(if response.status().is_success() {
            Ok(response.json().await?)
        } else {
            Err(response.json().await?)
        })
    }

    /// Ticks every declaration and goes on.
    pub async fn declare(&self, slug: &str) -> Acted {
        let page = self.request_page(slug).await;
        let save = SaveRequest {
            azione: "avanti".into(),
            passo: "dichiarazioni".into(),
            versione: page.draft.version,
            dichiarazioni: page
                .form
                .declarations
                .iter()
                .map(|d| d.id.clone())
                .collect(),
            bozza: page.draft.draft_id,
            ..SaveRequest::default()
        };
        self.act(slug, &save).await.unwrap()
    }

    pub async fn send(&self, slug: &str) -> Result<Acted, Problem> {
        let draft = self.request_page(slug).await.draft;
        let save = SaveRequest {
            azione: "invia".into(),
            passo: "riepilogo".into(),
            versione: draft.version,
            bozza: draft.draft_id,
            ..SaveRequest::default()
        };
        self.act(slug, &save).await
    }

    pub async fn upload(&self, slug: &str, id: &str, name: &str, bytes: Vec<u8>) -> Response {
        let url = format!("{}/api/servizi/{slug}/richiesta/allegati/{id}", self.url);
        let request = self
            .client
            .put(url)
            .header("origin", &self.url)
            .header("x-file-name", name);
        request.body(bytes).send().await.unwrap()
    }
}

/// The card of electors: no attachment but the report of a theft.
pub const CARD: &str = "duplicato-tessera-elettorale";

/// A request for [`CARD`], ready to be sent.
pub async fn prepare_card(person: &Browser) {
    prepare_card_of(person, APPLICANT).await;
}

/// The same of somebody who says this of herself.
pub async fn prepare_card_of(person: &Browser, applicant: &[(&str, &str)]) {
    person.answer(CARD, "richiedente", applicant).await.unwrap();
    person
        .answer(CARD, "motivo", &[("motivo", "mai_ricevuta")])
        .await
        .unwrap();
    person
        .answer(CARD, "ritiro", &[("consegna", "ufficio")])
        .await
        .unwrap();
    person.declare(CARD).await;
}

/// The amounts of a refund of taxes, with so many years.
pub fn amounts(version: i64, draft: &str, years: usize) -> SaveRequest {
    let year = texts(&[
        ("anno", "2025"),
        ("pagato", "10,00"),
        ("dovuto", "0"),
        ("data_pagamento", "1/6/2025"),
    ]);
    let mut answers = texts(&[
        ("modo", "compensazione"),
        ("compensazione_dettaglio", "TARI 2026, seconda rata"),
    ]);
    let rows = vec![year.0; years];
    answers.0.insert("annualita".into(), Answer::Rows(rows));
    SaveRequest {
        azione: "avanti".into(),
        passo: "importi".into(),
        versione: version,
        risposte: answers,
        bozza: draft.into(),
        ..SaveRequest::default()
    }
}

/// The receipt of a request that was just sent.
pub fn receipt(sent: Acted) -> ReceiptPage {
    match sent.data.page {
        Page::Receipt(receipt) => *receipt,
        other => panic!("no receipt: {other:?}"),
    }
}

pub fn texts(answers: &[(&str, &str)]) -> Answers {
    let pairs = answers
        .iter()
        .map(|(k, v)| ((*k).to_owned(), Answer::Text((*v).to_owned())));
    Answers(pairs.collect())
}

/// What the shared block `richiedente` needs beyond the identity.
pub const APPLICANT: &[(&str, &str)] = &[
    ("residenza_indirizzo", "Via Roma"),
    ("residenza_civico", "1"),
    ("residenza_comune", "Bitonto"),
    ("email", "maria@example.it"),
    ("qualita", "se_stesso"),
];

/// Action and fields of a page's first form.
pub fn form(html: &str) -> (String, HashMap<String, String>) {
    let form = html.split("<form").nth(1).expect("a form");
    let form = form.split("</form").next().unwrap();
    let action = attribute(form, "action");
    let inputs = form.split("<input").skip(1);
    let fields = inputs
        .map(|input| input.split('>').next().unwrap())
        .map(|input| (attribute(input, "name"), attribute(input, "value")));
    (action, fields.collect())
}

fn attribute(tag: &str, name: &str) -> String {
    let start = tag
        .find(&format!(" {name}=\""))
        .map_or(0, |at| at + name.len() + 3);
    let value = tag[start..].split('"').next().unwrap();
    value
        .replace("&quot;", "\"")
        .replace("&#43;", "+")
        .replace("&amp;", "&")
}

pub const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

/// A valid codice fiscale of a person who does not exist, another for each `n` below 300.
pub fn fiscal_code(n: usize) -> String {
    let letters = b"BCDFGLMNPR";
    let name: String = [n / 100 % 10, n / 10 % 10, n % 10]
        .map(|i| char::from(letters[i]))
        .iter()
        .collect();
    let body = format!("PRV{name}80A01A893");
    format!("{body}{}", check(&body))
}

/// Check character (D.M. 23.12.1976).
fn check(body: &str) -> char {
    const ODD: [u32; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
        23,
    ];
    let value = |c: char| {
        c.to_digit(10)
            .unwrap_or_else(|| u32::from(c) - u32::from('A'))
    };
    let sum: u32 = body
        .chars()
        .enumerate()
        .map(|(i, c)| {
            if i % 2 == 0 {
                ODD[value(c) as usize]
            } else {
                value(c)
            }
        })
        .sum();
    char::from(b'A' + u8::try_from(sum % 26).unwrap())
}

pub const STALLS: &str = "mercatino-artigiani";

/// A step of the service of `data/99-mercatino-artigiani.yaml`.
pub async fn stalls(maria: &Browser, from: &str, to: &str) -> SaveRequest {
    let draft = maria.request_page(STALLS).await.draft;
    let row = |what: &str, length: &str| texts(&[("merce", what), ("metri", length)]).0;
    let mut answers: Answers = texts(&[
        ("dal", from),
        ("al", to),
        ("corrente", "true"),
        ("watt", "500"),
    ]);
    let rows = vec![row("Ceramiche", "2,5"), row("Cesti", "3")];
    answers.0.insert("elenco_banchi".into(), Answer::Rows(rows));
    // A computed value that is posted counts nothing.
    answers
        .0
        .insert("metri_totali".into(), Answer::Text("999".into()));
    SaveRequest {
        azione: "avanti".into(),
        passo: "banchi".into(),
        versione: draft.version,
        risposte: answers,
        bozza: draft.draft_id,
        ..SaveRequest::default()
    }
}
