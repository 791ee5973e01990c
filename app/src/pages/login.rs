//! `/accedi`

use leptos::prelude::*;
use rules::t;

use crate::{
    api::{LoginPage, Provider},
    components::{Tone, alert, breadcrumb, main},
};

pub fn view(page: LoginPage) -> AnyView {
    main(
        view! {
            {breadcrumb(Vec::new(), t!("Accedi").into())}
            <h1>{t!("Accedi")}</h1>
            {page.notice.map(|text| alert(Tone::Info, text.into_any()))}
            <p>{t!("Per fare una richiesta e seguire le tue pratiche entra con la tua identità digitale.")}</p>
            <section class="card border p-4 my-4">
                <h2 class="h4">"SPID"</h2>
                <p>{t!("SPID è la chiave unica per i servizi pubblici.")}</p>
                {spid(page.spid)}
                <ul class="list-inline mb-0">
                    <li class="list-inline-item">{outside("https://www.spid.gov.it", t!("Maggiori informazioni"))}</li>
                    <li class="list-inline-item">{outside("https://www.spid.gov.it/richiedi-spid", t!("Non hai SPID?"))}</li>
                    <li class="list-inline-item">{outside("https://www.spid.gov.it/serve-aiuto", t!("Serve aiuto?"))}</li>
                </ul>
            </section>
            {page.cie.map(cie)}
            {page.eidas.map(eidas)}
        }
        .into_any(),
    )
}

fn outside(href: &'static str, text: &'static str) -> AnyView {
    view! { <a href=href rel="external">{text}</a> }.into_any()
}

/// A single provider is the button itself; several open under it, without any script.
fn spid(mut providers: Vec<Provider>) -> AnyView {
    let text = t!("Entra con SPID");
    if providers.len() > 1 {
        let each = providers.into_iter().map(|provider| {
            view! { <li><a href=provider.href rel="external">{provider.name}</a></li> }
        });
        return view! {
            <details class="providers mb-3">
                <summary class="btn btn-primary">{text}</summary>
                <p class="mt-3 mb-2" id="gestori">{t!("Scegli il tuo gestore di identità:")}</p>
                <ul class="list-unstyled mb-0" aria-labelledby="gestori">{each.collect_view()}</ul>
            </details>
        }
        .into_any();
    }
    match providers.pop() {
        Some(only) => {
            view! { <p><a class="btn btn-primary" href=only.href rel="external">{text}</a></p> }
                .into_any()
        }
        None => view! { <p>{t!("In questo momento non si può entrare con SPID.")}</p> }.into_any(),
    }
}

fn cie(href: String) -> AnyView {
    view! {
        <section class="card border p-4 my-4">
            <h2 class="h4">"CIE"</h2>
            <p>{t!("La Carta d’identità elettronica: con il telefono che la legge, o con l’app CieID.")}</p>
            <p><a class="btn btn-primary" href=href rel="external">{t!("Entra con CIE")}</a></p>
            <p class="mb-0">{outside("https://www.cartaidentita.interno.gov.it/info-utili/cie-id/", t!("Come attivare CIE"))}</p>
        </section>
    }
    .into_any()
}

fn eidas(href: String) -> AnyView {
    view! {
        <section class="card border p-4 my-4">
            <h2 class="h4">"eIDAS"</h2>
            <p>{t!("L’identità digitale di un altro Paese dell’Unione europea.")}</p>
            <p class="mb-0"><a class="btn btn-outline-primary" href=href rel="external">{t!("Entra con eIDAS")}</a></p>
        </section>
    }
    .into_any()
}
