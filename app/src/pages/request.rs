//! `/servizi/{slug}/richiesta`: the guided form.

use leptos::prelude::*;

use crate::{
    api::{Frame, RequestPage, step},
    components::main,
    wizard,
};

/// Title of the shown step.
pub fn step_title(page: &RequestPage) -> String {
    match page.step.as_str() {
        step::ATTACHMENTS => "Documenti".into(),
        step::DECLARATIONS => "Dichiarazioni".into(),
        step::SUMMARY => "Riepilogo".into(),
        id => page
            .form
            .steps
            .iter()
            .find(|s| s.id == id)
            .map_or_else(|| "Richiesta".into(), |s| s.title.clone()),
    }
}

pub fn view(page: RequestPage, frame: &Frame) -> AnyView {
    main(wizard::view(page, frame))
}
