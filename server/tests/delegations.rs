//! Acting for another person: who gives, who begins, and every door of a case, on both databases.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use app::api::{AreaPage, AttachmentView, CasePage, DelegationView, DelegationsPage, Page};
use common::{
    APPLICANT, Browser, CARD, CLERK_POLICE, MOTHER, PNG, STUDENT, World, clocked_worlds,
    office::{ACCEPTED, PASS, fill_duplicate, office, office_page},
    receipt, texts, worlds,
};
use futures::StreamExt as _;
use reqwest::{Response, StatusCode};
use rules::{civil::Date, form::Answer};
use serde_json::Value;
use server::{clock::ManualClock, store, verify::verify};

const PAGE: &str = "/area-personale/deleghe";
const REFUND: &str = "rimborso-tributi";
/// A third person: neither gives nor is delegated at first.
const OTHER: [(&str, &str); 5] = [
    ("cf", "VRDNNA80A41A893W"),
    ("name", "Anna"),
    ("familyName", "Verdi"),
    ("dateOfBirth", "1980-01-01"),
    ("placeOfBirth", "A893"),
];

async fn delegations(person: &Browser) -> DelegationsPage {
    match person.page(PAGE).await.page {
        Page::Delegations(page) => page,
        other => panic!("not the delegations: {other:?}"),
    }
}

async fn area(person: &Browser) -> AreaPage {
    match person.page("/area-personale").await.page {
        Page::Area(page) => page,
        other => panic!("not the area: {other:?}"),
    }
}

async fn case_page(person: &Browser, case: &str) -> CasePage {
    match person.page(&format!("/pratiche/{case}")).await.page {
        Page::Case(page) => *page,
        other => panic!("not the case: {other:?}"),
    }
}

/// A form of the student's code, for so many days from today.
struct Form {
    fields: Vec<(&'static str, String)>,
}

impl Form {
    fn new(today: Date, days: i64) -> Self {
        let fields = [
            ("azione", "delega"),
            ("nome", "Luca"),
            ("cognome", "Marinelli"),
            ("codice_fiscale", STUDENT),
            ("ambito", "tutti"),
            ("conferma", "si"),
        ];
        let mut fields: Vec<_> = fields.map(|(n, v)| (n, v.to_owned())).into();
        fields.push(("dal", today.italian()));
        fields.push(("al", today.plus_days(days).italian()));
        Self { fields }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.fields.retain(|(known, _)| *known != name);
        self.fields.push((name, value.into()));
        self
    }

    async fn post(&self, person: &Browser) -> Response {
        let fields: Vec<_> = self.fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        person.post(PAGE, &fields).await
    }

    /// Gives it; as the giver sees it.
    async fn give(&self, person: &Browser) -> DelegationView {
        let before = delegations(person).await.given;
        let given = self.post(person).await;
        let status = given.status();
        let text = given.text().await.unwrap();
        assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
        let mut after = delegations(person).await.given;
        after.retain(|row| before.iter().all(|known| known.id != row.id));
        assert_eq!(after.len(), 1);
        after.remove(0)
    }
}

async fn revoke(person: &Browser, id: &str) -> StatusCode {
    let fields = [("azione", "revoca"), ("id", id)];
    person.post(PAGE, &fields).await.status()
}

async fn begin(person: &Browser, id: &str, slug: &str) -> Response {
    let fields = [("azione", "comincia"), ("id", id), ("servizio", slug)];
    person.post(PAGE, &fields).await
}

/// The delegate's request for a duplicate of a sign, with a photo; its case.
async fn send_for(delegate: &Browser, delegation: &str) -> String {
    let begun = begin(delegate, delegation, PASS).await;
    assert_eq!(begun.status(), StatusCode::SEE_OTHER);
    fill_duplicate(delegate).await;
    receipt(delegate.send(PASS).await.unwrap()).id
}

fn today(world: &World) -> Date {
    world.counter.today()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delegation_is_given_seen_and_taken_back() {
    for world in worlds(|_| {}).await {
        let (maria, luca) = (world.login(MOTHER).await, world.login(STUDENT).await);
        let given = Form::new(today(&world), 30).give(&maria).await;
        assert_eq!(given.state, "valida");
        assert!(given.who.contains(STUDENT) && given.can_revoke, "{given:?}");
        let received = delegations(&luca).await.received.remove(0);
        assert_eq!(
            (received.id.as_str(), received.who.as_str()),
            (given.id.as_str(), "Maria Lovascio")
        );
        assert!(!received.can_revoke);
        let slugs: Vec<_> = received
            .begin
            .iter()
            .map(|(slug, _)| slug.as_str())
            .collect();
        for slug in [CARD, PASS, REFUND] {
            assert!(slugs.contains(&slug), "{slug} admits a delegate: {slugs:?}");
        }
        assert!(!slugs.contains(&"albo-scrutatori"), "{slugs:?}");
        // Her own data are not told: neither the code nor an address.
        let html = luca.get(PAGE).await.text().await.unwrap();
        assert!(
            !html.contains(MOTHER) && html.contains("Maria Lovascio"),
            "{html}"
        );

        // Nobody but her takes it back.
        let other = common::login(&world.url, &OTHER).await;
        for person in [&luca, &other] {
            assert_eq!(revoke(person, &given.id).await, StatusCode::NOT_FOUND);
        }
        assert_eq!(revoke(&maria, &given.id).await, StatusCode::SEE_OTHER);
        assert_eq!(
            revoke(&maria, &given.id).await,
            StatusCode::SEE_OTHER,
            "twice is fine"
        );
        let given = delegations(&maria).await.given.remove(0);
        assert_eq!(
            (given.state.as_str(), given.can_revoke),
            ("revocata", false)
        );
        let received = delegations(&luca).await.received.remove(0);
        assert_eq!(
            (received.state.as_str(), received.begin.len()),
            ("revocata", 0)
        );
        assert_eq!(
            begin(&luca, &given.id, PASS).await.status(),
            StatusCode::FORBIDDEN
        );
        assert_eq!(verify(&world.counter).await.unwrap(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_by_field_and_kept() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        let day = today(&world);
        let wrong = |name, value: &str| Form::new(day, 30).with(name, value);
        for (form, field) in [
            (wrong("codice_fiscale", MOTHER), "codice_fiscale"),
            (
                wrong("codice_fiscale", "MRNLCU06P02A662X"),
                "codice_fiscale",
            ),
            (wrong("cognome", "Bianchi"), "codice_fiscale"),
            (wrong("nome", ""), "nome"),
            (wrong("ambito", ""), "ambito"),
            (wrong("ambito", "servizio"), "servizio"),
            (
                wrong("ambito", "servizio").with("servizio", "iscrizione-asilo-nido"),
                "servizio",
            ),
            (wrong("ambito", "pratica").with("pratica", "x"), "pratica"),
            (wrong("conferma", ""), "conferma"),
            (wrong("dal", "ieri"), "dal"),
            (Form::new(day.plus_days(-1), 30), "dal"),
            (Form::new(day.plus_days(91), 30), "dal"),
            (Form::new(day, -1), "al"),
            (Form::new(day, 367), "al"),
        ] {
            let refused = form.post(&maria).await;
            assert_eq!(
                refused.status(),
                StatusCode::UNPROCESSABLE_ENTITY,
                "{field}"
            );
            let html = refused.text().await.unwrap();
            assert!(
                html.contains(&format!("href=\"#c-{field}\"")),
                "{field}: {html}"
            );
            assert!(
                html.contains("value=\"12\"")
                    || html.contains(&day.plus_days(30).italian())
                    || field != "nome",
                "{html}"
            );
        }
        assert!(delegations(&maria).await.given.is_empty());
        // Somebody who is not 18 yet.
        let child = format!("MRNLCA{:02}A41A662", (day.year() - 10) % 100);
        let child = format!(
            "{child}{}",
            char::from(rules::fields::fiscal_code::check_letter(child.as_bytes()))
        );
        let refused = wrong("codice_fiscale", &child).post(&maria).await;
        let html = refused.text().await.unwrap();
        assert!(html.contains("non ha ancora 18 anni"), "{html}");

        // A year is fine; the same again is not, and more than ten are too many.
        Form::new(day, 365).give(&maria).await;
        let twice = Form::new(day, 10).post(&maria).await;
        assert_eq!(twice.status(), StatusCode::UNPROCESSABLE_ENTITY);
        for n in 1..10 {
            let from = day.plus_days(n);
            let form = Form::new(from, 0)
                .with("cognome", "Prova")
                .with("ambito", "tutti");
            let code = format!("PRVLCU8{n}A01A893");
            let code = format!(
                "{code}{}",
                char::from(rules::fields::fiscal_code::check_letter(code.as_bytes()))
            );
            form.with("codice_fiscale", code).give(&maria).await;
        }
        let more = Form::new(day, 5)
            .with("ambito", "servizio")
            .with("servizio", PASS);
        let refused = more.post(&maria).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().await.unwrap().contains("Hai già 10 deleghe"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_knows_for_whom_it_is() {
    for world in worlds(|_| {}).await {
        let (maria, luca) = (world.login(MOTHER).await, world.login(STUDENT).await);
        let form = Form::new(today(&world), 30)
            .with("ambito", "servizio")
            .with("servizio", PASS);
        let id = form.give(&maria).await.id;
        // Not for another service, not by another person.
        assert_eq!(
            begin(&luca, &id, CARD).await.status(),
            StatusCode::UNPROCESSABLE_ENTITY
        );
        assert_eq!(
            begin(&maria, &id, PASS).await.status(),
            StatusCode::NOT_FOUND
        );
        let begun = begin(&luca, &id, PASS).await;
        assert_eq!(
            begun.headers()["location"],
            format!("/servizi/{PASS}/richiesta")
        );

        let page = luca.request_page(PASS).await;
        let known = |name: &str| page.identity.0.get(name).cloned();
        let text = |value: &str| Some(Answer::Text(value.to_owned()));
        assert_eq!(known("qualita"), text("delegato"));
        assert_eq!(known("rappresentato_nome"), text("Maria"));
        assert_eq!(known("rappresentato_cognome"), text("Lovascio"));
        assert_eq!(known("rappresentato_codice_fiscale"), text(MOTHER));
        // No paper is asked for, and nothing else of hers is there.
        assert!(page.form.attachments.iter().all(|a| a.id != "delega"));
        assert!(page.form.fields().all(|f| !f.name.starts_with("delega_")));
        let known = serde_json::to_string(&(&page.identity, &page.draft.answers)).unwrap();
        assert!(
            !known.contains("1988") && !known.contains("maria."),
            "{known}"
        );
        assert!(page.notice.unwrap().contains("per conto di Maria Lovascio"));
        assert_eq!(
            area(&luca).await.drafts[0].for_whom.as_deref(),
            Some("Maria Lovascio")
        );

        // What is posted does not change it.
        let posted = [
            APPLICANT,
            &[
                ("rappresentato_codice_fiscale", STUDENT),
                ("rappresentato_nome", "Ugo"),
            ],
        ]
        .concat();
        luca.answer(PASS, "richiedente", &posted).await.unwrap();
        fill_duplicate(&luca).await;
        // A second beginning finds the draft again; an own draft of hers is in the way of one.
        assert_eq!(
            begin(&luca, &id, PASS).await.status(),
            StatusCode::SEE_OTHER
        );
        let sent = receipt(luca.send(PASS).await.unwrap());
        assert_eq!(
            sent.represented.as_deref(),
            Some(format!("Maria Lovascio, {MOTHER}").as_str())
        );
        luca.answer(PASS, "richiedente", APPLICANT).await.unwrap();
        let busy = begin(&luca, &id, PASS).await;
        assert_eq!(busy.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(busy.text().await.unwrap().contains("Hai già una bozza"));

        // Both see the case, the clerk sees the proof, the register whom it is about.
        assert_eq!(
            area(&luca).await.cases[0].for_whom.as_deref(),
            Some("Maria Lovascio")
        );
        let of_maria = area(&maria).await.cases;
        assert_eq!((of_maria.len(), of_maria[0].for_whom.as_deref()), (1, None));
        let clerk = world.login(CLERK_POLICE).await;
        let office = office_page(&clerk, &sent.id).await;
        assert_eq!(office.applicant, "Luca Marinelli");
        let proof: Vec<_> = office
            .acting
            .iter()
            .map(|(_, value)| value.as_str())
            .collect();
        assert_eq!(
            proof[..2],
            [format!("Maria Lovascio, {MOTHER}").as_str(), "delegato"]
        );
        assert!(
            proof[2].starts_with("delega nello Sportello del "),
            "{proof:?}"
        );
        let entries = store::register::all(&world.counter.store).await.unwrap();
        assert!(entries[0].correspondent.contains(" per "), "{entries:?}");
        assert_eq!(verify(&world.counter).await.unwrap(), Vec::<String>::new());
    }
}

/// Revoked or over while the form is open: it cannot go on, and can be thrown away.
#[tokio::test(flavor = "multi_thread")]
async fn a_draft_stands_still_when_the_delegation_ends() {
    for world in worlds(|_| {}).await {
        let (maria, luca) = (world.login(MOTHER).await, world.login(STUDENT).await);
        let form = Form::new(today(&world), 30);
        let id = form.give(&maria).await.id;
        assert_eq!(
            begin(&luca, &id, PASS).await.status(),
            StatusCode::SEE_OTHER
        );
        fill_duplicate(&luca).await;
        let page = luca.request_page(PASS).await;
        assert_eq!(revoke(&maria, &id).await, StatusCode::SEE_OTHER);
        let path = format!("/servizi/{PASS}/richiesta");
        let stopped = luca.get(&path).await;
        assert_eq!(stopped.status(), StatusCode::FORBIDDEN);
        let html = stopped.text().await.unwrap();
        assert!(
            html.contains("ha revocato la delega") && html.contains("nuova delega"),
            "{html}"
        );
        let mut save = app::api::SaveRequest {
            azione: "invia".into(),
            passo: "riepilogo".into(),
            versione: page.draft.version,
            bozza: page.draft.draft_id,
            ..Default::default()
        };
        assert_eq!(luca.act(PASS, &save).await.unwrap_err().status, 403);
        save.azione = String::new();
        assert_eq!(luca.put(PASS, &save).await.status(), StatusCode::FORBIDDEN);
        let file = luca.upload(PASS, "cartello", "x.png", PNG.to_vec()).await;
        assert_eq!(file.status(), StatusCode::FORBIDDEN);
        assert!(area(&maria).await.cases.is_empty());
        // A new delegation takes the place of the old one.
        let again = form.give(&maria).await;
        assert_ne!(again.id, id);
        assert_eq!(luca.get(&path).await.status(), StatusCode::OK);
        assert!(!area(&luca).await.drafts[0].stopped);
        revoke(&maria, &again.id).await;
        assert!(area(&luca).await.drafts[0].stopped);
        let gone = luca.post(&path, &[("azione", "elimina")]).await;
        assert_eq!(gone.status(), StatusCode::SEE_OTHER);
        assert!(area(&luca).await.drafts.is_empty());
    }
}

/// The ways into a case: those that are read, and those that change it.
struct Doors {
    read: Vec<String>,
    write: Vec<(String, Vec<(&'static str, String)>)>,
}

impl Doors {
    /// What each answers to a person.
    async fn try_all(&self, person: &Browser) -> Vec<(String, StatusCode)> {
        let mut answers = Vec::new();
        for path in &self.read {
            answers.push((format!("GET {path}"), person.get(path).await.status()));
        }
        for (path, fields) in &self.write {
            let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            let status = person.post(path, &fields).await.status();
            answers.push((format!("POST {path} {fields:?}"), status));
        }
        answers
    }

    async fn are_shut(&self, person: &Browser, wanted: StatusCode, who: &str) {
        for (door, status) in self.try_all(person).await {
            assert_eq!(status, wanted, "{who}: {door}");
        }
    }

    async fn can_be_read(&self, person: &Browser, who: &str) {
        for path in &self.read {
            let status = person.get(path).await.status();
            assert_eq!(status, StatusCode::OK, "{who}: GET {path}");
        }
    }
}

/// Two cases of the delegate's: one that waits for documents, one that waits to be paid.
struct Town {
    world: World,
    clock: ManualClock,
    maria: Browser,
    luca: Browser,
    anna: Browser,
    clerk: Browser,
    delegation: String,
    asked: String,
    accepted: String,
    doors: Doors,
}

async fn towns(days: i64) -> Vec<Town> {
    let mut towns = Vec::new();
    for (world, clock) in clocked_worlds(|_| {}).await {
        let (maria, luca) = (world.login(MOTHER).await, world.login(STUDENT).await);
        let clerk = world.login(CLERK_POLICE).await;
        let form = Form::new(today(&world), days)
            .with("ambito", "servizio")
            .with("servizio", PASS);
        let delegation = form.give(&maria).await.id;
        let asked = send_for(&luca, &delegation).await;
        let accepted = send_for(&luca, &delegation).await;
        let documents = [
            ("documenti", "Foto del cartello"),
            ("motivo", "Non si legge."),
            ("giorni", "20"),
        ];
        for (case, command, fields) in [
            (&asked, "prendi_in_carico", &[][..]),
            (&asked, "chiedi_integrazione", &documents[..]),
            (&accepted, "prendi_in_carico", &[][..]),
            (&accepted, "accogli", &ACCEPTED[..]),
        ] {
            let done = office(&clerk, case, command, fields).await;
            assert_eq!(done.status(), StatusCode::SEE_OTHER, "{command}");
        }
        let doors = doors(&luca, &asked, &accepted).await;
        towns.push(Town {
            anna: common::login(&world.url, &OTHER).await,
            world,
            clock,
            maria,
            luca,
            clerk,
            delegation,
            asked,
            accepted,
            doors,
        });
    }
    towns
}

async fn doors(luca: &Browser, asked: &str, accepted: &str) -> Doors {
    let page = case_page(luca, asked).await;
    let payment = case_page(luca, accepted).await.payments.remove(0).id;
    let seq = page.seq.to_string();
    let action = |azione: &str| {
        let fields = vec![
            ("azione", azione.to_owned()),
            ("seq", seq.clone()),
            ("testo", "Ecco.".to_owned()),
        ];
        (format!("/pratiche/{asked}"), fields)
    };
    Doors {
        read: vec![
            format!("/pratiche/{asked}"),
            format!("/api/pratiche/{asked}"),
            format!("/pratiche/{asked}/ricevuta"),
            page.documents[0].href.clone(),
            page.documents[1].href.clone(),
            format!("/allegati/{}", page.attachments[0].file),
            format!("/api/pratiche/{asked}/eventi"),
            format!("/pratiche/{accepted}"),
            format!("/pagamenti/{payment}"),
            format!("/pagamenti/{payment}/esito?come=attesa"),
        ],
        write: vec![
            action("rispondi"),
            action("ritira"),
            (format!("/pagamenti/{payment}"), Vec::new()),
        ],
    }
}

impl Town {
    async fn due(&self, person: &Browser) -> usize {
        match person.page("/pagamenti").await.page {
            Page::Payments(page) => page.due.len(),
            other => panic!("not the payments: {other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_door_asks_for_the_delegation() {
    for town in towns(30).await {
        let Town {
            maria,
            luca,
            anna,
            doors,
            ..
        } = &town;
        doors.can_be_read(luca, "the delegate").await;
        doors.can_be_read(maria, "the represented person").await;
        doors
            .are_shut(anna, StatusCode::NOT_FOUND, "a stranger")
            .await;
        assert_eq!(
            (
                town.due(luca).await,
                town.due(maria).await,
                town.due(anna).await
            ),
            (1, 1, 0)
        );
        assert_eq!(area(anna).await.cases.len(), 0);

        // Somebody with a delegation for another service is a stranger to this case.
        let day = today(&town.world);
        let of_anna = Form::new(day, 30)
            .with("nome", "Anna")
            .with("cognome", "Verdi")
            .with("codice_fiscale", OTHER[0].1);
        let elsewhere = of_anna.with("ambito", "servizio").with("servizio", CARD);
        elsewhere.give(maria).await;
        doors
            .are_shut(anna, StatusCode::NOT_FOUND, "another service's delegate")
            .await;
        // For this one case she is let in, to this one only, and turned out again.
        let of_case = elsewhere
            .with("ambito", "pratica")
            .with("pratica", town.asked.clone());
        let of_case = of_case.give(maria).await;
        let page = case_page(anna, &town.asked).await;
        assert_eq!(page.people[0].1, "Luca Marinelli");
        assert_eq!(
            anna.get(&format!("/pratiche/{}", town.accepted))
                .await
                .status(),
            StatusCode::NOT_FOUND
        );
        assert_eq!(area(anna).await.cases.len(), 1);
        // The delegate may not pass on what is not hers.
        let passed_on = Form::new(day, 30)
            .with("nome", "Anna")
            .with("cognome", "Verdi")
            .with("codice_fiscale", OTHER[0].1)
            .with("ambito", "pratica")
            .with("pratica", town.asked.clone());
        assert_eq!(
            passed_on.post(luca).await.status(),
            StatusCode::UNPROCESSABLE_ENTITY
        );
        revoke(maria, &of_case.id).await;
        assert_eq!(
            anna.get(&format!("/pratiche/{}", town.asked))
                .await
                .status(),
            StatusCode::FORBIDDEN
        );
        assert_eq!(area(anna).await.cases.len(), 0);

        // Taken back: nothing goes any more, and the case stays with who is represented.
        assert_eq!(revoke(maria, &town.delegation).await, StatusCode::SEE_OTHER);
        doors
            .are_shut(luca, StatusCode::FORBIDDEN, "after the revocation")
            .await;
        let told = luca
            .get(&format!("/pratiche/{}", town.asked))
            .await
            .text()
            .await
            .unwrap();
        assert!(
            told.contains("ha revocato la delega") && told.contains("resta alla persona"),
            "{told}"
        );
        assert_eq!((area(luca).await.cases.len(), town.due(luca).await), (0, 0));
        assert_eq!(
            (area(maria).await.cases.len(), town.due(maria).await),
            (2, 1)
        );
        doors.can_be_read(maria, "the represented person").await;
        // One for another service does not open it.
        let other = Form::new(day, 30)
            .with("ambito", "servizio")
            .with("servizio", CARD);
        other.give(maria).await;
        doors
            .are_shut(luca, StatusCode::FORBIDDEN, "with another scope")
            .await;
        // A new one for this service does.
        Form::new(day, 30).give(maria).await;
        doors.can_be_read(luca, "with a new one").await;
        assert_eq!(
            verify(&town.world.counter).await.unwrap(),
            Vec::<String>::new()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delegation_that_is_over_opens_nothing() {
    for town in towns(3).await {
        town.doors.can_be_read(&town.luca, "the delegate").await;
        town.clock.advance_days(3);
        town.doors.can_be_read(&town.luca, "on its last day").await;
        town.clock.advance_days(1);
        town.doors
            .are_shut(&town.luca, StatusCode::FORBIDDEN, "the day after")
            .await;
        let page = delegations(&town.luca).await;
        assert_eq!(
            (
                page.received[0].state.as_str(),
                page.received[0].begin.len()
            ),
            ("scaduta", 0)
        );
        town.doors
            .can_be_read(&town.maria, "the represented person")
            .await;
    }
}

/// What the delegate does is registered as hers, for the other; the decision goes to the other.
#[tokio::test(flavor = "multi_thread")]
async fn acts_say_who_did_them_for_whom() {
    for town in towns(30).await {
        let (path, fields) = &town.doors.write[0];
        let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let answered = town.luca.post(path, &fields).await;
        assert_eq!(answered.status(), StatusCode::SEE_OTHER);
        let counter = &town.world.counter;
        let events = store::cases::events(&counter.store, &town.asked)
            .await
            .unwrap();
        let actors: Vec<_> = events.iter().map(|event| event.actor.as_str()).collect();
        let by_delegation = format!(":{}", town.delegation);
        for actor in [actors.first().unwrap(), actors.last().unwrap()] {
            assert!(
                actor.starts_with("delegato:") && actor.ends_with(&by_delegation),
                "{actor}"
            );
        }
        let page = case_page(&town.maria, &town.asked).await;
        let last = page
            .timeline
            .iter()
            .rev()
            .find(|m| m.title == "Documenti ricevuti")
            .unwrap();
        assert!(
            last.text
                .contains("L'ha fatto Luca Marinelli, con una delega."),
            "{last:?}"
        );
        let case = server::cases::load(counter, &town.asked).await.unwrap();
        let answer = case.act(events.last().unwrap().seq).unwrap().unwrap();
        assert_eq!(answer.author, "Luca Marinelli, per conto di Maria Lovascio");

        let case = server::cases::load(counter, &town.accepted).await.unwrap();
        let decision = case
            .documents
            .iter()
            .find(|d| d.kind == server::cases::kind::DECISION)
            .unwrap();
        let decision = case.act(decision.seq).unwrap().unwrap();
        assert_eq!(
            decision.to,
            "Maria Lovascio, rappresentato da Luca Marinelli (delegato)"
        );
        let entries = store::register::all(&counter.store).await.unwrap();
        let out: Vec<_> = entries.iter().filter(|e| e.direction == "uscita").collect();
        assert!(
            !out.is_empty() && out.iter().all(|e| e.correspondent.contains(" presso ")),
            "{out:?}"
        );
        // She goes on by herself: withdraws what the delegate sent.
        let page = case_page(&town.maria, &town.asked).await;
        let seq = page.seq.to_string();
        let withdrawn = town
            .maria
            .post(path, &[("azione", "ritira"), ("seq", seq.as_str())])
            .await;
        assert_eq!(withdrawn.status(), StatusCode::SEE_OTHER);
        assert_eq!(
            case_page(&town.luca, &town.asked).await.state.code,
            "ritirata"
        );
        assert!(
            office_page(&town.clerk, &town.asked)
                .await
                .commands
                .is_empty()
        );
        assert_eq!(verify(counter).await.unwrap(), Vec::<String>::new());
    }
}

/// A delegation on paper: file, scope and date are asked for; whom it is about finds the case
/// when she logs in for the first time, if code and family name are hers.
#[tokio::test(flavor = "multi_thread")]
async fn a_delegation_on_paper_is_asked_for_and_found_later() {
    for (world, clock) in clocked_worlds(|_| {}).await {
        let luca = world.login(STUDENT).await;
        let day = today(&world);
        let last = day.plus_days(2).italian();
        let paper = [
            ("qualita", "delegato"),
            ("rappresentato_nome", "Anna"),
            ("rappresentato_cognome", "Verdi"),
            ("rappresentato_codice_fiscale", OTHER[0].1),
        ];
        let person = [APPLICANT, &paper].concat();
        let refused = luca.answer(PASS, "richiedente", &person).await.unwrap_err();
        let missing: Vec<_> = refused.errors.iter().map(|e| e.path.as_str()).collect();
        assert_eq!(missing, ["delega_ambito", "delega_dal"]);
        let dated = [
            ("delega_ambito", "Passo carrabile"),
            ("delega_dal", "1/6/2026"),
            ("delega_al", last.as_str()),
        ];
        let person = [&person[..], &dated].concat();
        luca.answer(PASS, "richiedente", &person).await.unwrap();
        let asked = [
            ("operazione", "duplicato"),
            ("numero_autorizzazione", "12"),
            ("duplicato_motivo", "deterioramento"),
            ("titolo", "proprietario"),
        ];
        luca.answer(PASS, "richiesta", &asked).await.unwrap();
        luca.declare(PASS).await;
        let refused = luca.send(PASS).await.unwrap_err();
        assert_eq!(refused.errors[0].path, "allegati.delega");
        let file = luca
            .upload(PASS, "delega", "delega.png", PNG.to_vec())
            .await;
        let file: AttachmentView = file.json().await.unwrap();
        let sent = receipt(luca.send(PASS).await.unwrap());

        let clerk = world.login(CLERK_POLICE).await;
        let proof = office_page(&clerk, &sent.id).await.acting.pop().unwrap().1;
        for part in ["Passo carrabile", "01/06/2026", &last, "file «delega.png»"] {
            assert!(proof.contains(part), "{part}: {proof}");
        }
        let path = format!("/pratiche/{}", sent.id);
        let mut slip = OTHER;
        slip[2].1 = "Bianchi";
        let slip = common::login(&world.url, &slip).await;
        assert_eq!(slip.get(&path).await.status(), StatusCode::NOT_FOUND);
        let anna = common::login(&world.url, &OTHER).await;
        for read in [&path, &format!("/allegati/{}", file.file)] {
            assert_eq!(anna.get(read).await.status(), StatusCode::OK, "{read}");
        }
        assert_eq!(area(&anna).await.cases.len(), 1);
        // It is hers to end; the sender cannot, nor whose delegation lies in the counter.
        let end = [("azione", "togli_delega")];
        assert_eq!(
            luca.post(&path, &end).await.status(),
            StatusCode::BAD_REQUEST
        );
        assert_eq!(luca.get(&path).await.status(), StatusCode::OK);
        assert!(case_page(&anna, &sent.id).await.can_send_away);
        clock.advance_days(3);
        assert_eq!(luca.get(&path).await.status(), StatusCode::FORBIDDEN);
        assert_eq!(anna.get(&path).await.status(), StatusCode::OK);
        // What is decided now is not his to know, and the office is told so.
        for (command, fields) in [("prendi_in_carico", &[][..]), ("accogli", &ACCEPTED[..])] {
            let done = office(&clerk, &sent.id, command, fields).await;
            assert_eq!(done.status(), StatusCode::SEE_OTHER, "{command}");
        }
        until_refused(&clerk, &sent.id).await;
        // A delegation that she gives in the counter opens it to him again.
        let again = Form::new(today(&world), 30)
            .with("ambito", "pratica")
            .with("pratica", sent.id.as_str());
        let given = again.give(&anna).await.id;
        assert_eq!(luca.get(&path).await.status(), StatusCode::OK);
        revoke(&anna, &given).await;
        assert_eq!(luca.get(&path).await.status(), StatusCode::FORBIDDEN);
        assert_eq!(anna.post(&path, &end).await.status(), StatusCode::SEE_OTHER);
        let told = luca.get(&path).await.text().await.unwrap();
        assert!(told.contains("ha revocato la delega"), "{told}");
        assert!(!case_page(&anna, &sent.id).await.can_send_away);
        assert_eq!(verify(&world.counter).await.unwrap(), Vec::<String>::new());
    }
}

/// Waits until IO and e-mail of the decision were given up.
async fn until_refused(clerk: &Browser, case: &str) {
    let over = "La delega, o la nomina, è finita: scrivi tu alla persona rappresentata.";
    for _ in 0..300 {
        let rows = office_page(clerk, case).await.deliveries;
        let held = rows.iter().filter(|row| row.reason == over).count();
        if held == 4 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{:?}", office_page(clerk, case).await.deliveries);
}

/// Who has no codice fiscale delegates what she has sent: a request for her would ask for one.
#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_codice_fiscale_delegates_a_case() {
    for world in worlds(|_| {}).await {
        let claire = common::login_foreign(&world).await;
        let form = Form::new(today(&world), 30);
        let refused = form.post(&claire).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let html = refused.text().await.unwrap();
        assert!(
            html.contains("Non hai un codice fiscale italiano"),
            "{html}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_acts_while_the_appointment_lasts() {
    for (world, clock) in clocked_worlds(|_| {}).await {
        let luca = world.login(STUDENT).await;
        let last = today(&world).plus_days(2).italian();
        let ward = [
            ("qualita", "tutore"),
            ("rappresentato_nome", "Anna"),
            ("rappresentato_cognome", "Verdi"),
            ("rappresentato_codice_fiscale", OTHER[0].1),
            ("nomina_tribunale", "Bari"),
            ("provvedimento_nomina", "1/2026"),
            ("nomina_data", "1/6/2026"),
            ("nomina_scadenza", last.as_str()),
        ];
        let person = [APPLICANT, &ward].concat();
        luca.answer(REFUND, "richiedente", &person).await.unwrap();
        let tax = [
            ("tributo", "tari"),
            ("qualita_contribuente", "contribuente"),
            ("motivo", "doppio"),
            ("spiegazione", "Ho pagato due volte la rata di giugno."),
        ];
        luca.answer(REFUND, "tributo", &tax).await.unwrap();
        let draft = luca.request_page(REFUND).await.draft;
        let amounts = common::amounts(draft.version, &draft.draft_id, 1);
        luca.act(REFUND, &amounts).await.unwrap();
        luca.declare(REFUND).await;
        let sent = receipt(luca.send(REFUND).await.unwrap());
        let path = format!("/pratiche/{}", sent.id);
        assert_eq!(luca.get(&path).await.status(), StatusCode::OK);
        clock.advance_days(3);
        let over = luca.get(&path).await;
        assert_eq!(over.status(), StatusCode::FORBIDDEN);
        let html = over.text().await.unwrap();
        assert!(html.contains("La nomina con cui agivi"), "{html}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capacity_that_the_service_does_not_admit_is_refused() {
    for world in worlds(|_| {}).await {
        let luca = world.login(STUDENT).await;
        for capacity in ["genitore", "tutore", "professionista", "re"] {
            let answers = [APPLICANT, &[("qualita", capacity)]].concat();
            let refused = luca
                .answer(CARD, "richiedente", &answers)
                .await
                .unwrap_err();
            let fields: Vec<_> = refused.errors.iter().map(|e| e.path.as_str()).collect();
            assert_eq!(refused.status, 422);
            assert!(fields.contains(&"qualita"), "{capacity}: {fields:?}");
        }
        let page = luca.request_page(CARD).await;
        let capacity = page.form.fields().find(|f| f.name == "qualita").unwrap();
        let codes: Vec<_> = capacity
            .options
            .iter()
            .map(|(code, _)| code.as_str())
            .collect();
        assert_eq!(codes, ["se_stesso", "delegato"]);
        assert_eq!(texts(&[]).0.len(), 0);
    }
}

/// What the sandbox holds under `name` at a path.
async fn sandbox(world: &World, path: &str, name: &str) -> Vec<Value> {
    let web = reqwest::Client::new();
    let request = web.get(format!("{}{path}", world.sandbox));
    let answer = request.header("accept", "application/json").send().await;
    let mut all: Value = answer.unwrap().json().await.unwrap();
    all[name].as_array_mut().map(std::mem::take).unwrap()
}

async fn on_phone(world: &World, cf: &str) -> usize {
    let path = format!("/io/messages?cf={cf}");
    sandbox(world, &path, "messages").await.len()
}

/// Waits until both phones have so many messages.
async fn until_told(world: &World, maria: usize, luca: usize) {
    let told = async || {
        (
            on_phone(world, MOTHER).await,
            on_phone(world, STUDENT).await,
        )
    };
    for _ in 0..300 {
        if told().await == (maria, luca) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(told().await, (maria, luca));
}

/// IO writes to both while the delegation holds, then to the represented person alone.
#[tokio::test(flavor = "multi_thread")]
async fn both_are_told_while_the_delegation_holds() {
    for world in worlds(|_| {}).await {
        let (maria, luca) = (world.login(MOTHER).await, world.login(STUDENT).await);
        let clerk = world.login(CLERK_POLICE).await;
        let id = Form::new(today(&world), 30).give(&maria).await.id;
        let case = send_for(&luca, &id).await;
        until_told(&world, 1, 1).await;
        revoke(&maria, &id).await;
        for (command, fields) in [("prendi_in_carico", &[][..]), ("accogli", &ACCEPTED[..])] {
            let done = office(&clerk, &case, command, fields).await;
            assert_eq!(done.status(), StatusCode::SEE_OTHER, "{command}");
        }
        // The decision, and what is to be paid.
        until_told(&world, 3, 1).await;
        let page = office_page(&clerk, &case).await;
        let held = page.deliveries.iter().filter(|row| row.state == "failed");
        let reasons: Vec<_> = held
            .map(|row| (row.channel.as_str(), row.reason.as_str()))
            .collect();
        let over = "La delega è finita: il messaggio va solo alla persona rappresentata.";
        assert_eq!(reasons, [("App IO", over); 2]);
    }
}

/// What streams to an open page ends with the delegation.
#[tokio::test(flavor = "multi_thread")]
async fn live_news_end_with_the_delegation() {
    for world in worlds(|_| {}).await {
        let (maria, luca) = (world.login(MOTHER).await, world.login(STUDENT).await);
        let clerk = world.login(CLERK_POLICE).await;
        let id = Form::new(today(&world), 30).give(&maria).await.id;
        let case = send_for(&luca, &id).await;
        let path = format!("/api/pratiche/{case}/eventi");
        let (of_luca, of_maria) = (luca.get(&path).await, maria.get(&path).await);
        revoke(&maria, &id).await;
        let done = office(&clerk, &case, "prendi_in_carico", &[]).await;
        assert_eq!(done.status(), StatusCode::SEE_OTHER);
        // It closes by itself: all of it can be read.
        let news = tokio::time::timeout(std::time::Duration::from_secs(20), of_luca.text());
        let news = news.await.unwrap().unwrap();
        assert!(!news.contains("id: 3"), "{news}");
        let mut of_maria = of_maria.bytes_stream();
        let mut news = String::new();
        while !news.contains("id: 3") {
            let next = tokio::time::timeout(std::time::Duration::from_secs(20), of_maria.next());
            news.push_str(std::str::from_utf8(&next.await.unwrap().unwrap().unwrap()).unwrap());
        }
    }
}

/// An operator does not decide on what is about her, or what she was delegated for.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_represented_does_not_decide() {
    for world in worlds(|_| {}).await {
        let (clerk, luca) = (world.login(CLERK_POLICE).await, world.login(STUDENT).await);
        let id = Form::new(today(&world), 30).give(&clerk).await.id;
        let case = send_for(&luca, &id).await;
        assert!(office_page(&clerk, &case).await.commands.is_empty());
        let refused = office(&clerk, &case, "prendi_in_carico", &[]).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN);
        revoke(&clerk, &id).await;
        assert!(office_page(&clerk, &case).await.commands.is_empty());
    }
}
