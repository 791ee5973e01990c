//! `/accedi`

use leptos::prelude::*;
use rules::t;

use crate::components::{Tone, alert, breadcrumb, encode, main};

pub fn view(next: &str, notice: Option<String>) -> AnyView {
    let way = |scheme: &str| format!("/{scheme}/login?next={}", encode(next));
    main(
        view! {
            {breadcrumb(Vec::new(), t!("Accedi").into())}
            <h1>{t!("Accedi")}</h1>
            {notice.map(|text| alert(Tone::Info, text.into_any()))}
            <p>{t!("Per fare una richiesta e seguire le tue pratiche entra con la tua identità digitale.")}</p>
            <section class="card border p-4 my-4">
                <h2 class="h4">"SPID"</h2>
                <p>{t!("SPID è la chiave unica per i servizi pubblici.")}</p>
                <p><a class="btn btn-primary" href=way("spid") rel="external">{t!("Entra con SPID")}</a></p>
                <p class="mb-0"><a href="https://www.spid.gov.it/cos-e-spid/come-attivare-spid/" rel="external">{t!("Come attivare SPID")}</a></p>
            </section>
            <section class="card border p-4 my-4">
                <h2 class="h4">"CIE"</h2>
                <p>{t!("La Carta d’identità elettronica: con il telefono che la legge, o con l’app CieID.")}</p>
                <p><a class="btn btn-primary" href=way("cie") rel="external">{t!("Entra con CIE")}</a></p>
                <p class="mb-0"><a href="https://www.cartaidentita.interno.gov.it/info-utili/cie-id/" rel="external">{t!("Come attivare CIE")}</a></p>
            </section>
        }
        .into_any(),
    )
}
