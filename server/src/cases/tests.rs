//! The life of a case on both engines: `TEST_POSTGRES_URL` adds PostgreSQL.

use std::{collections::BTreeMap, time::Duration};

use app::api::{MilestoneStatus, Page};
use futures::StreamExt;
use rules::{
    form::{Answer, Answers},
    protocol::ProtocolNumber,
};
use serde_json::json;

use super::{answer_integration::keep, *};
use crate::{
    clock::ManualClock,
    error::{Refusal, Refused},
    forms::{FormBody, PostedFile},
    http::Outcome,
    payments::{settle, stamp_lookups, stamp_warnings},
    state::{Counter, Person},
    store::{
        StoreError, cases as rows, files,
        outbox::{self, RowState},
        payments::{self, PaymentRow},
        stamps,
    },
    testing::{NOW, definition, person, stores, test_counter},
    verify::verify,
};

const PDF: &[u8] = b"%PDF-1.7\n%plan";
const SERVICE: &str = "passo-carrabile";
const OFFICE: &str = "polizia_locale";

struct Town {
    counter: Counter,
    clock: ManualClock,
    citizen: Person,
    stranger: Person,
    clerk: Person,
    other_clerk: Person,
}

async fn towns() -> Vec<Town> {
    let mut towns = Vec::new();
    for store in stores().await {
        let clock = ManualClock::at(NOW);
        let counter = test_counter(store, clock.clone()).await;
        towns.push(Town {
            citizen: person(&counter, "Maria", "RSSMRA68A41A893X", &[]).await,
            stranger: person(&counter, "Luca", "RSSLCU68A01A893X", &[]).await,
            clerk: person(&counter, "Gianna", "RSSGNN68A41A893X", &[OFFICE]).await,
            other_clerk: person(&counter, "Ugo", "RSSGUO68A01A893X", &["tributi"]).await,
            counter,
            clock,
        });
    }
    towns
}

impl Town {
    fn new_case(&self, draft: &str) -> (String, NewCase) {
        let definition = definition(&self.counter, SERVICE);
        let original = json!({
            "applicant": self.citizen.identity,
            "evidence": self.citizen.evidence,
            "answers": {"operazione": "nuova"},
            "declarations": [],
            "attachments": [],
        });
        let bytes = serde_json_canonicalizer::to_vec(&original).unwrap();
        let id = self.counter.new_id();
        let now = self.counter.now_ms();
        let (counter, citizen) = (&self.counter, &self.citizen);
        let new = NewCase::prepare(counter, citizen, &definition, &id, draft, bytes, now).unwrap();
        (id, new)
    }

    async fn try_open(&self, draft: &str) -> Result<(String, ProtocolNumber), StoreError> {
        let (id, new) = self.new_case(draft);
        let write = self
            .counter
            .store
            .write(move |tx| Box::pin(async move { open(tx, new).await }));
        Ok((id, write.await?.unwrap()))
    }

    async fn open(&self, draft: &str) -> String {
        self.try_open(draft).await.unwrap().0
    }

    async fn in_charge(&self, draft: &str) -> String {
        let id = self.open(draft).await;
        take_charge(&self.counter, &self.clerk, &id, 1)
            .await
            .unwrap();
        id
    }

    async fn ask(&self, id: &str, seen: i64) -> Result<i64, CommandError> {
        let asked = Asked {
            reason: "Manca la planimetria.",
            documents: "Planimetria\r\n\r\nFoto del varco",
            days: "",
        };
        ask_integration(&self.counter, &self.clerk, id, seen, asked).await
    }

    async fn answer(&self, id: &str, seen: i64, text: &str) -> Result<i64, CommandError> {
        answer_integration(&self.counter, &self.citizen, id, seen, text, &[]).await
    }

    async fn whole(&self) {
        assert_eq!(verify(&self.counter).await.unwrap(), Vec::<String>::new());
    }
}

fn status<E: Refusal>(error: E) -> u16 {
    error.problem().status
}

fn form(fields: &[(&str, &str)]) -> FormBody {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    FormBody {
        fields: fields.iter().map(own).collect(),
        files: Vec::new(),
    }
}

#[tokio::test]
async fn from_the_submission_to_the_decision() {
    for town in towns().await {
        let counter = &town.counter;
        let id = town.open("d1").await;
        let page = view(counter, &town.citizen, &id).await.unwrap();
        assert_eq!((page.state.code.as_str(), page.seq), ("protocollata", 1));
        assert_eq!(page.protocol, "0000001/2026");
        // 30 days from 24 November 2026.
        assert_eq!(page.due.as_deref(), Some("24/12/2026"));
        assert_eq!(
            page.due_note.as_deref(),
            Some("30 giorni dalla presentazione")
        );

        assert_eq!(take_charge(counter, &town.clerk, &id, 1).await.unwrap(), 3);
        town.clock.advance_days(3);
        assert_eq!(town.ask(&id, 3).await.unwrap(), 4);
        let page = view(counter, &town.citizen, &id).await.unwrap();
        assert_eq!(page.operator.as_deref(), Some("Gianna Rossi"));
        let asked = page.integration.unwrap();
        assert_eq!(asked.documents, ["Planimetria", "Foto del varco"]);
        // 30 days from 27 November is a Sunday.
        assert_eq!(asked.due, "28/12/2026");
        let cards = case_cards(counter, &town.citizen).await.unwrap();
        assert_eq!(
            cards[0].todo.as_deref(),
            Some("Servono documenti entro il 28/12/2026")
        );

        town.clock.advance_days(10);
        let uploads = [
            Upload {
                document: 0,
                name: "../plan.pdf",
                bytes: PDF,
            },
            Upload {
                document: 1,
                name: "foto.png",
                bytes: b"\x89PNG\r\n\x1a\n.....",
            },
        ];
        let answered = answer_integration(counter, &town.citizen, &id, 4, "", &uploads).await;
        assert_eq!(answered.unwrap(), 5);
        let page = view(counter, &town.citizen, &id).await.unwrap();
        assert_eq!(page.state.code, "istruttoria");
        assert_eq!(page.due.as_deref(), Some("04/01/2027"));
        let note = page.due_note.unwrap();
        assert!(
            note.contains("fermi 10 giorni per l'integrazione"),
            "{note}"
        );
        let names: Vec<_> = page
            .attachments
            .iter()
            .map(|file| file.name.as_str())
            .collect();
        assert_eq!(names, ["plan.pdf", "foto.png"]);

        let done = accept(
            counter,
            &town.clerk,
            &id,
            5,
            Decided::plain("autorizzato", "Passi in ufficio."),
        )
        .await;
        // The last event asks for the price of the sign.
        assert_eq!(done.unwrap(), 8);
        let page = view(counter, &town.citizen, &id).await.unwrap();
        assert_eq!(page.state.code, "attesa_pagamento_rilascio");
        assert_eq!(page.outcome.unwrap().0, "Autorizzazione rilasciata");
        assert_eq!((page.due, page.can_withdraw), (None, false));
        let protocols: Vec<_> = page.documents.iter().map(|d| d.protocol.as_str()).collect();
        assert_eq!(
            protocols,
            [
                "0000001/2026",
                "0000002/2026",
                "0000003/2026",
                "0000004/2026"
            ]
        );
        let waits = page
            .timeline
            .iter()
            .rev()
            .take(2)
            .map(|m| (m.status, m.title.as_str()));
        let expected = [
            (MilestoneStatus::Future, "Documento disponibile"),
            (MilestoneStatus::Current, "Da pagare"),
        ];
        assert_eq!(waits.collect::<Vec<_>>(), expected);
        let rows = outbox::of_case(&counter.store, &id).await.unwrap();
        assert!(rows.iter().all(|row| row.state == RowState::Queued));
        let queued: Vec<_> = rows
            .iter()
            .map(|row| (row.seq, row.channel.as_str(), row.template.as_str()))
            .collect();
        let expected = [
            (1, "document", "istanza"),
            (1, "document", "ricevuta"),
            (1, "email", "pratica-aperta"),
            (1, "io", "pratica-aperta"),
            (4, "document", "richiesta_integrazione"),
            (4, "email", "pratica-integrazione"),
            (4, "io", "pratica-integrazione"),
            (7, "document", "provvedimento"),
            (7, "email", "pratica-accolta"),
            (7, "io", "pratica-accolta"),
            (8, "gpd", "cartello"),
        ];
        assert_eq!(queued, expected);
        town.whole().await;
    }
}

/// A receipt of pagoPA for the payment, with an id of its own.
fn receipt(payment: &PaymentRow, id: &str, amount: &str) -> Vec<u8> {
    let iuv = &payment.notice[1..];
    format!(
        "<pafn:paSendRTV2Request xmlns:pafn=\"x\"><receipt><receiptId>{id}</receiptId>\
         <outcome>OK</outcome><creditorReferenceId>{iuv}</creditorReferenceId>\
         <paymentAmount>{amount}</paymentAmount><PSPCompanyName>Banca</PSPCompanyName>\
         <paymentDateTime>2026-11-24T10:31:00</paymentDateTime></receipt></pafn:paSendRTV2Request>"
    )
    .into_bytes()
}

#[tokio::test]
async fn a_receipt_releases_once_and_a_second_one_is_kept_and_told() {
    for town in towns().await {
        let counter = &town.counter;
        let id = town.in_charge("d1").await;
        accept(
            counter,
            &town.clerk,
            &id,
            3,
            Decided::plain("autorizzato", ""),
        )
        .await
        .unwrap();
        let payment = payments::of_case(&counter.store, &id)
            .await
            .unwrap()
            .remove(0);
        assert_eq!(payment.notice, "302202600000000143");
        assert_eq!((payment.seq, payment.cents), (6, 4000));
        assert_eq!(payment.due, "2026-12-24");
        let decision = |page: &app::api::CasePage| {
            let found = page.documents.iter().find(|d| d.title == "Decisione");
            found.unwrap().href.clone()
        };
        let page = view(counter, &town.citizen, &id).await.unwrap();
        assert_eq!(decision(&page), "");
        let case = load(counter, &id).await.unwrap();
        let document = case
            .documents
            .iter()
            .find(|d| d.kind == kind::DECISION)
            .unwrap();
        let refused = read_document(counter, &town.citizen, &id, &document.id).await;
        assert_eq!(status(refused.unwrap_err()), 403);
        assert!(
            read_document(counter, &town.clerk, &id, &document.id)
                .await
                .is_ok()
        );

        // Of another amount: it proves nothing.
        let wrong = settle(counter, &payment, &receipt(&payment, "r0", "39.99")).await;
        assert!(wrong.is_err());
        let first = receipt(&payment, "r1", "40.00");
        for _ in 0..2 {
            settle(counter, &payment, &first).await.unwrap();
        }
        let page = view(counter, &town.citizen, &id).await.unwrap();
        assert_eq!((page.state.code.as_str(), page.seq), ("rilasciata", 7));
        assert_ne!(decision(&page), "");
        assert_eq!(page.outcome.unwrap().0, "Autorizzazione rilasciata");
        assert_eq!(page.payments[0].receipts.len(), 1);
        assert_eq!(page.payments[0].receipts[0].paid_at, "24/11/2026, 10:31");
        let rows = outbox::of_case(&counter.store, &id).await.unwrap();
        assert!(
            rows.iter()
                .any(|row| (row.seq, row.template.as_str()) == (7, "ricevuta-pagamento"))
        );

        settle(counter, &payment, &receipt(&payment, "r2", "40.00"))
            .await
            .unwrap();
        let page = view(counter, &town.citizen, &id).await.unwrap();
        assert_eq!((page.state.code.as_str(), page.seq), ("rilasciata", 7));
        assert_eq!(page.payments[0].receipts.len(), 2);
        town.whole().await;
    }
}

#[tokio::test]
async fn notice_numbers_follow_each_other() {
    for town in towns().await {
        let counter = &town.counter;
        let mut notices = Vec::new();
        for draft in ["d1", "d2", "d3"] {
            let id = town.in_charge(draft).await;
            accept(
                counter,
                &town.clerk,
                &id,
                3,
                Decided::plain("autorizzato", ""),
            )
            .await
            .unwrap();
            let all = payments::of_case(&counter.store, &id).await.unwrap();
            notices.push(all[0].notice[..16].to_owned());
        }
        assert_eq!(
            notices,
            ["3022026000000001", "3022026000000002", "3022026000000003"]
        );
        town.whole().await;
    }
}

#[tokio::test]
async fn a_stamp_used_twice_or_missing_is_told_to_the_clerk() {
    for town in towns().await {
        let counter = &town.counter;
        let (first, second) = (town.open("d1").await, town.open("d2").await);
        let answers = |mode: &str, serial: &str| {
            let pairs = [("bollo_modalita", mode), ("bollo_identificativo", serial)];
            let text = |(k, v): &(&str, &str)| ((*k).to_owned(), Answer::Text((*v).to_owned()));
            Answers(pairs.iter().map(text).collect())
        };
        let paper = answers("contrassegno", "01234567890123");
        for case in [&first, &second] {
            let (lookup, case) = (stamp_lookups(counter, &paper).remove(0), case.clone());
            let write = counter.store.write::<_, StoreError, _>(move |tx| {
                Box::pin(async move { stamps::insert(tx, &lookup, &case).await })
            });
            write.await.unwrap();
        }
        let case = load(counter, &second).await.unwrap();
        let told = stamp_warnings(counter, &case, &paper).await.unwrap();
        assert!(told[0].contains("protocollo 0000001/2026"), "{told:?}");
        let other = answers("contrassegno", "01234567890124");
        assert!(
            stamp_warnings(counter, &case, &other)
                .await
                .unwrap()
                .is_empty()
        );
        let told = stamp_warnings(counter, &case, &answers("non_ancora", "")).await;
        assert!(told.unwrap()[0].contains("Manca la marca"));
    }
}

#[tokio::test]
async fn a_draft_becomes_one_case_and_there_is_no_gap() {
    for town in towns().await {
        let (a, b, c) = tokio::join!(
            town.try_open("same"),
            town.try_open("same"),
            town.try_open("other")
        );
        let mut numbers = Vec::new();
        for opened in [a, b, c] {
            match opened {
                Ok((_, protocol)) => numbers.push(protocol.number),
                Err(error) => assert!(error.is_conflict(), "{error}"),
            }
        }
        numbers.sort_unstable();
        assert_eq!(numbers, [1, 2]);
        assert_eq!(rows::all(&town.counter.store).await.unwrap().len(), 2);
        town.whole().await;
    }
}

#[tokio::test]
async fn numbers_have_no_gap_when_transactions_fail_at_once() {
    for town in towns().await {
        let jobs = (0..40).map(|n| {
            let (_, new) = town.new_case(&format!("d{n}"));
            town.counter.store.write::<_, StoreError, _>(move |tx| {
                Box::pin(async move {
                    let number = open(tx, new).await?.unwrap();
                    match n % 3 {
                        0 => Err(StoreError::Corrupt("on purpose".into())),
                        _ => Ok(number.number),
                    }
                })
            })
        });
        let results = futures::future::join_all(jobs).await;
        let mut numbers: Vec<i64> = results.into_iter().flatten().collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=26).collect::<Vec<_>>());
        town.whole().await;
    }
}

#[tokio::test]
async fn the_year_of_a_number_is_that_of_rome() {
    for town in towns().await {
        // 31 December 2026, 23:30 UTC: already 2027 in Rome.
        let new_year = 1_798_759_800_000;
        town.clock.advance(new_year - NOW);
        let number = town.try_open("d1").await.unwrap().1;
        assert_eq!(number.to_string(), "0000001/2027");
        town.whole().await;
    }
}

#[tokio::test]
async fn strangers_and_other_offices_are_kept_out() {
    for town in towns().await {
        let counter = &town.counter;
        let id = town.in_charge("d1").await;
        let (stranger, other) = (&town.stranger, &town.other_clerk);
        assert_eq!(status(view(counter, stranger, &id).await.unwrap_err()), 404);
        assert_eq!(
            status(view(counter, &town.clerk, &id).await.unwrap_err()),
            404
        );
        assert_eq!(
            status(withdraw(counter, stranger, &id, 3).await.unwrap_err()),
            404
        );
        let answered = answer_integration(counter, stranger, &id, 3, "x", &[]).await;
        assert_eq!(status(answered.unwrap_err()), 404);
        assert_eq!(
            status(stream(counter, stranger, &id, None).await.err().unwrap()),
            404
        );
        let document = &load(counter, &id).await.unwrap().documents[0].id;
        assert_eq!(
            status(
                read_document(counter, stranger, &id, document)
                    .await
                    .unwrap_err()
            ),
            404
        );
        for reader in [&town.citizen, &town.clerk] {
            assert!(read_document(counter, reader, &id, document).await.is_ok());
        }
        for clerk in [other, &town.citizen] {
            assert_eq!(
                status(office_view(counter, clerk, &id).await.unwrap_err()),
                403
            );
            assert_eq!(
                status(take_charge(counter, clerk, &id, 3).await.unwrap_err()),
                403
            );
            let refused = refuse_admission(counter, clerk, &id, 3, "no").await;
            assert_eq!(status(refused.unwrap_err()), 403);
            let accepted = accept(counter, clerk, &id, 3, Decided::plain("autorizzato", "")).await;
            assert_eq!(status(accepted.unwrap_err()), 403);
        }
        assert_eq!(
            status(office_view(counter, &town.clerk, "none").await.unwrap_err()),
            404
        );
        assert!(
            office_list(counter, other, "tutte")
                .await
                .unwrap()
                .cases
                .is_empty()
        );
        assert_eq!(load(counter, &id).await.unwrap().state.seq, 3);
    }
}

#[tokio::test]
async fn a_clerk_leaves_her_own_request_to_a_colleague() {
    for mut town in towns().await {
        let citizen = town.citizen.clone();
        town.citizen = town.clerk.clone();
        let id = town.open("d1").await;
        town.citizen = citizen;
        let own = take_charge(&town.counter, &town.clerk, &id, 1)
            .await
            .unwrap_err();
        assert!(matches!(own, CommandError::OwnCase));
        let page = office_view(&town.counter, &town.clerk, &id).await.unwrap();
        assert!(page.commands.is_empty());
    }
}

#[tokio::test]
async fn a_command_on_an_older_page_is_409() {
    for town in towns().await {
        let counter = &town.counter;
        let id = town.open("d1").await;
        let (a, b) = tokio::join!(
            take_charge(counter, &town.clerk, &id, 1),
            take_charge(counter, &town.clerk, &id, 1)
        );
        assert_eq!([&a, &b].iter().filter(|done| done.is_ok()).count(), 1);
        assert_eq!(status(a.and(b).unwrap_err()), 409);
        assert_eq!(
            status(withdraw(counter, &town.citizen, &id, 1).await.unwrap_err()),
            409
        );
        assert_eq!(
            status(take_charge(counter, &town.clerk, &id, 3).await.unwrap_err()),
            409
        );
        assert_eq!(withdraw(counter, &town.citizen, &id, 3).await.unwrap(), 4);
        let after = refuse_admission(counter, &town.clerk, &id, 4, "tardi").await;
        assert_eq!(status(after.unwrap_err()), 409);
        // Refused acts left no number behind.
        let next = town.try_open("d2").await.unwrap().1;
        assert_eq!(next.number, 3);
        town.whole().await;
    }
}

#[tokio::test]
async fn refused_commands_say_what_is_wrong_and_keep_what_was_typed() {
    for town in towns().await {
        let counter = &town.counter;
        let id = town.in_charge("d1").await;
        let posted = form(&[
            ("azione", "chiedi_integrazione"),
            ("seq", "3"),
            ("motivo", " "),
            ("documenti", "\r\n"),
            ("giorni", "31"),
        ]);
        let again = office_action(counter, &town.clerk, &id, &posted)
            .await
            .unwrap();
        let Outcome::Again(page) = again else {
            panic!("not refused")
        };
        let Page::OfficeCase(page) = *page else {
            panic!("another page")
        };
        let fields: Vec<_> = page
            .case
            .errors
            .iter()
            .map(|(field, _)| field.as_str())
            .collect();
        assert_eq!(fields, ["documenti", "motivo", "giorni"]);
        assert!(page.typed.contains(&("giorni".into(), "31".into())));
        let too_long = "à".repeat(5_001);
        let refused = refuse_admission(counter, &town.clerk, &id, 3, &too_long)
            .await
            .unwrap_err();
        let problem = refused.problem();
        assert_eq!(
            (problem.status, problem.errors[0].path.as_str()),
            (422, "motivo")
        );
        for outcome in ["", "respinta", "inventato"] {
            let refused = accept(counter, &town.clerk, &id, 3, Decided::plain(outcome, ""))
                .await
                .unwrap_err();
            assert_eq!(refused.problem().errors[0].path, "esito");
        }
        let unknown = form(&[("azione", "cancella"), ("seq", "3")]);
        let refused: Refused = office_action(counter, &town.clerk, &id, &unknown)
            .await
            .err()
            .unwrap();
        assert_eq!(refused.problem.status, 400);
        let blind = form(&[("azione", "irricevibile"), ("seq", "x"), ("motivo", "no")]);
        let overtaken = office_action(counter, &town.clerk, &id, &blind)
            .await
            .unwrap();
        let Outcome::Overtaken(page, problem) = overtaken else {
            panic!("not refused")
        };
        assert_eq!(problem.status, 409);
        let Page::OfficeCase(page) = *page else {
            panic!("another page")
        };
        assert!(page.typed.contains(&("motivo".into(), "no".into())));
        assert_eq!(page.case.seq, 3);
        assert_eq!(load(counter, &id).await.unwrap().state.seq, 3);
    }
}

#[tokio::test]
async fn a_good_file_of_a_refused_answer_is_kept() {
    for town in towns().await {
        let counter = &town.counter;
        let id = town.in_charge("d1").await;
        town.ask(&id, 3).await.unwrap();
        let file = |field: &str, name: &str, bytes: &'static [u8]| PostedFile {
            field: field.to_owned(),
            name: name.to_owned(),
            bytes: bytes.into(),
        };
        let mut posted = form(&[("azione", "rispondi"), ("seq", "4"), ("testo", "ecco")]);
        posted.files = vec![
            file("allegati.richiesta_0", "plan.pdf", PDF),
            file("allegati.richiesta_1", "foto.pdf", b"MZ not a picture"),
            file("allegati.richiesta_7", "nobody asked.pdf", PDF),
        ];
        let again = citizen_action(counter, &town.citizen, &id, &posted)
            .await
            .unwrap();
        let Outcome::Again(page) = again else {
            panic!("not refused")
        };
        let Page::Case(page) = *page else {
            panic!("another page")
        };
        assert_eq!(page.errors.len(), 1);
        assert_eq!(page.errors[0].0, "allegati.richiesta_1");
        let kept = page.integration.unwrap();
        assert_eq!(kept.text, "ecco");
        assert_eq!(kept.files.len(), 1);
        assert_eq!(
            (kept.files[0].id.as_str(), kept.files[0].name.as_str()),
            ("richiesta_0", "plan.pdf")
        );
        // Nothing is sent yet: it is no attachment of the case.
        assert!(page.attachments.is_empty());
        // One document still lacks, unless the text explains why.
        let CommandError::Invalid(errors) = town.answer(&id, 4, "").await.unwrap_err() else {
            panic!("not refused")
        };
        assert_eq!(errors[0].0, "allegati.richiesta_1");
        assert_eq!(
            town.answer(&id, 4, "La foto non c'è più.").await.unwrap(),
            5
        );
        assert_eq!(
            view(counter, &town.citizen, &id)
                .await
                .unwrap()
                .attachments
                .len(),
            1
        );
        // A second request starts without the first one's files, and does not stop the clock.
        let due = load(counter, &id).await.unwrap().due();
        town.ask(&id, 5).await.unwrap();
        let page = view(counter, &town.citizen, &id).await.unwrap();
        assert!(page.integration.unwrap().files.is_empty());
        assert_eq!(load(counter, &id).await.unwrap().due(), due);
        town.whole().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_posted_at_once_keep_their_limit_together() {
    for town in towns().await {
        let counter = &town.counter;
        let id = town.in_charge("d1").await;
        town.ask(&id, 3).await.unwrap();
        let mut posted = form(&[("azione", "rispondi"), ("seq", "4")]);
        // The second document lacks: nothing is sent, the files stay.
        posted.files = (0..25)
            .map(|n| PostedFile {
                field: "allegati.richiesta_0".to_owned(),
                name: format!("{n}.pdf"),
                bytes: PDF.into(),
            })
            .collect();
        let post = || citizen_action(counter, &town.citizen, &id, &posted);
        let answers = futures::future::join_all((0..4).map(|_| post())).await;
        for answer in answers {
            assert!(matches!(answer.unwrap(), Outcome::Again(_)));
        }
        let page = view(counter, &town.citizen, &id).await.unwrap();
        assert_eq!(page.integration.unwrap().files.len(), 40);
        town.whole().await;
    }
}

#[tokio::test]
async fn no_file_comes_to_a_request_that_ended_meanwhile() {
    for town in towns().await {
        let (counter, citizen) = (&town.counter, &town.citizen);
        let id = town.in_charge("d1").await;
        town.ask(&id, 3).await.unwrap();
        // As it was when the post began.
        let case = load(counter, &id).await.unwrap();
        let open = case.state.integration.as_ref().unwrap();
        withdraw(counter, citizen, &id, 4).await.unwrap();
        let upload = Upload {
            document: 0,
            name: "plan.pdf",
            bytes: PDF,
        };
        let kept = keep(counter, &case, open, 2, &[upload]).await;
        assert!(matches!(kept, Err(CommandError::Changed)), "{kept:?}");
        assert!(
            files::of_owner(&counter.store, &id)
                .await
                .unwrap()
                .is_empty()
        );
        town.whole().await;
    }
}

#[tokio::test]
async fn what_nobody_answers_ends_by_itself_the_day_after() {
    for town in towns().await {
        let counter = &town.counter;
        let id = town.in_charge("d1").await;
        town.ask(&id, 3).await.unwrap();
        let other = town.open("d2").await;
        town.clock.advance_days(30);
        assert_eq!(expire_integrations(counter).await.unwrap(), 0);
        town.clock.advance_days(1);
        assert_eq!(expire_integrations(counter).await.unwrap(), 1);
        assert_eq!(expire_integrations(counter).await.unwrap(), 0);
        assert_eq!(
            load(counter, &id).await.unwrap().state.state.code(),
            "istruttoria"
        );
        assert_eq!(load(counter, &other).await.unwrap().state.seq, 1);
        assert_eq!(status(town.answer(&id, 4, "tardi").await.unwrap_err()), 409);
        town.whole().await;
    }
}

#[tokio::test]
async fn the_office_sees_first_what_waits_for_it() {
    for town in towns().await {
        let counter = &town.counter;
        let waiting = town.in_charge("d1").await;
        town.ask(&waiting, 3).await.unwrap();
        town.clock.advance_days(1);
        let older = town.open("d2").await;
        town.clock.advance_days(1);
        let newer = town.open("d3").await;
        let done = town.in_charge("d4").await;
        refuse_admission(counter, &town.clerk, &done, 3, "È un'altra domanda.")
            .await
            .unwrap();
        let list = |filter: &'static str| office_list(counter, &town.clerk, filter);
        let ids = |page: &app::api::OfficePage| {
            page.cases
                .iter()
                .map(|row| row.id.clone())
                .collect::<Vec<_>>()
        };
        let all = list("tutte").await.unwrap();
        assert_eq!(
            ids(&all),
            [older.clone(), newer.clone(), waiting.clone(), done.clone()]
        );
        let counts: BTreeMap<_, _> = all
            .counts
            .iter()
            .map(|(code, _, count)| (code.as_str(), *count))
            .collect();
        let expected = [
            ("da_fare", 2),
            ("in_attesa", 1),
            ("concluse", 1),
            ("tutte", 4),
        ];
        assert_eq!(counts, BTreeMap::from(expected));
        let first = list("").await.unwrap();
        assert_eq!(
            (first.filter.as_str(), ids(&first)),
            ("da_fare", vec![older, newer])
        );
        assert!(
            first
                .cases
                .iter()
                .all(|row| row.mine && row.applicant == "Maria Rossi")
        );
        assert_eq!(first.cases[0].days_left, Some(32));
        assert_eq!(ids(&list("in_attesa").await.unwrap()), [waiting]);
        assert_eq!(
            ids(&list("concluse").await.unwrap()),
            std::slice::from_ref(&done)
        );
        let refused = view(counter, &town.citizen, &done).await.unwrap();
        assert_eq!(refused.outcome.unwrap().1, "È un'altra domanda.");
        town.whole().await;
    }
}

#[tokio::test]
async fn open_pages_get_what_they_missed_then_what_comes() {
    const SOON: Duration = Duration::from_secs(3);
    for town in towns().await {
        let counter = &town.counter;
        let id = town.in_charge("d1").await;
        let mut events = stream(counter, &town.citizen, &id, Some(1)).await.unwrap();
        assert_eq!(
            (events.next().await, events.next().await),
            (Some(2), Some(3))
        );
        let other = town.open("d2").await;
        take_charge(counter, &town.clerk, &other, 1).await.unwrap();
        town.ask(&id, 3).await.unwrap();
        let next = tokio::time::timeout(SOON, events.next()).await.unwrap();
        assert_eq!(next, Some(4));
        // Without a number the newest event is told, so that nothing falls between page and stream.
        let mut fresh = stream(counter, &town.clerk, &id, None).await.unwrap();
        assert_eq!(fresh.next().await, Some(4));
        town.answer(&id, 4, "Non ce l'ho.").await.unwrap();
        for follower in [&mut events, &mut fresh] {
            assert_eq!(
                tokio::time::timeout(SOON, follower.next()).await.unwrap(),
                Some(5)
            );
        }
    }
}
