//! The app: header, one changing main part, footer.
//!
//! The server writes it into the document with its [`Screen`]; the browser takes it over from
//! there without a second request, and fetches the next screens from the API.

use leptos::prelude::*;

use crate::{api::Screen, pages};

/// Id of the element of the document that holds the screen's data.
pub const DATA: &str = "screen";

/// The same tree on both sides; in the browser `screen` has no HTML: it is there already.
#[component]
pub fn App(screen: Screen, footer: String) -> impl IntoView {
    let header = RwSignal::new(screen.header.unwrap_or_default());
    let main = RwSignal::new(screen.main);
    #[cfg(feature = "hydrate")]
    crate::navigation::Navigator::start(header, main);
    view! {
        <div data-part="header" inner_html=move || header.get()></div>
        {move || pages::show(main.get())}
        <div data-part="footer" inner_html=footer></div>
    }
}
