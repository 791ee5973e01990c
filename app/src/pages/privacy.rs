//! `/servizi/{slug}/privacy`: the notice of GDPR art. 13 for one service.

use leptos::prelude::*;
use rules::{language::of_definitions, t};

use crate::{
    api::SheetPage,
    components::{breadcrumb, main, told},
};

pub fn view(page: SheetPage) -> AnyView {
    let sheet = format!("/servizi/{}", page.slug);
    let sections = page
        .privacy
        .into_iter()
        .map(|(title, paragraphs)| {
            let paragraphs = paragraphs
                .into_iter()
                .map(|p| view! { <p>{told(p)}</p> })
                .collect_view();
            view! { <section class="mb-4"><h2 class="h4">{told(title)}</h2>{paragraphs}</section> }
        })
        .collect_view();
    main(
        view! {
            {breadcrumb(
                vec![(t!("Servizi").into(), "/servizi".into()), (page.title.clone(), sheet.clone())],
                t!("Privacy").into(),
            )}
            <h1>{t!("Come usiamo i tuoi dati")}</h1>
            <p class="subtitle-small" lang=of_definitions()>{page.title}</p>
            {sections}
            <p><a class="btn btn-outline-primary" href=sheet>{t!("Torna al servizio")}</a></p>
        }
        .into_any(),
    )
}
