//! `/servizi/{slug}/richiesta`: the guided form.

use leptos::prelude::*;
use rules::catalogue::Form;

use crate::{
    api::{FormScreen, step},
    components::main,
    wizard,
};

/// Title of the shown step.
pub fn step_title(form: &Form, step: &str) -> String {
    match step {
        step::ATTACHMENTS => "Documenti".into(),
        step::DECLARATIONS => "Dichiarazioni".into(),
        step::SUMMARY => "Riepilogo".into(),
        id => form
            .steps
            .iter()
            .find(|s| s.id == id)
            .map_or_else(|| "Richiesta".into(), |s| s.title.clone()),
    }
}

pub fn view(page: FormScreen) -> AnyView {
    main(wizard::view(page))
}
