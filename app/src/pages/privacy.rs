//! `/servizi/{slug}/privacy`: the notice of GDPR art. 13 for one service, and its versions.

use leptos::prelude::*;
use rules::{language::of_definitions, t};

use crate::{
    api::{ChannelView, PrivacyPage, VersionView},
    components::{Tone, alert, breadcrumb, main, pairs, told},
};

pub fn view(page: PrivacyPage) -> AnyView {
    let sheet = format!("/servizi/{}", page.slug);
    let old = (!page.in_force).then(|| overtaken(&page.slug));
    let crumbs = vec![
        (t!("Servizi").into(), "/servizi".into()),
        (page.title.clone(), sheet.clone()),
    ];
    let version = t!(
        "Versione {version}, vale dal {since}.",
        version = page.version.version,
        since = page.version.since
    );
    main(
        view! {
            {breadcrumb(crumbs, t!("Privacy").into())}
            <h1>{t!("Come usiamo i tuoi dati")}</h1>
            <p class="subtitle-small" lang=of_definitions()>{page.title}</p>
            {old}
            <p class="text-break" data-notice=page.version.version.clone()>{version}</p>
            {sections(page.sections)}
            <h2 class="h4">{t!("Da dove passano i tuoi dati")}</h2>
            {page.channels.into_iter().map(channel).collect_view()}
            {sections(page.rest)}
            {others(&page.slug, page.others)}
            <p><a class="btn btn-outline-primary" href=sheet>{t!("Torna al servizio")}</a></p>
        }
        .into_any(),
    )
}

fn overtaken(slug: &str) -> AnyView {
    let in_force = format!("/servizi/{slug}/privacy");
    let text = t!("Questa è una versione di prima: non vale per le richieste nuove.");
    let link = t!("Leggi quella che vale adesso");
    alert(
        Tone::Warning,
        view! { <p class="mb-0">{text}" "<a href=in_force>{link}</a></p> }.into_any(),
    )
}

fn sections(sections: Vec<(String, Vec<String>)>) -> AnyView {
    let section = |(title, paragraphs): (String, Vec<String>)| {
        let paragraphs = paragraphs
            .into_iter()
            .map(|p| view! { <p>{told(p)}</p> })
            .collect_view();
        view! { <section class="mb-4"><h2 class="h4">{told(title)}</h2>{paragraphs}</section> }
    };
    sections.into_iter().map(section).collect_view().into_any()
}

fn channel(channel: ChannelView) -> AnyView {
    view! {
        <section class="card border p-3 mb-3" data-channel="">
            <h3 class="h5">{told(channel.name)}</h3>
            {pairs(channel.lines)}
        </section>
    }
    .into_any()
}

fn others(slug: &str, versions: Vec<VersionView>) -> AnyView {
    if versions.is_empty() {
        return ().into_any();
    }
    let line = |of: VersionView| {
        let href = format!("/servizi/{slug}/privacy?versione={}", of.version);
        let text = t!(
            "Versione {version}, dal {since}",
            version = of.version,
            since = of.since
        );
        view! { <li><a href=href>{text}</a></li> }
    };
    let lines = versions.into_iter().map(line).collect_view();
    view! {
        <section class="mb-4"><h2 class="h4">{t!("Le altre versioni")}</h2><ul>{lines}</ul></section>
    }
    .into_any()
}
