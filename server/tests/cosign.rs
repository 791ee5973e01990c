//! Others sign a request too: what they read is what is sent, or it is not sent.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use app::api::{CosignPage, Page, RequestPage, SaveRequest, SigningView, step};
use common::{APPLICANT, Browser, CLERK_CARDS, MOTHER, STUDENT, World, receipt, texts, worlds};
use reqwest::StatusCode;
use server::verify::verify;

const BANNS: &str = "pubblicazioni-matrimonio";

/// Whole, up to the summary.
async fn prepare(maria: &Browser) {
    let own = [
        APPLICANT,
        &[("cittadinanza", "Italia"), ("stato_civile_1", "libero")],
    ]
    .concat();
    maria.answer(BANNS, "richiedente", &own).await.unwrap();
    let other = [
        ("sposo2_nome", "Luca"),
        ("sposo2_cognome", "Marino"),
        ("sposo2_codice_fiscale", STUDENT),
        ("sposo2_luogo_nascita", "Bari"),
        ("sposo2_cittadinanza", "Italia"),
        ("sposo2_comune_residenza", "Bitonto"),
        ("sposo2_stato_civile", "libero"),
    ];
    maria.answer(BANNS, "secondo", &other).await.unwrap();
    let wedding = [
        ("rito", "civile"),
        ("sala_a_pagamento", "false"),
        ("comune_celebrazione", "Bitonto"),
        ("parentela", "false"),
        ("interprete", "false"),
    ];
    maria.answer(BANNS, "matrimonio", &wedding).await.unwrap();
    let stamp = [("bollo_modalita", "non_ancora")];
    maria.answer(BANNS, "bollo", &stamp).await.unwrap();
    let page = maria.request_page(BANNS).await;
    let free = page.lists["stato_civile"]
        .iter()
        .find(|(code, _)| !code.is_empty());
    let time = [("slot", free.unwrap().0.as_str())];
    maria.answer(BANNS, "appuntamento", &time).await.unwrap();
    maria.declare(BANNS).await;
}

async fn press(person: &Browser, azione: &str) -> Result<RequestPage, app::api::Problem> {
    let draft = person.request_page(BANNS).await.draft;
    let save = SaveRequest {
        azione: azione.into(),
        passo: step::SUMMARY.into(),
        versione: draft.version,
        bozza: draft.draft_id,
        ..SaveRequest::default()
    };
    person.act(BANNS, &save).await?;
    Ok(person.request_page(BANNS).await)
}

async fn signing(person: &Browser) -> SigningView {
    person.request_page(BANNS).await.signing.unwrap()
}

/// The local path of the one link.
async fn link(world: &World, maria: &Browser) -> String {
    let signing = signing(maria).await;
    let link = signing.people[0].link.clone().unwrap();
    link.strip_prefix(&world.url).unwrap().to_owned()
}

async fn asked(person: &Browser, path: &str) -> CosignPage {
    match person.page(path).await.page {
        Page::Cosign(page) => *page,
        other => panic!("nothing to sign: {other:?}"),
    }
}

async fn sign(person: &Browser, path: &str, hash: &str) -> StatusCode {
    let fields = [("azione", "firma"), ("impronta", hash)];
    person.post(path, &fields).await.status()
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sign_what_is_sent() {
    for world in worlds(|_| {}).await {
        let (maria, luca) = (world.login(MOTHER).await, world.login(STUDENT).await);
        prepare(&maria).await;
        let before = signing(&maria).await;
        assert!(!before.frozen && before.people[0].code == STUDENT);
        // Not without him: nothing is sent, and she is told what to do.
        let refused = press(&maria, "invia").await.unwrap_err();
        assert_eq!(refused.status, 409, "{refused:?}");
        assert!(maria.request_page(BANNS).await.draft.version > 0);

        assert!(
            press(&maria, "firme")
                .await
                .unwrap()
                .signing
                .unwrap()
                .frozen
        );
        let path = link(&world, &maria).await;
        let page = asked(&luca, &path).await;
        assert!(page.applicant.contains("Maria") && page.signed.is_none());
        assert!(!page.summary.is_empty() && !page.declarations.is_empty());
        let area = luca.get("/area-personale").await.text().await.unwrap();
        assert!(area.contains(&path), "{area}");
        assert_eq!(press(&maria, "invia").await.unwrap_err().status, 409);
        assert_eq!(sign(&luca, &path, &page.hash).await, StatusCode::SEE_OTHER);
        assert!(asked(&luca, &path).await.signed.is_some());
        assert!(signing(&maria).await.people[0].signed.is_some());
        // Twice is once.
        assert_eq!(sign(&luca, &path, &page.hash).await, StatusCode::CONFLICT);

        let case = receipt(maria.send(BANNS).await.unwrap()).id;
        let Page::Case(sent) = maria.page(&format!("/pratiche/{case}")).await.page else {
            panic!("no case")
        };
        let original = maria
            .get(&sent.documents[0].href)
            .await
            .bytes()
            .await
            .unwrap();
        let original: serde_json::Value = serde_json::from_slice(&original).unwrap();
        let signature = &original["cosignatures"][0];
        assert_eq!(signature["person"]["fiscal_code"], STUDENT);
        assert_eq!(signature["hash"], page.hash.as_str());
        assert_eq!(signature["evidence"]["level"], 2);
        assert_eq!(luca.get(&path).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(verify(&world.counter).await.unwrap(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_signed_cannot_change() {
    for world in worlds(|_| {}).await {
        let (maria, luca) = (world.login(MOTHER).await, world.login(STUDENT).await);
        prepare(&maria).await;
        press(&maria, "firme").await.unwrap();
        let path = link(&world, &maria).await;
        let hash = asked(&luca, &path).await.hash;
        assert_eq!(sign(&luca, &path, &hash).await, StatusCode::SEE_OTHER);
        // By no door: autosave, button, file.
        let draft = maria.request_page(BANNS).await.draft;
        let change = SaveRequest {
            passo: "matrimonio".into(),
            versione: draft.version,
            bozza: draft.draft_id.clone(),
            risposte: texts(&[("rito", "concordatario")]),
            ..SaveRequest::default()
        };
        assert_eq!(
            maria.put(BANNS, &change).await.status(),
            StatusCode::CONFLICT
        );
        for azione in ["avanti", "salva"] {
            let change = SaveRequest {
                azione: azione.into(),
                ..change.clone()
            };
            let told = maria.act(BANNS, &change).await.unwrap_err();
            assert!(told.detail.contains("Riapri la richiesta"), "{told:?}");
        }
        let file = maria.upload(BANNS, "nulla_osta", "a.pdf", b"%PDF-1.7 x".to_vec());
        assert_eq!(file.await.status(), StatusCode::CONFLICT);
        assert_eq!(maria.request_page(BANNS).await.draft.answers, draft.answers);

        // Opened again, his signature is gone and the old link is nothing.
        assert!(
            !press(&maria, "riapri")
                .await
                .unwrap()
                .signing
                .unwrap()
                .frozen
        );
        assert_eq!(luca.get(&path).await.status(), StatusCode::NOT_FOUND);
        let kin = [
            ("rito", "civile"),
            ("sala_a_pagamento", "false"),
            ("comune_celebrazione", "Bari"),
            ("parentela", "false"),
            ("interprete", "false"),
        ];
        maria.answer(BANNS, "matrimonio", &kin).await.unwrap();
        press(&maria, "firme").await.unwrap();
        let again = link(&world, &maria).await;
        assert_ne!(again, path);
        let now = asked(&luca, &again).await;
        assert_ne!(now.hash, hash);
        assert_eq!(sign(&luca, &again, &hash).await, StatusCode::CONFLICT);
        assert_eq!(sign(&luca, &again, &now.hash).await, StatusCode::SEE_OTHER);
        maria.send(BANNS).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_reads_or_signs() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        prepare(&maria).await;
        press(&maria, "firme").await.unwrap();
        let path = link(&world, &maria).await;
        // Neither she who prepared it nor a clerk signs in his place.
        for other in [MOTHER, CLERK_CARDS] {
            let other = world.login(other).await;
            assert_eq!(other.get(&path).await.status(), StatusCode::NOT_FOUND);
            assert_eq!(sign(&other, &path, "x").await, StatusCode::NOT_FOUND);
        }
        let stranger = common::browser(&world.url);
        let asked = stranger.get(&path).await;
        assert_eq!(asked.status(), StatusCode::SEE_OTHER);
    }
}
