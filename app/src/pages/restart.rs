//! `/pratiche/{id}/ricomincia`: a draft of that service is there already.

use leptos::prelude::*;
use rules::{language::of_definitions, t};

use crate::{
    api::{OpenDraft, RestartPage},
    components::{Tone, alert, breadcrumb, main},
};

pub fn view(page: RestartPage) -> AnyView {
    let case = format!("/pratiche/{}", page.case);
    let form = format!("/servizi/{}/richiesta", page.slug);
    let protocol = page.protocol.clone();
    let choice = match page.draft {
        Some(draft) => keep_or_replace(draft, form, case.clone(), protocol),
        None => view! {
            <form method="post" action=case.clone() enctype="multipart/form-data">
                <button class="btn btn-primary" type="submit" name="azione" value="ricomincia">{t!("Copia le risposte della richiesta {protocol}", protocol)}</button>
            </form>
        }
        .into_any(),
    };
    main(
        view! {
            {breadcrumb(vec![
                (t!("Area personale").into(), "/area-personale".into()),
                (t!("Pratica {number}", number = page.protocol), case),
            ], t!("Ricomincia").into())}
            <h1>{t!("Ricomincia da una richiesta di prima")}</h1>
            <p class="subtitle-small" lang=of_definitions()>{page.title}</p>
            {choice}
        }
        .into_any(),
    )
}

fn keep_or_replace(draft: OpenDraft, form: String, case: String, protocol: String) -> AnyView {
    let saved = t!(
        "Di questo servizio hai già una bozza, salvata il {at}.",
        at = draft.saved_at
    );
    view! {
        {alert(Tone::Warning, view! {
            <p class="fw-semibold mb-1">{saved}</p>
            <p class="mb-0">{t!("Se la sostituisci, quello che ci hai scritto e allegato si cancella. Non si può tornare indietro.")}</p>
        }.into_any())}
        <form method="post" action=case enctype="multipart/form-data">
            <input type="hidden" name="bozza" value=draft.id/>
            <input type="hidden" name="versione" value=draft.version.to_string()/>
            <p><a class="btn btn-primary" href=form>{t!("Tieni la bozza che c’è")}</a></p>
            <button class="btn btn-outline-danger" type="submit" name="azione" value="ricomincia">{t!("Sostituiscila con le risposte della richiesta {protocol}", protocol)}</button>
        </form>
    }
    .into_any()
}
