//! What people and strangers send wrong: a plain answer, nothing lost, nothing leaked.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use app::api::{Page, Problem, SaveRequest};
use common::{APPLICANT, CLERK_POLICE, CLERK_TAXES, MOTHER, STUDENT, World, worlds};
use reqwest::{StatusCode, multipart::Form};
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
        let api = format!("{}/api/servizi/{CARD}/richiesta", world.url);
        for request in [
            maria.client.put(&api).json(&SaveRequest::default()),
            maria
                .client
                .put(format!("{api}/allegati/denuncia"))
                .body("%PDF-1.7"),
            maria.client.delete(format!("{api}/allegati/x")),
        ] {
            let evil = request.try_clone().unwrap().header("origin", "null");
            let site = request.try_clone().unwrap().header("origin", &world.url);
            let site = site.header("sec-fetch-site", "same-site");
            for request in [request, evil, site] {
                let refused = request.send().await.unwrap();
                assert_eq!(refused.status(), StatusCode::FORBIDDEN);
                let problem: Problem = refused.json().await.unwrap();
                assert_eq!(problem.title, "Richiesta non accettata");
            }
        }
    }
}

/// Refused before its body is read: who is still sending it reads why all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_write_with_a_long_body_is_refused_in_words() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    for world in worlds(|_| {}).await {
        let address = world.url.trim_start_matches("http://");
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let head = format!(
            "POST /servizi/{CARD}/richiesta HTTP/1.1\r\nhost: {address}\r\n\
             origin: https://evil.example\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            16 << 20
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        // The answer is there before the body has gone.
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        for _ in 0..16 {
            stream.write_all(&vec![b'a'; 1 << 20]).await.unwrap();
        }
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
        assert!(answer.contains("Richiesta non accettata"), "{answer}");
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

        let form = Form::new().text("azione", "salva");
        let form = form.text("residenza_indirizzo", long.clone());
        let parts = maria.client.post(format!("{}{path}", world.url));
        let parts = parts.header("origin", &world.url).multipart(form);
        let refused = parts.send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert!(refused.text().await.unwrap().contains("troppo grandi"));

        let body = SaveRequest {
            azione: "salva".into(),
            passo: "richiedente".into(),
            risposte: common::texts(&[("residenza_indirizzo", &long)]),
            ..SaveRequest::default()
        };
        for refused in [
            maria.post_json(&path, &body).await,
            maria.put(CARD, &body).await,
        ] {
            assert_eq!(refused.status(), StatusCode::PAYLOAD_TOO_LARGE);
            let problem: Problem = refused.json().await.unwrap();
            assert!(problem.detail.contains("troppo grandi"));
        }
        assert_eq!(maria.request_page(CARD).await.draft.version, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_too_many_is_told_where_it_is() {
    const REFUND: &str = "rimborso-tributi";
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        maria
            .answer(REFUND, "richiedente", APPLICANT)
            .await
            .unwrap();
        for (years, wrong) in [(6, 0), (7, 1), (33, 1)] {
            let draft = maria.request_page(REFUND).await.draft;
            let amounts = common::amounts(draft.version, &draft.draft_id, years);
            let errors = match maria.act(REFUND, &amounts).await {
                Ok(_) => Vec::new(),
                Err(problem) => {
                    assert_eq!(problem.status, 422);
                    problem.errors
                }
            };
            let paths: Vec<_> = errors.iter().map(|issue| issue.path.as_str()).collect();
            assert_eq!(paths, vec!["annualita"; wrong], "{years} years");
        }
        let rows: Vec<(String, String)> = (0..33)
            .flat_map(|n| {
                let of = move |name: &str| format!("annualita.{n}.{name}");
                [
                    (of("anno"), "2025".to_owned()),
                    (of("pagato"), "10,00".to_owned()),
                    (of("dovuto"), "0".to_owned()),
                    (of("data_pagamento"), "1/6/2025".to_owned()),
                ]
            })
            .collect();
        let draft = maria.request_page(REFUND).await.draft;
        let version = draft.version.to_string();
        let mut fields = vec![
            ("azione", "avanti"),
            ("passo", "importi"),
            ("versione", &version),
            ("modo", "compensazione"),
            ("compensazione_dettaglio", "TARI 2026"),
        ];
        fields.extend(rows.iter().map(|(k, v)| (k.as_str(), v.as_str())));
        let path = format!("/servizi/{REFUND}/richiesta");
        let refused = maria.post(&path, &fields).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let html = refused.text().await.unwrap();
        let summary = html.split("id=\"errori\"").nth(1).unwrap();
        let summary = summary.split("</ul>").next().unwrap();
        assert_eq!(summary.matches("<li").count(), 1, "{summary}");
        assert!(summary.contains("href=\"#c-annualita\""), "{summary}");
    }
}

/// A catalogue whose one service has a computed column, and a field that is only read.
fn own_catalogue(folder: &std::path::Path) {
    let blocks = "app/catalogue/_blocchi.yaml";
    std::fs::copy(common::root().join(blocks), folder.join("_blocchi.yaml")).unwrap();
    let service = "server/tests/data/99-mercatino-artigiani.yaml";
    let text = std::fs::read_to_string(common::root().join(service)).unwrap();
    let row = "{nome: metri, etichetta: \"Lunghezza\", tipo: decimale, min: 1, max: 10, unita: m}";
    let more = "\n            - {nome: doppio, etichetta: \"Il doppio\", tipo: decimale, origine: calcolato, formula: \"metri per due\", calcolo: {per: [metri, 2]}}";
    let last = "        - {nome: corrente,";
    let quota = "        - {nome: quota, etichetta: \"Quota\", tipo: testo, sola_lettura: true, obbligatorio: false}\n";
    assert!(text.contains(row) && text.contains(last));
    let text = text
        .replace(row, &format!("{row}{more}"))
        .replace(last, &format!("{quota}{last}"));
    std::fs::write(folder.join("99-mercatino-artigiani.yaml"), text).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_only_read_or_computed_is_not_written() {
    const MARKET: &str = "mercatino-artigiani";
    let folder = tempfile::tempdir().unwrap();
    own_catalogue(folder.path());
    for world in worlds(|s| s.catalogue = folder.path().to_owned()).await {
        let maria = world.login(MOTHER).await;
        maria
            .answer(MARKET, "richiedente", APPLICANT)
            .await
            .unwrap();
        let path = format!("/servizi/{MARKET}/richiesta");
        let post = async |azione: &str| {
            let version = maria.request_page(MARKET).await.draft.version.to_string();
            let fields = [
                ("azione", azione),
                ("passo", "banchi"),
                ("versione", version.as_str()),
                ("dal", "8/12/2026"),
                ("al", "20/12/2026"),
                ("corrente", "false"),
                ("quota", "ridotta"),
                ("elenco_banchi.0.merce", "Cesti"),
                ("elenco_banchi.0.metri", "3"),
                ("elenco_banchi.0.doppio", "999"),
                ("metri_totali", "999"),
            ];
            let answer = maria.post(&path, &fields).await;
            let status = answer.status();
            let html = answer.text().await.unwrap();
            assert_eq!(status, StatusCode::SEE_OTHER, "{azione}: {html}");
        };
        for azione in [
            "salva",
            "aggiungi:quota",
            "aggiungi:nome",
            "rimuovi:quota.0",
        ] {
            post(azione).await;
            let answers = maria.request_page(MARKET).await.draft.answers.0;
            let text = |text: &str| Some(Answer::Text(text.into()));
            assert_ne!(answers.get("quota").cloned(), text("ridotta"), "{azione}");
            assert!(
                !matches!(answers.get("quota"), Some(Answer::Rows(_))),
                "{azione}"
            );
            assert!(!answers.contains_key("nome"), "{azione}");
            assert!(!answers.contains_key("metri_totali"), "{azione}");
            let Answer::Rows(rows) = &answers["elenco_banchi"] else {
                panic!("no rows")
            };
            assert_eq!(rows[0].get("metri").cloned(), text("3"));
            assert!(!rows[0].contains_key("doppio"), "{azione}");
        }
        post("avanti").await;
        maria.declare(MARKET).await;
        let receipt = common::receipt(maria.send(MARKET).await.unwrap());
        let lines: Vec<_> = receipt.summary.iter().flat_map(|s| &s.lines).collect();
        assert!(
            !lines
                .iter()
                .any(|(_, value)| value.contains("999") || value == "ridotta"),
            "{lines:?}"
        );
        assert!(
            lines
                .iter()
                .any(|(l, v)| l.contains("Il doppio") && v.starts_with('6'))
        );
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
