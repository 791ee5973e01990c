//! A save over a newer draft: told by its data to programs, by what is shown to our own pages.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use app::api::{Main, Problem, SCREEN_TYPE, SaveRequest, Screen};
use common::{APPLICANT, Browser, STUDENT, texts, worlds};
use reqwest::{Method, StatusCode};

const SLUG: &str = "duplicato-tessera-elettorale";

/// The refusal's body, whose type is told as problem details (RFC 9457) either way.
async fn refused(tab: &Browser, method: Method, accept: &str, save: &SaveRequest) -> String {
    let url = format!("{}/api/servizi/{SLUG}/richiesta", tab.url);
    let request = tab.client.request(method, url).header("origin", &tab.url);
    let answer = request.header("accept", accept).json(save).send().await;
    let answer = answer.unwrap();
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    answer.text().await.unwrap()
}

#[tokio::test]
async fn a_conflict_is_told_as_its_reader_wants_it() {
    for world in worlds(|_| ()).await {
        let tab = world.login(STUDENT).await;
        tab.answer(SLUG, "richiedente", APPLICANT).await.unwrap();
        let stale = SaveRequest {
            passo: "richiedente".into(),
            versione: 0,
            risposte: texts(&[("email", "altra@example.it")]),
            ..SaveRequest::default()
        };
        let pressed = SaveRequest {
            azione: "avanti".into(),
            ..stale.clone()
        };
        for (method, save) in [(Method::PUT, &stale), (Method::POST, &pressed)] {
            let text = refused(&tab, method.clone(), "application/json", save).await;
            let data: Problem = serde_json::from_str(&text).unwrap();
            let fields = data.conflict.unwrap().fields;
            assert!(fields.iter().any(|field| field.path == "email"));

            let text = refused(&tab, method, SCREEN_TYPE, save).await;
            let shown: Problem<Screen> = serde_json::from_str(&text).unwrap();
            let Main::Html(html) = shown.conflict.unwrap().main else {
                panic!("not a page that is read");
            };
            assert!(html.contains("altra@example.it"), "{html}");
            assert!(html.contains("maria@example.it"), "{html}");
        }
    }
}
