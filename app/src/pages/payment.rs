//! `/pagamenti/{id}`: one payment, also on the way back from checkout.

use leptos::prelude::*;
use rules::{
    language::{of_definitions, quoted},
    t,
};

use crate::{
    api::PaymentPage,
    components::{Tone, alert, breadcrumb, defined, live, main, payment_box, sentence},
};

pub fn view(page: PaymentPage) -> AnyView {
    let live = live(&page.payment.case, page.seq);
    let crumbs = vec![
        (t!("Area personale").into(), "/area-personale".into()),
        (t!("Pagamenti").into(), "/pagamenti".into()),
    ];
    let case = format!("/pratiche/{}", page.payment.case);
    let error = page.error.map(|text| {
        view! { <div id="errori" tabindex="-1">{alert(Tone::Danger, text)}</div> }
    });
    let notice = page.notice.map(|text| alert(Tone::Info, text));
    let title = page.payment.what.clone();
    let about = sentence(
        t!("{service}, protocollo {number}"),
        [
            ("service", defined(page.payment.title.as_str())),
            ("number", page.payment.protocol.clone().into_any()),
        ],
    );
    main(
        view! {
            {breadcrumb(crumbs, quoted(&title))}
            {live}
            {error}
            <h1 lang=of_definitions()>{title}</h1>
            <p class="subtitle-small">{about}</p>
            {notice}
            {payment_box(page.payment)}
            <p><a href=case>{t!("Torna alla pratica")}</a></p>
        }
        .into_any(),
    )
}
