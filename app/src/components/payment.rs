//! A payment: what is due, how to pay it, what proves it.

use leptos::prelude::*;
use rules::{language::quoted, t};

use super::{Tone, alert, el, pairs, sentence};
use crate::api::{PaymentReceipt, PaymentStatus, PaymentView};

/// What a page shows of a payment, without its title.
pub fn payment_box(payment: PaymentView) -> AnyView {
    let body = match payment.status {
        PaymentStatus::InPreparazione => preparing(),
        PaymentStatus::DaPagare => payable(&payment),
        PaymentStatus::InVerifica => checked(&payment),
        PaymentStatus::Pagato => paid(),
        PaymentStatus::Concluso => receipts(&payment),
        PaymentStatus::Sospeso => suspended(),
    };
    let code = status_code(payment.status);
    let facts = facts(&payment);
    view! { <section class="card border rounded p-3 my-4" data-payment=code>{facts}{body}</section> }
        .into_any()
}

/// For tests and styles.
fn status_code(status: PaymentStatus) -> &'static str {
    match status {
        PaymentStatus::InPreparazione => "in_preparazione",
        PaymentStatus::DaPagare => "da_pagare",
        PaymentStatus::InVerifica => "in_verifica",
        PaymentStatus::Pagato => "pagato",
        PaymentStatus::Concluso => "concluso",
        PaymentStatus::Sospeso => "sospeso",
    }
}

/// In a few words.
pub fn payment_label(status: PaymentStatus) -> &'static str {
    match status {
        PaymentStatus::InPreparazione => t!("Avviso in preparazione"),
        PaymentStatus::DaPagare => t!("Da pagare"),
        PaymentStatus::InVerifica => t!("In verifica"),
        PaymentStatus::Pagato => t!("Pagato, aspettiamo la ricevuta"),
        PaymentStatus::Concluso => t!("Pagato"),
        PaymentStatus::Sospeso => t!("Sospeso: se ne occupa l’ufficio"),
    }
}

fn facts(payment: &PaymentView) -> AnyView {
    let mut lines: Vec<(String, String)> = vec![
        (t!("Importo").into(), payment.amount.clone()),
        (t!("Per che cosa").into(), quoted(&payment.what)),
        (
            t!("Stato del pagamento").into(),
            payment_label(payment.status).into(),
        ),
    ];
    let is_open = matches!(
        payment.status,
        PaymentStatus::DaPagare | PaymentStatus::InVerifica
    );
    if is_open {
        lines.push((t!("Paga entro il").into(), payment.due.clone()));
    }
    if payment.status != PaymentStatus::InPreparazione {
        lines.push((t!("Numero avviso").into(), payment.notice.clone()));
        lines.push((
            t!("Codice fiscale dell’ente").into(),
            payment.creditor_fiscal_code.clone(),
        ));
    }
    pairs(lines)
}

fn preparing() -> AnyView {
    alert(
        Tone::Info,
        t!(
            "Stiamo preparando l’avviso di pagamento: di solito basta un minuto. Ricarica la pagina tra poco."
        ),
    )
}

fn payable(payment: &PaymentView) -> AnyView {
    let action = format!("/pagamenti/{}", payment.id);
    let again = payment.receipts.is_empty();
    view! {
        {again.then(|| view! {
            <form method="post" action=action>
                <button class="btn btn-primary" type="submit" name="azione" value="paga">{t!("Paga online")}</button>
            </form>
            <p class="mt-2">{t!("Ti portiamo sulla pagina di pagamento di pagoPA; poi torni qui.")}</p>
        })}
        {elsewhere(payment)}
    }
    .into_any()
}

/// Banks, post offices, tobacconists, IO: by number or QR code.
fn elsewhere(payment: &PaymentView) -> AnyView {
    let name = t!(
        "Codice QR dell’avviso {notice}, {amount}",
        notice = payment.notice,
        amount = payment.amount,
    );
    let qr = (!payment.qr.is_empty()).then(|| {
        view! {
            <svg class="payment-qr" role="img" aria-label=name width="164" height="164" viewBox="-4 -4 41 41" shape-rendering="crispEdges">
                <path fill="#fff" d="M-4 -4h41v41h-41z"></path>
                <path fill="#000" d=payment.qr.clone()></path>
            </svg>
        }
    });
    view! {
        <details class="mt-3">
            <summary>{t!("Come pagare in un altro modo")}</summary>
            <p>
                {t!("Puoi pagare in banca, alla posta, in tabaccheria, con l’app della tua banca o con l’app IO.")}
                " "
                {by_hand(payment)}
            </p>
            {qr}
            <p>{t!("Quando il pagamento ci arriva lo vedi in questa pagina, anche se paghi altrove.")}</p>
        </details>
    }
    .into_any()
}

fn by_hand(payment: &PaymentView) -> AnyView {
    let strong = |text: &str| el("strong").child(text);
    let values = [
        (
            "notice",
            strong(&payment.notice).class("text-nowrap").view(),
        ),
        ("code", strong(&payment.creditor_fiscal_code).view()),
        ("creditor", payment.creditor.clone().into_any()),
    ];
    sentence(
        t!(
            "Inquadra il codice QR, oppure scrivi il numero avviso {notice} e il codice fiscale dell’ente {code} ({creditor})."
        ),
        values,
    )
}

fn checked(payment: &PaymentView) -> AnyView {
    let retry = payment.retry_at.clone().map(|at| {
        view! { <p class="mb-0">{t!("Se hai chiuso la pagina senza pagare puoi riprovare alle {at}, oppure pagare subito in un altro modo.", at)}</p> }
    });
    view! {
        {alert(Tone::Info, view! {
            <p>{t!("Stiamo verificando il tuo pagamento con pagoPA. Non pagare due volte: appena c’è la ricevuta la vedi qui.")}</p>
            {retry}
        }.into_any())}
        {elsewhere(payment)}
    }
    .into_any()
}

fn paid() -> AnyView {
    alert(
        Tone::Success,
        t!("Il pagamento risulta fatto. Aspettiamo la ricevuta di pagoPA: non devi fare altro."),
    )
}

fn suspended() -> AnyView {
    alert(
        Tone::Warning,
        t!(
            "pagoPA non ha accettato l’avviso. Non devi fare nulla: l’ufficio lo vede e lo sistema. Per ora non si può pagare."
        ),
    )
}

fn receipts(payment: &PaymentView) -> AnyView {
    let twice = (payment.receipts.len() > 1).then(|| {
        alert(
            Tone::Warning,
            t!("Questo importo risulta pagato più di una volta. L’ufficio lo vede: puoi chiedere il rimborso di quello che hai pagato in più."),
        )
    });
    let items = payment.receipts.iter().cloned().map(receipt).collect_view();
    view! { {twice}<h3 class="h5">{t!("Ricevuta")}</h3>{items} }.into_any()
}

fn receipt(receipt: PaymentReceipt) -> AnyView {
    let mut lines: Vec<(String, String)> = vec![
        (t!("Pagato il").into(), receipt.paid_at),
        (t!("Quanto").into(), receipt.amount),
        (
            t!("Chi ha ricevuto il pagamento").into(),
            receipt.received_by,
        ),
    ];
    if let Some(fee) = receipt.fee {
        lines.push((t!("Commissione di chi l’ha ricevuto").into(), fee));
    }
    lines.push((t!("Numero della ricevuta").into(), receipt.receipt_id));
    view! {
        <div class="text-break" data-receipt="">
            {pairs(lines)}
            <p><a href=receipt.href rel="external">{t!("Scarica la ricevuta di pagoPA (XML)")}</a></p>
        </div>
    }
    .into_any()
}
