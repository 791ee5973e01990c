//! One file a page; here, which data is shown by which.
//!
//! What is only read the server writes as HTML; what answers while one types runs on both sides.

#[cfg(feature = "ssr")]
mod agenda;
#[cfg(feature = "ssr")]
mod area;
#[cfg(feature = "ssr")]
mod case;
#[cfg(feature = "ssr")]
mod closed;
#[cfg(feature = "ssr")]
mod conflict;
#[cfg(feature = "ssr")]
mod cosign;
#[cfg(feature = "ssr")]
mod delegations;
#[cfg(feature = "ssr")]
mod deliveries;
#[cfg(feature = "ssr")]
mod desk;
#[cfg(feature = "ssr")]
mod desk_paper;
#[cfg(feature = "ssr")]
mod home;
#[cfg(feature = "ssr")]
mod info;
#[cfg(feature = "ssr")]
mod login;
#[cfg(feature = "ssr")]
mod map;
#[cfg(feature = "ssr")]
mod office;
#[cfg(feature = "ssr")]
mod office_case;
#[cfg(feature = "ssr")]
mod offline;
#[cfg(feature = "ssr")]
mod payment;
#[cfg(feature = "ssr")]
mod payments;
#[cfg(feature = "ssr")]
mod precheck;
#[cfg(feature = "ssr")]
mod preview;
#[cfg(feature = "ssr")]
mod privacy;
#[cfg(feature = "ssr")]
mod problem;
#[cfg(feature = "ssr")]
mod processing;
#[cfg(feature = "ssr")]
mod profile;
#[cfg(feature = "ssr")]
mod rating;
#[cfg(feature = "ssr")]
mod ratings;
#[cfg(feature = "ssr")]
mod recap;
#[cfg(feature = "ssr")]
mod receipt;
mod request;
#[cfg(feature = "ssr")]
mod restart;
#[cfg(feature = "ssr")]
mod resume;
#[cfg(feature = "ssr")]
mod roles;
#[cfg(feature = "ssr")]
mod screen;
#[cfg(feature = "ssr")]
mod sent;
#[cfg(feature = "ssr")]
mod service_settings;
#[cfg(feature = "ssr")]
mod services;
#[cfg(feature = "ssr")]
mod settings;
#[cfg(feature = "ssr")]
mod sheet;
#[cfg(feature = "ssr")]
mod signing;
#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests;

use leptos::prelude::*;
pub(crate) use request::step_title;
#[cfg(feature = "ssr")]
#[cfg(all(test, feature = "ssr"))]
pub(crate) use screen::form_screen;
#[cfg(feature = "ssr")]
pub use screen::{footer, screen};

use crate::api::Main;

/// A part of the service that is previewed: HTML that views of ours have made.
#[cfg(feature = "ssr")]
fn inlay(part: String, html: String) -> AnyView {
    view! { <div class="border rounded p-3 p-lg-4 my-3" data-part=part inner_html=html></div> }
        .into_any()
}

/// The main part of the page, on both sides.
pub fn show(main: Main) -> AnyView {
    match main {
        Main::Html(html) => view! { <div data-part="main" inner_html=html></div> }.into_any(),
        Main::Request(page) => request::view(*page),
        // The server answers with 303, the browser goes there.
        Main::Redirect { .. } => ().into_any(),
    }
}
