//! `kill -9` while people send: nothing acknowledged is lost, no number twice, none left out,
//! and who was cut off sends again and gets the one number of her request.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use std::{
    collections::BTreeMap,
    process::Child,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use app::api::SaveRequest;
use common::{
    Browser, CARD, login_nth, prepare_card,
    process::{free_port, kill, start},
    read_contracts, receipt, sandbox, settings,
};
use server::{state::Counter, store::cases};

const PEOPLE: usize = 25;
/// Lives of the server. In each, people send until it dies: on SQLite 200 submissions and more.
const LIVES_ON_SQLITE: usize = 8;
const LIVES_ON_POSTGRES: usize = 4;

/// Somebody who sends request after request, through all lives of the server.
struct Sender {
    browser: Browser,
    /// "Invia" that was sent and not yet answered.
    pending: Mutex<Option<SaveRequest>>,
}

/// What all of them were told.
#[derive(Default)]
struct Told {
    /// Protocol number by draft.
    numbers: Mutex<BTreeMap<String, String>>,
    /// Submissions that were cut off and sent again.
    repeated: AtomicUsize,
    /// Submissions not yet answered.
    under_way: AtomicUsize,
}

impl Told {
    fn count(&self) -> usize {
        self.numbers.lock().unwrap().len()
    }

    /// A draft is told one number, however often it is sent.
    fn note(&self, draft: &str, number: String) {
        let mut numbers = self.numbers.lock().unwrap();
        let known = numbers
            .entry(draft.to_owned())
            .or_insert_with(|| number.clone());
        assert_eq!(*known, number, "two numbers for one request");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_keeps_what_it_promised_on_sqlite() {
    keeps_what_it_promised(None, LIVES_ON_SQLITE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_keeps_what_it_promised_on_postgres() {
    if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
        let url = server::testing::new_postgres_database(&url).await;
        keeps_what_it_promised(Some(url), LIVES_ON_POSTGRES).await;
    }
}

async fn keeps_what_it_promised(database_url: Option<String>, lives: usize) {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let url = format!("http://localhost:{port}");
    let ports = sandbox(folder.path(), &url).await;
    let sandbox_port = ports.http;
    let mut settings = settings(folder.path(), port, sandbox_port);
    settings.database_url = database_url;
    settings.platforms.smtp_port = Some(ports.smtp);
    read_contracts(&mut settings);
    let told = Arc::new(Told::default());
    let mut people = Vec::new();
    for life in 0..lives {
        let mut child = start(&settings, folder.path()).await;
        if people.is_empty() {
            people = log_in(&url).await;
        }
        let senders = people.iter().map(|person| {
            let (person, told) = (Arc::clone(person), Arc::clone(&told));
            tokio::spawn(async move { person.send_on(&told).await })
        });
        let senders: Vec<_> = senders.collect();
        killed_in_the_thick(&mut child, &told, (life + 1) * PEOPLE).await;
        for sender in senders {
            // Cut off, it ends with a panic of its own: that is the point.
            let _ = sender.await;
        }
    }
    let mut child = start(&settings, folder.path()).await;
    for person in &people {
        person.repeat(&told).await;
    }
    kill(&mut child);
    let counter = server::program::build(settings).await.unwrap();
    check(&counter, &told, lives * PEOPLE).await;
}

/// Once so many have their number, and somebody has just pressed "Invia".
async fn killed_in_the_thick(child: &mut Child, told: &Told, enough: usize) {
    for _ in 0..60_000 {
        if told.count() >= enough && told.under_way.load(Ordering::SeqCst) > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    kill(child);
}

async fn check(counter: &Counter, told: &Told, enough: usize) {
    let found = server::verify::verify(counter).await.unwrap();
    assert_eq!(found, Vec::<String>::new());
    let rows = server::store::register::all(&counter.store).await.unwrap();
    let mut stored: Vec<i64> = rows.iter().map(|row| row.number).collect();
    stored.sort_unstable();
    let gapless: Vec<i64> = (1..=stored.len() as i64).collect();
    assert_eq!(stored, gapless, "a gap or a number twice");
    let numbers = told.numbers.lock().unwrap().clone();
    for (draft, number) in &numbers {
        let row = cases::by_draft(&counter.store, draft).await.unwrap();
        let row = row.unwrap_or_else(|| panic!("{number} was acknowledged and lost"));
        let kept: i64 = number.split('/').next().unwrap().parse().unwrap();
        assert_eq!(row.number, kept, "another number than she was told");
    }
    assert_eq!(numbers.len(), stored.len(), "everybody was told in the end");
    assert!(numbers.len() >= enough, "only {} were sent", numbers.len());
    let repeated = told.repeated.load(Ordering::SeqCst);
    println!(
        "{} sent, {repeated} of them cut off and repeated",
        numbers.len()
    );
    assert!(repeated > 0, "nobody was cut off: kill earlier");
}

/// Each through the provider, once: sessions outlive the server.
async fn log_in(url: &str) -> Vec<Arc<Sender>> {
    let mut people = Vec::new();
    for n in 0..PEOPLE {
        people.push(Arc::new(Sender {
            browser: login_nth(url, n).await,
            pending: Mutex::default(),
        }));
    }
    people
}

impl Sender {
    /// Sends requests until the server is gone; notes each before it is sent, and its number.
    async fn send_on(&self, told: &Told) {
        loop {
            self.repeat(told).await;
            prepare_card(&self.browser).await;
            let draft = self.browser.request_page(CARD).await.draft;
            let invia = SaveRequest {
                azione: "invia".into(),
                passo: "riepilogo".into(),
                versione: draft.version,
                bozza: draft.draft_id,
                ..SaveRequest::default()
            };
            *self.pending.lock().unwrap() = Some(invia.clone());
            self.deliver(&invia, told).await;
        }
    }

    /// What the server's death left without an answer, sent again; then once more.
    async fn repeat(&self, told: &Told) {
        let pending = self.pending.lock().unwrap().clone();
        if let Some(invia) = pending {
            told.repeated.fetch_add(1, Ordering::SeqCst);
            self.deliver(&invia, told).await;
            self.deliver(&invia, told).await;
        }
    }

    async fn deliver(&self, invia: &SaveRequest, told: &Told) {
        told.under_way.fetch_add(1, Ordering::SeqCst);
        let sent = self.browser.try_act(CARD, invia).await;
        told.under_way.fetch_sub(1, Ordering::SeqCst);
        let sent = sent.unwrap().unwrap();
        told.note(&invia.bozza, receipt(sent).protocol);
        *self.pending.lock().unwrap() = None;
    }
}
