//! `/pratiche/{id}/ricevuta` (L. 241/1990 art. 18-bis).

use leptos::prelude::*;

use crate::{
    api::{ReceiptPage, rating::SERVICE},
    components::{
        Icon, Tone, alert, breadcrumb, bullets, costs, files, icon, live, main, office_card, pairs,
        pdf, rating, summary,
    },
};

pub fn view(page: ReceiptPage) -> AnyView {
    let case = format!("/pratiche/{}", page.id);
    let json = format!("/api/pratiche/{}/ricevuta", page.id);
    let crumbs = vec![("Area personale".into(), "/area-personale".into())];
    let title = if page.fresh {
        "Richiesta inviata"
    } else {
        "Ricevuta"
    };
    let facts = facts(&page);
    let live = live(&page.id, page.seq);
    main(
        view! {
            {breadcrumb(crumbs, "Ricevuta".into())}
            {live}
            <h1 class="d-flex align-items-center gap-2">{page.fresh.then(|| icon(Icon::Check))}<span>{title}</span></h1>
            {alert(Tone::Success, view! {
                <p class="mb-0">
                    "Abbiamo ricevuto la tua richiesta. Numero di protocollo: "
                    <strong class="text-nowrap" data-protocol="">{page.protocol.clone()}</strong>
                </p>
            }.into_any())}
            <p class="subtitle-small">{page.title.clone()}</p>
            {facts}
            <h2>"Che cosa succede ora"</h2>
            <p>"L’ufficio controlla la richiesta e ti risponde entro il "<strong>{page.due}</strong>". Se manca un documento te lo chiede: lo vedi nella pagina della pratica."</p>
            {page.silence.map(|text| view! { <p>{text}</p> })}
            <p>
                <a class="btn btn-primary" href=case>"Segui la pratica"</a>" "
                <a class="btn btn-outline-primary" href=json rel="external">"Scarica la ricevuta (JSON)"</a>
            </p>
            {install()}
            {pdf(page.pdf, "ricevuta della richiesta")}
            {(!page.fees.is_empty()).then(|| view! { <h2>"Quanto costa"</h2>{costs(page.fees)} })}
            <h2>"Che cosa hai scritto"</h2>
            {summary(page.summary, None)}
            <h2>"Documenti allegati"</h2>
            {files(page.attachments)}
            <h2>"Che cosa hai dichiarato"</h2>
            {bullets(page.declarations)}
            {(!page.remedies.is_empty()).then(|| view! { <h2>"Se non sei d’accordo con la risposta"</h2>{bullets(page.remedies)} })}
            <h2>"Contatti"</h2>
            {office_card(&page.office)}
            {rating(format!("{SERVICE}{}", page.slug))}
        }
        .into_any(),
    )
}

/// Shown by `app/pwa/pwa.js`, where the browser can install the site and has not yet.
fn install() -> AnyView {
    view! {
        <div class="card has-bkg-grey p-3 mb-4" hidden="" data-install="">
            <p>"Vuoi ritrovare le tue pratiche con un tocco? Metti lo sportello tra le app di questo dispositivo."</p>
            <p class="mb-0"><button class="btn btn-outline-primary" type="button">"Installa l’app"</button></p>
        </div>
    }
    .into_any()
}

fn facts(page: &ReceiptPage) -> AnyView {
    let mut lines = vec![
        ("Inviata il".to_owned(), page.submitted.clone()),
        ("Chi ha chiesto".to_owned(), page.applicant.clone()),
    ];
    if let Some(represented) = &page.represented {
        lines.push(("Per conto di".into(), represented.clone()));
    }
    lines.push(("Ufficio".into(), page.office.name.clone()));
    lines.push(("Risposta entro il".into(), page.due.clone()));
    lines.push((
        "Impronta della richiesta (SHA-256)".into(),
        page.original_sha256.clone(),
    ));
    view! { <div class="text-break">{pairs(lines)}</div> }.into_any()
}
