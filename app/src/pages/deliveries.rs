//! `/ufficio/consegne`: what the counter sent elsewhere, and what did not arrive; and the same
//! for one case, on its page.

use leptos::prelude::*;

use crate::{
    api::{DeliveriesPage, DeliveryRow},
    components::{breadcrumb, main},
};

pub fn view(page: DeliveriesPage) -> AnyView {
    let filters = page
        .counts
        .into_iter()
        .map(|(code, label, count)| {
            let href = format!("/ufficio/consegne?stato={code}");
            let (class, current) = if code == page.filter {
                ("nav-link active", Some("page"))
            } else {
                ("nav-link", None)
            };
            view! { <li class="nav-item"><a class=class aria-current=current href=href>{label}" ("{count.to_string()}")"</a></li> }
        })
        .collect_view();
    let more = (page.more > 0).then(|| {
        view! { <p>"Qui ci sono le più recenti: altre "{page.more.to_string()}" sono più vecchie."</p> }
    });
    main(
        view! {
            {breadcrumb(vec![("Ufficio".into(), "/ufficio".into())], "Consegne".into())}
            <h1>"Che cosa è stato consegnato"</h1>
            <p class="subtitle-small">"Messaggi, pagamenti e documenti di tutti gli uffici."</p>
            <nav aria-label="Filtra le consegne"><ul class="nav nav-tabs flex-wrap">{filters}</ul></nav>
            {table(page.rows, &page.filter)}
            {more}
        }
        .into_any(),
    )
}

/// A table that becomes cards where it has no room: each cell knows its heading.
fn table(rows: Vec<DeliveryRow>, filter: &str) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="my-4">"Niente in questo elenco."</p> }.into_any();
    }
    let rows = rows.into_iter().map(|r| row(r, filter)).collect_view();
    view! {
        <table class="table table-cards my-4" data-deliveries="">
            <caption class="visually-hidden">"Consegne, prima quelle cambiate da poco"</caption>
            <thead>
                <tr>
                    <th scope="col">"Che cosa"</th>
                    <th scope="col">"Come"</th>
                    <th scope="col">"Pratica"</th>
                    <th scope="col">"A che punto è"</th>
                    <th scope="col">"Di nuovo"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(row: DeliveryRow, filter: &str) -> AnyView {
    let again = row.again.then(|| again(&row, filter));
    view! {
        <tr data-state=row.state.clone()>
            <th scope="row" data-label="Che cosa">
                {row.what.clone()}
                <span class="d-block fw-normal">{row.queued.clone()}</span>
            </th>
            <td data-label="Come">{row.channel.clone()}</td>
            <td data-label="Pratica">{row.protocol.clone()}</td>
            <td data-label="A che punto è">{state(&row)}</td>
            <td data-label="Di nuovo">{again}</td>
        </tr>
    }
    .into_any()
}

fn state(row: &DeliveryRow) -> AnyView {
    let bad = matches!(row.state.as_str(), "failed" | "unknown");
    let reason = (!row.reason.is_empty())
        .then(|| view! { <span class="d-block">{row.reason.clone()}</span> });
    view! {
        <span class="fw-semibold" class:text-danger=bad>{row.label.clone()}</span>
        {reason}
        <span class="d-block small">{row.changed.clone()}</span>
    }
    .into_any()
}

/// What is not known to have failed may arrive twice: she decides, knowing it.
fn again(row: &DeliveryRow, filter: &str) -> AnyView {
    let warning = (row.state == "unknown")
        .then(|| view! { <span class="d-block small">"Se era arrivato, arriva due volte."</span> });
    view! {
        <form method="post" action="/ufficio/consegne">
            <input type="hidden" name="id" value=row.id.clone()/>
            <input type="hidden" name="stato" value=filter.to_owned()/>
            <button class="btn btn-outline-primary btn-sm" type="submit" name="azione" value="rimanda">
                "Manda di nuovo"
                <span class="visually-hidden">": "{row.what.clone()}", "{row.channel.clone()}", pratica "{row.protocol.clone()}</span>
            </button>
            {warning}
        </form>
    }
    .into_any()
}

/// What one case sent, in the order of its events.
pub fn of_case(rows: Vec<DeliveryRow>) -> AnyView {
    let items = rows
        .into_iter()
        .map(|row| {
            view! {
                <li class="mb-3" data-state=row.state.clone()>
                    <p class="mb-0">{row.what.clone()}" · "{row.channel.clone()}</p>
                    {state(&row)}
                </li>
            }
        })
        .collect_view();
    view! { <ul class="list-unstyled" data-deliveries="">{items}</ul> }.into_any()
}
