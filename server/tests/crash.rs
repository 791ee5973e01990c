//! `kill -9` while people send: nothing acknowledged is lost, no number twice, none left out.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

mod common;

use std::{
    collections::BTreeSet,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use common::{APPLICANT, login, sandbox, settings};
use server::config::Settings;

const SLUG: &str = "duplicato-tessera-elettorale";
const PEOPLE: usize = 25;
/// Each sends again and again until the server dies: 200 submissions and more.
const ROUNDS: usize = 8;

fn start(settings: &Settings, folder: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_server"))
        .arg("serve")
        .env("MODE", "sandbox")
        .env("PORT", settings.port.to_string())
        .env("SANDBOX_PORT", settings.sandbox_port.to_string())
        .env("BASE_URL", settings.base_url())
        .env("DATA_DIR", &settings.data_dir)
        .env("DATABASE_URL", settings.database_url())
        .env("CATALOGUE", &settings.catalogue)
        .env("COMUNE", &settings.comune)
        .env("SITE", folder.join("site"))
        .env("RUST_LOG", "error")
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

async fn answering(url: &str) {
    for _ in 0..200 {
        if reqwest::get(format!("{url}/readyz"))
            .await
            .is_ok_and(|r| r.status().is_success())
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the server does not answer");
}

/// A free port: bound and let go.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_keeps_what_it_promised() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let url = format!("http://localhost:{port}");
    let sandbox_port = sandbox(folder.path(), &url).await.http;
    let sandbox_url = format!("http://localhost:{sandbox_port}");
    let settings = settings(folder.path(), port, sandbox_port);
    let promised = Arc::new(Mutex::new(Vec::<String>::new()));

    for round in 0..ROUNDS {
        let mut child = start(&settings, folder.path());
        answering(&url).await;
        let people: Vec<_> = (0..PEOPLE)
            .map(|n| {
                let (url, sandbox, promised) =
                    (url.clone(), sandbox_url.clone(), Arc::clone(&promised));
                tokio::spawn(async move { send(&url, &sandbox, n, &promised).await })
            })
            .collect();
        // Killed in the thick of it: once so many have their number, the others are under way.
        let enough = (round + 1) * PEOPLE;
        for _ in 0..1_200 {
            if promised.lock().unwrap().len() >= enough {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        for person in people {
            // Those cut off end with an error or a panic of their own: that is the point.
            let _ = person.await;
        }
    }

    let counter = server::program::build(settings.clone()).await.unwrap();
    assert_eq!(
        server::verify::verify(&counter).await.unwrap(),
        Vec::<String>::new()
    );
    let stored = numbers(&counter).await;
    let gapless: Vec<i64> = (1..=stored.len() as i64).collect();
    assert_eq!(stored, gapless, "a gap or a number twice");
    let promised = promised.lock().unwrap().clone();
    let distinct: BTreeSet<_> = promised.iter().collect();
    assert_eq!(
        distinct.len(),
        promised.len(),
        "one number promised to two people"
    );
    let year = counter.today().year();
    for protocol in &promised {
        let number: i64 = protocol.split('/').next().unwrap().parse().unwrap();
        assert!(
            stored.contains(&number),
            "{protocol} of {year} was acknowledged and lost"
        );
    }
    assert!(
        promised.len() >= ROUNDS * PEOPLE,
        "only {} were sent",
        promised.len()
    );
}

async fn numbers(counter: &server::state::Counter) -> Vec<i64> {
    let rows = server::store::register::all(&counter.store).await.unwrap();
    let mut numbers: Vec<i64> = rows.iter().map(|row| row.number).collect();
    numbers.sort_unstable();
    numbers
}

/// Sends requests until the server is gone; notes each number it was given.
async fn send(url: &str, sandbox: &str, person: usize, promised: &Mutex<Vec<String>>) {
    let cf = common::fiscal_code(person);
    let who = [
        ("cf", cf.as_str()),
        ("name", "Prova"),
        ("familyName", "Prova"),
        ("dateOfBirth", "1980-01-01"),
        ("placeOfBirth", "A893"),
    ];
    let browser = login(url, sandbox, &who).await;
    loop {
        browser
            .answer(SLUG, "richiedente", APPLICANT)
            .await
            .unwrap();
        browser
            .answer(SLUG, "motivo", &[("motivo", "mai_ricevuta")])
            .await
            .unwrap();
        browser
            .answer(SLUG, "ritiro", &[("consegna", "ufficio")])
            .await
            .unwrap();
        browser.declare(SLUG).await;
        let sent = browser.send(SLUG).await.unwrap();
        if let app::api::Page::Receipt(receipt) = sent.data.page {
            promised.lock().unwrap().push(receipt.protocol);
        }
    }
}
