//! The last step of a request: what will be sent.

use leptos::prelude::*;
use rules::{language::of_definitions, t};

use crate::{
    api::{RequestPage, SignerView, SigningView, step},
    components::{El, callout, costs, el, files, group, issue_line, summary, unseen},
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
        group(page.signing.as_ref().map(signing)),
        callout(t!("Attenzione"), el("p").class("mb-0").child(warning)),
        group((!page.warnings.is_empty()).then(|| to_check(page, &path))),
        summary(page.summary.clone(), Some(&path)),
        group(attached),
        group(fees),
    ])
}

/// What is worth a look, with the way to it.
fn to_check(page: &RequestPage, path: &str) -> AnyView {
    let line = |issue| issue_line(issue, path, &page.step);
    el("section")
        .class("alert alert-warning")
        .set("data-warnings", "")
        .child(
            el("h2")
                .class("h5")
                .child(t!("Da controllare prima di inviare")),
        )
        .child(
            el("ul")
                .class("mb-0")
                .child(page.warnings.iter().map(line).collect::<Vec<_>>()),
        )
        .view()
}

/// Who else signs, each by a link of her own; or who signs the document digitally.
fn signing(signing: &SigningView) -> AnyView {
    let people = signing.people.iter().map(|person| match signing.digital {
        true => signs_digitally(person),
        false => signs(person),
    });
    let (verb, label) = match (signing.frozen, signing.digital) {
        (false, true) => ("firme", t!("Prepara il documento da firmare")),
        (false, false) => ("firme", t!("Chiedi le firme")),
        (true, _) => ("riapri", t!("Riapri la richiesta")),
    };
    let why = match (signing.frozen, signing.digital) {
        (false, true) => t!(
            "Questa richiesta vale solo con una firma digitale: si scarica un PDF, si firma, si carica qui. Da quando prepari il documento la richiesta non si cambia più."
        ),
        (true, true) => t!(
            "Mentre aspetta la firma la richiesta non si cambia. Se la riapri per correggerla, il documento va preparato e firmato di nuovo."
        ),
        (false, false) => t!(
            "Questa richiesta la firmano anche altre persone, ognuna con la propria identità digitale. Da quando chiedi le firme non si cambia più."
        ),
        (true, false) => t!(
            "Mentre aspetti le firme la richiesta non si cambia. Se la riapri per correggerla, chi ha già firmato deve firmare di nuovo."
        ),
    };
    el("section")
        .class("card p-3 mb-4")
        .set("data-signing", "")
        .child(el("h2").class("h4").child(t!("Le firme")))
        .child(el("p").child(why))
        .child(
            el("ul")
                .class("list-unstyled")
                .child(people.collect::<Vec<_>>()),
        )
        .child(
            el("div").child(
                el("button")
                    .class("btn btn-outline-primary")
                    .set("type", "submit")
                    .set("name", "azione")
                    .set("value", verb)
                    .child(label),
            ),
        )
        .view()
}

fn signs(person: &SignerView) -> El {
    let state = match (&person.signed, &person.link) {
        (Some(at), _) => t!("ha firmato il {at}", at),
        (None, Some(_)) => t!("deve ancora firmare").to_owned(),
        (None, None) => t!("la firma non è ancora stata chiesta").to_owned(),
    };
    let link = person.link.as_ref().filter(|_| person.signed.is_none());
    let link = link.map(|link| {
        el("p")
            .class("mb-0 text-break")
            .child(t!("Mandale questo indirizzo: "))
            .child(el("a").set("href", link.as_str()).child(link.as_str()))
    });
    signer(person, &state).child(link)
}

fn signs_digitally(person: &SignerView) -> El {
    let state = match &person.signed {
        Some(_) => t!("il documento firmato è arrivato, la firma è valida"),
        None => t!("deve firmare il documento"),
    };
    let found = person.signed.as_ref().map(|found| {
        el("p")
            .class("mb-0 text-break")
            .maybe("lang", of_definitions())
            .child(found.as_str())
    });
    let link = person.link.as_ref().filter(|_| person.signed.is_none());
    let link = link.map(|link| {
        el("p").child(
            el("a")
                .class("btn btn-primary mt-3")
                .set("href", link.as_str())
                .child(t!("Scarica, firma e carica il documento")),
        )
    });
    signer(person, state).child(found).child(link)
}

fn signer(person: &SignerView, state: &str) -> El {
    el("li")
        .class("mb-3")
        .child(el("strong").child(person.code.as_str()))
        .child([": ", state].concat())
}
