//! `/pagamenti/{id}`: one payment, also on the way back from checkout.

use leptos::prelude::*;

use crate::{
    api::PaymentPage,
    components::{Tone, alert, breadcrumb, live, main, payment_box},
};

pub fn view(page: PaymentPage) -> AnyView {
    let live = live(&page.payment.case, page.seq);
    let crumbs = vec![
        ("Area personale".into(), "/area-personale".into()),
        ("Pagamenti".into(), "/pagamenti".into()),
    ];
    let case = format!("/pratiche/{}", page.payment.case);
    let error = page.error.map(|text| {
        view! { <div id="errori" tabindex="-1">{alert(Tone::Danger, text)}</div> }
    });
    let notice = page.notice.map(|text| alert(Tone::Info, text));
    let title = page.payment.what.clone();
    let about = format!(
        "{}, protocollo {}",
        page.payment.title, page.payment.protocol
    );
    main(
        view! {
            {breadcrumb(crumbs, title.clone())}
            {live}
            {error}
            <h1>{title}</h1>
            <p class="subtitle-small">{about}</p>
            {notice}
            {payment_box(page.payment)}
            <p><a href=case>"Torna alla pratica"</a></p>
        }
        .into_any(),
    )
}
