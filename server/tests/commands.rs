//! A command on a case that went on meanwhile: not carried out, and nothing typed is lost.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use app::api::{CasePage, Page, PdfView, Problem};
use common::{Browser, CARD, MOTHER, prepare_card, receipt, worlds};
use futures::StreamExt as _;
use reqwest::StatusCode;

/// Who works at the electoral office.
const CLERK: &str = "SNNRSO79E63A893P";

/// A request that is on its way; the case's id.
async fn sent(maria: &Browser) -> String {
    prepare_card(maria).await;
    receipt(maria.send(CARD).await.unwrap()).id
}

async fn command(clerk: &Browser, case: &str, fields: &[(&str, &str)]) -> reqwest::Response {
    clerk
        .post(&format!("/ufficio/pratiche/{case}"), fields)
        .await
}

/// Taken in charge by the clerk, and documents asked for.
async fn asked(clerk: &Browser, case: &str) {
    let charge = [("azione", "prendi_in_carico"), ("seq", "1")];
    let taken = command(clerk, case, &charge).await;
    assert_eq!(taken.status(), StatusCode::SEE_OTHER);
    let seq = seq(clerk, case).await.to_string();
    let asked = [
        ("azione", "chiedi_integrazione"),
        ("seq", seq.as_str()),
        ("documenti", "Carta di identità"),
        ("motivo", "Non si legge."),
        ("giorni", "10"),
    ];
    let asked = command(clerk, case, &asked).await;
    assert_eq!(asked.status(), StatusCode::SEE_OTHER);
}

async fn office_case(clerk: &Browser, case: &str) -> CasePage {
    match clerk.page(&format!("/ufficio/pratiche/{case}")).await.page {
        Page::OfficeCase(page) => page.case,
        other => panic!("no case: {other:?}"),
    }
}

/// The number of the last event, when all PDFs are made: each is an event as well.
async fn seq(clerk: &Browser, case: &str) -> i64 {
    for _ in 0..600 {
        let page = office_case(clerk, case).await;
        let pdfs = page
            .documents
            .iter()
            .filter_map(|document| document.pdf.as_ref());
        let mut pdfs = pdfs.chain(&page.receipt_pdf);
        if pdfs.all(|pdf| matches!(pdf, PdfView::Ready { .. })) {
            // A page reads its events before its PDFs: the last one's event may be in the next only.
            return office_case(clerk, case).await.seq;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("PDFs are not made");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operators_text_survives_a_case_that_went_on() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        let case = sent(&maria).await;
        let clerk = world.login(CLERK).await;
        let charge = [("azione", "prendi_in_carico"), ("seq", "1")];
        command(&clerk, &case, &charge).await;
        let now = seq(&clerk, &case).await;
        let stale = [
            ("azione", "irricevibile"),
            ("seq", "1"),
            ("motivo", "Manca la firma in fondo."),
        ];
        let refused = command(&clerk, &case, &stale).await;
        assert_eq!(refused.status(), StatusCode::CONFLICT);
        let html = refused.text().await.unwrap();
        assert!(html.contains("Nel frattempo la pratica è andata avanti"));
        assert!(html.contains("id=\"errori\""), "news does not wipe it");
        assert!(html.contains("Manca la firma in fondo."), "{html}");
        let form = html.split("data-key=\"irricevibile\"").nth(1).unwrap();
        let form = form.split("</form>").next().unwrap();
        assert!(
            form.contains(&format!("name=\"seq\" value=\"{now}\"")),
            "{form}"
        );
        assert!(
            form.contains("Manca la firma in fondo."),
            "in its own control"
        );

        let url = format!("{}/api/ufficio/pratiche/{case}", world.url);
        let json = clerk.client.post(url).header("origin", &world.url);
        let json = json.form(&stale).send().await.unwrap();
        assert_eq!(json.status(), StatusCode::CONFLICT);
        let json: Problem = json.json().await.unwrap();
        assert_eq!(json.title, "La pratica è cambiata");

        // Withdrawn: the command has no form any more.
        let seq = now.to_string();
        let path = format!("/pratiche/{case}");
        let fields = [("azione", "ritira"), ("seq", seq.as_str())];
        let done = maria.post(&path, &fields).await;
        assert_eq!(done.status(), StatusCode::SEE_OTHER);
        let late = [
            ("azione", "irricevibile"),
            ("seq", seq.as_str()),
            ("motivo", "Manca la firma in fondo."),
        ];
        let refused = command(&clerk, &case, &late).await;
        assert_eq!(refused.status(), StatusCode::CONFLICT);
        let html = refused.text().await.unwrap();
        let unsent = html.split("data-unsent").nth(1).unwrap();
        assert!(unsent.contains("Manca la firma in fondo."), "{unsent}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizens_text_survives_a_case_that_went_on() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        let case = sent(&maria).await;
        let clerk = world.login(CLERK).await;
        asked(&clerk, &case).await;
        let now = seq(&clerk, &case).await;
        let path = format!("/pratiche/{case}");
        let answer = |seq: i64| {
            [
                ("azione", "rispondi".to_owned()),
                ("seq", seq.to_string()),
                ("testo", "La porto domani allo sportello.".to_owned()),
            ]
        };
        let post = async |seq: i64| {
            let fields = answer(seq);
            let fields: Vec<_> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
            maria.post(&path, &fields).await
        };
        // As it was before she was asked anything.
        let refused = post(1).await;
        assert_eq!(refused.status(), StatusCode::CONFLICT);
        let html = refused.text().await.unwrap();
        assert!(html.contains("La porto domani allo sportello."), "{html}");
        assert!(html.contains(&format!("name=\"seq\" value=\"{now}\"")));
        assert_eq!(post(now).await.status(), StatusCode::SEE_OTHER);
        let refused = post(now).await;
        assert_eq!(refused.status(), StatusCode::CONFLICT, "answered already");
        let html = refused.text().await.unwrap();
        let unsent = html.split("data-unsent").nth(1).unwrap();
        assert!(unsent.contains("La porto domani allo sportello."));
    }
}

/// The numbers of the next `count` events of a case, asked for as a browser does that comes back.
async fn followed(person: &Browser, case: &str, last: Option<&str>, count: usize) -> Vec<String> {
    let url = format!("{}/api/pratiche/{case}/eventi", person.url);
    let mut request = person.client.get(url);
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let stream = request.send().await.unwrap();
    assert_eq!(stream.status(), StatusCode::OK);
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let mut chunks = stream.bytes_stream();
    let mut text = String::new();
    while text.matches("\n\n").count() < count {
        let chunk = tokio::time::timeout(std::time::Duration::from_secs(5), chunks.next());
        let chunk = chunk.await.expect("an event comes").unwrap().unwrap();
        text.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    let ids = text.lines().filter_map(|line| line.strip_prefix("id: "));
    ids.map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_was_cut_goes_on_where_it_stopped() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        let case = sent(&maria).await;
        let clerk = world.login(CLERK).await;
        let newest = followed(&maria, &case, None, 1).await;
        assert_eq!(newest, ["1"], "without a number, the newest event");
        asked(&clerk, &case).await;
        let now = seq(&clerk, &case).await;
        let missed: Vec<String> = (2..=now).map(|n| n.to_string()).collect();
        assert!(missed.len() >= 2);
        assert_eq!(
            followed(&maria, &case, Some("1"), missed.len()).await,
            missed
        );
        let last = now.to_string();
        let before = (now - 1).to_string();
        assert_eq!(followed(&clerk, &case, Some(&before), 1).await, [last]);
        // Rubbish in the header is as no header.
        let newest = followed(&maria, &case, Some("x; DROP"), 1).await;
        assert_eq!(newest, [now.to_string()]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_says_what_was_promised_even_when_all_is_decided() {
    for world in worlds(|_| {}).await {
        let maria = world.login(MOTHER).await;
        let case = sent(&maria).await;
        let path = format!("/pratiche/{case}/ricevuta");
        let due = async || match maria.page(&path).await.page {
            Page::Receipt(page) => page.due,
            other => panic!("no receipt: {other:?}"),
        };
        let promised = due().await;
        assert!(!promised.is_empty());
        let clerk = world.login(CLERK).await;
        let charge = [("azione", "prendi_in_carico"), ("seq", "1")];
        command(&clerk, &case, &charge).await;
        let now = seq(&clerk, &case).await.to_string();
        let refusal = [
            ("azione", "irricevibile"),
            ("seq", now.as_str()),
            ("motivo", "Manca la firma in fondo."),
        ];
        let decided = command(&clerk, &case, &refusal).await;
        assert_eq!(decided.status(), StatusCode::SEE_OTHER);
        assert_eq!(due().await, promised);
    }
}
