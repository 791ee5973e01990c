//! What runs on both sides: pages, components, wizard, and the thin API between them.
#![forbid(unsafe_code)]
#![recursion_limit = "256"]

#[cfg(feature = "hydrate")]
mod address;
pub mod api;
#[cfg(feature = "hydrate")]
pub mod client;
pub mod components;
#[cfg(feature = "hydrate")]
mod device;
#[cfg(feature = "ssr")]
pub mod document;
#[cfg(feature = "hydrate")]
mod dom;
#[cfg(feature = "hydrate")]
mod json;
pub mod language;
#[cfg(feature = "hydrate")]
mod live;
#[cfg(feature = "hydrate")]
mod navigation;
pub mod pages;
#[cfg(feature = "hydrate")]
mod patch;
pub mod shell;
pub mod wizard;
pub use rules;

/// Takes over the server's HTML in the browser; called by the loader in `shell.rs`. Without
/// data that this build understands the page stays as it is: it works without.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    language::arrive();
    let Some(screen) = dom::text_of(shell::DATA).and_then(|data| json::read(&data)) else {
        return;
    };
    leptos::mount::hydrate_body(move || {
        shell::App(shell::AppProps {
            screen,
            footer: String::new(),
        })
    });
}

/// The engine as the browser runs it, on JSON: a test compares it with the server's build.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn evaluate(form: &str, answers: &str, context: &str) -> Option<String> {
    use rules::form::{Answers, GivenContext};

    let form: rules::catalogue::Form = json::read(form)?;
    let (answers, context): (Answers, GivenContext) = (json::read(answers)?, json::read(context)?);
    json::write(&form.evaluate(&answers, &context.as_context()))
}
