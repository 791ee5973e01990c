//! `/ufficio/valutazioni`: what people think, for the administrator.

use leptos::prelude::*;

use crate::{
    api::{RatedRow, RatedText, RatingsPage},
    components::{breadcrumb, main},
};

pub fn view(page: RatingsPage) -> AnyView {
    let table = match page.rows.is_empty() {
        true => view! { <p class="my-4">"Nessuno ha ancora dato un parere."</p> }.into_any(),
        false => table(page.rows),
    };
    let texts = (!page.texts.is_empty()).then(|| {
        let items = page.texts.into_iter().map(told).collect_view();
        view! { <h2>"Che cosa scrivono"</h2><ul class="list-unstyled" data-ratings="">{items}</ul> }
    });
    main(
        view! {
            {breadcrumb(vec![("Ufficio".into(), "/ufficio".into())], "Valutazioni".into())}
            <h1>"Che cosa ne pensano le persone"</h1>
            <p class="subtitle-small">"Da 1 a 5 stelle, pagina per pagina. I pareri non hanno nome."</p>
            {table}
            {texts}
        }
        .into_any(),
    )
}

fn table(rows: Vec<RatedRow>) -> AnyView {
    let rows = rows
        .into_iter()
        .map(|row| {
            let low: i64 = row.counts.iter().take(3).sum();
            view! {
                <tr>
                    <th scope="row" data-label="Che cosa">{row.title.clone()}</th>
                    <td data-label="Media">{row.average()}" su 5"</td>
                    <td data-label="Pareri">{row.total().to_string()}</td>
                    <td data-label="Da 1 a 3 stelle">{low.to_string()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table table-cards my-4">
            <caption class="visually-hidden">"Valutazioni di pagine e servizi"</caption>
            <thead>
                <tr>
                    <th scope="col">"Che cosa"</th>
                    <th scope="col">"Media"</th>
                    <th scope="col">"Pareri"</th>
                    <th scope="col">"Da 1 a 3 stelle"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn told(text: RatedText) -> AnyView {
    let stars = match text.stars.as_str() {
        "1" => "1 stella".to_owned(),
        more => format!("{more} stelle"),
    };
    view! {
        <li class="card border p-3 mb-3">
            <p class="category-top mb-1">{text.title}" · "{text.when}</p>
            <p class="mb-0"><strong>{stars}</strong>" "{text.answer}</p>
            {(!text.text.is_empty()).then(|| view! { <p class="act-text mb-0">{text.text}</p> })}
        </li>
    }
    .into_any()
}
