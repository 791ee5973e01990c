//! Checkout over HTTP: carts, the page's buttons, what the position says afterwards.

mod pay;

use std::time::Duration;

use pay::{cart, in_seconds, nav, position, serve, start, start_with};
use sandbox::PayDelay;
use serde_json::{Value, json};

#[tokio::test]
async fn a_cart_is_answered_with_the_address_of_its_page() {
    let pagopa = start().await;
    pagopa.publish(1).await;
    let page = pagopa.page(1).await;
    assert!(
        page.starts_with(&format!("{}/checkout/carts/", pagopa.url)),
        "{page}"
    );
    let shown = pagopa.client.get(&page).send().await.unwrap();
    let policy = shown.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.contains("form-action 'self' https://sportello.example.it;"),
        "{policy}"
    );
    let html = shown.text().await.unwrap();
    for text in [
        "Istruttoria e cartello",
        "40,00 €",
        "Comune di Bitonto",
        &nav(1),
    ] {
        assert!(html.contains(text), "{text}");
    }
    assert_eq!(html.matches("name=\"azione\"").count(), 6);
    let unknown = format!("{}/checkout/carts/nessuno", pagopa.url);
    assert_eq!(
        pagopa.client.get(unknown).send().await.unwrap().status(),
        404
    );
    let calls = pagopa.journal("checkout").await;
    assert_eq!(calls[0]["status"], 302);
    assert_eq!(calls[0]["key"]["notices"], json!([nav(1)]));
}

#[tokio::test]
async fn each_button_leads_where_it_says() {
    let pagopa = start().await;
    for (n, (button, back, status)) in [
        ("paga", "?ok", "PAID"),
        ("rifiuta", "?errore", "VALID"),
        ("annulla", "?annullato", "VALID"),
        ("attesa", "?attesa", "VALID"),
        ("attesa_vana", "?attesa", "VALID"),
    ]
    .into_iter()
    .enumerate()
    {
        let n = n as u32 + 1;
        pagopa.publish(n).await;
        let page = pagopa.page(n).await;
        let answer = pagopa.press(&page, button).await;
        assert_eq!(answer.status(), 303, "{button}");
        let location = answer.headers()["location"].to_str().unwrap();
        assert!(location.ends_with(back), "{button}: {location}");
        assert_eq!(pagopa.status(n).await, status, "{button}");
        let again = pagopa.press(&page, "paga").await;
        assert!(
            again.headers()["location"]
                .to_str()
                .unwrap()
                .ends_with(back),
            "ends once"
        );
        assert_eq!(pagopa.status(n).await, status, "{button} and nothing else");
    }
    let retry = pagopa.cart(&cart(2)).await;
    assert_eq!(retry.status(), 302, "refused: again");
    for (n, why) in [(1, "DUPLICATO"), (4, "IN_CORSO"), (5, "IN_CORSO")] {
        let answer = pagopa.cart(&cart(n)).await;
        assert_eq!(answer.status(), 422);
        let problem: Value = answer.json().await.unwrap();
        assert!(
            problem["detail"].as_str().unwrap().contains(why),
            "{problem}"
        );
    }
    let odd = pagopa.page(2).await;
    assert_eq!(pagopa.press(&odd, "boh").await.status(), 400);
}

#[tokio::test]
async fn the_browser_is_closed_and_the_position_paid() {
    let pagopa = start().await;
    pagopa.publish(1).await;
    let page = pagopa.page(1).await;
    let answer = pagopa.press(&page, "chiudi").await;
    assert_eq!(answer.status(), 200);
    assert!(!answer.headers().contains_key("location"));
    assert!(answer.text().await.unwrap().contains("Il browser è chiuso"));
    assert_eq!(pagopa.status(1).await, "PAID");
}

#[tokio::test]
async fn payments_take_their_time_or_never_come() {
    let pagopa = start_with(PayDelay::After(Duration::from_millis(2000))).await;
    pagopa.publish(1).await;
    let page = pagopa.page(1).await;
    let answer = pagopa.press(&page, "paga").await;
    assert!(
        answer.headers()["location"]
            .to_str()
            .unwrap()
            .ends_with("?ok")
    );
    assert_eq!(pagopa.status(1).await, "VALID", "the browser is faster");
    assert_eq!(pagopa.elsewhere(1).await.status(), 409, "a payment runs");
    tokio::time::sleep(Duration::from_millis(2200)).await;
    assert_eq!(pagopa.status(1).await, "PAID");

    let never = start_with(PayDelay::Never).await;
    never.publish(1).await;
    let page = never.page(1).await;
    never.press(&page, "paga").await;
    assert_eq!(never.status(1).await, "VALID");
}

#[tokio::test]
async fn what_no_cart_may_be() {
    let pagopa = start().await;
    pagopa.publish(1).await;
    let status = async |change: fn(&mut Value)| {
        let mut body = cart(1);
        change(&mut body);
        pagopa.cart(&body).await.status().as_u16()
    };
    let bad: [fn(&mut Value); 7] = [
        |b| b["paymentNotices"] = json!([]),
        |b| b["paymentNotices"] = json!(vec![b["paymentNotices"][0].clone(); 6]),
        |b| b["paymentNotices"][0]["noticeNumber"] = json!("12"),
        |b| b["paymentNotices"][0]["amount"] = json!(0),
        |b| b["returnUrls"]["returnWaitingUrl"] = Value::Null,
        |b| b["returnUrls"]["returnOkUrl"] = json!("www.comune.it/ok"),
        |b| b["allCCP"] = json!("false"),
    ];
    for (n, change) in bad.into_iter().enumerate() {
        assert_eq!(status(change).await, 400, "bad {n}");
    }
    let unpayable: [fn(&mut Value); 3] = [
        |b| b["paymentNotices"] = json!(vec![b["paymentNotices"][0].clone(); 2]),
        |b| b["paymentNotices"][0]["noticeNumber"] = json!(nav(2)),
        |b| b["paymentNotices"][0]["amount"] = json!(1),
    ];
    for (n, change) in unpayable.into_iter().enumerate() {
        assert_eq!(status(change).await, 422, "unpayable {n}");
    }
}

#[tokio::test]
async fn one_way_of_two_is_paid_once() {
    let pagopa = start().await;
    let mut body = position(1);
    let mut part = body["paymentOption"][0].clone();
    part["isPartialPayment"] = json!(true);
    part["iuv"] = json!(pay::iuv(2));
    let mut second = part.clone();
    second["iuv"] = json!(pay::iuv(3));
    second["dueDate"] = json!(in_seconds(1_000_000));
    let options = body["paymentOption"].as_array_mut().unwrap();
    options.extend([part, second]);
    assert_eq!(pagopa.create(&body, "?toPublish=true").await.status(), 201);
    assert_eq!(pagopa.elsewhere(2).await.status(), 303);
    assert_eq!(pagopa.status(1).await, "PARTIALLY_PAID");
    assert_eq!(
        pagopa.cart(&cart(1)).await.status(),
        422,
        "the whole is no longer due"
    );
    assert_eq!(pagopa.elsewhere(3).await.status(), 303);
    assert_eq!(pagopa.status(1).await, "PAID");
}

#[tokio::test]
async fn carts_survive_a_restart_and_end_after_ten_minutes() {
    let mut pagopa = start().await;
    pagopa.publish(1).await;
    let page = pagopa.page(1).await;
    let path = page.strip_prefix(&pagopa.url).unwrap().to_owned();
    pagopa.url = serve(pagopa.folder.path(), PayDelay::NONE).await;
    let page = format!("{}{path}", pagopa.url);
    assert_eq!(pagopa.client.get(&page).send().await.unwrap().status(), 200);

    // Eleven minutes later, as the file has it.
    let file = pagopa.folder.path().join("sandbox/pagopa.jsonl");
    let text = std::fs::read_to_string(&file).unwrap();
    let line = text
        .lines()
        .find(|line| line.starts_with("{\"cart\""))
        .unwrap();
    let mut old: Value = serde_json::from_str(line).unwrap();
    old["cart"]["created"] = json!(in_seconds(-660));
    std::fs::write(&file, format!("{text}{old}\n")).unwrap();
    pagopa.url = serve(pagopa.folder.path(), PayDelay::NONE).await;
    let page = format!("{}{path}", pagopa.url);
    let answer = pagopa.press(&page, "paga").await;
    assert!(
        answer.headers()["location"]
            .to_str()
            .unwrap()
            .ends_with("?errore")
    );
    assert_eq!(pagopa.status(1).await, "VALID");
}

#[tokio::test]
async fn the_page_of_positions_is_for_who_pays_elsewhere() {
    let pagopa = start().await;
    let url = format!("{}/pagopa/positions", pagopa.url);
    let page = async || {
        pagopa
            .client
            .get(&url)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    };
    assert!(page().await.contains("Non c'è ancora niente da pagare"));
    pagopa.publish(1).await;
    assert!(page().await.contains("Pagato altrove"));
    pagopa.elsewhere(1).await;
    let paid = page().await;
    assert!(paid.contains("pagata") && !paid.contains("Pagato altrove"));
    assert_eq!(pagopa.elsewhere(9).await.status(), 404);
    let json = pagopa.client.get(&url).header("accept", "application/json");
    let all: Value = json.send().await.unwrap().json().await.unwrap();
    assert_eq!(all["positions"][0]["status"], "PAID");
}
