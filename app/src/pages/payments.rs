//! `/pagamenti`: what is due and what was paid.

use leptos::prelude::*;
use rules::t;

use crate::{
    api::{PaymentView, PaymentsPage},
    components::{breadcrumb, defined, main, payment_label},
};

pub fn view(page: PaymentsPage) -> AnyView {
    let empty = page.due.is_empty() && page.paid.is_empty();
    main(
        view! {
            {breadcrumb(vec![(t!("Area personale").into(), "/area-personale".into())], t!("Pagamenti").into())}
            <h1>{t!("Pagamenti")}</h1>
            {empty.then(|| view! { <p>{t!("Non hai pagamenti, né da fare né fatti. Se una pratica costa qualcosa lo trovi qui.")}</p> })}
            {section(t!("Da pagare"), "due", page.due)}
            {section(t!("Pagati"), "paid", page.paid)}
        }
        .into_any(),
    )
}

fn section(title: &'static str, name: &'static str, payments: Vec<PaymentView>) -> AnyView {
    if payments.is_empty() {
        return ().into_any();
    }
    let items = payments.into_iter().map(card).collect_view();
    view! {
        <section class="my-5"><h2>{title}</h2><ul class="list-unstyled" data-payments=name>{items}</ul></section>
    }
    .into_any()
}

fn card(payment: PaymentView) -> AnyView {
    let href = format!("/pagamenti/{}", payment.id);
    let case = format!("/pratiche/{}", payment.case);
    let due = payment
        .receipts
        .is_empty()
        .then(|| view! { ". "{t!("Entro il {due}", due = payment.due)} });
    view! {
        <li class="card border rounded shadow-sm p-3 mb-3">
            <h3 class="h5 mb-1"><a href=href>{defined(payment.what)}": "{payment.amount}</a></h3>
            <p class="fw-semibold mb-1">{payment_label(payment.status)}{due}</p>
            <p class="mb-0">{defined(payment.title)}", "<a href=case>{t!("protocollo {number}", number = payment.protocol)}</a></p>
        </li>
    }
    .into_any()
}
