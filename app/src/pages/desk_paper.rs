//! `/ufficio/sportello/stampa`: the request as it is printed and signed.

use leptos::prelude::*;

use crate::{
    api::DeskPaper,
    components::{breadcrumb, bullets, costs, main, pairs, size, summary},
};

pub fn view(page: DeskPaper) -> AnyView {
    let way = vec![
        ("Ufficio".to_owned(), "/ufficio".to_owned()),
        ("Sportello".to_owned(), "/ufficio/sportello".to_owned()),
    ];
    let attached = page.attachments.into_iter();
    let attached: Vec<_> = attached
        .map(|file| {
            format!(
                "{} ({}), SHA-256 {}",
                file.name,
                size(file.bytes),
                file.sha256
            )
        })
        .collect();
    let attached = (!attached.is_empty())
        .then(|| view! { <h2>"Allegati"</h2><div class="text-break">{bullets(attached)}</div> });
    let declared = (!page.declarations.is_empty())
        .then(|| view! { <h2>"Dichiarazioni"</h2>{bullets(page.declarations)} });
    let fees = (!page.fees.is_empty()).then(|| view! { <h2>"Quanto costa"</h2>{costs(page.fees)} });
    main(
        view! {
            {breadcrumb(way, "Da firmare".into())}
            <h1>{page.title}</h1>
            <p class="d-print-none"><strong>"Stampa questa pagina"</strong>" (Ctrl+P), falla leggere e firmare, poi "<a href="/ufficio/sportello">"torna allo sportello"</a>" e carica la copia firmata."</p>
            {pairs(vec![
                ("Chi chiede", page.applicant.clone()),
                ("Codice fiscale", page.fiscal_code),
                ("Documento", page.document),
            ])}
            {summary(page.summary, None)}
            {attached}
            {declared}
            {fees}
            <section data-desk-signature="">
                <h2>"Firma"</h2>
                <p>"Ho letto quello che è scritto qui sopra, è quello che chiedo e dichiaro, e so che le dichiarazioni false sono punite (D.P.R. 445/2000, art. 76)."</p>
                <p>"Data: "{page.day}</p>
                <p class="mt-5">"Firma di "{page.applicant}": ______________________________"</p>
                <p class="mt-5">"Firmata davanti a me, "{page.operator}": ______________________________"</p>
                <p class="small">"Richiesta presentata allo sportello (CAD, art. 65, c. 1, lett. c). Codice di questa stampa: "<code data-stamp="">{page.stamp}</code></p>
            </section>
        }
        .into_any(),
    )
}
