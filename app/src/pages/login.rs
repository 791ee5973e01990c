//! `/accedi`

use leptos::prelude::*;
use rules::t;

use crate::components::{Tone, alert, breadcrumb, encode, main};

pub fn view(next: &str, notice: Option<String>) -> AnyView {
    let href = format!("/spid/login?next={}", encode(next));
    main(
        view! {
            {breadcrumb(Vec::new(), t!("Accedi").into())}
            <h1>{t!("Accedi")}</h1>
            {notice.map(|text| alert(Tone::Info, text.into_any()))}
            <p>{t!("Per fare una richiesta e seguire le tue pratiche entra con la tua identità digitale.")}</p>
            <section class="card border p-4 my-4">
                <h2 class="h4">"SPID"</h2>
                <p>{t!("SPID è la chiave unica per i servizi pubblici.")}</p>
                <p><a class="btn btn-primary" href=href rel="external">{t!("Entra con SPID")}</a></p>
                <p class="mb-0"><a href="https://www.spid.gov.it/cos-e-spid/come-attivare-spid/" rel="external">{t!("Come attivare SPID")}</a></p>
            </section>
        }
        .into_any(),
    )
}
