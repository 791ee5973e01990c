//! Debt positions over HTTP: each transition, each refusal.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod pay;

use std::time::Duration;

use pay::{CREDITOR, Pagopa, in_seconds, iuv, nav, position, serve, start};
use reqwest::{Method, Response};
use sandbox::PayDelay;
use serde_json::{Value, json};

async fn detail(answer: Response) -> String {
    let problem: Value = answer.json().await.unwrap();
    problem["detail"].as_str().unwrap().to_owned()
}

/// Creates with a change; status and detail of the answer.
async fn refused(pagopa: &Pagopa, change: impl Fn(&mut Value)) -> (u16, String) {
    let mut body = position(900);
    change(&mut body);
    let answer = pagopa.create(&body, "").await;
    (answer.status().as_u16(), detail(answer).await)
}

async fn put(pagopa: &Pagopa, n: u32, body: &Value, query: &str) -> Response {
    let path = format!("debtpositions/{CREDITOR}-{n}{query}");
    pagopa
        .gpd(Method::PUT, &path)
        .json(body)
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn from_draft_to_paid() {
    let pagopa = start().await;
    let answer = pagopa.create(&position(1), "").await;
    assert_eq!(answer.status(), 201);
    let left = answer.headers()["x-remaining-calls-per-min"]
        .to_str()
        .unwrap();
    assert_eq!(left, "99");
    let made: Value = answer.json().await.unwrap();
    assert_eq!(made["status"], "DRAFT");
    assert_eq!(made["paymentOption"][0]["nav"], nav(1), "3 and the IUV");
    assert_eq!(made["payStandIn"], true);
    assert_eq!(
        pagopa.cart(&pay::cart(1)).await.status(),
        422,
        "not payable yet"
    );

    assert_eq!(pagopa.act(1, "publish").await.status(), 200);
    let valid = pagopa.get(1).await;
    assert_eq!(valid["status"], "VALID");
    assert!(valid["validityDate"].is_string() && valid["publishDate"].is_string());
    assert_eq!(valid["paymentOption"][0]["status"], "PO_UNPAID");
    assert_eq!(pagopa.act(1, "publish").await.status(), 409);

    assert_eq!(pagopa.elsewhere(1).await.status(), 303);
    let paid = pagopa.get(1).await;
    assert_eq!(paid["status"], "PAID");
    assert_eq!(paid["paymentOption"][0]["status"], "PO_PAID");
    assert_eq!(paid["paymentOption"][0]["fee"], 150);
    assert!(paid["paymentOption"][0]["idReceipt"].is_string());
    assert_eq!(pagopa.elsewhere(1).await.status(), 409, "not twice");
    assert_eq!(pagopa.act(1, "invalidate").await.status(), 409);
    assert_eq!(put(&pagopa, 1, &position(1), "").await.status(), 409);
    let path = format!("debtpositions/{CREDITOR}-1");
    let deleted = pagopa.gpd(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(deleted.status(), 409);
}

#[tokio::test]
async fn a_change_without_publication_makes_a_draft_again() {
    let pagopa = start().await;
    pagopa.publish(1).await;
    let mut body = position(1);
    body["fullName"] = json!("Maria Lovascio Rossi");
    let answer = put(&pagopa, 1, &body, "").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(pagopa.status(1).await, "DRAFT", "the trap");
    assert_eq!(pagopa.cart(&pay::cart(1)).await.status(), 422);
    assert_eq!(
        put(&pagopa, 1, &body, "?toPublish=true").await.status(),
        200
    );
    assert_eq!(pagopa.status(1).await, "VALID");
    let other = put(&pagopa, 1, &position(2), "").await;
    assert_eq!(other.status(), 400);
    assert!(detail(other).await.contains("must be the same"));
    assert_eq!(put(&pagopa, 7, &position(7), "").await.status(), 404);
}

#[tokio::test]
async fn what_is_withdrawn_stays_withdrawn() {
    let pagopa = start().await;
    pagopa.create(&position(1), "").await;
    assert_eq!(
        pagopa.act(1, "invalidate").await.status(),
        409,
        "a draft is not"
    );
    pagopa.act(1, "publish").await;
    assert_eq!(pagopa.act(1, "invalidate").await.status(), 200);
    assert_eq!(pagopa.status(1).await, "INVALID");
    for what in ["publish", "invalidate"] {
        assert_eq!(pagopa.act(1, what).await.status(), 409, "{what}");
    }
    assert_eq!(put(&pagopa, 1, &position(1), "").await.status(), 409);
    assert_eq!(pagopa.cart(&pay::cart(1)).await.status(), 422);
    let path = format!("debtpositions/{CREDITOR}-1");
    let delete = || pagopa.gpd(Method::DELETE, &path).send();
    assert_eq!(delete().await.unwrap().status(), 200);
    assert_eq!(delete().await.unwrap().status(), 404);
    assert_eq!(pagopa.act(1, "publish").await.status(), 404);
    assert_eq!(
        pagopa.create(&position(1), "").await.status(),
        201,
        "its names are free"
    );
}

/// What a test does to a good body.
type Change = fn(&mut Value);

/// The status that follows this one.
async fn becomes_other(pagopa: &Pagopa, status: &str) -> String {
    loop {
        let now = pagopa.status(1).await;
        if now != status {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test]
async fn time_makes_it_valid_and_expired() {
    let pagopa = start().await;
    let mut body = position(1);
    body["validityDate"] = json!(in_seconds(3));
    body["switchToExpired"] = json!(true);
    body["paymentOption"][0]["dueDate"] = json!(in_seconds(6));
    pagopa.create(&body, "?toPublish=true").await;
    assert_eq!(pagopa.status(1).await, "PUBLISHED");
    assert_eq!(becomes_other(&pagopa, "PUBLISHED").await, "VALID");
    assert_eq!(becomes_other(&pagopa, "VALID").await, "EXPIRED");
    assert_eq!(pagopa.elsewhere(1).await.status(), 409);
    assert_eq!(
        put(&pagopa, 1, &position(1), "?toPublish=true")
            .await
            .status(),
        200
    );
    assert_eq!(pagopa.status(1).await, "VALID", "with a later date");

    let mut late = position(2);
    late["paymentOption"][0]["dueDate"] = json!(in_seconds(3));
    assert_eq!(pagopa.create(&late, "").await.status(), 201);
    tokio::time::sleep(Duration::from_millis(3200)).await;
    assert_eq!(
        pagopa.act(2, "publish").await.status(),
        409,
        "past its due date"
    );
}

#[tokio::test]
async fn schema_and_sense_are_checked() {
    let pagopa = start().await;
    let cases: [(Change, &str); 14] = [
        (|b| b["type"] = json!("X"), "type"),
        (|b| b["fullName"] = json!(" "), "fullName"),
        (|b| b["paymentOption"] = json!([]), "paymentOption"),
        (
            |b| b["paymentOption"][0]["amount"] = json!("40"),
            "paymentOption",
        ),
        (|b| b["paymentOption"][0]["amount"] = json!(0), "amount"),
        (
            |b| b["paymentOption"][0]["description"] = json!("x".repeat(141)),
            "description",
        ),
        (
            |b| b["paymentOption"][0]["dueDate"] = json!("domani"),
            "dueDate",
        ),
        (
            |b| b["paymentOption"][0]["amount"] = json!(4001),
            "Amounts congruence",
        ),
        (
            |b| b["paymentOption"][0]["dueDate"] = json!(in_seconds(-5)),
            "due_date",
        ),
        (
            |b| b["validityDate"] = json!(in_seconds(-5)),
            "validity_date",
        ),
        (
            |b| b["validityDate"] = json!(in_seconds(8_640_000)),
            "due_date",
        ),
        (
            |b| b["paymentOption"][0]["retentionDate"] = json!(in_seconds(5)),
            "retention_date",
        ),
        (
            |b| b["paymentOption"][0]["transfer"][0]["idTransfer"] = json!("6"),
            "Transfer ID",
        ),
        (
            |b| {
                b["paymentOption"][0]["transfer"][0]["stamp"] = json!({
                    "hashDocument": "aGFzaA==", "stampType": "01", "provincialResidence": "BA",
                });
            },
            "mutually exclusive",
        ),
    ];
    for (change, why) in cases {
        let (status, detail) = refused(&pagopa, change).await;
        assert_eq!(status, 400, "{why}: {detail}");
        assert!(detail.contains(why), "{why}: {detail}");
    }
    let wrong = pagopa.create(&position(1), "?toPublish=si").await;
    assert_eq!(wrong.status(), 400);
    let many = |b: &mut Value| {
        let one = b["paymentOption"][0]["transfer"][0].clone();
        b["paymentOption"][0]["transfer"] = json!(vec![one; 6]);
    };
    assert!(refused(&pagopa, many).await.1.contains("maximum of 5"));
}

#[tokio::test]
async fn names_are_unique_and_segregation_codes_permitted() {
    let pagopa = start().await;
    pagopa.publish(1).await;
    let again = pagopa.create(&position(1), "").await;
    assert_eq!(again.status(), 409);
    let mut same_iuv = position(2);
    same_iuv["paymentOption"][0]["iuv"] = json!(iuv(1));
    assert_eq!(pagopa.create(&same_iuv, "").await.status(), 409);
    pagopa.publish(2).await;
    let mut same_iuv = position(2);
    same_iuv["paymentOption"][0]["iuv"] = json!(iuv(1));
    assert_eq!(put(&pagopa, 2, &same_iuv, "").await.status(), 409);

    let stranger = |b: &mut Value| b["paymentOption"][0]["iuv"] = json!("47000000000000001");
    let (status, detail) = refused(&pagopa, stranger).await;
    assert_eq!(status, 403, "{detail}");
}

#[tokio::test]
async fn the_gateway_wants_its_key_and_counts() {
    let pagopa = start().await;
    let url = format!(
        "{}/gpd/debt-positions-service/v1/organizations/{CREDITOR}/debtpositions",
        pagopa.url
    );
    let bare = pagopa.client.get(&url).send().await.unwrap();
    assert_eq!(bare.status(), 401);
    let body: Value = bare.json().await.unwrap();
    assert_eq!(body["statusCode"], 401);
    assert!(body["message"].as_str().unwrap().contains("missing"));
    let request = pagopa.client.get(&url);
    let other = request.header("Ocp-Apim-Subscription-Key", "sandbox-receipts");
    assert_eq!(
        other.send().await.unwrap().status(),
        401,
        "another product's key"
    );
    let nowhere = pagopa.gpd(Method::GET, "nothing").send().await.unwrap();
    assert_eq!(nowhere.status(), 404);

    let mut refused = None;
    for _ in 0..150 {
        let answer = pagopa
            .gpd(Method::GET, "debtpositions")
            .send()
            .await
            .unwrap();
        if answer.status() == 429 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.unwrap();
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(refused.headers()["x-remaining-calls-per-min"], "0");
}

#[tokio::test]
async fn listed_by_state_and_date() {
    let pagopa = start().await;
    for n in 1..=3 {
        pagopa.create(&position(n), "").await;
    }
    pagopa.act(2, "publish").await;
    let list = |query: &'static str| {
        let request = pagopa.gpd(Method::GET, &format!("debtpositions{query}"));
        async move { request.send().await.unwrap() }
    };
    let iupds = |page: &Value| -> Vec<String> {
        let list = page["payment_position_list"].as_array().unwrap().iter();
        list.map(|p| p["iupd"].as_str().unwrap().to_owned())
            .collect()
    };
    let valid: Value = list("?status=VALID").await.json().await.unwrap();
    assert_eq!(iupds(&valid), [format!("{CREDITOR}-2")]);
    let page: Value = list("?limit=2&page=1&orderby=IUPD&ordering=ASC")
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(iupds(&page), [format!("{CREDITOR}-3")]);
    assert_eq!(page["page_info"]["total_pages"], 2);
    let none: Value = list("?due_date_to=2020-01-31").await.json().await.unwrap();
    assert!(iupds(&none).is_empty());
    for wrong in [
        "?limit=51",
        "?status=BOH",
        "?due_date_from=2026-01-01&due_date_to=2026-03-01",
    ] {
        assert_eq!(list(wrong).await.status(), 400, "{wrong}");
    }
}

#[tokio::test]
async fn paid_at_the_desk_leaves_no_receipt() {
    let pagopa = start().await;
    pagopa.publish(1).await;
    let path = format!("paymentoptions/paids/{}", nav(1));
    let desk = || pagopa.gpd(Method::POST, &path).json(&json!({})).send();
    let answer = desk().await.unwrap();
    assert_eq!(answer.status(), 200);
    let paid: Value = answer.json().await.unwrap();
    assert_eq!(paid["status"], "PO_PAID");
    assert_eq!(pagopa.status(1).await, "PAID");
    assert_eq!(pagopa.receipts(&format!("/{}", iuv(1))).await.status(), 404);
    assert_eq!(desk().await.unwrap().status(), 409);
}

#[tokio::test]
async fn another_account_for_what_is_unpaid() {
    let pagopa = start().await;
    pagopa.publish(1).await;
    let path = "debtpositions/transfers?oldIban=IT60X0542811101000000123456";
    let new = json!({ "newIban": "IT02L1234512345123456789012" });
    let answer = pagopa
        .gpd(Method::PATCH, path)
        .json(&new)
        .send()
        .await
        .unwrap();
    let changed: Value = answer.json().await.unwrap();
    assert_eq!(changed["updatedTransfers"], 1);
    let position = pagopa.get(1).await;
    assert_eq!(
        position["paymentOption"][0]["transfer"][0]["iban"],
        new["newIban"]
    );
}

#[tokio::test]
async fn survives_a_restart_and_tells_the_journal() {
    let mut pagopa = start().await;
    pagopa.publish(1).await;
    pagopa.create(&position(1), "").await;
    pagopa.url = serve(pagopa.folder.path(), PayDelay::NONE).await;
    assert_eq!(pagopa.status(1).await, "VALID");
    let calls = pagopa.journal("gpd").await;
    assert_eq!(calls[0]["status"], 201);
    let key = json!({ "iupd": format!("{CREDITOR}-1"), "iuv": iuv(1), "status": "VALID" });
    assert_eq!(calls[0]["key"], key);
    assert_eq!(calls[1]["status"], 409);
    assert_eq!(calls[1]["key"]["iupd"], key["iupd"]);
    assert_eq!(calls.len(), 3);
}
