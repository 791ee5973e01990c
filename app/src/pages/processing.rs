//! `/ufficio/trattamenti`: the register of processing activities (GDPR art. 30), for the
//! administrator.

use leptos::prelude::*;

use crate::{
    api::{ActivityView, ProcessingPage},
    components::{breadcrumb, main, pairs},
};

pub fn view(page: ProcessingPage) -> AnyView {
    let index = page
        .activities
        .iter()
        .map(|of| {
            let href = format!("#{}", of.slug);
            view! { <li><a href=href>{of.title.clone()}</a></li> }
        })
        .collect_view();
    main(
        view! {
            {breadcrumb(vec![("Ufficio".into(), "/ufficio".into())], "Registro dei trattamenti".into())}
            <h1>"Registro dei trattamenti"</h1>
            <p class="subtitle-small">
                "Art. 30 del Regolamento UE 2016/679. Viene dalle definizioni dei servizi e da comune.toml: si cambia lì. \
                 Come tabella (CSV): "<code>"server privacy-register registro.csv"</code>"."
            </p>
            <nav aria-label="Trattamenti"><ul>{index}</ul></nav>
            {page.activities.into_iter().map(activity).collect_view()}
        }
        .into_any(),
    )
}

fn activity(of: ActivityView) -> AnyView {
    let notice = format!("/servizi/{}/privacy?versione={}", of.slug, of.version);
    let about = format!("Leggi l’informativa: {}", of.title);
    view! {
        <section class="mb-5" id=of.slug data-activity="">
            <h2 class="h4">{of.title}</h2>
            {pairs(of.lines)}
            <p><a href=notice>{about}</a></p>
        </section>
    }
    .into_any()
}
