//! `/servizi/{slug}/privacy`: the notice of GDPR art. 13 for one service.

use leptos::prelude::*;

use crate::{
    api::SheetPage,
    components::{breadcrumb, main},
};

pub fn view(page: SheetPage) -> AnyView {
    let sheet = format!("/servizi/{}", page.slug);
    let sections = page
        .privacy
        .into_iter()
        .map(|(title, paragraphs)| {
            let paragraphs = paragraphs
                .into_iter()
                .map(|p| view! { <p>{p}</p> })
                .collect_view();
            view! { <section class="mb-4"><h2 class="h4">{title}</h2>{paragraphs}</section> }
        })
        .collect_view();
    main(
        view! {
            {breadcrumb(
                vec![("Servizi".into(), "/servizi".into()), (page.title.clone(), sheet.clone())],
                "Privacy".into(),
            )}
            <h1>"Come usiamo i tuoi dati"</h1>
            <p class="subtitle-small">{page.title}</p>
            {sections}
            <p><a class="btn btn-outline-primary" href=sheet>"Torna al servizio"</a></p>
        }
        .into_any(),
    )
}
