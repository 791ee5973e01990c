//! A page of a draft that another window has sent: the number, and the way to the case.

use leptos::prelude::*;
use rules::{language::of_definitions, t};

use crate::{
    api::SentPage,
    components::{Tone, alert, breadcrumb, el, main, sentence},
};

pub fn view(page: SentPage) -> AnyView {
    let sheet = format!("/servizi/{}", page.slug);
    let again = format!("{sheet}/richiesta");
    let case = format!("/pratiche/{}", page.case);
    let number = el("strong")
        .class("text-nowrap")
        .set("data-protocol", "")
        .child(page.protocol);
    let told = sentence(
        t!(
            "L’hai inviata da un’altra finestra o da un altro dispositivo. Il numero di protocollo è {number}. Quello che hai scritto dopo non è stato inviato."
        ),
        [("number", number.view())],
    );
    main(
        view! {
            {breadcrumb(vec![(t!("Servizi").into(), "/servizi".into()), (page.title.clone(), sheet)], t!("Richiesta inviata").into())}
            <h1>{t!("Hai già inviato questa richiesta")}</h1>
            <p class="subtitle-small" lang=of_definitions()>{page.title}</p>
            {alert(Tone::Info, view! {
                <p class="mb-0">{told}</p>
            }.into_any())}
            <p>
                <a class="btn btn-primary" href=case>{t!("Vai alla pratica")}</a>" "
                <a class="btn btn-outline-primary" href=again>{t!("Fai un’altra richiesta")}</a>
            </p>
        }
        .into_any(),
    )
}
