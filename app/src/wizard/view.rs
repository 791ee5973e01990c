//! The page around a step: stepper, errors, form, buttons.

use leptos::prelude::*;
use rules::{form::IssueKind, language::quoted, t};

use super::{
    state::{Saving, Wizard},
    steps,
};
use crate::{
    api::{FormScreen, step},
    components::{
        El, Tone, alert, breadcrumb, el, encode, error_summary_at, group, reactive, sentence,
        stepper,
    },
};

/// The shown step, whole. Each visit makes it anew: controls are the browser's, and must not
/// keep what was typed in another step.
pub fn view(page: FormScreen) -> AnyView {
    // A server that sends no date does not know this form.
    let Some(today) = rules::civil::Date::parse_iso(&page.today) else {
        return alert(
            Tone::Danger,
            t!("Il servizio non risponde. Riprova tra qualche minuto."),
        );
    };
    step_view(Wizard::new(page, today))
}

/// One step as it will be seen, inside the form of who previews it.
#[cfg(feature = "ssr")]
pub fn preview(title: String, page: FormScreen) -> AnyView {
    let Some(today) = rules::civil::Date::parse_iso(&page.today) else {
        return ().into_any();
    };
    let wizard = Wizard::new(page, today);
    group(vec![
        errors(wizard),
        el("h2").class("h3").child(title).view(),
        wizard.page.with_value(steps::told),
        steps::content(wizard),
        buttons(wizard),
    ])
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
    let shown = wizard
        .page
        .with_value(|page| crate::pages::step_title(&page.form, &page.step));
    let path = wizard.path();
    let at = wizard.page.with_value(|p| p.step.clone());
    let draft = wizard.page.with_value(|p| p.draft.draft_id.clone());
    let enter = RwSignal::new(false);
    Effect::new(move |_| enter.set(true));
    let head = group(vec![
        breadcrumb(
            vec![
                (t!("Servizi").into(), "/servizi".into()),
                (title.clone(), format!("/servizi/{slug}")),
            ],
            t!("Richiesta").into(),
        ),
        reactive(move || errors(wizard)),
        el("p").class("h5 mb-1").child(quoted(&title)).view(),
        el("h1").set("tabindex", "-1").child(shown).view(),
        reactive(move || steps(wizard)),
        wizard.page.with_value(steps::told),
    ]);
    let hidden = |name: &'static str| el("input").set("type", "hidden").set("name", name);
    let inside = group(vec![
        hidden("passo").set("value", at.clone()).view(),
        hidden("versione")
            .live("value", move || Some(wizard.version.get().to_string()))
            .view(),
        hidden("bozza").set("value", draft).view(),
        // What Enter in a text field presses: the first button must not be "Aggiungi" or
        // "Togli". Without the bundle it is disabled, and Enter does nothing.
        el("button")
            .class("visually-hidden")
            .set("type", "submit")
            .set("tabindex", "-1")
            .set("aria-hidden", "true")
            .live("disabled", move || (!enter.get()).then(String::new))
            .child(t!("Avanti"))
            .view(),
        steps::content(wizard),
        saving(wizard),
        buttons(wizard),
        discard(),
    ]);
    view! {
        <div class="wizard">
            {head}
            <form method="post" action=path enctype="multipart/form-data" novalidate node_ref=form data-wizard=at
                on:input=to_desk!(input, leptos::ev::Event)
                on:change=to_desk!(change, leptos::ev::Event)
                on:focusout=to_desk!(blur, leptos::ev::FocusEvent)
                on:submit=to_desk!(submit, leptos::ev::SubmitEvent)
            >
                {inside}
            </form>
        </div>
    }
    .into_any()
}

fn steps(wizard: Wizard) -> AnyView {
    wizard.page.with_value(|page| {
        let list = wizard.evaluation.with(|e| steps::list(page, e));
        stepper(list, &page.step, &wizard.path())
    })
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
    let line = |text: String| el("p").class("mb-0").child(text).view();
    let saved = move |at: String| line(t!("Bozza salvata il {at}", at));
    let told = reactive(move || match wizard.saving.get() {
        Saving::Quiet => before.clone().map(saved),
        Saving::Running => Some(line(t!("Salvataggio…").into())),
        Saving::Done(at) => Some(saved(at)),
        Saving::OnDevice => Some(on_device()),
        Saving::LoggedOut => Some(logged_out(wizard)),
        Saving::Failed { title, detail } => Some(alert(
            Tone::Danger,
            vec![
                el("p").class("fw-semibold mb-1").child(title),
                el("p").class("mb-0").child(detail),
            ],
        )),
    });
    el("div")
        .class("saving mb-3")
        .set("role", "status")
        .set("data-saving", "")
        .child(told)
        .view()
}

fn on_device() -> AnyView {
    let what = t!(
        "Salvato su questo dispositivo. Non è ancora arrivato al Comune: arriva appena torna la rete, se questa pagina è aperta o quando la riapri."
    );
    let who = t!(
        "Chi usa questo dispositivo può vederlo. Lo cancelliamo quando arriva al Comune, quando premi «Esci», o dopo 7 giorni."
    );
    alert(
        Tone::Warning,
        vec![
            el("p").class("fw-semibold mb-1").child(what),
            el("p").class("mb-0").child(who),
        ],
    )
}

fn logged_out(wizard: Wizard) -> AnyView {
    let link = el("a")
        .set("href", format!("/accedi?next={}", encode(&wizard.path())))
        .set("rel", "external")
        .set("target", "_blank")
        .child(t!("accedi di nuovo (si apre in un’altra scheda)"));
    let text = el("p")
        .class("mb-0")
        .child(sentence(
            t!("La sessione è scaduta. Quello che hai scritto resta in questa pagina: {login}, poi torna qui e vai avanti."),
            [("login", link.view())],
        ));
    alert(Tone::Warning, text)
}

/// A button that posts `azione`.
pub(super) fn button(class: &'static str, action: &str) -> El {
    el("button")
        .class(class)
        .set("type", "submit")
        .set("name", "azione")
        .set("value", action)
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
        ("invia", t!("Invia la richiesta"))
    } else {
        ("avanti", t!("Avanti"))
    };
    let back = (!first)
        .then(|| button("btn btn-link steppers-btn-prev", "indietro").child(t!("Indietro")));
    // First in the page: Enter in a text field must go on, not back.
    let buttons = el("div")
        .class("steppers-nav d-flex flex-row-reverse flex-wrap justify-content-between gap-2")
        .child(button("btn btn-primary steppers-btn-confirm", action).child(label))
        .child(button("btn btn-outline-primary steppers-btn-save", "salva").child(t!("Salva")))
        .child(back);
    el("div").class("cmp-nav-steps").child(buttons).view()
}

fn discard() -> AnyView {
    let warning =
        t!("Cancelliamo tutto quello che hai scritto e allegato. Non si può tornare indietro.");
    el("details")
        .class("mt-5")
        .child(el("summary").child(t!("Elimina la bozza")))
        .child(el("p").child(warning))
        .child(button("btn btn-outline-danger", "elimina").child(t!("Sì, elimina la bozza")))
        .view()
}
