#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

//! The privacy notice of a service, its versions, and what she says she read; the register of
//! processing activities.

use crate::common;

use std::fs;

use app::api::{Page, PrivacyPage, ProcessingPage, SaveRequest, step};
use common::{
    Browser, CARD, CLERK_CARDS, CLERK_POLICE, MOTHER, World, browser, prepare_card,
    process::command, receipt, worlds,
};
use reqwest::StatusCode;
use server::{config::Settings, verify::verify};

const PEC: &str = "protocollo@pec.example.comune.bitonto.ba.it";

/// A comune.toml that the test may change.
fn own_comune(settings: &mut Settings) {
    let comune = fs::read_to_string(&settings.comune).unwrap();
    settings.comune = settings.data_dir.with_file_name("comune.toml");
    fs::write(&settings.comune, comune).unwrap();
}

/// The town moves to another PEC, and back.
fn replace_pec(world: &World, from: &str, to: &str) {
    let comune = fs::read_to_string(&world.settings.comune).unwrap();
    assert!(comune.contains(from));
    fs::write(&world.settings.comune, comune.replace(from, to)).unwrap();
}

async fn notice(of: &Browser, version: &str) -> PrivacyPage {
    let path = format!("/servizi/{CARD}/privacy?versione={version}");
    match of.page(&path).await.page {
        Page::Privacy(page) => *page,
        other => panic!("no notice: {other:?}"),
    }
}

/// The same session on the counter that was started again.
async fn again(world: &World, person: &Browser) -> Browser {
    let (url, _) = world.started_again().await;
    Browser {
        client: person.client.clone(),
        url,
    }
}

fn ticks(person: &app::api::RequestPage, version: &str) -> SaveRequest {
    let all = person.form.declarations.iter();
    SaveRequest {
        azione: "avanti".into(),
        passo: step::DECLARATIONS.into(),
        versione: person.draft.version,
        dichiarazioni: all.map(|d| d.id.clone()).collect(),
        bozza: person.draft.draft_id.clone(),
        informativa: version.into(),
        ..SaveRequest::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_changed_is_read_again_before_it_is_sent() {
    for world in worlds(own_comune).await {
        let maria = world.login(MOTHER).await;
        let first = notice(&maria, "").await;
        assert!(first.in_force && first.others.is_empty());
        assert_eq!(first.version.version.len(), 12);
        let page = maria.request_page(CARD).await;
        assert_eq!(page.privacy, first.version.version);
        prepare_card(&maria).await;

        // The same notice has one version, however often the counter starts.
        let maria = again(&world, &maria).await;
        assert_eq!(notice(&maria, "").await, first);
        assert_eq!(maria.request_page(CARD).await.step, step::SUMMARY);

        replace_pec(&world, PEC, "altra@pec.example.it");
        let maria = again(&world, &maria).await;
        let second = notice(&maria, "").await;
        assert_ne!(second.version.version, first.version.version);
        assert_eq!(
            second.others.as_slice(),
            std::slice::from_ref(&first.version)
        );
        old_versions_are_read(&maria, &first).await;

        let refused = maria.send(CARD).await.unwrap_err();
        assert_eq!(refused.status, 409);
        let page = maria.request_page(CARD).await;
        assert_eq!(page.step, step::DECLARATIONS);
        // Only that is asked again.
        let ticked = &page.draft.declarations;
        assert!(ticked.iter().any(|id| id == "veridicita"), "{ticked:?}");
        assert!(!ticked.iter().any(|id| id == "privacy"), "{ticked:?}");

        // A page from before names the other version: it does not count either.
        let stale = ticks(&page, &first.version.version);
        assert_eq!(maria.act(CARD, &stale).await.unwrap_err().status, 409);
        let page = maria.request_page(CARD).await;
        assert_eq!(page.step, step::DECLARATIONS);
        maria.act(CARD, &ticks(&page, &page.privacy)).await.unwrap();
        let receipt = receipt(maria.send(CARD).await.unwrap());
        assert_eq!(receipt.privacy.unwrap().version, second.version.version);
        let path = format!("/pratiche/{}/ricevuta", receipt.id);
        let html = maria.get(&path).await.text().await.unwrap();
        assert!(html.contains(&format!("versione={}", second.version.version)));

        // What was in force stays in the receipt, whatever comes; what comes back has its version.
        replace_pec(&world, "altra@pec.example.it", PEC);
        let maria = again(&world, &maria).await;
        let third = notice(&maria, "").await;
        assert_eq!(third.version.version, first.version.version);
        assert_eq!(third.others.len(), 2);
        let Page::Receipt(kept) = maria.page(&path).await.page else {
            panic!("no receipt");
        };
        assert_eq!(kept.privacy.unwrap().version, second.version.version);
        assert_eq!(verify(&world.counter).await.unwrap(), Vec::<String>::new());
    }
}

async fn old_versions_are_read(person: &Browser, old: &PrivacyPage) {
    let read = notice(person, &old.version.version).await;
    assert!(!read.in_force);
    assert_eq!(read.sections, old.sections);
    let path = format!("/servizi/{CARD}/privacy?versione={}", old.version.version);
    let html = person.get(&path).await.text().await.unwrap();
    assert!(html.contains("Questa è una versione di prima") && html.contains(PEC));
    for unknown in ["000000000000", "%27", "abc"] {
        let path = format!("/servizi/{CARD}/privacy?versione={unknown}");
        assert_eq!(person.get(&path).await.status(), StatusCode::NOT_FOUND);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_names_every_channel_that_the_service_uses() {
    for world in worlds(|_| {}).await {
        let anybody = browser(&world.url);
        for (slug, channels) in [
            (CARD, 3),
            // Something is collected there.
            ("passo-carrabile", 4),
        ] {
            let path = format!("/servizi/{slug}/privacy");
            let html = anybody.get(&path).await.text().await.unwrap();
            assert_eq!(html.matches("data-channel").count(), channels, "{slug}");
            for part in [
                "Comune di Bitonto",
                PEC,
                "dpo@example.comune.bitonto.ba.it",
                "Sindaco pro tempore",
                "Garante per la protezione dei dati personali",
                "art. 64-bis",
                "dopo 90 giorni",
            ] {
                assert!(html.contains(part), "{slug}: {part}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_register_is_the_same_on_the_page_and_in_the_file() {
    for world in worlds(|_| {}).await {
        let clerk = world.login(CLERK_POLICE).await;
        let refused = clerk.get("/ufficio/trattamenti").await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN);
        let boss = world.login(CLERK_CARDS).await;
        let html = boss.get("/ufficio/trattamenti").await.text().await.unwrap();
        let page: ProcessingPage = match boss.page("/ufficio/trattamenti").await.page {
            Page::Processing(page) => page,
            other => panic!("no register: {other:?}"),
        };
        let services = world.counter.catalogue.all().len();
        assert_eq!(page.activities.len(), services);
        assert_eq!(html.matches("data-activity").count(), services);

        let file = world.folder.path().join("registro.csv");
        let mut program = command(&world.settings, world.folder.path(), "privacy-register");
        let output = program.arg(&file).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains("\r\n"), "RFC 4180");
        let mut table = csv::Reader::from_reader(text.as_bytes());
        let header: Vec<String> = table.headers().unwrap().iter().map(str::to_owned).collect();
        let labels: Vec<String> = page.activities[0]
            .lines
            .iter()
            .map(|l| l.0.clone())
            .collect();
        assert_eq!(header, labels);
        assert!(header.contains(&"Base giuridica".to_owned()), "{header:?}");
        for (record, activity) in table.records().zip(&page.activities) {
            let written: Vec<String> = record.unwrap().iter().map(str::to_owned).collect();
            let shown: Vec<String> = activity.lines.iter().map(|l| l.1.clone()).collect();
            assert_eq!(written, shown, "{}", activity.slug);
        }
        let lines = csv::Reader::from_reader(text.as_bytes())
            .into_records()
            .count();
        assert_eq!(lines, services);
    }
}
