//! `/ufficio/anteprima`: a definition that is not in force, as citizens will see it.

use leptos::prelude::*;

use super::{screen::form_screen, sheet, step_title};
use crate::{
    api::{PreviewContent, PreviewFault, PreviewPage, PreviewShown},
    components::{
        Tone, alert, breadcrumb,
        control::{self, Control},
        main,
    },
    wizard,
};

pub fn view(page: PreviewPage) -> AnyView {
    let refused = page.is_refused();
    let faults = faults(&page.faults, &page.text);
    let source = source(&page);
    let shown = page.shown.map(shown);
    // One form: what was typed in a step comes back with the definition.
    main(
        view! {
            {breadcrumb(vec![("Ufficio".into(), "/ufficio".into())], "Anteprima".into())}
            <h1>"Anteprima di un servizio"</h1>
            <p class="subtitle-small">"Una definizione come la vedranno i cittadini. Qui non si salva e non si invia niente."</p>
            {faults}
            <form method="post" action="/ufficio/anteprima" enctype="multipart/form-data" novalidate data-preview=refused.to_string()>
                // What Enter in a text field presses.
                <button class="visually-hidden" type="submit" tabindex="-1" aria-hidden="true" name="azione" value="salva">"Aggiorna"</button>
                {source}
                {shown}
            </form>
        }
        .into_any(),
    )
}

fn faults(faults: &[PreviewFault], text: &str) -> AnyView {
    if faults.is_empty() {
        return ().into_any();
    }
    let items = faults
        .iter()
        .map(|fault| {
            let line = usize::try_from(fault.line).unwrap_or_default();
            let there = line.checked_sub(1).and_then(|n| text.lines().nth(n));
            let there = there.map(
                |there| view! { <code class="d-block text-break">{there.trim().to_owned()}</code> },
            );
            let place = match line {
                0 => fault.key.clone(),
                n => format!("riga {n}, {}", fault.key),
            };
            view! { <li><strong>{place}</strong>": "{fault.message.clone()}{there}</li> }
        })
        .collect_view();
    let title = match faults.len() {
        1 => "C’è un errore nella definizione".to_owned(),
        n => format!("Ci sono {n} errori nella definizione"),
    };
    alert(
        Tone::Danger,
        view! { <p class="fw-semibold">{title}</p><ul data-faults="">{items}</ul> }.into_any(),
    )
}

/// The definition, out of the way once there is something to see.
fn source(page: &PreviewPage) -> AnyView {
    let text = Control::fixed(
        "anteprima.definizione",
        "La definizione (YAML)",
        false,
        page.error.clone(),
    );
    let file = Control::fixed("anteprima.file", "Oppure il suo file", false, None)
        .with_hint("Al massimo 64 KB. Se lo scegli, conta più del testo.");
    view! {
        <details class="mb-4" open=page.shown.is_none()>
            <summary class="h5">"La definizione"</summary>
            {control::long_text(&text, page.text.clone(), 16)}
            {control::file(&file, Some(".yaml,.yml,.txt".into()), false)}
            <button class="btn btn-primary" type="submit" name="azione" value="salva">"Mostra l’anteprima"</button>
        </details>
    }
    .into_any()
}

fn shown(shown: PreviewShown) -> AnyView {
    let what = match shown.replaces {
        true => "Prenderà il posto della definizione di oggi con lo stesso nome.",
        false => "È un servizio che oggi non c’è.",
    };
    let parts = parts(&shown);
    let carried = shown
        .answers
        .iter()
        .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone()/> })
        .collect_view();
    let (part, is_sheet) = (shown.part.clone(), shown.part == PreviewShown::SHEET);
    let passo =
        (!is_sheet).then(|| view! { <input type="hidden" name="passo" value=part.clone()/> });
    let notes = [
        list("Da verificare: i cittadini non lo vedono", &shown.doubts),
        list("Regole che controlla l’ufficio", &shown.office_rules),
    ];
    let content = match shown.content {
        PreviewContent::Sheet(page) => {
            let slug = page.slug.clone();
            harmless(&sheet::content(*page).to_html(), &slug)
        }
        PreviewContent::Step(page) => {
            let slug = page.slug.clone();
            let title = step_title(&page.form, &page.step);
            let step = wizard::preview(title, form_screen(*page)).to_html();
            harmless(&step, &slug)
        }
    };
    view! {
        {carried}
        {passo}
        <p>{what}</p>
        {notes}
        {parts}
        {super::inlay(part, content)}
    }
    .into_any()
}

/// Each part is a button: the definition goes along.
fn parts(shown: &PreviewShown) -> AnyView {
    let items = shown
        .parts
        .iter()
        .map(|(id, title)| {
            let now = *id == shown.part;
            let class = match now {
                true => "btn btn-primary btn-sm",
                false => "btn btn-outline-primary btn-sm",
            };
            let value = format!("parte:{id}");
            let current = now.then_some("true");
            view! { <li><button class=class type="submit" name="azione" value=value aria-current=current>{title.clone()}</button></li> }
        })
        .collect_view();
    view! {
        <nav aria-label="Parti del servizio">
            <ul class="list-unstyled d-flex flex-wrap gap-2" data-parts="">{items}</ul>
        </nav>
    }
    .into_any()
}

fn list(title: &'static str, lines: &[String]) -> AnyView {
    if lines.is_empty() {
        return ().into_any();
    }
    let items = lines.iter().cloned();
    let items = items.map(|line| view! { <li>{line}</li> }).collect_view();
    view! { <details class="mb-2"><summary>{title}</summary><ul>{items}</ul></details> }.into_any()
}

/// Links into the service would lead to the one in force, or nowhere; its title is not this page's.
fn harmless(html: &str, slug: &str) -> String {
    html.replace(
        &format!(" href=\"/servizi/{slug}"),
        " data-href=\"/servizi/",
    )
    .replace("<h1", "<h2")
    .replace("</h1>", "</h2>")
}
