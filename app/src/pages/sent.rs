//! A page of a draft that another window has sent: the number, and the way to the case.

use leptos::prelude::*;

use crate::{
    api::SentPage,
    components::{Tone, alert, breadcrumb, main},
};

pub fn view(page: SentPage) -> AnyView {
    let sheet = format!("/servizi/{}", page.slug);
    let again = format!("{sheet}/richiesta");
    let case = format!("/pratiche/{}", page.case);
    main(
        view! {
            {breadcrumb(vec![("Servizi".into(), "/servizi".into()), (page.title.clone(), sheet)], "Richiesta inviata".into())}
            <h1>"Hai già inviato questa richiesta"</h1>
            <p class="subtitle-small">{page.title}</p>
            {alert(Tone::Info, view! {
                <p class="mb-0">"L’hai inviata da un’altra finestra o da un altro dispositivo. Il numero di protocollo è "<strong class="text-nowrap" data-protocol="">{page.protocol}</strong>". Quello che hai scritto dopo non è stato inviato."</p>
            }.into_any())}
            <p>
                <a class="btn btn-primary" href=case>"Vai alla pratica"</a>" "
                <a class="btn btn-outline-primary" href=again>"Fai un’altra richiesta"</a>
            </p>
        }
        .into_any(),
    )
}
