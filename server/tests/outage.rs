//! The database is gone for a while: everybody is told in words, and nothing is half written.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use app::api::{Problem, SaveRequest};
use common::{Browser, CARD, MOTHER, World, browser, prepare_card, receipt, texts, worlds};
use reqwest::{Response, StatusCode};
use server::state::Counter;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};

const FORM: &str = "/servizi/duplicato-tessera-elettorale/richiesta";

/// A way to take the database away and to give it back.
enum Switch {
    /// No connection to the file is left; only another start brings it back.
    Sqlite,
    /// The server's own database, and the name of the counter's.
    Postgres(AnyConnection, String),
}

impl Switch {
    async fn off(world: &World) -> Self {
        let url = world.settings.database_url();
        if url.starts_with("sqlite:") {
            world.counter.store.close().await;
            Self::Sqlite
        } else {
            Self::lock_out(&url).await
        }
    }

    /// Nobody may connect, and who was connected is thrown out.
    async fn lock_out(url: &str) -> Self {
        let mut url = url::Url::parse(url).unwrap();
        let name = url.path().trim_start_matches('/').to_owned();
        url.set_path("postgres");
        let mut admin = AnyConnection::connect(url.as_str()).await.unwrap();
        let statements = [
            format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"),
            format!(
                "SELECT CAST(COUNT(pg_terminate_backend(pid)) AS TEXT) \
                 FROM pg_stat_activity WHERE datname = '{name}'"
            ),
        ];
        for statement in statements {
            admin.execute(AssertSqlSafe(statement)).await.unwrap();
        }
        Self::Postgres(admin, name)
    }

    /// Where the counter is to be found from now on, and the counter.
    async fn on(self, world: &World) -> (String, Counter) {
        match self {
            Self::Sqlite => world.started_again().await,
            Self::Postgres(mut admin, name) => {
                let allow = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true");
                admin.execute(AssertSqlSafe(allow)).await.unwrap();
                (world.url.clone(), world.counter.clone())
            }
        }
    }
}

async fn is_told(answer: Response, what: &str) {
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{what}");
    assert_eq!(answer.headers()["cache-control"], "no-store", "{what}");
    let html = answer.text().await.unwrap();
    assert!(html.contains("Servizio non disponibile"), "{what}: {html}");
    assert!(html.contains("data-reference"), "{what}: {html}");
}

async fn is_problem(answer: Response, what: &str) {
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{what}");
    let problem: Problem = answer.json().await.unwrap();
    assert_eq!(problem.title, "Servizio non disponibile", "{what}");
    assert!(!problem.reference.is_empty(), "{what}");
}

/// Everything that needs the database says that it is gone.
async fn everything_is_refused(world: &World, maria: &Browser, body: &SaveRequest) {
    let version = body.versione.to_string();
    let fields = |azione: &'static str| {
        [
            ("azione", azione),
            ("passo", "motivo"),
            ("versione", version.as_str()),
            ("bozza", body.bozza.as_str()),
            ("motivo", "spazi"),
        ]
    };
    for path in [FORM, "/area-personale", "/pratiche/x"] {
        is_told(maria.get(path).await, path).await;
    }
    for azione in ["avanti", "invia", "elimina"] {
        is_told(maria.post(FORM, &fields(azione)).await, azione).await;
    }
    is_problem(maria.put(CARD, body).await, "autosave").await;
    is_problem(maria.post_json(FORM, body).await, "action").await;
    let pdf = b"%PDF-1.7".to_vec();
    is_problem(maria.upload(CARD, "denuncia", "a.pdf", pdf).await, "file").await;
    let start = browser(&world.url).get("/spid/login").await;
    is_told(start, "login").await;
    assert_eq!(
        maria.get("/readyz").await.status(),
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(maria.get("/healthz").await.status(), StatusCode::OK);
    let sheet = browser(&world.url).get("/servizi").await;
    assert_eq!(
        sheet.status(),
        StatusCode::OK,
        "what needs no database goes on"
    );
}

async fn ready_again(maria: &Browser) {
    for _ in 0..100 {
        if maria.get("/readyz").await.status() == StatusCode::OK {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the counter does not find its database again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_gone_is_told_and_comes_back_whole() {
    for world in worlds(|_| {}).await {
        let mut maria = world.login(MOTHER).await;
        prepare_card(&maria).await;
        let before = maria.request_page(CARD).await.draft;
        let body = SaveRequest {
            azione: "avanti".into(),
            passo: "motivo".into(),
            versione: before.version,
            risposte: texts(&[("motivo", "spazi")]),
            bozza: before.draft_id.clone(),
            ..SaveRequest::default()
        };

        let switch = Switch::off(&world).await;
        everything_is_refused(&world, &maria, &body).await;
        let (url, counter) = switch.on(&world).await;
        maria.url = url;
        ready_again(&maria).await;

        let after = maria.request_page(CARD).await.draft;
        assert_eq!(after, before, "the draft is as it was");
        let files = world.settings.data_dir.join("files");
        assert_eq!(std::fs::read_dir(files).unwrap().count(), 0);
        let sent = receipt(maria.send(CARD).await.unwrap());
        assert!(sent.protocol.starts_with("0000001/"), "{}", sent.protocol);
        let verified = server::verify::verify(&counter).await.unwrap();
        assert_eq!(verified, Vec::<String>::new());
    }
}

/// Gone between the check and the commit: while submissions are on their way. (SQLite's file does
/// not go away under a program; `crash.rs` ends the program instead.)
#[tokio::test(flavor = "multi_thread")]
async fn gone_in_the_middle_of_submissions_leaves_no_half() {
    for world in worlds(|_| {}).await.into_iter().skip(1) {
        let maria = world.login(MOTHER).await;
        let mut promised = Vec::new();
        for round in 0..6 {
            prepare_card(&maria).await;
            let draft = maria.request_page(CARD).await.draft;
            let send = SaveRequest {
                azione: "invia".into(),
                passo: "riepilogo".into(),
                versione: draft.version,
                bozza: draft.draft_id,
                ..SaveRequest::default()
            };
            let off = async {
                tokio::time::sleep(std::time::Duration::from_millis(round * 2)).await;
                Switch::off(&world).await
            };
            let (_, switch) = tokio::join!(maria.act(CARD, &send), off);
            switch.on(&world).await;
            ready_again(&maria).await;
            // Sent or not, a repeat gives her the one number.
            let first = receipt(maria.act(CARD, &send).await.unwrap());
            let second = receipt(maria.act(CARD, &send).await.unwrap());
            assert_eq!(first.protocol, second.protocol);
            promised.push(first.protocol);
        }
        promised.dedup();
        assert_eq!(promised.len(), 6);
        assert!(promised[5].starts_with("0000006/"), "{promised:?}");
        let verified = server::verify::verify(&world.counter).await.unwrap();
        assert_eq!(verified, Vec::<String>::new());
    }
}
