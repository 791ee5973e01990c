//! The life of a payment over HTTP, with the sandbox's pagoPA, on both databases.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panic")]

use crate::common;

use std::time::Duration;

use app::api::{CasePage, OfficeCasePage, Page, PaymentPage, PaymentStatus, PaymentView};
use common::{
    Browser, CLERK_POLICE, MOTHER, World, clocked_worlds,
    office::{ACCEPTED, office, office_page, send_duplicate},
    read_contracts,
};
use reqwest::{StatusCode, header::LOCATION};
use serde_json::{Value, json};
use server::{clock::ManualClock, config::Settings, verify::verify};

/// Real time between two looks at what the workers did.
const LOOK: Duration = Duration::from_millis(100);

struct Town {
    world: World,
    clock: ManualClock,
    citizen: Browser,
    clerk: Browser,
    web: reqwest::Client,
}

async fn towns() -> Vec<Town> {
    towns_with(read_contracts).await
}

/// Whose pagoPA may fail.
async fn faulty_towns() -> Vec<Town> {
    towns_with(|_| {}).await
}

async fn towns_with(change: fn(&mut Settings)) -> Vec<Town> {
    let mut towns = Vec::new();
    for (world, clock) in clocked_worlds(change).await {
        towns.push(Town {
            citizen: world.login(MOTHER).await,
            clerk: world.login(CLERK_POLICE).await,
            web: common::browser(&world.sandbox).client,
            world,
            clock,
        });
    }
    towns
}

impl Town {
    /// A request for a duplicate of the sign, sent and accepted: its case.
    async fn accepted(&self) -> String {
        let case = send_duplicate(&self.citizen).await;
        self.office(&case, "prendi_in_carico", &[]).await;
        self.office(&case, "accogli", &ACCEPTED).await;
        case
    }

    async fn office(&self, case: &str, command: &str, fields: &[(&str, &str)]) {
        let answer = office(&self.clerk, case, command, fields).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{command}");
    }

    async fn office_page(&self, case: &str) -> OfficeCasePage {
        office_page(&self.clerk, case).await
    }

    async fn case(&self, case: &str) -> CasePage {
        match self.citizen.page(&format!("/pratiche/{case}")).await.page {
            Page::Case(page) => *page,
            other => panic!("not the case: {other:?}"),
        }
    }

    async fn payment(&self, case: &str) -> PaymentView {
        let mut all = self.case(case).await.payments;
        assert_eq!(all.len(), 1, "one fee, one payment");
        all.remove(0)
    }

    /// Lets the test's clock run, a second each look, until the payment is so.
    async fn until(&self, case: &str, wanted: PaymentStatus) -> PaymentView {
        for _ in 0..300 {
            let payment = self.payment(case).await;
            if payment.status == wanted {
                return payment;
            }
            self.clock.advance(1_000);
            tokio::time::sleep(LOOK).await;
        }
        let payment = self.payment(case).await;
        panic!("{:?}, not {wanted:?}", payment.status);
    }

    /// Time passes for the workers: so many steps of so long.
    async fn pass(&self, steps: usize, ms: i64) {
        for _ in 0..steps {
            self.clock.advance(ms);
            tokio::time::sleep(Duration::from_millis(1_100)).await;
        }
    }

    async fn payable(&self) -> (String, PaymentView) {
        let case = self.accepted().await;
        let payment = self.until(&case, PaymentStatus::DaPagare).await;
        (case, payment)
    }

    async fn fault(&self, target: &str, kind: &str) {
        let fault = json!({ "target": target, "kind": kind });
        common::set_fault(&self.world.sandbox, fault).await;
    }

    /// Waits for a call that the fault keeps without an answer.
    async fn until_held(&self, target: &str, kind: &str) {
        let journal = self.sandbox(&format!("/journal?target={target}"));
        for _ in 0..100 {
            let answer = self.web.get(&journal).send().await.unwrap();
            let journal: Value = answer.json().await.unwrap();
            let mut entries = journal["entries"].as_array().unwrap().iter();
            if entries.any(|entry| entry["fault"] == kind) {
                return;
            }
            tokio::time::sleep(LOOK).await;
        }
        panic!("no call to {target} meets {kind}");
    }

    fn sandbox(&self, path: &str) -> String {
        format!("{}{path}", self.world.sandbox)
    }

    /// What pagoPA holds.
    async fn positions(&self) -> Vec<Value> {
        let request = self.web.get(self.sandbox("/pagopa/positions"));
        let answer = request.header("accept", "application/json").send().await;
        let mut all: Value = answer.unwrap().json().await.unwrap();
        all["positions"].as_array_mut().map(std::mem::take).unwrap()
    }

    /// "Pagato altrove".
    async fn pay_elsewhere(&self, payment: &PaymentView) {
        let nav = payment.notice.replace(' ', "");
        let fields = [
            ("organization", payment.creditor_fiscal_code.as_str()),
            ("nav", nav.as_str()),
        ];
        let request = self
            .web
            .post(self.sandbox("/pagopa/positions"))
            .form(&fields);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    }

    /// "Paga online": where it leads.
    async fn go(&self, payment: &PaymentView) -> String {
        let path = format!("/pagamenti/{}", payment.id);
        let answer = self.citizen.post(&path, &[("azione", "paga")]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        answer.headers()[LOCATION].to_str().unwrap().to_owned()
    }

    /// A button of checkout's page; the way back, if there is one.
    async fn press(&self, cart: &str, button: &str) -> Option<String> {
        let request = self.web.post(cart).form(&[("azione", button)]);
        let answer = request.send().await.unwrap();
        let back = answer.headers().get(LOCATION)?.to_str().unwrap();
        Some(back.strip_prefix(&self.world.url).unwrap().to_owned())
    }

    /// The page that checkout leads back to.
    async fn come_back(&self, path: &str) -> PaymentPage {
        match self.citizen.page(path).await.page {
            Page::Payment(page) => *page,
            other => panic!("not the payment: {other:?}"),
        }
    }

    /// Paid: state, receipt, document, chains.
    async fn released(&self, case: &str) {
        let payment = self.until(case, PaymentStatus::Concluso).await;
        let page = self.case(case).await;
        assert_eq!(page.state.code, "rilasciata");
        let titles: Vec<_> = page.timeline.iter().map(|m| m.title.as_str()).collect();
        assert!(
            titles.ends_with(&["Accolta", "Da pagare", "Pagamento ricevuto"]),
            "{titles:?}"
        );
        let [receipt] = payment.receipts.as_slice() else {
            panic!("one receipt: {:?}", payment.receipts);
        };
        assert_eq!(receipt.amount, "40,00 €");
        assert!(!receipt.received_by.is_empty());
        let xml = self.citizen.get(&receipt.href).await;
        assert_eq!(xml.headers()["content-type"], "application/xml");
        let xml = xml.text().await.unwrap();
        assert!(xml.contains(&receipt.receipt_id) && xml.contains("40.00"));
        let positions = self.positions().await;
        let nav = payment.notice.replace(' ', "");
        let paid = positions
            .iter()
            .filter(|p| p["paymentOption"][0]["nav"] == nav.as_str());
        assert_eq!(
            paid.map(|p| p["status"].as_str().unwrap())
                .collect::<Vec<_>>(),
            ["PAID"]
        );
        assert_eq!(
            verify(&self.world.counter).await.unwrap(),
            Vec::<String>::new()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_acceptance_to_the_release() {
    for town in towns().await {
        let case = town.accepted().await;
        let page = town.case(&case).await;
        assert_eq!(page.state.code, "attesa_pagamento_rilascio");
        assert_eq!((page.due, page.can_withdraw), (None, false));
        // The decision is read, not handed out.
        let decision = page
            .documents
            .iter()
            .find(|d| d.title == "Decisione")
            .unwrap();
        assert!(decision.href.is_empty() && decision.text.is_some());
        let payment = town.until(&case, PaymentStatus::DaPagare).await;
        assert_eq!(payment.amount, "40,00 €");
        assert_eq!(payment.what, "Cartello ed esame della domanda");
        assert!(payment.qr.starts_with("M0 0h7"));
        let positions = town.positions().await;
        assert_eq!(positions.len(), 1);
        assert_eq!(positions[0]["status"], "VALID");
        assert_eq!(positions[0]["paymentOption"][0]["amount"], 4000);

        let cart = town.go(&payment).await;
        assert!(cart.starts_with(&format!("{}/checkout/carts/", town.world.sandbox)));
        let waiting = town.payment(&case).await;
        assert_eq!(waiting.status, PaymentStatus::InVerifica);
        assert!(waiting.retry_at.is_some());
        let back = town.press(&cart, "paga").await.unwrap();
        assert_eq!(back, format!("/pagamenti/{}/esito?come=ok", payment.id));
        let page = town.come_back(&back).await;
        // Said to be verified, unless the worker was quicker.
        let open = [PaymentStatus::DaPagare, PaymentStatus::InVerifica];
        assert_eq!(page.notice.is_some(), open.contains(&page.payment.status));
        town.released(&case).await;
        let page = town.case(&case).await;
        let decision = page
            .documents
            .iter()
            .find(|d| d.title == "Decisione")
            .unwrap();
        let document = town.citizen.get(&decision.href).await;
        assert_eq!(document.status(), StatusCode::OK);
        // The clerk sees it too.
        let office = town.office_page(&case).await;
        assert_eq!(office.case.payments[0].status, PaymentStatus::Concluso);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_back_proves_nothing() {
    for town in towns().await {
        let stranger = town.world.login(common::STUDENT).await;
        let (case, payment) = town.payable().await;
        let ok = format!("/pagamenti/{}/esito?come=ok", payment.id);
        let page = town.come_back(&ok).await;
        assert!(page.notice.unwrap().contains("Stiamo verificando"));
        town.pass(3, 20_000).await;
        let page = town.case(&case).await;
        assert_eq!(page.state.code, "attesa_pagamento_rilascio");
        assert_eq!(page.payments[0].status, PaymentStatus::DaPagare);
        // Somebody else's payment does not exist.
        for path in [format!("/pagamenti/{}", payment.id), ok] {
            assert_eq!(stranger.get(&path).await.status(), StatusCode::NOT_FOUND);
        }
        let path = format!("/pagamenti/{}", payment.id);
        let answer = stranger.post(&path, &[("azione", "paga")]).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        let waits = town.case(&case).await;
        let decision = waits
            .documents
            .iter()
            .find(|d| d.title == "Decisione")
            .unwrap();
        assert!(decision.href.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn paid_elsewhere_is_found() {
    for town in towns().await {
        let (case, payment) = town.payable().await;
        town.pay_elsewhere(&payment).await;
        town.released(&case).await;
        let paid = town.payment(&case).await;
        assert_eq!(paid.receipts[0].received_by, "Tabacchi di prova");
        // Nothing is left to pay, and nothing is lost by trying.
        let path = format!("/pagamenti/{}", payment.id);
        let answer = town.citizen.post(&path, &[("azione", "paga")]).await;
        assert_eq!(answer.status(), StatusCode::CONFLICT);
        assert!(answer.text().await.unwrap().contains("già pagato"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_and_cancelled_may_be_tried_again() {
    for town in towns().await {
        let (case, payment) = town.payable().await;
        for (button, told) in [("rifiuta", "non è riuscito"), ("annulla", "senza pagare")] {
            let cart = town.go(&payment).await;
            let back = town.press(&cart, button).await.unwrap();
            let page = town.come_back(&back).await;
            assert!(page.notice.unwrap().contains(told), "{button}");
            assert_eq!(page.payment.status, PaymentStatus::DaPagare, "{button}");
            town.clock.advance(5_000);
        }
        let cart = town.go(&payment).await;
        town.press(&cart, "paga").await;
        town.released(&case).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_browser_does_not_stop_a_payment() {
    for town in towns().await {
        let (case, payment) = town.payable().await;
        let cart = town.go(&payment).await;
        // A second click while the first may still come to something.
        let path = format!("/pagamenti/{}", payment.id);
        let answer = town.citizen.post(&path, &[("azione", "paga")]).await;
        assert_eq!(answer.status(), StatusCode::CONFLICT);
        assert!(
            answer
                .text()
                .await
                .unwrap()
                .contains("non pagare due volte")
        );
        assert_eq!(town.press(&cart, "chiudi").await, None);
        town.released(&case).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_comes_to_nothing_ends_by_itself() {
    for town in towns().await {
        let (case, payment) = town.payable().await;
        let cart = town.go(&payment).await;
        let back = town.press(&cart, "attesa_vana").await.unwrap();
        let page = town.come_back(&back).await;
        assert_eq!(page.payment.status, PaymentStatus::InVerifica);
        town.clock.advance(31 * 60_000);
        let page = town.case(&case).await;
        assert_eq!(page.payments[0].status, PaymentStatus::DaPagare);
    }
}

/// Kinds of faults; with `status` those that pass by themselves.
const PASSING: [&str; 7] = [
    "status:500",
    "status:503",
    "status:429",
    "status:401",
    "half",
    "type",
    "slow:300",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_gpd_or_receipts_delays_and_changes_nothing() {
    for town in faulty_towns().await {
        for (n, kind) in PASSING.into_iter().enumerate() {
            town.fault("gpd", kind).await;
            let case = town.accepted().await;
            town.pass(2, 6_000).await;
            town.fault("gpd", "none").await;
            town.clock.advance(11 * 60_000);
            let payment = town.until(&case, PaymentStatus::DaPagare).await;
            assert_eq!(town.positions().await.len(), n + 1, "gpd {kind}: once");
            town.fault("receipts", kind).await;
            town.pay_elsewhere(&payment).await;
            town.clock.advance(61 * 60_000);
            town.pass(2, 1_000).await;
            town.fault("receipts", "none").await;
            town.clock.advance(61 * 60_000);
            town.released(&case).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_gpd_refuses_is_told_and_may_be_mended() {
    for town in faulty_towns().await {
        for status in ["400", "403"] {
            town.fault("gpd", &format!("status:{status}")).await;
            let case = town.accepted().await;
            let payment = town.until(&case, PaymentStatus::Sospeso).await;
            assert!(payment.receipts.is_empty());
            town.fault("gpd", "none").await;
            let path = format!("/pagamenti/{}", payment.id);
            let answer = town.citizen.post(&path, &[("azione", "paga")]).await;
            assert_eq!(answer.status(), StatusCode::CONFLICT, "{status}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_checkout_says_so_and_leaves_the_number() {
    for town in faulty_towns().await {
        let (case, payment) = town.payable().await;
        let path = format!("/pagamenti/{}", payment.id);
        for kind in [
            "status:500",
            "status:429",
            "status:401",
            "status:403",
            "status:400",
            "timeout_before",
            "timeout_after",
            "half",
            "type",
        ] {
            town.fault("checkout", kind).await;
            let answer = town.citizen.post(&path, &[("azione", "paga")]).await;
            if answer.status() == StatusCode::SEE_OTHER {
                // The redirect itself came whole.
                assert!(["half", "type"].contains(&kind), "{kind}");
                let cancelled = format!("{path}/esito?come=annullato");
                town.come_back(&cancelled).await;
                town.clock.advance(5_000);
                continue;
            }
            assert_eq!(answer.status(), StatusCode::BAD_GATEWAY, "{kind}");
            let html = answer.text().await.unwrap();
            assert!(html.contains("Non ti è stato addebitato nulla"), "{kind}");
            assert!(html.contains(&payment.notice), "{kind}");
            assert_eq!(
                town.payment(&case).await.status,
                PaymentStatus::DaPagare,
                "{kind}"
            );
        }
        town.fault("checkout", "none").await;
        let cart = town.go(&payment).await;
        town.press(&cart, "paga").await;
        town.released(&case).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_never_comes_makes_no_second_position() {
    for town in faulty_towns().await {
        for (n, kind) in ["timeout_before", "timeout_after"].into_iter().enumerate() {
            town.fault("gpd", kind).await;
            let case = town.accepted().await;
            town.until_held("gpd", kind).await;
            assert_eq!(town.positions().await.len(), n + usize::from(n == 1));
            assert_eq!(
                town.payment(&case).await.status,
                PaymentStatus::InPreparazione
            );
            town.fault("gpd", "none").await;
            // The call that hangs gives up by itself, and is made again.
            let payment = town.until(&case, PaymentStatus::DaPagare).await;
            assert_eq!(town.positions().await.len(), n + 1);
            town.fault("receipts", kind).await;
            town.pay_elsewhere(&payment).await;
            town.until(&case, PaymentStatus::Pagato).await;
            town.until_held("receipts", kind).await;
            town.fault("receipts", "none").await;
            town.released(&case).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_without_pagopa_then_once() {
    for town in faulty_towns().await {
        town.fault("gpd", "status:503").await;
        town.fault("receipts", "status:503").await;
        let case = town.accepted().await;
        town.pass(12, 5 * 60_000).await;
        assert!(town.positions().await.is_empty());
        assert_eq!(
            town.payment(&case).await.status,
            PaymentStatus::InPreparazione
        );
        town.fault("gpd", "none").await;
        town.clock.advance(11 * 60_000);
        let payment = town.until(&case, PaymentStatus::DaPagare).await;
        assert_eq!(town.positions().await.len(), 1);
        town.pay_elsewhere(&payment).await;
        town.until(&case, PaymentStatus::Pagato).await;
        town.pass(12, 5 * 60_000).await;
        town.fault("receipts", "none").await;
        town.clock.advance(61 * 60_000);
        town.released(&case).await;
    }
}
