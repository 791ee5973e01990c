//! PDFs made by the real renderer, for cases of both engines.

use std::{path::PathBuf, sync::Arc, time::Duration};

use app::api::PdfView;
use serde_json::json;

use super::{paper, renderer::Bounds, *};
use crate::{
    cases::{
        Asked, CommandError, Decided, LoadError, NewCase, accept, ask_integration, open,
        read_document, take_charge, view,
    },
    clock::ManualClock,
    state::{Counter, Person},
    store::{
        Store,
        outbox::{self, RowState},
        renderings,
    },
    testing::{NOW, definition, person, stores, test_counter},
    verify::verify,
    worker::Lane,
};

struct Town {
    counter: Counter,
    clock: ManualClock,
    citizen: Person,
    clerk: Person,
    case: String,
}

async fn town(store: Store) -> Town {
    let clock = ManualClock::at(NOW);
    let counter = test_counter(store, clock.clone()).await;
    let citizen = person(&counter, "Maria", "RSSMRA68A41A893X", &[]).await;
    let clerk = person(&counter, "Gianna", "RSSGNN68A41A893X", &["polizia_locale"]).await;
    let case = submit(&counter, &citizen).await;
    Town {
        counter,
        clock,
        citizen,
        clerk,
        case,
    }
}

async fn submit(counter: &Counter, citizen: &Person) -> String {
    let original = json!({
        "applicant": citizen.identity, "evidence": citizen.evidence,
        "answers": {"operazione": "nuova"}, "declarations": [{"text": "di essere proprietaria"}],
        "attachments": [],
    });
    let bytes = serde_json::to_vec(&original).unwrap();
    let definition = definition(counter, "passo-carrabile");
    let id = counter.new_id();
    let new = NewCase::prepare(counter, citizen, &definition, &id, "d1", bytes, NOW).unwrap();
    let write = counter
        .store
        .write(move |tx| Box::pin(async move { open(tx, new).await }));
    write.await.unwrap();
    id
}

impl Town {
    /// Delivers what is due, as the worker does.
    async fn deliver(&self, channel: Documents) -> usize {
        Lane::new(&self.counter, Arc::new(channel))
            .drain()
            .await
            .unwrap()
    }

    async fn states(&self) -> Vec<(String, RowState, String)> {
        let rows = outbox::of_case(&self.counter.store, &self.case)
            .await
            .unwrap();
        rows.into_iter()
            .filter(|row| row.channel == channel::NAME)
            .map(|row| (row.template, row.state, row.reason))
            .collect()
    }
}

#[tokio::test]
async fn every_document_becomes_a_pdf_of_its_case() {
    for store in stores().await {
        let town = town(store).await;
        let (counter, id) = (&town.counter, &town.case);
        assert_eq!(town.deliver(Documents::default()).await, 2);
        let page = view(counter, &town.citizen, id).await.unwrap();
        assert_eq!((page.seq, page.timeline.len()), (3, 2));
        assert!(matches!(page.receipt_pdf, Some(PdfView::Ready { .. })));
        // The clerk saw the page before the PDFs were ready.
        assert_eq!(take_charge(counter, &town.clerk, id, 1).await.unwrap(), 5);
        let asked = Asked {
            reason: "Manca.",
            documents: "Pianta",
            days: "10",
        };
        ask_integration(counter, &town.clerk, id, 5, asked)
            .await
            .unwrap();
        let waiting = view(counter, &town.citizen, id).await.unwrap();
        assert_eq!(waiting.documents[1].pdf, Some(PdfView::Preparing));
        assert_eq!(town.deliver(Documents::default()).await, 1);
        let page = view(counter, &town.citizen, id).await.unwrap();
        for document in &page.documents {
            let Some(PdfView::Ready { href }) = &document.pdf else {
                panic!("{}: {:?}", document.title, document.pdf)
            };
            readable(&town, href).await;
        }
        assert_eq!(verify(counter).await.unwrap(), Vec::<String>::new());
        // Nothing is made twice.
        assert_eq!(town.deliver(Documents::default()).await, 0);
        let first = renderings::names(&counter.store, id).await.unwrap();
        let bounds = Bounds::default();
        let again = make(counter, id, 1, kind::RECEIPT, bounds).await.unwrap();
        assert!(first.iter().any(|pdf| pdf.id == again) && first.len() == 3);
    }
}

/// For the citizen and the office, for nobody else.
async fn readable(town: &Town, href: &str) {
    let document = href.rsplit('/').next().unwrap();
    for reader in [&town.citizen, &town.clerk] {
        let found = read_document(&town.counter, reader, &town.case, document)
            .await
            .unwrap();
        assert!(found.bytes.starts_with(b"%PDF-1.7") && found.name.ends_with("-2026.pdf"));
    }
    for (n, offices) in [&[][..], &["tributi"]].into_iter().enumerate() {
        let code = format!("{n}{document}");
        let stranger = person(&town.counter, "Luca", &code, offices).await;
        let refused = read_document(&town.counter, &stranger, &town.case, document).await;
        assert!(matches!(
            refused,
            Err(LoadError::NotFound | LoadError::Forbidden(_))
        ));
    }
}

#[tokio::test]
async fn a_decision_is_printed_and_stays_the_outcome() {
    for store in stores().await {
        let town = town(store).await;
        let (counter, id) = (&town.counter, &town.case);
        take_charge(counter, &town.clerk, id, 1).await.unwrap();
        let early = paper_of(counter, id, 1, kind::RECEIPT).await;
        town.clock.advance_days(2);
        accept(
            counter,
            &town.clerk,
            id,
            3,
            Decided::plain("autorizzato", "Una nota."),
        )
        .await
        .unwrap();
        assert_eq!(town.deliver(Documents::default()).await, 3);
        let page = view(counter, &town.citizen, id).await.unwrap();
        assert!(page.outcome.unwrap().1.ends_with("Una nota."));
        assert_eq!(page.state.code, "attesa_pagamento_rilascio");
        // A document shows the case as it was: printed later, the same bytes.
        assert_eq!(paper_of(counter, id, 1, kind::RECEIPT).await, early);
        let refused = take_charge(counter, &town.clerk, id, 1).await;
        assert!(matches!(refused, Err(CommandError::Changed)));
    }
}

async fn paper_of(counter: &Counter, id: &str, seq: i64, kind: &str) -> papers::Job {
    let case = crate::cases::load(counter, id).await.unwrap();
    let case = case.as_at(seq).unwrap();
    paper::job(counter, &case, seq, kind).await.unwrap()
}

#[tokio::test]
async fn a_failure_is_retried_then_told_to_the_office() {
    for store in stores().await {
        let town = town(store).await;
        let narrow = || Documents {
            bounds: Bounds {
                memory: 8 << 20,
                ..Bounds::default()
            },
        };
        assert_eq!(town.deliver(narrow()).await, 2);
        for (_, state, reason) in town.states().await {
            assert_eq!(state, RowState::Queued);
            assert_eq!(reason, "Il programma che prepara i PDF si è fermato.");
        }
        for _ in 0..10 {
            town.clock.advance_days(1);
            town.deliver(narrow()).await;
        }
        assert!(
            town.states()
                .await
                .iter()
                .all(|row| row.1 == RowState::Failed)
        );
        let page = view(&town.counter, &town.citizen, &town.case)
            .await
            .unwrap();
        assert_eq!(page.receipt_pdf, Some(PdfView::Failed));
        assert_eq!((page.seq, page.state.code.as_str()), (1, "protocollata"));
    }
}

#[tokio::test]
async fn a_renderer_out_of_bounds_is_killed() {
    let town = town(crate::testing::sqlite().await).await;
    let program = town.counter.settings.renderer();
    let job = paper_of(&town.counter, &town.case, 1, kind::PETITION).await;
    let bounds = |time, memory| Bounds { time, memory };
    let slow = print(&program, &job, bounds(Duration::from_millis(1), 1 << 30)).await;
    assert!(matches!(slow, Err(PrintError::Slow(_))));
    let hungry = print(&program, &job, bounds(Duration::from_secs(30), 20 << 20)).await;
    assert!(
        matches!(hungry, Err(PrintError::Ended { .. })),
        "{hungry:?}"
    );
    let missing = PathBuf::from("/nonexistent/renderer");
    let missing = print(&missing, &job, Bounds::default()).await;
    assert!(matches!(missing, Err(PrintError::Start(_))));
}
