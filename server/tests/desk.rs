//! A request filled at the counter for who has no digital identity, signed on paper.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use app::api::{DeskOpen, DeskPage, Page, SaveRequest};
use common::{
    APPLICANT, Browser, CARD, CLERK_CARDS, MOTHER, PNG, World, fiscal_code, login_nth,
    office::{PASS, office_page},
    prepare_card, texts, worlds,
};
use reqwest::{
    Response, StatusCode,
    header::LOCATION,
    multipart::{Form, Part},
};
use rules::form::Answer;
use server::{store, verify::verify};

const DESK: &str = "/ufficio/sportello";

type Fields<'a> = Vec<(&'a str, &'a str)>;

/// What the clerk types of the `n`th person who does not exist.
fn asked<'a>(code: &'a str, birth: &'a str) -> Fields<'a> {
    vec![
        ("azione", "comincia"),
        ("codice_fiscale", code),
        ("nome", "Anna"),
        ("cognome", "Prova"),
        ("data_nascita", birth),
        ("servizio", CARD),
        ("documento", "carta"),
        ("documento_numero", "CA12345AB"),
        ("documento_ente", "Comune di Bitonto"),
        ("documento_scadenza", "1/1/2140"),
    ]
}

fn with<'a>(mut fields: Fields<'a>, field: &str, value: &'a str) -> Fields<'a> {
    for pair in &mut fields {
        if pair.0 == field {
            pair.1 = value;
        }
    }
    fields
}

async fn desk(clerk: &Browser) -> DeskPage {
    match clerk.page(DESK).await.page {
        Page::Desk(page) => *page,
        other => panic!("not the desk: {other:?}"),
    }
}

async fn open_desk(clerk: &Browser) -> DeskOpen {
    desk(clerk).await.open.unwrap()
}

/// "Registra" with a file, if any.
async fn register(clerk: &Browser, stamp: &str, file: Option<&[u8]>) -> Response {
    let mut form = Form::new()
        .text("azione", "registra")
        .text("impronta", stamp.to_owned());
    if let Some(bytes) = file {
        let part = Part::bytes(bytes.to_vec()).file_name("firmata.pdf");
        form = form.part("copia_firmata", part);
    }
    let url = format!("{}{DESK}", clerk.url);
    let request = clerk.client.post(url).header("origin", &clerk.url);
    request.multipart(form).send().await.unwrap()
}

async fn begun(world: &World, code: &str) -> Browser {
    let clerk = world.login(CLERK_CARDS).await;
    let begun = clerk.post(DESK, &asked(code, "1/1/1980")).await;
    assert_eq!(begun.status(), StatusCode::SEE_OTHER);
    assert_eq!(begun.headers()[LOCATION], DESK);
    clerk
}

const SCAN: &[u8] = b"%PDF-1.7 signed";

#[tokio::test(flavor = "multi_thread")]
async fn filled_printed_signed_and_registered_for_a_citizen() {
    for world in worlds(|_| {}).await {
        let code = fiscal_code(5);
        let clerk = begun(&world, &code).await;
        let form = clerk.request_page(CARD).await;
        assert_eq!(
            form.identity.0["codice_fiscale"],
            Answer::Text(code.clone())
        );
        assert_eq!(
            form.identity.0["luogo_nascita"],
            Answer::Text("A893".into())
        );
        assert!(form.notice.unwrap().contains("Anna Prova"));
        assert!(form.device.is_empty(), "kept on no machine of the office");
        assert!(
            open_desk(&clerk).await.stamp.is_empty(),
            "nothing to be printed yet"
        );
        prepare_card(&clerk).await;
        // "Invia" leads to paper and pen.
        let sent = clerk.send(CARD).await.unwrap();
        assert_eq!(sent.path, DESK);
        let stamp = open_desk(&clerk).await.stamp;
        let paper = clerk
            .get("/ufficio/sportello/stampa")
            .await
            .text()
            .await
            .unwrap();
        for text in [
            stamp.as_str(),
            &code,
            "Anna Prova",
            "Rosa Sannicandro",
            "CA12345AB",
            "Firma di",
        ] {
            assert!(paper.contains(text), "{text}: {paper}");
        }
        for (stamp, file, status, told) in [
            (stamp.as_str(), None, 422, "Scegli la copia firmata"),
            (
                &stamp,
                Some(&b"MZ not a picture"[..]),
                422,
                "tipo accettato",
            ),
            ("0000", Some(SCAN), 409, "stampala di nuovo"),
        ] {
            let refused = register(&clerk, stamp, file).await;
            assert_eq!(refused.status().as_u16(), status, "{told}");
            let html = refused.text().await.unwrap();
            assert!(html.contains(told), "{html}");
        }
        // What is changed after it was printed has to be signed again.
        let other = [("motivo", "deteriorata")];
        clerk.answer(CARD, "motivo", &other).await.unwrap();
        let refused = register(&clerk, &stamp, Some(SCAN)).await;
        assert_eq!(refused.status(), StatusCode::CONFLICT);
        let stamp = open_desk(&clerk).await.stamp;
        let done = register(&clerk, &stamp, Some(SCAN)).await;
        assert_eq!(done.status(), StatusCode::SEE_OTHER);
        let path = done.headers()[LOCATION].to_str().unwrap().to_owned();
        let case = path.strip_prefix("/ufficio/pratiche/").unwrap().to_owned();
        assert!(desk(&clerk).await.open.is_none());

        let page = office_page(&clerk, &case).await;
        assert_eq!(page.applicant, "Anna Prova");
        for text in ["art. 65, c. 1, lett. c", "Rosa Sannicandro", "CA12345AB"] {
            assert!(page.identity.contains(text), "{}", page.identity);
        }
        its_hers(&world, &case).await;
        let faults = verify(&world.counter).await.unwrap();
        assert_eq!(faults, Vec::<String>::new());
    }
}

/// She who had no digital identity gets one: the case is there, with the signed copy.
async fn its_hers(world: &World, case: &str) {
    let anna = login_nth(&world.url, 5).await;
    let Page::Case(page) = anna.page(&format!("/pratiche/{case}")).await.page else {
        panic!("not her case")
    };
    let copy = page
        .attachments
        .iter()
        .find(|file| file.id == "copia_firmata");
    let file = anna.get(&format!("/allegati/{}", copy.unwrap().file)).await;
    assert_eq!(file.bytes().await.unwrap(), SCAN);
    let html = anna
        .get(&format!("/pratiche/{case}/ricevuta"))
        .await
        .text()
        .await
        .unwrap();
    assert!(html.contains("firmata su carta allo sportello, davanti a Rosa Sannicandro"));
    let area = anna.get("/area-personale").await.text().await.unwrap();
    assert!(area.contains(case));
    // Applicant and operator are both in what was registered; the event is the applicant's.
    let original = anna.get(&page.documents[0].href).await;
    let original: serde_json::Value = original.json().await.unwrap();
    assert_eq!(
        original["evidence"]["desk"]["operator_name"],
        "Rosa Sannicandro"
    );
    assert_eq!(original["evidence"]["level"], 0);
    let events = store::cases::events(&world.counter.store, case)
        .await
        .unwrap();
    let row = store::cases::get(&world.counter.store, case)
        .await
        .unwrap()
        .unwrap();
    assert!(events[0].actor.contains(&row.person));
    let operator = original["evidence"]["desk"]["operator"].as_str().unwrap();
    assert_ne!(operator, row.person);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_comes_back_with_what_was_typed() {
    for world in worlds(|_| {}).await {
        let code = fiscal_code(6);
        let clerk = world.login(CLERK_CARDS).await;
        for (field, value, told) in [
            ("codice_fiscale", "X", "16 caratteri"),
            ("nome", "", "Scrivi il nome."),
            ("cognome", " ", "Scrivi il cognome."),
            ("data_nascita", "2/1/1980", "Non è la data di nascita"),
            ("data_nascita", "ieri", "giorno/mese/anno"),
            ("servizio", "", "Scegli un servizio."),
            ("documento", "tessera", "Scegli il documento"),
            ("documento_numero", "", "Scrivi il numero"),
            ("documento_ente", "", "Scrivi chi"),
            ("documento_scadenza", "1/1/2020", "scaduto"),
        ] {
            let fields = with(asked(&code, "1/1/1980"), field, value);
            let refused = clerk.post(DESK, &fields).await;
            assert_eq!(
                refused.status(),
                StatusCode::UNPROCESSABLE_ENTITY,
                "{field}"
            );
            let html = refused.text().await.unwrap();
            assert!(html.contains(told), "{field}={value}: {html}");
            assert!(
                html.contains(&format!("id=\"c-{field}-errore\"")),
                "{field}: {html}"
            );
            let kept = if field == "documento_ente" {
                "CA12345AB"
            } else {
                "Comune di Bitonto"
            };
            assert!(html.contains(kept), "{field}");
        }
        assert!(desk(&clerk).await.open.is_none());
        let other = with(asked(&code, "1/1/1980"), "servizio", PASS);
        assert_eq!(
            clerk.post(DESK, &other).await.status(),
            StatusCode::FORBIDDEN
        );
        let own = with(asked(CLERK_CARDS, "23/5/1979"), "cognome", "Sannicandro");
        assert_eq!(clerk.post(DESK, &own).await.status(), StatusCode::FORBIDDEN);
        let unknown = clerk.post(DESK, &[("azione", "altro")]).await;
        assert_eq!(unknown.status(), StatusCode::BAD_REQUEST);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_shows_nothing_that_she_told_and_takes_nothing_of_hers() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        maria.answer(CARD, "richiedente", APPLICANT).await.unwrap();
        let clerk = world.login(CLERK_CARDS).await;
        // Her own draft is not a clerk's to see.
        let fields = with(asked(MOTHER, "14/3/1988"), "nome", "Maria");
        let fields = with(fields, "cognome", "Lovascio");
        let refused = clerk.post(DESK, &fields).await;
        assert_eq!(refused.status(), StatusCode::CONFLICT);
        assert!(desk(&clerk).await.open.is_none());
        prepare_card(&maria).await;
        maria.send(CARD).await.unwrap();
        let begun = clerk.post(DESK, &fields).await;
        assert_eq!(begun.status(), StatusCode::SEE_OTHER);
        let form = clerk.request_page(CARD).await;
        assert_eq!(
            form.identity.0["nome"],
            Answer::Text("Maria".into()),
            "as SPID told it"
        );
        let known = serde_json::to_string(&form.draft.answers).unwrap();
        for private in ["maria@example.it", "Via Roma", "lovascio@"] {
            assert!(!known.contains(private), "{known}");
        }
        // What the clerk types is not what Maria told of herself.
        prepare_card(&clerk).await;
        let elsewhere = [APPLICANT, &[("residenza_indirizzo", "Via Bari")]].concat();
        clerk.answer(CARD, "richiedente", &elsewhere).await.unwrap();
        let stamp = open_desk(&clerk).await.stamp;
        let done = register(&clerk, &stamp, Some(PNG)).await;
        assert_eq!(done.status(), StatusCode::SEE_OTHER);
        let own = maria.request_page(CARD).await;
        let own = serde_json::to_string(&own.draft.answers).unwrap();
        assert!(
            own.contains("Via Roma") && own.contains("maria@example.it"),
            "{own}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_left_open_writes_into_nobody_elses_form() {
    for world in worlds(|_| {}).await {
        let clerk = begun(&world, &fiscal_code(7)).await;
        let again = clerk.post(DESK, &asked(&fiscal_code(8), "1/1/1980")).await;
        assert_eq!(again.status(), StatusCode::CONFLICT, "one at a time");
        clerk.answer(CARD, "richiedente", APPLICANT).await.unwrap();
        let left = clerk.request_page(CARD).await.draft;
        let theft = [
            ("motivo", "furto"),
            ("denuncia_autorita", "CC"),
            ("denuncia_data", "1/1/2026"),
        ];
        clerk.answer(CARD, "motivo", &theft).await.unwrap();
        let file = clerk.upload(CARD, "denuncia", "d.pdf", SCAN.to_vec()).await;
        let file: app::api::AttachmentView = file.json().await.unwrap();
        let path = format!("/allegati/{}", file.file);
        assert_eq!(
            clerk.get(&path).await.status(),
            StatusCode::OK,
            "hers to read now"
        );
        let closed = clerk.post(DESK, &[("azione", "chiudi")]).await;
        assert_eq!(closed.status(), StatusCode::SEE_OTHER);
        assert_eq!(
            clerk.get(&path).await.status(),
            StatusCode::NOT_FOUND,
            "gone"
        );
        let save = SaveRequest {
            passo: "motivo".into(),
            versione: left.version,
            risposte: texts(&[("motivo", "smarrimento")]),
            bozza: left.draft_id.clone(),
            ..SaveRequest::default()
        };
        // Her own form, then another citizen's.
        let stale = clerk.put(CARD, &save).await;
        assert_eq!(stale.status(), StatusCode::CONFLICT);
        assert_eq!(clerk.request_page(CARD).await.draft.version, 0);
        let next = clerk.post(DESK, &asked(&fiscal_code(8), "1/1/1980")).await;
        assert_eq!(next.status(), StatusCode::SEE_OTHER);
        let now = clerk.request_page(CARD).await.draft;
        for version in [now.version, left.version] {
            let save = SaveRequest {
                versione: version,
                ..save.clone()
            };
            assert_eq!(clerk.put(CARD, &save).await.status(), StatusCode::CONFLICT);
            let pressed = SaveRequest {
                azione: "avanti".into(),
                ..save
            };
            assert!(clerk.act(CARD, &pressed).await.is_err());
        }
        assert_eq!(clerk.request_page(CARD).await.draft, now);
        // At the same time she may fill another service's form as herself.
        let own = clerk.request_page(PASS).await;
        assert_eq!(
            own.identity.0["codice_fiscale"],
            Answer::Text(CLERK_CARDS.into())
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_no_clerk_any_more_writes_into_no_citizens_draft() {
    for world in worlds(|_| {}).await {
        let boss = world.login(CLERK_CARDS).await;
        let code = fiscal_code(0);
        let role = [
            ("azione", "dai_ruolo"),
            ("codice_fiscale", code.as_str()),
            ("ruolo", "operatore"),
            ("ufficio", "elettorale"),
        ];
        let given = boss.post("/ufficio/ruoli", &role).await;
        assert_eq!(given.status(), StatusCode::SEE_OTHER);
        let clerk = login_nth(&world.url, 0).await;
        let begun = clerk.post(DESK, &asked(&fiscal_code(9), "1/1/1980")).await;
        assert_eq!(begun.status(), StatusCode::SEE_OTHER);
        let shown = clerk.request_page(CARD).await.draft;
        let Page::Roles(page) = boss.page("/ufficio/ruoli").await.page else {
            panic!("not the roles")
        };
        let hers = page.views.iter().find(|view| view.fiscal_code == code);
        let end = [("azione", "togli_ruolo"), ("id", hers.unwrap().id.as_str())];
        boss.post("/ufficio/ruoli", &end).await;
        let save = SaveRequest {
            passo: "motivo".into(),
            versione: shown.version,
            risposte: texts(&[("motivo", "smarrimento")]),
            bozza: shown.draft_id,
            ..SaveRequest::default()
        };
        assert_eq!(clerk.put(CARD, &save).await.status(), StatusCode::CONFLICT);
        assert_eq!(clerk.get(DESK).await.status(), StatusCode::FORBIDDEN);
        let own = clerk.request_page(CARD).await;
        assert_eq!(own.draft.version, 0);
        assert_eq!(own.identity.0["codice_fiscale"], Answer::Text(code));
    }
}

/// A desk for the `n`th person, and she herself at home.
async fn with_her_at_home(world: &World, n: usize) -> (Browser, Browser) {
    let clerk = begun(world, &fiscal_code(n)).await;
    (clerk, login_nth(&world.url, n).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_she_goes_on_with_at_home_is_the_counters_no_more() {
    for world in worlds(|_| {}).await {
        for n in [20, 21] {
            let (clerk, anna) = with_her_at_home(&world, n).await;
            prepare_card(&clerk).await;
            let shown = clerk.request_page(CARD).await.draft;
            if n == 20 {
                let theft = [("motivo", "smarrimento")];
                anna.answer(CARD, "motivo", &theft).await.unwrap();
            } else {
                let theft = [
                    ("motivo", "furto"),
                    ("denuncia_autorita", "CC"),
                    ("denuncia_data", "1/1/2026"),
                ];
                clerk.answer(CARD, "motivo", &theft).await.unwrap();
                let file = anna.upload(CARD, "denuncia", "d.pdf", SCAN.to_vec()).await;
                assert_eq!(file.status(), StatusCode::OK);
            }
            assert!(desk(&clerk).await.open.is_none());
            let own = clerk.request_page(CARD).await;
            assert_eq!(
                own.identity.0["codice_fiscale"],
                Answer::Text(CLERK_CARDS.into())
            );
            let save = SaveRequest {
                passo: "motivo".into(),
                versione: shown.version,
                bozza: shown.draft_id.clone(),
                ..SaveRequest::default()
            };
            assert_eq!(clerk.put(CARD, &save).await.status(), StatusCode::CONFLICT);
            let closed = clerk.post(DESK, &[("azione", "chiudi")]).await;
            assert_eq!(closed.status(), StatusCode::CONFLICT);
            assert_eq!(anna.request_page(CARD).await.draft.draft_id, shown.draft_id);
            // And it is not begun once more at the counter.
            let code = fiscal_code(n);
            let again = with(asked(&code, "1/1/1980"), "nome", "Prova");
            assert_eq!(
                clerk.post(DESK, &again).await.status(),
                StatusCode::CONFLICT
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_she_begins_anew_is_not_the_counters() {
    for world in worlds(|_| {}).await {
        let (clerk, anna) = with_her_at_home(&world, 22).await;
        let bozza = clerk.request_page(CARD).await.draft.draft_id;
        let discard = SaveRequest {
            azione: "elimina".into(),
            bozza: bozza.clone(),
            ..SaveRequest::default()
        };
        anna.act(CARD, &discard).await.unwrap();
        anna.answer(CARD, "richiedente", APPLICANT).await.unwrap();
        let hers = anna.request_page(CARD).await.draft;
        let seen = clerk.get(&format!("/servizi/{CARD}/richiesta")).await;
        assert_eq!(seen.status(), StatusCode::CONFLICT);
        assert!(!seen.text().await.unwrap().contains("maria@example.it"));
        for bozza in ["", bozza.as_str(), hers.draft_id.as_str()] {
            let save = SaveRequest {
                passo: "motivo".into(),
                versione: hers.version,
                risposte: texts(&[("motivo", "smarrimento")]),
                bozza: bozza.into(),
                ..SaveRequest::default()
            };
            assert_eq!(clerk.put(CARD, &save).await.status(), StatusCode::CONFLICT);
            let pressed = SaveRequest {
                azione: "avanti".into(),
                ..save
            };
            assert_eq!(clerk.act(CARD, &pressed).await.unwrap_err().status, 409);
        }
        let file = clerk.upload(CARD, "denuncia", "d.pdf", SCAN.to_vec()).await;
        assert_eq!(file.status(), StatusCode::CONFLICT);
        assert!(open_desk(&clerk).await.over.contains("non c'è più"));
        let closed = clerk.post(DESK, &[("azione", "chiudi")]).await;
        assert_eq!(closed.status(), StatusCode::SEE_OTHER);
        assert_eq!(anna.request_page(CARD).await.draft, hers);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_she_sends_herself_needs_no_signed_copy() {
    for world in worlds(|_| {}).await {
        let (clerk, anna) = with_her_at_home(&world, 23).await;
        prepare_card(&clerk).await;
        let stamp = open_desk(&clerk).await.stamp;
        anna.send(CARD).await.unwrap();
        let late = register(&clerk, &stamp, Some(SCAN)).await;
        assert_eq!(late.status(), StatusCode::CONFLICT);
        let html = late.text().await.unwrap();
        assert!(html.contains("ha inviato la richiesta da sé"), "{html}");
        assert!(desk(&clerk).await.open.is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_neither_sends_nor_deletes_from_the_form() {
    for world in worlds(|_| {}).await {
        let clerk = begun(&world, &fiscal_code(24)).await;
        prepare_card(&clerk).await;
        let draft = clerk.request_page(CARD).await.draft;
        for azione in ["invia", "invia:", "invia:x", "elimina", "elimina:x"] {
            let pressed = SaveRequest {
                azione: azione.into(),
                passo: "riepilogo".into(),
                versione: draft.version,
                bozza: draft.draft_id.clone(),
                ..SaveRequest::default()
            };
            assert_eq!(
                clerk.act(CARD, &pressed).await.unwrap().path,
                DESK,
                "{azione}"
            );
        }
        assert_eq!(clerk.request_page(CARD).await.draft, draft);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_between_versions_counts_for_its_own_draft() {
    for world in worlds(|_| {}).await {
        let clerk = begun(&world, &fiscal_code(25)).await;
        clerk.answer(CARD, "richiedente", APPLICANT).await.unwrap();
        let left = clerk.request_page(CARD).await.draft;
        clerk.post(DESK, &[("azione", "chiudi")]).await;
        clerk.post(DESK, &asked(&fiscal_code(26), "1/1/1980")).await;
        clerk.answer(CARD, "richiedente", APPLICANT).await.unwrap();
        let now = clerk.request_page(CARD).await.draft;
        assert_eq!(now.version, left.version);
        let version = left.version.to_string();
        for bozza in ["", left.draft_id.as_str()] {
            let chosen = [
                ("azione", "risolvi"),
                ("passo", "richiedente"),
                ("bozza", bozza),
                ("versione", version.as_str()),
                ("scelta.email", "mia"),
                ("mia.email", "altra@example.it"),
            ];
            let path = format!("/servizi/{CARD}/richiesta");
            let done = clerk.post(&path, &chosen).await;
            assert_eq!(done.status(), StatusCode::CONFLICT, "{bozza}");
        }
        assert_eq!(clerk.request_page(CARD).await.draft, now);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_must_be_the_one_that_is_known() {
    for world in worlds(|_| {}).await {
        let clerk = world.login(CLERK_CARDS).await;
        world.login(MOTHER).await;
        let hers: Fields = vec![
            ("azione", "comincia"),
            ("codice_fiscale", MOTHER),
            ("nome", "MARIA"),
            ("cognome", "Lovàscio"),
            ("data_nascita", "14/3/1988"),
        ];
        let rest = asked("", "").split_off(5);
        let hers = [hers, rest].concat();
        for (field, value) in [
            ("nome", "Anna"),
            ("cognome", "Lovuscio"),
            ("cognome", "Prova"),
        ] {
            let refused = clerk.post(DESK, &with(hers.clone(), field, value)).await;
            assert_eq!(
                refused.status(),
                StatusCode::UNPROCESSABLE_ENTITY,
                "{value}"
            );
            let html = refused.text().await.unwrap();
            assert!(html.contains(&format!("id=\"c-{field}-errore\"")), "{html}");
            assert!(!html.contains("Lovascio"), "nobody learns it here");
        }
        let begun = clerk.post(DESK, &hers).await;
        assert_eq!(begun.status(), StatusCode::SEE_OTHER);
        assert_eq!(open_desk(&clerk).await.applicant, "Maria Lovascio");
        clerk.post(DESK, &[("azione", "chiudi")]).await;

        // What only a clerk typed, the next one mends.
        let code = fiscal_code(27);
        for name in ["Ana", "Anna"] {
            let fields = with(asked(&code, "1/1/1980"), "nome", name);
            let begun = clerk.post(DESK, &fields).await;
            assert_eq!(begun.status(), StatusCode::SEE_OTHER, "{name}");
            assert_eq!(open_desk(&clerk).await.applicant, format!("{name} Prova"));
            clerk.post(DESK, &[("azione", "chiudi")]).await;
        }
    }
}

/// Gives the `n`th person the role of a clerk at this office; the grant's id.
async fn make_clerk(boss: &Browser, n: usize, office: &str) -> String {
    let code = fiscal_code(n);
    let role = [
        ("azione", "dai_ruolo"),
        ("codice_fiscale", code.as_str()),
        ("ruolo", "operatore"),
        ("ufficio", office),
    ];
    let given = boss.post("/ufficio/ruoli", &role).await;
    assert_eq!(given.status(), StatusCode::SEE_OTHER);
    let Page::Roles(page) = boss.page("/ufficio/ruoli").await.page else {
        panic!("not the roles")
    };
    let title = world_office(office);
    let own = page.views.iter();
    let mut own = own.filter(|view| view.fiscal_code == code && view.office.contains(title));
    own.next().unwrap().id.clone()
}

fn world_office(id: &str) -> &'static str {
    match id {
        "elettorale" => "lettoral",
        _ => "ribut",
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_goes_with_the_role_at_its_office() {
    for world in worlds(|_| {}).await {
        let boss = world.login(CLERK_CARDS).await;
        let here = make_clerk(&boss, 28, "elettorale").await;
        make_clerk(&boss, 28, "tributi").await;
        let clerk = login_nth(&world.url, 28).await;
        let begun = clerk.post(DESK, &asked(&fiscal_code(29), "1/1/1980")).await;
        assert_eq!(begun.status(), StatusCode::SEE_OTHER);
        let end = [("azione", "togli_ruolo"), ("id", here.as_str())];
        boss.post("/ufficio/ruoli", &end).await;
        let own = clerk.request_page(CARD).await;
        assert_eq!(
            own.identity.0["codice_fiscale"],
            Answer::Text(fiscal_code(28))
        );
        let left = open_desk(&clerk).await;
        assert!(left.over.contains("Non lavori più"), "{left:?}");
        assert!(
            left.applicant.is_empty() && left.fiscal_code.is_empty(),
            "{left:?}"
        );
        let closed = clerk.post(DESK, &[("azione", "chiudi")]).await;
        assert_eq!(closed.status(), StatusCode::SEE_OTHER);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_of_yesterday_holds_nobody_up() {
    for (world, clock) in common::clocked_worlds(|_| {}).await {
        let boss = begun(&world, &fiscal_code(30)).await;
        make_clerk(&boss, 31, "elettorale").await;
        let clerk = login_nth(&world.url, 31).await;
        let code = fiscal_code(30);
        let fields = asked(&code, "1/1/1980");
        let today = clerk.post(DESK, &fields).await;
        assert_eq!(today.status(), StatusCode::CONFLICT);
        let html = today.text().await.unwrap();
        assert!(html.contains("Un collega ha aperto oggi"), "{html}");
        clock.advance_days(1);
        let begun = clerk.post(DESK, &fields).await;
        assert_eq!(begun.status(), StatusCode::SEE_OTHER);
        assert!(desk(&boss).await.open.is_none());
        assert_eq!(clerk.request_page(CARD).await.draft.version, 1);
    }
}
