//! A payment: what is due, how to pay it, what proves it.

use leptos::prelude::*;

use super::{Tone, alert, pairs};
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
        PaymentStatus::InPreparazione => "Avviso in preparazione",
        PaymentStatus::DaPagare => "Da pagare",
        PaymentStatus::InVerifica => "In verifica",
        PaymentStatus::Pagato => "Pagato, aspettiamo la ricevuta",
        PaymentStatus::Concluso => "Pagato",
        PaymentStatus::Sospeso => "Sospeso: se ne occupa l’ufficio",
    }
}

fn facts(payment: &PaymentView) -> AnyView {
    let mut lines = vec![
        ("Importo".to_owned(), payment.amount.clone()),
        ("Per che cosa".to_owned(), payment.what.clone()),
        (
            "Stato del pagamento".to_owned(),
            payment_label(payment.status).to_owned(),
        ),
    ];
    let is_open = matches!(
        payment.status,
        PaymentStatus::DaPagare | PaymentStatus::InVerifica
    );
    if is_open {
        lines.push(("Paga entro il".into(), payment.due.clone()));
    }
    if payment.status != PaymentStatus::InPreparazione {
        lines.push(("Numero avviso".into(), payment.notice.clone()));
        lines.push((
            "Codice fiscale dell’ente".into(),
            payment.creditor_fiscal_code.clone(),
        ));
    }
    pairs(lines)
}

fn preparing() -> AnyView {
    alert(
        Tone::Info,
        "Stiamo preparando l’avviso di pagamento: di solito basta un minuto. Ricarica la pagina tra poco.",
    )
}

fn payable(payment: &PaymentView) -> AnyView {
    let action = format!("/pagamenti/{}", payment.id);
    let again = payment.receipts.is_empty();
    view! {
        {again.then(|| view! {
            <form method="post" action=action>
                <button class="btn btn-primary" type="submit" name="azione" value="paga">"Paga online"</button>
            </form>
            <p class="mt-2">"Ti portiamo sulla pagina di pagamento di pagoPA; poi torni qui."</p>
        })}
        {elsewhere(payment)}
    }
    .into_any()
}

/// Banks, post offices, tobacconists, IO: by number or QR code.
fn elsewhere(payment: &PaymentView) -> AnyView {
    let name = format!(
        "Codice QR dell’avviso {}, {}",
        payment.notice, payment.amount
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
            <summary>"Come pagare in un altro modo"</summary>
            <p>
                "Puoi pagare in banca, alla posta, in tabaccheria, con l’app della tua banca o con l’app IO. "
                "Inquadra il codice QR, oppure scrivi il numero avviso "
                <strong class="text-nowrap">{payment.notice.clone()}</strong>
                " e il codice fiscale dell’ente "<strong>{payment.creditor_fiscal_code.clone()}</strong>
                " ("{payment.creditor.clone()}")."
            </p>
            {qr}
            <p>"Quando il pagamento ci arriva lo vedi in questa pagina, anche se paghi altrove."</p>
        </details>
    }
    .into_any()
}

fn checked(payment: &PaymentView) -> AnyView {
    let retry = payment.retry_at.clone().map(|at| {
        view! { <p class="mb-0">"Se hai chiuso la pagina senza pagare puoi riprovare alle "{at}", oppure pagare subito in un altro modo."</p> }
    });
    view! {
        {alert(Tone::Info, view! {
            <p>"Stiamo verificando il tuo pagamento con pagoPA. Non pagare due volte: appena c’è la ricevuta la vedi qui."</p>
            {retry}
        }.into_any())}
        {elsewhere(payment)}
    }
    .into_any()
}

fn paid() -> AnyView {
    alert(
        Tone::Success,
        "Il pagamento risulta fatto. Aspettiamo la ricevuta di pagoPA: non devi fare altro.",
    )
}

fn suspended() -> AnyView {
    alert(
        Tone::Warning,
        "pagoPA non ha accettato l’avviso. Non devi fare nulla: l’ufficio lo vede e lo sistema. Per ora non si può pagare.",
    )
}

fn receipts(payment: &PaymentView) -> AnyView {
    let twice = (payment.receipts.len() > 1).then(|| {
        alert(
            Tone::Warning,
            "Questo importo risulta pagato più di una volta. L’ufficio lo vede: puoi chiedere il rimborso di quello che hai pagato in più.",
        )
    });
    let items = payment.receipts.iter().cloned().map(receipt).collect_view();
    view! { {twice}<h3 class="h5">"Ricevuta"</h3>{items} }.into_any()
}

fn receipt(receipt: PaymentReceipt) -> AnyView {
    let mut lines = vec![
        ("Pagato il".to_owned(), receipt.paid_at),
        ("Quanto".to_owned(), receipt.amount),
        (
            "Chi ha ricevuto il pagamento".to_owned(),
            receipt.received_by,
        ),
    ];
    if let Some(fee) = receipt.fee {
        lines.push(("Commissione di chi l’ha ricevuto".into(), fee));
    }
    lines.push(("Numero della ricevuta".into(), receipt.receipt_id));
    view! {
        <div class="text-break" data-receipt="">
            {pairs(lines)}
            <p><a href=receipt.href rel="external">"Scarica la ricevuta di pagoPA (XML)"</a></p>
        </div>
    }
    .into_any()
}
