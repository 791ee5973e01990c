//! `/ufficio/sportello`: a request filled at the counter for who has no digital identity.

use leptos::prelude::*;

use crate::{
    api::{DeskOpen, DeskPage},
    components::{
        Tone, alert, breadcrumb, control,
        control::{Control, Keyboard},
        error_of, error_pairs, main, pairs,
    },
};

pub fn view(page: DeskPage) -> AnyView {
    let errors = error_pairs(&page.errors);
    let content = match &page.open {
        Some(open) => open_desk(&page, open),
        None => start(&page),
    };
    main(
        view! {
            {breadcrumb(vec![("Ufficio".into(), "/ufficio".into())], "Sportello".into())}
            {errors}
            <h1>"Compila allo sportello"</h1>
            <p class="subtitle-small">"Per chi non ha un’identità digitale: compili tu, la persona firma su carta davanti a te, la richiesta è sua."</p>
            {content}
        }
        .into_any(),
    )
}

fn start(page: &DeskPage) -> AnyView {
    let field =
        |name: &str, label: &str| Control::fixed(name, label, true, error_of(&page.errors, name));
    let value = |name: &str| {
        let found = page.typed.iter().find(|(at, _)| at == name);
        found.map_or_else(String::new, |(_, value)| value.clone())
    };
    let text = |name: &str, label: &str, keyboard| {
        control::text(&field(name, label), value(name), keyboard)
    };
    let birth = field("data_nascita", "Data di nascita").with_hint("gg/mm/aaaa");
    let expires = field("documento_scadenza", "Scade il").with_hint("gg/mm/aaaa");
    view! {
        <form method="post" action="/ufficio/sportello" enctype="multipart/form-data" novalidate data-desk-start="">
            <h2>"Chi chiede"</h2>
            {text("codice_fiscale", "Codice fiscale", Keyboard::CODE)}
            {text("nome", "Nome", Keyboard::PLAIN)}
            {text("cognome", "Cognome", Keyboard::PLAIN)}
            {control::text(&birth, value("data_nascita"), Keyboard::DAY)}
            <h2>"Il documento che hai visto"</h2>
            {control::radios(&field("documento", "Documento di identità"), page.documents.clone(), value("documento"))}
            {text("documento_numero", "Numero", Keyboard::CODE)}
            {text("documento_ente", "Rilasciato da", Keyboard::PLAIN)}
            {control::text(&expires, value("documento_scadenza"), Keyboard::DAY)}
            <h2>"Che cosa chiede"</h2>
            {control::select(&field("servizio", "Servizio"), page.services.clone(), &value("servizio"))}
            <button class="btn btn-primary" type="submit" name="azione" value="comincia">"Comincia"</button>
        </form>
    }
    .into_any()
}

fn open_desk(page: &DeskPage, open: &DeskOpen) -> AnyView {
    let facts = pairs(vec![
        ("Chi chiede", open.applicant.clone()),
        ("Codice fiscale", open.fiscal_code.clone()),
        ("Documento", open.document.clone()),
        ("Servizio", open.service.clone()),
    ]);
    let next = if !open.case.is_empty() {
        let href = format!("/ufficio/pratiche/{}", open.case);
        view! { <p><a href=href>"La richiesta è registrata: vai alla pratica"</a></p> }.into_any()
    } else if !open.over.is_empty() {
        alert(Tone::Warning, open.over.clone())
    } else {
        steps(page, open)
    };
    view! {
        <section data-desk-open="">
            {facts}
            {next}
            <form class="mt-4" method="post" action="/ufficio/sportello">
                <button class="btn btn-outline-primary" type="submit" name="azione" value="chiudi">{if open.case.is_empty() { "Chiudi senza registrare" } else { "Chiudi" }}</button>
            </form>
        </section>
    }
    .into_any()
}

/// Fill, print and sign, register.
fn steps(page: &DeskPage, open: &DeskOpen) -> AnyView {
    let fill = view! { <h2>"1. Compila"</h2><p><a class="btn btn-primary" href=open.form.clone()>"Apri il modulo"</a></p> };
    if open.stamp.is_empty() {
        return view! { {fill}<p>"Quando il modulo è completo, da qui si stampa, si firma e si registra."</p> }
            .into_any();
    }
    let error = error_of(&page.errors, "copia_firmata");
    let copy = Control::fixed("copia_firmata", "La copia firmata", true, error)
        .with_hint("Scansione o foto: pdf, jpg o png, al massimo 10 MB.");
    view! {
        {fill}
        <h2>"2. Stampa e fai firmare"</h2>
        <p><a class="btn btn-outline-primary" href="/ufficio/sportello/stampa">"Apri la pagina da stampare"</a></p>
        <h2>"3. Registra"</h2>
        <form method="post" action="/ufficio/sportello" enctype="multipart/form-data" novalidate data-desk-send="">
            <input type="hidden" name="impronta" value=open.stamp.clone()/>
            {control::file(&copy, Some(".pdf,.jpg,.jpeg,.png".into()), false)}
            <button class="btn btn-primary" type="submit" name="azione" value="registra">"Registra la richiesta"</button>
        </form>
    }
    .into_any()
}
