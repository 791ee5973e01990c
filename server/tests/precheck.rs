//! "Ho i requisiti?": before any login, and nothing of it is kept.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use app::api::{Page, PrecheckPage};
use common::{World, browser, log::Log, worlds};
use reqwest::StatusCode;

fn path(slug: &str) -> String {
    format!("/servizi/{slug}/requisiti")
}

/// Slugs of the services that ask something.
fn asking(world: &World) -> Vec<String> {
    let all = world.counter.catalogue.all().into_iter();
    let asking = all.filter(|d| !d.service.questions.is_empty());
    asking.map(|d| d.service.slug.clone()).collect()
}

async fn page(world: &World, slug: &str) -> PrecheckPage {
    match browser(&world.url).page(&path(slug)).await.page {
        Page::Precheck(page) => *page,
        other => panic!("{slug}: no questions: {other:?}"),
    }
}

/// The right answers, but for the `wrong` one.
fn answers(world: &World, slug: &str, wrong: Option<usize>) -> Vec<(String, &'static str)> {
    let definition = world.counter.catalogue.get(slug).unwrap();
    let questions = definition.service.questions.iter().enumerate();
    let answers = questions.map(|(n, question)| {
        let yes = question.wanted != (wrong == Some(n));
        (format!("d{n}"), if yes { "si" } else { "no" })
    });
    answers.collect()
}

async fn answer(world: &World, slug: &str, fields: &[(String, &str)]) -> (StatusCode, String) {
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    let answer = browser(&world.url).post(&path(slug), &fields).await;
    let status = answer.status();
    assert!(answer.headers().get("set-cookie").is_none());
    (status, answer.text().await.unwrap().replace("&#39;", "'"))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_question_decides() {
    let log = Log::begin();
    for world in worlds(|_| {}).await {
        let asking = asking(&world);
        assert!(asking.len() >= 10, "{asking:?}");
        for slug in &asking {
            let definition = world.counter.catalogue.get(slug).unwrap();
            let sheet = browser(&world.url).get(&format!("/servizi/{slug}")).await;
            assert!(sheet.text().await.unwrap().contains(&path(slug)), "{slug}");
            let before = page(&world, slug).await;
            assert!(!before.answered && before.questions.iter().all(|(_, a)| a.is_empty()));

            let (status, html) = answer(&world, slug, &answers(&world, slug, None)).await;
            assert_eq!(status, StatusCode::OK);
            assert!(html.contains("risposte puoi fare la richiesta"), "{slug}");
            for (n, question) in definition.service.questions.iter().enumerate() {
                let (status, html) = answer(&world, slug, &answers(&world, slug, Some(n))).await;
                assert_eq!(status, StatusCode::OK);
                assert!(html.contains(&question.otherwise), "{slug}: {n}: {html}");
                assert!(
                    !html.contains("risposte puoi fare la richiesta"),
                    "{slug}: {n}"
                );
            }
        }
        let told = log.take();
        assert!(!told.contains("d0"), "what was answered is nowhere");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_missing_is_asked_for_again() {
    for world in worlds(|_| {}).await {
        let slug = &asking(&world)[0];
        let fields = vec![("d0".to_owned(), "forse"), ("d1".to_owned(), "si")];
        let (status, html) = answer(&world, slug, &fields).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            html.contains("Rispondi sì o no.") && html.contains("Errore: "),
            "{html}"
        );
        let none = browser(&world.url)
            .get(&path("segnalazione-disservizio"))
            .await;
        assert_eq!(none.status(), StatusCode::NOT_FOUND);
        let stranger = browser(&world.url).get(&path("nessuno")).await;
        assert_eq!(stranger.status(), StatusCode::NOT_FOUND);
    }
}
