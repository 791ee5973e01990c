//! A request for a duplicate of the sign "passo carrabile", and what its office does with it.

use app::api::{OfficeCasePage, Page};
use reqwest::{Response, StatusCode};

use super::{APPLICANT, Browser, PNG, receipt};

pub const PASS: &str = "passo-carrabile";

/// Sends a request for a duplicate; its case. On acceptance a fee is due.
pub async fn send_duplicate(citizen: &Browser) -> String {
    ask_duplicate(citizen).await;
    citizen.declare(PASS).await;
    receipt(citizen.send(PASS).await.unwrap()).id
}

/// The same with a photo of the sign, up to the summary.
pub async fn fill_duplicate(citizen: &Browser) {
    ask_duplicate(citizen).await;
    let photo = citizen.upload(PASS, "cartello", "cartello.png", PNG.to_vec());
    assert_eq!(photo.await.status(), StatusCode::OK);
    citizen.declare(PASS).await;
}

async fn ask_duplicate(citizen: &Browser) {
    citizen
        .answer(PASS, "richiedente", APPLICANT)
        .await
        .unwrap();
    let asked = [
        ("operazione", "duplicato"),
        ("numero_autorizzazione", "12"),
        ("duplicato_motivo", "deterioramento"),
        ("titolo", "proprietario"),
    ];
    citizen.answer(PASS, "richiesta", &asked).await.unwrap();
}

/// The clerk's page of a case.
pub async fn office_page(clerk: &Browser, case: &str) -> OfficeCasePage {
    match clerk.page(&format!("/ufficio/pratiche/{case}")).await.page {
        Page::OfficeCase(page) => *page,
        other => panic!("not the case: {other:?}"),
    }
}

/// A command of the clerk's, at the state of the case that her page shows.
pub async fn office(
    clerk: &Browser,
    case: &str,
    command: &str,
    fields: &[(&str, &str)],
) -> Response {
    let seq = office_page(clerk, case).await.case.seq.to_string();
    let mut all = vec![("azione", command), ("seq", seq.as_str())];
    all.extend(fields);
    clerk.post(&format!("/ufficio/pratiche/{case}"), &all).await
}

/// What a positive decision needs.
pub const ACCEPTED: [(&str, &str); 2] = [("esito", "autorizzato"), ("motivo", "Va bene.")];
