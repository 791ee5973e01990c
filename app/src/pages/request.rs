//! `/servizi/{slug}/richiesta`: the guided form.

use leptos::prelude::*;
use rules::{catalogue::Form, language::quoted, t};

use crate::{
    api::{FormScreen, step},
    components::main,
    wizard,
};

/// Title of the shown step.
pub fn step_title(form: &Form, step: &str) -> String {
    match step {
        step::ATTACHMENTS => t!("Documenti").into(),
        step::DECLARATIONS => t!("Dichiarazioni").into(),
        step::SUMMARY => t!("Riepilogo").into(),
        id => form
            .steps
            .iter()
            .find(|s| s.id == id)
            .map_or_else(|| t!("Richiesta").into(), |s| quoted(&s.title)),
    }
}

pub fn view(page: FormScreen) -> AnyView {
    main(wizard::view(page))
}
