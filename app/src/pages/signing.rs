//! `/servizi/{slug}/richiesta/firma`: the request as a document to download, sign digitally, upload.

use leptos::prelude::*;
use rules::{language::of_definitions, t};

use crate::{
    api::{AttachmentView, SigningPage, step},
    components::{
        Tone, alert, breadcrumb, control, control::Control, error_of, error_pairs, files, main,
    },
};

pub fn view(page: SigningPage) -> AnyView {
    let sheet = format!("/servizi/{}", page.slug);
    let links = vec![
        (t!("Servizi").into(), "/servizi".into()),
        (page.title.clone(), sheet),
    ];
    let content = match page.signed.clone() {
        Some(file) => done(&page, file),
        None => steps(&page),
    };
    main(
        view! {
            {breadcrumb(links, t!("Firma digitale").into())}
            {error_pairs(&page.errors)}
            <h1>{t!("Firma il documento")}</h1>
            <p class="subtitle-small" lang=of_definitions()>{page.title.clone()}</p>
            {content}
            {reopen(&page)}
        }
        .into_any(),
    )
}

fn who(page: &SigningPage) -> String {
    match page.own {
        true => t!(
            "Firmalo tu, con la tua firma digitale: il certificato deve avere il tuo codice fiscale, {code}.",
            code = page.signer
        ),
        false => t!(
            "Lo firma con la propria firma digitale la persona con il codice fiscale {code}: mandale il file, e fattelo ridare firmato.",
            code = page.signer
        ),
    }
}

fn steps(page: &SigningPage) -> AnyView {
    let path = format!("/servizi/{}/richiesta/firma", page.slug);
    let pdf = format!("{path}/documento");
    let error = error_of(&page.errors, "documento");
    let file = Control::fixed("documento", t!("Il documento firmato"), true, error).with_hint(t!(
        "Il PDF firmato (PAdES) o il file .p7m (CAdES), al massimo 20 MB."
    ));
    view! {
        <p>{t!("Questa richiesta vale solo con una firma digitale. Il documento contiene quello che hai scritto e l’elenco dei file allegati. Finché aspetta la firma non si cambia.")}</p>
        <h2>{t!("1. Scarica")}</h2>
        <p><a class="btn btn-primary" href=pdf rel="external">{t!("Scarica il documento (PDF)")}</a></p>
        <h2>{t!("2. Firma")}</h2>
        <p>{who(page)}</p>
        <p>{t!("Usa il programma della tua firma digitale e scegli PAdES o CAdES. Non aprire e salvare il PDF con altri programmi: se cambia, la firma non vale.")}</p>
        <h2>{t!("3. Carica")}</h2>
        <form method="post" action=path enctype="multipart/form-data" novalidate data-signing-upload="">
            {control::file(&file, Some(".pdf,.p7m".into()), false)}
            <button class="btn btn-primary" type="submit" name="azione" value="carica">{t!("Carica e controlla la firma")}</button>
        </form>
    }
    .into_any()
}

fn done(page: &SigningPage, file: AttachmentView) -> AnyView {
    let summary = format!("/servizi/{}/richiesta?passo={}", page.slug, step::SUMMARY);
    view! {
        {alert(Tone::Success, view! { <p class="mb-0">{t!("La firma è valida. Adesso puoi inviare la richiesta dal riepilogo.")}</p> }.into_any())}
        {files(vec![file])}
        <p><a class="btn btn-primary" href=summary>{t!("Vai al riepilogo")}</a></p>
    }
    .into_any()
}

fn reopen(page: &SigningPage) -> AnyView {
    let path = format!("/servizi/{}/richiesta/firma", page.slug);
    view! {
        <form class="my-5" method="post" action=path>
            <h2>{t!("Devi correggere qualcosa?")}</h2>
            <p>{t!("Riapri la richiesta, correggila e prepara un documento nuovo: quello di adesso non vale più.")}</p>
            <button class="btn btn-outline-primary" type="submit" name="azione" value="riapri">{t!("Riapri la richiesta")}</button>
        </form>
    }
    .into_any()
}
