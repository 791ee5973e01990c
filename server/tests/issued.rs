//! Certificates and permits: what an office writes in them, a look before, and what the citizen gets.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use std::time::Duration;

use app::api::{CasePage, Page, PdfView};
use reqwest::StatusCode;

use crate::common::{
    Browser, CLERK_POLICE, STUDENT, World,
    office::{office, office_page},
    receipt,
    samples::{Sample, fill},
    worlds,
};

const SLUG: &str = "certificato-destinazione-urbanistica";
const ZONE: &str = "Foglio 41, particella 7: zona B1, indice 3 mc/mq.";

/// A request that its office has taken in charge; its case.
async fn asked(world: &World, citizen: &Browser, clerk: &Browser) -> String {
    let sample = Sample::of(SLUG);
    let answers = sample.answers(world.counter.today());
    fill(world, citizen, SLUG, &sample, &answers).await.unwrap();
    let id = receipt(citizen.send(SLUG).await.unwrap()).id;
    let taken = office(clerk, &id, "prendi_in_carico", &[]).await;
    assert!(taken.status().is_success() || taken.status().is_redirection());
    id
}

async fn case(reader: &Browser, id: &str) -> CasePage {
    match reader.page(&format!("/pratiche/{id}")).await.page {
        Page::Case(page) => *page,
        other => panic!("not the case: {other:?}"),
    }
}

fn written(until: &str) -> [(&str, &str); 4] {
    [
        ("esito", "rilasciato"),
        ("motivo", "Copia per il notaio."),
        ("documento.rilasciato.destinazione", ZONE),
        ("documento.rilasciato.valido_fino", until),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_written_looked_at_and_handed_out() {
    for world in worlds(|_| {}).await {
        let luca = world.login(STUDENT).await;
        let clerk = world.login(CLERK_POLICE).await;
        let id = asked(&world, &luca, &clerk).await;
        let papers = office_page(&clerk, &id).await.papers;
        assert_eq!(papers[0].title, "Certificato di destinazione urbanistica");

        // What is wrong is told beside its control, and what was typed stays.
        let refused = office(&clerk, &id, "accogli", &written("per sempre")).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let html = refused.text().await.unwrap();
        assert!(
            html.contains("zona B1") && html.contains("per sempre"),
            "{html}"
        );
        assert!(html.contains("Valido fino al: "), "{html}");

        // A look before: a PDF, of nothing that is registered, for nobody else.
        let path = format!("/ufficio/pratiche/{id}/anteprima");
        let looked = clerk.post(&path, &written("31/12/2027")).await;
        assert_eq!(looked.status(), StatusCode::OK);
        assert_eq!(looked.headers()["content-type"], "application/pdf");
        assert!(looked.bytes().await.unwrap().starts_with(b"%PDF-"));
        let wrong = clerk.post(&path, &written("mai")).await;
        assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let hers = luca.post(&path, &written("31/12/2027")).await;
        assert!([StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&hers.status()));
        assert_eq!(
            case(&luca, &id).await.documents.len(),
            1,
            "only the request"
        );

        let done = office(&clerk, &id, "accogli", &written("31/12/2027")).await;
        assert!(done.status().is_success() || done.status().is_redirection());
        let shown = office_page(&clerk, &id).await.case;
        let paper = shown.documents.last().unwrap();
        assert_eq!(paper.title, "Certificato di destinazione urbanistica");
        assert!(paper.text.as_ref().unwrap().contains(ZONE));
        let pdf = ready(&clerk, &id).await;
        let bytes = clerk.get(&pdf).await.bytes().await.unwrap();
        assert!(bytes.starts_with(b"%PDF-"));
        let findings = server::verify::verify(&world.counter).await.unwrap();
        assert_eq!(findings, Vec::<String>::new());
    }
}

/// The address of the decision's PDF, as soon as it is made.
async fn ready(clerk: &Browser, id: &str) -> String {
    for _ in 0..200 {
        let page = office_page(clerk, id).await.case;
        if let Some(PdfView::Ready { href }) = &page.documents.last().unwrap().pdf {
            return href.clone();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no PDF");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_paper_of_the_catalogue_has_its_template() {
    let worlds = worlds(|_| {}).await;
    let counter = &worlds[0].counter;
    let mut papers = 0;
    for definition in counter.catalogue.all() {
        for outcome in &definition.service.outcomes {
            let Some(document) = &outcome.document else {
                continue;
            };
            assert!(
                document.source.contains("#show: paper"),
                "{}",
                document.template
            );
            papers += 1;
        }
    }
    assert!(papers >= 10, "{papers}");
}
