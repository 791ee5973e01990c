//! `/pratiche/{id}/ricevuta` (L. 241/1990 art. 18-bis).

use leptos::prelude::*;
use rules::{
    language::{of_definitions, quoted},
    t,
};

use crate::{
    api::{ReceiptPage, VersionView, rating::SERVICE},
    components::{
        Icon, Tone, alert, breadcrumb, bullets, costs, el, files, icon, live, main, office_card,
        pairs, pdf, rating, sentence, summary, told,
    },
};

pub fn view(page: ReceiptPage) -> AnyView {
    let case = format!("/pratiche/{}", page.id);
    let json = format!("/api/pratiche/{}/ricevuta", page.id);
    let crumbs = vec![(t!("Area personale").into(), "/area-personale".into())];
    let title = if page.fresh {
        t!("Richiesta inviata")
    } else {
        t!("Ricevuta")
    };
    let facts = facts(&page);
    let live = live(&page.id, page.seq);
    let next = sentence(
        t!(
            "L’ufficio controlla la richiesta e ti risponde entro il {due}. Se manca un documento te lo chiede: lo vedi nella pagina della pratica."
        ),
        [("due", el("strong").child(page.due.as_str()).view())],
    );
    main(
        view! {
            {breadcrumb(crumbs, t!("Ricevuta").into())}
            {live}
            <h1 class="d-flex align-items-center gap-2">{page.fresh.then(|| icon(Icon::Check))}<span>{title}</span></h1>
            {alert(Tone::Success, view! {
                <p class="mb-0">
                    {t!("Abbiamo ricevuto la tua richiesta. Numero di protocollo: ")}
                    <strong class="text-nowrap" data-protocol="">{page.protocol.clone()}</strong>
                </p>
            }.into_any())}
            <p class="subtitle-small" lang=of_definitions()>{page.title.clone()}</p>
            {facts}
            <h2>{t!("Che cosa succede ora")}</h2>
            <p>{next}</p>
            {page.silence.map(|text| view! { <p>{told(text)}</p> })}
            <p><a class="btn btn-primary" href=case>{t!("Segui la pratica")}</a></p>
            {pdf(page.pdf, t!("ricevuta della richiesta"))}
            {install()}
            {(!page.fees.is_empty()).then(|| view! { <h2>{t!("Quanto costa")}</h2>{costs(page.fees)} })}
            <h2>{t!("Che cosa hai scritto")}</h2>
            {summary(page.summary, None)}
            <h2>{t!("Documenti allegati")}</h2>
            {files(page.attachments)}
            <h2>{t!("Che cosa hai dichiarato")}</h2>
            {bullets(page.declarations)}
            {page.privacy.map(|version| notice(&page.slug, version))}
            {(!page.remedies.is_empty()).then(|| view! { <h2>{t!("Se non sei d’accordo con la risposta")}</h2>{bullets(page.remedies)} })}
            <p class="mt-4"><a href=json rel="external">{t!("Scarica la ricevuta (JSON)")}</a></p>
            <h2>{t!("Contatti")}</h2>
            {office_card(&page.office)}
            {rating(format!("{SERVICE}{}", page.slug))}
        }
        .into_any(),
    )
}

/// The privacy notice that held when it was sent.
fn notice(slug: &str, of: VersionView) -> AnyView {
    let href = format!("/servizi/{slug}/privacy?versione={}", of.version);
    let text = t!(
        "L’informativa sui tuoi dati che valeva: versione {version}, dal {since}",
        version = of.version,
        since = of.since
    );
    view! { <p><a href=href data-notice=of.version>{text}</a></p> }.into_any()
}

/// Shown by `app/pwa/pwa.js`, where the browser can install the site and has not yet.
fn install() -> AnyView {
    view! {
        <div class="card has-bkg-grey p-3 my-4" hidden="" data-install="">
            <p>{t!("Vuoi ritrovare le tue pratiche con un tocco? Metti lo sportello tra le app di questo dispositivo.")}</p>
            <p class="mb-0"><button class="btn btn-outline-primary" type="button">{t!("Installa l’app")}</button></p>
        </div>
    }
    .into_any()
}

fn facts(page: &ReceiptPage) -> AnyView {
    let mut lines: Vec<(&str, String)> = vec![
        (t!("Inviata il"), page.submitted.clone()),
        (t!("Chi ha chiesto"), page.applicant.clone()),
    ];
    if let Some(represented) = &page.represented {
        lines.push((t!("Per conto di"), represented.clone()));
    }
    lines.push((t!("Ufficio"), quoted(&page.office.name)));
    lines.push((t!("Risposta entro il"), page.due.clone()));
    lines.push((
        t!("Impronta della richiesta (SHA-256)"),
        page.original_sha256.clone(),
    ));
    view! { <div class="text-break">{pairs(lines)}</div> }.into_any()
}
