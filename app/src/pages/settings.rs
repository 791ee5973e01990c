//! `/ufficio/servizi`: the services of her offices, as they are and as they will be.

use leptos::prelude::*;

use crate::{
    api::{SettingsPage, SettingsRow},
    components::{breadcrumb, main},
};

pub fn view(page: SettingsPage) -> AnyView {
    main(
        view! {
            {breadcrumb(vec![("Ufficio".into(), "/ufficio".into())], "Servizi".into())}
            <h1>"I servizi del tuo ufficio"</h1>
            <p class="subtitle-small">"Che cosa vale oggi e che cosa varrà: chiusure, costi, periodo delle richieste."</p>
            {table(page.services)}
        }
        .into_any(),
    )
}

/// A table that becomes cards where it has no room: each cell knows its heading.
fn table(rows: Vec<SettingsRow>) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="my-4">"Il tuo ufficio non ha servizi."</p> }.into_any();
    }
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        <table class="table table-cards my-4" data-service-settings="">
            <caption class="visually-hidden">"Servizi, con ciò che vale oggi e ciò che varrà"</caption>
            <thead>
                <tr>
                    <th scope="col">"Servizio"</th>
                    <th scope="col">"Oggi"</th>
                    <th scope="col">"Più avanti"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(row: SettingsRow) -> AnyView {
    let href = format!("/ufficio/servizi/{}", row.slug);
    let now = if row.open { "Aperto" } else { "Chiuso" };
    let why = (!row.closed.is_empty()).then(|| view! { <span class="d-block">{row.closed}</span> });
    let later = match row.later.is_empty() {
        true => vec!["Niente di previsto".to_owned()],
        false => row.later,
    };
    let later = later
        .into_iter()
        .map(|text| view! { <span class="d-block">{text}</span> })
        .collect_view();
    view! {
        <tr>
            <th scope="row" data-label="Servizio"><a href=href>{row.title}</a><span class="d-block fw-normal">{row.office}</span></th>
            <td data-label="Oggi">{now}{why}</td>
            <td data-label="Più avanti">{later}</td>
        </tr>
    }
    .into_any()
}
