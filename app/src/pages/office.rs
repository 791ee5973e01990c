//! `/ufficio`: the cases of the operator's offices.

use leptos::prelude::*;

use crate::{
    api::{OfficePage, OfficeRow},
    components::{breadcrumb, main, state_chip},
};

pub fn view(page: OfficePage) -> AnyView {
    let filters = page
        .counts
        .into_iter()
        .map(|(code, label, count)| {
            let href = format!("/ufficio?stato={code}");
            let (class, current) = if code == page.filter {
                ("nav-link active", Some("page"))
            } else {
                ("nav-link", None)
            };
            view! { <li class="nav-item"><a class=class aria-current=current href=href>{label}" ("{count.to_string()}")"</a></li> }
        })
        .collect_view();
    // An administrator need not work for an office.
    let cases = match page.offices.is_empty() {
        true => view! { <h1>"Le pagine dell’ufficio"</h1> }.into_any(),
        false => view! {
            <h1>"Le pratiche del tuo ufficio"</h1>
            <p class="subtitle-small">{page.offices.join(" · ")}</p>
            <nav aria-label="Filtra le pratiche"><ul class="nav nav-tabs flex-wrap">{filters}</ul></nav>
            {table(page.cases)}
        }
        .into_any(),
    };
    main(
        view! {
            {breadcrumb(Vec::new(), "Ufficio".into())}
            {cases}
            {others(page.links)}
        }
        .into_any(),
    )
}

/// Other pages that are hers to see.
fn others(links: Vec<(String, String)>) -> AnyView {
    if links.is_empty() {
        return ().into_any();
    }
    let items = links
        .into_iter()
        .map(|(href, label)| view! { <li><a href=href>{label}</a></li> })
        .collect_view();
    view! { <nav aria-label="Altre pagine dell’ufficio"><ul class="list-unstyled" data-office-links="">{items}</ul></nav> }
        .into_any()
}

/// A table that becomes cards where it has no room: each cell knows its heading.
fn table(rows: Vec<OfficeRow>) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="my-4">"Nessuna pratica in questo elenco."</p> }.into_any();
    }
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        <table class="table table-cards my-4" data-office-cases="">
            <caption class="visually-hidden">"Pratiche, prima quelle che aspettano te"</caption>
            <thead>
                <tr>
                    <th scope="col">"Pratica"</th>
                    <th scope="col">"Chi ha chiesto"</th>
                    <th scope="col">"Stato"</th>
                    <th scope="col">"Scadenza"</th>
                    <th scope="col">"Chi se ne occupa"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// "fra 3 giorni", "oggi", "in ritardo di 2 giorni"
fn time_left(days: i64) -> String {
    match days {
        0 => "oggi".into(),
        1 => "domani".into(),
        -1 => "in ritardo di 1 giorno".into(),
        d if d < 0 => format!("in ritardo di {} giorni", d.saturating_neg()),
        d => format!("fra {d} giorni"),
    }
}

fn row(row: OfficeRow) -> AnyView {
    let href = format!("/ufficio/pratiche/{}", row.id);
    let late = row.days_left.is_some_and(|d| d < 0);
    let turn = if row.mine {
        "Tocca a te"
    } else {
        "Tocca ad altri"
    };
    view! {
        <tr data-mine=row.mine.then_some("")>
            <th scope="row" data-label="Pratica">
                <a href=href>{row.service}</a>
                <span class="d-block fw-normal">{row.protocol}" · "{row.submitted}</span>
            </th>
            <td data-label="Chi ha chiesto">{row.applicant}</td>
            <td data-label="Stato">{state_chip(&row.state)}<span class="d-block">{turn}</span></td>
            <td data-label="Scadenza" class:text-danger=late>
                {row.due.unwrap_or_else(|| "nessuna".into())}
                {row.days_left.map(|d| view! { <span class="d-block">{time_left(d)}</span> })}
            </td>
            <td data-label="Chi se ne occupa">{row.operator.unwrap_or_else(|| "nessuno".into())}</td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::time_left;

    #[test]
    fn days_in_words() {
        assert_eq!(time_left(0), "oggi");
        assert_eq!(time_left(-1), "in ritardo di 1 giorno");
        assert_eq!(time_left(-12), "in ritardo di 12 giorni");
        assert_eq!(time_left(30), "fra 30 giorni");
    }
}
