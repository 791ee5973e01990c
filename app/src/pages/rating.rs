//! `/valutazioni`: a rating that was refused, the thanks, and the administrator's list.

use leptos::prelude::*;
use rules::t;

use crate::{
    api::{RatedRow, RatedText, RatingPage, RatingsPage, rating::SERVICE},
    components::{Icon, Words, breadcrumb, group, icon, main, rating_form, sentence},
};

/// The form again, with what was typed.
pub fn again(page: RatingPage) -> AnyView {
    let title = title(&page);
    main(
        view! {
            {breadcrumb(Vec::new(), t!("Il tuo parere").into())}
            <h1>{t!("Il tuo parere")}</h1>
            <p class="subtitle-small">{group(title)}</p>
            <div class="cmp-rating">{rating_form(page)}</div>
        }
        .into_any(),
    )
}

/// A service's is the definition's.
fn title(page: &RatingPage) -> Words {
    let title = page.title.as_str();
    let of_service = [SERVICE, "/servizi/"]
        .iter()
        .any(|start| page.subject.starts_with(start));
    if of_service {
        Words::defined(title)
    } else {
        title.into()
    }
}

pub fn thanks(page: &RatingPage) -> AnyView {
    let back = page.back().to_owned();
    let label = if page.title.is_empty() {
        t!("Torna indietro").into_any()
    } else {
        sentence(t!("Torna a: {title}"), [("title", group(title(page)))])
    };
    main(
        view! {
            {breadcrumb(Vec::new(), t!("Grazie").into())}
            <h1 class="d-flex align-items-center gap-2">{icon(Icon::Check)}<span>{t!("Grazie, il tuo parere ci aiuterà a migliorare il servizio!")}</span></h1>
            <p>{t!("Lo legge chi cura lo sportello. Non è legato al tuo nome.")}</p>
            <p><a class="btn btn-primary" href=back>{label}</a></p>
        }
        .into_any(),
    )
}

/// `/ufficio/valutazioni`
pub fn list(page: RatingsPage) -> AnyView {
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
