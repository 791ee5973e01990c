//! An office closes a service, changes what it costs and when it takes requests, from a day on; a
//! definition is seen before it is in force.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use app::api::{Page, PreviewContent, PreviewPage, ServiceSettingsPage, SheetPage};
use common::{
    Browser, CARD, CLERK_CARDS, CLERK_POLICE, CLERK_TAXES, MOTHER, STUDENT, World, clocked_worlds,
    fiscal_code, login_nth,
    office::{ACCEPTED, PASS, fill_duplicate, office, send_duplicate},
    prepare_card, receipt, root, worlds,
};
use reqwest::{StatusCode, header::LOCATION};
use server::{
    clock::{Clock as _, ManualClock, rome_day},
    store::payments as payment_rows,
    verify::verify,
};

const REASON: &str = "Stiamo spostando l'ufficio.";
const CARD_FORM: &str = "/servizi/duplicato-tessera-elettorale/richiesta";

fn settings_of(slug: &str) -> String {
    format!("/ufficio/servizi/{slug}")
}

async fn settings(person: &Browser, slug: &str) -> ServiceSettingsPage {
    match person.page(&settings_of(slug)).await.page {
        Page::ServiceSettings(page) => *page,
        other => panic!("not the settings: {other:?}"),
    }
}

async fn sheet(person: &Browser, slug: &str) -> SheetPage {
    match person.page(&format!("/servizi/{slug}")).await.page {
        Page::Sheet(page) => *page,
        other => panic!("not the sheet: {other:?}"),
    }
}

async fn change(person: &Browser, slug: &str, fields: &[(&str, &str)]) {
    let done = person.post(&settings_of(slug), fields).await;
    let (status, to) = (done.status(), done.headers().get(LOCATION).cloned());
    let html = done.text().await.unwrap();
    assert_eq!(status, StatusCode::SEE_OTHER, "{html}");
    let to = to.unwrap().to_str().unwrap().to_owned();
    assert!(
        to.starts_with(&format!("{}?fatto=", settings_of(slug))),
        "{to}"
    );
}

/// Why it was refused.
async fn refused(person: &Browser, slug: &str, fields: &[(&str, &str)], status: u16) -> String {
    let answer = person.post(&settings_of(slug), fields).await;
    assert_eq!(answer.status().as_u16(), status, "{fields:?}");
    answer.text().await.unwrap()
}

fn day(clock: &ManualClock, days: i64) -> String {
    rome_day(clock.now_ms()).plus_days(days).italian()
}

fn fee(sheet: &SheetPage) -> String {
    let sign = sheet.costs.iter();
    let sign = sign.filter(|line| line.description.starts_with("Cartello"));
    sign.map(|line| line.amount.clone()).next().unwrap()
}

/// What the case's payment asks for, cents.
async fn asked(world: &World, case: &str) -> Vec<i64> {
    let rows = payment_rows::of_case(&world.counter.store, case).await;
    rows.unwrap().iter().map(|row| row.cents).collect()
}

async fn decide(police: &Browser, case: &str) {
    for (command, fields) in [("prendi_in_carico", &[][..]), ("accogli", &ACCEPTED[..])] {
        let done = office(police, case, command, fields).await;
        assert_eq!(done.status(), StatusCode::SEE_OTHER, "{command}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fee_from_tomorrow_is_what_who_sends_tomorrow_pays() {
    for (world, clock) in clocked_worlds(|_| {}).await {
        let police = world.login(CLERK_POLICE).await;
        let (maria, luca) = (world.login(MOTHER).await, world.login(STUDENT).await);
        let passer_by = common::browser(&world.url);
        let today = send_duplicate(&maria).await;
        fill_duplicate(&luca).await;
        let tomorrow = day(&clock, 1);
        let new = [
            ("azione", "cambia_costo"),
            ("costo", "cartello"),
            ("importo", "45,50"),
            ("dal", tomorrow.as_str()),
        ];
        change(&police, PASS, &new).await;
        // Today nothing is different, but who reads the sheet knows.
        for reader in [&passer_by, &maria] {
            let page = sheet(reader, PASS).await;
            assert_eq!(fee(&page), "40,00 €");
            let html = reader.get(&format!("/servizi/{PASS}")).await;
            let html = html.text().await.unwrap();
            assert!(
                html.contains(&format!("Dal {tomorrow}: 45,50 €.")),
                "{html}"
            );
        }
        assert_eq!(luca.request_page(PASS).await.fees[0].amount, "40,00 €");

        clock.advance_days(1);
        assert_eq!(fee(&sheet(&passer_by, PASS).await), "45,50 €");
        assert_eq!(luca.request_page(PASS).await.fees[0].amount, "45,50 €");
        // He saved it when it cost less: he is told before it is sent.
        let version = luca.request_page(PASS).await.draft.version;
        let told = luca.send(PASS).await.unwrap_err();
        assert_eq!(told.status, 409);
        let page = luca.request_page(PASS).await;
        assert_eq!(page.draft.version, version + 1);
        let sent = receipt(luca.send(PASS).await.unwrap()).id;
        // Hers was sent before.
        for (case, cents) in [(&today, 4_000), (&sent, 4_550)] {
            decide(&police, case).await;
            assert_eq!(asked(&world, case).await, [cents]);
        }
        assert_eq!(verify(&world.counter).await.unwrap(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_changed_fee_says_so_without_a_script() {
    for (world, clock) in clocked_worlds(|_| {}).await {
        let police = world.login(CLERK_POLICE).await;
        let luca = world.login(STUDENT).await;
        fill_duplicate(&luca).await;
        let new = [
            ("azione", "cambia_costo"),
            ("costo", "cartello"),
            ("importo", "50"),
        ];
        change(&police, PASS, &new).await;
        clock.advance_days(1);
        let draft = luca.request_page(PASS).await.draft;
        let version = draft.version.to_string();
        let send = [
            ("azione", "invia"),
            ("passo", "riepilogo"),
            ("versione", version.as_str()),
            ("bozza", draft.draft_id.as_str()),
        ];
        let path = format!("/servizi/{PASS}/richiesta");
        let told = luca.post(&path, &send).await;
        assert_eq!(told.status(), StatusCode::CONFLICT);
        let html = told.text().await.unwrap();
        assert!(
            html.contains("Il costo è cambiato") && html.contains("50,00 €"),
            "{html}"
        );
        // The summary that she is shown is the one that the next tap sends.
        let version = (draft.version + 1).to_string();
        assert!(html.contains(&format!("value=\"{version}\"")), "{html}");
        let send = send.map(|(name, value)| match name {
            "versione" => (name, version.as_str()),
            _ => (name, value),
        });
        assert_eq!(
            luca.post(&path, &send).await.status(),
            StatusCode::SEE_OTHER
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_closed_today_says_why_and_keeps_the_drafts() {
    for (world, clock) in clocked_worlds(|_| {}).await {
        let rosa = world.login(CLERK_CARDS).await;
        let maria = world.login(MOTHER).await;
        let passer_by = common::browser(&world.url);
        prepare_card(&maria).await;
        let draft = maria.request_page(CARD).await.draft;
        assert!(sheet(&passer_by, CARD).await.open);
        passer_by.get(&format!("/servizi/{CARD}")).await;
        let last = day(&clock, 4);
        let close = [
            ("azione", "chiudi_servizio"),
            ("motivo", REASON),
            ("dal", ""),
            ("al", last.as_str()),
        ];
        change(&rosa, CARD, &close).await;

        let again = format!("Riapre il {}.", day(&clock, 5));
        let page = maria.get(CARD_FORM).await;
        assert_eq!(page.status(), StatusCode::FORBIDDEN);
        let html = page.text().await.unwrap();
        assert!(
            html.contains("spostando") && html.contains(&again),
            "{html}"
        );
        let body = app::api::SaveRequest {
            azione: "invia".into(),
            passo: "riepilogo".into(),
            versione: draft.version,
            bozza: draft.draft_id.clone(),
            ..app::api::SaveRequest::default()
        };
        let refused = maria.act(CARD, &body).await.unwrap_err();
        assert_eq!(refused.status, 403);
        assert!(refused.detail.contains(REASON), "{refused:?}");
        // The kept page of the passer-by is not kept.
        let html = passer_by.get(&format!("/servizi/{CARD}")).await;
        let html = html.text().await.unwrap();
        assert!(html.contains(&again) && !html.contains(&format!("href=\"{CARD_FORM}\"")));
        assert!(!sheet(&maria, CARD).await.open);
        assert!(settings(&rosa, CARD).await.closed.contains(&again));

        // Opened again before its time, the same day.
        change(&rosa, CARD, &[("azione", "riapri_servizio")]).await;
        assert_eq!(maria.request_page(CARD).await.draft, draft);
        let nothing = [("azione", "riapri_servizio")];
        let html = self::refused(&rosa, CARD, &nothing, 422).await;
        assert!(html.contains("non è chiuso"), "{html}");
        // Closed for good: nobody knows until when; open again on the day that is then set.
        change(&rosa, CARD, &close[..3]).await;
        let html = maria.get(CARD_FORM).await.text().await.unwrap();
        assert!(html.contains("ancora una data di riapertura"), "{html}");
        let back = day(&clock, 2);
        let reopen = [("azione", "riapri_servizio"), ("dal", back.as_str())];
        change(&rosa, CARD, &reopen).await;
        let html = maria.get(CARD_FORM).await.text().await.unwrap();
        assert!(html.contains(&format!("Riapre il {back}.")), "{html}");
        clock.advance_days(2);
        receipt(maria.send(CARD).await.unwrap());
        assert_eq!(verify(&world.counter).await.unwrap(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_from_tomorrow_holds_tomorrow() {
    for (world, clock) in clocked_worlds(|_| {}).await {
        let rosa = world.login(CLERK_CARDS).await;
        let maria = world.login(MOTHER).await;
        prepare_card(&maria).await;
        let (first, last) = (day(&clock, 3), day(&clock, 6));
        let period = [
            ("azione", "cambia_periodo"),
            ("periodo", "una_volta"),
            ("periodo_dal", first.as_str()),
            ("periodo_al", last.as_str()),
            ("motivo", "Prima facciamo gli elenchi."),
        ];
        change(&rosa, CARD, &period).await;
        assert!(sheet(&maria, CARD).await.open);
        let page = settings(&rosa, CARD).await;
        assert_eq!(page.period, "tutto l'anno");
        assert!(
            page.planned[0].text.contains("«tutto l'anno» a «dal "),
            "{page:?}"
        );
        clock.advance_days(1);
        let closed = sheet(&maria, CARD).await;
        assert!(!closed.open && closed.window.unwrap().contains("elenchi"));
        clock.advance_days(2);
        receipt(maria.send(CARD).await.unwrap());
        clock.advance_days(4);
        assert!(!sheet(&maria, CARD).await.open);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_head_of_the_office_and_the_administrator_change_it() {
    for (world, clock) in clocked_worlds(|_| {}).await {
        let boss = world.login(CLERK_CARDS).await;
        let clerk_code = fiscal_code(0);
        let give = [
            ("azione", "dai_ruolo"),
            ("codice_fiscale", clerk_code.as_str()),
            ("ruolo", "operatore"),
            ("ufficio", "polizia_locale"),
        ];
        let given = boss.post("/ufficio/ruoli", &give).await;
        assert_eq!(given.status(), StatusCode::SEE_OTHER);
        let clerk = login_nth(&world.url, 0).await;
        let other = world.login(CLERK_TAXES).await;
        let maria = world.login(MOTHER).await;
        let close = [("azione", "chiudi_servizio"), ("motivo", REASON)];
        let page = settings(&clerk, PASS).await;
        assert!(!page.may_change);
        let html = clerk.get(&settings_of(PASS)).await.text().await.unwrap();
        assert!(
            !html.contains("chiudi_servizio"),
            "no button that does nothing"
        );
        for person in [&clerk, &other, &maria] {
            refused(person, PASS, &close, 403).await;
        }
        assert_eq!(
            other.get(&settings_of(PASS)).await.status(),
            StatusCode::FORBIDDEN
        );
        assert!(sheet(&maria, PASS).await.open);
        // The list shows each her own.
        for (person, shown, hidden) in [(&clerk, PASS, CARD), (&other, "dichiarazione-imu", PASS)] {
            let html = person.get("/ufficio/servizi").await.text().await.unwrap();
            assert!(
                html.contains(&format!("href=\"{}\"", settings_of(shown))),
                "{html}"
            );
            assert!(
                !html.contains(&format!("href=\"{}\"", settings_of(hidden))),
                "{html}"
            );
        }
        // The administrator may everywhere.
        change(&boss, PASS, &close).await;
        assert!(!sheet(&maria, PASS).await.open);
        assert_eq!(
            boss.get(&settings_of("nessuno")).await.status(),
            StatusCode::NOT_FOUND
        );
        let today = day(&clock, 0);
        let page = settings(&boss, PASS).await;
        let line = format!("Rosa Sannicandro: Chiuso dal {today}. Motivo: «{REASON}»");
        assert_eq!(page.history[0].text, line);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_planned_can_be_taken_back_and_all_is_told() {
    for (world, clock) in clocked_worlds(|_| {}).await {
        let police = world.login(CLERK_POLICE).await;
        let maria = world.login(MOTHER).await;
        let (soon, later) = (day(&clock, 2), day(&clock, 10));
        let price = |amount: &'static str, from| {
            [
                ("azione", "cambia_costo"),
                ("costo", "cartello"),
                ("importo", amount),
                ("dal", from),
            ]
        };
        change(&police, PASS, &price("60", &later)).await;
        change(&police, PASS, &price("50", &soon)).await;
        let page = settings(&police, PASS).await;
        let texts: Vec<_> = page.planned.iter().map(|p| p.text.clone()).collect();
        // By their days; each says what it was when it was decided.
        assert_eq!(
            texts,
            [
                format!("Cartello ed esame della domanda: da 40,00 € a 50,00 €, dal {soon}"),
                format!("Cartello ed esame della domanda: da 40,00 € a 60,00 €, dal {later}"),
            ]
        );
        let first = page.planned[0].number.to_string();
        let back = [("azione", "ritira_modifica"), ("numero", first.as_str())];
        change(&police, PASS, &back).await;
        let html = refused(&police, PASS, &back, 409).await;
        assert!(html.contains("ritirata nel frattempo"), "{html}");
        clock.advance_days(3);
        assert_eq!(fee(&sheet(&maria, PASS).await), "40,00 €");
        clock.advance_days(7);
        assert_eq!(fee(&sheet(&maria, PASS).await), "60,00 €");
        // What has begun stays.
        let page = settings(&police, PASS).await;
        assert!(page.planned.is_empty());
        let begun = [("azione", "ritira_modifica"), ("numero", "1")];
        refused(&police, PASS, &begun, 409).await;
        let told: Vec<_> = page.history.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(told.len(), 3);
        assert!(told[0].contains("Modifica ritirata: Cartello"), "{told:?}");
        assert!(
            told.iter().all(|text| text.starts_with("Giovanna ")),
            "{told:?}"
        );
        assert_eq!(verify(&world.counter).await.unwrap(), Vec::<String>::new());
    }
}

/// A form, the field that is told, and part of what is said of it.
type Wrong<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_form_comes_back_with_what_was_typed() {
    for (world, clock) in clocked_worlds(|_| {}).await {
        let police = world.login(CLERK_POLICE).await;
        let (yesterday, today) = (day(&clock, -1), day(&clock, 0));
        let cases: [Wrong<'_>; 11] = [
            (&[("azione", "chiudi_servizio")], "motivo", "Scrivi perché"),
            (
                &[
                    ("azione", "chiudi_servizio"),
                    ("motivo", "x"),
                    ("dal", &yesterday),
                ],
                "dal",
                "Niente vale all",
            ),
            (
                &[
                    ("azione", "chiudi_servizio"),
                    ("motivo", "x"),
                    ("al", &yesterday),
                ],
                "al",
                "prima del primo",
            ),
            (
                &[
                    ("azione", "cambia_costo"),
                    ("costo", "cartello"),
                    ("importo", "9"),
                    ("dal", &today),
                ],
                "dal",
                "Niente vale all",
            ),
            (
                &[
                    ("azione", "cambia_costo"),
                    ("costo", "cartello"),
                    ("importo", "-9"),
                ],
                "importo",
                "meno di zero",
            ),
            (
                &[
                    ("azione", "cambia_costo"),
                    ("costo", "cartello"),
                    ("importo", "9999999"),
                ],
                "importo",
                "troppo",
            ),
            // A stamp's amount is the law's.
            (
                &[
                    ("azione", "cambia_costo"),
                    ("costo", "bollo"),
                    ("importo", "9"),
                ],
                "costo",
                "Scegli quale",
            ),
            (&[("azione", "cambia_periodo")], "periodo", "Scegli quando"),
            (
                &[
                    ("azione", "cambia_periodo"),
                    ("periodo", "ogni_anno"),
                    ("periodo_dal", "29/2"),
                    ("periodo_al", "1/3"),
                ],
                "periodo_dal",
                "giorno e mese",
            ),
            (
                &[
                    ("azione", "cambia_periodo"),
                    ("periodo", "una_volta"),
                    ("periodo_dal", "1/4/2030"),
                    ("periodo_al", "1/3/2030"),
                ],
                "periodo_al",
                "prima del primo",
            ),
            (
                &[
                    ("azione", "chiudi_servizio"),
                    ("motivo", "x"),
                    ("dal", "1/1/2099"),
                ],
                "dal",
                "troppo lontano",
            ),
        ];
        for (fields, at, told) in cases {
            let html = refused(&police, PASS, fields, 422).await;
            assert!(html.contains(told), "{fields:?}: {html}");
            assert!(
                html.contains(&format!("id=\"c-{at}-errore\"")),
                "{fields:?}"
            );
        }
        let same = [
            ("azione", "cambia_costo"),
            ("costo", "cartello"),
            ("importo", "40"),
        ];
        let html = refused(&police, PASS, &same, 422).await;
        assert!(html.contains("costa già così"), "{html}");
        refused(&police, PASS, &[("azione", "regala")], 400).await;
        assert!(settings(&police, PASS).await.history.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_node_knows_and_a_changed_row_is_found() {
    for (world, clock) in clocked_worlds(|_| {}).await {
        let rosa = world.login(CLERK_CARDS).await;
        let maria = world.login(MOTHER).await;
        prepare_card(&maria).await;
        let (url, counter) = world.started_again().await;
        let passer_by = common::browser(&url);
        let sheet = format!("/servizi/{CARD}");
        assert!(
            !passer_by
                .get(&sheet)
                .await
                .text()
                .await
                .unwrap()
                .contains("spostando")
        );
        let close = [("azione", "chiudi_servizio"), ("motivo", REASON)];
        change(&rosa, CARD, &close).await;
        // What decides asks each time; what only shows, a second later.
        let there = server::changes::now(&counter).await.unwrap();
        assert_eq!(there.last(), 1);
        clock.advance(1_000);
        assert!(
            passer_by
                .get(&sheet)
                .await
                .text()
                .await
                .unwrap()
                .contains("spostando")
        );
        assert_eq!(verify(&world.counter).await.unwrap(), Vec::<String>::new());
        for (column, value) in [
            ("reason", "Niente"),
            ("from_day", "2020-01-01"),
            ("hash", "00"),
        ] {
            let found = tampered(&world, column, value).await;
            assert!(
                found
                    .iter()
                    .any(|line| line.contains("modifica 1 dei servizi")),
                "{column}: {found:?}"
            );
        }
    }
}

/// What `verify` finds while a cell of the first change is another.
async fn tampered(world: &World, column: &str, value: &str) -> Vec<String> {
    use sqlx::{AssertSqlSafe, Connection as _, Row as _};
    let url = world.settings.database_url();
    let mut db = sqlx::AnyConnection::connect(&url).await.unwrap();
    let read = format!("SELECT {column} FROM service_changes WHERE number = 1");
    let row = sqlx::query(AssertSqlSafe(read)).fetch_one(&mut db).await;
    let before: String = row.unwrap().get(0);
    let write = format!("UPDATE service_changes SET {column} = $1 WHERE number = 1");
    let set = sqlx::query(AssertSqlSafe(write.clone())).bind(value);
    set.execute(&mut db).await.unwrap();
    let found = verify(&world.counter).await.unwrap();
    let put_back = sqlx::query(AssertSqlSafe(write)).bind(before);
    put_back.execute(&mut db).await.unwrap();
    found
}

const PREVIEW: &str = "/ufficio/anteprima";

fn market() -> String {
    std::fs::read_to_string(root().join("server/tests/data/99-mercatino-artigiani.yaml")).unwrap()
}

async fn preview(boss: &Browser, fields: &[(&str, &str)]) -> PreviewPage {
    let url = format!("{}/api{PREVIEW}", boss.url);
    let request = boss.client.post(url).header("origin", &boss.url);
    let answer = request.form(fields).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let acted: app::api::Acted = answer.json().await.unwrap();
    match acted.data.page {
        Page::Preview(page) => *page,
        other => panic!("not the preview: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_definition_is_seen_as_citizens_will_see_it() {
    for world in worlds(|_| {}).await {
        let boss = world.login(CLERK_CARDS).await;
        let text = market();
        let given = ("anteprima.definizione", text.as_str());
        let page = preview(&boss, &[given]).await;
        let shown = page.shown.unwrap();
        assert!(!shown.replaces);
        let PreviewContent::Sheet(sheet) = &shown.content else {
            panic!("not the sheet")
        };
        assert_eq!(sheet.title, "Mercatino degli artigiani");
        let parts: Vec<_> = shown.parts.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(
            parts[1..],
            ["richiedente", "banchi", "dichiarazioni", "riepilogo"]
        );

        // Every part is a page without a script, and none of it can be sent.
        for (id, title) in &shown.parts {
            let button = format!("parte:{id}");
            let html = boss.post(PREVIEW, &[given, ("azione", &button)]).await;
            assert_eq!(html.status(), StatusCode::OK, "{id}");
            let html = html.text().await.unwrap();
            assert!(html.contains(title.as_str()), "{id}");
            assert!(!html.contains("action=\"/servizi/"), "{id}");
            assert!(!html.contains("href=\"/servizi/mercatino"), "{id}");
        }
        // The form answers as the real one: a question that an answer brings, a row, an error.
        let typed = [given, ("passo", "banchi"), ("corrente", "true")];
        let more = [&typed[..], &[("azione", "aggiungi:elenco_banchi")]].concat();
        let page = preview(&boss, &more).await;
        let shown = page.shown.unwrap();
        let PreviewContent::Step(step) = shown.content else {
            panic!("not the step")
        };
        assert_eq!(step.fees[0].amount, "10,00 €");
        assert!(shown.parts.iter().any(|(id, _)| id == "allegati"));
        let html = boss
            .post(PREVIEW, &[&typed[..], &[("azione", "avanti")]].concat())
            .await;
        let html = html.text().await.unwrap();
        assert!(
            html.contains("name=\"watt\"") && html.contains("id=\"errori\""),
            "{html}"
        );
        // What was typed comes along.
        let other = [&typed[..], &[("azione", "parte:richiedente")]].concat();
        let shown = preview(&boss, &other).await.shown.unwrap();
        assert!(
            shown.answers.contains(&("corrente".into(), "true".into())),
            "{:?}",
            shown.answers
        );
        let sent = [given, ("passo", "riepilogo"), ("azione", "invia")];
        let html = boss.post(PREVIEW, &sent).await.text().await.unwrap();
        assert!(html.contains("non parte niente"), "{html}");
        // Nothing of it is there.
        assert_eq!(
            boss.get("/servizi/mercatino-artigiani").await.status(),
            StatusCode::NOT_FOUND
        );
        let police = world.login(CLERK_POLICE).await;
        assert_eq!(
            police.post(PREVIEW, &[given]).await.status(),
            StatusCode::FORBIDDEN
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_definition_is_told_by_its_lines() {
    for world in worlds(|_| {}).await {
        let boss = world.login(CLERK_CARDS).await;
        let good = market();
        let bad = good.replace(
            "campo: corrente, vero: true}}\nallegati",
            "campo: corente, vero: true}}\nallegati",
        );
        assert_ne!(bad, good);
        let line = bad
            .lines()
            .position(|line| line.contains("corente"))
            .unwrap()
            + 1;
        for (text, told) in [
            (bad.as_str(), format!("riga {line}, ")),
            ("schema: 1\nnumero: [", "riga ".to_owned()),
            ("", "Scrivi qui una definizione".to_owned()),
            (&"# lungo\n".repeat(9_000), "al massimo 64 KB".to_owned()),
        ] {
            let answer = boss.post(PREVIEW, &[("anteprima.definizione", text)]).await;
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{told}");
            let html = answer.text().await.unwrap();
            assert!(html.contains(&told), "{told}: {html}");
            assert!(!html.contains("data-parts"), "{told}");
        }
        // The file counts more than the text; what it said is in the text area then.
        let part =
            reqwest::multipart::Part::bytes(good.into_bytes()).file_name("99-mercatino.yaml");
        let form = reqwest::multipart::Form::new()
            .text("anteprima.definizione", "niente")
            .part("anteprima.file", part);
        let request = boss.client.post(format!("{}{PREVIEW}", boss.url));
        let request = request.header("origin", &boss.url).multipart(form);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let html = answer.text().await.unwrap();
        assert!(html.contains("slug: mercatino-artigiani"), "{html}");
    }
}
