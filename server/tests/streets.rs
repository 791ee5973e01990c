//! The town's streets: the names that are offered, what people type, what nobody knows.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use app::api::step;
use common::{
    STUDENT, World, browser,
    samples::{Sample, fill},
    worlds,
};
use reqwest::StatusCode;
use rules::form::Answer;

const SLUG: &str = "segnalazione-disservizio";

async fn names(world: &World, list: &str) -> Vec<String> {
    let answer = browser(&world.url).get(&format!("/elenchi/{list}")).await;
    assert_eq!(answer.status(), StatusCode::OK, "{list}");
    assert_eq!(
        answer.headers()["cache-control"],
        "public, max-age=86400",
        "{list}"
    );
    assert!(answer.headers().get("set-cookie").is_none());
    answer.json().await.unwrap()
}

#[tokio::test]
async fn names_that_people_type_are_public_lists() {
    for world in worlds(|_| ()).await {
        assert!(
            names(&world, "stradario")
                .await
                .contains(&"Piazza Cavour".to_owned())
        );
        assert!(
            names(&world, "comuni")
                .await
                .contains(&"Bitonto (BA)".to_owned())
        );
        assert!(names(&world, "stati").await.contains(&"Italia".to_owned()));
        let born = names(&world, "luoghi").await;
        assert!(
            born.contains(&"Abbadia Sopra Adda (CO)".to_owned()),
            "ceased"
        );
        assert!(born.is_sorted());
        // Choices of a page, and what is no list at all.
        for other in ["nidi", "nessuno", "..%2fcomune.toml"] {
            let answer = browser(&world.url).get(&format!("/elenchi/{other}")).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{other}");
        }
    }
}

#[tokio::test]
async fn a_street_is_taken_as_people_write_it_and_told_when_nobody_knows_it() {
    for world in worlds(|_| ()).await {
        let sample = Sample::of(SLUG);
        let tab = world.login(STUDENT).await;
        let mut answers = sample.answers(world.counter.today());
        for (typed, taken, told) in [
            ("V. MATTEOTTI", "Via Giacomo Matteotti", None),
            ("Contrada Mai Vista", "Contrada Mai Vista", Some("via")),
        ] {
            answers
                .0
                .insert("via".to_owned(), Answer::Text(typed.to_owned()));
            let page = match told {
                None => fill(&world, &tab, SLUG, &sample, &answers).await.unwrap(),
                Some(_) => {
                    tab.answer(SLUG, "luogo", &[("via", typed)]).await.unwrap();
                    tab.request_page(SLUG).await
                }
            };
            assert_eq!(page.step, step::SUMMARY);
            let mut lines = page.summary.iter().flat_map(|section| &section.lines);
            let via = lines.find(|(label, _)| label == "Via o piazza").unwrap();
            assert_eq!(via.1, taken);
            let warned: Vec<_> = page.warnings.iter().map(|w| w.path.as_str()).collect();
            assert_eq!(warned, Vec::from_iter(told));
        }
        tab.send(SLUG).await.unwrap();
    }
}
