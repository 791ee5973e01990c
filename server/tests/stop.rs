//! A stop while people send: every request that was accepted is answered, and what was answered
//! is kept.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use app::api::{Page, PageData, SaveRequest};
use common::{
    APPLICANT, Browser, CARD, CLERK_CARDS, login, login_nth,
    process::{free_port, start, terminate},
    receipt, sandbox, settings, texts,
};
use futures::StreamExt as _;
use server::{program, store::cases, verify};

const PEOPLE: usize = 12;

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_finishes_what_it_began_on_sqlite() {
    finishes_what_it_began(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_finishes_what_it_began_on_postgres() {
    if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
        let url = server::testing::new_postgres_database(&url).await;
        finishes_what_it_began(Some(url)).await;
    }
}

/// Cases that people were told of.
type Told = Arc<Mutex<Vec<String>>>;

async fn finishes_what_it_began(database_url: Option<String>) {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let url = format!("http://localhost:{port}");
    let ports = sandbox(folder.path(), &url).await;
    let mut settings = settings(folder.path(), port, ports.http);
    settings.database_url = database_url;
    settings.platforms.smtp_port = Some(ports.smtp);
    let told = Told::default();
    for life in 1..=3 {
        let child = start(&settings, folder.path()).await;
        let mut senders = Vec::new();
        for n in 0..PEOPLE {
            let person = login_nth(&url, n).await;
            senders.push(tokio::spawn(send_on(person, Arc::clone(&told))));
        }
        until(|| told.lock().unwrap().len() >= life * PEOPLE).await;
        let clerk = login(&url, &[("cf", CLERK_CARDS)]).await;
        let case = told.lock().unwrap()[0].clone();
        senders.push(tokio::spawn(async move {
            watch(clerk, case).await;
            false
        }));
        let before = told.lock().unwrap().len();
        let begun = Instant::now();
        let status = terminate(child).await;
        assert!(status.success(), "{status}");
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{:?}",
            begun.elapsed()
        );
        let mut resets = 0;
        for sender in senders {
            resets += usize::from(sender.await.unwrap());
        }
        // Whom the system let in between the last look at the door and its closing.
        assert!(resets <= 1, "{resets} requests were cut off");
        let after = told.lock().unwrap().len();
        println!("{} cases after the signal", after - before);
    }
    let counter = program::build(settings).await.unwrap();
    assert_eq!(
        verify::verify(&counter).await.unwrap(),
        Vec::<String>::new()
    );
    let told = told.lock().unwrap().clone();
    for case in &told {
        assert!(
            cases::get(&counter.store, case).await.unwrap().is_some(),
            "{case} is lost"
        );
    }
    let stored = cases::all(&counter.store).await.unwrap().len();
    assert_eq!(stored, told.len(), "kept, and nobody was told");
}

/// Sends until nobody listens any more: a connection that is not accepted is nobody's loss. One
/// that was accepted and is cut would be. Whether the last one was reset.
async fn send_on(person: Browser, told: Told) -> bool {
    loop {
        match send_one(&person).await {
            Ok(case) => told.lock().unwrap().push(case),
            Err(error) if error.is_connect() => return false,
            Err(error) if is_reset(&error) => return true,
            Err(error) => panic!("cut off: {error:?}"),
        }
    }
}

fn is_reset(error: &reqwest::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let io = error.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::ConnectionReset) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// A request from its first step to its number; the case.
async fn send_one(person: &Browser) -> reqwest::Result<String> {
    let steps: [(&str, &[(&str, &str)]); 3] = [
        ("richiedente", APPLICANT),
        ("motivo", &[("motivo", "mai_ricevuta")]),
        ("ritiro", &[("consegna", "ufficio")]),
    ];
    for (step, answers) in steps {
        let save = SaveRequest {
            risposte: texts(answers),
            ..asked(person, "avanti", step).await?
        };
        person.try_act(CARD, &save).await?.unwrap();
    }
    let save = asked(person, "avanti", "dichiarazioni").await?;
    person.try_act(CARD, &save).await?.unwrap();
    let invia = asked(person, "invia", "riepilogo").await?;
    let sent = person.try_act(CARD, &invia).await?;
    Ok(receipt(sent.unwrap()).id)
}

/// A button on the form as it is now, every declaration ticked.
async fn asked(person: &Browser, azione: &str, passo: &str) -> reqwest::Result<SaveRequest> {
    let url = format!("{}/api/servizi/{CARD}/richiesta", person.url);
    let data: PageData = person.client.get(url).send().await?.json().await?;
    let Page::Request(page) = data.page else {
        panic!("not the form: {:?}", data.page);
    };
    Ok(SaveRequest {
        azione: azione.into(),
        passo: passo.into(),
        versione: page.draft.version,
        risposte: page.draft.answers,
        dichiarazioni: page
            .form
            .declarations
            .iter()
            .map(|d| d.id.clone())
            .collect(),
        bozza: page.draft.draft_id,
        informativa: String::new(),
    })
}

/// An open page of the office: its stream ends as streams end, and is not cut.
async fn watch(clerk: Browser, case: String) {
    let url = format!("{}/api/pratiche/{case}/eventi", clerk.url);
    let mut stream = clerk.client.get(url).send().await.unwrap().bytes_stream();
    while let Some(chunk) = stream.next().await {
        chunk.expect("the stream is not cut off");
    }
}

async fn until(done: impl Fn() -> bool) {
    for _ in 0..6_000 {
        if done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("people do not get through");
}
