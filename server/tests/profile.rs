//! Once only: what is known is filled in with its source, corrected in one place; an old request is
//! where a new one begins.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use app::api::{CasePage, Page, ProfileField, ProfilePage, RequestPage, RestartPage, SaveRequest};
use common::{
    APPLICANT, Browser, CARD, CLERK_CARDS, MOTHER, STUDENT, World, clocked_worlds, fiscal_code,
    office::PASS, prepare_card, prepare_card_of, receipt, worlds,
};
use reqwest::{StatusCode, header::LOCATION};
use rules::form::Answer;
use server::verify::verify;

const PROFILE: &str = "/area-personale/profilo";
const CIE: &str = "appuntamento-carta-identita";

/// Sends a request for the card of electors; its case and protocol number.
async fn send_card(person: &Browser) -> (String, String) {
    prepare_card(person).await;
    let sent = receipt(person.send(CARD).await.unwrap());
    (sent.id, sent.protocol)
}

async fn profile(person: &Browser) -> ProfilePage {
    match person.page(PROFILE).await.page {
        Page::Profile(page) => *page,
        other => panic!("not the profile: {other:?}"),
    }
}

async fn shown(person: &Browser, name: &str) -> ProfileField {
    let page = profile(person).await;
    let found = page.fields.into_iter().find(|f| f.field.name == name);
    found.unwrap()
}

/// "Salva" with this alone; where it led.
async fn save(person: &Browser, fields: &[(&str, &str)]) {
    let mut all = vec![("azione", "salva")];
    all.extend(fields);
    let saved = person.post(PROFILE, &all).await;
    assert_eq!(saved.status(), StatusCode::SEE_OTHER);
    assert_eq!(
        saved.headers()[LOCATION],
        "/area-personale/profilo?fatto=salvato"
    );
}

fn answer<'a>(page: &'a RequestPage, name: &str) -> &'a str {
    match page.draft.answers.0.get(name) {
        Some(Answer::Text(text)) => text,
        _ => "",
    }
}

fn today(world: &World) -> String {
    world.counter.today().italian()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_is_filled_in_with_its_source_and_its_day() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        let day = today(&world);
        let from_spid = format!("Da SPID, accesso del {day}.");
        let first = maria.request_page(CARD).await;
        assert_eq!(answer(&first, "email"), "maria.lovascio@example.it");
        assert_eq!(first.known["email"], from_spid);
        assert!(!first.known.contains_key("residenza_comune"));

        let (case, protocol) = send_card(&maria).await;
        let from_request =
            format!("Dal tuo profilo: l'hai scritto il {day} nella richiesta {protocol}.");
        let next = maria.request_page(PASS).await;
        // All of the step is known, and she sees it once all the same.
        assert_eq!(next.step, "richiedente");
        assert_eq!(answer(&next, "email"), "maria@example.it");
        assert_eq!(next.known["email"], from_request);
        assert_eq!(next.known["residenza_comune"], from_request);
        assert_eq!(next.known["cellulare"], from_spid);
        let html = maria.get("/servizi/passo-carrabile/richiesta").await;
        let html = html.text().await.unwrap();
        assert!(
            html.contains(&from_request.replace('\'', "&#39;")) || html.contains(&from_request)
        );
        assert!(html.contains("href=\"/area-personale/profilo#c-email\""));

        // Another address: of this request, no longer the profile's.
        let mine = [("email", "altra@example.it")];
        let whole = APPLICANT.iter().filter(|(name, _)| *name != "email");
        let whole: Vec<_> = whole.chain(&mine).copied().collect();
        maria.answer(PASS, "richiedente", &whole).await.unwrap();
        let later = maria.request_page(PASS).await;
        assert_ne!(later.step, "richiedente");
        let Page::Request(back) = maria
            .page("/servizi/passo-carrabile/richiesta?passo=richiedente")
            .await
            .page
        else {
            panic!("no form")
        };
        assert!(!back.known.contains_key("email"), "{:?}", back.known);
        assert_eq!(back.known["residenza_comune"], from_request);

        // What was told once keeps the day on which it was told.
        let (_, other) = send_card(&maria).await;
        assert_ne!(other, protocol);
        let email = shown(&maria, "email").await;
        assert_eq!(email.case.as_deref(), Some(case.as_str()));
        assert!(email.source.unwrap().contains(&protocol));
        assert_eq!(verify(&world.counter).await.unwrap(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn corrected_in_one_place_it_is_corrected_everywhere() {
    for (world, clock) in clocked_worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        send_card(&maria).await;
        let draft = maria.request_page(PASS).await;
        let begun = SaveRequest {
            azione: "salva".into(),
            passo: "richiedente".into(),
            risposte: draft.draft.answers.clone(),
            bozza: draft.draft.draft_id.clone(),
            ..SaveRequest::default()
        };
        maria.act(PASS, &begun).await.unwrap();
        let before = maria.request_page(PASS).await.draft;
        clock.advance_days(2);

        // A mistake is told beside its control, and nothing typed is lost.
        let wrong = [
            ("azione", "salva"),
            ("email", "non va"),
            ("residenza_cap", "7003"),
            ("residenza_comune", "Bari"),
        ];
        let refused = maria.post(PROFILE, &wrong).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let html = refused.text().await.unwrap();
        for told in [
            "id=\"errori\"",
            "id=\"c-email-errore\"",
            "id=\"c-residenza_cap-errore\"",
            "value=\"non va\"",
            "value=\"Bari\"",
        ] {
            assert!(html.contains(told), "{told}: {html}");
        }
        assert_eq!(shown(&maria, "email").await.value, "maria@example.it");

        save(
            &maria,
            &[("email", "nuova@example.it"), ("residenza_comune", "Bari")],
        )
        .await;
        let email = shown(&maria, "email").await;
        let words = format!("L'hai scritto qui il {}.", today(&world));
        assert_eq!(
            (email.value.as_str(), email.source),
            ("nuova@example.it", Some(words))
        );
        assert_eq!(shown(&maria, "residenza_comune").await.value, "Bari (BA)");
        // What was not touched keeps its source.
        assert!(shown(&maria, "residenza_civico").await.case.is_some());
        // In the draft that she had begun too, and its version says that it changed.
        let after = maria.request_page(PASS).await;
        assert_eq!(answer(&after, "email"), "nuova@example.it");
        assert_eq!(answer(&after, "residenza_comune"), "A662");
        assert!(after.draft.version > before.version);
        let fresh = maria.request_page("rimborso-tributi").await;
        assert_eq!(answer(&fresh, "email"), "nuova@example.it");
        assert!(fresh.known["email"].starts_with("Dal tuo profilo: l'hai scritto lì il"));

        // A window left open since then brings nothing back.
        save(
            &maria,
            &[
                ("prima.email", "maria@example.it"),
                ("email", "maria@example.it"),
                ("residenza_civico", "2"),
            ],
        )
        .await;
        assert_eq!(shown(&maria, "email").await.value, "nuova@example.it");
        assert_eq!(shown(&maria, "residenza_civico").await.value, "2");

        // Deleted: what SPID says is left, and that is not ours to delete.
        let gone = maria.post(PROFILE, &[("azione", "cancella:email")]).await;
        assert_eq!(
            gone.headers()[LOCATION],
            "/area-personale/profilo?fatto=cancellato"
        );
        let email = shown(&maria, "email").await;
        assert_eq!(email.value, "maria.lovascio@example.it");
        assert!(!email.can_delete && email.source.unwrap().starts_with("Da SPID"));
        maria
            .post(PROFILE, &[("azione", "cancella:residenza_cap")])
            .await;
        save(&maria, &[("residenza_civico", "")]).await;
        let civic = shown(&maria, "residenza_civico").await;
        assert!(civic.value.is_empty() && civic.source.is_none());
        // Names and codes are her identity's.
        save(&maria, &[("nome", "Anna"), ("codice_fiscale", "X")]).await;
        let page = profile(&maria).await;
        assert!(
            page.identity
                .contains(&("Nome".to_owned(), "Maria".to_owned()))
        );
        assert!(page.attested.starts_with("Da SPID, accesso del"));
        assert_eq!(verify(&world.counter).await.unwrap(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_the_summary_open_reads_what_was_corrected_before_it_is_sent() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        send_card(&maria).await;
        prepare_card_of(&maria, APPLICANT).await;
        let read = maria.request_page(CARD).await.draft;
        save(&maria, &[("email", "nuova@example.it")]).await;
        let send = SaveRequest {
            azione: "invia".into(),
            passo: "riepilogo".into(),
            versione: read.version,
            bozza: read.draft_id,
            ..SaveRequest::default()
        };
        let refused = maria.act(CARD, &send).await.unwrap_err();
        assert_eq!(refused.status, 409);
        maria.send(CARD).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_sees_nothing_of_the_citizens_profile() {
    for world in worlds(|_| {}).await {
        let code = fiscal_code(5);
        let citizen = common::login_nth(&world.url, 5).await;
        send_card(&citizen).await;
        let clerk = world.login(CLERK_CARDS).await;
        let desk = [
            ("azione", "comincia"),
            ("codice_fiscale", code.as_str()),
            ("nome", "Prova"),
            ("cognome", "Prova"),
            ("data_nascita", "1/1/1980"),
            ("servizio", CARD),
            ("documento", "carta"),
            ("documento_numero", "CA12345AB"),
            ("documento_ente", "Comune di Bitonto"),
            ("documento_scadenza", "1/1/2140"),
        ];
        let begun = clerk.post("/ufficio/sportello", &desk).await;
        assert_eq!(begun.status(), StatusCode::SEE_OTHER);
        let form = clerk.request_page(CARD).await;
        assert!(form.known.is_empty() && answer(&form, "email").is_empty());
        let own = profile(&clerk).await;
        assert!(own.identity.iter().any(|(_, value)| value == CLERK_CARDS));
        save(&clerk, &[("residenza_civico", "77")]).await;
        assert_eq!(shown(&citizen, "residenza_civico").await.value, "1");
        // Without a login there is no profile.
        let nobody = common::browser(&world.url).get(PROFILE).await;
        assert_eq!(nobody.status(), StatusCode::SEE_OTHER);
    }
}

async fn begin_again(person: &Browser, case: &str, fields: &[(&str, &str)]) -> (u16, String) {
    let mut all = vec![("azione", "ricomincia")];
    all.extend(fields);
    let answer = person.post(&format!("/pratiche/{case}"), &all).await;
    let to = answer.headers().get(LOCATION);
    let to = to.map(|to| to.to_str().unwrap().to_owned());
    (answer.status().as_u16(), to.unwrap_or_default())
}

async fn asked(person: &Browser, case: &str) -> RestartPage {
    match person
        .page(&format!("/pratiche/{case}/ricomincia"))
        .await
        .page
    {
        Page::Restart(page) => page,
        other => panic!("nothing is asked: {other:?}"),
    }
}

async fn case_page(person: &Browser, case: &str) -> CasePage {
    match person.page(&format!("/pratiche/{case}")).await.page {
        Page::Case(page) => *page,
        other => panic!("not the case: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_request_begins_with_the_answers_of_an_old_one() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        let (case, protocol) = send_card(&maria).await;
        save(&maria, &[("email", "nuova@example.it")]).await;
        assert!(case_page(&maria, &case).await.can_restart);
        let form = format!("/servizi/{CARD}/richiesta");
        assert_eq!(begin_again(&maria, &case, &[]).await, (303, form.clone()));
        let page = maria.request_page(CARD).await;
        assert_eq!(page.step, "richiedente");
        let notice = page.notice.clone().unwrap();
        let told = format!("Abbiamo copiato le risposte della richiesta {protocol}: controllale.");
        assert_eq!(notice, told);
        for (name, value) in [
            ("motivo", "mai_ricevuta"),
            ("consegna", "ufficio"),
            ("residenza_indirizzo", "Via Roma"),
            // Corrected since.
            ("email", "nuova@example.it"),
        ] {
            assert_eq!(answer(&page, name), value, "{name}");
        }
        assert!(page.draft.declarations.is_empty() && page.draft.attachments.is_empty());
        assert!(!page.draft.answers.0.contains_key("codice_fiscale"));

        // There is a draft now: she is asked, and what she wrote since then is not lost.
        let ask = format!("/pratiche/{case}/ricomincia");
        assert_eq!(begin_again(&maria, &case, &[]).await, (303, ask.clone()));
        let seen = asked(&maria, &case).await.draft.unwrap();
        assert_eq!(seen.id, page.draft.draft_id);
        maria.answer(CARD, "richiedente", APPLICANT).await.unwrap();
        let (id, old) = (seen.id.as_str(), seen.version.to_string());
        let stale = [("bozza", id), ("versione", &old)];
        assert_eq!(begin_again(&maria, &case, &stale).await, (303, ask.clone()));
        let seen = asked(&maria, &case).await.draft.unwrap();
        let now = seen.version.to_string();
        let replace = [("bozza", id), ("versione", &now)];
        assert_eq!(begin_again(&maria, &case, &replace).await, (303, form));
        let replaced = maria.request_page(CARD).await;
        assert_ne!(replaced.draft.draft_id, page.draft.draft_id);
        assert_eq!(replaced.notice, Some(told));

        // It is a request as any other.
        prepare_card(&maria).await;
        maria.send(CARD).await.unwrap();
        let stranger = world.login(STUDENT).await;
        assert_eq!(begin_again(&stranger, &case, &[]).await.0, 404);
        assert_eq!(stranger.get(&ask).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(verify(&world.counter).await.unwrap(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appointment_is_not_copied() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        maria.answer(CIE, "richiedente", APPLICANT).await.unwrap();
        let who = [("per_chi", "me"), ("espatrio", "true")];
        maria.answer(CIE, "persona", &who).await.unwrap();
        let why = [("motivo", "prima"), ("consegna", "comune")];
        maria.answer(CIE, "motivo", &why).await.unwrap();
        let page = maria.request_page(CIE).await;
        assert_eq!(page.step, "appuntamento");
        let times = page.lists["anagrafe"].iter();
        let (time, _) = times.clone().find(|(code, _)| !code.is_empty()).unwrap();
        let when = [("sede", "anagrafe"), ("slot", time), ("esigenze", "false")];
        maria.answer(CIE, "appuntamento", &when).await.unwrap();
        maria.declare(CIE).await;
        let case = receipt(maria.send(CIE).await.unwrap()).id;
        assert_eq!(begin_again(&maria, &case, &[]).await.0, 303);
        let copy = maria.request_page(CIE).await;
        assert_eq!(answer(&copy, "motivo"), "prima");
        assert!(!copy.draft.answers.0.contains_key("slot"));
        maria.answer(CIE, "richiedente", APPLICANT).await.unwrap();
        assert_eq!(maria.request_page(CIE).await.step, "appuntamento");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_service_says_why() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        let (case, _) = send_card(&maria).await;
        let comune = std::fs::read_to_string(&world.settings.comune).unwrap();
        let closed = world.folder.path().join("closed.toml");
        let window = format!(
            "\n[finestre.{CARD}]\ndal = \"2020-01-01\"\nal = \"2020-02-01\"\nmotivo = \"Il servizio è sospeso.\"\n"
        );
        std::fs::write(&closed, format!("{comune}{window}")).unwrap();
        let mut world = world;
        world.settings.comune = closed;
        let (url, _counter) = world.started_again().await;
        let maria = common::Browser { url, ..maria };
        let refused = maria
            .post(&format!("/pratiche/{case}"), &[("azione", "ricomincia")])
            .await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN);
        let html = refused.text().await.unwrap();
        assert!(html.contains("Il servizio è sospeso."), "{html}");
        let page = maria.get(&format!("/pratiche/{case}/ricomincia")).await;
        assert_eq!(page.status(), StatusCode::FORBIDDEN);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_delegate_sent_is_not_copied_and_her_profile_is_her_own() {
    for world in worlds(|_| {}).await {
        let (giver, delegate) = (world.login(MOTHER).await, world.login(STUDENT).await);
        let last = world.counter.today().plus_days(30).italian();
        let first = today(&world);
        let given = [
            ("azione", "delega"),
            ("nome", "Luca"),
            ("cognome", "Marinelli"),
            ("codice_fiscale", STUDENT),
            ("ambito", "servizio"),
            ("servizio", CARD),
            ("dal", first.as_str()),
            ("al", &last),
            ("conferma", "si"),
        ];
        let deleghe = "/area-personale/deleghe";
        let made = giver.post(deleghe, &given).await;
        assert_eq!(made.status(), StatusCode::SEE_OTHER);
        let Page::Delegations(page) = delegate.page(deleghe).await.page else {
            panic!("no delegations")
        };
        let id = page.received[0].id.clone();
        let begin = [("azione", "comincia"), ("id", &id), ("servizio", CARD)];
        assert_eq!(
            delegate.post(deleghe, &begin).await.status(),
            StatusCode::SEE_OTHER
        );
        // Her own contacts, never the giver's.
        let form = delegate.request_page(CARD).await;
        assert_eq!(
            (form.step.as_str(), answer(&form, "email")),
            ("richiedente", "luca.marinelli@example.it")
        );
        let own: Vec<_> = APPLICANT
            .iter()
            .filter(|(name, _)| *name != "qualita")
            .copied()
            .collect();
        delegate.answer(CARD, "richiedente", &own).await.unwrap();
        delegate
            .answer(CARD, "motivo", &[("motivo", "mai_ricevuta")])
            .await
            .unwrap();
        delegate
            .answer(CARD, "ritiro", &[("consegna", "ufficio")])
            .await
            .unwrap();
        delegate.declare(CARD).await;
        let case = receipt(delegate.send(CARD).await.unwrap()).id;
        for person in [&delegate, &giver] {
            assert!(!case_page(person, &case).await.can_restart);
            assert_eq!(begin_again(person, &case, &[]).await.0, 404);
        }
        assert_eq!(shown(&giver, "residenza_civico").await.source, None);
        assert_eq!(shown(&delegate, "residenza_civico").await.value, "1");
    }
}
