//! "Invia" sends what was read, and nothing twice; windows that stayed behind are told so.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use app::api::{Main, Page, Problem, SCREEN_TYPE, SaveRequest, Screen};
use common::{Browser, CARD, MOTHER, STUDENT, prepare_card, receipt, texts, worlds};
use reqwest::{Response, StatusCode};

const FORM: &str = "/servizi/duplicato-tessera-elettorale/richiesta";

/// "Invia" of a window that shows version `version` of the draft.
fn send(version: i64, draft: &str) -> SaveRequest {
    SaveRequest {
        azione: "invia".into(),
        passo: "riepilogo".into(),
        versione: version,
        bozza: draft.into(),
        ..SaveRequest::default()
    }
}

/// The same as our own page in the browser sends it.
async fn post_as_page(person: &Browser, body: &SaveRequest) -> Response {
    let request = person.client.post(format!("{}/api{FORM}", person.url));
    let request = request.header("origin", &person.url).json(body);
    request.header("accept", SCREEN_TYPE).send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_read_is_not_sent() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        prepare_card(&maria).await;
        let read = maria.request_page(CARD).await.draft;
        let changed = [("motivo", "deteriorata"), ("tessera_numero", "12345")];
        maria.answer(CARD, "motivo", &changed).await.unwrap();
        let now = maria.request_page(CARD).await.draft;
        assert!(now.version > read.version);

        let version = read.version.to_string();
        let fields = [
            ("azione", "invia"),
            ("passo", "riepilogo"),
            ("versione", version.as_str()),
            ("bozza", read.draft_id.as_str()),
        ];
        let plain = maria.post(FORM, &fields).await;
        assert_eq!(plain.status(), StatusCode::CONFLICT);
        let html = plain.text().await.unwrap();
        assert!(
            html.contains("rileggila") && html.contains("12345"),
            "{html}"
        );

        let body = send(read.version, &read.draft_id);
        let problem = maria.act(CARD, &body).await.unwrap_err();
        assert_eq!(problem.status, 409);
        assert_eq!(
            problem.version, None,
            "a second press sends no more than the first"
        );

        let shown = post_as_page(&maria, &body).await;
        assert_eq!(shown.status(), StatusCode::CONFLICT);
        let shown: Problem<Screen> = shown.json().await.unwrap();
        let Main::Request(form) = shown.conflict.unwrap().main else {
            panic!("the summary takes the place of the page")
        };
        assert_eq!(form.step, "riepilogo");
        assert_eq!(form.draft.version, now.version);
        assert!(form.recap.contains("12345") && form.issues[0].message.contains("rileggila"));

        let sent = maria.act(CARD, &send(now.version, &now.draft_id)).await;
        assert!(receipt(sent.unwrap()).protocol.starts_with("0000001/"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_behind_a_submission_is_told_so() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        prepare_card(&maria).await;
        let draft = maria.request_page(CARD).await.draft;
        let sent = receipt(maria.send(CARD).await.unwrap());
        let stale = SaveRequest {
            azione: "avanti".into(),
            passo: "motivo".into(),
            versione: draft.version,
            risposte: texts(&[("motivo", "spazi")]),
            bozza: draft.draft_id.clone(),
            ..SaveRequest::default()
        };
        let saved = maria.put(CARD, &stale).await;
        assert_eq!(saved.status(), StatusCode::CONFLICT);
        let saved: Problem = saved.json().await.unwrap();
        assert!(saved.detail.contains(&sent.protocol), "{}", saved.detail);
        assert_eq!(saved.conflict, None, "nothing to choose");

        let version = draft.version.to_string();
        let fields = [
            ("azione", "avanti"),
            ("passo", "motivo"),
            ("versione", version.as_str()),
            ("bozza", draft.draft_id.as_str()),
            ("motivo", "spazi"),
        ];
        let plain = maria.post(FORM, &fields).await;
        assert_eq!(plain.status(), StatusCode::CONFLICT);
        let html = plain.text().await.unwrap();
        let link = format!("href=\"/pratiche/{}\"", sent.id);
        assert!(
            html.contains("già inviato") && html.contains(&link),
            "{html}"
        );

        let shown: Problem<Screen> = post_as_page(&maria, &stale).await.json().await.unwrap();
        let Main::Html(html) = shown.conflict.unwrap().main else {
            panic!("a page to read")
        };
        assert!(html.contains(&link), "{html}");

        let upload = maria.upload(CARD, "denuncia", "a.pdf", b"%PDF-1.7".to_vec());
        assert_eq!(upload.await.status(), StatusCode::CONFLICT);
        let Page::Area(area) = maria.page("/area-personale").await.page else {
            panic!("no area")
        };
        assert!(area.drafts.is_empty(), "no second draft");
        assert_eq!(area.cases.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_does_not_send_anothers_draft() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        prepare_card(&maria).await;
        let draft = maria.request_page(CARD).await.draft;
        let student = world.login(STUDENT).await;
        let body = send(draft.version, &draft.draft_id);
        let before = student.act(CARD, &body).await.unwrap_err();
        assert_ne!(before.status, 200);
        let sent = receipt(maria.send(CARD).await.unwrap());
        let after = student.act(CARD, &body).await.unwrap_err();
        assert!(!after.detail.contains(&sent.protocol), "{after:?}");
        let Page::Area(area) = student.page("/area-personale").await.page else {
            panic!("no area")
        };
        assert_eq!(area.cases.len(), 0);
    }
}

/// A press of "Avanti" on the declarations.
fn ticks(version: i64, draft: &str, ticked: Vec<String>) -> SaveRequest {
    SaveRequest {
        azione: "avanti".into(),
        passo: "dichiarazioni".into(),
        versione: version,
        dichiarazioni: ticked,
        bozza: draft.into(),
        ..SaveRequest::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ticks_of_two_windows_are_no_conflict() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        prepare_card(&maria).await;
        let page = maria.request_page(CARD).await;
        let all = page.draft.declarations.clone();
        let (old, id) = (page.draft.version, page.draft.draft_id);
        let fewer = SaveRequest {
            azione: String::new(),
            ..ticks(old, &id, all[..1].to_vec())
        };
        assert!(maria.put(CARD, &fewer).await.status().is_success());
        let acted = maria
            .act(CARD, &ticks(old, &id, all.clone()))
            .await
            .unwrap();
        assert!(acted.path.contains("riepilogo"), "{}", acted.path);
        assert_eq!(maria.request_page(CARD).await.draft.declarations, all);
    }
}

/// What a clerk sees of the office, or a citizen of her identity, is not chosen by a conflict.
#[tokio::test(flavor = "multi_thread")]
async fn a_conflicts_choice_writes_only_what_may_be_typed() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        prepare_card(&maria).await;
        let draft = maria.request_page(CARD).await.draft;
        let version = draft.version.to_string();
        let fields = [
            ("azione", "risolvi"),
            ("passo", "richiedente"),
            ("bozza", draft.draft_id.as_str()),
            ("versione", version.as_str()),
            ("scelta.nome", "mia"),
            ("mia.nome", "Mario"),
            ("scelta.inventato", "mia"),
            ("mia.inventato", "x"),
            ("scelta.email", "mia"),
            ("mia.email", "nuova@example.it"),
            ("scelta.residenza_civico", "salvata"),
            ("mia.residenza_civico", "99"),
        ];
        let done = maria.post(FORM, &fields).await;
        assert_eq!(done.status(), StatusCode::SEE_OTHER);
        let answers = maria.request_page(CARD).await.draft.answers.0;
        assert!(!answers.contains_key("nome") && !answers.contains_key("inventato"));
        assert_eq!(
            answers["email"],
            rules::form::Answer::Text("nuova@example.it".into())
        );
        assert_eq!(
            answers["residenza_civico"],
            rules::form::Answer::Text("1".into())
        );
        let sent = receipt(maria.send(CARD).await.unwrap());
        assert!(sent.applicant.starts_with("Maria "), "{}", sent.applicant);
    }
}
