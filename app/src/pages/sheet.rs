//! `/servizi/{slug}`: the sheet, in the order and with the marks of the Modello Comuni (C.SI.1.3).

use leptos::prelude::*;
use rules::{
    language::{of_definitions, quoted},
    t,
};

use crate::{
    api::{NormLine, SheetPage},
    components::{
        Icon, breadcrumb, bullets, costs, defined, encode, icon, main, office_card, rating, told,
    },
};

/// Voices of the page index: anchor and text, exactly those of the model.
fn voices() -> [(&'static str, &'static str); 10] {
    [
        ("a-chi-e-rivolto", t!("A chi è rivolto")),
        ("come-fare", t!("Come fare")),
        ("cosa-serve", t!("Cosa serve")),
        ("cosa-si-ottiene", t!("Cosa si ottiene")),
        ("tempi-e-scadenze", t!("Tempi e scadenze")),
        ("quanto-costa", t!("Quanto costa")),
        ("accedi-al-servizio", t!("Accedi al servizio")),
        ("norme", t!("Norme")),
        ("condizioni-di-servizio", t!("Condizioni di servizio")),
        ("contatti", t!("Contatti")),
    ]
}

fn section(id: &'static str, content: AnyView) -> AnyView {
    let title = voices()
        .into_iter()
        .find(|(at, _)| *at == id)
        .map_or("", |(_, title)| title);
    // The model sets these two apart.
    let class = match id {
        "cosa-serve" | "accedi-al-servizio" => "it-page-section mb-5 has-bkg-grey p-4",
        _ => "it-page-section mb-5",
    };
    view! {
        <section class=class id=id>
            <h2 class="mb-3">{title}</h2>
            {content}
        </section>
    }
    .into_any()
}

fn sentences(lines: Vec<String>) -> AnyView {
    lines
        .into_iter()
        .map(|line| view! { <p>{told(line)}</p> })
        .collect_view()
        .into_any()
}

fn norms(norms: Vec<NormLine>) -> AnyView {
    let items = norms
        .into_iter()
        .map(|n| view! { <li lang=of_definitions()><strong>{n.source}</strong>", "{n.articles}": "{n.about}</li> })
        .collect_view();
    view! { <ul>{items}</ul> }.into_any()
}

fn needed(page: &SheetPage) -> AnyView {
    let files = (!page.attachments.is_empty()).then(|| {
        let items = page
            .attachments
            .iter()
            .cloned()
            .map(|(title, note)| {
                let note = (!note.is_empty()).then(|| format!(": {note}"));
                view! { <li>{defined(title)}{note.map(told)}</li> }
            })
            .collect_view();
        view! { <p>{t!("Documenti da allegare, se riguardano il tuo caso:")}</p><ul>{items}</ul> }
    });
    view! {
        <div data-element="service-needed">
            <p>{t!("Per fare la richiesta ti servono:")}</p>
            <ul><li>{t!("SPID, per entrare con la tua identità")}</li>{page.needed.iter().cloned().map(|n| view! { <li lang=of_definitions()>{n}</li> }).collect_view()}</ul>
            {files}
        </div>
    }
    .into_any()
}

/// The way in: the request, or why there is none now.
fn start(page: &SheetPage) -> AnyView {
    let href = format!("/servizi/{}/richiesta", page.slug);
    if page.open {
        let label = if page.draft {
            t!("Continua la tua richiesta")
        } else {
            t!("Compila la richiesta online")
        };
        view! { <a class="btn btn-primary" data-element="service-online-access" href=href>{label}</a> }
            .into_any()
    } else {
        let reason = page
            .window
            .clone()
            .unwrap_or_else(|| t!("Ora non si può fare la richiesta.").into());
        view! { <p data-element="service-generic-access">{told(reason)}</p> }.into_any()
    }
}

fn head(page: &SheetPage) -> AnyView {
    let status = if page.open {
        t!("Servizio attivo")
    } else {
        t!("Servizio non attivo")
    };
    let href = format!("/servizi/{}/richiesta", page.slug);
    let category = (
        page.category.clone(),
        format!("/servizi?categoria={}", encode(&page.category)),
    );
    let button = page.open.then(|| {
        let label = if page.draft {
            t!("Continua la tua richiesta")
        } else {
            t!("Compila la richiesta online")
        };
        view! { <p><a class="btn btn-primary" href=href>{label}</a></p> }
    });
    view! {
        {breadcrumb(vec![(t!("Servizi").into(), "/servizi".into()), category], quoted(&page.title))}
        <h1 class="title-xxxlarge" lang=of_definitions() data-element="service-title">{page.title.clone()}</h1>
        <p><span class="chip chip-simple chip-primary"><span class="chip-label" data-element="service-status">{status}</span></span></p>
        <p class="subtitle-small" lang=of_definitions() data-element="service-description">{page.description.clone()}</p>
        {page.window.clone().map(|text| view! { <p>{told(text)}</p> })}
        {button}
        {actions()}
    }
    .into_any()
}

/// Of a script (`app/pwa/pwa.js`): without it the browser has the same in its own menu.
fn actions() -> AnyView {
    view! {
        <p class="page-actions">
            <button class="btn btn-link" type="button" data-share=t!("Indirizzo copiato")>{icon(Icon::Share)}<span aria-live="polite">{t!("Condividi")}</span></button>
            <button class="btn btn-link" type="button" data-print="">{icon(Icon::Print)}<span>{t!("Stampa")}</span></button>
        </p>
    }
    .into_any()
}

fn index() -> AnyView {
    let items = voices()
        .into_iter()
        .map(|(id, title)| {
            let href = format!("#{id}");
            view! { <li class="nav-item"><a class="nav-link" href=href rel="external">{title}</a></li> }
        })
        .collect_view();
    view! {
        <nav class="it-navscroll-wrapper" aria-label=t!("Indice della pagina")>
            <h2 class="h6">{t!("Indice della pagina")}</h2>
            <ul class="link-list" data-element="page-index">{items}</ul>
        </nav>
    }
    .into_any()
}

fn sections(page: SheetPage) -> AnyView {
    let (need, access) = (needed(&page), start(&page));
    let privacy = format!("/servizi/{}/privacy", page.slug);
    let terms = format!("/servizi/{}/condizioni", page.slug);
    let silence = page.silence.map(|text| view! { <p>{told(text)}</p> });
    let precheck = page.precheck.then(|| {
        let href = format!("/servizi/{}/requisiti", page.slug);
        view! { <p><a class="btn btn-outline-primary" href=href>{t!("Ho i requisiti? Controlla in un minuto")}</a></p> }
    });
    view! {
        {section("a-chi-e-rivolto", view! {
            <div data-element="service-addressed"><p lang=of_definitions()>{page.who}</p>{bullets(page.requirements)}{precheck}</div>
        }.into_any())}
        {section("come-fare", view! { <div data-element="service-how-to">{sentences(page.how)}</div> }.into_any())}
        {section("cosa-serve", need)}
        {section("cosa-si-ottiene", view! { <p lang=of_definitions() data-element="service-achieved">{page.obtained}</p> }.into_any())}
        {section("tempi-e-scadenze", view! { <div data-element="service-calendar-text"><p>{told(page.term)}</p>{silence}</div> }.into_any())}
        {section("quanto-costa", costs(page.costs))}
        {section("accedi-al-servizio", access)}
        {section("norme", norms(page.norms))}
        {section("condizioni-di-servizio", view! {
            <p><a data-element="service-file" href=terms rel="external">{t!("Condizioni di servizio (PDF)")}</a></p>
            <p><a href=privacy>{t!("Come usiamo i tuoi dati")}</a></p>
            {(!page.remedies.is_empty()).then(|| view! { <p>{t!("Se non sei d’accordo con la risposta:")}</p>{bullets(page.remedies)} })}
        }.into_any())}
        {section("contatti", view! { <div data-element="service-area">{office_card(&page.office)}</div> }.into_any())}
    }
    .into_any()
}

pub fn view(page: SheetPage) -> AnyView {
    let slug = page.slug.clone();
    main(
        view! {
            {content(page)}
            {rating(format!("/servizi/{slug}"))}
        }
        .into_any(),
    )
}

/// The sheet itself, for a preview too.
pub fn content(page: SheetPage) -> AnyView {
    let head = head(&page);
    let topics = page
        .topics
        .iter()
        .cloned()
        .map(|t| view! { <li><span class="chip chip-simple"><span class="chip-label" lang=of_definitions() data-element="service-topic">{t}</span></span></li> })
        .collect_view();
    view! {
        {head}
        <hr class="my-4"/>
        <div class="row">
            <div class="col-12 col-lg-3 mb-4">{index()}</div>
            <div class="col-12 col-lg-8 offset-lg-1 it-page-sections-container">
                {sections(page)}
                <p class="mb-1">{t!("Argomenti:")}</p>
                <ul class="d-flex flex-wrap gap-2 list-unstyled">{topics}</ul>
            </div>
        </div>
    }
    .into_any()
}
