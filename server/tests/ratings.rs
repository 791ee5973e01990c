//! What people think: given without a login, read by the administrator only.

use crate::common;

use app::api::Page;
use common::{CLERK_CARDS, CLERK_POLICE, browser, worlds};
use reqwest::{StatusCode, header::LOCATION};

const SHEET: &str = "/servizi/passo-carrabile";

#[tokio::test(flavor = "multi_thread")]
async fn anybody_rates_and_the_administrator_reads() {
    for world in worlds(|_| {}).await {
        let anybody = browser(&world.url);
        let sheet = anybody.get(SHEET).await.text().await.unwrap();
        assert!(
            sheet.contains("data-element=\"feedback\""),
            "the form is on the sheet"
        );
        let rating = [
            ("oggetto", SHEET),
            ("voto", "2"),
            ("aspetto", "non_chiare"),
            ("dettagli", "Dov'è l'ufficio?"),
        ];
        let done = anybody.post("/valutazioni", &rating).await;
        assert_eq!(done.status(), StatusCode::SEE_OTHER);
        let thanks = done.headers()[LOCATION].to_str().unwrap().to_owned();
        let thanks = anybody.get(&thanks).await.text().await.unwrap();
        assert!(thanks.contains("Grazie, il tuo parere") && thanks.contains(SHEET));
        let used = [("oggetto", "servizio/passo-carrabile"), ("voto", "5")];
        assert_eq!(
            anybody.post("/valutazioni", &used).await.status(),
            StatusCode::SEE_OTHER
        );

        let boss = world.login(CLERK_CARDS).await;
        let Page::Ratings(page) = boss.page("/ufficio/valutazioni").await.page else {
            panic!("not the ratings");
        };
        let rows: Vec<_> = page
            .rows
            .iter()
            .map(|r| (r.title.as_str(), r.average()))
            .collect();
        assert_eq!(
            rows,
            [
                ("Passo carrabile", "2,0".to_owned()),
                ("Passo carrabile (richiesta inviata)", "5,0".to_owned())
            ]
        );
        assert_eq!(page.texts.len(), 1);
        assert_eq!(page.texts[0].text, "Dov'è l'ufficio?");
        assert_eq!(
            page.texts[0].answer,
            "A volte le indicazioni non erano chiare"
        );
        let clerk = world.login(CLERK_POLICE).await;
        let refused = clerk.get("/ufficio/valutazioni").await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_rating_comes_back_with_what_was_typed() {
    for world in worlds(|_| {}).await {
        let anybody = browser(&world.url);
        let long = "x".repeat(201);
        for (fields, told) in [
            (
                [
                    ("oggetto", "/"),
                    ("voto", ""),
                    ("aspetto", ""),
                    ("dettagli", "Bello & utile"),
                ],
                "Scegli da 1 a 5",
            ),
            (
                [
                    ("oggetto", "/"),
                    ("voto", "9"),
                    ("aspetto", ""),
                    ("dettagli", "Bello & utile"),
                ],
                "Scegli da 1 a 5",
            ),
            (
                [
                    ("oggetto", "/"),
                    ("voto", "5"),
                    ("aspetto", "problemi"),
                    ("dettagli", "Bello & utile"),
                ],
                "dell&#x27;elenco",
            ),
            (
                [
                    ("oggetto", "/"),
                    ("voto", "5"),
                    ("aspetto", ""),
                    ("dettagli", long.as_str()),
                ],
                "troppo lungo",
            ),
        ] {
            let answer = anybody.post("/valutazioni", &fields).await;
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{told}");
            let html = answer.text().await.unwrap();
            let plain = html.replace("&#x27;", "'");
            assert!(
                plain.contains(&told.replace("&#x27;", "'")),
                "{told}: {html}"
            );
            let typed = fields[3].1.replace('&', "&amp;");
            assert!(html.contains(&typed), "{told}: what was typed is lost");
        }
        for subject in [
            "",
            "/area-personale",
            "/servizi/x",
            "servizio/x",
            "//altrove.example",
        ] {
            let fields = [("oggetto", subject), ("voto", "5")];
            let answer = anybody.post("/valutazioni", &fields).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{subject}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_in_a_minute_are_told_to_wait() {
    for world in worlds(|_| {}).await {
        let anybody = browser(&world.url);
        let fields = [("oggetto", "/"), ("voto", "4")];
        for _ in 0..120 {
            assert_eq!(
                anybody.post("/valutazioni", &fields).await.status(),
                StatusCode::SEE_OTHER
            );
        }
        let answer = anybody.post("/valutazioni", &fields).await;
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    }
}
