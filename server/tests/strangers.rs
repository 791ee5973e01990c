//! What is somebody else's: citizens do not learn that it is there, operators are refused and
//! that is logged.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use app::api::{AttachmentView, Page};
use common::{
    CARD, CLERK_POLICE, CLERK_TAXES, MOTHER, STUDENT, World, log::Log, prepare_card, receipt,
    worlds,
};
use reqwest::StatusCode;

const PDF: &[u8] = b"%PDF-1.7 report";

/// A submitted theft with its report: the case, the file, the original's path.
async fn theft(world: &World) -> (String, String, String) {
    let maria = world.login(MOTHER).await;
    prepare_card(&maria).await;
    let theft = [
        ("motivo", "furto"),
        ("denuncia_autorita", "CC"),
        ("denuncia_data", "1/1/2026"),
    ];
    maria.answer(CARD, "motivo", &theft).await.unwrap();
    let file = maria.upload(CARD, "denuncia", "denuncia.pdf", PDF.to_vec());
    let file: AttachmentView = file.await.json().await.unwrap();
    let sent = receipt(maria.send(CARD).await.unwrap());
    let Page::Case(case) = maria.page(&format!("/pratiche/{}", sent.id)).await.page else {
        panic!("no case")
    };
    let href = case.documents[0].href.clone();
    assert_eq!(maria.get(&href).await.status(), StatusCode::OK);
    (sent.id, file.file, href)
}

#[tokio::test(flavor = "multi_thread")]
async fn another_citizens_files_are_not_there() {
    for world in worlds(|_| {}).await {
        let (case, file, document) = theft(&world).await;
        let maria = world.login(MOTHER).await;
        prepare_card(&maria).await;
        let theft = [
            ("motivo", "furto"),
            ("denuncia_autorita", "CC"),
            ("denuncia_data", "1/1/2026"),
        ];
        maria.answer(CARD, "motivo", &theft).await.unwrap();
        let draft = maria.upload(CARD, "denuncia", "d.pdf", PDF.to_vec()).await;
        let draft: AttachmentView = draft.json().await.unwrap();
        let student = world.login(STUDENT).await;
        prepare_card(&student).await;
        let nobody = common::browser(&world.url);
        for path in [
            format!("/allegati/{file}"),
            format!("/allegati/{}", draft.file),
            document,
            format!("/api/pratiche/{case}/eventi"),
        ] {
            let seen = student.get(&path).await;
            assert_eq!(seen.status(), StatusCode::NOT_FOUND, "{path}");
            let seen = nobody.get(&path).await;
            assert_eq!(seen.status(), StatusCode::UNAUTHORIZED, "{path}");
        }
        for file in [&file, &draft.file] {
            let removed = student.remove(CARD, file).await;
            assert_eq!(removed.status(), StatusCode::NOT_FOUND);
        }
        // Nor may she herself take a file out of what she has sent.
        assert_eq!(
            maria.remove(CARD, &file).await.status(),
            StatusCode::NOT_FOUND
        );
        for file in [&file, &draft.file] {
            let read = maria.get(&format!("/allegati/{file}")).await;
            assert_eq!(read.bytes().await.unwrap(), PDF);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_offices_case_is_refused_and_that_is_logged() {
    let log = Log::begin();
    for world in worlds(|_| {}).await {
        let (case, file, document) = theft(&world).await;
        for clerk in [CLERK_POLICE, CLERK_TAXES] {
            let clerk = world.login(clerk).await;
            let path = format!("/ufficio/pratiche/{case}");
            log.take();
            for path in [&path, &format!("/allegati/{file}"), &document] {
                let seen = clerk.get(path).await;
                assert_eq!(seen.status(), StatusCode::FORBIDDEN, "{path}");
                let told = log.take();
                assert!(told.contains("operation refused"), "{path}: {told}");
                assert!(told.contains("another office"), "{path}: {told}");
            }
            let asked = [
                ("azione", "chiedi_integrazione"),
                ("seq", "1"),
                ("documenti", "La carta d'identità"),
                ("motivo", "Manca"),
                ("giorni", "10"),
            ];
            for azione in ["chiedi_integrazione", "prendi_in_carico", "accogli"] {
                let mut fields = asked;
                fields[0].1 = azione;
                let refused = clerk.post(&path, &fields).await;
                assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{azione}");
                let told = log.take();
                assert!(told.contains("operation refused"), "{azione}: {told}");
                assert!(!told.contains("identità"), "nothing typed is logged");
            }
        }
    }
}
