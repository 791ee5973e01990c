//! The steps' contents: fields, attachments, declarations, summary.

use crate::prelude::*;
use rules::{
    catalogue::{Attachment, Declaration},
    form::Evaluation,
};

use super::{field::field, state::Wizard};
use crate::{
    api::{AttachmentView, RequestPage, step},
    components::{
        Icon, callout, control, control::Control, costs, files, icon, notice, size, summary,
    },
};

/// Ids and titles of all steps that these answers ask for, in order.
pub fn list(page: &RequestPage, evaluation: &Evaluation) -> Vec<(String, String)> {
    let own = page
        .form
        .steps
        .iter()
        .filter(|s| evaluation.steps.contains(&s.id))
        .map(|s| (s.id.clone(), s.title.clone()));
    let mut steps: Vec<_> = own.collect();
    if !evaluation.attachments.is_empty() {
        steps.push((step::ATTACHMENTS.into(), "Documenti".into()));
    }
    steps.push((step::DECLARATIONS.into(), "Dichiarazioni".into()));
    steps.push((step::SUMMARY.into(), "Riepilogo".into()));
    steps
}

pub fn content(wizard: Wizard) -> AnyView {
    wizard.page.with_value(|page| match page.step.as_str() {
        step::ATTACHMENTS => attachments(wizard, page),
        step::DECLARATIONS => declarations(wizard, page),
        step::SUMMARY => recap(wizard, page),
        _ => fields(wizard, page),
    })
}

fn fields(wizard: Wizard, page: &RequestPage) -> AnyView {
    let Some(step) = page.form.steps.iter().find(|s| s.id == page.step) else {
        return ().erase();
    };
    let conditional = step
        .sections
        .iter()
        .flat_map(|s| &s.fields)
        .any(|f| f.visible_if.is_some() || f.fields.iter().any(|f| f.visible_if.is_some()));
    let sections = step
        .sections
        .iter()
        .map(|section| {
            let fields = section
                .fields
                .iter()
                .map(|f| field(wizard, f.clone(), f.name.clone()))
                .collect_view();
            let title = section
                .title
                .clone()
                .map(|title| view! { <h2 class="h4 mb-3">{title}</h2> });
            view! { <section class="card has-bkg-grey p-3 mb-4">{title}{fields}</section> }
        })
        .collect_view();
    view! {
        <p class="required-note">"Le domande con * sono obbligatorie."</p>
        {sections}
        {conditional.then(refresh)}
    }
    .erase()
}

/// Without the bundle new questions appear when the page comes again; style hides it with it.
fn refresh() -> AnyView {
    view! {
        <p class="nojs-only">"Alcune domande dipendono dalle tue risposte: dopo aver risposto premi «Salva» per vederle."</p>
    }
    .erase()
}

fn attachments(wizard: Wizard, page: &RequestPage) -> AnyView {
    let wanted = wizard.evaluation.with_untracked(|e| {
        let known = |id: &str| page.form.attachments.iter().find(|a| a.id == id).cloned();
        e.attachments
            .iter()
            .filter_map(|state| known(&state.id).map(|a| (a, state.required)))
            .collect::<Vec<_>>()
    });
    let cards = wanted
        .into_iter()
        .map(|(a, required)| attachment(wizard, a, required))
        .collect_view();
    view! {
        <p class="required-note">"I documenti con * sono obbligatori."</p>
        {cards}
        <p class="nojs-only">"Dopo aver scelto i file premi «Salva» per caricarli."</p>
    }
    .erase()
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
    let each = format!(
        "{}, fino a {max_mb} MB{}",
        formats.join(", "),
        if max_files > 1 {
            format!(" ognuno, al massimo {max_files} file")
        } else {
            String::new()
        }
    );
    let hint = match note {
        Some(note) => format!("{note} Formati: {each}."),
        None => format!("Formati: {each}."),
    };
    let accept = formats
        .iter()
        .map(|f| format!(".{f}"))
        .collect::<Vec<_>>()
        .join(",");
    let control = Control {
        required: Signal::stored(required),
        error: wizard.error(&path),
        ..Control::fixed(&path, &title, required, None).with_hint(hint)
    };
    let at = id.clone();
    let sent = move || {
        let files = wizard.attachments.get();
        files
            .into_iter()
            .filter(|f| f.id == at)
            .map(uploaded)
            .collect_view()
    };
    let most = max_files as usize;
    let counted = id.clone();
    let full = Memo::new(move |_| {
        wizard
            .attachments
            .with(|files| files.iter().filter(|f| f.id == counted).count() >= most)
    });
    let hint_full = (most == 1).then_some("Per cambiare il file, prima toglilo.");
    view! {
        <section class="card has-bkg-grey p-3 mb-4 cmp-upload" data-attachment=id>
            {control::file(&control, Some(accept), most > 1)}
            <progress class="w-100" max="100" value="0" hidden aria-label="Caricamento" data-progress=id.clone()></progress>
            <ul class="list-unstyled upload-file-list mb-0" aria-live="polite">{sent}</ul>
            {move || full.get().then_some(hint_full).flatten().map(|text| view! { <p class="form-text mb-0">{text}</p> })}
        </section>
    }
    .erase()
}

fn uploaded(file: AttachmentView) -> AnyView {
    let remove = format!("togli:{}", file.file);
    let hidden = format!(" {}", file.name);
    view! {
        <li class="upload-file success d-flex flex-wrap justify-content-between gap-2" data-file=file.file>
            <span class="text-break">{icon(Icon::File)}{file.name}" ("{size(file.bytes)}")"</span>
            <button class="btn btn-link p-0" type="submit" name="azione" value=remove>
                {icon(Icon::Trash)}<span>"Togli"<span class="visually-hidden">{hidden}</span></span>
            </button>
        </li>
    }
    .erase()
}

fn declarations(wizard: Wizard, page: &RequestPage) -> AnyView {
    let wanted = wizard.evaluation.with_untracked(|e| e.declarations.clone());
    let ticked = &page.draft.declarations;
    let privacy = format!("/servizi/{}/privacy", page.slug);
    let boxes = wanted
        .iter()
        .filter_map(|id| page.form.declarations.iter().find(|d| &d.id == id))
        .map(|d| declaration(wizard, d, ticked.contains(&d.id)))
        .collect_view();
    view! {
        <p>"Leggi ogni frase e metti la spunta. Chi dichiara il falso ne risponde davanti alla legge."</p>
        <div class="card has-bkg-grey p-3 mb-4">{boxes}</div>
        <p><a href=privacy rel="external" target="_blank">"Come usiamo i tuoi dati (si apre in un’altra scheda)"</a></p>
    }
    .erase()
}

fn declaration(wizard: Wizard, declaration: &Declaration, on: bool) -> AnyView {
    let path = format!("dichiarazioni.{}", declaration.id);
    let control = Control {
        error: wizard.error(&path),
        ..Control::fixed(&path, &declaration.text, true, None)
    };
    control::tick(&control, "si", on)
}

/// Everything in one screen, right before sending (Modello Comuni C.SE.1.4).
fn recap(wizard: Wizard, page: &RequestPage) -> AnyView {
    let path = wizard.path();
    let fees = (!page.fees.is_empty())
        .then(|| view! { <h2 class="h4">"Quanto costa"</h2>{costs(page.fees.clone())} });
    let attached = (!page.draft.attachments.is_empty()).then(|| {
        let href = format!("{path}?passo={}", step::ATTACHMENTS);
        view! {
            <section class="card has-bkg-grey p-3 mb-4">
                <div class="d-flex justify-content-between align-items-baseline">
                    <h2 class="h4 mb-3">"Documenti"</h2>
                    <a class="btn btn-link p-0" href=href>"Modifica"<span class="visually-hidden">" i documenti"</span></a>
                </div>
                {files(page.draft.attachments.clone())}
            </section>
        }
    });
    view! {
        {callout("Attenzione", view! {
            <p class="mb-0">"Le informazioni che hai scritto hanno valore di dichiarazione. Controlla che siano giuste."</p>
        }.erase())}
        {summary(page.summary.clone(), Some(&path))}
        {attached}
        {fees}
    }
    .erase()
}

/// Saved, or resumed.
pub fn told(page: &RequestPage) -> AnyView {
    notice(page.notice.clone())
}
