//! The steps' contents: fields, attachments, declarations, summary.

use leptos::prelude::*;
use rules::{
    catalogue::{Attachment, Declaration},
    form::Evaluation,
    language::quoted,
    t,
};

use super::{field::field, state::Wizard, view::button};
use crate::{
    api::{AttachmentView, FormScreen, step},
    components::{
        El, Icon, control, control::Control, el, file_link, found_in, group, icon, notice,
        reactive, unseen,
    },
};

/// Ids and titles of all steps that these answers ask for, in order.
pub fn list(page: &FormScreen, evaluation: &Evaluation) -> Vec<(String, String)> {
    let own = page
        .form
        .steps
        .iter()
        .filter(|s| evaluation.steps.contains(&s.id))
        .map(|s| (s.id.clone(), s.title.clone()));
    let mut steps: Vec<_> = own.collect();
    if !evaluation.attachments.is_empty() {
        steps.push((step::ATTACHMENTS.into(), t!("Documenti").into()));
    }
    steps.push((step::DECLARATIONS.into(), t!("Dichiarazioni").into()));
    steps.push((step::SUMMARY.into(), t!("Riepilogo").into()));
    steps
}

pub fn content(wizard: Wizard) -> AnyView {
    wizard.page.with_value(|page| match page.step.as_str() {
        step::ATTACHMENTS => attachments(wizard, page),
        step::DECLARATIONS => declarations(wizard, page),
        step::SUMMARY => {
            let recap = page.recap.clone();
            view! { <div inner_html=recap></div> }.into_any()
        }
        _ => fields(wizard, page),
    })
}

fn fields(wizard: Wizard, page: &FormScreen) -> AnyView {
    let Some(step) = page.form.steps.iter().find(|s| s.id == page.step) else {
        return ().into_any();
    };
    let conditional = step
        .sections
        .iter()
        .flat_map(|s| &s.fields)
        .any(|f| f.visible_if.is_some() || f.fields.iter().any(|f| f.visible_if.is_some()));
    let sections = step.sections.iter().map(|section| {
        let fields = section
            .fields
            .iter()
            .map(|f| field(wizard, f.clone(), f.name.clone()));
        let title = section.title.as_deref();
        el("section")
            .class("card has-bkg-grey p-3 mb-4")
            .child(title.map(|title| el("h2").class("h4 mb-3").child(quoted(title))))
            .child(fields.collect::<Vec<_>>())
    });
    group(vec![
        required_note(t!("Le domande con * sono obbligatorie.")),
        group(sections.collect::<Vec<_>>()),
        group(conditional.then(|| plain_only(t!("Alcune domande dipendono dalle tue risposte: dopo aver risposto premi «Salva» per vederle.")))),
    ])
}

fn required_note(text: &str) -> AnyView {
    el("p").class("required-note").child(text).view()
}

/// For who has no bundle, and no answer before the page comes again; style hides it with it.
fn plain_only(text: &str) -> AnyView {
    el("p").class("nojs-only").child(text).view()
}

fn attachments(wizard: Wizard, page: &FormScreen) -> AnyView {
    let wanted = wizard.evaluation.with_untracked(|e| {
        let known = |id: &str| page.form.attachments.iter().find(|a| a.id == id).cloned();
        e.attachments
            .iter()
            .filter_map(|state| known(&state.id).map(|a| (a, state.required)))
            .collect::<Vec<_>>()
    });
    let cards = wanted
        .into_iter()
        .map(|(a, required)| attachment(wizard, a, required));
    group(vec![
        required_note(t!("I documenti con * sono obbligatori.")),
        group(cards.collect::<Vec<_>>()),
        plain_only(t!("Dopo aver scelto i file premi «Salva» per caricarli.")),
    ])
}

fn attachment(wizard: Wizard, attachment: Attachment, required: bool) -> AnyView {
    let Attachment {
        id,
        title,
        formats,
        max_mb,
        max_files,
        note,
        ..
    } = attachment;
    let path = format!("allegati.{id}");
    let kinds = formats.join(", ");
    let accepted = if max_files > 1 {
        t!(
            "Formati: {kinds}, fino a {max_mb} MB ognuno, al massimo {max_files} file.",
            kinds,
            max_mb,
            max_files
        )
    } else {
        t!("Formati: {kinds}, fino a {max_mb} MB.", kinds, max_mb)
    };
    let accept = formats
        .iter()
        .map(|f| format!(".{f}"))
        .collect::<Vec<_>>()
        .join(",");
    let control = Control {
        required: Signal::stored(required),
        error: wizard.error(&path),
        hint: note.as_deref().map(quoted),
        takes: Some(accepted),
        ..Control::fixed(&path, quoted(&title), required, None)
    };
    let of_this = move |id: &str| {
        let files = wizard.attachments.get();
        files.into_iter().filter(|f| f.id == id).collect::<Vec<_>>()
    };
    let at = id.clone();
    let sent = move || {
        let files = of_this(&at).into_iter().enumerate();
        files.map(uploaded).collect::<Vec<_>>()
    };
    let at = id.clone();
    let full = move || {
        (max_files == 1 && !of_this(&at).is_empty()).then(|| {
            el("p")
                .class("form-text mb-0")
                .child(t!("Per cambiare il file, prima toglilo."))
        })
    };
    let progress = el("progress")
        .class("w-100")
        .set("max", "100")
        .set("value", "0")
        .flag("hidden", true)
        .set("aria-label", t!("Caricamento"))
        .set("data-progress", id.as_str());
    let list = el("ul")
        .class("list-unstyled upload-file-list mb-0")
        .set("aria-live", "polite")
        .child(reactive(sent));
    el("section")
        .class("card has-bkg-grey p-3 mb-4 cmp-upload")
        .set("data-attachment", id)
        .child(control::file(&control, Some(accept), max_files > 1))
        .child(progress)
        .child(list)
        .child(reactive(full))
        .view()
}

/// Begins the id of a file that has not arrived yet (`app/pwa/device.js`).
pub(super) const ON_DEVICE: &str = "device:";

fn uploaded((n, file): (usize, AttachmentView)) -> El {
    let found = found_in(&file);
    let on_device = file.file.starts_with(ON_DEVICE);
    let name = if on_device {
        el("span")
            .class("text-break")
            .child(icon(Icon::File))
            .child(el("span").child(t!("{file} (su questo dispositivo)", file = file.name)))
    } else {
        file_link(&file)
    };
    let act = |action: &str, words: &str| {
        let label = el("span").child(words.to_owned());
        button("btn btn-link p-0", &[action, &file.file].concat())
            .child(label.child(unseen(&[" ", &file.name].concat())))
    };
    let up = (n > 0 && !on_device).then(|| act("su:", t!("Sposta su")));
    let remove = act("togli:", t!("Togli"));
    el("li")
        .class("upload-file success d-flex flex-wrap justify-content-between gap-2")
        .set("data-file", file.file)
        .child(name)
        .child(up)
        .child(remove)
        .child(found)
}

fn declarations(wizard: Wizard, page: &FormScreen) -> AnyView {
    let wanted = wizard.evaluation.with_untracked(|e| e.declarations.clone());
    let ticked = &page.draft.declarations;
    let version = page.privacy.as_str();
    let privacy = ["/servizi/", &page.slug, "/privacy?versione=", version].concat();
    let boxes = wanted
        .iter()
        .filter_map(|id| page.form.declarations.iter().find(|d| &d.id == id))
        .map(|d| declaration(wizard, d, ticked.contains(&d.id)));
    let link = el("a")
        .set("href", privacy)
        .set("rel", "external")
        .set("target", "_blank")
        .child(t!("Come usiamo i tuoi dati (si apre in un’altra scheda)"));
    group(vec![
        el("p").child(
            t!("Leggi ogni frase e metti la spunta. Chi dichiara il falso ne risponde davanti alla legge."),
        ),
        el("div")
            .class("card has-bkg-grey p-3 mb-4")
            .child(boxes.collect::<Vec<_>>()),
        el("p").child(link),
        el("input")
            .set("type", "hidden")
            .set("name", "informativa")
            .set("value", version),
    ])
}

fn declaration(wizard: Wizard, declaration: &Declaration, on: bool) -> AnyView {
    let path = format!("dichiarazioni.{}", declaration.id);
    let control = Control {
        error: wizard.error(&path),
        ..Control::fixed(&path, quoted(&declaration.text), true, None)
    };
    control::tick(&control, "si", on)
}

/// Saved, or resumed.
pub fn told(page: &FormScreen) -> AnyView {
    notice(page.notice.clone())
}
