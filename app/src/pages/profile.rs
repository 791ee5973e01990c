//! `/area-personale/profilo`: what the counter knows of her, from where, and how to correct it.

use leptos::prelude::*;
use rules::{
    language::{of_definitions, quoted},
    t,
};

use crate::{
    api::{ProfileField, ProfilePage},
    components::{
        breadcrumb, callout,
        control::{self, Control},
        defined, error_of, error_pairs, main, notice, pairs, sentence,
    },
    wizard,
};

const PAGE: &str = "/area-personale/profilo";

pub fn view(page: ProfilePage) -> AnyView {
    let fields = page
        .fields
        .iter()
        .map(|shown| field(&page, shown))
        .collect_view();
    main(
        view! {
            {breadcrumb(vec![(t!("Area personale").into(), "/area-personale".into())], t!("Profilo").into())}
            {error_pairs(&page.errors)}
            {notice(page.notice)}
            <h1>{t!("Il mio profilo")}</h1>
            <p class="lead">{t!("Quello che lo sportello sa di te. Lo scriviamo noi nei moduli, così non lo chiediamo due volte. Se qualcosa è cambiato, correggilo qui.")}</p>
            {drafts(page.drafts)}
            <section class="my-5">
                <h2>{t!("Chi sei")}</h2>
                <div class="text-break">{pairs(page.identity)}</div>
                <p class="form-text">{page.attested}" "{t!("Si cambia solo presso chi ti ha dato l’identità digitale.")}</p>
            </section>
            {registry(page.registry)}
            <section class="my-5" id="correggi">
                <h2>{t!("Residenza e recapiti")}</h2>
                <form method="post" action=PAGE novalidate>
                    // What Enter in a text field presses: the first button must not delete.
                    <button class="visually-hidden" type="submit" name="azione" value="salva" tabindex="-1" aria-hidden="true">{t!("Salva")}</button>
                    {fields}
                    <button class="btn btn-primary" type="submit" name="azione" value="salva">{t!("Salva")}</button>
                </form>
            </section>
        }
        .into_any(),
    )
}

/// This is not the registry of residents (L. 1228/1954), and how that is told.
fn registry(service: Option<(String, String)>) -> AnyView {
    let tell = service.map(|(slug, title)| {
        let href = format!("/servizi/{slug}");
        let link = view! { <a href=href>{defined(title)}</a> }.into_any();
        view! { <p class="mb-1">{sentence(t!("Se hai cambiato casa, dillo all’anagrafe con il servizio {service}."), [("service", link)])}</p> }
    });
    let site = view! { <a href="https://www.anagrafenazionale.interno.it" rel="external">"anagrafenazionale.interno.it"</a> };
    callout(
        t!("Non è l’anagrafe"),
        view! {
            <p class="mb-1">{t!("Questi dati servono solo a compilare i moduli e a scriverti. Cambiarli qui non cambia la tua residenza.")}</p>
            {tell}
            <p class="mb-0">{sentence(t!("I tuoi dati all’anagrafe nazionale (ANPR) li vedi, e chiedi di correggerli, su {site}."), [("site", site.into_any())])}</p>
        }
        .into_any(),
    )
}

/// The way back for who came from a form.
fn drafts(drafts: Vec<(String, String)>) -> AnyView {
    let links = drafts
        .into_iter()
        .map(|(slug, title)| {
            let href = format!("/servizi/{slug}/richiesta");
            view! { <li><a href=href>{t!("Continua: ")}{defined(title)}</a></li> }
        })
        .collect_view();
    (!links.is_empty())
        .then(|| view! { <ul class="list-unstyled" data-begun="">{links}</ul> })
        .into_any()
}

fn field(page: &ProfilePage, shown: &ProfileField) -> AnyView {
    let field = &shown.field;
    let name = field.name.as_str();
    let mut control = Control::fixed(
        name,
        quoted(&field.label),
        false,
        error_of(&page.errors, name),
    );
    control.hint = wizard::hint(field);
    control.takes = shown.source.clone();
    let before = format!("prima.{name}");
    let delete = shown.can_delete.then(|| {
        view! {
            <button class="btn btn-link p-0" type="submit" name="azione" value=format!("cancella:{name}")>
                {t!("Cancella")}<span class="visually-hidden" lang=of_definitions()>" "{field.label.clone()}</span>
            </button>
        }
    });
    let case = shown.case.as_ref().map(|id| {
        let href = format!("/pratiche/{id}");
        view! { <a class="me-4" href=href>{t!("Vai alla pratica")}<span class="visually-hidden" lang=of_definitions()>": "{field.label.clone()}</span></a> }
    });
    let below =
        (case.is_some() || delete.is_some()).then(|| view! { <p class="mb-5">{case}{delete}</p> });
    view! {
        <input type="hidden" name=before value=shown.before.clone()/>
        {control::text(&control, shown.value.clone(), wizard::keyboard(field))}
        {below}
    }
    .into_any()
}
