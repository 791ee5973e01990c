//! What people and strangers send wrong: a plain answer, nothing lost, nothing leaked.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

mod common;

use app::api::{Page, Problem};
use common::{APPLICANT, CLERK_POLICE, CLERK_TAXES, MOTHER, STUDENT, World, worlds};
use reqwest::StatusCode;
use rules::form::Answer;

const CARD: &str = "duplicato-tessera-elettorale";

#[tokio::test(flavor = "multi_thread")]
async fn writes_come_only_from_our_own_pages() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        let url = format!("{}/servizi/{CARD}/richiesta", world.url);
        let none = maria
            .client
            .post(&url)
            .form(&[("azione", "salva")])
            .send()
            .await
            .unwrap();
        assert_eq!(none.status(), StatusCode::FORBIDDEN);
        let foreign = maria
            .client
            .post(&url)
            .header("origin", "https://evil.example");
        let foreign = foreign.form(&[("azione", "salva")]).send().await.unwrap();
        assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
        assert!(
            foreign
                .text()
                .await
                .unwrap()
                .contains("Richiesta non accettata")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_404_and_what_needs_a_login_leads_to_it() {
    for world in worlds(|_| {}).await {
        let nobody = common::browser(&world.url);
        assert_eq!(
            nobody.get("/servizi/inventato").await.status(),
            StatusCode::NOT_FOUND
        );
        assert_eq!(
            nobody.get("/servizi/inventato/richiesta").await.status(),
            StatusCode::NOT_FOUND
        );
        let form = nobody.get(&format!("/servizi/{CARD}/richiesta")).await;
        assert_eq!(form.status(), StatusCode::SEE_OTHER);
        assert!(
            form.headers()["location"]
                .to_str()
                .unwrap()
                .starts_with("/accedi?next=")
        );
        let api = nobody
            .client
            .put(format!("{}/api/servizi/{CARD}/richiesta", world.url));
        let api = api
            .header("origin", &world.url)
            .body("{}")
            .send()
            .await
            .unwrap();
        assert_eq!(api.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(api.headers()["content-type"], "application/problem+json");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_asked_is_not_kept() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        let mut answers = APPLICANT.to_vec();
        answers.extend([
            ("nome", "Mario"),
            ("codice_fiscale", "RSSMRA68A01H501Y"),
            ("ente_denominazione", "Hidden Srl"),
            ("inventato", "x"),
        ]);
        maria.answer(CARD, "richiedente", &answers).await.unwrap();
        let draft = maria.request_page(CARD).await.draft;
        for name in ["nome", "codice_fiscale", "ente_denominazione", "inventato"] {
            assert!(!draft.answers.0.contains_key(name), "{name} was kept");
        }
        let wrong = maria
            .answer(CARD, "motivo", &[("motivo", "boh")])
            .await
            .unwrap_err();
        assert_eq!(wrong.errors[0].path, "motivo");
        let future = [
            ("motivo", "furto"),
            ("denuncia_autorita", "CC"),
            ("denuncia_data", "1/1/2099"),
        ];
        let future = maria.answer(CARD, "motivo", &future).await.unwrap_err();
        assert_eq!(future.errors[0].path, "denuncia_data");
        let kept = maria.request_page(CARD).await.draft.answers;
        assert_eq!(
            kept.0["denuncia_data"],
            Answer::Text("1/1/2099".into()),
            "typed values stay"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn too_much_is_refused_in_words() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        let long = "a".repeat(10 << 20);
        let path = format!("/servizi/{CARD}/richiesta");
        let refused = maria
            .post(
                &path,
                &[("azione", "salva"), ("residenza_indirizzo", &long)],
            )
            .await;
        assert_eq!(refused.status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert!(refused.text().await.unwrap().contains("troppo grandi"));

        let rows: Vec<(String, String)> = (0..33)
            .map(|n| (format!("annualita.{n}.anno"), "2025".to_owned()))
            .collect();
        maria
            .answer("rimborso-tributi", "richiedente", APPLICANT)
            .await
            .unwrap();
        let draft = maria.request_page("rimborso-tributi").await.draft;
        let version = draft.version.to_string();
        let mut fields = vec![
            ("azione", "avanti"),
            ("passo", "importi"),
            ("versione", &version),
        ];
        fields.extend(rows.iter().map(|(k, v)| (k.as_str(), v.as_str())));
        let refused = maria
            .post("/servizi/rimborso-tributi/richiesta", &fields)
            .await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_judged_by_their_content() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        maria.answer(CARD, "richiedente", APPLICANT).await.unwrap();
        let theft = [
            ("motivo", "furto"),
            ("denuncia_autorita", "CC"),
            ("denuncia_data", "1/1/2026"),
        ];
        maria.answer(CARD, "motivo", &theft).await.unwrap();
        for (bytes, words) in [
            (Vec::new(), "vuoto"),
            (b"MZ\x90 a program".to_vec(), "tipo accettato"),
            (
                [b"%PDF-1.7 ".to_vec(), vec![0; 6 << 20]].concat(),
                "troppo grande",
            ),
        ] {
            let refused = maria.upload(CARD, "denuncia", "denuncia.pdf", bytes).await;
            assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
            let problem: Problem = refused.json().await.unwrap();
            assert!(problem.detail.contains(words), "{}", problem.detail);
        }
        let good = maria
            .upload(CARD, "denuncia", "denuncia.txt", b"%PDF-1.7 x".to_vec())
            .await;
        assert!(good.status().is_success());
        let second = maria
            .upload(CARD, "denuncia", "altra.pdf", b"%PDF-1.7 y".to_vec())
            .await;
        assert_eq!(
            second.status(),
            StatusCode::UNPROCESSABLE_ENTITY,
            "one file is allowed"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_case_is_not_there_and_another_offices_is_refused() {
    for world in worlds(|_| {}).await {
        let id = card(&world).await;
        let student = world.login(STUDENT).await;
        for path in [
            format!("/pratiche/{id}"),
            format!("/pratiche/{id}/ricevuta"),
        ] {
            assert_eq!(
                student.get(&path).await.status(),
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
        assert_eq!(
            student.get("/ufficio").await.status(),
            StatusCode::FORBIDDEN
        );
        for clerk in [CLERK_POLICE, CLERK_TAXES] {
            let clerk = world.login(clerk).await;
            let path = format!("/ufficio/pratiche/{id}");
            assert_ne!(clerk.get(&path).await.status(), StatusCode::OK);
            let command = clerk
                .post(&path, &[("azione", "prendi_in_carico"), ("seq", "1")])
                .await;
            assert_eq!(command.status(), StatusCode::FORBIDDEN);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_twice_gives_one_number() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        prepare(&maria).await;
        let draft = maria.request_page(CARD).await.draft;
        let version = draft.version.to_string();
        let fields = [
            ("azione", "invia"),
            ("passo", "riepilogo"),
            ("versione", version.as_str()),
            ("bozza", draft.draft_id.as_str()),
        ];
        let path = format!("/servizi/{CARD}/richiesta");
        let (first, second) = tokio::join!(maria.post(&path, &fields), maria.post(&path, &fields));
        assert_eq!(first.headers()["location"], second.headers()["location"]);
        let later = maria.post(&path, &fields).await;
        assert_eq!(first.headers()["location"], later.headers()["location"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_draft_is_not_saved_over_a_newer_one() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        maria.answer(CARD, "richiedente", APPLICANT).await.unwrap();
        let path = format!("/servizi/{CARD}/richiesta");
        let stale = maria.post(
            &path,
            &[
                ("azione", "avanti"),
                ("passo", "motivo"),
                ("versione", "0"),
                ("motivo", "spazi"),
            ],
        );
        let stale = stale.await;
        assert_eq!(stale.status(), StatusCode::CONFLICT);
        assert!(stale.text().await.unwrap().contains("scelta.motivo"));
        assert!(
            !maria
                .request_page(CARD)
                .await
                .draft
                .answers
                .0
                .contains_key("motivo")
        );
    }
}

async fn prepare(person: &common::Browser) {
    person.answer(CARD, "richiedente", APPLICANT).await.unwrap();
    person
        .answer(CARD, "motivo", &[("motivo", "mai_ricevuta")])
        .await
        .unwrap();
    person
        .answer(CARD, "ritiro", &[("consegna", "ufficio")])
        .await
        .unwrap();
    person.declare(CARD).await;
}

/// A submitted request; its id.
async fn card(world: &World) -> String {
    let maria = world.login(MOTHER).await;
    prepare(&maria).await;
    let sent = maria.send(CARD).await.unwrap();
    let Page::Receipt(receipt) = sent.data.page else {
        panic!("no receipt")
    };
    receipt.id
}
