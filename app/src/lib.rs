//! What runs on both sides: pages, components, wizard, and the thin API between them.
#![forbid(unsafe_code)]
#![recursion_limit = "256"]

pub mod api;
#[cfg(feature = "hydrate")]
pub mod client;
pub mod components;
pub mod pages;
pub mod shell;
pub mod wizard;
pub use rules;

/// What every view needs.
mod prelude {
    pub use leptos::prelude::*;

    pub use crate::components::Erase;
}

/// Takes over the server's HTML in the browser; called by the loader in `shell.rs`.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_body(shell::App);
}

/// The engine as the browser runs it; a test compares it with the server's build.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn evaluate(form: &str, answers: &str, context: &str) -> String {
    rules::form::evaluate_json(form, answers, context)
}
