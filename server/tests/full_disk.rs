//! Nothing can be written any more: `/readyz` says so, people are told in words, and all goes on
//! when there is room again. The program runs with a limit on the size of files, so that every
//! write fails as on a full disk.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use std::{
    process::{Child, Command},
    time::Duration,
};

use common::{
    Browser, CARD, MOTHER, login, prepare_card,
    process::{answering, command, free_port, terminate},
    receipt, sandbox, settings,
};
use reqwest::StatusCode;
use server::{program, verify};

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_loses_nothing() {
    let mut urls = vec![None];
    if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
        urls.push(Some(server::testing::new_postgres_database(&url).await));
    }
    for database_url in urls {
        fills_up(database_url).await;
    }
}

async fn fills_up(database_url: Option<String>) {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let url = format!("http://localhost:{port}");
    let ports = sandbox(folder.path(), &url).await;
    let mut settings = settings(folder.path(), port, ports.http);
    settings.platforms.smtp_port = Some(ports.smtp);
    // There the database's disk is another one: only files cannot be stored.
    let postgres = database_url.is_some();
    settings.database_url = database_url;
    let child = start(&command(&settings, folder.path(), "serve"));
    answering(&url).await;
    let maria = login(&url, &[("cf", MOTHER)]).await;
    prepare_card(&maria).await;
    let before = maria.request_page(CARD).await.draft;

    limit(&child, "0");
    let missing = if postgres { "files" } else { "database" };
    until_ready_is(&maria, StatusCode::SERVICE_UNAVAILABLE, missing).await;
    assert_eq!(maria.get("/healthz").await.status(), StatusCode::OK);
    let refused = maria
        .upload(CARD, "denuncia", "a.pdf", b"%PDF-1.7".to_vec())
        .await;
    assert!(refused.status().is_server_error(), "{refused:?}");
    if !postgres {
        let refused = maria.send(CARD).await.unwrap_err();
        assert_eq!(
            (refused.status, refused.title.as_str()),
            (503, "Servizio non disponibile")
        );
    }

    limit(&child, "unlimited");
    until_ready_is(&maria, StatusCode::OK, "ok").await;
    assert_eq!(maria.request_page(CARD).await.draft, before, "as it was");
    let sent = receipt(maria.send(CARD).await.unwrap());
    assert!(sent.protocol.starts_with("0000001/"), "{}", sent.protocol);
    assert!(terminate(child).await.success());
    let counter = program::build(settings).await.unwrap();
    assert_eq!(
        verify::verify(&counter).await.unwrap(),
        Vec::<String>::new()
    );
}

/// Starts the program so that a write beyond the limit fails instead of ending it.
fn start(wanted: &Command) -> Child {
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]);
    shell.arg(wanted.get_program()).args(wanted.get_args());
    for (name, value) in wanted.get_envs() {
        shell.env(name, value.unwrap());
    }
    shell.stderr(std::process::Stdio::null()).spawn().unwrap()
}

/// The largest file that it may write from now on, bytes.
fn limit(child: &Child, bytes: &str) {
    let done = Command::new("prlimit")
        .arg(format!("--pid={}", child.id()))
        .arg(format!("--fsize={bytes}:unlimited"))
        .status();
    assert!(done.unwrap().success());
}

async fn until_ready_is(browser: &Browser, status: StatusCode, text: &str) {
    let mut last = String::new();
    for _ in 0..100 {
        let answer = browser.get("/readyz").await;
        let found = answer.status();
        last = answer.text().await.unwrap();
        if found == status && last == text {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("/readyz says {last}, not {text}");
}
