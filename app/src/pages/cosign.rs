//! `/firme/{id}`: a request that somebody else prepared, for who must sign it too.

use leptos::prelude::*;
use rules::{
    language::{of_definitions, quoted},
    t,
};

use crate::{
    api::CosignPage,
    components::{Tone, alert, breadcrumb, bullets, main, summary},
};

pub fn view(page: CosignPage) -> AnyView {
    let title = t!("Firma: {title}", title = page.title);
    let declarations = (!page.declarations.is_empty()).then(|| {
        view! { <section class="my-5"><h2>{t!("Che cosa dichiarate")}</h2><div lang=of_definitions()>{bullets(page.declarations.clone())}</div></section> }
    });
    let attached = (!page.attachments.is_empty()).then(|| {
        let names = page.attachments.iter().map(|file| file.name.clone()).collect();
        view! { <section class="my-5"><h2>{t!("Documenti allegati")}</h2>{bullets(names)}</section> }
    });
    main(
        view! {
            {breadcrumb(vec![(t!("Area personale").into(), "/area-personale".into())], quoted(&title))}
            <h1 lang=of_definitions()>{page.title.clone()}</h1>
            <p class="subtitle-small">{t!("L’ha preparata {name}, e deve avere anche la tua firma.", name = page.applicant.clone())}</p>
            {summary(page.summary.clone(), None)}
            {declarations}
            {attached}
            {sign(&page)}
        }
        .into_any(),
    )
}

fn sign(page: &CosignPage) -> AnyView {
    if let Some(at) = &page.signed {
        let told = t!(
            "Hai firmato il {at}. Ora può essere inviata da chi l’ha preparata.",
            at
        );
        return alert(
            Tone::Success,
            view! { <p class="mb-0">{told}</p> }.into_any(),
        );
    }
    let action = format!("/firme/{}", page.id);
    view! {
        <form method="post" action=action class="my-5">
            <h2>{t!("La tua firma")}</h2>
            <p>{t!("Leggi tutto. Premendo il pulsante firmi con l’identità digitale con cui sei entrato: vale come la firma su carta. Se qualcosa non è giusto non firmare, e dillo a chi l’ha preparata.")}</p>
            <input type="hidden" name="impronta" value=page.hash.clone()/>
            <button class="btn btn-primary" type="submit" name="azione" value="firma">{t!("Firma la richiesta")}</button>
        </form>
    }
    .into_any()
}
