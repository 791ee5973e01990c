//! `/ufficio/agenda`: who comes on a day.

use leptos::prelude::*;

use crate::{
    api::{AgendaPage, AgendaRow},
    components::{
        breadcrumb,
        control::{self, Control, Keyboard},
        main,
    },
};

pub fn view(page: AgendaPage) -> AnyView {
    let day = Control::fixed("giorno", "Giorno", true, None).with_hint("Per esempio: 31/12/2026");
    let which = (page.agendas.len() > 1).then(|| {
        let which = Control::fixed("agenda", "Agenda", true, None);
        control::select(&which, page.agendas.clone(), &page.agenda)
    });
    let one = page.agendas.iter().find(|(name, _)| *name == page.agenda);
    let office = one.map(|(_, title)| title.clone());
    main(
        view! {
            {breadcrumb(vec![("Ufficio".into(), "/ufficio".into())], "Appuntamenti".into())}
            <h1>"Appuntamenti di "{page.day_words.clone()}</h1>
            <p class="subtitle-small">{office.unwrap_or_else(|| "I tuoi uffici non danno appuntamenti.".into())}</p>
            <nav aria-label="Altri giorni" class="d-flex flex-wrap gap-3 mb-4">
                <a href=link(&page.agenda, &page.before)>"Giorno prima"</a>
                <a href=link(&page.agenda, &page.after)>"Giorno dopo"</a>
            </nav>
            {table(page.rows)}
            <form method="get" action="/ufficio/agenda" class="my-5">
                <h2 class="h4">"Un altro giorno"</h2>
                {which}
                {control::text(&day, page.day, Keyboard::DAY)}
                <button class="btn btn-outline-primary" type="submit">"Mostra"</button>
            </form>
        }
        .into_any(),
    )
}

fn link(agenda: &str, day: &str) -> String {
    format!("/ufficio/agenda?agenda={agenda}&giorno={day}")
}

/// A table that becomes cards where it has no room: each cell knows its heading.
fn table(rows: Vec<AgendaRow>) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="my-4">"Nessun appuntamento."</p> }.into_any();
    }
    let rows = rows
        .into_iter()
        .map(|row| {
            let href = format!("/ufficio/pratiche/{}", row.case);
            view! {
                <tr>
                    <th scope="row" data-label="Ora">{row.time}</th>
                    <td data-label="Chi viene">{row.applicant}</td>
                    <td data-label="Pratica"><a href=href>{row.protocol}</a><span class="d-block">{row.service}</span></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table table-cards my-4" data-agenda="">
            <caption class="visually-hidden">"Appuntamenti, in ordine di ora"</caption>
            <thead>
                <tr>
                    <th scope="col">"Ora"</th>
                    <th scope="col">"Chi viene"</th>
                    <th scope="col">"Pratica"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
