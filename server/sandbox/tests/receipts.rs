//! Receipts over HTTP; their XML against the official schema.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod pay;

use std::path::{Path, PathBuf};
use std::process::Command;

use pay::{CREDITOR, iuv, nav, position, start, start_with};
use sandbox::PayDelay;
use serde_json::{Value, json};

/// The official schema, which lies beside the project and is not part of it.
fn schema() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let specs = root.join("../shared/specs/pagopa-api");
    if !specs.is_dir() {
        eprintln!("SKIPPED: no ../shared/specs, so receipts are not compared with their schema");
        return None;
    }
    Some(specs.join("wsdl/xsd/paForNode.xsd"))
}

fn valid(folder: &Path, xml: &str) {
    let Some(schema) = schema() else { return };
    let file = folder.join("receipt.xml");
    std::fs::write(&file, xml).unwrap();
    let lint = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema"])
        .args([&schema, &file])
        .output()
        .expect("xmllint is missing: bash .ci/install.sh test");
    let said = String::from_utf8_lossy(&lint.stderr);
    assert!(lint.status.success(), "{said}\n{xml}");
}

#[tokio::test]
async fn a_receipt_comes_with_the_payment() {
    let pagopa = start().await;
    let path = format!("/{}", iuv(1));
    pagopa.publish(1).await;
    let missing = pagopa.receipts(&path).await;
    assert_eq!(missing.status(), 404);
    assert_eq!(missing.json::<Value>().await.unwrap()["status"], 404);
    let page = pagopa.page(1).await;
    pagopa.press(&page, "paga").await;
    let answer = pagopa.receipts(&path).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/xml");
    let xml = answer.text().await.unwrap();
    for part in [
        format!("<creditorReferenceId>{}</creditorReferenceId>", iuv(1)),
        format!("<noticeNumber>{}</noticeNumber>", nav(1)),
        "<paymentAmount>40.00</paymentAmount>".into(),
        "<paymentNote>pratica-1</paymentNote>".into(),
        "<outcome>OK</outcome>".into(),
    ] {
        assert!(xml.contains(&part), "{part}: {xml}");
    }
    let position = pagopa.get(1).await;
    let id = position["paymentOption"][0]["idReceipt"].as_str().unwrap();
    assert!(xml.contains(&format!("<receiptId>{id}</receiptId>")));
    valid(pagopa.folder.path(), &xml);
}

#[tokio::test]
async fn whatever_a_position_says_the_receipt_is_valid() {
    let pagopa = start().await;
    let mut body = position(1);
    body["fullName"] = json!("D'Àngelo & <figli> ".repeat(9));
    body["email"] = json!("non è un'email");
    body["streetName"] = json!("Via Ugo La Malfa");
    body["postalCode"] = json!("70032");
    body["city"] = json!("x".repeat(80));
    body["country"] = json!("IT");
    body["officeName"] = json!("Polizia locale");
    let option = &mut body["paymentOption"][0];
    option["amount"] = json!(4001);
    let mut second = option["transfer"][0].clone();
    second["idTransfer"] = json!("2");
    second["amount"] = json!(1);
    second["iban"] = Value::Null;
    second["stamp"] =
        json!({ "hashDocument": "aGFzaA==", "stampType": "01", "provincialResidence": "BA" });
    second["transferMetadata"] = json!([{ "key": "capitolo", "value": "12" }]);
    option["transfer"].as_array_mut().unwrap().push(second);
    assert_eq!(pagopa.create(&body, "?toPublish=true").await.status(), 201);
    assert_eq!(pagopa.elsewhere(1).await.status(), 303);
    let xml = pagopa
        .receipts(&format!("/{}", iuv(1)))
        .await
        .text()
        .await
        .unwrap();
    assert!(xml.contains("Tabacchi di prova"), "{xml}");
    valid(pagopa.folder.path(), &xml);
}

#[tokio::test]
async fn a_list_of_what_was_paid() {
    let pagopa = start().await;
    assert_eq!(pagopa.receipts("").await.status(), 404);
    for n in 1..=3 {
        pagopa.publish(n).await;
        pagopa.elsewhere(n).await;
    }
    let list: Value = pagopa.receipts("?pageSize=2").await.json().await.unwrap();
    assert_eq!(list["length"], 2);
    assert_eq!(list["totalPages"], 2);
    assert_eq!(list["results"][0]["iuv"], iuv(1));
    assert_eq!(list["results"][0]["organizationFiscalCode"], CREDITOR);
    let one = format!("?debtorOrIuv={}", iuv(2));
    let one: Value = pagopa.receipts(&one).await.json().await.unwrap();
    assert_eq!(one["results"][0]["iuv"], iuv(2));
    for (query, status) in [
        ("?to=2020-01-31", 404),
        ("?segregationCodes=44", 404),
        ("?from=2020-01-31T10:00:00", 200),
        ("?from=ieri", 400),
        ("?pageSize=101", 400),
    ] {
        assert_eq!(pagopa.receipts(query).await.status(), status, "{query}");
    }
    let bare = format!(
        "{}/gpd/payments-receipts-service/v1/payments/1/receipts",
        pagopa.url
    );
    assert_eq!(pagopa.client.get(bare).send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn no_receipt_while_the_payment_is_under_way() {
    let pagopa = start_with(PayDelay::Never).await;
    pagopa.publish(1).await;
    let page = pagopa.page(1).await;
    pagopa.press(&page, "paga").await;
    assert_eq!(pagopa.receipts(&format!("/{}", iuv(1))).await.status(), 404);
}
