//! A request outside its window: the reason, and no form.

use leptos::prelude::*;
use rules::{language::of_definitions, t};

use crate::components::{Tone, alert, breadcrumb, main, told};

pub fn view(slug: &str, title: String, reason: String) -> AnyView {
    let sheet = format!("/servizi/{slug}");
    main(
        view! {
            {breadcrumb(vec![(t!("Servizi").into(), "/servizi".into()), (title.clone(), sheet.clone())], t!("Richiesta").into())}
            <h1 lang=of_definitions()>{title}</h1>
            {alert(Tone::Info, view! {
                <p class="fw-semibold">{t!("In questo momento la richiesta non si può fare.")}</p>
                <p class="mb-0">{told(reason)}</p>
            }.into_any())}
            <p>
                <a class="btn btn-primary" href=sheet>{t!("Leggi la scheda del servizio")}</a>" "
                <a class="btn btn-outline-primary" href="/servizi">{t!("Vedi gli altri servizi")}</a>
            </p>
        }
        .into_any(),
    )
}
