//! `/servizi/{slug}/privacy`: the notice of GDPR art. 13 for one service.

use leptos::prelude::*;
use rules::{language::of_definitions, t};

use crate::{
    api::SheetPage,
    components::{breadcrumb, main},
};

pub fn view(page: SheetPage) -> AnyView {
    let sheet = format!("/servizi/{}", page.slug);
    let sections = page
        .privacy
        .into_iter()
        .enumerate()
        .map(|(n, (title, paragraphs))| {
            // The first says who the Comune is; the others are the definition's words.
            let lang = of_definitions().filter(|_| n > 0);
            let paragraphs = paragraphs
                .into_iter()
                .map(|p| view! { <p lang=lang>{p}</p> })
                .collect_view();
            view! { <section class="mb-4"><h2 class="h4">{title}</h2>{paragraphs}</section> }
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
