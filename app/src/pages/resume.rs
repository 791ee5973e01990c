//! A form that came after the session had ended: what was typed waits here, in the page, until
//! its person has logged in again. The server keeps nothing of it.

use leptos::prelude::*;
use rules::t;

use crate::{
    api::ResumePage,
    components::{Tone, alert, breadcrumb, main},
};

pub fn view(page: ResumePage) -> AnyView {
    let fields = page
        .fields
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view();
    let files = page.files.then(|| {
        view! { <p>{t!("I file che avevi scelto non sono qui: caricali di nuovo dopo.")}</p> }
    });
    main(
        view! {
            {breadcrumb(Vec::new(), t!("Sessione scaduta").into())}
            <h1>{t!("La sessione è scaduta")}</h1>
            {alert(Tone::Info, view! {
                <p class="mb-0">{t!("Quello che hai scritto non è perso: aspetta in questa pagina. Non chiuderla.")}</p>
            }.into_any())}
            <ol>
                <li class="mb-3">
                    <a href="/accedi?next=/area-personale" target="_blank" rel="external noopener">{t!("Accedi di nuovo (si apre in un’altra scheda)")}</a>"."
                </li>
                <li>{t!("Torna in questa scheda e premi «Riprendi».")}</li>
            </ol>
            {files}
            <form method="post" action=page.action data-resume="">
                {fields}
                <button class="btn btn-primary" type="submit">{t!("Riprendi")}</button>
            </form>
        }
        .into_any(),
    )
}
