//! Who sees the list, what it says, and what may be sent again; on both engines.

use rules::roles::{Held, Role, Scope};

use super::*;
use crate::{
    clock::ManualClock,
    error::Refused,
    forms::FormBody,
    http::Outcome,
    state::{Counter, Person},
    store::{
        StoreError,
        outbox::{self, Claim, NewRow, RowState, Written},
    },
    testing::{NOW, person, stores, test_counter},
};

async fn administrator(counter: &Counter) -> Person {
    Person {
        roles: vec![Held::new(Role::Administrator, Scope::Town)],
        ..person(counter, "Rosa", "RSSRSO68A41A893X", &[]).await
    }
}

/// Three rows: one queued, one that failed, one of which nobody knows.
async fn fill(counter: &Counter) {
    let queued = counter.store.write::<_, StoreError, _>(|tx| {
        Box::pin(async move {
            for (seq, id) in [(1, "coda"), (2, "fallita"), (3, "incerta")] {
                let row = NewRow {
                    id: id.to_owned(),
                    case_id: "pratica".to_owned(),
                    seq,
                    channel: "io".to_owned(),
                    template: "pratica-aperta".to_owned(),
                    priority: outbox::CASE,
                };
                outbox::queue(tx, &[row], NOW).await?;
            }
            let claim = Claim {
                channel: "io".to_owned(),
                repeatable: false,
                worker: "a".to_owned(),
                now_ms: NOW,
                until_ms: NOW + 1,
                most: 3,
            };
            outbox::claim(tx, &claim).await?;
            for (id, state) in [
                ("fallita", RowState::Failed),
                ("incerta", RowState::Unknown),
            ] {
                let written = Written {
                    state,
                    next_at: 0,
                    attempts: 1,
                    remote_id: String::new(),
                    reason: "La persona non usa l'app IO.".to_owned(),
                };
                outbox::record(tx, id, "a", &written, NOW).await?;
            }
            outbox::release(tx, "coda", "a", NOW).await
        })
    });
    queued.await.unwrap();
}

fn form(id: &str) -> FormBody {
    let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    FormBody {
        fields: [("azione", "rimanda"), ("id", id), ("stato", "incerte")]
            .map(own)
            .into(),
        files: Vec::new(),
    }
}

fn status(result: Result<Outcome, Refused>) -> u16 {
    match result {
        Ok(_) => 200,
        Err(refused) => refused.problem.status,
    }
}

#[tokio::test]
async fn only_an_administrator_sees_it_and_sends_again() {
    for store in stores().await {
        let counter = test_counter(store, ManualClock::at(NOW)).await;
        fill(&counter).await;
        let clerk = person(&counter, "Gianna", "RSSGNN68A41A893X", &["tributi"]).await;
        assert!(list(&counter, &clerk, "").await.is_err());
        assert_eq!(
            status(action(&counter, &clerk, &form("fallita")).await),
            403
        );
        let rosa = administrator(&counter).await;
        let page = list(&counter, &rosa, "").await.unwrap();
        assert_eq!(
            (page.filter.as_str(), page.rows.len(), page.more),
            ("tutte", 3, 0)
        );
        let page = list(&counter, &rosa, "incerte").await.unwrap();
        let [row] = page.rows.as_slice() else {
            panic!("one row")
        };
        assert_eq!(row.what, "Abbiamo ricevuto la tua pratica");
        assert_eq!(row.label, "Non sappiamo se è arrivato");
        assert!(row.again);
        let sent = action(&counter, &rosa, &form("incerta")).await.unwrap();
        assert!(
            matches!(sent, Outcome::Done { path } if path == "/ufficio/consegne?stato=incerte")
        );
        // Neither twice nor what is on its way or not there.
        for id in ["incerta", "coda", "nessuna"] {
            assert_eq!(
                status(action(&counter, &rosa, &form(id)).await),
                409,
                "{id}"
            );
        }
        let states = outbox::counts(&counter.store).await.unwrap();
        let mut states: Vec<_> = states.into_iter().collect();
        states.sort();
        assert_eq!(states, [(RowState::Queued, 2), (RowState::Failed, 1)]);
    }
}
