//! The terms of a service as a PDF: anybody's, printed once a day.

use crate::common;

use std::time::Duration;

use common::{browser, worlds};
use reqwest::StatusCode;

#[tokio::test(flavor = "multi_thread")]
async fn a_service_has_its_terms() {
    for world in worlds(|_| ()).await {
        let stranger = browser(&world.url);
        let all = world.counter.catalogue.all();
        let slugs: Vec<String> = all.iter().map(|d| d.service.slug.clone()).collect();
        assert_eq!(slugs.len(), 32);
        for slug in slugs.iter().step_by(10) {
            let path = format!("/servizi/{slug}/condizioni");
            let sheet = stranger.get(&format!("/servizi/{slug}")).await;
            assert!(sheet.text().await.unwrap().contains(&path), "{slug}");
            let answer = stranger.get(&path).await;
            assert_eq!(answer.status(), StatusCode::OK, "{slug}");
            assert_eq!(answer.headers()["content-type"], "application/pdf");
            let name = answer.headers()["content-disposition"].to_str().unwrap();
            assert!(name.starts_with("inline") && name.contains(slug), "{name}");
            assert!(answer.headers().get("set-cookie").is_none());
            let pdf = answer.bytes().await.unwrap();
            assert!(pdf.starts_with(b"%PDF-") && pdf.len() > 5_000, "{slug}");
        }
        // Printed once: another printing would have another second in it.
        let path = format!("/servizi/{}/condizioni", slugs[0]);
        let first = stranger.get(&path).await.bytes().await.unwrap();
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        assert_eq!(stranger.get(&path).await.bytes().await.unwrap(), first);
        let unknown = stranger.get("/servizi/nessuno/condizioni").await;
        assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn without_a_renderer_it_says_to_come_back() {
    for world in worlds(|settings| settings.renderer = Some("/nowhere/renderer".into())).await {
        let slug = world.counter.catalogue.all()[0].service.slug.clone();
        let path = format!("/servizi/{slug}/condizioni");
        let answer = browser(&world.url).get(&path).await;
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.text().await.unwrap().contains("Riprova"));
    }
}
