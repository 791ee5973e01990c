//! The page around a step: stepper, errors, form, buttons.

use crate::prelude::*;
use rules::form::IssueKind;

use super::{
    state::{Saving, Wizard},
    steps,
};
use crate::{
    api::{Frame, RequestPage, step},
    components::{Tone, alert, breadcrumb, encode, error_summary_at, stepper},
};

/// The shown step, whole. Every visit makes it anew: controls are the browser's, and
/// must not keep what was typed in another step.
pub fn view(page: RequestPage, frame: &Frame) -> AnyView {
    // Only a server that did not answer sends no date: then there is nothing to fill in.
    let Some(today) = rules::civil::Date::parse_iso(&frame.today) else {
        return alert(
            Tone::Danger,
            "Il servizio non risponde. Riprova tra qualche minuto.".erase(),
        );
    };
    let wizard = Wizard::new(page, frame, today);
    let visit = next_visit();
    view! {
        <For each=move || [visit] key=|visit| *visit children=move |_| step_view(wizard)/>
    }
    .erase()
}

/// Counts the wizards of this browser; the server makes each only once.
#[cfg(feature = "hydrate")]
fn next_visit() -> u32 {
    use std::cell::Cell;
    thread_local!(static VISITS: Cell<u32> = const { Cell::new(0) });
    VISITS.with(|visits| {
        visits.set(visits.get().wrapping_add(1));
        visits.get()
    })
}

#[cfg(not(feature = "hydrate"))]
fn next_visit() -> u32 {
    0
}

fn step_view(wizard: Wizard) -> AnyView {
    let form = NodeRef::<leptos::html::Form>::new();
    #[cfg(feature = "hydrate")]
    let desk = super::browser::Desk::new(wizard, form);
    // On the server no listener is ever called.
    macro_rules! to_desk {
        ($name:ident, $event:ty) => {
            move |event: $event| {
                #[cfg(feature = "hydrate")]
                desk.$name(&event);
                #[cfg(not(feature = "hydrate"))]
                drop(event);
            }
        };
    }
    let (slug, title) = wizard
        .page
        .with_value(|p| (p.slug.clone(), p.title.clone()));
    let shown = wizard.page.with_value(crate::pages::step_title);
    let path = wizard.path();
    let at = wizard.page.with_value(|p| p.step.clone());
    let draft = wizard.page.with_value(|p| p.draft.draft_id.clone());
    let enter = RwSignal::new(false);
    Effect::new(move |_| enter.set(true));
    view! {
        <div class="wizard" on:click=to_desk!(click, leptos::ev::MouseEvent)>
        {breadcrumb(vec![("Servizi".into(), "/servizi".into()), (title.clone(), format!("/servizi/{slug}"))], "Richiesta".into())}
        {move || errors(wizard)}
        <p class="h5 mb-1">{title}</p>
        <h1 tabindex="-1">{shown}</h1>
        {move || stepper(
            wizard.page.with_value(|page| wizard.evaluation.with(|e| steps::list(page, e))),
            &wizard.page.with_value(|page| page.step.clone()),
            &wizard.path(),
        )}
        {wizard.page.with_value(steps::told)}
        <form method="post" action=path enctype="multipart/form-data" novalidate node_ref=form data-wizard=at
            on:input=to_desk!(input, leptos::ev::Event)
            on:change=to_desk!(change, leptos::ev::Event)
            on:focusout=to_desk!(blur, leptos::ev::FocusEvent)
            on:submit=to_desk!(submit, leptos::ev::SubmitEvent)
        >
            <input type="hidden" name="passo" value=at.clone()/>
            <input type="hidden" name="versione" value=move || wizard.version.get().to_string()/>
            <input type="hidden" name="bozza" value=draft/>
            // What Enter in a text field presses: the first button must not be "Aggiungi" or
            // "Togli". Without the bundle it is disabled, and Enter does nothing.
            <button class="visually-hidden" type="submit" tabindex="-1" aria-hidden="true" disabled=move || !enter.get()>"Avanti"</button>
            {steps::content(wizard)}
            {saving(wizard)}
            {buttons(wizard)}
            {discard()}
        </form>
        </div>
    }
    .erase()
}

fn errors(wizard: Wizard) -> AnyView {
    wizard.issues.with(|issues| {
        let errors: Vec<_> = issues
            .iter()
            .filter(|i| i.kind != IssueKind::Warning)
            .cloned()
            .collect();
        let at = wizard.page.with_value(|page| page.step.clone());
        error_summary_at(&errors, &wizard.path(), &at)
    })
}

/// How saving goes; without the bundle, when the draft was saved.
fn saving(wizard: Wizard) -> AnyView {
    let before = wizard.page.with_value(|p| p.draft.saved_at.clone());
    view! {
        <div class="saving mb-3" role="status" data-saving="">
            {move || match wizard.saving.get() {
                Saving::Quiet => before.clone().map(|at| view! { <p class="mb-0">"Bozza salvata il "{at}</p> }).erase(),
                Saving::Running => view! { <p class="mb-0">"Salvataggio…"</p> }.erase(),
                Saving::Done(at) => view! { <p class="mb-0">"Bozza salvata il "{at}</p> }.erase(),
                Saving::LoggedOut => logged_out(wizard),
                Saving::Failed(problem) => alert(Tone::Danger, view! {
                    <p class="fw-semibold mb-1">{problem.title}</p><p class="mb-0">{problem.detail}</p>
                }.erase()),
            }}
        </div>
    }
    .erase()
}

fn logged_out(wizard: Wizard) -> AnyView {
    let href = format!("/accedi?next={}", encode(&wizard.path()));
    alert(
        Tone::Warning,
        view! {
            <p class="mb-0">
                "La sessione è scaduta. Quello che hai scritto resta in questa pagina: "
                <a href=href rel="external" target="_blank">"accedi di nuovo (si apre in un’altra scheda)"</a>
                ", poi torna qui e vai avanti."
            </p>
        }
        .erase(),
    )
}

fn buttons(wizard: Wizard) -> AnyView {
    let (first, last) = wizard.page.with_value(|page| {
        let steps = wizard.evaluation.with_untracked(|e| steps::list(page, e));
        (
            steps.first().is_some_and(|(id, _)| *id == page.step),
            page.step == step::SUMMARY,
        )
    });
    let (action, label) = if last {
        ("invia", "Invia la richiesta")
    } else {
        ("avanti", "Avanti")
    };
    // First in the page: Enter in a text field must go on, not back.
    view! {
        <div class="cmp-nav-steps">
            <div class="steppers-nav d-flex flex-row-reverse flex-wrap justify-content-between gap-2">
                <button class="btn btn-primary steppers-btn-confirm" type="submit" name="azione" value=action>{label}</button>
                <button class="btn btn-outline-primary steppers-btn-save" type="submit" name="azione" value="salva">"Salva"</button>
                {(!first).then(|| view! {
                    <button class="btn btn-link steppers-btn-prev" type="submit" name="azione" value="indietro">"Indietro"</button>
                })}
            </div>
        </div>
    }
    .erase()
}

fn discard() -> AnyView {
    view! {
        <details class="mt-5">
            <summary>"Elimina la bozza"</summary>
            <p>"Cancelliamo tutto quello che hai scritto e allegato. Non si può tornare indietro."</p>
            <button class="btn btn-outline-danger" type="submit" name="azione" value="elimina">"Sì, elimina la bozza"</button>
        </details>
    }
    .erase()
}
