//! The last step of a request: what will be sent.

use leptos::prelude::*;
use rules::t;

use crate::{
    api::{RequestPage, step},
    components::{callout, costs, el, files, group, summary, unseen},
};

/// Everything in one screen, right before sending (Modello Comuni C.SE.1.4).
pub fn view(page: &RequestPage) -> AnyView {
    let path = format!("/servizi/{}/richiesta", page.slug);
    let fees = (!page.fees.is_empty()).then(|| {
        vec![
            el("h2").class("h4").child(t!("Quanto costa")).view(),
            costs(page.fees.clone()),
        ]
    });
    let attached = (!page.draft.attachments.is_empty()).then(|| {
        let link = el("a")
            .class("btn btn-link p-0")
            .set("href", [&path, "?passo=", step::ATTACHMENTS].concat())
            .child(t!("Modifica"))
            .child(unseen(t!(" i documenti")));
        let head = el("div")
            .class("d-flex justify-content-between align-items-baseline")
            .child(el("h2").class("h4 mb-3").child(t!("Documenti")))
            .child(link);
        el("section")
            .class("card has-bkg-grey p-3 mb-4")
            .child(head)
            .child(files(page.draft.attachments.clone()))
    });
    let warning = t!(
        "Le informazioni che hai scritto hanno valore di dichiarazione. Controlla che siano giuste."
    );
    group(vec![
        callout(t!("Attenzione"), el("p").class("mb-0").child(warning)),
        summary(page.summary.clone(), Some(&path)),
        group(attached),
        group(fees),
    ])
}
