//! Appointments: a time is held, booked, moved and given back; nobody gets another's.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use app::api::{AgendaPage, CasePage, Page, Problem};
use common::{
    APPLICANT, Browser, CLERK_CARDS, CLERK_TAXES, MOTHER, STUDENT, clocked_worlds, receipt, worlds,
};
use reqwest::StatusCode;
use rules::slot::Slot;
use server::{agendas, config::Settings, store::outbox, verify::verify};

const CIE: &str = "appuntamento-carta-identita";
const FREE_NO_MORE: &str = "non è più libero";
const MINUTE: i64 = 60_000;

/// One person at a time.
fn one_seat(settings: &mut Settings) {
    let comune = std::fs::read_to_string(&settings.comune).unwrap();
    let one = comune.replace("posti = 2", "posti = 1");
    assert_ne!(one, comune);
    settings.comune = settings.data_dir.with_file_name("comune.toml");
    std::fs::write(&settings.comune, one).unwrap();
}

/// Up to the step where the time is chosen; the free times.
async fn up_to_times(person: &Browser) -> Vec<String> {
    person.answer(CIE, "richiedente", APPLICANT).await.unwrap();
    let who = [("per_chi", "me"), ("espatrio", "true")];
    person.answer(CIE, "persona", &who).await.unwrap();
    let why = [("motivo", "prima"), ("consegna", "comune")];
    person.answer(CIE, "motivo", &why).await.unwrap();
    offered(person).await
}

async fn offered(person: &Browser) -> Vec<String> {
    let path = format!("/servizi/{CIE}/richiesta?passo=appuntamento");
    let Page::Request(page) = person.page(&path).await.page else {
        panic!("no form")
    };
    assert_eq!(page.step, "appuntamento");
    let times = page.lists["anagrafe"].iter().map(|(code, _)| code.clone());
    let mut times: Vec<String> = times.filter(|code| !code.is_empty()).collect();
    // Not of the next two days: while the test runs their notice may run out.
    let mut days: Vec<String> = times.iter().map(|code| code[..10].to_owned()).collect();
    days.dedup();
    times.retain(|code| days[2..].contains(&code[..10].to_owned()));
    times
}

async fn choose(person: &Browser, slot: &str) -> Result<(), Problem> {
    let answers = [("sede", "anagrafe"), ("slot", slot), ("esigenze", "false")];
    person.answer(CIE, "appuntamento", &answers).await.map(drop)
}

/// Books the first free time; its case and the time.
async fn book(person: &Browser) -> (String, String) {
    let time = up_to_times(person).await[0].clone();
    choose(person, &time).await.unwrap();
    person.declare(CIE).await;
    let sent = person.send(CIE).await.unwrap();
    (receipt(sent).id, time)
}

async fn case_page(person: &Browser, case: &str) -> CasePage {
    match person.page(&format!("/pratiche/{case}")).await.page {
        Page::Case(page) => *page,
        other => panic!("not the case: {other:?}"),
    }
}

async fn command(person: &Browser, case: &str, azione: &str, slot: &str) -> reqwest::Response {
    let seq = case_page(person, case).await.seq.to_string();
    let fields = [("azione", azione), ("seq", &seq), ("slot", slot)];
    person.post(&format!("/pratiche/{case}"), &fields).await
}

fn told(problem: &Problem) -> &str {
    assert_eq!(problem.errors.len(), 1, "{problem:?}");
    assert_eq!(problem.errors[0].path, "slot");
    &problem.errors[0].message
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_time_is_nobody_elses_for_a_quarter_of_an_hour() {
    for (world, clock) in clocked_worlds(one_seat).await {
        let (maria, luca) = (world.login(MOTHER).await, world.login(STUDENT).await);
        let time = up_to_times(&maria).await[0].clone();
        assert_eq!(up_to_times(&luca).await[0], time);
        choose(&maria, &time).await.unwrap();
        // She sees until when; he no longer sees the time, and cannot take it from an old page.
        let notice = maria.request_page(CIE).await.notice.unwrap();
        assert!(notice.contains("tenuto da parte fino alle"), "{notice}");
        assert!(!offered(&luca).await.contains(&time));
        let refused = choose(&luca, &time).await.unwrap_err();
        assert!(told(&refused).contains(FREE_NO_MORE));
        // What he typed is kept.
        let kept = luca.request_page(CIE).await.draft.answers;
        assert_eq!(kept.0["slot"], rules::form::Answer::Text(time.clone()));

        clock.advance(16 * MINUTE);
        assert!(offered(&luca).await.contains(&time));
        choose(&luca, &time).await.unwrap();
        // Hers is gone: she is told at "Invia", and the way out is on the page.
        maria.declare(CIE).await;
        let refused = maria.send(CIE).await.unwrap_err();
        assert!(told(&refused).contains(FREE_NO_MORE));
        let other = offered(&maria).await[0].clone();
        assert_ne!(other, time);
        choose(&maria, &other).await.unwrap();
        maria.send(CIE).await.unwrap();
        luca.declare(CIE).await;
        luca.send(CIE).await.unwrap();
        assert_eq!(verify(&world.counter).await.unwrap(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_that_ran_out_is_taken_again_if_nobody_came() {
    for (world, clock) in clocked_worlds(one_seat).await {
        let maria = world.login(MOTHER).await;
        let time = up_to_times(&maria).await[0].clone();
        choose(&maria, &time).await.unwrap();
        maria.declare(CIE).await;
        clock.advance(20 * MINUTE);
        let case = receipt(maria.send(CIE).await.unwrap()).id;
        let booked = case_page(&maria, &case).await.appointment.unwrap();
        assert_eq!(booked.when, Slot::parse(&time).unwrap().words());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_send_at_once_never_get_the_same_place() {
    for world in worlds(one_seat).await {
        let people: Vec<Browser> = vec![world.login(MOTHER).await, world.login(STUDENT).await];
        let mut firsts = Vec::new();
        for person in &people {
            firsts.push(up_to_times(person).await[0].clone());
        }
        assert_eq!(firsts[0], firsts[1]);
        let (one, other) = tokio::join!(
            choose(&people[0], &firsts[0]),
            choose(&people[1], &firsts[0])
        );
        assert_eq!([one, other].iter().filter(|done| done.is_ok()).count(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appointment_is_moved_and_given_back() {
    for world in worlds(one_seat).await {
        let (maria, luca) = (world.login(MOTHER).await, world.login(STUDENT).await);
        let (case, time) = book(&maria).await;
        let (_, taken) = book(&luca).await;
        let before = case_page(&maria, &case).await;
        let appointment = before.appointment.unwrap();
        let free: Vec<_> = appointment
            .times
            .iter()
            .map(|(code, _)| code.clone())
            .collect();
        assert!(!free.contains(&taken) && !free.contains(&time));
        let titles: Vec<_> = before.timeline.iter().map(|m| m.title.as_str()).collect();
        assert!(titles.contains(&"Appuntamento prenotato"), "{titles:?}");

        for wrong in [taken.as_str(), "2026-01-01T09:00", "domani", ""] {
            let refused = command(&maria, &case, "sposta", wrong).await;
            assert_eq!(
                refused.status(),
                StatusCode::UNPROCESSABLE_ENTITY,
                "{wrong}"
            );
        }
        let new = free.iter().find(|code| **code > taken).unwrap();
        let moved = command(&maria, &case, "sposta", new).await;
        assert_eq!(moved.status(), StatusCode::SEE_OTHER);
        let after = case_page(&maria, &case).await;
        let words = Slot::parse(new).unwrap().words();
        assert_eq!(after.appointment.unwrap().when, words);
        // A stranger's case is not there.
        let path = format!("/pratiche/{case}");
        let stranger = luca
            .post(
                &path,
                &[("azione", "sposta"), ("seq", "2"), ("slot", &time)],
            )
            .await;
        assert_eq!(stranger.status(), StatusCode::NOT_FOUND);

        // The old time is free again; giving up frees the new one.
        assert_eq!(up_to_times(&luca).await[0], time);
        assert!(!offered(&luca).await.contains(new));
        let gone = command(&maria, &case, "ritira", "").await;
        assert_eq!(gone.status(), StatusCode::SEE_OTHER);
        assert!(offered(&luca).await.contains(new));
        assert!(case_page(&maria, &case).await.appointment.is_none());
        assert_eq!(verify(&world.counter).await.unwrap(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office_sees_who_comes_and_nobody_else_does() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        let (case, time) = book(&maria).await;
        let day = time.split('T').next().unwrap();
        let path = format!("/ufficio/agenda?agenda=anagrafe&giorno={day}");
        let clerk = world.login(CLERK_CARDS).await;
        let page = agenda(&clerk, &path).await;
        assert_eq!(page.rows.len(), 1);
        assert_eq!(page.rows[0].case, case);
        assert!(page.rows[0].applicant.contains("Maria"), "{page:?}");
        assert!(
            agenda(&clerk, "/ufficio/agenda?giorno=2026-01-01")
                .await
                .rows
                .is_empty()
        );
        // Who works elsewhere has no agenda here; a citizen does not come in.
        let other = world.login(CLERK_TAXES).await;
        let page = agenda(&other, &path).await;
        assert!(page.rows.is_empty() && page.agendas.is_empty(), "{page:?}");
        assert_eq!(maria.get(&path).await.status(), StatusCode::FORBIDDEN);
    }
}

async fn agenda(person: &Browser, path: &str) -> AgendaPage {
    match person.page(path).await.page {
        Page::Agenda(page) => page,
        other => panic!("not the agenda: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_is_told_and_reminded_once() {
    for (world, clock) in clocked_worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        let times = up_to_times(&maria).await;
        // Far enough to be reminded of.
        let time = times.iter().rev().nth(20).unwrap();
        choose(&maria, time).await.unwrap();
        maria.declare(CIE).await;
        let case = receipt(maria.send(CIE).await.unwrap()).id;
        assert_eq!(
            templates(&world, &case, "io").await,
            ["appuntamento-confermato", "pratica-aperta"]
        );
        assert_eq!(agendas::remind(&world.counter).await.unwrap(), 0);
        let today = world.counter.today();
        let ahead = today.days_until(Slot::parse(time).unwrap().day);
        clock.advance_days(ahead - 1);
        assert_eq!(agendas::remind(&world.counter).await.unwrap(), 1);
        assert_eq!(agendas::remind(&world.counter).await.unwrap(), 0);
        let told = templates(&world, &case, "io").await;
        assert_eq!(told[1], "appuntamento-promemoria", "{told:?}");
        assert_eq!(verify(&world.counter).await.unwrap(), Vec::<String>::new());
    }
}

async fn templates(world: &common::World, case: &str, channel: &str) -> Vec<String> {
    let rows = outbox::of_case(&world.counter.store, case).await.unwrap();
    let of_channel = rows.into_iter().filter(|row| row.channel == channel);
    let mut names: Vec<_> = of_channel.map(|row| row.template).collect();
    names.sort();
    names
}
