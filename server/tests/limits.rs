//! Who asks too often waits, at each door that has a limit, and what she had is still there.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use std::time::Duration;

use common::{
    APPLICANT, Browser, CARD, MOTHER, PNG, STALLS, STUDENT, World, browser, root, worlds,
};
use reqwest::{Response, StatusCode};

fn tight(settings: &mut server::config::Settings) {
    settings.limits = Some(1);
}

/// Asks until the answer is 429: after how many, and that answer.
async fn until_refused(most: usize, ask: impl AsyncFn() -> Response) -> (usize, Response) {
    for n in 0..most {
        let answer = ask().await;
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            return (n, answer);
        }
    }
    panic!("no limit after {most}")
}

/// How long to wait, in seconds.
fn wait(refused: &Response) -> u64 {
    let seconds = refused.headers()["retry-after"].to_str().unwrap().parse();
    let seconds = seconds.unwrap();
    assert!((1..=3).contains(&seconds), "{seconds}");
    seconds
}

/// After the wait that the answer names.
async fn waited(refused: Response) {
    tokio::time::sleep(Duration::from_secs(wait(&refused))).await;
}

async fn is_page(refused: Response) {
    let seconds = wait(&refused);
    let html = refused.text().await.unwrap();
    let told = format!("Riprova tra {seconds} secondi");
    assert!(
        html.contains("Troppe richieste") && html.contains(&told),
        "{html}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn logins() {
    for world in worlds(tight).await {
        let maria = browser(&world.url);
        let login = async || maria.get("/spid/login").await;
        let (asked, refused) = until_refused(200, login).await;
        assert!(asked >= 120, "{asked}");
        // Public pages are not limited.
        assert_eq!(maria.get("/servizi").await.status(), StatusCode::OK);
        let seconds = wait(&refused);
        is_page(refused).await;
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        assert_eq!(login().await.status(), StatusCode::OK);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_begins_few_logins() {
    for world in worlds(tight).await {
        let (maria, luca) = (world.login(MOTHER).await, world.login(STUDENT).await);
        let login = async || maria.get("/spid/login").await;
        let (asked, refused) = until_refused(100, login).await;
        assert!((30..100).contains(&asked), "{asked}");
        is_page(refused).await;
        let other = luca.get("/spid/login").await;
        assert_eq!(other.status(), StatusCode::OK, "another session");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_providers() {
    for world in worlds(tight).await {
        let thief = browser(&world.url);
        let guess = [("SAMLResponse", "PGE+")];
        let answer = async || thief.post("/spid/acs", &guess).await;
        let (asked, refused) = until_refused(300, answer).await;
        assert!(asked >= 120, "{asked}");
        is_page(refused).await;
        // The other doors are the same to her.
        let (asked, _) = until_refused(2, async || thief.post("/cie/slo", &guess).await).await;
        assert!(asked < 2, "{asked}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn drafts() {
    for world in worlds(tight).await {
        let (maria, luca) = (world.login(MOTHER).await, world.login(STUDENT).await);
        maria.answer(CARD, "richiedente", APPLICANT).await.unwrap();
        let before = maria.request_page(CARD).await.draft;
        let path = format!("/servizi/{CARD}/richiesta");
        let step = async || maria.post(&path, &[("azione", "indietro")]).await;
        let (asked, refused) = until_refused(600, step).await;
        assert!(asked >= 200, "{asked}");
        is_page(refused).await;
        // The app is told in its own way, a neighbour is not stopped, nothing is lost.
        let told = maria.put(CARD, &Default::default()).await;
        if told.status() == StatusCode::TOO_MANY_REQUESTS {
            assert_eq!(told.headers()["content-type"], "application/problem+json");
        }
        luca.answer(CARD, "richiedente", APPLICANT).await.unwrap();
        assert_eq!(maria.request_page(CARD).await.draft, before);
        waited(until_refused(600, step).await.1).await;
        maria
            .answer(CARD, "motivo", &[("motivo", "mai_ricevuta")])
            .await
            .unwrap();
    }
}

/// A world whose only service takes a file.
async fn with_files() -> Vec<World> {
    let folder = tempfile::tempdir().unwrap().keep();
    for (from, to) in [
        ("app/catalogue/_blocchi.yaml", "_blocchi.yaml"),
        ("server/tests/data/99-mercatino-artigiani.yaml", "99.yaml"),
    ] {
        std::fs::copy(root().join(from), folder.join(to)).unwrap();
    }
    worlds(move |settings| {
        tight(settings);
        settings.catalogue = folder.clone();
    })
    .await
}

async fn photo(person: &Browser) -> Response {
    person
        .upload(STALLS, "foto_merce", "banco.png", PNG.to_vec())
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads() {
    for world in with_files().await {
        let (maria, luca) = (world.login(MOTHER).await, world.login(STUDENT).await);
        for person in [&maria, &luca] {
            person
                .answer(STALLS, "richiedente", APPLICANT)
                .await
                .unwrap();
        }
        let (asked, refused) = until_refused(200, async || photo(&maria).await).await;
        assert!((60..200).contains(&asked), "{asked}");
        assert_eq!(
            refused.headers()["content-type"],
            "application/problem+json"
        );
        assert!(photo(&luca).await.status().is_success(), "a neighbour");
        waited(refused).await;
        assert_ne!(photo(&maria).await.status(), StatusCode::TOO_MANY_REQUESTS);
        // A step is another door.
        assert_eq!(maria.request_page(STALLS).await.draft.version, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn anything_else_that_is_sent() {
    for world in worlds(tight).await {
        let (maria, luca) = (world.login(MOTHER).await, world.login(STUDENT).await);
        let german = [("lingua", "de")];
        let send = async |who: &Browser, path| who.post(path, &german).await;
        let (asked, refused) = until_refused(400, async || send(&maria, "/lingua").await).await;
        assert!((120..400).contains(&asked), "{asked}");
        is_page(refused).await;
        // Every other door is the same one; a neighbour is not stopped.
        let paths = ["/valutazioni", "/pratiche/x", "/ufficio/ruoli", "/niente"];
        for path in paths {
            let (asked, _) = until_refused(3, async || send(&maria, path).await).await;
            assert!(asked < 3, "{path}: {asked}");
        }
        assert_ne!(
            send(&luca, "/lingua").await.status(),
            StatusCode::TOO_MANY_REQUESTS
        );
        // Without a session the address counts.
        let nobody = browser(&world.url);
        let (asked, refused) = until_refused(4_000, async || send(&nobody, "/lingua").await).await;
        assert!((900..4_000).contains(&asked), "{asked}");
        is_page(refused).await;
    }
}
