//! `/servizi/{slug}/requisiti`: a few questions before the login, kept nowhere.

use leptos::prelude::*;
use rules::{
    language::{of_definitions, quoted},
    t,
};

use crate::{
    api::PrecheckPage,
    components::{
        Tone, alert, breadcrumb, bullets, control, control::Control, error_of, error_pairs, main,
    },
};

pub fn view(page: PrecheckPage) -> AnyView {
    let sheet = format!("/servizi/{}", page.slug);
    let links = vec![
        (t!("Servizi").into(), "/servizi".into()),
        (quoted(&page.title), sheet),
    ];
    main(
        view! {
            {breadcrumb(links, t!("Ho i requisiti?").into())}
            {error_pairs(&page.errors)}
            <h1>{t!("Ho i requisiti?")}</h1>
            <p class="subtitle-small" lang=of_definitions()>{page.title.clone()}</p>
            {outcome(&page)}
            {questions(&page)}
        }
        .into_any(),
    )
}

fn questions(page: &PrecheckPage) -> AnyView {
    let action = format!("/servizi/{}/requisiti", page.slug);
    let asked = page
        .questions
        .iter()
        .enumerate()
        .map(|(n, (text, answer))| {
            let name = format!("d{n}");
            let error = error_of(&page.errors, &name);
            let control = Control::fixed(&name, quoted(text), true, error);
            let options = vec![
                ("si".to_owned(), t!("Sì").to_owned()),
                ("no".to_owned(), t!("No").to_owned()),
            ];
            control::radios(&control, options, answer.clone())
        });
    view! {
        <form method="post" action=action class="my-4" novalidate data-precheck="">
            <p>{t!("Rispondi prima di entrare: le risposte servono solo a dirti se puoi fare la richiesta, e non le conserviamo.")}</p>
            {asked.collect_view()}
            <button class="btn btn-primary" type="submit">{t!("Controlla")}</button>
        </form>
    }
    .into_any()
}

fn outcome(page: &PrecheckPage) -> AnyView {
    if !page.answered {
        return ().into_any();
    }
    let href = format!("/servizi/{}/richiesta", page.slug);
    if page.against.is_empty() {
        let told =
            t!("Con queste risposte puoi fare la richiesta. Decide l’ufficio, quando la riceve.");
        return view! {
            {alert(Tone::Success, view! { <p class="mb-0">{told}</p> }.into_any())}
            <p><a class="btn btn-primary" href=href>{t!("Compila la richiesta online")}</a></p>
        }
        .into_any();
    }
    let told = view! {
        <p class="fw-semibold">{t!("Prima di fare la richiesta leggi qui:")}</p>
        <div lang=of_definitions()>{bullets(page.against.clone())}</div>
    };
    view! {
        {alert(Tone::Warning, told.into_any())}
        <p><a href=href>{t!("Vai avanti lo stesso")}</a></p>
    }
    .into_any()
}
