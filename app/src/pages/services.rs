//! `/servizi`: search, categories, life events, list. All of it is plain links and a plain form; the
//! list also follows what one types (`app/pwa/pwa.js`).

use leptos::prelude::*;
use rules::{language::of_definitions, t};

use crate::{
    api::{Facet, ServiceCard, ServicesPage},
    components::{Icon, breadcrumb, encode, icon, main, rating},
};

/// Cards of services, one a link to its sheet.
pub fn cards(services: Vec<ServiceCard>) -> AnyView {
    let items = services
        .into_iter()
        .map(|s| {
            let href = format!("/servizi/{}", s.slug);
            let closed = (!s.open).then(|| {
                view! { <p class="mb-0"><span class="chip chip-simple"><span class="chip-label">{t!("Ora non attivo")}</span></span></p> }
            });
            view! {
                <li class="col-12 col-md-6 mb-4" data-words=s.words>
                    <div class="card-wrapper border rounded shadow-sm h-100">
                        <div class="card h-100">
                            <div class="card-body p-3">
                                <p class="category-top mb-1" lang=of_definitions()>{s.category}</p>
                                <h3 class="h5 card-title" lang=of_definitions()><a href=href data-element="service-link">{s.title}</a></h3>
                                <p class="card-text" lang=of_definitions()>{s.description}</p>
                                {closed}
                            </div>
                        </div>
                    </div>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="row list-unstyled service-list">{items}</ul> }.into_any()
}

fn found_text(count: usize) -> String {
    match count {
        0 => t!("Nessun servizio trovato. Prova con un’altra parola.").into(),
        1 => t!("1 servizio trovato").into(),
        n => t!("{n} servizi trovati", n),
    }
}

/// Links to what each category, or event, has.
pub fn facets(key: &'static str, all: Vec<Facet>, chosen: &str) -> AnyView {
    let links = all.into_iter().map(|facet| {
        let name = encode(&facet.name);
        let href = format!("/servizi?{key}={name}");
        let here = (facet.name == chosen).then_some("true");
        view! {
            <li class="mb-2">
                <a href=href aria-current=here><span lang=of_definitions()>{facet.name}</span>" ("{facet.services}")"</a>
            </li>
        }
    });
    view! { <ul class="list-unstyled">{links.collect_view()}</ul> }.into_any()
}

/// What narrows the list, and the way back.
fn chosen(page: &ServicesPage) -> Option<AnyView> {
    let of = [&page.category, &page.event];
    let names: Vec<String> = of
        .into_iter()
        .filter(|name| !name.is_empty())
        .cloned()
        .collect();
    if names.is_empty() && page.query.is_empty() {
        return None;
    }
    let names = (!names.is_empty()).then(|| {
        view! { <h2 class="h4" lang=of_definitions()>{names.join(", ")}</h2> }
    });
    Some(
        view! {
            {names}
            <p><a href="/servizi">{t!("Togli la ricerca e vedi tutti i servizi")}</a></p>
        }
        .into_any(),
    )
}

pub fn view(page: ServicesPage) -> AnyView {
    let chosen = chosen(&page);
    let ServicesPage {
        services,
        query,
        category,
        categories,
        event,
        events,
    } = page;
    let hidden = |name: &'static str, value: &str| {
        let value = value.to_owned();
        (!value.is_empty()).then(|| view! { <input type="hidden" name=name value=value/> })
    };
    let kept = (hidden("categoria", &category), hidden("evento", &event));
    main(
        view! {
            {breadcrumb(Vec::new(), t!("Servizi").into())}
            <h1 class="title-xxxlarge">{t!("Servizi")}</h1>
            <p class="subtitle-small">{t!("Tutti i servizi che puoi chiedere da qui.")}</p>
            <form class="my-4" role="search" method="get" action="/servizi">
                <label class="form-label" for="cerca">{t!("Cerca un servizio")}</label>
                <div class="input-group">
                    <input class="form-control" type="search" id="cerca" name="cerca" value=query data-narrows=""/>
                    <button class="btn btn-primary" type="submit">{icon(Icon::Search)}<span>{t!("Cerca")}</span></button>
                </div>
                {kept}
            </form>
            <div class="row mb-4">
                <details class="col-12 col-md-6">
                    <summary class="fw-semibold py-2">{t!("Per categoria")}</summary>
                    {facets("categoria", categories, &category)}
                </details>
                <details class="col-12 col-md-6">
                    <summary class="fw-semibold py-2">{t!("Per evento della vita")}</summary>
                    {facets("evento", events, &event)}
                </details>
            </div>
            {chosen}
            <p role="status" data-found="" data-none=found_text(0) data-one=found_text(1) data-many=found_text(2)>{found_text(services.len())}</p>
            <h2 class="visually-hidden">{t!("Elenco dei servizi")}</h2>
            {cards(services)}
            {rating("/servizi".into())}
        }
        .into_any(),
    )
}
