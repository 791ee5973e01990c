//! Viruses: Debian's `clamd` itself, with a list of its own, judges what people send.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use crate::common::{
    self, Browser, CARD, CLERK_CARDS, MOTHER, World, prepare_card, receipt, worlds,
};
use app::api::{AttachmentView, Problem};
use reqwest::StatusCode;
use server::config::{Clamd, Settings};

const THEFT: &[(&str, &str)] = &[
    ("motivo", "furto"),
    ("denuncia_autorita", "CC"),
    ("denuncia_data", "1/1/2026"),
];

/// The standard test file (https://www.eicar.org), in two parts so that this file is none.
fn eicar() -> Vec<u8> {
    let halves = [
        r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-",
        "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
    ];
    halves.concat().into_bytes()
}

/// What our own signature finds.
const MARK: &[u8] = b"questo segno e un virus di prova";

/// A PDF that holds these bytes.
fn pdf(with: &[u8]) -> Vec<u8> {
    [b"%PDF-1.7\n", with, b"\n%%EOF\n"].concat()
}

/// Debian's daemon, with two signatures and a socket in `folder`.
struct Daemon {
    folder: PathBuf,
    process: Option<Child>,
}

impl Daemon {
    fn new(folder: &Path) -> Self {
        let signatures = folder.join("signatures");
        std::fs::create_dir_all(&signatures).unwrap();
        let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
        let lines = [
            format!("Prova.Eicar:0:*:{}\n", hex(&eicar())),
            format!("Prova.Segno:0:*:{}\n", hex(MARK)),
        ];
        std::fs::write(signatures.join("prova.ndb"), lines.concat()).unwrap();
        let config = format!(
            "LocalSocket {}\nDatabaseDirectory {}\nForeground yes\nUser {}\n",
            folder.join("clamd.ctl").display(),
            signatures.display(),
            users::current(),
        );
        std::fs::write(folder.join("clamd.conf"), config).unwrap();
        Self {
            folder: folder.to_owned(),
            process: None,
        }
    }

    async fn start(&mut self) {
        let config = self.folder.join("clamd.conf");
        let started = Command::new("clamd")
            .arg(format!("--config-file={}", config.display()))
            .stdout(Stdio::null())
            .spawn();
        self.process = Some(started.expect("clamd is here: bash .ci/install.sh test"));
        for _ in 0..600 {
            if tokio::net::UnixStream::connect(self.folder.join("clamd.ctl"))
                .await
                .is_ok()
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("clamd does not listen");
    }

    fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
            let _ = std::fs::remove_file(self.folder.join("clamd.ctl"));
        }
    }

    fn settings(&self, settings: &mut Settings) {
        settings.clamd = Some(Clamd::Socket(self.folder.join("clamd.ctl")));
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.stop();
    }
}

mod users {
    /// Whoever runs the tests: clamd changes to another user only as root.
    pub fn current() -> String {
        let id = std::process::Command::new("id")
            .arg("-un")
            .output()
            .unwrap();
        String::from_utf8(id.stdout).unwrap().trim().to_owned()
    }
}

async fn robbed(world: &World) -> Browser {
    let maria = world.login(MOTHER).await;
    prepare_card(&maria).await;
    maria.answer(CARD, "motivo", THEFT).await.unwrap();
    maria
}

async fn send(maria: &Browser, bytes: Vec<u8>) -> Result<AttachmentView, Problem> {
    let answer = maria.upload(CARD, "denuncia", "denuncia.pdf", bytes).await;
    match answer.status() {
        StatusCode::OK => Ok(answer.json().await.unwrap()),
        _ => Err(answer.json().await.unwrap()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_a_virus_is_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let mut daemon = Daemon::new(folder.path());
    daemon.start().await;
    for world in worlds(|settings| daemon.settings(settings)).await {
        let maria = robbed(&world).await;
        for (bytes, found) in [(pdf(MARK), "Prova.Segno"), (pdf(&eicar()), "Prova.Eicar")] {
            let refused = send(&maria, bytes).await.unwrap_err();
            assert_eq!(refused.status, 422);
            assert!(refused.detail.contains(found), "{refused:?}");
            assert!(refused.detail.contains("denuncia.pdf"), "{refused:?}");
        }
        let files = std::fs::read_dir(world.settings.data_dir.join("files")).unwrap();
        assert_eq!(files.count(), 0, "nothing of it was stored");
        let file = send(&maria, pdf(b"niente")).await.unwrap();
        let read = maria.get(&format!("/allegati/{}", file.file)).await;
        assert_eq!(read.status(), StatusCode::OK);
        let shown = maria.request_page(CARD).await.draft.attachments;
        assert_eq!(shown[0].held, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_antivirus_is_silent_files_wait_and_are_judged_later() {
    let folder = tempfile::tempdir().unwrap();
    let mut daemon = Daemon::new(folder.path());
    for world in worlds(|settings| daemon.settings(settings)).await {
        let maria = robbed(&world).await;
        let file = send(&maria, pdf(MARK)).await.unwrap();
        let path = format!("/allegati/{}", file.file);
        let shown = maria.request_page(CARD).await.draft.attachments;
        assert_eq!(shown[0].held.as_deref(), Some("in controllo antivirus"));
        assert_eq!(maria.get(&path).await.status(), StatusCode::OK, "her own");
        // Sent as it is: the office waits for the antivirus, she does not.
        let sent = receipt(maria.send(CARD).await.unwrap());
        let clerk = world.login(CLERK_CARDS).await;
        let case = common::office::office_page(&clerk, &sent.id).await.case;
        assert_eq!(
            case.attachments[0].held.as_deref(),
            Some("in controllo antivirus")
        );
        let answer = clerk.get(&path).await;
        assert_eq!(answer.status(), StatusCode::CONFLICT);
        assert!(
            answer
                .text()
                .await
                .unwrap()
                .contains("non ha ancora controllato")
        );
        let judge = || server::scan::catch_up(&world.counter);
        assert_eq!(judge().await.unwrap(), 0);

        daemon.start().await;
        assert_eq!(judge().await.unwrap(), 1);
        assert_eq!(judge().await.unwrap(), 0, "once");
        let case = common::office::office_page(&clerk, &sent.id).await.case;
        assert!(case.attachments[0].infected);
        let told = case.attachments[0].held.clone().unwrap();
        assert!(
            told.contains("quarantena") && told.contains("Prova.Segno"),
            "{told}"
        );
        for reader in [&clerk, &maria] {
            let answer = reader.get(&path).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN);
            assert!(answer.text().await.unwrap().contains("quarantena"));
        }
        // What was registered is what was registered.
        let findings = server::verify::verify(&world.counter).await.unwrap();
        assert_eq!(findings, Vec::<String>::new());
        daemon.stop();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_with_a_virus_is_not_sent() {
    let folder = tempfile::tempdir().unwrap();
    let mut daemon = Daemon::new(folder.path());
    for world in worlds(|settings| daemon.settings(settings)).await {
        let maria = robbed(&world).await;
        let file = send(&maria, pdf(MARK)).await.unwrap();
        daemon.start().await;
        server::scan::catch_up(&world.counter).await.unwrap();
        let refused = maria.send(CARD).await.unwrap_err();
        let told: Vec<_> = refused.errors.iter().map(|e| e.message.as_str()).collect();
        assert!(
            told.iter().any(|message| message.contains("virus")),
            "{told:?}"
        );
        assert_eq!(
            maria.remove(CARD, &file.file).await.status(),
            StatusCode::NO_CONTENT
        );
        send(&maria, pdf(b"pulito")).await.unwrap();
        maria.send(CARD).await.unwrap();
        daemon.stop();
    }
}
