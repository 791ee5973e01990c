//! Files of a draft and of its case: what is handed over is what the original names.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use app::api::{AttachmentView, SaveRequest};
use common::{
    APPLICANT, Browser, CARD, MOTHER, PNG, STUDENT, World, prepare_card, receipt,
    samples::{Sample, fill},
    texts, worlds,
};
use reqwest::StatusCode;

const MARKET: &str = "mercatino-artigiani";
const REFUND: &str = "rimborso-tributi";
const TAX: &[(&str, &str)] = &[
    ("tributo", "tari"),
    ("qualita_contribuente", "contribuente"),
    ("motivo", "doppio"),
    ("spiegazione", "Ho pagato due volte la rata di giugno."),
];
const PDF: &[u8] = b"%PDF-1.7 report";
const THEFT: &[(&str, &str)] = &[
    ("motivo", "furto"),
    ("denuncia_autorita", "CC"),
    ("denuncia_data", "1/1/2026"),
];

/// A request about a theft, with its report unless `empty`.
async fn prepare_theft(person: &Browser, empty: bool) -> Option<AttachmentView> {
    prepare_card(person).await;
    person.answer(CARD, "motivo", THEFT).await.unwrap();
    if empty {
        return None;
    }
    let stored = person.upload(CARD, "denuncia", "denuncia.pdf", PDF.to_vec());
    Some(stored.await.json().await.unwrap())
}

/// How many sealed objects lie on the disk.
fn objects(world: &World) -> usize {
    std::fs::read_dir(world.settings.data_dir.join("files"))
        .unwrap()
        .count()
}

/// Owners and ids of all rows.
async fn rows(world: &World) -> Vec<(String, String)> {
    let all = server::store::files::all(&world.counter.store)
        .await
        .unwrap();
    all.into_iter().map(|row| (row.owner, row.id)).collect()
}

/// A catalogue whose one service asks for a file only of who needs current.
fn market(folder: &std::path::Path) {
    let blocks = common::root().join("app/catalogue/_blocchi.yaml");
    std::fs::copy(blocks, folder.join("_blocchi.yaml")).unwrap();
    let service = "server/tests/data/99-mercatino-artigiani.yaml";
    let text = std::fs::read_to_string(common::root().join(service)).unwrap();
    let hidden = text.replace(
        "obbligatorio_se: {campo: corrente",
        "obbligatorio: true, visibile_se: {campo: corrente",
    );
    assert_ne!(hidden, text);
    std::fs::write(folder.join("99-mercatino-artigiani.yaml"), hidden).unwrap();
}

/// The step of the stalls, with or without current.
async fn stalls(person: &Browser, current: &str) {
    let draft = person.request_page(MARKET).await.draft;
    let mut answers = texts(&[
        ("dal", "2026-12-08"),
        ("al", "2026-12-20"),
        ("corrente", current),
        ("watt", "500"),
    ]);
    let stall = texts(&[("merce", "Cesti"), ("metri", "3")]).0;
    let rows = rules::form::Answer::Rows(vec![stall]);
    answers.0.insert("elenco_banchi".into(), rows);
    let save = SaveRequest {
        azione: "avanti".into(),
        passo: "banchi".into(),
        versione: draft.version,
        risposte: answers,
        bozza: draft.draft_id,
        ..SaveRequest::default()
    };
    person.act(MARKET, &save).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_files_that_the_original_names_are_handed_over() {
    let folder = tempfile::tempdir().unwrap();
    market(folder.path());
    for world in worlds(|s| s.catalogue = folder.path().to_owned()).await {
        let maria = world.login(MOTHER).await;
        let begin = async || -> AttachmentView {
            maria
                .answer(MARKET, "richiedente", APPLICANT)
                .await
                .unwrap();
            stalls(&maria, "true").await;
            let stored = maria.upload(MARKET, "foto_merce", "foto.png", PNG.to_vec());
            stored.await.json().await.unwrap()
        };
        let file = begin().await;
        // The answers ask for it no longer.
        stalls(&maria, "false").await;
        maria.declare(MARKET).await;
        let sent = receipt(maria.send(MARKET).await.unwrap());
        assert!(sent.attachments.is_empty());
        let gone = maria.get(&format!("/allegati/{}", file.file)).await;
        assert_eq!(gone.status(), StatusCode::NOT_FOUND);
        assert!(rows(&world).await.is_empty());
        assert_eq!(objects(&world), 0, "its bytes are gone too");

        let kept = begin().await;
        maria.declare(MARKET).await;
        let sent = receipt(maria.send(MARKET).await.unwrap());
        assert_eq!(sent.attachments, std::slice::from_ref(&kept));
        assert_eq!(rows(&world).await, [(sent.id, kept.file.clone())]);
        let read = maria.get(&format!("/allegati/{}", kept.file)).await;
        assert_eq!(read.bytes().await.unwrap(), PNG);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_files_at_once_only_one_finds_room() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        prepare_theft(&maria, true).await;
        for _ in 0..5 {
            let upload = || maria.upload(CARD, "denuncia", "d.pdf", PDF.to_vec());
            let (a, b, c) = tokio::join!(upload(), upload(), upload());
            let mut stored = Vec::new();
            for answer in [a, b, c] {
                if answer.status().is_success() {
                    stored.push(answer.json::<AttachmentView>().await.unwrap());
                } else {
                    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
                }
            }
            assert_eq!(stored.len(), 1, "one file is allowed");
            assert_eq!((rows(&world).await.len(), objects(&world)), (1, 1));
            let removed = maria.remove(CARD, &stored[0].file).await;
            assert_eq!(removed.status(), StatusCode::NO_CONTENT);
            assert_eq!((rows(&world).await.len(), objects(&world)), (0, 0));
        }
    }
}

/// Whatever comes first, the case has the files that its original names, and no file is orphan.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_and_a_submission_at_once_agree() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        for round in 0..12 {
            let kept = prepare_theft(&maria, false).await.unwrap();
            let draft = maria.request_page(CARD).await.draft;
            let send = SaveRequest {
                azione: "invia".into(),
                passo: "riepilogo".into(),
                versione: draft.version,
                bozza: draft.draft_id.clone(),
                ..SaveRequest::default()
            };
            let pause = std::time::Duration::from_millis(round);
            let removal = async {
                tokio::time::sleep(pause).await;
                maria.remove(CARD, &kept.file).await
            };
            let (sent, removed) = tokio::join!(maria.act(CARD, &send), removal);
            let rows = rows(&world).await;
            match sent {
                Ok(sent) => {
                    let sent = receipt(sent);
                    assert_eq!(sent.attachments, std::slice::from_ref(&kept));
                    assert_eq!(removed.status(), StatusCode::NOT_FOUND);
                    assert!(rows.contains(&(sent.id, kept.file.clone())), "it was lost");
                }
                Err(refused) => {
                    assert!([409, 422].contains(&refused.status), "{refused:?}");
                    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
                    assert!(!rows.iter().any(|(_, id)| *id == kept.file));
                }
            }
            assert_eq!(rows.len(), objects(&world));
        }
        let verified = server::verify::verify(&world.counter).await.unwrap();
        assert_eq!(verified, Vec::<String>::new());
    }
}

/// A refund, whose receipts are many and optional.
async fn prepare_refund(person: &Browser) {
    person
        .answer(REFUND, "richiedente", APPLICANT)
        .await
        .unwrap();
    person.answer(REFUND, "tributo", TAX).await.unwrap();
    let draft = person.request_page(REFUND).await.draft;
    let amounts = common::amounts(draft.version, &draft.draft_id, 1);
    person.act(REFUND, &amounts).await.unwrap();
    person.declare(REFUND).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_comes_with_the_submission_is_in_it_or_stays_out() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        for round in 0..12 {
            prepare_refund(&maria).await;
            let draft = maria.request_page(REFUND).await.draft;
            let pause = std::time::Duration::from_millis(round);
            let upload = async {
                tokio::time::sleep(pause).await;
                maria
                    .upload(REFUND, "ricevute", "f24.pdf", PDF.to_vec())
                    .await
            };
            let (sent, added) = tokio::join!(maria.send(REFUND), upload);
            let added = match added.status() {
                StatusCode::OK => Some(added.json::<AttachmentView>().await.unwrap().file),
                status => {
                    assert_eq!(status, StatusCode::CONFLICT);
                    None
                }
            };
            let rows = rows(&world).await;
            let owner = added.as_ref().map(|file| {
                let row = rows.iter().find(|(_, id)| id == file);
                row.expect("what was accepted is there").0.clone()
            });
            match sent {
                Ok(sent) => {
                    let sent = receipt(sent);
                    let named: Vec<_> = sent.attachments.iter().map(|a| &a.file).collect();
                    assert_eq!(named, added.iter().collect::<Vec<_>>());
                    assert!(owner.is_none_or(|owner| owner == sent.id));
                    assert!(!rows.iter().any(|(owner, _)| *owner == draft.draft_id));
                }
                Err(refused) => {
                    assert_eq!(refused.status, 409, "{refused:?}");
                    assert_eq!(owner, Some(draft.draft_id));
                    let again = maria.send(REFUND).await.unwrap();
                    assert_eq!(receipt(again).attachments.len(), 1);
                }
            }
            assert_eq!(rows.len(), objects(&world));
        }
        let verified = server::verify::verify(&world.counter).await.unwrap();
        assert_eq!(verified, Vec::<String>::new());
    }
}

const REPORT: &str = "segnalazione-disservizio";

fn names(files: &[AttachmentView]) -> Vec<&str> {
    files.iter().map(|file| file.name.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_come_in_the_order_that_she_chose() {
    for world in worlds(|_| {}).await {
        let sample = Sample::of(REPORT);
        let luca = world.login(STUDENT).await;
        let answers = sample.answers(world.counter.today());
        fill(&world, &luca, REPORT, &sample, &answers)
            .await
            .unwrap();
        for name in ["uno.png", "due.png", "tre.png"] {
            let stored = luca.upload(REPORT, "foto", name, PNG.to_vec()).await;
            assert!(stored.status().is_success());
        }
        let press = async |tab: &Browser, action: &str| {
            let draft = luca.request_page(REPORT).await.draft;
            let version = draft.version.to_string();
            let fields = [
                ("azione", action),
                ("passo", "allegati"),
                ("bozza", draft.draft_id.as_str()),
                ("versione", version.as_str()),
            ];
            tab.post(&format!("/servizi/{REPORT}/richiesta"), &fields)
                .await
        };
        let files = async || luca.request_page(REPORT).await.draft.attachments;
        let given = files().await;
        assert_eq!(names(&given), ["uno.png", "due.png", "tre.png"]);
        let up = |n: usize| format!("su:{}", given[n].file);
        for _ in 0..2 {
            let moved = press(&luca, &up(2)).await;
            assert_eq!(moved.status(), StatusCode::SEE_OTHER);
        }
        assert_eq!(names(&files().await), ["tre.png", "uno.png", "due.png"]);
        // The first stays where it is; nobody moves what is not hers.
        press(&luca, &up(2)).await;
        assert_eq!(names(&files().await), ["tre.png", "uno.png", "due.png"]);
        let other = world.login(MOTHER).await;
        let refused = press(&other, &up(1)).await;
        assert!(refused.status().is_client_error(), "{}", refused.status());
        assert_eq!(names(&files().await), ["tre.png", "uno.png", "due.png"]);
        let sent = receipt(luca.send(REPORT).await.unwrap());
        assert_eq!(names(&sent.attachments), ["tre.png", "uno.png", "due.png"]);
    }
}
