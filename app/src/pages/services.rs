//! `/servizi`: search and list. The search is a plain form; with the bundle the
//! list also follows what one types.

use leptos::prelude::*;
use rules::{language::of_definitions, t};

use crate::{
    api::{ServiceCard, ServicesPage},
    components::{Icon, breadcrumb, icon, main, rating},
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
                <li class="col-12 col-md-6 mb-4">
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

/// Whether a card answers a search: every word stands somewhere in it.
fn matches(card: &ServiceCard, query: &str) -> bool {
    let text = [&card.title, " ", &card.description, " ", &card.category]
        .concat()
        .to_lowercase();
    query
        .to_lowercase()
        .split_whitespace()
        .all(|word| text.contains(word))
}

fn found_text(count: usize) -> String {
    match count {
        0 => t!("Nessun servizio trovato. Prova con un’altra parola.").into(),
        1 => t!("1 servizio trovato").into(),
        n => t!("{n} servizi trovati", n),
    }
}

pub fn view(page: ServicesPage) -> AnyView {
    let ServicesPage { services, query } = page;
    let all = StoredValue::new(services);
    // What the server has already searched through cannot be widened here.
    let whole = query.is_empty();
    let typed = RwSignal::new(None::<String>);
    let shown = Memo::new(move |_| {
        all.with_value(|services| match typed.get() {
            None => services.clone(),
            Some(text) => services
                .iter()
                .filter(|s| matches(s, &text))
                .cloned()
                .collect(),
        })
    });
    main(
        view! {
            {breadcrumb(Vec::new(), t!("Servizi").into())}
            <h1 class="title-xxxlarge">{t!("Servizi")}</h1>
            <p class="subtitle-small">{t!("Tutti i servizi che puoi chiedere da qui.")}</p>
            <form class="my-4" role="search" method="get" action="/servizi">
                <label class="form-label" for="cerca">{t!("Cerca un servizio")}</label>
                <div class="input-group">
                    <input class="form-control" type="search" id="cerca" name="cerca" value=query.clone()
                        on:input=move |event| if whole { typed.set(Some(event_target_value(&event))) }/>
                    <button class="btn btn-primary" type="submit">{icon(Icon::Search)}<span>{t!("Cerca")}</span></button>
                </div>
            </form>
            {(!query.is_empty()).then(|| view! { <p><a href="/servizi">{t!("Togli la ricerca e vedi tutti i servizi")}</a></p> })}
            <p role="status">{move || found_text(shown.with(Vec::len))}</p>
            <h2 class="visually-hidden">{t!("Elenco dei servizi")}</h2>
            {move || cards(shown.get())}
            {rating("/servizi".into())}
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_must_be_found() {
        let card = ServiceCard {
            slug: "s".into(),
            title: "Passo carrabile".into(),
            description: "Chiedi il cartello".into(),
            category: "Mobilità".into(),
            open: true,
        };
        assert!(matches(&card, "CARTELLO passo"));
        assert!(matches(&card, ""));
        assert!(!matches(&card, "passo tari"));
        assert_eq!(found_text(1), "1 servizio trovato");
    }
}
