//! `/ufficio/ruoli`: who has which role, given and ended here by administrators, with its history.

use leptos::prelude::*;

use crate::{
    api::{RolePermits, RoleView, RolesPage},
    components::{
        Tone, alert, breadcrumb, control,
        control::{Control, Keyboard},
        error_of, error_pairs, main, notice,
    },
};

pub fn view(page: RolesPage) -> AnyView {
    let errors = error_pairs(&page.errors);
    let unheaded = unheaded(&page.unheaded);
    let table = table(&page);
    let form = give(&page);
    main(
        view! {
            {breadcrumb(vec![("Ufficio".into(), "/ufficio".into())], "Ruoli".into())}
            {errors}
            {notice(page.notice.clone())}
            <h1>"Chi può fare che cosa"</h1>
            <p class="subtitle-small">"Un ruolo vale dal prossimo clic di chi lo riceve, e smette dal prossimo clic di chi lo perde."</p>
            {unheaded}
            <h2>"I ruoli di adesso"</h2>
            {table}
            <h2>"Dai un ruolo"</h2>
            {form}
            <h2>"Che cosa permette ogni ruolo"</h2>
            {permits(page.roles)}
            <h2>"Che cosa è successo"</h2>
            {history(page.history.into_iter().map(|line| (line.when, line.text)).collect(), page.more)}
        }
        .into_any(),
    )
}

fn unheaded(offices: &[String]) -> AnyView {
    if offices.is_empty() {
        return ().into_any();
    }
    let text = format!(
        "Nessuno può decidere, perché non c’è un responsabile: {}.",
        offices.join("; ")
    );
    alert(Tone::Warning, text)
}

/// A table that becomes cards where it has no room: each cell knows its heading.
fn table(page: &RolesPage) -> AnyView {
    if page.views.is_empty() {
        return view! { <p class="my-4">"Nessuno ha un ruolo."</p> }.into_any();
    }
    let rows = page.views.iter().map(|role| row(page, role)).collect_view();
    view! {
        <table class="table table-cards my-4" data-roles="">
            <caption class="visually-hidden">"Ruoli, persona per persona"</caption>
            <thead>
                <tr>
                    <th scope="col">"Chi"</th>
                    <th scope="col">"Ruolo"</th>
                    <th scope="col">"Dove"</th>
                    <th scope="col">"Quando"</th>
                    <th scope="col">"Togli"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(page: &RolesPage, role: &RoleView) -> AnyView {
    let name = match role.name.as_str() {
        "" => "Non è ancora entrato",
        name => name,
    };
    let later =
        (!role.now).then(|| view! { <span class="d-block">"Non è ancora cominciato"</span> });
    view! {
        <tr>
            <th scope="row" data-label="Chi">{name.to_owned()}<span class="d-block fw-normal">{role.fiscal_code.clone()}</span></th>
            <td data-label="Ruolo">{role.role.clone()}</td>
            <td data-label="Dove">{role.office.clone()}</td>
            <td data-label="Quando">{role.period.clone()}{later}</td>
            {end_cell(page, role)}
        </tr>
    }
    .into_any()
}

/// Who is in comune.toml stays there.
fn end_cell(page: &RolesPage, role: &RoleView) -> AnyView {
    match role.id.is_empty() {
        true => view! { <td class="small" data-label="Togli">"Scritto nella configurazione"</td> }
            .into_any(),
        false => view! { <td data-label="Togli">{end(page, role)}</td> }.into_any(),
    }
}

/// At once, or with a day: empty is at once. Open again after a refusal, so that the error is seen.
fn end(page: &RolesPage, role: &RoleView) -> AnyView {
    let refused = typed(page, "azione") == "togli_ruolo" && typed(page, "id") == role.id;
    let error = refused
        .then(|| error_of(&page.errors, "ultimo_giorno"))
        .flatten();
    let mut last = Control::fixed("ultimo_giorno", "Ultimo giorno", false, error)
        .with_hint("gg/mm/aaaa. Se lo lasci vuoto finisce subito.");
    // The refused form's control keeps the plain path: the summary of errors leads to it.
    last.id_prefix = (!refused).then(|| role.id.clone());
    let value = match refused {
        true => typed(page, "ultimo_giorno").to_owned(),
        false => String::new(),
    };
    let whose = format!(": {}, {} {}", role.role, role.name, role.fiscal_code);
    view! {
        <details data-key=role.id.clone() open=refused>
            <summary>"Togli"<span class="visually-hidden">{whose.clone()}</span></summary>
            <form method="post" action="/ufficio/ruoli" novalidate>
                <input type="hidden" name="id" value=role.id.clone()/>
                {control::text(&last, value, Keyboard::DAY)}
                <button class="btn btn-outline-primary btn-sm" type="submit" name="azione" value="togli_ruolo">
                    "Togli il ruolo"<span class="visually-hidden">{whose}</span>
                </button>
            </form>
        </details>
    }
    .into_any()
}

fn give(page: &RolesPage) -> AnyView {
    let refused = typed(page, "azione") == "dai_ruolo";
    let value = |name: &str| match refused {
        true => typed(page, name).to_owned(),
        false => String::new(),
    };
    let field = |name: &str, label: &str, required: bool| {
        let error = refused.then(|| error_of(&page.errors, name)).flatten();
        Control::fixed(name, label, required, error)
    };
    let code = field("codice_fiscale", "Codice fiscale", true);
    let roles = page.roles.iter();
    let roles = roles.map(|role| (role.code.clone(), role.label.clone()));
    let office = field("ufficio", "Ufficio", false).with_hint(
        "Per il protocollista e per l’amministratore lascialo vuoto: valgono per tutto il Comune.",
    );
    let from = field("dal", "Dal", false).with_hint(format!(
        "gg/mm/aaaa. Se lo lasci vuoto, da oggi ({}).",
        page.today
    ));
    let to = field("al", "Al", false).with_hint(
        "gg/mm/aaaa, ultimo giorno compreso. Se lo lasci vuoto, finché qualcuno lo toglie.",
    );
    view! {
        <form class="card has-bkg-grey p-3 my-4" method="post" action="/ufficio/ruoli" novalidate data-give-role="">
            {control::text(&code, value("codice_fiscale"), Keyboard::CODE)}
            {control::select(&field("ruolo", "Ruolo", true), roles.collect(), &value("ruolo"))}
            {control::select(&office, page.offices.clone(), &value("ufficio"))}
            {control::text(&from, value("dal"), Keyboard::DAY)}
            {control::text(&to, value("al"), Keyboard::DAY)}
            <div><button class="btn btn-primary" type="submit" name="azione" value="dai_ruolo">"Dai il ruolo"</button></div>
        </form>
    }
    .into_any()
}

/// What was typed in `name` in a refused form.
fn typed<'a>(page: &'a RolesPage, name: &str) -> &'a str {
    let found = page.typed.iter().find(|(at, _)| at == name);
    found.map_or("", |(_, value)| value)
}

fn permits(roles: Vec<RolePermits>) -> AnyView {
    let rows = roles
        .into_iter()
        .map(|role| {
            let place = match role.town {
                true => "per tutto il Comune",
                false => "per un ufficio",
            };
            let operations = match role.operations.is_empty() {
                true => "per ora niente".to_owned(),
                false => role.operations.join("; "),
            };
            view! {
                <div class="single-line-info" data-role=role.code><dt>{role.label}", "{place}</dt><dd>{operations}"."</dd></div>
            }
        })
        .collect_view();
    view! { <dl class="cmp-info-summary">{rows}</dl> }.into_any()
}

fn history(lines: Vec<(String, String)>, more: i64) -> AnyView {
    if lines.is_empty() {
        return view! { <p>"Nessuno ha ancora dato o tolto un ruolo."</p> }.into_any();
    }
    let items = lines
        .into_iter()
        .map(|(when, text)| view! { <li class="mb-2"><span class="d-block small">{when}</span>{text}</li> })
        .collect_view();
    let more = (more > 0).then(|| {
        view! { <p>"Qui ci sono le più recenti: altre "{more.to_string()}" sono più vecchie."</p> }
    });
    view! { <ul class="list-unstyled text-break" data-role-history="">{items}</ul>{more} }
        .into_any()
}
