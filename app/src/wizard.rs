//! The multi-step form of a request.
//!
//! The HTML is complete without the bundle: a plain form that posts to the page's own
//! path. With it, the same engine as the server's runs at each change (`state`), and one
//! set of listeners on the form does the rest (`browser`).

#[cfg(feature = "hydrate")]
mod browser;
#[cfg(feature = "hydrate")]
mod controls;
mod field;
mod format;
#[cfg(feature = "hydrate")]
mod offline;
mod state;
mod steps;
#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests;
mod view;

#[cfg(feature = "hydrate")]
pub(crate) use browser::Desk;
#[cfg(feature = "ssr")]
pub(crate) use field::{hint, keyboard};
pub use state::Wizard;
#[cfg(feature = "ssr")]
pub use view::preview;
pub use view::view;
